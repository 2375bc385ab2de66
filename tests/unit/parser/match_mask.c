/* parser/match_mask: expressions that say what does not count. */
#include "parser/match_mask.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct error test_error;

static struct match_piece whole(const char *text)
{
    return (struct match_piece){{text, strlen(text)}, true, true};
}

/* Masks `text` with up to three expressions; marks are shown as '#'. */
static void assert_masked(const char *const patterns[3], const char *text, const char *wanted)
{
    struct match_mask *mask = match_mask_new();
    struct match_piece piece = whole(text);
    struct text masked;
    char shown[256];
    for (int i = 0; i < 3 && patterns[i]; i++)
        assert_int_equal(match_mask_add(mask, patterns[i], &test_error), 0);
    assert_int_equal(match_mask_apply(mask, &piece, &masked, &test_error), 0);
    assert_in_range(masked.length, 0, sizeof shown - 1);
    for (size_t i = 0; i < masked.length; i++)
        shown[i] = masked.bytes[i];
    shown[masked.length] = '\0';
    for (char *at = shown; *at; at++)
        if (*at == MATCH_MASK_MARK)
            *at = '#';
    assert_string_equal(shown, wanted);
    match_mask_free(mask);
}

static void each_run_of_matched_bytes_becomes_one_mark(void **state)
{
    (void)state;
    assert_masked((const char *[3]){"\\d+"}, "pid 12 of 345", "pid # of #");
    assert_masked((const char *[3]){"\\d"}, "pid 12 of 345", "pid # of #");
    assert_masked((const char *[3]){"\\d+"}, "no number", "no number");
    assert_masked((const char *[3]){"x*"}, "axxb", "a#b");
    assert_masked((const char *[3]){"."}, "äöü日本", "#");
    assert_masked((const char *[3]){"\\d+"}, "", "");
}

static void the_order_of_expressions_does_not_count(void **state)
{
    (void)state;
    assert_masked((const char *[3]){"\\d+", "at \\d\\d:\\d\\d"}, "at 10:30 pid 4", "# pid #");
    assert_masked((const char *[3]){"at \\d\\d:\\d\\d", "\\d+"}, "at 10:30 pid 4", "# pid #");
}

static void anchors_know_where_a_line_begins_and_ends(void **state)
{
    (void)state;
    struct match_mask *mask = match_mask_new();
    struct match_piece piece = whole("abc");
    assert_int_equal(match_mask_add(mask, "^a", &test_error), 0);
    assert_int_equal(match_mask_test(mask, &piece, &test_error), 1);
    piece.begins = false;
    assert_int_equal(match_mask_test(mask, &piece, &test_error), 0);
    assert_int_equal(match_mask_add(mask, "c$", &test_error), 0);
    assert_int_equal(match_mask_test(mask, &piece, &test_error), 1);
    piece.ends = false;
    assert_int_equal(match_mask_test(mask, &piece, &test_error), 0);
    match_mask_free(mask);
}

static void a_match_is_found_at_the_end_of_a_long_text(void **state)
{
    (void)state;
    struct match_mask *mask = match_mask_new();
    enum { LENGTH = 100 * 1000 };
    char *text = malloc(3 * LENGTH + 4);
    struct text masked;
    for (int i = 0; i < LENGTH; i++)
        memcpy(text + 3 * i, "\xE6\x97\xA5", 3);
    memcpy(text + 3 * LENGTH, "x42", 4);
    struct match_piece piece = whole(text);
    assert_int_equal(match_mask_add(mask, "x\\d+$", &test_error), 0);
    assert_int_equal(match_mask_test(mask, &piece, &test_error), 1);
    assert_int_equal(match_mask_apply(mask, &piece, &masked, &test_error), 0);
    assert_int_equal(masked.length, 3 * LENGTH + 1);
    free(text);
    match_mask_free(mask);
}

static void bytes_that_are_no_utf8_match_nothing_and_stop_nothing(void **state)
{
    (void)state;
    assert_masked((const char *[3]){"[^a]"}, "a\xC3(\xE2\x82z", "a\xC3#\xE2\x82#");
}

static void a_wrong_expression_is_named_with_its_place(void **state)
{
    (void)state;
    struct match_mask *mask = match_mask_new();
    assert_int_equal(match_mask_add(mask, "ab(c", &test_error), -1);
    assert_int_equal(test_error.code, ERROR_USAGE);
    assert_int_equal(test_error.offset, 4);
    assert_non_null(strstr(test_error.message, "missing closing parenthesis"));
    assert_int_equal(match_mask_add(mask, "\\C", &test_error), -1);
    char *longer = malloc(MATCH_MASK_PATTERN_BYTES + 2);
    memset(longer, 'a', MATCH_MASK_PATTERN_BYTES + 1);
    longer[MATCH_MASK_PATTERN_BYTES + 1] = '\0';
    assert_int_equal(match_mask_add(mask, longer, &test_error), -1);
    free(longer);
    assert_true(match_mask_is_empty(mask));
    for (int i = 0; i < MATCH_MASK_PATTERNS; i++)
        assert_int_equal(match_mask_add(mask, "a", &test_error), 0);
    assert_int_equal(match_mask_add(mask, "a", &test_error), -1);
    match_mask_free(mask);
}

static void assert_too_costly(const char *pattern, const char *text, size_t length)
{
    struct match_mask *mask = match_mask_new();
    struct match_piece piece = {{text, length}, true, true};
    struct text masked;
    assert_int_equal(match_mask_add(mask, pattern, &test_error), 0);
    test_error.code = ERROR_NONE;
    assert_int_equal(match_mask_test(mask, &piece, &test_error), -1);
    assert_int_equal(test_error.code, ERROR_LIMIT);
    assert_non_null(strstr(test_error.message, "passed the limit of"));
    assert_int_equal(match_mask_apply(mask, &piece, &masked, &test_error), -1);
    match_mask_free(mask);
}

static void a_catastrophic_expression_names_the_limit(void **state)
{
    (void)state;
    char text[200];
    memset(text, 'a', sizeof text);
    assert_too_costly("(a+)+[bc]$", text, 40);
    assert_too_costly("((a?){20})+[bc]$", text, sizeof text);
}

/* From each byte it goes to the end in one step. */
static void an_expression_that_takes_too_long_names_the_limit(void **state)
{
    (void)state;
    enum { LENGTH = 1024 * 1024 };
    struct match_mask *mask = match_mask_new();
    char *text = malloc(LENGTH);
    memset(text, 'a', LENGTH);
    struct match_piece piece = {{text, LENGTH}, true, true};
    assert_int_equal(match_mask_add(mask, "(?=a)(?>[^x]*)[cd]", &test_error), 0);
    assert_int_equal(match_mask_test(mask, &piece, &test_error), -1);
    assert_int_equal(test_error.code, ERROR_LIMIT);
    assert_non_null(strstr(test_error.message, "seconds"));
    match_mask_free(mask);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_run_of_matched_bytes_becomes_one_mark),
        cmocka_unit_test(the_order_of_expressions_does_not_count),
        cmocka_unit_test(anchors_know_where_a_line_begins_and_ends),
        cmocka_unit_test(a_match_is_found_at_the_end_of_a_long_text),
        cmocka_unit_test(bytes_that_are_no_utf8_match_nothing_and_stop_nothing),
        cmocka_unit_test(a_wrong_expression_is_named_with_its_place),
        cmocka_unit_test(a_catastrophic_expression_names_the_limit),
        cmocka_unit_test(an_expression_that_takes_too_long_names_the_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
