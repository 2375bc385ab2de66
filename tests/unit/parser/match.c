/* parser/match: literals, compared with looking at every place. */
#include "tests/unit/parser/match_check.h"

#include <locale.h>
#include <stdio.h>

/* How often the literal is in the text. */
static int count_of(const char *literal, unsigned flags, const char *text)
{
    struct text texts[] = {T(literal)};
    struct buffer found;
    struct matcher *matcher = new_matcher(texts, 1, flags);
    buffer_init(&found, 1 << 20);
    find(matcher, T(text), strlen(text), 1, flags, &found);
    int count = (int)(found.length / sizeof(struct match));
    buffer_release(&found);
    matcher_free(matcher);
    return count;
}

/* ---- what is found ---- */

#define COUNT(...) (sizeof(TEXTS(__VA_ARGS__)) / sizeof(struct text))
#define assert_all_flags(text, ...)                                                                \
    do {                                                                                           \
        for (unsigned flags_ = 0; flags_ < 8; flags_++)                                            \
            assert_as_naive(TEXTS(__VA_ARGS__), COUNT(__VA_ARGS__), flags_, T(text));              \
    } while (0)

static void overlapping_and_repeated_literals_each_have_all_their_matches(void **state)
{
    (void)state;
    assert_all_flags("aaaa aa\naAa a", {"a", 1}, {"aa", 2}, {"aaa", 3}, {"A", 1});
    assert_all_flags("evil.example evil.example.org xevil.example\nevil", {"evil", 4},
                     {"evil.example", 12}, {"evil.example", 12}, {"example", 7}, {".", 1},
                     {"EVIL.EXAMPLE", 12});
    assert_all_flags("10.0.3.4 110.0.3.4 10.0.3.40 10.0.3.4. 10.0.3.4-x (10.0.3.4)",
                     {"10.0.3.4", 8}, {"0.3.4", 5}, {"4", 1});
    assert_all_flags("fe80::1 fe80::12 fe80::1:2 [fe80::1]:443 ::1", {"fe80::1", 7}, {"::1", 3},
                     {"443", 3});
}

static void a_match_may_be_the_whole_text_or_end_with_it(void **state)
{
    (void)state;
    assert_all_flags("needle", {"needle", 6}, {"n", 1}, {"e", 1});
    assert_all_flags("needle\n", {"needle", 6}, {"dle", 3});
    assert_all_flags("\nneedle", {"needle", 6}, {"need", 4});
    assert_all_flags("n", {"needle", 6}, {"n", 1});
    assert_all_flags("", {"needle", 6}, {"n", 1});
    assert_all_flags("\n\n\n", {"needle", 6}, {"n", 1});
}

static void literals_with_and_without_ascii_come_in_one_order(void **state)
{
    (void)state;
    assert_all_flags(
        "M\xC3\xBCller evil b\xC3\xB6se\nevil M\xC3\x9CLLER\nb\xC3\xB6se b\xC3\xB6se evil",
        {"m\xC3\xBCller", 7}, {"evil", 4}, {"B\xC3\x96SE", 5}, {"l", 1});
}

static void every_letter_matches_in_each_of_its_cases(void **state)
{
    (void)state;
    assert_int_equal(count_of("m\xC3\xBCller", 0, "M\xC3\x9CLLER m\xC3\xBCLLer"), 2);
    assert_int_equal(count_of("m\xC3\xBCller", MATCH_CASE, "M\xC3\x9CLLER m\xC3\xBCller"), 1);
    /* Sigma has two small forms; a small sharp s has two bytes, the capital one three. */
    assert_int_equal(count_of("\xCF\x83", 0, "\xCE\xA3 \xCF\x83 \xCF\x82"), 3);
    assert_int_equal(count_of("stra\xC3\x9F"
                              "e",
                              0,
                              "STRA\xE1\xBA\x9E"
                              "E"),
                     1);
    /* A with stroke: two bytes, its small form three. */
    assert_int_equal(count_of("\xC8\xBA", 0, "\xC8\xBA \xE2\xB1\xA5"), 2);
    /* Without a language the dotless i and the dotted I have no other case. */
    assert_int_equal(count_of("x\xC4\xB1", 0, "xI xi x\xC4\xB1 x\xC4\xB0"), 1);
    assert_int_equal(count_of("x\xC4\xB0", 0, "xI xi x\xC4\xB1 x\xC4\xB0"), 1);
    /* The Kelvin sign is a k beside letters beyond ASCII; a text of ASCII has ASCII's cases. */
    assert_int_equal(count_of("k\xC3\xBC", 0, "\xE2\x84\xAA\xC3\x9C K\xC3\xBC"), 2);
    assert_int_equal(count_of("k", 0, "\xE2\x84\xAA K k"), 2);
}

/* A k of one byte may be a sign of three. */
static void a_match_much_longer_than_its_literal_is_found_across_pieces(void **state)
{
    (void)state;
#define K4 "\xE2\x84\xAA\xE2\x84\xAA\xE2\x84\xAA\xE2\x84\xAA"
    for (unsigned flags = 0; flags < 4; flags++)
        assert_as_naive(TEXTS({"\xC3\xBCkkkkkkkkkkkkkkkkkkkkkkkk", 26}), 1, flags,
                        T("kk \xC3\x9C" K4 K4 K4 K4 K4 K4 " \xC3\xBC" K4 K4 K4 K4 K4 K4 "k"));
}

static char *times(const char *part, size_t count)
{
    size_t length = strlen(part);
    char *text = malloc(count * length + 1);
    for (size_t i = 0; i < count; i++)
        memcpy(text + i * length, part, length);
    text[count * length] = '\0';
    return text;
}

static void a_long_text_beyond_ascii_is_found_in_any_case(void **state)
{
    (void)state;
    /* 4,080 bytes: "abvgdezhik" in Cyrillic, small and large. */
    char *small =
        times("\xD0\xB0\xD0\xB1\xD0\xB2\xD0\xB3\xD0\xB4\xD0\xB5\xD0\xB6\xD0\xB8\xD0\xBA-k.", 194);
    char *large =
        times("\xD0\x90\xD0\x91\xD0\x92\xD0\x93\xD0\x94\xD0\x95\xD0\x96\xD0\x98\xD0\x9A-K.", 194);
    struct text literals[] = {{small, strlen(small)}, {large, strlen(large) - 3}};
    struct buffer text;
    buffer_init(&text, 1 << 20);
    text_printf(&text, "x%s\n%s y %s%s", large, small, large + 2, small);
    struct text whole = {text.bytes, text.length};
    for (unsigned flags = 0; flags < 4; flags++) {
        struct buffer expected, found;
        struct matcher *matcher = new_matcher(literals, 2, flags);
        buffer_init(&expected, 1 << 20);
        buffer_init(&found, 1 << 20);
        naive_find(whole, literals, 2, flags, &expected);
        naive_sort(&expected);
        assert_true(expected.length > 0);
        for (size_t size = 60; size < 9000; size = size * 3 + 1) {
            find(matcher, whole, size, size, flags, &found);
            assert_found(&expected, &found, (struct text){"", 0}, "in pieces of", size);
        }
        matcher_free(matcher);
        buffer_release(&expected);
        buffer_release(&found);
    }
    buffer_release(&text);
    free(small);
    free(large);
}

static void in_bytes_utf16_is_found_at_any_offset(void **state)
{
    (void)state;
    static const char text[] =
        "xe\0v\0i\0l\0 \0E\0V\0I\0L\0.\0\0m\0\xFC\0l\0l\0e\0r\0 M\0\xFC\0L\0\0\xA3\x03\xC3\x03"
        "\x41\x01\x61\x01=\xD8\x00\xDE evil M\xC3\xBCl";
    struct text whole = {text, sizeof text - 1};
    /* U+0141 is no capital of U+0161, though its bytes are A and 1; U+1F600 is a pair of units. */
    struct text literals[] = {{"evil", 4},     {"m\xC3\xBCl", 4},       {"\xCF\x83", 2},
                              {"\xC5\x81", 2}, {"\xF0\x9F\x98\x80", 4}, {"l", 1}};
    for (unsigned flags = MATCH_BYTES; flags < 8; flags++)
        assert_as_naive(literals, sizeof literals / sizeof *literals, flags, whole);
    struct matcher *matcher = new_matcher(literals + 1, 1, MATCH_BYTES);
    struct buffer found;
    buffer_init(&found, 1 << 16);
    find(matcher, whole, whole.length, 1, MATCH_BYTES, &found);
    assert_int_equal(found.length / sizeof(struct match), 3);
    buffer_release(&found);
    matcher_free(matcher);
}

/* U+0100 is the bytes 0 and 1. */
static void utf16_may_begin_with_a_nul(void **state)
{
    (void)state;
    static const char text[] = "\1\0\1a\0\0\1\1\0\1";
    struct text literals[] = {{"\xC4\x80", 2},
                              {"\xC4\x80"
                               "a",
                               3},
                              {"a\xC4\x80", 3}};
    for (unsigned flags = MATCH_BYTES; flags < 8; flags++)
        assert_as_naive(literals, 3, flags, (struct text){text, sizeof text - 1});
}

/* Vectorscan alone misses a single letter there, beside another literal, at most alignments. */
static void the_last_bytes_are_searched_at_every_alignment(void **state)
{
    (void)state;
    static const size_t lengths[] = {1, 33, 64, 65, 96, 129, 300, 4095, 4097, 4200, 70000};
    struct text literals[] = {{"g", 1}, {"gnimmq", 6}, {"\xC3\xBC", 2}};
    char *bytes = aligned_alloc(64, 1 << 17);
    memset(bytes, '.', 1 << 17);
    for (unsigned flags = 0; flags < 8; flags++)
        for (size_t count = 2; count <= 3; count++) {
            struct matcher *matcher = new_matcher(literals, count, flags);
            struct match_probe *probe = match_probe_new(matcher);
            struct buffer found;
            buffer_init(&found, 1 << 16);
            for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++)
                for (size_t alignment = 0; alignment < 64; alignment += 7)
                    for (size_t back = 1; back <= 80 && back <= lengths[i]; back += 1 + back / 8) {
                        struct text text = {bytes + alignment, lengths[i]};
                        char *letter = bytes + alignment + lengths[i] - back;
                        *letter = 'g';
                        /* To its end, where the page after it may begin anywhere. */
                        find(matcher, text, text.length, 1, flags, &found);
                        if (found.length != sizeof(struct match))
                            fail_msg("%zu back of %zu at %zu: %zu matches", back, lengths[i],
                                     alignment, found.length / sizeof(struct match));
                        assert_true(match_probe_finds(probe, text));
                        *letter = '.';
                    }
            buffer_release(&found);
            match_probe_free(probe);
            matcher_free(matcher);
        }
    free(bytes);
}

/* ---- bounds and errors ---- */

static void assert_refused(const struct text *literals, size_t count, unsigned flags)
{
    assert_null(matcher_new_literals(literals, count, flags, &err));
    assert_int_equal(err.code, ERROR_USAGE);
}

static void what_cannot_be_looked_for_is_refused(void **state)
{
    (void)state;
    char *long_text = times("x", MATCH_LITERAL_BYTES + 1);
    struct text *many = calloc(MATCH_LITERALS + 1, sizeof *many);
    for (size_t i = 0; i <= MATCH_LITERALS; i++)
        many[i] = T("x");
    assert_refused(NULL, 0, 0);
    assert_refused(TEXTS({"", 0}), 1, 0);
    assert_refused(TEXTS({long_text, MATCH_LITERAL_BYTES + 1}), 1, 0);
    assert_refused(TEXTS({"a\nb", 3}), 1, 0);
    assert_refused(TEXTS({"a\xFF", 2}), 1, 0);
    assert_refused(TEXTS({"a\0", 2}), 1, MATCH_BYTES);
    assert_refused(TEXTS({"\xED\xA0\x80", 3}), 1, MATCH_BYTES);
    assert_refused(many, MATCH_LITERALS + 1, 0);
    free(many);
    free(long_text);
}

static void a_literal_of_4096_bytes_is_found_in_small_pieces(void **state)
{
    (void)state;
    char *literal = times("ab.c", 1024), *spaced = times("\xC3\xBC.", 1365);
    struct buffer text, found;
    buffer_init(&text, 1 << 20);
    buffer_init(&found, 1 << 20);
    text_printf(&text, "x%s %sab.c\n%s-%s", literal, literal, spaced, spaced);
    for (unsigned flags = 0; flags < 8; flags++) {
        struct text literals[] = {{literal, 4096}, {spaced, 4095}};
        struct matcher *matcher = new_matcher(literals, 2, flags);
        find(matcher, (struct text){text.bytes, text.length}, 97, 97, flags, &found);
        size_t count = found.length / sizeof(struct match);
        /* The second one begins in the first's place as well, four bytes on; at the end of it a `.`
         * or nothing stands behind. */
        assert_int_equal(count, flags & MATCH_WORD ? 2 : 5);
        matcher_free(matcher);
    }
    buffer_release(&text);
    buffer_release(&found);
    free(literal);
    free(spaced);
}

static void a_text_that_is_not_utf8_is_damage_where_it_matters(void **state)
{
    (void)state;
    struct buffer found;
    struct matcher *matcher = new_matcher(TEXTS({"\xC3\xBC", 2}), 1, 0);
    buffer_init(&found, 1024);
    matcher_begin(matcher, keep, &found);
    assert_int_equal(matcher_feed(matcher, T("\xC3\xBC \xFF"), &err), -1);
    assert_int_equal(err.code, ERROR_DAMAGED);
    matcher_free(matcher);
    assert_int_equal(count_of("evil", 0, "\xFF evil \xC3"), 1);
    assert_int_equal(count_of("\xC3\xBC", MATCH_BYTES, "\xFF\xC3\xBC\xC3"), 1);
    buffer_release(&found);
}

static int stop(void *context, const struct match *match, struct error *why)
{
    ++*(int *)context;
    (void)match;
    return error_set(why, ERROR_NOT_FOUND, "enough");
}

static void a_call_can_stop_and_another_text_begin(void **state)
{
    (void)state;
    int calls = 0;
    struct buffer found;
    struct matcher *matcher = new_matcher(TEXTS({"a", 1}, {"\xC3\xBC", 2}), 2, MATCH_WORD);
    buffer_init(&found, 1024);
    matcher_begin(matcher, stop, &calls);
    assert_int_equal(matcher_feed(matcher, T("a \xC3\xBC a \xC3\xBC and more of it"), &err), -1);
    assert_int_equal(err.code, ERROR_NOT_FOUND);
    assert_int_equal(calls, 1);
    find(matcher, T("a \xC3\xBC"), 1, 1, 0, &found);
    assert_int_equal(found.length / sizeof(struct match), 2);
    matcher_free(matcher);
    buffer_release(&found);
}

static void marks_come_in_order_and_no_more_than_wanted(void **state)
{
    (void)state;
    struct match marks[4];
    struct matcher *matcher = new_matcher(TEXTS({"a", 1}, {"\xC3\xBC", 2}, {"aa", 2}), 3, 0);
    assert_int_equal(matcher_mark(matcher, T("x\xC3\xBC aa"), marks, 4, &err), 4);
    for (int i = 1; i < 4; i++)
        assert_true(marks[i - 1].start <= marks[i].start);
    assert_int_equal(marks[0].pattern, 1);
    assert_int_equal(matcher_mark(matcher, T("aaaaaaa"), marks, 2, &err), 2);
    assert_int_equal(matcher_mark(matcher, (struct text){"", 0}, marks, 2, &err), 0);
    matcher_free(matcher);
}

static void a_probe_never_says_no_where_a_literal_is(void **state)
{
    (void)state;
    struct matcher *matcher = new_matcher(TEXTS({"evil", 4}, {"b\xC3\xB6se", 5}), 2, MATCH_WORD);
    struct match_probe *probe = match_probe_new(matcher);
    assert_non_null(probe);
    assert_true(match_probe_finds(probe, T("xEVIL")));
    assert_true(match_probe_finds(probe, T("a B\xC3\x96SE")));
    assert_true(match_probe_finds(probe, T("\xFF")));
    assert_false(match_probe_finds(probe, T("good")));
    assert_false(match_probe_finds(probe, (struct text){"", 0}));
    match_probe_free(probe);
    matcher_free(matcher);
}

int main(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(overlapping_and_repeated_literals_each_have_all_their_matches),
        cmocka_unit_test(a_match_may_be_the_whole_text_or_end_with_it),
        cmocka_unit_test(literals_with_and_without_ascii_come_in_one_order),
        cmocka_unit_test(every_letter_matches_in_each_of_its_cases),
        cmocka_unit_test(a_match_much_longer_than_its_literal_is_found_across_pieces),
        cmocka_unit_test(a_long_text_beyond_ascii_is_found_in_any_case),
        cmocka_unit_test(in_bytes_utf16_is_found_at_any_offset),
        cmocka_unit_test(utf16_may_begin_with_a_nul),
        cmocka_unit_test(the_last_bytes_are_searched_at_every_alignment),
        cmocka_unit_test(what_cannot_be_looked_for_is_refused),
        cmocka_unit_test(a_literal_of_4096_bytes_is_found_in_small_pieces),
        cmocka_unit_test(a_text_that_is_not_utf8_is_damage_where_it_matters),
        cmocka_unit_test(a_call_can_stop_and_another_text_begin),
        cmocka_unit_test(marks_come_in_order_and_no_more_than_wanted),
        cmocka_unit_test(a_probe_never_says_no_where_a_literal_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
