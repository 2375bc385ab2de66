#include "base/json_slice.h"

#include "base/json.h"
#include "base/json_yajl.h"
#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

struct slicer {
    struct text text;
    const char *key; /* of an object; NULL: the elements of an array */
    yajl_handle handle;
    int depth;
    size_t token_end;   /* of the last token that yajl told of */
    size_t value_start; /* of the value at depth 1 that is open */
    bool is_wanted;     /* the value that comes next, of an object */
    bool is_wrong_kind, is_too_deep, is_too_many;
    struct text value; /* found */
    struct text *elements;
    size_t count, capacity;
};

static size_t consumed(const struct slicer *slicer)
{
    return yajl_get_bytes_consumed(slicer->handle);
}

/* Where the token begins that comes behind the last one: only white space, as yajl knows it, and marks lie between. */
static size_t token_start(const struct slicer *slicer)
{
    size_t at = slicer->token_end;
    while (at < slicer->text.length && strchr(" \t\r\n\v\f:,", slicer->text.bytes[at]) != NULL)
        at++;
    return at;
}

static int take(struct slicer *slicer, size_t start, size_t end)
{
    struct text slice = {slicer->text.bytes + start, end - start};
    if (slicer->key) {
        if (slicer->is_wanted && !slicer->value.bytes)
            slicer->value = slice;
        slicer->is_wanted = false;
        return 1;
    }
    if (slicer->count == JSON_SLICE_ELEMENTS) {
        slicer->is_too_many = true;
        return 0;
    }
    if (slicer->count == slicer->capacity) {
        slicer->capacity = slicer->capacity > 0 ? 2 * slicer->capacity : 64;
        slicer->elements =
            memory_resize(slicer->elements, slicer->capacity * sizeof *slicer->elements);
    }
    slicer->elements[slicer->count++] = slice;
    return 1;
}

static int on_scalar(struct slicer *slicer)
{
    size_t start = token_start(slicer);
    slicer->token_end = consumed(slicer);
    if (slicer->depth == 0) {
        slicer->is_wrong_kind = true;
        return 0;
    }
    return slicer->depth > 1 || take(slicer, start, slicer->token_end);
}

static int on_null(void *context)
{
    return on_scalar(context);
}

static int on_boolean(void *context, int value)
{
    (void)value;
    return on_scalar(context);
}

static int on_number(void *context, const char *bytes, size_t length)
{
    (void)bytes;
    (void)length;
    return on_scalar(context);
}

static int on_string(void *context, const unsigned char *bytes, size_t length)
{
    (void)bytes;
    (void)length;
    return on_scalar(context);
}

static int on_key(void *context, const unsigned char *bytes, size_t length)
{
    struct slicer *slicer = context;
    slicer->token_end = consumed(slicer);
    if (slicer->depth == 1 && slicer->key)
        slicer->is_wanted =
            strlen(slicer->key) == length && memcmp(slicer->key, bytes, length) == 0;
    return 1;
}

static int on_open(struct slicer *slicer, bool is_object)
{
    size_t start = token_start(slicer);
    slicer->token_end = consumed(slicer);
    if (slicer->depth == 0 && is_object != (slicer->key != NULL)) {
        slicer->is_wrong_kind = true;
        return 0;
    }
    if (slicer->depth == JSON_SLICE_DEPTH) {
        slicer->is_too_deep = true;
        return 0;
    }
    if (slicer->depth == 1)
        slicer->value_start = start;
    slicer->depth++;
    return 1;
}

static int on_object(void *context)
{
    return on_open(context, true);
}

static int on_array(void *context)
{
    return on_open(context, false);
}

static int on_close(void *context)
{
    struct slicer *slicer = context;
    slicer->token_end = consumed(slicer);
    slicer->depth--;
    return slicer->depth != 1 || take(slicer, slicer->value_start, slicer->token_end);
}

static int fail(const struct slicer *slicer, struct error *err)
{
    if (slicer->is_too_many)
        error_set(err, ERROR_LIMIT, "more than %d elements", JSON_SLICE_ELEMENTS);
    else if (slicer->is_too_deep)
        error_set(err, ERROR_INVALID, "nested deeper than %d", JSON_SLICE_DEPTH);
    else if (slicer->is_wrong_kind)
        error_set(err, ERROR_INVALID, "not a JSON %s", slicer->key ? "object" : "array");
    else
        error_set(err, ERROR_INVALID, "not one whole JSON value");
    return error_at_offset(err, (int64_t)consumed(slicer));
}

static int slice(struct slicer *slicer, struct error *err)
{
    static const yajl_callbacks callbacks = {on_null,   on_boolean, NULL,      NULL,
                                             on_number, on_string,  on_object, on_key,
                                             on_close,  on_array,   on_close};
    if (slicer->text.length > JSON_SLICE_BYTES)
        return error_set(err, ERROR_LIMIT, "longer than %d MiB", JSON_SLICE_BYTES / 1024 / 1024);
    slicer->handle = yajl_alloc(&callbacks, &json_yajl_allocator, slicer);
    yajl_status status =
        yajl_parse(slicer->handle, (const unsigned char *)slicer->text.bytes, slicer->text.length);
    if (status == yajl_status_ok)
        status = yajl_complete_parse(slicer->handle);
    int result = status == yajl_status_ok ? 0 : fail(slicer, err);
    yajl_free(slicer->handle);
    return result;
}

int json_slice_member(struct text object, const char *key, struct text *value, struct error *err)
{
    struct slicer slicer = {.text = object, .key = key};
    int result = slice(&slicer, err);
    *value = result == 0 ? slicer.value : (struct text){0};
    return result;
}

int json_slice_elements(struct text array, struct text **elements, size_t *count, struct error *err)
{
    struct slicer slicer = {.text = array};
    int result = slice(&slicer, err);
    if (result) {
        free(slicer.elements);
        slicer.elements = NULL;
        slicer.count = 0;
    }
    *elements = slicer.elements;
    *count = slicer.count;
    return result;
}

/* A string alone is read as the only member of an object of ours. */
static struct json_object *parse_string(struct text string)
{
    struct buffer wrapped;
    struct json_object *object = NULL;
    buffer_init(&wrapped, JSON_OBJECT_BYTES);
    text_printf(&wrapped, "{\"v\":");
    if (buffer_append(&wrapped, string.bytes, string.length) == 0 &&
        buffer_append(&wrapped, "}", 1) == 0)
        object = json_object_parse(wrapped.bytes, wrapped.length, NULL);
    buffer_release(&wrapped);
    return object;
}

bool json_slice_text(struct text object, const char *key, char *out, size_t size)
{
    struct text string;
    out[0] = '\0';
    if (json_slice_member(object, key, &string, NULL) || !string.bytes || string.bytes[0] != '"')
        return false;
    struct json_object *wrapped = parse_string(string);
    struct text value = wrapped ? json_object_bytes(wrapped, "v") : (struct text){0};
    bool fits =
        value.bytes && value.length < size && memchr(value.bytes, '\0', value.length) == NULL;
    if (fits)
        memcpy(out, value.bytes, value.length + 1);
    json_object_free(wrapped);
    return fits;
}
