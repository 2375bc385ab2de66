#include "parser/json.h"

#include "base/memory.h"
#include "parser/string_tap.h"

#include <stdlib.h>
#include <string.h>
#include <yajl/yajl_parse.h>

#define KEY_KEPT_BYTES 4096

enum place {
    IN_STRUCTURE, /* outside strings: the bytes are yajl's */
    IN_STRING,    /* the bytes are the tap's */
    IN_NULS,      /* NULs stand where JSON should go on */
    BEHIND,       /* the object has ended */
    DONE,
    STOPPED,
};

/* Where the present token begins. Its offset is only worked out when somebody asks. */
struct token {
    const char *at; /* in the present block; NULL when `offset` is set */
    int64_t offset;
};

struct json_reader {
    const struct encoding *encoding;
    struct diagnostics *diagnostics;
    struct json_handler handler;
    yajl_handle yajl;
    enum place place;
    size_t depth;
    bool whole;

    const char *block;
    size_t block_length;
    struct token token;
    size_t scalar_length; /* of the number or word that is going on */
    char scalar[JSON_NUMBER_BYTES + 1];
    int64_t nul_count;
    int64_t nul_offset;

    bool string_is_key;
    struct buffer key;

    bool capturing;
    size_t capture_depth;

    struct string_tap tap;
};

/* ---- giving out ---- */

static int give(struct json_reader *reader, struct json_event event)
{
    if (reader->handler.event(reader->handler.context, &event) == 0)
        return 0;
    reader->place = STOPPED;
    return -1;
}

static int give_at_depth(struct json_reader *reader, enum json_event_type type, struct text text)
{
    return give(reader, (struct json_event){.type = type, .depth = reader->depth, .text = text});
}

/* JSON text of a captured value. */
static int give_raw(struct json_reader *reader, const char *bytes, size_t length)
{
    if (length == 0)
        return 0;
    return give(reader, (struct json_event){.type = JSON_PART,
                                            .depth = reader->capture_depth,
                                            .text = {bytes, length}});
}

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
}

/* At the present token. */
static void break_at_token(struct json_reader *reader, enum diagnostic code)
{
    break_off(reader, code, token_offset(reader));
}

/* ---- what yajl says ---- */

static int on_scalar(struct json_reader *reader, enum json_event_type type, const char *written,
                     size_t length)
{
    if (reader->capturing)
        return give_raw(reader, written, length) == 0;
    return give_at_depth(reader, type, (struct text){written, length}) == 0;
}

static int on_null(void *context)
{
    return on_scalar(context, JSON_NULL, "null", 4);
}

static int on_boolean(void *context, int value)
{
    return value ? on_scalar(context, JSON_BOOLEAN, "true", 4)
                 : on_scalar(context, JSON_BOOLEAN, "false", 5);
}

static int on_number(void *context, const char *written, size_t length)
{
    return on_scalar(context, JSON_NUMBER, written, length);
}

/* The two strings that yajl ever sees are the `""` that stand for a value and a key. */
static int on_string(void *context, const unsigned char *bytes, size_t length)
{
    (void)bytes, (void)length;
    struct json_reader *reader = context;
    reader->string_is_key = false;
    return 1;
}

static int on_key(void *context, const unsigned char *bytes, size_t length)
{
    (void)bytes, (void)length;
    struct json_reader *reader = context;
    reader->string_is_key = true;
    return 1;
}

static int on_open(struct json_reader *reader, enum json_event_type type)
{
    if (reader->depth == JSON_DEPTH) {
        break_at_token(reader, DIAGNOSTIC_NESTING_TOO_DEEP);
        return 0;
    }
    int status = 0;
    if (!reader->capturing)
        status = give_at_depth(reader, type, (struct text){0});
    if (reader->capturing && status == 0)
        status = give_raw(reader, type == JSON_OBJECT ? "{" : "[", 1);
    reader->depth++;
    return status == 0;
}

static int on_close(struct json_reader *reader, enum json_event_type type)
{
    reader->depth--;
    reader->whole = reader->depth == 0;
    if (reader->capturing && give_raw(reader, type == JSON_OBJECT_END ? "}" : "]", 1))
        return 0;
    if (reader->capturing && reader->depth > reader->capture_depth)
        return 1;
    reader->capturing = false;
    return give_at_depth(reader, type, (struct text){0}) == 0;
}

static int on_start_map(void *context)
{
    return on_open(context, JSON_OBJECT);
}

static int on_end_map(void *context)
{
    return on_close(context, JSON_OBJECT_END);
}

static int on_start_array(void *context)
{
    return on_open(context, JSON_ARRAY);
}

static int on_end_array(void *context)
{
    return on_close(context, JSON_ARRAY_END);
}

static const yajl_callbacks callbacks = {
    .yajl_null = on_null,
    .yajl_boolean = on_boolean,
    .yajl_number = on_number,
    .yajl_string = on_string,
    .yajl_start_map = on_start_map,
    .yajl_map_key = on_key,
    .yajl_end_map = on_end_map,
    .yajl_start_array = on_start_array,
    .yajl_end_array = on_end_array,
};

/* ---- what the tap says ---- */

static int on_string_part(void *context, struct text part)
{
    struct json_reader *reader = context;
    if (reader->capturing)
        return give_raw(reader, part.bytes, part.length);
    if (reader->string_is_key)
        return buffer_append(&reader->key, part.bytes, part.length);
    return give_at_depth(reader, JSON_PART, part);
}

static int on_string_nuls(void *context, int64_t count)
{
    struct json_reader *reader = context;
    if (reader->string_is_key && !reader->capturing) {
        /* The tap's limit keeps the key, and so the count, small. */
        buffer_reserve(&reader->key, reader->key.length + (size_t)count);
        memset(reader->key.bytes + reader->key.length, 0, (size_t)count);
        reader->key.length += (size_t)count;
        return 0;
    }
    size_t depth = reader->capturing ? reader->capture_depth : reader->depth;
    return give(reader, (struct json_event){.type = JSON_NULS, .depth = depth, .count = count});
}

/* ---- structure ---- */

/* Hands whole tokens to yajl. False when reading ends there. What is wrong is always the present
 * token, so yajl need not be asked where. */
static bool feed_yajl(struct json_reader *reader, const char *bytes, size_t length)
{
    yajl_status status = yajl_parse(reader->yajl, (const unsigned char *)bytes, length);
    if (reader->place == IN_STRUCTURE && status != yajl_status_ok)
        break_at_token(reader, DIAGNOSTIC_SYNTAX_ERROR);
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
        (void)give_raw(reader, "\"", 1);
    else if (!reader->string_is_key)
        (void)give_at_depth(reader, JSON_STRING, (struct text){0});
}

static void close_string(struct json_reader *reader)
{
    reader->place = IN_STRUCTURE;
    if (reader->capturing)
        (void)give_raw(reader, "\"", 1);
    else if (reader->string_is_key)
        (void)give_at_depth(reader, JSON_KEY,
                            (struct text){buffer_text(&reader->key), reader->key.length});
    else
        (void)give_at_depth(reader, JSON_STRING_END, (struct text){0});
}

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

static bool is_blank(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';
}

/* A byte of a number or of a word such as true. */
static bool is_scalar(char byte)
{
    return is_digit(byte) || (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
           byte == '-' || byte == '+' || byte == '.';
}

/* Collects a number or word: yajl gets it when it is whole, and would scan it again otherwise. */
static const char *read_scalar(struct json_reader *reader, const char *at)
{
    const char *end = reader->block + reader->block_length;
    for (; at < end && is_scalar(*at); at++) {
        if (reader->scalar_length == JSON_NUMBER_BYTES) {
            bool is_number = is_digit(reader->scalar[0]) || reader->scalar[0] == '-';
            break_at_token(reader,
                           is_number ? DIAGNOSTIC_NUMBER_TOO_LONG : DIAGNOSTIC_SYNTAX_ERROR);
            return end;
        }
        reader->scalar[reader->scalar_length++] = *at;
    }
    /* A NUL is where the input was cut, maybe inside the number. */
    if (at == end || *at == '\0')
        return at;
    /* The blank tells yajl that the number is over. */
    reader->scalar[reader->scalar_length] = ' ';
    size_t length = reader->scalar_length + 1;
    reader->scalar_length = 0;
    return feed_yajl(reader, reader->scalar, length) ? at : end;
}

static const char *skip_blanks(struct json_reader *reader, const char *at)
{
    const char *end = reader->block + reader->block_length, *from = at;
    while (at < end && is_blank(*at))
        at++;
    if (reader->capturing)
        (void)give_raw(reader, from, (size_t)(at - from));
    return at;
}

static const char *read_structure(struct json_reader *reader, const char *at)
{
    if (is_blank(*at) && reader->scalar_length == 0)
        return skip_blanks(reader, at);
    if (*at == '\0') {
        reader->place = IN_NULS;
        reader->nul_offset = offset_of(reader, at);
        return at;
    }
    if (reader->scalar_length > 0)
        return read_scalar(reader, at);
    reader->token.at = at;
    if (is_scalar(*at))
        return read_scalar(reader, at);
    if (*at == '"')
        open_string(reader);
    else if (!strchr("{}[],:", *at))
        break_at_token(reader, DIAGNOSTIC_SYNTAX_ERROR);
    else if (feed_yajl(reader, at, 1) && reader->capturing && (*at == ',' || *at == ':'))
        (void)give_raw(reader, at, 1);
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
    case STRING_TAP_TOO_LONG:
        break_at_token(reader, DIAGNOSTIC_KEY_TOO_LONG);
        break;
    case STRING_TAP_STOPPED:
        reader->place = STOPPED;
        break;
    }
    return at + used;
}

static const char *read_nuls(struct json_reader *reader, const char *at)
{
    const char *end = reader->block + reader->block_length;
    const char *from = at;
    while (at < end && *at == '\0')
        at++;
    reader->nul_count += at - from;
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
    reader->yajl = yajl_alloc(&callbacks, &allocator, reader);
    buffer_init(&reader->key, JSON_KEY_BYTES);
    reader->tap.part = on_string_part;
    reader->tap.nuls = on_string_nuls;
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
    if (reader->place == IN_NULS)
        diagnostics_note(reader->diagnostics, DIAGNOSTIC_STRUCTURAL_NULS, reader->nul_count,
                         reader->nul_offset);
    else if (reader->place < BEHIND)
        diagnostics_note(reader->diagnostics, DIAGNOSTIC_INPUT_CUT, 1,
                         encoding_offset(reader->encoding, 0));
    return reader->whole;
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
