/* parser/match: regular expressions, line by line. */
#include "base/buffer.h"
#include "base/error.h"
#include "parser/match.h"
#include "tests/unit/random.h"

#include <locale.h>
#include <regex.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#define PLENTY 64 /* seconds, where minutes or hours would be the failure */

static struct error err;

static struct text T(const char *text) {
    return (struct text){text, strlen(text)};
}

static char *
times(const char *part, size_t count)
{
    size_t length = strlen(part);
    char *text = malloc(count * length + 1);
    for (size_t i = 0; i < count; i++)
        memcpy(text + i * length, part, length);
    text[count * length] = '\0';
    return text;
}

/* "start-end " of each match. */
static int keep(void *context, const struct match *match, struct error *why)
{
    (void)why;
    assert_int_equal(match->pattern, 0);
    text_printf(context, "%lld-%lld ", (long long)match->start, (long long)match->end);
    return 0;
}

static struct matcher *new_matcher(const char *pattern)
{
    struct matcher *matcher = matcher_new_regex(T(pattern), false, &err);
    if (!matcher)
        fail_msg("%s: %s", pattern, err.message);
    return matcher;
}

static size_t piece_end(struct text text, size_t wanted)
{
    while (wanted < text.length && ((unsigned char)text.bytes[wanted] & 0xC0) == 0x80)
        wanted++;
    return wanted < text.length ? wanted : text.length;
}

/* 0, or -1 with err. */
static int find(struct matcher *matcher, struct text text, size_t first, size_t size,
                struct buffer *found)
{
    size_t start = 0, end = piece_end(text, first);
    buffer_clear(found);
    matcher_begin(matcher, keep, found);
    while (start < text.length) {
        if (matcher_feed(matcher, (struct text){text.bytes + start, end - start}, &err))
            return -1;
        start = end;
        end = piece_end(text, end + size);
    }
    return matcher_end(matcher, &err);
}

/* At every size of pieces and every cut; `pattern` may be any that PCRE2 takes. */
static void assert_finds(const char *pattern, const char *text, const char *expected)
{
    struct buffer found;
    struct matcher *matcher = new_matcher(pattern);
    buffer_init(&found, 1 << 16);
    for (size_t size = 1; size <= 31; size++) {
        assert_int_equal(find(matcher, T(text), size, size, &found), 0);
        if (strcmp(buffer_text(&found), expected) != 0)
            print_message("%s in pieces of %zu\n", pattern, size);
        assert_string_equal(buffer_text(&found), expected);
    }
    for (size_t cut = 0; cut <= strlen(text); cut++) {
        assert_int_equal(find(matcher, T(text), cut, strlen(text) + 1, &found), 0);
        assert_string_equal(buffer_text(&found), expected);
    }
    buffer_release(&found);
    matcher_free(matcher);
}

static void anchors_hold_at_the_ends_of_lines_and_nowhere_else(void **state)
{
    (void)state;
    assert_finds("^ab", "ab xab\nxab\nab", "0-2 11-13 ");
    assert_finds("ab$", "ab xab\nabx\nab", "4-6 11-13 ");
    assert_finds("\\Aab\\z", "ab\nabc\nab", "0-2 7-9 ");
    assert_finds("(?m)^b", "ab\nb", "3-4 ");
    assert_finds("a\\b", "ab a\na", "3-4 5-6 ");
    assert_finds("(?<!x)a", "xa a\nxa\na", "3-4 8-9 ");
    assert_finds("a(?!b)", "ab a\nab\na", "3-4 8-9 ");
    assert_finds("(?<=\\n)b", "a\nb", "");
    assert_finds("a\\nb", "a\nb", "");
    assert_finds("a.b",
                 "a\nb a\xC3\xBC"
                 "b",
                 "4-8 ");
}

static void a_text_has_the_lines_that_its_line_ends_make(void **state)
{
    (void)state;
    assert_finds("^$", "", "");
    assert_finds("^$", "\n", "0-0 ");
    assert_finds("^$", "a\n\n", "2-2 ");
    assert_finds("^$", "a\n\nb", "2-2 ");
    assert_finds("x*", "a\nxx\nb", "0-0 2-4 5-5 ");
    /* A CR alone is in the line; no hit goes over a LF. */
    assert_finds("a\\rb$", "a\rb\na\r", "0-3 ");
    assert_finds("[^z]+", "ab\ncd", "0-2 3-5 ");
    assert_finds("(*ANYCRLF)^b", "a\rb", "");
}

static void letters_match_in_any_case_of_unicode(void **state)
{
    (void)state;
    assert_finds("m\xC3\xBCller", "M\xC3\x9CLLER", "0-7 ");
    assert_finds("k", "\xE2\x84\xAA", "0-3 ");
    assert_finds("\\bm\xC3\xBC\\b", "m\xC3\xBCl m\xC3\xBC", "5-8 ");
    struct matcher *matcher = matcher_new_regex(T("M\xC3\xBC"), true, &err);
    struct buffer found;
    buffer_init(&found, 1024);
    assert_int_equal(find(matcher, T("m\xC3\xBC M\xC3\x9C M\xC3\xBC"), 99, 1, &found), 0);
    assert_string_equal(buffer_text(&found), "8-11 ");
    buffer_release(&found);
    matcher_free(matcher);
}

static void a_match_that_is_moved_or_empty_is_told_forward(void **state)
{
    (void)state;
    assert_finds("a\\Kb", "ab\nab", "1-2 4-5 ");
    assert_finds("a\\K", "ba", "2-2 ");
    assert_finds("(?=b)", "ab", "1-1 ");
}

/* POSIX's own matcher says which lines match. */
static void random_lines_match_where_posix_says_so(void **state)
{
    (void)state;
    static const char *const patterns[] = {"a.b", "^ab",     "b$",     "a[bc]*d",  "(ab|c)+d$",
                                           "^$",  "^[^a]+$", "b{2,3}", "(a|b)c?d", "^.?b.?$"};
    struct buffer found, text, expected;
    buffer_init(&found, 1 << 16);
    buffer_init(&text, 1 << 16);
    buffer_init(&expected, 1 << 16);
    for (int round = 0; round < 200; round++) {
        const char *pattern = patterns[round % 10];
        struct matcher *matcher = new_matcher(pattern);
        regex_t posix;
        regmatch_t where;
        assert_int_equal(regcomp(&posix, pattern, REG_EXTENDED | REG_ICASE), 0);
        buffer_clear(&text);
        buffer_clear(&expected);
        for (int i = 0; i < 200; i++)
            (void)buffer_append(&text, &"aAbBcd\n\n"[next_random(8)], 1);
        for (const char *at = buffer_text(&text); *at;) {
            size_t length = strcspn(at, "\n");
            char line[256];
            memcpy(line, at, length);
            line[length] = '\0';
            if (regexec(&posix, line, 1, &where, 0) == 0)
                text_printf(&expected, "%d ", (int)(at - text.bytes) + (int)where.rm_so);
            at += length + (at[length] == '\n');
        }
        for (size_t size = 1; size <= 31; size += 3) {
            assert_int_equal(
                find(matcher, (struct text){text.bytes, text.length}, size, size, &found), 0);
            struct buffer starts;
            buffer_init(&starts, 1 << 16);
            for (const char *at = buffer_text(&found); *at; at = strchr(at, ' ') + 1)
                text_printf(&starts, "%ld ", strtol(at, NULL, 10));
            assert_string_equal(buffer_text(&starts), buffer_text(&expected));
            buffer_release(&starts);
        }
        regfree(&posix);
        matcher_free(matcher);
    }
    buffer_release(&found);
    buffer_release(&text);
    buffer_release(&expected);
}

/* ---- long lines ---- */

/* What is found in a line of this many bytes, of "." but for `what` at byte `at`; a second line ends
 * the text. */
static void assert_finds_at(const char *pattern, size_t length, const char *what, size_t at,
                            bool is_found, int64_t long_lines)
{
    static const size_t sizes[] = {65536, 40000, 4000000};
    struct buffer found;
    char expected[64], *line = times(".", length + 3);
    memcpy(line + at, what, strlen(what));
    memcpy(line + length, "\nz", 3);
    snprintf(expected, sizeof expected, "%d-%d ", (int)at, (int)(at + strlen(what)));
    buffer_init(&found, 1 << 16);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct matcher *matcher = new_matcher(pattern);
        assert_int_equal(find(matcher, T(line), sizes[i], sizes[i], &found), 0);
        if (strcmp(buffer_text(&found), is_found ? expected : "") != 0)
            print_message("%s at %zu of %zu, pieces of %zu\n", pattern, at, length, sizes[i]);
        assert_string_equal(buffer_text(&found), is_found ? expected : "");
        assert_int_equal(matcher_long_lines(matcher), long_lines);
        matcher_free(matcher);
    }
    buffer_release(&found);
    free(line);
}

static void a_line_of_just_1_mib_is_matched_whole(void **state)
{
    (void)state;
    size_t whole = MATCH_LINE_BYTES;
    assert_finds_at("^x(?=\\.+$)", whole, "x", 0, true, 0);
    assert_finds_at("^\\.+\\Kx$", whole, "x", whole - 1, true, 0);
    assert_finds_at("x$", whole, "x", whole - 1, true, 0);
    assert_finds_at("x$", whole + 1, "x", whole, true, 1);
    assert_finds_at("^x", whole + 1, "x", 0, true, 1);
}

static void what_straddles_the_pieces_of_a_longer_line_is_found(void **state)
{
    (void)state;
    size_t piece = MATCH_LINE_BYTES;
    for (size_t back = 0; back <= 6; back++)
        assert_finds_at("needle", 2 * piece, "needle", piece - back, true, 1);
    assert_finds_at("needle", 2 * piece, "needle", 2 * piece - 6, true, 1);
    assert_finds_at("needle$", 2 * piece, "needle", 2 * piece - 6, true, 1);
    assert_finds_at("needle$", 2 * piece, "needle", piece - 6, false, 1);
}

/* The ends of pieces are no ends of lines, words or subjects. */
static void the_pieces_of_a_longer_line_have_no_ends_of_their_own(void **state)
{
    (void)state;
    size_t piece = MATCH_LINE_BYTES, overlap = 64 * 1024;
    for (int far = -2; far <= 2; far++) {
        size_t end = piece + (size_t)far, start = piece - overlap + (size_t)far;
        assert_finds_at("ab\\z", 2 * piece, "ab", end - 2, false, 1);
        assert_finds_at("ab\\Z", 2 * piece, "ab", end - 2, false, 1);
        assert_finds_at("ab$", 2 * piece, "ab", end - 2, false, 1);
        assert_finds_at("ab\\b", 2 * piece, "abc", end - 2, false, 1);
        assert_finds_at("ab(?!c)", 2 * piece, "abc", end - 2, false, 1);
        assert_finds_at("\\Aab", 2 * piece, "ab", start, false, 1);
        assert_finds_at("^ab", 2 * piece, "ab", start, false, 1);
        assert_finds_at("\\bab", 2 * piece, "cab", start - 1, false, 1);
        assert_finds_at("(?<!cc)ab", 2 * piece, "ccab", start - 2, false, 1);
        assert_finds_at("(?<!cc)ab", 2 * piece, "ccab", piece + (size_t)far, false, 1);
        assert_finds_at("ab", 2 * piece, "ab", start, true, 1);
    }
}

static void only_the_first_match_of_a_longer_line_is_told(void **state)
{
    (void)state;
    struct buffer found;
    char *line = times("needle...", 600000);
    struct matcher *matcher = new_matcher("needle");
    buffer_init(&found, 1 << 16);
    assert_int_equal(find(matcher, T(line), 65536, 65536, &found), 0);
    assert_string_equal(buffer_text(&found), "0-6 ");
    buffer_release(&found);
    matcher_free(matcher);
    free(line);
}

/* ---- bounds and errors ---- */

static void what_is_no_expression_is_refused_with_the_place(void **state)
{
    (void)state;
    static const struct {
        const char *pattern;
        int64_t offset;
    } wrong[] = {{"a(", 2}, {"[a", 2}, {"ab)", 2}, {"*a", 0}, {"\\C", 2}, {"(?<n>a)\\k<m>", 10}};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        assert_null(matcher_new_regex(T(wrong[i].pattern), false, &err));
        assert_int_equal(err.code, ERROR_USAGE);
        assert_int_equal(err.offset, wrong[i].offset);
    }
    assert_null(matcher_new_regex(T(""), false, &err));
    assert_int_equal(err.code, ERROR_USAGE);
    assert_null(matcher_new_regex(T("\xFF"), false, &err));
    assert_int_equal(err.code, ERROR_USAGE);
    char *large = times("x", MATCH_REGEX_BYTES + 1);
    assert_null(matcher_new_regex(T(large), false, &err));
    assert_int_equal(err.code, ERROR_USAGE);
    free(large);
}

static void assert_ends_soon(const char *pattern, const char *line)
{
    time_t start = time(NULL);
    struct buffer found;
    struct matcher *matcher = matcher_new_regex(T(pattern), false, &err);
    buffer_init(&found, 1 << 16);
    if (!matcher)
        assert_int_equal(err.code, ERROR_USAGE);
    else
        assert_int_equal(find(matcher, T(line), 65536, 65536, &found), 0);
    if (time(NULL) - start > PLENTY)
        fail_msg("%.60s took %d s", pattern, (int)(time(NULL) - start));
    buffer_release(&found);
    matcher_free(matcher);
}

static void expressions_that_explode_end_soon(void **state)
{
    (void)state;
    static const char *const patterns[] = {"(a+)+$",
                                           "(.*)*x",
                                           "(a|a)*b",
                                           "(a|aa)+b",
                                           "(?R)",
                                           "a(?R)b|c",
                                           "(a(?1)?b)",
                                           "(?:a?){30}a{30}",
                                           "(x+x+)+y",
                                           "(.*?,){11}P",
                                           ".*.*.*.*.*x",
                                           "(((((((a*)*)*)*)*)*)*)b",
                                           "a{65535}{65535}",
                                           "(a{1000}){1000}",
                                           "((a{0,100}){0,100}){0,100}",
                                           "(?:(?:a{0,99}){0,99}){0,9}b",
                                           "(?<=a{250})b",
                                           "(*LIMIT_MATCH=4000000000)(a|aa)+b",
                                           "(*NO_JIT)(a|aa)+b",
                                           "(?|(a)|(aa))*\\1b",
                                           "^(?=(a+))\\1*b",
                                           "(?C1)a",
                                           "(*COMMIT)x",
                                           "(a*+)*b"};
    char *line = times("a", 8000), *wide = times("a ", 4000);
    for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++) {
        assert_ends_soon(patterns[i], line);
        assert_ends_soon(patterns[i], wide);
    }
    static const char *const parts[] = {
        "(",   "a?",   "(a+)+", "[^\\p{L}]|", "\\p{Xwd}*",       "(?<=ab|cd)",
        "(?:", "a{9}", "\\X*",  "(?=",        "[[:alpha:]\\pN]*"};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        char *large = times(parts[i], MATCH_REGEX_BYTES / strlen(parts[i]));
        assert_ends_soon(large, line);
        free(large);
    }
    free(line);
    free(wide);
}

/* From each place of the line the expression goes far ahead and never back, which counts no steps. */
static void a_line_that_takes_more_than_a_second_is_left_out(void **state)
{
    (void)state;
    struct buffer found;
    char *line = times("a", MATCH_LINE_BYTES);
    struct matcher *matcher = new_matcher("(a{1000}){1000}b|(a{999}){1000}c|xyz");
    time_t start = time(NULL);
    buffer_init(&found, 1 << 16);
    assert_int_equal(find(matcher, T(line), 1 << 21, 1, &found), 0);
    assert_true(time(NULL) - start < PLENTY);
    assert_int_equal(matcher_limited_lines(matcher), 1);
    buffer_release(&found);
    matcher_free(matcher);
    free(line);
}

#define EXPLODES "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaac"

static void a_line_that_reaches_a_limit_is_left_out_and_counted(void **state)
{
    (void)state;
    static const char text[] = "ab\n" EXPLODES "\naab\n" EXPLODES;
    struct buffer found;
    struct matcher *matcher = new_matcher("(a|aa)+[bx]");
    buffer_init(&found, 1 << 16);
    for (size_t size = 1; size < sizeof text; size += 9) {
        int64_t before = matcher_limited_lines(matcher);
        assert_int_equal(find(matcher, T(text), size, size, &found), 0);
        assert_string_equal(buffer_text(&found), "0-2 56-59 ");
        assert_int_equal(matcher_limited_lines(matcher) - before, 2);
    }
    buffer_release(&found);
    matcher_free(matcher);
}

static void after_100_such_lines_the_next_is_an_error_at_its_offset(void **state)
{
    (void)state;
    char *text = times(EXPLODES "\n", MATCH_LIMITED_LINES + 2);
    struct buffer found;
    struct matcher *matcher = new_matcher("(a|aa)+[bx]");
    buffer_init(&found, 1 << 16);
    assert_int_equal(find(matcher, T(text), 60, 60, &found), -1);
    assert_int_equal(err.code, ERROR_LIMIT);
    assert_int_equal(err.offset, MATCH_LIMITED_LINES * sizeof EXPLODES);
    /* The next text starts afresh. */
    assert_int_equal(find(matcher, T("aab"), 5, 5, &found), 0);
    assert_string_equal(buffer_text(&found), "0-3 ");
    buffer_release(&found);
    matcher_free(matcher);
    free(text);
}

/* A repetition takes room for each round, which is not the explosion that the limits are for. */
static void a_simple_repetition_reaches_no_limit_in_a_line_of_100_kb(void **state)
{
    (void)state;
    char *line = times("word and ", 12000);
    assert_finds("^(?:\\w|\\s)+$", "a b\n", "0-3 ");
    struct buffer found;
    struct matcher *matcher = new_matcher("^(?:\\w+|\\s)+$");
    buffer_init(&found, 1 << 16);
    assert_int_equal(find(matcher, T(line), 65536, 65536, &found), 0);
    assert_string_equal(buffer_text(&found), "0-108000 ");
    buffer_release(&found);
    matcher_free(matcher);
    free(line);
}

/* ---- marking ---- */

static void every_match_of_a_line_is_marked(void **state)
{
    (void)state;
    struct match marks[3];
    struct matcher *matcher = new_matcher("a+|x*");
    assert_int_equal(matcher_mark(matcher, T("b\xC3\xBC aab a"), marks, 3, &err), 2);
    assert_int_equal(marks[0].start, 4);
    assert_int_equal(marks[0].end, 6);
    assert_int_equal(marks[1].start, 8);
    assert_int_equal(matcher_mark(matcher, T("a a a a a"), marks, 3, &err), 3);
    assert_int_equal(matcher_mark(matcher, (struct text){NULL, 0}, marks, 3, &err), 0);
    matcher_free(matcher);
}

/* The hit is told already: it must not fail for the sake of its marks. */
static void marking_ends_where_a_limit_is_reached(void **state)
{
    (void)state;
    struct match marks[3];
    struct matcher *matcher = new_matcher("needle|(a|aa)+[bx]");
    assert_int_equal(
        matcher_mark(matcher,
                     T("needle aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaac"), marks,
                     3, &err),
        1);
    assert_int_equal(marks[0].end, 6);
    matcher_free(matcher);
}

int main(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(anchors_hold_at_the_ends_of_lines_and_nowhere_else),
        cmocka_unit_test(a_text_has_the_lines_that_its_line_ends_make),
        cmocka_unit_test(letters_match_in_any_case_of_unicode),
        cmocka_unit_test(a_match_that_is_moved_or_empty_is_told_forward),
        cmocka_unit_test(random_lines_match_where_posix_says_so),
        cmocka_unit_test(a_line_of_just_1_mib_is_matched_whole),
        cmocka_unit_test(what_straddles_the_pieces_of_a_longer_line_is_found),
        cmocka_unit_test(the_pieces_of_a_longer_line_have_no_ends_of_their_own),
        cmocka_unit_test(only_the_first_match_of_a_longer_line_is_told),
        cmocka_unit_test(what_is_no_expression_is_refused_with_the_place),
        cmocka_unit_test(expressions_that_explode_end_soon),
        cmocka_unit_test(a_line_that_takes_more_than_a_second_is_left_out),
        cmocka_unit_test(a_line_that_reaches_a_limit_is_left_out_and_counted),
        cmocka_unit_test(after_100_such_lines_the_next_is_an_error_at_its_offset),
        cmocka_unit_test(a_simple_repetition_reaches_no_limit_in_a_line_of_100_kb),
        cmocka_unit_test(every_match_of_a_line_is_marked),
        cmocka_unit_test(marking_ends_where_a_limit_is_reached),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
