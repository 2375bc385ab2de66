/* base/text: UTF-8, and text from strangers made safe to look at. */
#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void each_maximal_subpart_of_bad_utf8_is_one_invalid_character(void **state)
{
    (void)state;
    /* Unicode 15, table 3-8: 61 F1 80 80 E1 80 C2 62 80 63 80 BF 64 has subparts of 3, 2, 1, 1, 1, 1. */
    static const char bytes[] = "a\xF1\x80\x80\xE1\x80\xC2"
                                "b\x80"
                                "c\x80\xBF"
                                "d";
    static const size_t lengths[] = {1, 3, 2, 1, 1, 1, 1, 1, 1, 1};
    size_t at = 0, used;
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        text_decode(bytes + at, sizeof bytes - 1 - at, &used, NULL);
        assert_int_equal(used, lengths[i]);
        at += used;
    }
    assert_int_equal(at, sizeof bytes - 1);
}

static void surrogates_overlong_forms_and_values_past_10ffff_are_invalid(void **state)
{
    (void)state;
    assert_false(text_is_utf8("\xED\xA0\x80", 3));
    assert_false(text_is_utf8("\xC0\x80", 2));
    assert_false(text_is_utf8("\xE0\x9F\xBF", 3));
    assert_false(text_is_utf8("\xF4\x90\x80\x80", 4));
    assert_true(text_is_utf8("\xF4\x8F\xBF\xBF", 4));
    assert_true(text_is_utf8("\xED\x9F\xBF", 3));
}

static void every_code_point_survives_encoding_and_decoding(void **state)
{
    (void)state;
    for (uint32_t c = 0; c <= 0x10FFFF; c++) {
        if (c >= 0xD800 && c <= 0xDFFF)
            continue;
        char bytes[4];
        size_t used, length = text_encode(c, bytes);
        assert_int_equal(text_decode(bytes, length, &used, NULL), c);
        assert_int_equal(used, length);
        bool more = false;
        for (size_t cut = 1; cut < length; cut++) {
            assert_int_equal(text_decode(bytes, cut, &used, &more), TEXT_INVALID);
            assert_true(more);
        }
    }
}

static void assert_escaped(const char *text, size_t length, enum text_keep keep, const char *wanted)
{
    struct buffer out;
    buffer_init(&out, 4096);
    text_escape(&out, text, length, keep);
    assert_string_equal(buffer_text(&out), wanted);
    buffer_release(&out);
}

static void terminal_controls_are_shown_and_never_live(void **state)
{
    (void)state;
    assert_escaped("a\x1b[31mb", 7, TEXT_KEEP_NONE, "a\\x1b[31mb");
    assert_escaped("\xC2\x9B"
                   "1m",
                   4, TEXT_KEEP_NONE, "\\u009b1m");
    assert_escaped("x\0y\x7f", 4, TEXT_KEEP_NONE, "x\\x00y\\x7f");
    assert_escaped("evil\xE2\x80\xAE"
                   "txt",
                   10, TEXT_KEEP_NONE, "evil\\u202etxt");
    assert_escaped("\xFF\xE4\xB8\xAD", 4, TEXT_KEEP_NONE, "\\xff\xE4\xB8\xAD");
    assert_escaped("a\r\nb\tc", 6, TEXT_KEEP_NONE, "a\\r\\nb\\tc");
    assert_escaped("a\r\nb\tc", 6, TEXT_KEEP_LINE_ENDS, "a\\r\nb\tc");
}

static void integers_of_64_bits_are_read_and_nothing_else(void **state)
{
    (void)state;
    int64_t value;
    assert_int_equal(text_parse_int64("9223372036854775807", 19, &value), 0);
    assert_true(value == INT64_MAX);
    assert_int_equal(text_parse_int64("-9223372036854775808", 20, &value), 0);
    assert_true(value == INT64_MIN);
    assert_int_equal(text_parse_int64("9223372036854775808", 19, &value), -1);
    assert_int_equal(text_parse_int64("-", 1, &value), -1);
    assert_int_equal(text_parse_int64("", 0, &value), -1);
    assert_int_equal(text_parse_int64("1 ", 2, &value), -1);
    assert_int_equal(text_parse_int64("-0", 2, &value), 0);
    assert_true(value == 0);
}

static void sizes_take_powers_of_1024(void **state)
{
    (void)state;
    int64_t bytes;
    assert_int_equal(text_parse_size("4096", &bytes), 0);
    assert_true(bytes == 4096);
    assert_int_equal(text_parse_size("64K", &bytes), 0);
    assert_true(bytes == 65536);
    assert_int_equal(text_parse_size("2GiB", &bytes), 0);
    assert_true(bytes == 2LL << 30);
    assert_int_equal(text_parse_size("9000000T", &bytes), -1);
    assert_int_equal(text_parse_size("12X", &bytes), -1);
    assert_int_equal(text_parse_size("", &bytes), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_maximal_subpart_of_bad_utf8_is_one_invalid_character),
        cmocka_unit_test(surrogates_overlong_forms_and_values_past_10ffff_are_invalid),
        cmocka_unit_test(every_code_point_survives_encoding_and_decoding),
        cmocka_unit_test(terminal_controls_are_shown_and_never_live),
        cmocka_unit_test(integers_of_64_bits_are_read_and_nothing_else),
        cmocka_unit_test(sizes_take_powers_of_1024),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
