#ifndef TESTS_UNIT_PARSER_DOCUMENTS_H
#define TESTS_UNIT_PARSER_DOCUMENTS_H

/* What comes out of a container, for tests to look at. */
#include "base/buffer.h"
#include "parser/container.h"
#include "tests/unit/packing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define NO_BOUND INT64_MAX
#define MAX_DOCUMENTS 16

/* What came out of a container: each document's bytes and state. */
struct result {
    int count;
    enum container_end worst;
    struct buffer content[MAX_DOCUMENTS];
    enum container_end end[MAX_DOCUMENTS];
    int64_t end_offset[MAX_DOCUMENTS];
    int64_t index[MAX_DOCUMENTS];
    bool in_zip[MAX_DOCUMENTS];
    bool packed[MAX_DOCUMENTS];
};

static inline void result_release(struct result *result)
{
    for (int i = 0; i < result->count; i++)
        buffer_release(&result->content[i]);
}

static inline void read_all(struct result *result, const void *bytes, size_t length, int64_t bound,
                            size_t block)
{
    struct error err = {0};
    struct memory_stream in;
    memory_stream_init(&in, bytes, length, block);
    struct container *container = container_new(&in.stream, bound);
    struct stream *document;
    int status;
    memset(result, 0, sizeof *result);
    while ((status = container_next(container, &document, &err)) == 1) {
        int i = result->count++;
        assert_true(i < MAX_DOCUMENTS);
        buffer_init(&result->content[i], SIZE_MAX / 2);
        char some[777];
        ssize_t got;
        while ((got = stream_read(document, some, sizeof some, &err)) > 0)
            (void)buffer_append(&result->content[i], some, (size_t)got);
        assert_int_equal(got, 0);
        assert_int_equal(stream_read(document, some, sizeof some, &err), 0);
        result->end[i] = container_end(container);
        result->end_offset[i] = container_end_offset(container);
        result->index[i] = container_member_index(container);
        result->in_zip[i] = container_in_zip(container);
        result->packed[i] = container_is_packed(container);
        assert_int_equal(result->end_offset[i], result->content[i].length);
    }
    assert_int_equal(status, 0);
    result->worst = container_worst_end(container);
    assert_int_equal(container_next(container, &document, &err), 0);
    container_free(container);
}

static inline void read_buffer(struct result *result, const struct buffer *packed)
{
    read_all(result, packed->bytes, packed->length, NO_BOUND, 0);
}

static inline void assert_document(const struct result *result, int i, const char *content,
                                   size_t length, enum container_end end)
{
    assert_true(i < result->count);
    assert_int_equal(result->content[i].length, length);
    if (length)
        assert_memory_equal(result->content[i].bytes, content, length);
    assert_int_equal(result->end[i], end);
}

static inline void assert_text(const struct result *result, int i, const char *content,
                               enum container_end end)
{
    assert_document(result, i, content, strlen(content), end);
}

static inline bool is_prefix(const struct buffer *content, const char *whole, size_t length)
{
    return content->length <= length &&
           (content->length == 0 || memcmp(content->bytes, whole, content->length) == 0);
}

static inline struct buffer new_buffer(void)
{
    struct buffer buffer;
    buffer_init(&buffer, SIZE_MAX / 2);
    return buffer;
}

/* Bytes that do not compress. */
static inline void fill_with_noise(char *bytes, size_t length, uint32_t seed)
{
    for (size_t i = 0; i < length; i++) {
        seed = seed * 1664525u + 1013904223u;
        bytes[i] = (char)(seed >> 24);
    }
}

#endif
