#include "base/json.h"

#include "base/json_yajl.h"
#include "base/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *give(void *context, size_t size)
{
    (void)context;
    return memory_allocate(size);
}

static void *give_more(void *context, void *pointer, size_t size)
{
    (void)context;
    return memory_resize(pointer, size);
}

static void take_back(void *context, void *pointer)
{
    (void)context;
    free(pointer);
}

yajl_alloc_funcs json_yajl_allocator = {give, give_more, take_back, NULL};

/* ---- writing ---- */

struct json_writer {
    yajl_gen generator;
    struct buffer clean; /* text whose invalid bytes were replaced */
};

struct json_writer *json_writer_new(void)
{
    struct json_writer *writer = memory_zeroed(1, sizeof *writer);
    writer->generator = yajl_gen_alloc(&json_yajl_allocator);
    buffer_init(&writer->clean, SIZE_MAX / 2);
    return writer;
}

void json_writer_free(struct json_writer *writer)
{
    if (!writer)
        return;
    yajl_gen_free(writer->generator);
    buffer_release(&writer->clean);
    free(writer);
}

void json_writer_begin(struct json_writer *writer)
{
    /* yajl_gen_reset keeps the nesting depth of an unfinished document, so start from a new one. */
    yajl_gen_free(writer->generator);
    writer->generator = yajl_gen_alloc(&json_yajl_allocator);
    yajl_gen_map_open(writer->generator);
}

static void put_string(struct json_writer *writer, const char *bytes, size_t length)
{
    if (!text_is_utf8(bytes, length)) {
        buffer_clear(&writer->clean);
        size_t used;
        for (size_t i = 0; i < length; i += used) {
            bool valid = text_decode(bytes + i, length - i, &used, NULL) != TEXT_INVALID;
            (void)buffer_append(&writer->clean, valid ? bytes + i : "\xEF\xBF\xBD",
                                valid ? used : 3);
        }
        bytes = writer->clean.bytes;
        length = writer->clean.length;
    }
    yajl_gen_string(writer->generator, (const unsigned char *)bytes, length);
}

static void put_key(struct json_writer *writer, const char *key)
{
    put_string(writer, key, strlen(key));
}

void json_writer_text(struct json_writer *writer, const char *key, const char *value)
{
    put_key(writer, key);
    put_string(writer, value, strlen(value));
}

void json_writer_text_if(struct json_writer *writer, const char *key, const char *value)
{
    if (value && value[0])
        json_writer_text(writer, key, value);
}

void json_writer_bytes(struct json_writer *writer, const char *key, struct text value)
{
    put_key(writer, key);
    if (value.bytes)
        put_string(writer, value.bytes, value.length);
    else
        yajl_gen_null(writer->generator);
}

void json_writer_int64(struct json_writer *writer, const char *key, int64_t value)
{
    put_key(writer, key);
    yajl_gen_integer(writer->generator, value);
}

void json_writer_bool(struct json_writer *writer, const char *key, bool value)
{
    put_key(writer, key);
    yajl_gen_bool(writer->generator, value);
}

void json_writer_null(struct json_writer *writer, const char *key)
{
    put_key(writer, key);
    yajl_gen_null(writer->generator);
}

void json_writer_raw(struct json_writer *writer, const char *key, const char *json)
{
    put_key(writer, key);
    /* A "number" is how yajl puts in text as it is. */
    yajl_gen_number(writer->generator, json, strlen(json));
}

void json_writer_open_array(struct json_writer *writer, const char *key)
{
    put_key(writer, key);
    yajl_gen_array_open(writer->generator);
}

void json_writer_open_element(struct json_writer *writer)
{
    yajl_gen_map_open(writer->generator);
}

void json_writer_close_element(struct json_writer *writer)
{
    yajl_gen_map_close(writer->generator);
}

void json_writer_element_text(struct json_writer *writer, struct text value)
{
    put_string(writer, value.bytes, value.length);
}

void json_writer_close_array(struct json_writer *writer)
{
    yajl_gen_array_close(writer->generator);
}

struct text json_writer_end(struct json_writer *writer)
{
    const unsigned char *bytes = NULL;
    size_t length = 0;
    yajl_gen_map_close(writer->generator);
    yajl_gen_get_buf(writer->generator, &bytes, &length);
    return (struct text){(const char *)bytes, length};
}

/* ---- reading our own ---- */

struct json_field {
    char *key;
    char *text; /* NULL for integers */
    size_t length;
    int64_t integer;
};

struct json_object {
    struct json_field fields[JSON_OBJECT_FIELDS];
    size_t count;
    char *key; /* waiting for its value */
    int depth;
    const char *trouble;
};

static int fail(struct json_object *object, const char *trouble)
{
    object->trouble = trouble;
    return 0;
}

static const struct json_field *find(const struct json_object *object, const char *key)
{
    for (size_t i = 0; i < object->count; i++)
        if (strcmp(object->fields[i].key, key) == 0)
            return &object->fields[i];
    return NULL;
}

/* Takes the waiting key; NULL inside nested values, which are not kept. */
static struct json_field *add(struct json_object *object)
{
    if (object->depth != 1 || !object->key)
        return NULL;
    struct json_field *field = &object->fields[object->count++];
    *field = (struct json_field){.key = object->key};
    object->key = NULL;
    return field;
}

static void drop_key(struct json_object *object)
{
    if (object->depth == 1) {
        free(object->key);
        object->key = NULL;
    }
}

static int on_key(void *context, const unsigned char *bytes, size_t length)
{
    struct json_object *object = context;
    if (object->depth != 1)
        return 1;
    if (object->count == JSON_OBJECT_FIELDS)
        return fail(object, "too many keys");
    object->key = memory_copy_text((const char *)bytes, length);
    if (find(object, object->key))
        return fail(object, "a key is given twice");
    return 1;
}

static int on_string(void *context, const unsigned char *bytes, size_t length)
{
    struct json_field *field = add(context);
    if (field) {
        field->text = memory_copy_text((const char *)bytes, length);
        field->length = length;
    }
    return ((struct json_object *)context)->depth > 0;
}

static int on_number(void *context, const char *bytes, size_t length)
{
    struct json_object *object = context;
    int64_t value;
    if (text_parse_int64(bytes, length, &value)) {
        drop_key(object);
    } else {
        struct json_field *field = add(object);
        if (field)
            field->integer = value;
    }
    return object->depth > 0;
}

static int on_other(void *context)
{
    drop_key(context);
    return ((struct json_object *)context)->depth > 0;
}

static int on_boolean(void *context, int value)
{
    (void)value;
    return on_other(context);
}

static int on_open(void *context)
{
    struct json_object *object = context;
    drop_key(object);
    if (object->depth == 32)
        return fail(object, "nested too deep");
    object->depth++;
    return 1;
}

static int on_open_array(void *context)
{
    struct json_object *object = context;
    return object->depth == 0 ? fail(object, "not an object") : on_open(object);
}

static int on_close(void *context)
{
    ((struct json_object *)context)->depth--;
    return 1;
}

struct json_object *json_object_parse(const char *bytes, size_t length, struct error *err)
{
    static const yajl_callbacks callbacks = {on_other,  on_boolean,    NULL,    NULL,
                                             on_number, on_string,     on_open, on_key,
                                             on_close,  on_open_array, on_close};
    if (length > JSON_OBJECT_BYTES) {
        error_set(err, ERROR_INVALID, "longer than %d bytes", JSON_OBJECT_BYTES);
        return NULL;
    }
    struct json_object *object = memory_zeroed(1, sizeof *object);
    yajl_handle handle = yajl_alloc(&callbacks, &json_yajl_allocator, object);
    yajl_status status = yajl_parse(handle, (const unsigned char *)bytes, length);
    if (status == yajl_status_ok)
        status = yajl_complete_parse(handle);
    if (status != yajl_status_ok) {
        error_set(err, ERROR_INVALID, "%s",
                  object->trouble ? object->trouble : "not one whole JSON object");
        error_at_offset(err, (int64_t)yajl_get_bytes_consumed(handle));
        json_object_free(object);
        object = NULL;
    }
    yajl_free(handle);
    return object;
}

void json_object_free(struct json_object *object)
{
    if (!object)
        return;
    for (size_t i = 0; i < object->count; i++) {
        free(object->fields[i].key);
        free(object->fields[i].text);
    }
    free(object->key);
    free(object);
}

struct text json_object_bytes(const struct json_object *object, const char *key)
{
    const struct json_field *field = find(object, key);
    return field && field->text ? (struct text){field->text, field->length} : (struct text){0};
}

const char *json_object_text(const struct json_object *object, const char *key)
{
    return json_object_bytes(object, key).bytes;
}

bool json_object_int64(const struct json_object *object, const char *key, int64_t *value)
{
    const struct json_field *field = find(object, key);
    if (!field || field->text)
        return false;
    *value = field->integer;
    return true;
}
