#include "parser/encoding.h"

#include "base/buffer.h"
#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

struct result {
    struct buffer text;
    bool is_utf16;
    bool was_cut;
    int64_t lone_surrogates;
    int64_t first_lone_surrogate;
};

static struct result read_all(const void *bytes, size_t length, size_t block)
{
    struct result result;
    struct error err = {0};
    struct memory_stream in;
    memory_stream_init(&in, bytes, length, block);
    struct encoding *encoding = encoding_new(&in.stream);
    buffer_init(&result.text, SIZE_MAX / 2);
    const char *some;
    ssize_t got;
    while ((got = encoding_next(encoding, &some, &err)) > 0) {
        assert_true(got <= 65536);
        (void)buffer_append(&result.text, some, (size_t)got);
    }
    assert_int_equal(got, 0);
    assert_int_equal(encoding_next(encoding, &some, &err), 0);
    result.is_utf16 = encoding_is_utf16(encoding);
    result.was_cut = encoding_was_cut(encoding);
    result.lone_surrogates = encoding_lone_surrogates(encoding);
    result.first_lone_surrogate = encoding_first_lone_surrogate(encoding);
    encoding_free(encoding);
    return result;
}

/* Reads at every block size from 0 (all) to 31 and expects the same each time. */
static void assert_reads(const void *bytes, size_t length, const char *text, size_t text_length,
                         bool is_utf16, bool was_cut, int64_t lone, int64_t first_lone)
{
    for (size_t block = 0; block <= 31; block++) {
        struct result result = read_all(bytes, length, block);
        assert_int_equal(result.text.length, text_length);
        if (text_length)
            assert_memory_equal(result.text.bytes, text, text_length);
        assert_int_equal(result.is_utf16, is_utf16);
        assert_int_equal(result.was_cut, was_cut);
        assert_int_equal(result.lone_surrogates, lone);
        assert_int_equal(result.first_lone_surrogate, first_lone);
        buffer_release(&result.text);
    }
}

#define BYTES(literal) literal, sizeof(literal) - 1

static void bytes_without_a_mark_pass_unchanged(void **state)
{
    (void)state;
    assert_reads(BYTES(""), BYTES(""), false, false, 0, -1);
    assert_reads(BYTES("{"), BYTES("{"), false, false, 0, -1);
    assert_reads(BYTES("{\"a\":\"\xC3\xA4\xFF\xFE\0\"}"), BYTES("{\"a\":\"\xC3\xA4\xFF\xFE\0\"}"),
                 false, false, 0, -1);
    assert_reads(BYTES("\xEF\xBB"), BYTES("\xEF\xBB"), false, false, 0, -1);
    assert_reads(BYTES("\xFF"), BYTES("\xFF"), false, false, 0, -1);
}

static void a_utf8_mark_is_removed_once(void **state)
{
    (void)state;
    assert_reads(BYTES("\xEF\xBB\xBF{}"), BYTES("{}"), false, false, 0, -1);
    assert_reads(BYTES("\xEF\xBB\xBF"), BYTES(""), false, false, 0, -1);
    assert_reads(BYTES("\xEF\xBB\xBF\xEF\xBB\xBF"), BYTES("\xEF\xBB\xBF"), false, false, 0, -1);
}

static void utf16_becomes_utf8_in_both_byte_orders(void **state)
{
    (void)state;
    assert_reads(BYTES("\xFF\xFE"), BYTES(""), true, false, 0, -1);
    assert_reads(BYTES("\xFF\xFE{\0\xE4\0\xAC\x20\x3D\xD8\x00\xDE\0\0"),
                 BYTES("{\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80\0"), true, false, 0, -1);
    assert_reads(BYTES("\xFE\xFF\0{\0\xE4\x20\xAC\xD8\x3D\xDE\x00"),
                 BYTES("{\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80"), true, false, 0, -1);
}

static void a_lone_surrogate_becomes_a_replacement_character_and_is_counted(void **state)
{
    (void)state;
    assert_reads(BYTES("\xFF\xFE"
                       "a\0\x00\xDC"
                       "b\0"),
                 BYTES("a\xEF\xBF\xBD"
                       "b"),
                 true, false, 1, 4);
    assert_reads(BYTES("\xFF\xFE"
                       "\x00\xD8"
                       "b\0"),
                 BYTES("\xEF\xBF\xBD"
                       "b"),
                 true, false, 1, 2);
    /* Two high ones: the second still finds its partner. */
    assert_reads(BYTES("\xFF\xFE\x00\xD8\x3D\xD8\x00\xDE"), BYTES("\xEF\xBF\xBD\xF0\x9F\x98\x80"),
                 true, false, 1, 2);
    assert_reads(BYTES("\xFE\xFF\xDC\x00\xDC\x00"), BYTES("\xEF\xBF\xBD\xEF\xBF\xBD"), true, false,
                 2, 2);
}

static void a_unit_or_pair_cut_off_by_the_end_is_dropped_and_reported(void **state)
{
    (void)state;
    assert_reads(BYTES("\xFF\xFE"
                       "a\0b"),
                 BYTES("a"), true, true, 0, -1);
    assert_reads(BYTES("\xFF\xFE"
                       "a\0\x3D\xD8"),
                 BYTES("a"), true, true, 0, -1);
    assert_reads(BYTES("\xFF\xFE"
                       "a\0\x3D\xD8\x00"),
                 BYTES("a"), true, true, 0, -1);
    assert_reads(BYTES("\xFE\xFF\0"), BYTES(""), true, true, 0, -1);
}

static bool cut_off_is_nul(const void *bytes, size_t length, size_t block)
{
    struct error err = {0};
    struct memory_stream in;
    const char *some;
    memory_stream_init(&in, bytes, length, block);
    struct encoding *encoding = encoding_new(&in.stream);
    while (encoding_next(encoding, &some, &err) > 0)
        continue;
    bool is_nul = encoding_cut_off_is_nul(encoding);
    encoding_free(encoding);
    return is_nul;
}

static void a_single_nul_byte_cut_off_by_the_end_is_told_from_others(void **state)
{
    (void)state;
    for (size_t block = 0; block <= 5; block++) {
        assert_true(cut_off_is_nul(BYTES("\xFF\xFE"
                                         "a\0\0"),
                                   block));
        assert_true(cut_off_is_nul(BYTES("\xFE\xFF\0"), block));
        assert_false(cut_off_is_nul(BYTES("\xFF\xFE"
                                          "a\0"),
                                    block));
        assert_false(cut_off_is_nul(BYTES("\xFF\xFE"
                                          "a\0b"),
                                    block));
        assert_false(cut_off_is_nul(BYTES("\xFF\xFE\x00\xD8"), block));
        assert_false(cut_off_is_nul(BYTES("\xFF\xFE\x00\xD8\0"), block));
    }
}

static void offsets_are_those_of_the_documents_own_bytes(void **state)
{
    (void)state;
    static const char utf16[] = "\xFF\xFE"
                                "a\0\xE4\0\xAC\x20\x3D\xD8\x00\xDE"
                                "b\0";
    static const int64_t expected[] = {2, 4, 4, 6, 6, 6, 8, 8, 8, 8, 12, 14};
    static const char utf8[] = "\xEF\xBB\xBF"
                               "0123456789";
    for (size_t block = 0; block <= 31; block++) {
        struct memory_stream in;
        struct error err = {0};
        const char *bytes;
        ssize_t got;
        size_t at = 0;
        memory_stream_init(&in, utf16, sizeof utf16 - 1, block);
        struct encoding *encoding = encoding_new(&in.stream);
        while ((got = encoding_next(encoding, &bytes, &err)) > 0)
            for (ssize_t i = 0; i < got; i++)
                assert_int_equal(encoding_offset(encoding, (size_t)i), expected[at++]);
        assert_int_equal(encoding_offset(encoding, 0), 14);
        encoding_free(encoding);
        at = 3;
        memory_stream_init(&in, utf8, sizeof utf8 - 1, block);
        encoding = encoding_new(&in.stream);
        while ((got = encoding_next(encoding, &bytes, &err)) > 0)
            for (ssize_t i = 0; i < got; i++)
                assert_int_equal(encoding_offset(encoding, (size_t)i), at++);
        encoding_free(encoding);
    }
}

static void a_long_text_comes_in_bounded_blocks_and_whole(void **state)
{
    (void)state;
    struct buffer utf16, utf8;
    buffer_init(&utf16, SIZE_MAX / 2);
    buffer_init(&utf8, SIZE_MAX / 2);
    (void)buffer_append(&utf16, "\xFF\xFE", 2);
    for (int i = 0; i < 100000; i++) {
        /* Three bytes of UTF-8 for two of UTF-16 is the most that text can grow. */
        (void)buffer_append(&utf16, i % 7 ? "\xAC\x20" : "\x3D\xD8\x00\xDE", i % 7 ? 2 : 4);
        (void)buffer_append(&utf8, i % 7 ? "\xE2\x82\xAC" : "\xF0\x9F\x98\x80", i % 7 ? 3 : 4);
    }
    static const size_t blocks[] = {0, 1, 4095, 24577};
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++) {
        struct result result = read_all(utf16.bytes, utf16.length, blocks[i]);
        assert_int_equal(result.text.length, utf8.length);
        assert_memory_equal(result.text.bytes, utf8.bytes, utf8.length);
        buffer_release(&result.text);
        result = read_all(utf8.bytes, utf8.length, blocks[i]);
        assert_int_equal(result.text.length, utf8.length);
        assert_memory_equal(result.text.bytes, utf8.bytes, utf8.length);
        buffer_release(&result.text);
    }
    buffer_release(&utf16);
    buffer_release(&utf8);
}

static ssize_t read_nothing(struct stream *stream, void *bytes, size_t size, struct error *err)
{
    (void)stream;
    (void)bytes;
    (void)size;
    return error_set(err, ERROR_IO, "the disk is gone");
}

static void a_read_error_is_passed_on(void **state)
{
    (void)state;
    struct stream in = {.read = read_nothing};
    struct encoding *encoding = encoding_new(&in);
    struct error err = {0};
    const char *bytes;
    assert_int_equal(encoding_next(encoding, &bytes, &err), -1);
    assert_string_equal(err.message, "the disk is gone");
    encoding_free(encoding);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_without_a_mark_pass_unchanged),
        cmocka_unit_test(a_utf8_mark_is_removed_once),
        cmocka_unit_test(utf16_becomes_utf8_in_both_byte_orders),
        cmocka_unit_test(a_lone_surrogate_becomes_a_replacement_character_and_is_counted),
        cmocka_unit_test(a_unit_or_pair_cut_off_by_the_end_is_dropped_and_reported),
        cmocka_unit_test(a_single_nul_byte_cut_off_by_the_end_is_told_from_others),
        cmocka_unit_test(offsets_are_those_of_the_documents_own_bytes),
        cmocka_unit_test(a_long_text_comes_in_bounded_blocks_and_whole),
        cmocka_unit_test(a_read_error_is_passed_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
