/* What diagnostics imply and how they are written. */
#include "parser/diagnostics.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void nothing_found_is_ok_and_written_as_nothing(void **state)
{
    (void)state;
    struct diagnostics none = {0};
    struct buffer out;
    buffer_init(&out, 100);
    diagnostics_write(&none, &out);
    assert_int_equal(out.length, 0);
    assert_int_equal(diagnostics_status(&none), PARSE_OK);
    buffer_release(&out);
}

static void the_worst_status_holds(void **state)
{
    (void)state;
    struct diagnostics found = {0};
    diagnostics_note(&found, DIAGNOSTIC_FIELD_CUT, 1, 0);
    assert_int_equal(diagnostics_status(&found), PARSE_OK);
    diagnostics_note(&found, DIAGNOSTIC_RAW_CONTROL, 1, 0);
    assert_int_equal(diagnostics_status(&found), PARSE_REPAIRED);
    diagnostics_note(&found, DIAGNOSTIC_INPUT_CUT, 1, 0);
    assert_int_equal(diagnostics_status(&found), PARSE_TRUNCATED);
    diagnostics_note(&found, DIAGNOSTIC_SYNTAX_ERROR, 1, 0);
    assert_int_equal(diagnostics_status(&found), PARSE_INVALID);
}

static void counts_add_up_and_the_first_offset_stays(void **state)
{
    (void)state;
    struct diagnostics a = {0}, b = {0};
    diagnostics_note(&a, DIAGNOSTIC_UTF16, 2, 7);
    diagnostics_note(&a, DIAGNOSTIC_UTF16, 1, 9);
    diagnostics_note(&b, DIAGNOSTIC_UTF16, 1, 5);
    diagnostics_add(&a, &b);
    struct buffer out;
    buffer_init(&out, 100);
    diagnostics_write(&a, &out);
    assert_string_equal(buffer_text(&out), "[{\"code\":\"utf16\",\"count\":4,\"offset\":5}]");
    buffer_release(&out);
}

static void every_code_has_a_name_of_its_own(void **state)
{
    (void)state;
    struct buffer out[DIAGNOSTIC_CODES];
    for (int i = 0; i < DIAGNOSTIC_CODES; i++) {
        struct diagnostics found = {0};
        diagnostics_note(&found, (enum diagnostic)i, 1, 0);
        buffer_init(&out[i], 200);
        diagnostics_write(&found, &out[i]);
        assert_null(strstr(buffer_text(&out[i]), "null"));
        for (int k = 0; k < i; k++)
            assert_string_not_equal(buffer_text(&out[i]), buffer_text(&out[k]));
    }
    for (int i = 0; i < DIAGNOSTIC_CODES; i++)
        buffer_release(&out[i]);
}

static void what_does_not_fit_is_left_out_whole(void **state)
{
    (void)state;
    struct diagnostics found = {0};
    diagnostics_note(&found, DIAGNOSTIC_SYNTAX_ERROR, 1, 0);
    diagnostics_note(&found, DIAGNOSTIC_UTF16, 1, 0);
    static const char expected[] = "[{\"code\":\"syntax_error\",\"count\":1,\"offset\":0}]";
    for (size_t limit = strlen(expected); limit < strlen(expected) + 30; limit++) {
        struct buffer out;
        buffer_init(&out, limit);
        diagnostics_write(&found, &out);
        assert_string_equal(buffer_text(&out), expected);
        buffer_release(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_found_is_ok_and_written_as_nothing),
        cmocka_unit_test(the_worst_status_holds),
        cmocka_unit_test(counts_add_up_and_the_first_offset_stays),
        cmocka_unit_test(every_code_has_a_name_of_its_own),
        cmocka_unit_test(what_does_not_fit_is_left_out_whole),
    };
    return cmocka_run_group_tests_name("diagnostics", tests, NULL, NULL);
}
