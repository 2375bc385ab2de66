#include "parser/container.h"

#include "base/buffer.h"
#include "parser/package.h"
#include "tests/unit/packing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
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

static void result_release(struct result *result)
{
    for (int i = 0; i < result->count; i++)
        buffer_release(&result->content[i]);
}

static void read_all(struct result *result, const void *bytes, size_t length, int64_t bound,
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

static void read_buffer(struct result *result, const struct buffer *packed)
{
    read_all(result, packed->bytes, packed->length, NO_BOUND, 0);
}

static void assert_document(const struct result *result, int i, const char *content, size_t length,
                            enum container_end end)
{
    assert_true(i < result->count);
    assert_int_equal(result->content[i].length, length);
    if (length)
        assert_memory_equal(result->content[i].bytes, content, length);
    assert_int_equal(result->end[i], end);
}

static void assert_text(const struct result *result, int i, const char *content,
                        enum container_end end)
{
    assert_document(result, i, content, strlen(content), end);
}

static bool is_prefix(const struct buffer *content, const char *whole, size_t length)
{
    return content->length <= length &&
           (content->length == 0 || memcmp(content->bytes, whole, content->length) == 0);
}

static struct buffer new_buffer(void)
{
    struct buffer buffer;
    buffer_init(&buffer, SIZE_MAX / 2);
    return buffer;
}

/* Bytes that do not compress. */
static void fill_with_noise(char *bytes, size_t length, uint32_t seed)
{
    for (size_t i = 0; i < length; i++) {
        seed = seed * 1664525u + 1013904223u;
        bytes[i] = (char)(seed >> 24);
    }
}

/* ---- plain ---- */

static void a_plain_package_is_one_document(void **state)
{
    (void)state;
    static const char *const packages[] = {"", "{", "\x1f\x8b", "PK\3", "\x1f\x8b\x07 no gzip"};
    for (size_t i = 0; i < sizeof packages / sizeof *packages; i++) {
        struct result result;
        read_all(&result, packages[i], strlen(packages[i]), 1, 0);
        assert_int_equal(result.count, 1);
        assert_text(&result, 0, packages[i], CONTAINER_WHOLE);
        assert_false(result.packed[0]);
        assert_false(result.in_zip[0]);
        assert_int_equal(result.index[0], 0);
        result_release(&result);
    }
}

/* ---- gzip ---- */

static void gzip_members_follow_one_another(void **state)
{
    (void)state;
    struct buffer packed = new_buffer();
    pack_gzip(&packed, "one ", 4);
    pack_gzip(&packed, "", 0);
    pack_gzip(&packed, "two", 3);
    for (size_t block = 0; block <= 31; block++) {
        struct result result;
        read_all(&result, packed.bytes, packed.length, NO_BOUND, block);
        assert_int_equal(result.count, 1);
        assert_text(&result, 0, "one two", CONTAINER_WHOLE);
        assert_true(result.packed[0]);
        assert_false(result.in_zip[0]);
        assert_int_equal(result.worst, CONTAINER_WHOLE);
        result_release(&result);
    }
    buffer_release(&packed);
}

static void nuls_behind_the_last_member_are_padding(void **state)
{
    (void)state;
    struct buffer packed = new_buffer();
    struct result result;
    pack_gzip(&packed, "text", 4);
    static const char nuls[70000];
    (void)buffer_append(&packed, nuls, sizeof nuls);
    read_buffer(&result, &packed);
    assert_text(&result, 0, "text", CONTAINER_WHOLE);
    result_release(&result);
    (void)buffer_append(&packed, "x", 1);
    read_buffer(&result, &packed);
    assert_text(&result, 0, "text", CONTAINER_TRAILING);
    assert_int_equal(result.worst, CONTAINER_TRAILING);
    result_release(&result);
    buffer_release(&packed);
}

static void other_bytes_behind_the_last_member_are_trailing(void **state)
{
    (void)state;
    static const char *const behind[] = {"x", "\x1fx", "\x1f\x8b\x07", "{\"a\":1}"};
    for (size_t i = 0; i < sizeof behind / sizeof *behind; i++) {
        struct buffer packed = new_buffer();
        struct result result;
        pack_gzip(&packed, "text", 4);
        (void)buffer_append(&packed, behind[i], strlen(behind[i]));
        read_buffer(&result, &packed);
        assert_text(&result, 0, "text", CONTAINER_TRAILING);
        result_release(&result);
        buffer_release(&packed);
    }
}

static void a_gzip_cut_anywhere_gives_what_came_and_is_truncated(void **state)
{
    (void)state;
    struct buffer packed = new_buffer();
    char content[3000];
    fill_with_noise(content, sizeof content, 7);
    pack_gzip(&packed, content, 2000);
    size_t boundary = packed.length;
    pack_gzip(&packed, content + 2000, 1000);
    for (size_t cut = 3; cut < packed.length; cut++) {
        struct result result;
        read_all(&result, packed.bytes, cut, NO_BOUND, 0);
        assert_int_equal(result.count, 1);
        assert_true(is_prefix(&result.content[0], content, sizeof content));
        assert_int_equal(result.end[0], cut == boundary ? CONTAINER_WHOLE : CONTAINER_TRUNCATED);
        if (cut >= boundary)
            assert_true(result.content[0].length >= 2000);
        result_release(&result);
    }
    buffer_release(&packed);
}

static void a_wrong_crc_or_length_in_a_gzip_is_invalid_and_the_text_is_kept(void **state)
{
    (void)state;
    for (size_t back = 1; back <= 8; back++) {
        struct buffer packed = new_buffer();
        struct result result;
        pack_gzip(&packed, "the whole text", 14);
        packed.bytes[packed.length - back] ^= 1;
        read_buffer(&result, &packed);
        assert_text(&result, 0, "the whole text", CONTAINER_INVALID);
        assert_int_equal(result.worst, CONTAINER_INVALID);
        result_release(&result);
        buffer_release(&packed);
    }
}

static void a_deflate_error_keeps_what_inflated_before(void **state)
{
    (void)state;
    struct buffer packed = new_buffer();
    struct result result;
    static char content[200000];
    fill_with_noise(content, sizeof content, 3);
    pack_gzip(&packed, content, sizeof content);
    /* The type of the next deflate block becomes the reserved one. */
    memset(packed.bytes + 150000, 0xFF, 40000);
    read_buffer(&result, &packed);
    assert_int_equal(result.end[0], CONTAINER_INVALID);
    assert_true(result.content[0].length > 100000);
    assert_true(is_prefix(&result.content[0], content, 140000) ||
                memcmp(result.content[0].bytes, content, 140000) == 0);
    result_release(&result);
    buffer_release(&packed);
}

static void a_gzip_whose_header_is_broken_is_a_damaged_gzip(void **state)
{
    (void)state;
    struct result result;
    read_all(&result, "\x1f\x8b\x08\xff broken header", 18, NO_BOUND, 0);
    assert_int_equal(result.count, 1);
    assert_document(&result, 0, "", 0, CONTAINER_INVALID);
    assert_true(result.packed[0]);
    result_release(&result);
}

/* ---- ZIP ---- */

static void every_entry_of_a_zip_is_a_document_in_order(void **state)
{
    (void)state;
    char noise[50000];
    fill_with_noise(noise, sizeof noise, 1);
    for (unsigned method = 0; method <= 8; method += 8)
        for (unsigned flags = 0; flags <= 8; flags += 8) {
            struct pack_entry entries[] = {
                {.name = "a", .content = "first", .length = 5, .method = method, .flags = flags},
                {.name = "folder/", .content = ""},
                {.name = "b", .content = noise, .length = 50000, .method = method, .flags = flags},
                {.name = "c", .content = "", .method = method, .flags = flags},
            };
            struct buffer packed = new_buffer();
            pack_zip(&packed, entries, 4);
            for (size_t block = 0; block < 4; block++) {
                struct result result;
                read_all(&result, packed.bytes, packed.length, NO_BOUND, block);
                assert_int_equal(result.count, 3);
                assert_text(&result, 0, "first", CONTAINER_WHOLE);
                assert_document(&result, 1, noise, sizeof noise, CONTAINER_WHOLE);
                assert_text(&result, 2, "", CONTAINER_WHOLE);
                assert_int_equal(result.index[0], 0);
                assert_int_equal(result.index[1], 2);
                assert_int_equal(result.index[2], 3);
                assert_true(result.in_zip[0] && result.packed[0]);
                assert_int_equal(result.worst, CONTAINER_WHOLE);
                result_release(&result);
            }
            buffer_release(&packed);
        }
}

static void encrypted_entries_count_but_are_no_documents(void **state)
{
    (void)state;
    struct pack_entry entries[] = {
        {.name = "a", .content = "secret", .length = 6, .flags = PACK_ENCRYPTED},
        {.name = "b", .content = "open", .length = 4},
    };
    struct buffer packed = new_buffer();
    struct result result;
    pack_zip(&packed, entries, 2);
    read_buffer(&result, &packed);
    assert_int_equal(result.count, 1);
    assert_text(&result, 0, "open", CONTAINER_WHOLE);
    assert_int_equal(result.index[0], 1);
    result_release(&result);
    buffer_clear(&packed);
    pack_zip(&packed, entries, 1);
    read_buffer(&result, &packed);
    assert_int_equal(result.count, 0);
    assert_int_equal(result.worst, CONTAINER_WHOLE);
    buffer_release(&packed);
}

static void a_foreign_compression_method_is_invalid_and_the_next_entry_is_read(void **state)
{
    (void)state;
    static const unsigned methods[] = {1, 12, 14, 93, 95, 98, 99};
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++) {
        struct pack_entry entries[] = {
            {.name = "a",
             .content = "\x09\x14\x05\0]\0\0\0\1xxxx",
             .length = 13,
             .method = methods[i]},
            {.name = "b", .content = "next", .length = 4},
        };
        struct buffer packed = new_buffer();
        struct result result;
        pack_zip(&packed, entries, 2);
        read_buffer(&result, &packed);
        assert_int_equal(result.count, 2);
        assert_text(&result, 0, "", CONTAINER_INVALID);
        assert_text(&result, 1, "next", CONTAINER_WHOLE);
        assert_int_equal(result.worst, CONTAINER_INVALID);
        result_release(&result);
        buffer_release(&packed);
    }
}

static void a_wrong_crc_in_a_zip_is_invalid_and_the_next_entry_is_read(void **state)
{
    (void)state;
    for (unsigned method = 0; method <= 8; method += 8)
        for (unsigned flags = 0; flags <= (method ? 8 : 0); flags += 8) {
            struct pack_entry entries[] = {
                {.name = "a",
                 .content = "damaged",
                 .length = 7,
                 .method = method,
                 .flags = flags,
                 .crc_error = 1},
                {.name = "b", .content = "next", .length = 4, .method = method, .flags = flags},
            };
            struct buffer packed = new_buffer();
            struct result result;
            pack_zip(&packed, entries, 2);
            read_buffer(&result, &packed);
            assert_int_equal(result.count, 2);
            assert_text(&result, 0, "damaged", CONTAINER_INVALID);
            assert_text(&result, 1, "next", CONTAINER_WHOLE);
            result_release(&result);
            buffer_release(&packed);
        }
}

static void a_deflate_error_in_a_zip_is_invalid_and_the_next_entry_is_read(void **state)
{
    (void)state;
    struct pack_entry entries[] = {
        {.name = "a", .content = "damaged", .length = 7, .method = PACK_DEFLATED},
        {.name = "b", .content = "next", .length = 4},
    };
    struct buffer packed = new_buffer();
    struct result result;
    size_t data = pack_entry(&packed, &entries[0]);
    memset(packed.bytes + data, 0xFF, 3);
    pack_entry(&packed, &entries[1]);
    pack_zip_end(&packed, 2);
    read_buffer(&result, &packed);
    assert_int_equal(result.count, 2);
    assert_int_equal(result.end[0], CONTAINER_INVALID);
    assert_text(&result, 1, "next", CONTAINER_WHOLE);
    result_release(&result);
    buffer_release(&packed);
}

/* libarchive looks for the descriptor to find the end; without it the rest is swallowed. */
static void a_stored_entry_without_its_descriptor_is_invalid(void **state)
{
    (void)state;
    struct pack_entry entries[] = {
        {.name = "a",
         .content = "stored",
         .length = 6,
         .flags = PACK_LENGTH_AT_END,
         .no_descriptor = true},
        {.name = "b", .content = "next", .length = 4},
    };
    struct buffer packed = new_buffer();
    struct result result;
    pack_zip(&packed, entries, 2);
    read_buffer(&result, &packed);
    assert_int_equal(result.end[0], CONTAINER_INVALID);
    assert_int_equal(result.worst, CONTAINER_INVALID);
    result_release(&result);
    buffer_release(&packed);
}

static void a_zip_cut_anywhere_gives_what_came_and_is_truncated(void **state)
{
    (void)state;
    char noise[600];
    fill_with_noise(noise, sizeof noise, 5);
    for (unsigned method = 0; method <= 8; method += 8)
        for (unsigned flags = 0; flags <= 8; flags += 8) {
            struct pack_entry entries[] = {
                {.name = "a", .content = noise, .length = 300, .method = method, .flags = flags},
                {.name = "b", .content = noise, .length = 600, .method = method, .flags = flags},
            };
            struct buffer packed = new_buffer();
            pack_zip(&packed, entries, 2);
            for (size_t cut = 4; cut < packed.length; cut++) {
                struct result result;
                read_all(&result, packed.bytes, cut, NO_BOUND, 0);
                assert_int_equal(result.worst, CONTAINER_TRUNCATED);
                assert_true(result.count <= 2);
                for (int i = 0; i < 2 && i < result.count; i++) {
                    bool whole = result.content[i].length == entries[i].length;
                    /* Of a stored entry the bytes up to the cut may be those of its descriptor. */
                    if (method == PACK_DEFLATED || flags == 0)
                        assert_true(is_prefix(&result.content[i], noise, entries[i].length));
                    assert_true(result.end[i] == CONTAINER_TRUNCATED ||
                                (whole && result.end[i] == CONTAINER_WHOLE));
                }
                result_release(&result);
            }
            buffer_release(&packed);
        }
}

static void a_changed_byte_of_a_zip_never_passes_for_whole(void **state)
{
    (void)state;
    struct pack_entry entries[] = {
        {.name = "a", .content = "aaaaaaaaaaaaaaaaaaaabbbb", .length = 24, .method = PACK_DEFLATED},
        {.name = "b", .content = "0123456789", .length = 10},
        {.name = "c", .content = "zzzzzzzzz", .length = 9, .flags = PACK_LENGTH_AT_END},
    };
    struct buffer packed = new_buffer();
    size_t data[3];
    for (int i = 0; i < 3; i++)
        data[i] = pack_entry(&packed, &entries[i]);
    size_t directory = packed.length;
    pack_zip_end(&packed, 3);
    for (size_t at = 4; at < directory; at++) {
        size_t in_header = 0;
        for (int i = 0; i < 3; i++)
            if (at < data[i] && at + 31 >= data[i])
                in_header = at + 31 - data[i];
        /* The encryption flag takes an entry out by design, a name ending in '/' too. */
        if (in_header == 6 || in_header == 30)
            continue;
        packed.bytes[at] ^= 0x21;
        struct result result;
        read_buffer(&result, &packed);
        bool same = result.count == 3;
        for (int i = 0; same && i < 3; i++)
            same = result.content[i].length == entries[i].length &&
                   is_prefix(&result.content[i], entries[i].content, entries[i].length);
        if (!same)
            assert_int_not_equal(result.worst, CONTAINER_WHOLE);
        result_release(&result);
        packed.bytes[at] ^= 0x21;
    }
    buffer_release(&packed);
}

static void an_end_record_that_counts_more_entries_is_invalid(void **state)
{
    (void)state;
    struct pack_entry entry = {.name = "a", .content = "text", .length = 4};
    struct buffer packed = new_buffer();
    struct result result;
    pack_entry(&packed, &entry);
    pack_zip_end(&packed, 2);
    read_buffer(&result, &packed);
    assert_text(&result, 0, "text", CONTAINER_WHOLE);
    assert_int_equal(result.worst, CONTAINER_INVALID);
    result_release(&result);
    buffer_release(&packed);
}

static void bytes_behind_the_end_record_are_trailing_but_nuls_and_comments_are_not(void **state)
{
    (void)state;
    struct pack_entry entry = {.name = "a", .content = "text", .length = 4};
    struct buffer packed = new_buffer();
    struct result result;
    pack_zip(&packed, &entry, 1);
    packed.bytes[packed.length - 2] = 7;
    (void)buffer_append(&packed, "comment\0\0\0", 10);
    read_buffer(&result, &packed);
    assert_int_equal(result.worst, CONTAINER_WHOLE);
    result_release(&result);
    (void)buffer_append(&packed, "x", 1);
    read_buffer(&result, &packed);
    assert_text(&result, 0, "text", CONTAINER_WHOLE);
    assert_int_equal(result.worst, CONTAINER_TRAILING);
    result_release(&result);
    buffer_release(&packed);
}

static void an_end_record_is_found_wherever_the_blocks_fall(void **state)
{
    (void)state;
    /* The record crosses the border between two blocks at every possible byte. */
    static char content[16384];
    for (size_t length = 16384 - 140; length < 16384 - 60; length++) {
        struct pack_entry entry = {.name = "a", .content = content, .length = length};
        struct buffer packed = new_buffer();
        struct result result;
        pack_zip(&packed, &entry, 1);
        read_buffer(&result, &packed);
        assert_int_equal(result.worst, CONTAINER_WHOLE);
        result_release(&result);
        buffer_release(&packed);
    }
}

static void garbage_behind_the_magic_of_a_zip_gives_nothing_and_ends(void **state)
{
    (void)state;
    static char garbage[100000];
    for (uint32_t seed = 1; seed < 40; seed++) {
        fill_with_noise(garbage, sizeof garbage, seed);
        memcpy(garbage, "PK\3\4", 4);
        struct result result;
        read_all(&result, garbage, sizeof garbage, NO_BOUND, 0);
        assert_true(result.worst >= CONTAINER_TRUNCATED);
        result_release(&result);
    }
}

/* ---- inside each other ---- */

static void containers_two_deep_are_looked_into_and_a_third_is_bytes(void **state)
{
    (void)state;
    struct buffer one = new_buffer(), two = new_buffer(), three = new_buffer();
    struct result result;
    pack_gzip(&one, "text", 4);
    pack_gzip(&two, one.bytes, one.length);
    pack_gzip(&three, two.bytes, two.length);
    read_buffer(&result, &two);
    assert_text(&result, 0, "text", CONTAINER_WHOLE);
    result_release(&result);
    read_buffer(&result, &three);
    assert_document(&result, 0, one.bytes, one.length, CONTAINER_WHOLE);
    result_release(&result);

    struct pack_entry entry = {.name = "a", .content = "text", .length = 4};
    struct buffer inner = new_buffer(), outer = new_buffer();
    pack_zip(&inner, &entry, 1);
    buffer_clear(&one);
    pack_gzip(&one, inner.bytes, inner.length);
    read_buffer(&result, &one);
    assert_text(&result, 0, "text", CONTAINER_WHOLE);
    assert_true(result.in_zip[0]);
    result_release(&result);

    struct pack_entry deep = {.name = "z", .content = one.bytes, .length = one.length};
    pack_zip(&outer, &deep, 1);
    read_buffer(&result, &outer);
    assert_document(&result, 0, inner.bytes, inner.length, CONTAINER_WHOLE);
    result_release(&result);
    buffer_release(&one);
    buffer_release(&two);
    buffer_release(&three);
    buffer_release(&inner);
    buffer_release(&outer);
}

static void entries_of_a_zip_in_a_zip_count_in_their_place(void **state)
{
    (void)state;
    struct pack_entry leaves[] = {{.name = "x", .content = "x", .length = 1},
                                  {.name = "y", .content = "y", .length = 1}};
    struct buffer inner = new_buffer(), gzip = new_buffer(), packed = new_buffer();
    struct result result;
    pack_zip(&inner, leaves, 2);
    pack_gzip(&gzip, "g", 1);
    for (unsigned method = 0; method <= 8; method += 8)
        for (unsigned flags = 0; flags <= 8; flags += 8) {
            struct pack_entry entries[] = {
                {.name = "a", .content = "a", .length = 1, .method = method, .flags = flags},
                {.name = "i",
                 .content = inner.bytes,
                 .length = inner.length,
                 .method = method,
                 .flags = flags},
                {.name = "g",
                 .content = gzip.bytes,
                 .length = gzip.length,
                 .method = method,
                 .flags = flags},
                {.name = "b", .content = "b", .length = 1, .method = method, .flags = flags},
            };
            static const char *const texts[] = {"a", "x", "y", "g", "b"};
            static const int64_t places[] = {0, 2, 3, 4, 5};
            buffer_clear(&packed);
            pack_zip(&packed, entries, 4);
            read_buffer(&result, &packed);
            assert_int_equal(result.count, 5);
            for (int i = 0; i < 5; i++) {
                assert_text(&result, i, texts[i], CONTAINER_WHOLE);
                assert_int_equal(result.index[i], places[i]);
            }
            assert_int_equal(result.worst, CONTAINER_WHOLE);
            result_release(&result);
        }
    buffer_release(&inner);
    buffer_release(&gzip);
    buffer_release(&packed);
}

static void trouble_further_out_does_not_touch_an_entry_that_is_whole(void **state)
{
    (void)state;
    char noise[60000];
    fill_with_noise(noise, sizeof noise, 9);
    struct pack_entry entries[] = {
        {.name = "a", .content = "whole", .length = 5},
        {.name = "b", .content = noise, .length = sizeof noise},
    };
    struct buffer zip = new_buffer(), packed = new_buffer();
    struct result result;
    pack_zip(&zip, entries, 2);
    pack_gzip(&packed, zip.bytes, zip.length);
    read_all(&result, packed.bytes, packed.length / 2, NO_BOUND, 0);
    assert_int_equal(result.count, 2);
    assert_text(&result, 0, "whole", CONTAINER_WHOLE);
    assert_int_equal(result.end[1], CONTAINER_TRUNCATED);
    assert_int_equal(result.worst, CONTAINER_TRUNCATED);
    result_release(&result);
    packed.bytes[packed.length - 8] ^= 1;
    read_buffer(&result, &packed);
    assert_document(&result, 1, noise, sizeof noise, CONTAINER_WHOLE);
    assert_int_equal(result.worst, CONTAINER_INVALID);
    result_release(&result);
    buffer_release(&zip);
    buffer_release(&packed);
}

static void
what_lies_behind_a_gzip_in_a_gzip_counts_for_the_package_at_every_read_size(void **state)
{
    (void)state;
    struct buffer inner = new_buffer(), packed = new_buffer();
    pack_gzip(&inner, "text", 4);
    (void)buffer_append(&inner, "x", 1);
    pack_gzip(&packed, inner.bytes, inner.length);
    pack_gzip(&packed, "more", 4);
    packed.bytes[packed.length - 8] ^= 1;
    for (size_t block = 0; block <= 31; block++) {
        struct result result;
        read_all(&result, packed.bytes, packed.length, NO_BOUND, block);
        assert_int_equal(result.count, 1);
        assert_text(&result, 0, "text", CONTAINER_TRAILING);
        assert_int_equal(result.worst, CONTAINER_INVALID);
        result_release(&result);
    }
    buffer_release(&inner);
    buffer_release(&packed);
}

/* ---- bounds ---- */

static void the_bound_lets_exactly_so_many_bytes_out(void **state)
{
    (void)state;
    struct buffer packed = new_buffer();
    struct result result;
    pack_gzip(&packed, "0123456789", 10);
    read_all(&result, packed.bytes, packed.length, 10, 0);
    assert_text(&result, 0, "0123456789", CONTAINER_WHOLE);
    result_release(&result);
    for (int64_t bound = 1; bound < 10; bound++) {
        read_all(&result, packed.bytes, packed.length, bound, 0);
        assert_document(&result, 0, "0123456789", (size_t)bound, CONTAINER_BOUND);
        assert_int_equal(result.worst, CONTAINER_BOUND);
        result_release(&result);
    }
    buffer_release(&packed);
}

static void the_bound_is_for_all_entries_together_and_ends_the_reading(void **state)
{
    (void)state;
    for (unsigned method = 0; method <= 8; method += 8) {
        struct pack_entry entries[] = {
            {.name = "a", .content = "01234", .length = 5, .method = method},
            {.name = "b", .content = "56789", .length = 5, .method = method},
            {.name = "c", .content = "never", .length = 5, .method = method},
        };
        struct buffer packed = new_buffer();
        struct result result;
        pack_zip(&packed, entries, 3);
        read_all(&result, packed.bytes, packed.length, 8, 0);
        assert_int_equal(result.count, 2);
        assert_text(&result, 0, "01234", CONTAINER_WHOLE);
        assert_text(&result, 1, "567", CONTAINER_BOUND);
        assert_int_equal(result.worst, CONTAINER_BOUND);
        result_release(&result);
        buffer_release(&packed);
    }
}

static void the_bound_falls_on_the_same_byte_at_every_read_size(void **state)
{
    (void)state;
    struct buffer inner = new_buffer(), packed = new_buffer();
    pack_gzip(&inner, "some text", 9);
    pack_gzip(&packed, inner.bytes, inner.length);
    for (int64_t bound = 0; bound < (int64_t)inner.length + 9; bound++) {
        struct result once, again;
        read_all(&once, packed.bytes, packed.length, bound, 0);
        assert_int_equal(once.worst, CONTAINER_BOUND);
        for (size_t block = 1; block <= 31; block++) {
            read_all(&again, packed.bytes, packed.length, bound, block);
            assert_document(&again, 0, once.content[0].bytes, once.content[0].length, once.end[0]);
            assert_int_equal(again.worst, once.worst);
            result_release(&again);
        }
        result_release(&once);
    }
    buffer_release(&inner);
    buffer_release(&packed);
}

static void a_bomb_in_a_bomb_stops_at_the_bound(void **state)
{
    (void)state;
    static char nuls[4000000];
    struct buffer inner = new_buffer(), packed = new_buffer();
    struct result result;
    pack_gzip(&inner, nuls, sizeof nuls);
    struct pack_entry entries[] = {
        {.name = "a", .content = inner.bytes, .length = inner.length, .method = PACK_DEFLATED},
        {.name = "b", .content = inner.bytes, .length = inner.length, .method = PACK_DEFLATED},
    };
    pack_zip(&packed, entries, 2);
    read_all(&result, packed.bytes, packed.length, 1000000, 0);
    assert_int_equal(result.count, 1);
    assert_int_equal(result.end[0], CONTAINER_BOUND);
    assert_true(result.content[0].length + inner.length == 1000000);
    result_release(&result);
    buffer_release(&inner);
    buffer_release(&packed);
}

/* Gives the same bytes again and again. */
struct endless_stream {
    struct stream stream;
    const struct buffer *bytes;
    size_t position;
};

static ssize_t read_endless(struct stream *base, void *bytes, size_t size, struct error *err)
{
    (void)err;
    struct endless_stream *stream = (struct endless_stream *)base;
    size_t rest = stream->bytes->length - stream->position;
    if (size > rest)
        size = rest;
    memcpy(bytes, stream->bytes->bytes + stream->position, size);
    stream->position = (stream->position + size) % stream->bytes->length;
    return (ssize_t)size;
}

static void a_zip_of_endless_entries_stops_at_the_ceiling(void **state)
{
    (void)state;
    struct pack_entry entry = {.name = "a/", .content = ""};
    struct buffer packed = new_buffer();
    for (int i = 0; i < 500; i++)
        pack_entry(&packed, &entry);
    struct endless_stream in = {.stream = {.read = read_endless}, .bytes = &packed};
    struct container *container = container_new(&in.stream, NO_BOUND);
    struct stream *document;
    struct error err = {0};
    assert_int_equal(container_next(container, &document, &err), 0);
    assert_int_equal(container_worst_end(container), CONTAINER_BOUND);
    container_free(container);
    buffer_release(&packed);
}

/* ---- skipping and errors ---- */

static void a_document_that_was_not_read_is_skipped(void **state)
{
    (void)state;
    char noise[40000];
    fill_with_noise(noise, sizeof noise, 2);
    for (unsigned flags = 0; flags <= 8; flags += 8)
        for (size_t take = 0; take <= 20000; take += 10000) {
            struct pack_entry entries[] = {
                {.name = "a",
                 .content = noise,
                 .length = sizeof noise,
                 .method = PACK_DEFLATED,
                 .flags = flags},
                {.name = "b", .content = "next", .length = 4},
            };
            struct buffer packed = new_buffer();
            pack_zip(&packed, entries, 2);
            struct memory_stream in;
            memory_stream_init(&in, packed.bytes, packed.length, 0);
            struct container *container = container_new(&in.stream, NO_BOUND);
            struct stream *document;
            struct error err = {0};
            char some[20000];
            assert_int_equal(container_next(container, &document, &err), 1);
            if (take)
                assert_int_equal(stream_read_full(document, some, take, &err), take);
            assert_int_equal(container_next(container, &document, &err), 1);
            assert_int_equal(stream_read_full(document, some, sizeof some, &err), 4);
            assert_memory_equal(some, "next", 4);
            assert_int_equal(container_next(container, &document, &err), 0);
            container_free(container);
            buffer_release(&packed);
        }
}

/* Gives some bytes, then a read error. */
struct failing_stream {
    struct memory_stream memory;
};

static ssize_t read_failing(struct stream *base, void *bytes, size_t size, struct error *err)
{
    struct memory_stream *memory = &((struct failing_stream *)base)->memory;
    size_t rest = memory->length - memory->position;
    if (rest == 0)
        return error_set(err, ERROR_IO, "the disk is gone");
    if (size > rest)
        size = rest;
    memcpy(bytes, memory->bytes + memory->position, size);
    memory->position += size;
    return (ssize_t)size;
}

static void a_read_error_is_passed_on_wherever_it_comes(void **state)
{
    (void)state;
    struct pack_entry leaf = {.name = "x", .content = "x", .length = 1};
    struct buffer inner = new_buffer(), packed = new_buffer();
    pack_zip(&inner, &leaf, 1);
    struct pack_entry entries[] = {
        {.name = "a", .content = inner.bytes, .length = inner.length, .method = PACK_DEFLATED},
        {.name = "b", .content = "next", .length = 4},
    };
    pack_zip(&packed, entries, 2);
    struct buffer gzip = new_buffer();
    pack_gzip(&gzip, packed.bytes, packed.length);
    const struct buffer *packages[] = {&packed, &gzip};
    for (size_t i = 0; i < 2; i++)
        for (size_t cut = 0; cut <= packages[i]->length; cut++) {
            struct failing_stream in;
            memory_stream_init(&in.memory, packages[i]->bytes, cut, 0);
            in.memory.stream.read = read_failing;
            struct container *container = container_new(&in.memory.stream, NO_BOUND);
            struct stream *document;
            struct error err = {0};
            int status;
            ssize_t got = 0;
            char some[64];
            while (got >= 0 && (status = container_next(container, &document, &err)) == 1)
                while ((got = stream_read(document, some, sizeof some, &err)) > 0)
                    ;
            assert_true(got < 0 || status < 0);
            assert_string_equal(err.message, "the disk is gone");
            container_free(container);
        }
    buffer_release(&inner);
    buffer_release(&packed);
    buffer_release(&gzip);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_plain_package_is_one_document),
        cmocka_unit_test(gzip_members_follow_one_another),
        cmocka_unit_test(nuls_behind_the_last_member_are_padding),
        cmocka_unit_test(other_bytes_behind_the_last_member_are_trailing),
        cmocka_unit_test(a_gzip_cut_anywhere_gives_what_came_and_is_truncated),
        cmocka_unit_test(a_wrong_crc_or_length_in_a_gzip_is_invalid_and_the_text_is_kept),
        cmocka_unit_test(a_deflate_error_keeps_what_inflated_before),
        cmocka_unit_test(a_gzip_whose_header_is_broken_is_a_damaged_gzip),
        cmocka_unit_test(every_entry_of_a_zip_is_a_document_in_order),
        cmocka_unit_test(encrypted_entries_count_but_are_no_documents),
        cmocka_unit_test(a_foreign_compression_method_is_invalid_and_the_next_entry_is_read),
        cmocka_unit_test(a_wrong_crc_in_a_zip_is_invalid_and_the_next_entry_is_read),
        cmocka_unit_test(a_deflate_error_in_a_zip_is_invalid_and_the_next_entry_is_read),
        cmocka_unit_test(a_stored_entry_without_its_descriptor_is_invalid),
        cmocka_unit_test(a_zip_cut_anywhere_gives_what_came_and_is_truncated),
        cmocka_unit_test(a_changed_byte_of_a_zip_never_passes_for_whole),
        cmocka_unit_test(an_end_record_that_counts_more_entries_is_invalid),
        cmocka_unit_test(bytes_behind_the_end_record_are_trailing_but_nuls_and_comments_are_not),
        cmocka_unit_test(an_end_record_is_found_wherever_the_blocks_fall),
        cmocka_unit_test(garbage_behind_the_magic_of_a_zip_gives_nothing_and_ends),
        cmocka_unit_test(containers_two_deep_are_looked_into_and_a_third_is_bytes),
        cmocka_unit_test(entries_of_a_zip_in_a_zip_count_in_their_place),
        cmocka_unit_test(trouble_further_out_does_not_touch_an_entry_that_is_whole),
        cmocka_unit_test(
            what_lies_behind_a_gzip_in_a_gzip_counts_for_the_package_at_every_read_size),
        cmocka_unit_test(the_bound_lets_exactly_so_many_bytes_out),
        cmocka_unit_test(the_bound_is_for_all_entries_together_and_ends_the_reading),
        cmocka_unit_test(the_bound_falls_on_the_same_byte_at_every_read_size),
        cmocka_unit_test(a_bomb_in_a_bomb_stops_at_the_bound),
        cmocka_unit_test(a_zip_of_endless_entries_stops_at_the_ceiling),
        cmocka_unit_test(a_document_that_was_not_read_is_skipped),
        cmocka_unit_test(a_read_error_is_passed_on_wherever_it_comes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
