/* The front door: containers around documents, what a package amounts to, and a sink that fails. */
#include "tests/unit/packing.h"
#include "tests/unit/parser/record.h"

#include <stdlib.h>

#define TRANSCRIPT "{\"script_output\":\"some text\",\"exit_code\":0}"
#define ACTION "{\"id\":\"1\",\"commands\":[]}"
#define COUNT(array) (sizeof(array) / sizeof *(array))

/* Reads it in three block sizes and fails unless all give `expected`. */
static void expect_limited(const void *bytes, size_t length, int64_t most, const char *expected)
{
    static const size_t blocks[] = {0, 1, 7};
    for (size_t i = 0; i < COUNT(blocks); i++) {
        struct record record;
        struct error err = {0};
        record_init(&record);
        assert_int_equal(record_read_limited(&record, bytes, length, blocks[i], most, &err), 0);
        assert_string_equal(buffer_text(&record.all), expected);
        record_release(&record);
    }
}

static void expect(const struct buffer *packed, const char *expected)
{
    expect_limited(packed->bytes, packed->length, 0, expected);
}

static struct buffer empty(void)
{
    struct buffer buffer;
    buffer_init(&buffer, RECORD_LIMIT);
    return buffer;
}

static struct buffer gzip_of(const char *content, size_t length)
{
    struct buffer packed = empty();
    pack_gzip(&packed, content, length);
    return packed;
}

static void put(struct buffer *out, const char *bytes, size_t length)
{
    assert_int_equal(buffer_append(out, bytes, length), 0);
}

static void a_gzipped_transcript_is_read(void **state)
{
    (void)state;
    struct buffer packed = gzip_of(TRANSCRIPT, strlen(TRANSCRIPT));
    expect(&packed, "transcript 0\noutput=some text\nexit_code=0\nstatus=ok\n"
                    "package transcript ok\n");
    /* After the last member NULs are padding. */
    put(&packed, "\0\0\0", 3);
    expect(&packed, "transcript 0\noutput=some text\nexit_code=0\nstatus=ok\n"
                    "package transcript ok\n");
    buffer_release(&packed);
}

static void a_transcript_may_lie_across_gzip_members(void **state)
{
    (void)state;
    struct buffer packed = gzip_of(TRANSCRIPT, 20);
    pack_gzip(&packed, &TRANSCRIPT[20], strlen(TRANSCRIPT) - 20);
    expect(&packed, "transcript 0\noutput=some text\nexit_code=0\nstatus=ok\n"
                    "package transcript ok\n");
    buffer_release(&packed);
}

static void bytes_behind_the_gzip_are_repaired(void **state)
{
    (void)state;
    struct buffer packed = gzip_of(TRANSCRIPT, strlen(TRANSCRIPT));
    put(&packed, "junk", 4);
    expect(&packed, "transcript 0\noutput=some text\nexit_code=0\nstatus=repaired\n"
                    "diagnostics=[{\"code\":\"trailing_bytes\",\"count\":1,\"offset\":43}]\n"
                    "package transcript repaired\n"
                    "diagnostics=[{\"code\":\"trailing_bytes\",\"count\":1,\"offset\":43}]\n");
    buffer_release(&packed);
}

static void a_gzip_that_ends_early_makes_a_whole_object_truncated(void **state)
{
    (void)state;
    struct buffer packed = gzip_of(TRANSCRIPT, strlen(TRANSCRIPT));
    packed.length -= 4;
    expect(&packed, "transcript 0\noutput=some text\nexit_code=0\nstatus=truncated\n"
                    "diagnostics=[{\"code\":\"container_truncated\",\"count\":1,\"offset\":43}]\n"
                    "package transcript truncated\n"
                    "diagnostics=[{\"code\":\"container_truncated\",\"count\":1,\"offset\":43}]\n");
    buffer_release(&packed);
}

static void a_wrong_crc_is_invalid_and_what_came_is_kept(void **state)
{
    (void)state;
    struct buffer packed = gzip_of(TRANSCRIPT, strlen(TRANSCRIPT));
    packed.bytes[packed.length - 8] ^= 1;
    expect(&packed, "transcript 0\noutput=some text\nexit_code=0\nstatus=invalid\n"
                    "diagnostics=[{\"code\":\"container_invalid\",\"count\":1,\"offset\":43}]\n"
                    "package transcript invalid\n"
                    "diagnostics=[{\"code\":\"container_invalid\",\"count\":1,\"offset\":43}]\n");
    buffer_release(&packed);
}

static void a_wrong_crc_is_found_behind_a_second_value(void **state)
{
    (void)state;
    static const char lines[] = "{\"exit_code\":1}\n{\"exit_code\":2}\n";
    struct buffer packed = gzip_of(lines, strlen(lines));
    packed.bytes[packed.length - 8] ^= 1;
    expect(&packed, "transcript 0\nexit_code=1\nstatus=invalid\n"
                    "diagnostics=[{\"code\":\"container_invalid\",\"count\":1,\"offset\":32},"
                    "{\"code\":\"more_values\",\"count\":1,\"offset\":16}]\n"
                    "package transcript invalid more_values\n"
                    "diagnostics=[{\"code\":\"container_invalid\",\"count\":1,\"offset\":32}]\n");
    buffer_release(&packed);
}

static void the_bound_on_unpacked_bytes_truncates(void **state)
{
    (void)state;
    struct buffer packed = gzip_of(TRANSCRIPT, strlen(TRANSCRIPT));
    expect_limited(packed.bytes, packed.length, 22,
                   "transcript 0\noutput=some\nstatus=truncated\n"
                   "diagnostics=[{\"code\":\"unpacked_limit\",\"count\":1,\"offset\":22},"
                   "{\"code\":\"input_cut\",\"count\":1,\"offset\":22}]\n"
                   "package transcript truncated\n"
                   "diagnostics=[{\"code\":\"unpacked_limit\",\"count\":1,\"offset\":22}]\n");
    expect_limited(TRANSCRIPT, strlen(TRANSCRIPT), 22,
                   "transcript 0\noutput=some text\nexit_code=0\nstatus=ok\n"
                   "package transcript ok\n");
    buffer_release(&packed);
}

static void a_gzipped_file_that_is_damaged_says_so(void **state)
{
    (void)state;
    struct buffer packed = gzip_of("MZ, a program", 13);
    expect(&packed, "package file -\n");
    put(&packed, "tail", 4);
    expect(&packed, "package file -\n");
    packed.length -= 8;
    expect(&packed, "package file truncated\n"
                    "diagnostics=[{\"code\":\"container_truncated\",\"count\":1,\"offset\":13}]\n");
    packed.length += 4;
    packed.bytes[packed.length - 8] ^= 1;
    expect(&packed, "package file invalid\n"
                    "diagnostics=[{\"code\":\"container_invalid\",\"count\":1,\"offset\":13}]\n");
    buffer_release(&packed);
}

static void each_transcript_of_a_zip_is_a_result(void **state)
{
    (void)state;
    const struct pack_entry entries[] = {
        {.name = "a/", .content = ""},
        {.name = "1", .content = TRANSCRIPT, .length = strlen(TRANSCRIPT)},
        {.name = "2", .content = "text", .length = 4},
        {.name = "3",
         .content = "{\"exit_code\":3",
         .length = 14,
         .method = PACK_DEFLATED,
         .flags = PACK_LENGTH_AT_END},
        {.name = "4", .content = ACTION, .length = strlen(ACTION)},
    };
    struct buffer packed = empty();
    pack_zip(&packed, entries, COUNT(entries));
    expect(&packed, "transcript 1\noutput=some text\nexit_code=0\nstatus=ok\n"
                    "transcript 3\nstatus=truncated\n"
                    "diagnostics=[{\"code\":\"input_cut\",\"count\":1,\"offset\":14}]\n"
                    "action 4\naction_id=1\npackage transcript truncated\n");
    buffer_release(&packed);
}

static void a_zip_without_results_is_a_file(void **state)
{
    (void)state;
    const struct pack_entry entries[] = {{.name = "2", .content = "text", .length = 4}};
    struct buffer packed = empty();
    pack_zip(&packed, entries, COUNT(entries));
    expect(&packed, "package file -\n");
    packed.length -= 30;
    expect(&packed, "package file truncated\n"
                    "diagnostics=[{\"code\":\"container_truncated\",\"count\":1,\"offset\":0}]\n");
    buffer_release(&packed);
}

static void an_encrypted_zip_is_a_file(void **state)
{
    (void)state;
    const struct pack_entry entries[] = {{.name = "1",
                                          .content = TRANSCRIPT,
                                          .length = strlen(TRANSCRIPT),
                                          .flags = PACK_ENCRYPTED}};
    struct buffer packed = empty();
    pack_zip(&packed, entries, COUNT(entries));
    expect(&packed, "package file -\n");
    buffer_release(&packed);
}

static void a_zip_that_lost_its_end_keeps_its_whole_results_ok(void **state)
{
    (void)state;
    const struct pack_entry entries[] = {
        {.name = "1", .content = TRANSCRIPT, .length = strlen(TRANSCRIPT)}};
    struct buffer packed = empty();
    pack_entry(&packed, entries);
    expect(&packed, "transcript 0\noutput=some text\nexit_code=0\nstatus=ok\n"
                    "package transcript truncated\n"
                    "diagnostics=[{\"code\":\"container_truncated\",\"count\":1,\"offset\":0}]\n");
    buffer_release(&packed);
}

static void a_gzip_in_a_zip_is_looked_into(void **state)
{
    (void)state;
    struct buffer inner = gzip_of(TRANSCRIPT, strlen(TRANSCRIPT));
    const struct pack_entry entries[] = {
        {.name = "x.gz", .content = inner.bytes, .length = inner.length}};
    struct buffer packed = empty();
    pack_zip(&packed, entries, COUNT(entries));
    expect(&packed, "transcript 0\noutput=some text\nexit_code=0\nstatus=ok\n"
                    "package transcript ok\n");
    buffer_release(&inner);
    buffer_release(&packed);
}

static void a_gzip_is_looked_into_two_deep(void **state)
{
    (void)state;
    struct buffer one = gzip_of(TRANSCRIPT, strlen(TRANSCRIPT));
    struct buffer two = gzip_of(one.bytes, one.length);
    struct buffer three = gzip_of(two.bytes, two.length);
    expect(&two, "transcript 0\noutput=some text\nexit_code=0\nstatus=ok\n"
                 "package transcript ok\n");
    expect(&three, "package file -\n");
    assert_true(package_looks_like_json(two.bytes, two.length));
    assert_false(package_looks_like_json(three.bytes, three.length));
    buffer_release(&one);
    buffer_release(&two);
    buffer_release(&three);
}

static void the_summary_counts_what_was_given(void **state)
{
    (void)state;
    static const char list[] = "{\"value\":[" ACTION "," ACTION "]}";
    struct record record;
    record_init(&record);
    assert_int_equal(record_read(&record, list, strlen(list), 0), 0);
    assert_int_equal(record.summary.action_count, 2);
    assert_int_equal(record.summary.transcript_count, 0);
    record_release(&record);
    record_init(&record);
    assert_int_equal(record_read(&record, TRANSCRIPT, strlen(TRANSCRIPT), 0), 0);
    assert_int_equal(record.summary.action_count, 0);
    assert_int_equal(record.summary.transcript_count, 1);
    record_release(&record);
}

/* Every call to the sink fails once: its error comes back, and nothing is called after it. */
static void a_sink_that_fails_stops_the_reading_with_its_error(void **state)
{
    (void)state;
    static const char *const inputs[] = {
        "{\"script_output\":\"a\",\"script_errors\":[1],\"exit_code\":0}", "{\"name\":\"a\",",
        ACTION, "{\"value\":[" ACTION "," ACTION "]}", "{\"value\":[" ACTION ",{\"commands\":["};
    for (size_t i = 0; i < COUNT(inputs); i++) {
        struct record record;
        record_init(&record);
        assert_int_equal(record_read(&record, inputs[i], strlen(inputs[i]), 0), 0);
        int calls = record.calls;
        assert_true(calls > 0);
        record_release(&record);
        for (int fail_at = 1; fail_at <= calls; fail_at++) {
            struct error err = {0};
            record_init(&record);
            record.fail_at = fail_at;
            assert_int_equal(record_read_limited(&record, inputs[i], strlen(inputs[i]), 3, 0, &err),
                             -1);
            assert_int_equal(err.code, ERROR_DATABASE);
            assert_int_equal(record.calls, fail_at);
            record_release(&record);
        }
    }
}

static ssize_t fail_to_read(struct stream *stream, void *bytes, size_t size, struct error *err)
{
    (void)stream, (void)bytes, (void)size;
    return error_set(err, ERROR_IO, "the disk is gone");
}

static void a_stream_that_cannot_be_read_is_an_error(void **state)
{
    (void)state;
    struct stream stream = {fail_to_read};
    struct record record;
    record_init(&record);
    const struct package_sink sink = {&record, record_begin, record_page, record_end,
                                      record_action};
    struct error err = {0};
    assert_int_equal(package_read(&stream, NULL, &sink, &record.summary, &err), -1);
    assert_int_equal(err.code, ERROR_IO);
    record_release(&record);
}

static void kinds_and_statuses_have_their_names(void **state)
{
    (void)state;
    assert_string_equal(package_kind_name(PACKAGE_FILE), "file");
    assert_string_equal(package_kind_name(PACKAGE_TRANSCRIPT), "transcript");
    assert_string_equal(package_kind_name(PACKAGE_ACTION), "action");
    assert_null(parse_status_name(PARSE_NONE));
    assert_string_equal(parse_status_name(PARSE_OK), "ok");
    assert_string_equal(parse_status_name(PARSE_REPAIRED), "repaired");
    assert_string_equal(parse_status_name(PARSE_TRUNCATED), "truncated");
    assert_string_equal(parse_status_name(PARSE_INVALID), "invalid");
    assert_string_equal(page_stream_name(PAGE_OUTPUT), "output");
    assert_string_equal(page_stream_name(PAGE_ERROR), "error");
}

static void objects_and_arrays_look_like_json(void **state)
{
    (void)state;
    assert_true(package_looks_like_json("{", 1));
    assert_true(package_looks_like_json(" \t\r\n[", 5));
    assert_true(package_looks_like_json("\xEF\xBB\xBF {", 5));
    assert_true(package_looks_like_json("\xFF\xFE \0{\0", 6));
    assert_true(package_looks_like_json("\xFE\xFF\0[", 4));
    assert_false(package_looks_like_json("", 0));
    assert_false(package_looks_like_json("  ", 2));
    assert_false(package_looks_like_json("\0{", 2));
    assert_false(package_looks_like_json("\"{\"", 3));
    assert_false(package_looks_like_json("MZ", 2));
    assert_false(package_looks_like_json("{\0", 0));
}

static void the_first_bytes_of_a_gzip_are_enough_to_see_json(void **state)
{
    (void)state;
    struct buffer content = empty();
    put(&content, "\n{\"script_output\":\"", 18);
    for (int i = 0; i < 20000; i++)
        text_printf(&content, "%d", i * 7919);
    struct buffer packed = gzip_of(content.bytes, content.length);
    assert_true(package_looks_like_json(packed.bytes, packed.length));
    assert_true(package_looks_like_json(packed.bytes, packed.length / 2));
    assert_false(package_looks_like_json(packed.bytes, 12));
    content.bytes[1] = 'x';
    buffer_clear(&packed);
    pack_gzip(&packed, content.bytes, content.length);
    assert_false(package_looks_like_json(packed.bytes, packed.length));
    buffer_release(&packed);
    buffer_release(&content);
}

static void a_zip_does_not_look_like_json(void **state)
{
    (void)state;
    const struct pack_entry entries[] = {
        {.name = "1", .content = TRANSCRIPT, .length = strlen(TRANSCRIPT)}};
    struct buffer packed = empty();
    pack_zip(&packed, entries, COUNT(entries));
    assert_false(package_looks_like_json(packed.bytes, packed.length));
    buffer_release(&packed);
}

/* Cut anywhere, a gzip ends in one clean status and keeps how the text begins. */
static void a_gzip_cut_at_every_byte_is_truncated(void **state)
{
    (void)state;
    struct buffer packed = gzip_of(TRANSCRIPT, strlen(TRANSCRIPT));
    for (size_t length = 0; length < packed.length; length++) {
        struct record record;
        record_init(&record);
        assert_int_equal(record_read(&record, packed.bytes, length, 0), 0);
        if (record.summary.kind == PACKAGE_TRANSCRIPT || length > 10)
            assert_int_equal(record.summary.parse_status, PARSE_TRUNCATED);
        assert_true(record.output.length <= strlen("some text"));
        if (record.output.length > 0)
            assert_memory_equal(record.output.bytes, "some text", record.output.length);
        record_release(&record);
    }
    buffer_release(&packed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_gzipped_transcript_is_read),
        cmocka_unit_test(a_transcript_may_lie_across_gzip_members),
        cmocka_unit_test(bytes_behind_the_gzip_are_repaired),
        cmocka_unit_test(a_gzip_that_ends_early_makes_a_whole_object_truncated),
        cmocka_unit_test(a_wrong_crc_is_invalid_and_what_came_is_kept),
        cmocka_unit_test(a_wrong_crc_is_found_behind_a_second_value),
        cmocka_unit_test(the_bound_on_unpacked_bytes_truncates),
        cmocka_unit_test(a_gzipped_file_that_is_damaged_says_so),
        cmocka_unit_test(each_transcript_of_a_zip_is_a_result),
        cmocka_unit_test(a_zip_without_results_is_a_file),
        cmocka_unit_test(an_encrypted_zip_is_a_file),
        cmocka_unit_test(a_zip_that_lost_its_end_keeps_its_whole_results_ok),
        cmocka_unit_test(a_gzip_in_a_zip_is_looked_into),
        cmocka_unit_test(a_gzip_is_looked_into_two_deep),
        cmocka_unit_test(the_summary_counts_what_was_given),
        cmocka_unit_test(a_sink_that_fails_stops_the_reading_with_its_error),
        cmocka_unit_test(a_stream_that_cannot_be_read_is_an_error),
        cmocka_unit_test(kinds_and_statuses_have_their_names),
        cmocka_unit_test(objects_and_arrays_look_like_json),
        cmocka_unit_test(the_first_bytes_of_a_gzip_are_enough_to_see_json),
        cmocka_unit_test(a_zip_does_not_look_like_json),
        cmocka_unit_test(a_gzip_cut_at_every_byte_is_truncated),
    };
    return cmocka_run_group_tests_name("package", tests, NULL, NULL);
}
