/* What needs room to show: pages, block edges, and every bound. Each input is read in blocks of 1, 7
 * and 31 bytes, 4 KiB, 64 KiB and whole, and gives the same record and the same pages. */
#include "tests/unit/parser/record.h"

#include <stdlib.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define KIB ((size_t)1024)

static struct buffer input;

static int begin(void **state)
{
    (void)state;
    buffer_init(&input, RECORD_LIMIT);
    return 0;
}

static int end(void **state)
{
    (void)state;
    buffer_release(&input);
    return 0;
}

static void put(const char *text)
{
    assert_int_equal(buffer_append(&input, text, strlen(text)), 0);
}

static void put_times(const char *text, size_t times)
{
    while (times-- > 0)
        put(text);
}

static void put_byte_times(char byte, size_t times)
{
    buffer_reserve(&input, input.length + times);
    memset(input.bytes + input.length, byte, times);
    input.length += times;
}

/* Reads `input` in every block size. The caller releases the record. */
static void read_all_ways(struct record *record)
{
    static const size_t blocks[] = {1, 7, 31, 4096, 65536};
    record_init(record);
    assert_int_equal(record_read(record, input.bytes, input.length, 0), 0);
    for (size_t i = 0; i < COUNT(blocks); i++) {
        static struct record other;
        record_init(&other);
        assert_int_equal(record_read(&other, input.bytes, input.length, blocks[i]), 0);
        assert_same_record(record, &other);
        record_release(&other);
    }
}

static bool rendered(struct record *record, const char *text)
{
    return strstr(buffer_text(&record->all), text) != NULL;
}

static void assert_rendered(struct record *record, const char *text)
{
    if (!rendered(record, text))
        print_message("without \"%s\":\n%.2000s\n", text, buffer_text(&record->all));
    assert_true(rendered(record, text));
}

static struct record record;

/* ---- pages ---- */

static void a_text_of_exactly_a_page_is_one_page(void **state)
{
    (void)state;
    put("{\"script_output\":\"");
    put_byte_times('x', 64 * KIB);
    put("\"}");
    read_all_ways(&record);
    assert_int_equal(record.page_count, 1);
    assert_int_equal(record.page_sizes[0], 65536);
    record_release(&record);
}

static void a_text_without_blanks_is_cut_into_full_pages(void **state)
{
    (void)state;
    put("{\"script_output\":\"");
    put_byte_times('x', 200 * KIB + 1);
    put("\"}");
    read_all_ways(&record);
    assert_int_equal(record.page_count, 4);
    assert_int_equal(record.page_sizes[2], 65536);
    assert_int_equal(record.page_sizes[3], 8 * KIB + 1);
    record_release(&record);
}

static void a_page_ends_behind_the_last_line_feed(void **state)
{
    (void)state;
    put("{\"script_output\":\"");
    put_byte_times('x', 40000);
    put("\\n");
    put_byte_times('y', 10000);
    put("\\r\\n");
    put_byte_times(' ', 30000);
    put("\"}");
    read_all_ways(&record);
    assert_int_equal(record.page_count, 2);
    assert_int_equal(record.page_sizes[0], 50002);
    record_release(&record);
}

static void a_line_feed_in_the_earlier_half_does_not_end_a_page(void **state)
{
    (void)state;
    put("{\"script_output\":\"");
    put_byte_times('x', 30000);
    put("\\n");
    put_byte_times('y', 10000);
    put("\\t");
    put_byte_times('z', 30000);
    put(" \"}");
    read_all_ways(&record);
    assert_int_equal(record.page_count, 2);
    assert_int_equal(record.page_sizes[0], 40002);
    record_release(&record);
}

static void a_page_never_splits_a_character(void **state)
{
    (void)state;
    for (size_t before = 0; before < 4; before++) {
        buffer_clear(&input);
        put("{\"script_output\":\"");
        put_byte_times('x', before);
        put_times("\xF0\x9F\x98\x80", 20000);
        put("\"}");
        read_all_ways(&record);
        assert_int_equal(record.page_count, 2);
        assert_int_equal(record.page_sizes[0], before == 0 ? 65536 : 65532 + before);
        record_release(&record);
    }
}

static void output_and_error_have_pages_of_their_own(void **state)
{
    (void)state;
    put("{\"script_errors\":\"");
    put_byte_times('e', 70000);
    put("\",\"script_output\":\"");
    put_byte_times('o', 140000);
    put("\"}");
    read_all_ways(&record);
    assert_int_equal(record.page_count, 5);
    assert_int_equal(record.error.length, 70000);
    assert_int_equal(record.output.length, 140000);
    record_release(&record);
}

/* ---- texts across block edges ---- */

/* A bit of everything that takes more than one byte. */
static void put_mixture(size_t times)
{
    static const char piece[] =
        "line\\r\\n\\u00e4\xC3\xA4\\uD83D\\uDE00\xF0\x9F\x98\x80\\u0000\\u0000"
        "\\\\\\\"\xE2\x82\\uD83D|\001\\r";
    put_times(piece, times);
}

static void a_long_text_is_the_same_in_every_block_size(void **state)
{
    (void)state;
    put("{\"script_output\":\"");
    put_mixture(5000);
    put("\",\"script_errors\":[\"");
    put_mixture(3000);
    put("\"],\"extra\":\"");
    put_mixture(200);
    put("\"}");
    read_all_ways(&record);
    assert_rendered(&record, "\"lone_surrogate\",\"count\":8200,");
    assert_rendered(&record, "\"invalid_utf8\",\"count\":8200,");
    assert_rendered(&record, "nuls=0,10000\n");
    record_release(&record);
}

static void a_text_cut_around_block_edges_keeps_how_it_begins(void **state)
{
    (void)state;
    static struct record part, bytewise;
    put("{\"script_output\":\"");
    put_mixture(2200);
    put("\"}");
    record_init(&record);
    record_read(&record, input.bytes, input.length, 0);
    static const size_t edges[] = {4096, 8192, 60 * 1024, 65536, 120 * 1024};
    for (size_t i = 0; i < COUNT(edges); i++) {
        for (size_t length = edges[i] - 20; length < edges[i] + 20; length++) {
            record_init(&part);
            record_init(&bytewise);
            record_read(&part, input.bytes, length, 0);
            record_read(&bytewise, input.bytes, length, 7);
            assert_same_record(&part, &bytewise);
            assert_int_equal(part.summary.parse_status, PARSE_TRUNCATED);
            size_t same = part.output.length;
            same -= part.output.bytes[same - 1] == '\r';
            assert_memory_equal(part.output.bytes, record.output.bytes, same);
            record_release(&part);
            record_release(&bytewise);
        }
    }
    record_release(&record);
}

static void long_runs_of_nuls_are_counted(void **state)
{
    (void)state;
    put("{\"script_output\":\"a");
    put_times("\\u0000", 50000);
    put_byte_times('\0', 70001);
    put("b");
    put_times("\\u0000", 12345);
    put_byte_times('\0', 100000);
    put("\"}");
    put_byte_times('\0', 100000);
    read_all_ways(&record);
    assert_rendered(&record, "output=a\xE2\x90\x80"
                             "b\n");
    assert_rendered(&record, "nuls=112345,120001\n");
    assert_rendered(&record, "{\"code\":\"raw_control\",\"count\":170001,\"offset\":300019}");
    record_release(&record);
}

static void utf_16_is_the_same_in_every_block_size(void **state)
{
    (void)state;
    static const char head[] = "{\"script_output\":\"";
    static const unsigned units[] = {'a', 0x20AC, 0xD83D, 0xDE00, 0xD83D, '\\', 'n', 0xE4, '\r'};
    put("\xFF\xFE");
    for (const char *c = head; *c; c++) {
        put_byte_times(*c, 1);
        put_byte_times(0, 1);
    }
    for (size_t i = 0; i < 9 * 9000; i++) {
        put_byte_times((char)(units[i % 9] & 0xFF), 1);
        put_byte_times((char)(units[i % 9] >> 8), 1);
    }
    read_all_ways(&record);
    assert_rendered(&record, "{\"code\":\"lone_surrogate\",\"count\":9000,\"offset\":46}");
    assert_rendered(&record, "{\"code\":\"raw_control\",\"count\":9000,\"offset\":54}");
    assert_rendered(&record, "{\"code\":\"input_cut\",\"count\":1,\"offset\":162038}");
    record_release(&record);
}

static void the_powershell_end_block_is_found_behind_a_long_text(void **state)
{
    (void)state;
    put("{\"script_output\":\"");
    put_times("one line of many\\r\\n", 10000);
    put("**********************\\r\\nEnd\\r\\nEnd time: 20230318210405\\r\\n"
        "**********************\\r\\n\"}");
    read_all_ways(&record);
    assert_rendered(&record, "ps_ended_at=2023-03-18T21:04:05\n");
    record_release(&record);
}

/* ---- bounds ---- */

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

#define LARGE(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        LARGE(a_text_of_exactly_a_page_is_one_page),
        LARGE(a_text_without_blanks_is_cut_into_full_pages),
        LARGE(a_page_ends_behind_the_last_line_feed),
        LARGE(a_line_feed_in_the_earlier_half_does_not_end_a_page),
        LARGE(a_page_never_splits_a_character),
        LARGE(output_and_error_have_pages_of_their_own),
        LARGE(a_long_text_is_the_same_in_every_block_size),
        LARGE(a_text_cut_around_block_edges_keeps_how_it_begins),
        LARGE(long_runs_of_nuls_are_counted),
        LARGE(utf_16_is_the_same_in_every_block_size),
        LARGE(the_powershell_end_block_is_found_behind_a_long_text),
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
    return cmocka_run_group_tests_name("large", tests, NULL, NULL);
}
