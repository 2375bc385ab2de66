/* How much heap a container holds at its worst, libarchive's and zlib's share included. */
#include "base/memory.h"
#include "parser/container.h"
#include "tests/unit/packing.h"
#include "tests/unit/parser/heap.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* The most that is held while `packed` is read to its end, in bytes. */
static int64_t most_held(const struct buffer *packed)
{
    struct memory_stream in;
    struct error err = {0};
    struct stream *document;
    static char some[4096];
    memory_stream_init(&in, packed->bytes, packed->length, 0);
    int64_t before = held;
    most = held;
    struct container *container = container_new(&in.stream, INT64_MAX);
    int documents = 0;
    while (container_next(container, &document, &err) == 1) {
        documents++;
        while (stream_read(document, some, sizeof some, &err) > 0)
            ;
    }
    container_free(container);
    assert_true(documents > 0);
    /* Libraries keep a few bytes from their first use on. */
    assert_true(held - before < 1024);
    return most - before;
}

static struct buffer new_buffer(void)
{
    struct buffer buffer;
    buffer_init(&buffer, SIZE_MAX / 2);
    return buffer;
}

#define CONTENT_BYTES 3000000
#define LONGEST_NAME 65535

/* A ZIP of two entries that do not compress, wrapped in a second ZIP. */
static void wrap_twice(struct buffer *packed, const char *name, unsigned method, unsigned flags)
{
    char *noise = memory_allocate(CONTENT_BYTES);
    uint32_t seed = 1;
    for (size_t i = 0; i < CONTENT_BYTES; i++)
        noise[i] = (char)((seed = seed * 1664525u + 1013904223u) >> 24);
    struct buffer inner = new_buffer();
    struct pack_entry leaf = {
        .name = name, .content = noise, .length = CONTENT_BYTES, .method = method, .flags = flags};
    struct pack_entry leaves[] = {leaf, leaf};
    pack_zip(&inner, leaves, 2);
    struct pack_entry branch = leaf;
    branch.content = inner.bytes;
    branch.length = inner.length;
    struct pack_entry branches[] = {branch, branch};
    pack_zip(packed, branches, 2);
    buffer_release(&inner);
    free(noise);
}

static void check(const char *name, unsigned method, unsigned flags, int64_t limit)
{
    struct buffer packed = new_buffer();
    wrap_twice(&packed, name, method, flags);
    int64_t bytes = most_held(&packed);
    print_message("method %u, flags %u, names of %zu bytes: %lld KiB\n", method, flags,
                  strlen(name), (long long)(bytes / 1024));
    assert_true(bytes <= limit);
    buffer_release(&packed);
}

/* libarchive keeps 256 KiB of output for each ZIP whose entries are deflated: two of those, and
 * what zlib and the rest need, is the most that ordinary packages take. */
static void two_zips_inside_each_other_stay_below_the_ceiling(void **state)
{
    (void)state;
    check("a.json", PACK_STORED, 0, 128 * 1024);
    check("a.json", PACK_STORED, PACK_LENGTH_AT_END, 192 * 1024);
    check("a.json", PACK_DEFLATED, 0, 704 * 1024);
    check("a.json", PACK_DEFLATED, PACK_LENGTH_AT_END, 768 * 1024);
}

static void names_of_the_greatest_length_stay_below_the_ceiling(void **state)
{
    (void)state;
    char *name = memory_zeroed(1, LONGEST_NAME + 1);
    memset(name, 'n', LONGEST_NAME);
    check(name, PACK_STORED, 0, 768 * 1024);
    check(name, PACK_DEFLATED, PACK_LENGTH_AT_END, 1152 * 1024);
    free(name);
}

static void two_gzips_inside_each_other_are_small(void **state)
{
    (void)state;
    static char content[CONTENT_BYTES];
    struct buffer inner = new_buffer(), packed = new_buffer();
    pack_gzip(&inner, content, sizeof content);
    pack_gzip(&packed, inner.bytes, inner.length);
    int64_t bytes = most_held(&packed);
    print_message("two gzips: %lld KiB\n", (long long)(bytes / 1024));
    assert_true(bytes <= 160 * 1024);
    buffer_release(&inner);
    buffer_release(&packed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_zips_inside_each_other_stay_below_the_ceiling),
        cmocka_unit_test(names_of_the_greatest_length_stay_below_the_ceiling),
        cmocka_unit_test(two_gzips_inside_each_other_are_small),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
