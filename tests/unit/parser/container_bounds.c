/* Containers inside each other, and how much may come out of them. */
#include "tests/unit/parser/documents.h"

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

int main(void)
{
    const struct CMUnitTest tests[] = {
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
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
