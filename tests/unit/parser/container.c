/* Plain packages and gzip; what is skipped; read errors. */
#include "tests/unit/parser/documents.h"

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
        cmocka_unit_test(a_document_that_was_not_read_is_skipped),
        cmocka_unit_test(a_read_error_is_passed_on_wherever_it_comes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
