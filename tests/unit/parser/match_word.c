/* parser/match_word: what stands alone, and what is part of something longer. */
#include "parser/match_word.h"

#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* The part in `<…>` of the text. */
static bool stands_alone_in(const char *marked, int unit)
{
    char text[256];
    const char *open = strchr(marked, '<'), *close = strchr(open, '>');
    size_t start = (size_t)(open - marked), length = (size_t)(close - open) - 1;
    int size = snprintf(text, sizeof text, "%.*s%.*s%s", (int)start, marked, (int)length, open + 1,
                        close + 1);
    struct text literal = {open + 1, length};
    char wide[512];
    if (unit == 1)
        return match_word_stands_alone((struct text){text, (size_t)size}, start, start + length,
                                       match_word_is_ipv6(literal), 1);
    for (int i = 0; i < size; i++) {
        wide[2 * i] = text[i];
        wide[2 * i + 1] = 0;
    }
    return match_word_stands_alone((struct text){wide, 2 * (size_t)size}, 2 * start,
                                   2 * (start + length), match_word_is_ipv6(literal), 2);
}

static bool is_ascii(const char *text)
{
    while (*text > 0)
        text++;
    return *text == 0;
}

static void assert_alone(const char *const *texts, size_t count, bool expected)
{
    for (size_t i = 0; i < count; i++) {
        if (stands_alone_in(texts[i], 1) != expected)
            fail_msg("%s", texts[i]);
        if (is_ascii(texts[i]) && stands_alone_in(texts[i], 2) != expected)
            fail_msg("%s in UTF-16", texts[i]);
    }
}

#define ASSERT_ALL(texts, expected) assert_alone(texts, sizeof(texts) / sizeof *(texts), expected)

static void what_no_letter_or_digit_touches_stands_alone(void **state)
{
    (void)state;
    static const char *const texts[] = {"<evil.example>",
                                        " <evil.example> ",
                                        "(<evil.example>)",
                                        "<evil.example>.",
                                        "<evil.example>. And",
                                        "http://<evil.example>/x",
                                        "bob@<evil.example>",
                                        "<evil.example>:443",
                                        "\"<evil.example>\"",
                                        "<evil.example>-",
                                        "-<evil.example>",
                                        "..<evil.example>..",
                                        "--<evil.example>",
                                        "\\\\<evil.example>\\c$",
                                        "<10.0.3.4>",
                                        "::ffff:<10.0.3.4>",
                                        "<10.0.3.4>:80",
                                        "[<10.0.3.4>]",
                                        "<10.0.3.4>/24",
                                        "<10.0.3.4>, 5",
                                        "[<fe80::1>]:443",
                                        "<fe80::1>%eth0",
                                        "<fe80::1>: is",
                                        "=<::1>",
                                        "<00:11:22:33:44:55>",
                                        "x<.exe>",
                                        "<evil.>x",
                                        "a</>b",
                                        "<-enc> ",
                                        "a<->b",
                                        "\xE2\x80\x94<evil>\xE2\x80\x94",
                                        "\xFF<evil>\xFF",
                                        "\xC3<evil>\xC3"};
    ASSERT_ALL(texts, true);
}

static void a_part_of_something_longer_does_not_stand_alone(void **state)
{
    (void)state;
    static const char *const texts[] = {"not<evil.example>",
                                        "www.<evil.example>",
                                        "<evil.example>.org",
                                        "x-<evil.example>",
                                        "<evil.example>-x",
                                        "_<evil.example>",
                                        "<evil.example>_",
                                        "<evil.example>9",
                                        "1<10.0.3.4>",
                                        "<10.0.3.4>0",
                                        "<10.0.3.4>.5",
                                        "9.<10.0.3.4>",
                                        "a<d41d8cd9>",
                                        "<d41d8cd9>f",
                                        "<fe80::1>2",
                                        "<fe80::1>:2",
                                        "2:<fe80::1>",
                                        "fe80<::1>",
                                        "0<::1>",
                                        "00:<11:22:33>",
                                        "<11:22:33>:44",
                                        "\xC3\xBC<evil>",
                                        "<evil>\xC3\xBC",
                                        "<\xC3\xBC>\xCF\x83",
                                        "\xCF\x83.<evil>",
                                        "<evil>.\xF0\x9D\x94\xB8",
                                        "\xF0\x9D\x94\xB8-<evil>",
                                        "<.evil>x",
                                        "<evil>.exe"};
    ASSERT_ALL(texts, false);
}

/* U+7878 is a Chinese character, and what the bytes before a text in a binary may look like. */
static void bytes_before_utf16_that_look_like_letters_do_not_join_it(void **state)
{
    (void)state;
    static const char text[] = "xxe\0v\0\x20\x04";
    struct text whole = {text, sizeof text - 1};
    assert_true(match_word_stands_alone(whole, 2, 6, false, 2));
    static const char latin[] = "\xFC\0e\0v\0x\0";
    assert_false(match_word_stands_alone((struct text){latin, 6}, 2, 6, false, 2));
    assert_false(match_word_stands_alone((struct text){latin + 2, 6}, 0, 4, false, 2));
}

static void only_colons_and_hexadecimal_digits_make_an_ipv6_address(void **state)
{
    (void)state;
    static const char *const is[] = {"::", "::1", "fe80::1", "FE80::A", "::ffff:10.0.3.4", "1:2:3"};
    static const char *const is_not[] = {"",      "1",    "10.0.3.4",   "a:b",
                                         "c:\\x", "g::1", "http://a:b", "::1/64"};
    for (size_t i = 0; i < sizeof is / sizeof *is; i++)
        assert_true(match_word_is_ipv6((struct text){is[i], strlen(is[i])}));
    for (size_t i = 0; i < sizeof is_not / sizeof *is_not; i++)
        assert_false(match_word_is_ipv6((struct text){is_not[i], strlen(is_not[i])}));
}

int main(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_no_letter_or_digit_touches_stands_alone),
        cmocka_unit_test(a_part_of_something_longer_does_not_stand_alone),
        cmocka_unit_test(bytes_before_utf16_that_look_like_letters_do_not_join_it),
        cmocka_unit_test(only_colons_and_hexadecimal_digits_make_an_ipv6_address),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
