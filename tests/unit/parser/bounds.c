/* Every bound of the parser, just kept and just broken. */
#include "tests/unit/parser/large_input.h"

static void put_nested(size_t depth)
{
    buffer_clear(&input);
    put("{\"exit_code\":1,\"a\":");
    put_byte_times('[', depth - 1);
    put_byte_times(']', depth - 1);
    put("}");
}

static void nesting_of_512_is_read(void **state)
{
    (void)state;
    put_nested(512);
    read_all_ways(&record);
    assert_rendered(&record, "package transcript ok\n");
    record_release(&record);
}

static void nesting_of_513_is_invalid(void **state)
{
    (void)state;
    put_nested(513);
    read_all_ways(&record);
    assert_rendered(&record,
                    "exit_code=1\nstatus=invalid\n"
                    "diagnostics=[{\"code\":\"nesting_too_deep\",\"count\":1,\"offset\":530}]\n");
    record_release(&record);
}

static void nesting_counts_in_verbatim_json_too(void **state)
{
    (void)state;
    put("{\"script_output\":");
    put_times("[{\"a\":", 300);
    read_all_ways(&record);
    assert_rendered(&record, "\"nesting_too_deep\"");
    assert_int_equal(record.output.length, 6 * 255 + 1);
    record_release(&record);
}

static void put_key_of(size_t length, const char *start)
{
    buffer_clear(&input);
    put(start);
    put_byte_times('k', length - 2);
    put("\xC3\xA4\":1}");
}

static void a_key_of_64_kib_is_read(void **state)
{
    (void)state;
    put_key_of(65536, "{\"exit_code\":1,\"");
    read_all_ways(&record);
    /* It leaves no room for its value in `extra`. */
    assert_rendered(&record, "{\"code\":\"extra_omitted\",\"count\":1,\"offset\":65554}");
    assert_rendered(&record, "package transcript ok\n");
    record_release(&record);
}

static void a_key_over_64_kib_is_invalid(void **state)
{
    (void)state;
    put_key_of(65537, "{\"exit_code\":1,\"");
    read_all_ways(&record);
    assert_rendered(&record, "{\"code\":\"key_too_long\",\"count\":1,\"offset\":15}");
    assert_rendered(&record, "package transcript invalid\n");
    record_release(&record);
}

static void a_key_is_measured_decoded(void **state)
{
    (void)state;
    put("{\"exit_code\":1,\"");
    put_times("\\u0041\\u0000", 32768);
    put("\":null}");
    read_all_ways(&record);
    assert_rendered(&record, "package transcript ok\n");
    record_release(&record);
    input.length -= 7;
    put("\\u0000\":null}");
    read_all_ways(&record);
    assert_rendered(&record, "{\"code\":\"key_too_long\",\"count\":1,\"offset\":15}");
    record_release(&record);
}

static void a_key_over_64_kib_in_verbatim_json_is_invalid(void **state)
{
    (void)state;
    put_key_of(65537, "{\"script_output\":[{\"");
    read_all_ways(&record);
    assert_rendered(&record, "{\"code\":\"key_too_long\",\"count\":1,\"offset\":19}");
    record_release(&record);
}

/* Byte for byte as ASCII, but for '?', which becomes a lone surrogate. */
static void put_utf_16(const char *text)
{
    for (; *text; text++) {
        const char unit[2] = {*text == '?' ? '\0' : *text, *text == '?' ? '\xDC' : '\0'};
        assert_int_equal(buffer_append(&input, unit, 2), 0);
    }
}

static void lone_surrogates_of_a_key_count_up_to_the_bound(void **state)
{
    (void)state;
    assert_int_equal(buffer_append(&input, "\xFF\xFE", 2), 0);
    put_utf_16("{\"exit_code\":1,\"");
    for (int i = 0; i < 30000; i++)
        put_utf_16("?");
    read_all_ways(&record);
    assert_rendered(&record, "{\"code\":\"key_too_long\",\"count\":1,\"offset\":32}");
    /* Each takes three bytes of the 65536. */
    assert_rendered(&record, "{\"code\":\"lone_surrogate\",\"count\":21845,\"offset\":34}");
    record_release(&record);
}

static void an_exit_code_text_of_any_length_is_judged_by_its_value(void **state)
{
    (void)state;
    put("{\"exit_code\":\"-");
    put_byte_times('0', 70000);
    put("7\"}");
    read_all_ways(&record);
    assert_rendered(&record, "exit_code=-7\nstatus=ok\n");
    record_release(&record);
    buffer_clear(&input);
    put("{\"exit_code\":\"0");
    put_byte_times('9', 70000);
    put("\"}");
    read_all_ways(&record);
    assert_rendered(&record, "transcript 0\nstatus=repaired\n"
                             "diagnostics=[{\"code\":\"exit_code_out_of_range\",\"count\":1,"
                             "\"offset\":13}]\n");
    record_release(&record);
}

static void a_number_of_1_kib_is_read(void **state)
{
    (void)state;
    put("{\"script_output\":");
    put_byte_times('7', 1024);
    put("}");
    read_all_ways(&record);
    assert_int_equal(record.output.length, 1024);
    assert_rendered(&record, "package transcript repaired\n");
    record_release(&record);
}

static void a_number_over_1_kib_is_invalid(void **state)
{
    (void)state;
    put("{\"script_output\":\"x\",\"exit_code\": -");
    put_byte_times('7', 1024);
    put("}");
    read_all_ways(&record);
    assert_rendered(&record,
                    "output=x\nstatus=invalid\n"
                    "diagnostics=[{\"code\":\"number_too_long\",\"count\":1,\"offset\":34}]\n");
    record_release(&record);
}

static void a_word_over_1_kib_is_a_syntax_error(void **state)
{
    (void)state;
    put("{\"exit_code\":");
    put_byte_times('e', 2000);
    read_all_ways(&record);
    assert_rendered(&record, "{\"code\":\"syntax_error\",\"count\":1,\"offset\":13}");
    record_release(&record);
}

static void a_script_name_keeps_its_first_64_kib(void **state)
{
    (void)state;
    put("{\"script_name\":\"");
    put_byte_times('n', 65535);
    put("\xC3\xA4tail\",\"exit_code\":1}");
    read_all_ways(&record);
    char expected[70000] = "name=";
    memset(expected + 5, 'n', 65535);
    strcpy(expected + 5 + 65535,
           "\nexit_code=1\nstatus=ok\n"
           "diagnostics=[{\"code\":\"field_cut\",\"count\":1,\"offset\":15}]\n");
    assert_rendered(&record, expected);
    record_release(&record);
}

static void extra_takes_whole_keys_while_they_fit(void **state)
{
    (void)state;
    put("{\"exit_code\":1,\"a\":\"");
    put_byte_times('x', 40000);
    put("\",\"b\":\"");
    put_byte_times('y', 40000);
    /* A later smaller one still fits; an omitted one is known again. */
    put("\",\"c\":[1],\"b\":2,\"d\":{\"e\":\"");
    put_byte_times('z', 40000);
    put("\"},\"f\":true}");
    read_all_ways(&record);
    assert_rendered(&record, "{\"code\":\"duplicate_key\",\"count\":1,");
    assert_rendered(&record, "{\"code\":\"extra_omitted\",\"count\":2,");
    assert_rendered(&record, "x\",\"c\":[1],\"f\":true}\n");
    record_release(&record);
}

static void extra_is_at_most_64_kib_long(void **state)
{
    (void)state;
    for (size_t more = 0; more < 2; more++) {
        buffer_clear(&input);
        put("{\"exit_code\":1,\"a\":\"");
        put_byte_times('x', 65536 - strlen("{\"a\":\"\"}") + more);
        put("\"}");
        read_all_ways(&record);
        assert_int_equal(rendered(&record, "extra={\"a\":\"xxx"), more == 0);
        assert_int_equal(rendered(&record, "extra_omitted"), more == 1);
        record_release(&record);
    }
}

static void many_unknown_keys_are_known_again(void **state)
{
    (void)state;
    put("{\"exit_code\":1");
    for (int twice = 0; twice < 2; twice++)
        for (int i = 0; i < 5000; i++)
            text_printf(&input, ",\"k%d\":%d", i, i);
    put("}");
    read_all_ways(&record);
    assert_rendered(&record, "{\"code\":\"duplicate_key\",\"count\":5000,");
    assert_rendered(&record, "\"k4999\":4999}\n");
    assert_false(rendered(&record, "extra_omitted"));
    record_release(&record);
}

static void more_unknown_keys_than_fit_are_counted(void **state)
{
    (void)state;
    put("{\"exit_code\":1");
    for (int i = 0; i < 20000; i++)
        text_printf(&input, ",\"k%d\":%d", i, i);
    put("}");
    read_all_ways(&record);
    assert_rendered(&record, "\"extra_omitted\"");
    assert_rendered(&record, "package transcript ok\n");
    record_release(&record);
}

static void a_text_of_an_action_keeps_its_first_64_kib(void **state)
{
    (void)state;
    put("{\"commands\":[],\"requestor\":\"");
    put_byte_times('r', 65537);
    put("\"}");
    read_all_ways(&record);
    assert_rendered(&record, "diagnostics=[{\"code\":\"field_cut\",\"count\":1,\"offset\":27}]\n");
    assert_int_equal(strlen(strstr(buffer_text(&record.all), "requestor=")) -
                         strlen(strstr(buffer_text(&record.all), "\npackage")),
                     strlen("requestor=") + 65536);
    record_release(&record);
}

static void what_an_action_has_no_room_for_is_dropped_and_counted(void **state)
{
    (void)state;
    put("{\"commands\":[{\"command\":{\"type\":\"RunScript\",\"params\":[\"");
    put_byte_times('p', PACKAGE_ACTION_BYTES);
    put("\"]}},{\"commandStatus\":\"Completed\"}],\"id\":\"1\"}");
    read_all_ways(&record);
    assert_rendered(&record, "action 0\naction_id=1\ncommand 0\n type=RunScript\ncommand 1\n"
                             " status=Completed\npackage action ok\n"
                             "diagnostics=[{\"code\":\"action_cut\",\"count\":1,");
    record_release(&record);
}

static void commands_that_an_action_has_no_room_for_are_counted(void **state)
{
    (void)state;
    put("{\"commands\":[");
    put_times("{\"errors\":[]},", 4000);
    put("{}]}");
    read_all_ways(&record);
    assert_rendered(&record, "command 0\n errors=[]\ncommand 1\n errors=[]\ncommand 2\n");
    assert_rendered(&record, "{\"code\":\"action_cut\",\"count\":");
    record_release(&record);
}

static void a_long_list_reply_gives_every_action(void **state)
{
    (void)state;
    put("{\"value\":[");
    for (int i = 0; i < 1000; i++)
        text_printf(&input, "%s{\"id\":\"%d\",\"commands\":[{\"index\":%d}]}", i ? "," : "", i, i);
    put("]}");
    read_all_ways(&record);
    assert_int_equal(record.summary.action_count, 1000);
    assert_rendered(&record, "action 0\naction_id=999\ncommand 999\npackage action ok\n");
    record_release(&record);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        LARGE(nesting_of_512_is_read),
        LARGE(nesting_of_513_is_invalid),
        LARGE(nesting_counts_in_verbatim_json_too),
        LARGE(a_key_of_64_kib_is_read),
        LARGE(a_key_over_64_kib_is_invalid),
        LARGE(a_key_is_measured_decoded),
        LARGE(a_key_over_64_kib_in_verbatim_json_is_invalid),
        LARGE(lone_surrogates_of_a_key_count_up_to_the_bound),
        LARGE(an_exit_code_text_of_any_length_is_judged_by_its_value),
        LARGE(a_number_of_1_kib_is_read),
        LARGE(a_number_over_1_kib_is_invalid),
        LARGE(a_word_over_1_kib_is_a_syntax_error),
        LARGE(a_script_name_keeps_its_first_64_kib),
        LARGE(extra_takes_whole_keys_while_they_fit),
        LARGE(extra_is_at_most_64_kib_long),
        LARGE(many_unknown_keys_are_known_again),
        LARGE(more_unknown_keys_than_fit_are_counted),
        LARGE(a_text_of_an_action_keeps_its_first_64_kib),
        LARGE(what_an_action_has_no_room_for_is_dropped_and_counted),
        LARGE(commands_that_an_action_has_no_room_for_are_counted),
        LARGE(a_long_list_reply_gives_every_action),
    };
    return cmocka_run_group_tests_name("bounds", tests, NULL, NULL);
}
