/* base/differ: the hunks of the stock diff, and its end in every case. */
#include "base/differ.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include <cmocka.h>

static struct error test_error;

/* A key for each letter of a text, or for numbers from 0, repeated `period` by `period`. */
struct letters {
    const char *text;
    int64_t numbers, period, given;
    int64_t fails_at; /* 0: never */
};

static int next_letter(void *context, unsigned char key[DIFFER_KEY_BYTES], struct error *err)
{
    struct letters *letters = context;
    memset(key, 0, DIFFER_KEY_BYTES);
    if (letters->fails_at && ++letters->given == letters->fails_at)
        return error_set(err, ERROR_DATABASE, "the source failed");
    if (letters->text) {
        if (!*letters->text)
            return 0;
        key[0] = (unsigned char)*letters->text++;
        return 1;
    }
    if (letters->numbers-- <= 0)
        return 0;
    int64_t value = letters->period ? letters->numbers % letters->period : letters->numbers;
    memcpy(key, &value, sizeof value);
    return 1;
}

static struct differ *start(struct letters *a, struct letters *b)
{
    struct differ_source sources[2] = {{next_letter, a}, {next_letter, b}};
    return differ_start(sources, &test_error);
}

static void assert_no_child(void)
{
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
    assert_int_equal(errno, ECHILD);
}

static void assert_hunks(const char *a, const char *b, const char *wanted)
{
    struct letters x = {.text = a}, y = {.text = b};
    struct differ *differ = start(&x, &y);
    struct differ_hunk hunk;
    char all[256] = "";
    size_t length = 0;
    int more;
    if (!differ)
        fail_msg("%s", test_error.message);
    while ((more = differ_next(differ, &hunk, &test_error)) == 1)
        length += (size_t)snprintf(all + length, sizeof all - length, "%lld+%lld:%lld+%lld ",
                                   (long long)hunk.firsts[0], (long long)hunk.counts[0],
                                   (long long)hunk.firsts[1], (long long)hunk.counts[1]);
    assert_int_equal(more, 0);
    assert_string_equal(all, wanted);
    differ_end(differ);
    assert_no_child();
}

static void hunks_name_the_runs_of_both_sides(void **state)
{
    (void)state;
    assert_hunks("abc", "abc", "");
    assert_hunks("", "", "");
    assert_hunks("abcde", "abXYde", "3+1:3+2 ");
    assert_hunks("abc", "abcde", "4+0:4+2 ");
    assert_hunks("abcde", "cde", "1+2:1+0 ");
    assert_hunks("", "ab", "1+0:1+2 ");
    assert_hunks("ab", "", "1+2:1+0 ");
    assert_hunks("abcdefgh", "Xbcdefg", "1+1:1+1 8+1:8+0 ");
}

static void many_lines_pass_in_any_order_of_reading(void **state)
{
    (void)state;
    struct letters x = {.numbers = 300000}, y = {.numbers = 300001};
    struct differ_hunk hunk;
    struct differ *differ = start(&x, &y);
    assert_non_null(differ);
    assert_int_equal(differ_next(differ, &hunk, &test_error), 1);
    assert_int_equal(hunk.counts[0], 0);
    assert_int_equal(hunk.firsts[1], 1);
    assert_int_equal(differ_next(differ, &hunk, &test_error), 0);
    differ_end(differ);
    assert_no_child();
}

static void an_early_end_leaves_no_process(void **state)
{
    (void)state;
    struct letters x = {.numbers = 100000, .period = 3}, y = {.numbers = 100000, .period = 5};
    struct differ_hunk hunk;
    struct differ *differ = start(&x, &y);
    assert_non_null(differ);
    assert_int_equal(differ_next(differ, &hunk, &test_error), 1);
    differ_end(differ);
    assert_no_child();
    differ_end(NULL);
}

static void what_a_source_says_is_carried_upward(void **state)
{
    (void)state;
    struct letters x = {.numbers = 100000}, y = {.numbers = 100000, .fails_at = 50000};
    assert_null(start(&x, &y));
    assert_string_equal(test_error.message, "the source failed");
    assert_no_child();
}

static void too_many_lines_are_refused(void **state)
{
    (void)state;
    struct letters x = {.numbers = DIFFER_LINES + 1, .period = 1}, y = {.text = ""};
    assert_null(start(&x, &y));
    assert_int_equal(test_error.code, ERROR_LIMIT);
    assert_non_null(strstr(test_error.message, "--set"));
    assert_no_child();
}

static void a_missing_diff_is_named(void **state)
{
    (void)state;
    struct letters x = {.text = "a"}, y = {.text = "b"};
    char *path = strdup(getenv("PATH"));
    setenv("PATH", "/nonexistent", 1);
    assert_null(start(&x, &y));
    assert_int_equal(test_error.code, ERROR_IO);
    assert_non_null(strstr(test_error.message, "install diffutils"));
    setenv("PATH", path, 1);
    free(path);
    assert_no_child();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hunks_name_the_runs_of_both_sides),
        cmocka_unit_test(many_lines_pass_in_any_order_of_reading),
        cmocka_unit_test(an_early_end_leaves_no_process),
        cmocka_unit_test(what_a_source_says_is_carried_upward),
        cmocka_unit_test(too_many_lines_are_refused),
        cmocka_unit_test(a_missing_diff_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
