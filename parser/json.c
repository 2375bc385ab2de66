#include "parser/json.h"

#include "base/memory.h"
#include "parser/json_reader.h"
#include "parser/json_scalar.h"

#include <stdlib.h>
#include <string.h>

#define KEY_KEPT_BYTES 4096

static int64_t offset_of(const struct json_reader *reader, const char *at)
{
    return encoding_offset(reader->encoding, (size_t)(at - reader->block));
}

static int64_t token_offset(const struct json_reader *reader)
{
    return reader->token.at ? offset_of(reader, reader->token.at) : reader->token.offset;
}

static void break_off(struct json_reader *reader, enum diagnostic code, int64_t offset)
{
    diagnostics_note(reader->diagnostics, code, 1, offset);
    reader->place = DONE;
    reader->stop_offset = offset;
}

void json_reader_break(struct json_reader *reader, enum diagnostic code)
{
    break_off(reader, code, token_offset(reader));
}

/* ---- structure ---- */

/* Hands whole tokens to yajl. False when reading ends there. What is wrong is always the present
 * token, so yajl need not be asked where. */
static bool feed_yajl(struct json_reader *reader, const char *bytes, size_t length)
{
    yajl_status status = yajl_parse(reader->yajl, (const unsigned char *)bytes, length);
    if (reader->place == IN_STRUCTURE && status != yajl_status_ok)
        json_reader_break(reader, DIAGNOSTIC_SYNTAX_ERROR);
    return reader->place == IN_STRUCTURE;
}

/* Opens the string whose quote is the present token. */
static void open_string(struct json_reader *reader)
{
    if (!feed_yajl(reader, "\"\"", 2))
        return;
    reader->place = IN_STRING;
    /* A huge key must not keep its memory for the rest of the object. */
    if (reader->key.capacity > KEY_KEPT_BYTES)
        buffer_release(&reader->key);
    buffer_clear(&reader->key);
    string_tap_begin(&reader->tap, reader->string_is_key ? JSON_KEY_BYTES : SIZE_MAX,
                     reader->capturing);
    if (reader->capturing)
        (void)json_event_give_raw(reader, "\"", 1);
    else if (!reader->string_is_key)
        (void)json_event_give(reader, JSON_STRING, (struct text){0});
}

static void close_string(struct json_reader *reader)
{
    reader->place = IN_STRUCTURE;
    if (reader->capturing)
        (void)json_event_give_raw(reader, "\"", 1);
    else if (reader->string_is_key)
        (void)json_event_give(reader, JSON_KEY,
                              (struct text){buffer_text(&reader->key), reader->key.length});
    else
        (void)json_event_give(reader, JSON_STRING_END, (struct text){0});
}

static bool is_blank(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';
}

/* Hands yajl the number or word that was collected, or stands `instead` of it. What can be none is
 * not handed on: of 01 yajl would take the 0. */
static bool end_scalar(struct json_reader *reader, const char *instead)
{
    size_t length = reader->scalar_length;
    reader->scalar_length = 0;
    if (!json_scalar_may_begin(reader->scalar, length)) {
        json_reader_break(reader, DIAGNOSTIC_SYNTAX_ERROR);
        return false;
    }
    if (instead)
        return feed_yajl(reader, instead, strlen(instead));
    /* The blank tells yajl that the number is over. */
    reader->scalar[length] = ' ';
    return feed_yajl(reader, reader->scalar, length + 1);
}

/* The input, or all of it but NULs, ends inside or behind a number or word: it is dropped, as what
 * was cut, unless no value may stand here. False when it breaks the grammar. */
static bool drop_scalar(struct json_reader *reader)
{
    if (reader->scalar_length == 0)
        return true;
    /* Nothing more is read, so yajl may believe that a value stood here. */
    reader->probing = true;
    bool is_cut = end_scalar(reader, "null ");
    reader->probing = false;
    return is_cut;
}

/* Collects a number or word: yajl gets it when it is whole, and would scan it again otherwise. */
static const char *read_scalar(struct json_reader *reader, const char *at)
{
    const char *end = reader->block + reader->block_length;
    for (; at < end && json_scalar_goes_on(*at); at++) {
        if (reader->scalar_length == JSON_NUMBER_BYTES) {
            bool is_number = json_scalar_is_number(reader->scalar[0]);
            json_reader_break(reader,
                              is_number ? DIAGNOSTIC_NUMBER_TOO_LONG : DIAGNOSTIC_SYNTAX_ERROR);
            return end;
        }
        reader->scalar[reader->scalar_length++] = *at;
    }
    /* A NUL is where the input was cut, maybe inside the number. */
    if (at == end || *at == '\0')
        return at;
    return end_scalar(reader, NULL) ? at : end;
}

static const char *skip_blanks(struct json_reader *reader, const char *at)
{
    const char *end = reader->block + reader->block_length, *from = at;
    while (at < end && is_blank(*at))
        at++;
    if (reader->capturing)
        (void)json_event_give_raw(reader, from, (size_t)(at - from));
    return at;
}

/* NULs begin at `at`. In a string they cut an escape, elsewhere they stand in the place of JSON. */
static void begin_nuls(struct json_reader *reader, const char *at, bool in_string)
{
    reader->place = IN_NULS;
    reader->nul_offset = offset_of(reader, at);
    reader->nuls_in_string = in_string;
}

static const char *read_structure(struct json_reader *reader, const char *at)
{
    if (is_blank(*at) && reader->scalar_length == 0)
        return skip_blanks(reader, at);
    if (*at == '\0') {
        if (drop_scalar(reader))
            begin_nuls(reader, at, false);
        return at;
    }
    if (reader->scalar_length > 0)
        return read_scalar(reader, at);
    reader->token.at = at;
    if (json_scalar_goes_on(*at))
        return read_scalar(reader, at);
    if (*at == '"')
        open_string(reader);
    else if (!strchr("{}[],:", *at))
        json_reader_break(reader, DIAGNOSTIC_SYNTAX_ERROR);
    else if (feed_yajl(reader, at, 1) && reader->capturing && (*at == ',' || *at == ':'))
        (void)json_event_give_raw(reader, at, 1);
    if (reader->whole && reader->place == IN_STRUCTURE)
        reader->place = BEHIND;
    return at + 1;
}

static const char *read_string(struct json_reader *reader, const char *at)
{
    struct string_tap *tap = &reader->tap;
    size_t used = string_tap_feed(tap, reader->block, reader->block_length, at);
    switch (tap->state) {
    case STRING_TAP_OPEN:
        break;
    case STRING_TAP_CLOSED:
        close_string(reader);
        break;
    case STRING_TAP_BROKEN:
        break_off(reader, DIAGNOSTIC_SYNTAX_ERROR, offset_of(reader, tap->broken_at));
        break;
    case STRING_TAP_NUL:
        begin_nuls(reader, tap->broken_at, true);
        return tap->broken_at;
    case STRING_TAP_TOO_LONG:
        json_reader_break(reader, DIAGNOSTIC_KEY_TOO_LONG);
        reader->stop_offset = offset_of(reader, at + used);
        break;
    case STRING_TAP_STOPPED:
        reader->place = STOPPED;
        break;
    }
    return at + used;
}

/* NULs to the end are a cut, and so are NULs and white space in the place of JSON. */
static const char *read_nuls(struct json_reader *reader, const char *at)
{
    const char *end = reader->block + reader->block_length;
    for (; at < end && (*at == '\0' || (!reader->nuls_in_string && is_blank(*at))); at++)
        reader->nul_count += *at == '\0';
    if (at < end)
        break_off(reader, DIAGNOSTIC_SYNTAX_ERROR, reader->nul_offset);
    return at;
}

/* White space and NULs behind the object are nothing; anything else ends the reading. */
static const char *read_behind(struct json_reader *reader, const char *at)
{
    const char *end = reader->block + reader->block_length;
    while (at < end && (*at == '\0' || is_blank(*at)))
        at++;
    if (at < end)
        break_off(reader,
                  strchr("{[\"-0123456789tfn", *at) ? DIAGNOSTIC_MORE_VALUES
                                                    : DIAGNOSTIC_TRAILING_BYTES,
                  offset_of(reader, at));
    return at;
}

/* ---- the reader ---- */

/* yajl does not look at a NULL from its allocator, so it gets one that never gives NULL. */
static void *allocate(void *context, size_t size)
{
    (void)context;
    return memory_allocate(size);
}

static void *resize(void *context, void *pointer, size_t size)
{
    (void)context;
    return memory_resize(pointer, size);
}

static void release(void *context, void *pointer)
{
    (void)context;
    free(pointer);
}

struct json_reader *json_reader_new(const struct encoding *encoding,
                                    struct diagnostics *diagnostics, struct json_handler handler)
{
    static yajl_alloc_funcs allocator = {allocate, resize, release, NULL};
    struct json_reader *reader = memory_allocate(sizeof *reader);
    /* The tap's output is not worth clearing for every small result. */
    memset(reader, 0, offsetof(struct json_reader, tap) + offsetof(struct string_tap, out));
    reader->encoding = encoding;
    reader->diagnostics = diagnostics;
    reader->handler = handler;
    reader->stop_offset = -1;
    reader->yajl = yajl_alloc(&json_event_callbacks, &allocator, reader);
    buffer_init(&reader->key, JSON_KEY_BYTES);
    reader->tap.part = json_event_string_part;
    reader->tap.nuls = json_event_string_nuls;
    reader->tap.context = reader;
    reader->tap.encoding = encoding;
    reader->tap.diagnostics = diagnostics;
    return reader;
}

void json_reader_free(struct json_reader *reader)
{
    if (!reader)
        return;
    yajl_free(reader->yajl);
    buffer_release(&reader->key);
    free(reader);
}

enum json_state json_reader_feed(struct json_reader *reader, const char *bytes, size_t length)
{
    const char *at = bytes;
    reader->block = bytes;
    reader->block_length = length;
    while (at < bytes + length && reader->place < DONE) {
        if (reader->place == IN_STRUCTURE)
            at = read_structure(reader, at);
        else if (reader->place == IN_STRING)
            at = read_string(reader, at);
        else if (reader->place == IN_NULS)
            at = read_nuls(reader, at);
        else
            at = read_behind(reader, at);
    }
    /* The token may be asked about when its block is gone. */
    reader->token = (struct token){.offset = token_offset(reader)};
    if (reader->place == STOPPED)
        return JSON_STOPPED;
    return reader->place == DONE ? JSON_DONE : reader->whole ? JSON_ENDED : JSON_READING;
}

bool json_reader_finish(struct json_reader *reader)
{
    if (reader->place == IN_STRUCTURE)
        (void)drop_scalar(reader);
    if (reader->place == IN_NULS)
        diagnostics_note(reader->diagnostics, DIAGNOSTIC_STRUCTURAL_NULS, reader->nul_count,
                         reader->nul_offset);
    else if (reader->place < BEHIND)
        diagnostics_note(reader->diagnostics, DIAGNOSTIC_INPUT_CUT, 1,
                         encoding_offset(reader->encoding, 0));
    return reader->whole;
}

int64_t json_reader_stop_offset(const struct json_reader *reader)
{
    return reader->stop_offset;
}

void json_reader_capture(struct json_reader *reader)
{
    reader->capturing = true;
    reader->capture_depth = reader->depth;
}

void json_reader_note(const struct json_reader *reader, struct diagnostics *diagnostics,
                      enum diagnostic code)
{
    diagnostics_note(diagnostics, code, 1,
                     diagnostics->of[code].count ? diagnostics->of[code].offset
                                                 : token_offset(reader));
}
