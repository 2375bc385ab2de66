#include "parser/json.h"

#include "base/memory.h"
#include "parser/string_tap.h"

#include <stdlib.h>
#include <string.h>
#include <yajl/yajl_parse.h>

enum place {
    IN_STRUCTURE, /* outside strings: the bytes are yajl's */
    IN_STRING,    /* the bytes are the tap's */
    IN_NULS,      /* NULs stand where JSON should go on */
    BEHIND,       /* the object has ended */
    DONE,
    STOPPED,
};

/* Where the present key or value stands. Its offset is only worked out when somebody asks. */
struct token {
    const char *end; /* in the present block; NULL when `offset` is set */
    size_t length;   /* ASCII bytes before `end` */
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
    const char *fed; /* the bytes that yajl has now; offsets that it tells count from here */
    bool placeholder; /* yajl has `""` instead of the string at `fed` */
    struct token token;
    size_t number_length; /* bytes of the number that may be going on */
    int64_t nul_count;
    int64_t nul_offset;

    bool string_is_key;
    struct buffer key;

    bool capturing;
    size_t capture_depth;
    const char *capture_from; /* in `fed`: what is not yet given out */

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

/* Bytes of the document that one ASCII character takes. */
static int64_t unit(const struct json_reader *reader)
{
    return encoding_is_utf16(reader->encoding) ? 2 : 1;
}

static int64_t token_offset(const struct json_reader *reader)
{
    const struct token *token = &reader->token;
    if (!token->end)
        return token->offset;
    return offset_of(reader, token->end) - (int64_t)token->length * unit(reader);
}

/* The token that yajl has just read. */
static void set_token(struct json_reader *reader, size_t length)
{
    reader->token =
        (struct token){.end = reader->fed + yajl_get_bytes_consumed(reader->yajl), .length = length};
}

static void break_off(struct json_reader *reader, enum diagnostic code, int64_t offset)
{
    diagnostics_note(reader->diagnostics, code, 1, offset);
    reader->place = DONE;
}

/* ---- what yajl says ---- */

static int on_scalar(struct json_reader *reader, enum json_event_type type, const char *written,
                     size_t length)
{
    if (reader->capturing)
        return 1;
    set_token(reader, length);
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
    set_token(reader, 1);
    if (reader->depth == JSON_DEPTH) {
        break_off(reader, DIAGNOSTIC_NESTING_TOO_DEEP, token_offset(reader));
        return 0;
    }
    int status = 0;
    if (!reader->capturing) {
        status = give_at_depth(reader, type, (struct text){0});
        reader->capture_from = reader->token.end - 1;
    }
    reader->depth++;
    return status == 0;
}

static int on_close(struct json_reader *reader, enum json_event_type type)
{
    set_token(reader, 1);
    reader->depth--;
    if (reader->capturing && reader->depth == reader->capture_depth) {
        reader->capturing = false;
        if (give_raw(reader, reader->capture_from,
                     (size_t)(reader->token.end - reader->capture_from)))
            return 0;
    }
    reader->whole = reader->depth == 0;
    return reader->capturing || give_at_depth(reader, type, (struct text){0}) == 0;
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

/* yajl stands behind a grammatically wrong token and behind a byte that begins none, but before a
 * byte that is wrong inside a token. */
static void break_at_error(struct json_reader *reader)
{
    size_t consumed = yajl_get_bytes_consumed(reader->yajl);
    if (reader->placeholder && consumed > 0) {
        break_off(reader, DIAGNOSTIC_SYNTAX_ERROR, offset_of(reader, reader->fed));
        return;
    }
    unsigned char *message = yajl_get_error(reader->yajl, 0, NULL, 0);
    bool lexical = strncmp((const char *)message, "lexical", strlen("lexical")) == 0;
    bool begins_none = strstr((const char *)message, "invalid char in json text") != NULL;
    yajl_free_error(reader->yajl, message);
    /* The wrong byte may be no UTF-8; a wrong token is ASCII. */
    size_t ascii = consumed - (begins_none && consumed > 0);
    if (reader->capturing && give_raw(reader, reader->capture_from,
                                      (size_t)(reader->fed + ascii - reader->capture_from)))
        return;
    int64_t offset = offset_of(reader, reader->fed + consumed);
    if (!lexical || begins_none)
        offset -= unit(reader);
    break_off(reader, DIAGNOSTIC_SYNTAX_ERROR, offset);
}

/* Hands bytes to yajl that stand at `from`. False when reading ends there. */
static bool feed_yajl(struct json_reader *reader, const char *bytes, size_t length,
                      const char *from)
{
    if (length == 0)
        return true;
    reader->fed = from;
    reader->placeholder = bytes != from;
    reader->capture_from = from;
    yajl_status status = yajl_parse(reader->yajl, (const unsigned char *)bytes, length);
    if (reader->place != IN_STRUCTURE)
        return false;
    if (status != yajl_status_ok) {
        break_at_error(reader);
        return false;
    }
    return true;
}

/* Opens the string whose quote stands at `quote`. */
static void open_string(struct json_reader *reader, const char *quote)
{
    if (!feed_yajl(reader, "\"\"", 2, quote))
        return;
    reader->token = (struct token){.end = quote + 1, .length = 1};
    reader->place = IN_STRING;
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

static bool belongs_to_number(char byte)
{
    return (byte >= '0' && byte <= '9') || byte == '-' || byte == '+' || byte == '.' ||
           byte == 'e' || byte == 'E';
}

/* How many of the bytes are yajl's: up to a quote, a NUL, white space that only yajl takes for such,
 * or the end of a number that is too long. */
static size_t structure_length(struct json_reader *reader, const char *bytes, size_t length)
{
    size_t i = 0;
    for (; i < length; i++) {
        char byte = bytes[i];
        if (byte == '"' || byte == '\0' || byte == '\v' || byte == '\f')
            break;
        if (!belongs_to_number(byte))
            reader->number_length = 0;
        else if (reader->number_length == JSON_NUMBER_BYTES)
            break;
        else
            reader->number_length++;
    }
    return i;
}

static const char *read_structure(struct json_reader *reader, const char *at)
{
    const char *end = reader->block + reader->block_length;
    size_t length = structure_length(reader, at, (size_t)(end - at));
    if (!feed_yajl(reader, at, length, at))
        return end;
    if (reader->whole) {
        reader->place = BEHIND;
        return at + yajl_get_bytes_consumed(reader->yajl);
    }
    if (reader->capturing && give_raw(reader, reader->capture_from,
                                      (size_t)(at + length - reader->capture_from)))
        return end;
    at += length;
    if (at == end)
        return end;
    if (*at == '"') {
        reader->number_length = 0;
        open_string(reader, at);
    } else if (*at == '\0') {
        reader->place = IN_NULS;
        reader->nul_offset = offset_of(reader, at);
    } else if (belongs_to_number(*at)) {
        break_off(reader, DIAGNOSTIC_NUMBER_TOO_LONG,
                  offset_of(reader, at) - JSON_NUMBER_BYTES * unit(reader));
    } else {
        break_off(reader, DIAGNOSTIC_SYNTAX_ERROR, offset_of(reader, at));
    }
    return *at == '"' ? at + 1 : at;
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
        break_off(reader, DIAGNOSTIC_KEY_TOO_LONG, token_offset(reader));
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
    while (at < end && (*at == '\0' || *at == ' ' || *at == '\n' || *at == '\r' || *at == '\t'))
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
    yajl_config(reader->yajl, yajl_allow_trailing_garbage, 1);
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
    if (length > 0)
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
