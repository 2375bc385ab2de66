#include "parser/json_reader.h"

#include <string.h>

/* ---- giving out ---- */

static int give(struct json_reader *reader, struct json_event event)
{
    if (reader->handler.event(reader->handler.context, &event) == 0)
        return 0;
    reader->place = STOPPED;
    return -1;
}

int json_event_give(struct json_reader *reader, enum json_event_type type, struct text text)
{
    return give(reader, (struct json_event){.type = type, .depth = reader->depth, .text = text});
}

/* JSON text of a captured value. */
int json_event_give_raw(struct json_reader *reader, const char *bytes, size_t length)
{
    if (length == 0)
        return 0;
    return give(reader, (struct json_event){.type = JSON_PART,
                                            .depth = reader->capture_depth,
                                            .text = {bytes, length}});
}

/* ---- what yajl says ---- */

static int on_scalar(struct json_reader *reader, enum json_event_type type, const char *written,
                     size_t length)
{
    if (reader->probing)
        return 1;
    if (reader->capturing)
        return json_event_give_raw(reader, written, length) == 0;
    return json_event_give(reader, type, (struct text){written, length}) == 0;
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
        json_reader_break(reader, DIAGNOSTIC_NESTING_TOO_DEEP);
        return 0;
    }
    int status = 0;
    if (!reader->capturing)
        status = json_event_give(reader, type, (struct text){0});
    if (reader->capturing && status == 0)
        status = json_event_give_raw(reader, type == JSON_OBJECT ? "{" : "[", 1);
    reader->depth++;
    return status == 0;
}

static int on_close(struct json_reader *reader, enum json_event_type type)
{
    reader->depth--;
    reader->whole = reader->depth == 0;
    if (reader->capturing && json_event_give_raw(reader, type == JSON_OBJECT_END ? "}" : "]", 1))
        return 0;
    if (reader->capturing && reader->depth > reader->capture_depth)
        return 1;
    reader->capturing = false;
    return json_event_give(reader, type, (struct text){0}) == 0;
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

const yajl_callbacks json_event_callbacks = {
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

int json_event_string_part(void *context, struct text part)
{
    struct json_reader *reader = context;
    if (reader->capturing)
        return json_event_give_raw(reader, part.bytes, part.length);
    if (reader->string_is_key)
        return buffer_append(&reader->key, part.bytes, part.length);
    return json_event_give(reader, JSON_PART, part);
}

int json_event_string_nuls(void *context, int64_t count)
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
