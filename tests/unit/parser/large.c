/* What needs room to show: pages and the edges of blocks. */
#include "tests/unit/parser/large_input.h"

#define KIB ((size_t)1024)

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
    };
    return cmocka_run_group_tests_name("large", tests, NULL, NULL);
}
