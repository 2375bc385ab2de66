#include "parser/extra.h"

#include "base/memory.h"
#include "parser/package.h"

#include <stdlib.h>
#include <string.h>

/* A member takes 6 bytes and more, so the table is never full. */
#define SLOTS 16384
/* Keys that were made to collide are left out sooner than searched for long. */
#define MOST_PROBES 256

void extra_init(struct extra *extra)
{
    *extra = (struct extra){0};
    buffer_init(&extra->text, PACKAGE_FIELD_BYTES - 1);
}

void extra_release(struct extra *extra)
{
    buffer_release(&extra->text);
    free(extra->slots);
    extra->slots = NULL;
}

void extra_reset(struct extra *extra)
{
    if (extra->slots && extra->text.length > 0)
        memset(extra->slots, 0, SLOTS * sizeof *extra->slots);
    buffer_clear(&extra->text);
    extra->text.limit = PACKAGE_FIELD_BYTES - 1;
    extra->omitted_count = 0;
}

/* FNV-1a. */
static uint64_t hash_of(struct text key)
{
    uint64_t hash = 0xCBF29CE484222325u;
    for (size_t i = 0; i < key.length; i++)
        hash = (hash ^ (unsigned char)key.bytes[i]) * 0x100000001B3u;
    return hash;
}

/* True when the key that begins at text[start] is `key`. */
static bool is_key_at(const struct buffer *text, size_t start, struct text key)
{
    const char *at = text->bytes + start + 1, *end = text->bytes + text->length;
    for (size_t i = 0; i < key.length; i++) {
        char escaped[JSON_TEXT_ESCAPE_BYTES];
        size_t length = json_text_escape(key.bytes[i], escaped);
        if ((size_t)(end - at) <= length || memcmp(at, escaped, length) != 0)
            return false;
        at += length;
    }
    return *at == '"';
}

/* Finds the key, or the free slot where it belongs. */
static enum extra_outcome look_up(struct extra *extra, struct text key)
{
    if (!extra->slots)
        extra->slots = memory_zeroed(SLOTS, sizeof *extra->slots);
    for (size_t probe = 0; probe < MOST_PROBES; probe++) {
        extra->slot = (extra->hash + probe) % SLOTS;
        if (extra->slots[extra->slot] == 0)
            return EXTRA_NOTHING;
        if (is_key_at(&extra->text, extra->slots[extra->slot], key))
            return EXTRA_DUPLICATE;
    }
    return EXTRA_OMITTED;
}

static bool was_omitted(const struct extra *extra)
{
    for (size_t i = 0; i < extra->omitted_count; i++)
        if (extra->omitted[i] == extra->hash)
            return true;
    return false;
}

void extra_key(struct extra *extra, const struct json_event *event)
{
    if (extra->text.length == 0)
        (void)buffer_append(&extra->text, "{", 1);
    extra->member_start = extra->text.length;
    extra->hash = hash_of(event->text);
    extra->omitted_already = was_omitted(extra);
    extra->outcome = extra->omitted_already ? EXTRA_DUPLICATE : look_up(extra, event->text);
    if (extra->outcome == EXTRA_NOTHING && extra->omitted_count == EXTRA_OMITTED_KEYS)
        extra->outcome = EXTRA_OMITTED;
    json_text_begin(&extra->writer, &extra->text);
    extra->writer.after_value = extra->member_start > 1;
    if (extra->outcome == EXTRA_NOTHING)
        json_text_event(&extra->writer, event);
}

static void remember_omitted(struct extra *extra)
{
    if (extra->omitted_count < EXTRA_OMITTED_KEYS && !extra->omitted_already)
        extra->omitted[extra->omitted_count++] = extra->hash;
    extra->omitted_already = true;
}

static bool begins_value(enum json_event_type type)
{
    return type == JSON_BOOLEAN || type == JSON_NUMBER || type == JSON_STRING ||
           type == JSON_OBJECT || type == JSON_ARRAY;
}

void extra_drop(struct extra *extra)
{
    extra->text.length = extra->member_start;
}

enum extra_outcome extra_value(struct extra *extra, const struct json_event *event, bool last)
{
    bool first = begins_value(event->type) && event->depth == 1;
    if (event->type == JSON_NULL && event->depth == 1) {
        extra_drop(extra);
        return EXTRA_NOTHING;
    }
    enum extra_outcome before = extra->outcome;
    if (before == EXTRA_NOTHING) {
        json_text_event(&extra->writer, event);
        if (extra->writer.overflow) {
            extra_drop(extra);
            extra->outcome = EXTRA_OMITTED;
        } else if (last) {
            /* The key stands behind the bracket, or behind a comma. */
            size_t start = extra->member_start + (extra->member_start > 1);
            extra->slots[extra->slot] = (uint16_t)start;
        }
    }
    if (extra->outcome == EXTRA_OMITTED)
        remember_omitted(extra);
    bool news = before == EXTRA_NOTHING ? extra->outcome != EXTRA_NOTHING : first;
    return news ? extra->outcome : EXTRA_NOTHING;
}

struct text extra_end(struct extra *extra)
{
    if (extra->text.length <= 1)
        return (struct text){0};
    extra->text.limit = PACKAGE_FIELD_BYTES;
    (void)buffer_append(&extra->text, "}", 1);
    return (struct text){extra->text.bytes, extra->text.length};
}
