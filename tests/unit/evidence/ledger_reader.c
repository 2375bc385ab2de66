/* Walking the ledger. */
#include "evidence/ledger.h"
#include "tests/unit/chain.h"

static struct ledger_reader *open_reader(const struct ledger_place *place)
{
    struct error err = {0};
    struct ledger_reader *reader = ledger_reader_open(scratch, place, &err);
    assert_non_null(reader);
    return reader;
}

static void assert_damaged_at(const char *name, int64_t offset)
{
    struct error err = {0};
    assert_int_equal(count_all_lines(&err), -1);
    assert_int_equal(err.code, ERROR_DAMAGED);
    assert_string_equal(err.path, scratch_path(name));
    assert_int_equal(err.offset, offset);
}

static void lines_come_with_their_places_and_fields(void **state)
{
    (void)state;
    write_lines(5, TWO_LINES);
    struct ledger_place place = start_place();
    struct ledger_reader *reader = open_reader(&place);
    struct ledger_line line;
    struct error err = {0};
    for (int64_t number = 1; number <= 5; number++) {
        char sha256[SHA256_HEX_SIZE];
        int64_t read_number;
        assert_int_equal(ledger_reader_next(reader, &line, &err), 1);
        assert_int_equal(line.place.number, number);
        sha256_of(line.line.bytes, line.line.length, sha256);
        assert_string_equal(line.place.sha256, sha256);
        assert_int_equal(line.line_offset + (int64_t)line.line.length + 1, line.place.offset);
        assert_true(json_object_int64(line.object, "number", &read_number));
        assert_int_equal(read_number, number);
        assert_string_equal(json_object_text(line.object, "note"), "x");
        /* From each place the walk goes on with the next line. */
        struct ledger_reader *other = open_reader(&line.place);
        assert_int_equal(count_lines(other, &err), 5 - number);
        ledger_reader_close(other);
    }
    assert_int_equal(line.place.file, 3);
    assert_int_equal(ledger_reader_next(reader, &line, &err), 0);
    ledger_reader_close(reader);
}

static void an_empty_folder_has_no_lines(void **state)
{
    (void)state;
    struct error err = {0};
    assert_int_equal(count_all_lines(&err), 0);
    scratch_write("000001.jsonl", "", 0);
    assert_int_equal(count_all_lines(&err), 0);
}

static void an_altered_byte_of_a_line_breaks_the_chain_at_a_named_file_and_offset(void **state)
{
    (void)state;
    write_lines(3, LEDGER_FILE_BYTES);
    struct buffer whole = scratch_read("000001.jsonl");
    size_t ends[3] = {0}, lines = 0;
    for (size_t i = 0; i < whole.length; i++)
        if (whole.bytes[i] == '\n')
            ends[lines++] = i + 1;
    /* The last line has none behind it that could tell: history.db does. */
    for (size_t i = 0; i < ends[1]; i++) {
        struct error err = {0};
        size_t begin = i < ends[0] ? 0 : ends[0], next = i < ends[0] ? ends[0] : ends[1];
        whole.bytes[i] ^= 1;
        scratch_write("000001.jsonl", whole.bytes, whole.length);
        assert_int_equal(count_all_lines(&err), -1);
        assert_int_equal(err.code, ERROR_DAMAGED);
        assert_string_equal(err.path, scratch_path("000001.jsonl"));
        assert_true(err.offset == (int64_t)begin || err.offset == (int64_t)next);
        whole.bytes[i] ^= 1;
    }
    buffer_release(&whole);
}

static void a_line_left_out_or_put_in_twice_is_damage(void **state)
{
    (void)state;
    write_lines(3, LEDGER_FILE_BYTES);
    struct buffer whole = scratch_read("000001.jsonl");
    int64_t first = (char *)memchr(whole.bytes, '\n', whole.length) + 1 - whole.bytes;
    scratch_write("000001.jsonl", whole.bytes + first, whole.length - (size_t)first);
    assert_damaged_at("000001.jsonl", 0);
    struct buffer twice;
    buffer_init(&twice, SIZE_MAX / 2);
    buffer_append(&twice, whole.bytes, (size_t)first);
    buffer_append(&twice, whole.bytes, whole.length);
    scratch_write("000001.jsonl", twice.bytes, twice.length);
    assert_damaged_at("000001.jsonl", first);
    buffer_release(&twice);
    buffer_release(&whole);
}

static void a_line_that_is_no_object_is_damage(void **state)
{
    (void)state;
    static const char *const lines[] = {
        "\n",     "x\n", "[]\n", "{}\n", "{\"number\":1}\n", "{\"number\":1,\"prev\":null}\n",
        "null\n", "{\n"};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        scratch_write("000001.jsonl", lines[i], strlen(lines[i]));
        assert_damaged_at("000001.jsonl", 0);
    }
    scratch_write("000001.jsonl", "\0\n", 2);
    assert_damaged_at("000001.jsonl", 0);
}

static void a_wrong_number_with_a_right_prev_is_damage(void **state)
{
    (void)state;
    static const int64_t numbers[] = {-1, 0, 1, 2};
    struct ledger_place start = start_place();
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        struct error err = {0};
        char line[256];
        int length = snprintf(line, sizeof line, "{\"number\":%lld,\"prev\":\"%s\"}\n",
                              (long long)numbers[i], start.sha256);
        scratch_write("000001.jsonl", line, (size_t)length);
        if (numbers[i] == 1)
            assert_int_equal(count_all_lines(&err), 1);
        else
            assert_damaged_at("000001.jsonl", 0);
    }
}

static void a_torn_last_line_is_reported_with_its_place(void **state)
{
    (void)state;
    write_lines(6, TWO_LINES);
    struct buffer last = scratch_read("000003.jsonl");
    int64_t first = (char *)memchr(last.bytes, '\n', last.length) + 1 - last.bytes;
    for (size_t length = 0; length <= last.length; length++) {
        struct error err = {0};
        int file;
        int64_t offset;
        struct ledger_place place = start_place();
        int64_t behind = length == last.length      ? (int64_t)length
                         : (int64_t)length >= first ? first
                                                    : 0;
        scratch_write("000003.jsonl", last.bytes, length);
        struct ledger_reader *reader = open_reader(&place);
        assert_int_equal(count_lines(reader, &err), length == last.length      ? 6
                                                    : (int64_t)length >= first ? 5
                                                                               : 4);
        int64_t torn = ledger_reader_torn(reader, &file, &offset);
        assert_int_equal(torn, (int64_t)length - behind);
        if (torn) {
            assert_int_equal(file, 3);
            assert_int_equal(offset, behind);
        }
        ledger_reader_close(reader);
    }
    buffer_release(&last);
}

static void a_torn_line_of_any_length_is_torn_and_not_too_long(void **state)
{
    (void)state;
    static const size_t lengths[] = {LEDGER_LINE_BYTES,         LEDGER_LINE_BYTES + 1,
                                     4 * LEDGER_LINE_BYTES - 1, 4 * LEDGER_LINE_BYTES,
                                     4 * LEDGER_LINE_BYTES + 1, 3000000};
    struct ledger_place behind = write_lines(2, LEDGER_FILE_BYTES);
    struct buffer whole = scratch_read("000001.jsonl");
    char *noise = memory_zeroed(1, 3000001);
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        struct error err = {0};
        int file;
        int64_t offset;
        whole.length = (size_t)behind.offset;
        buffer_append(&whole, noise, lengths[i]);
        scratch_write("000001.jsonl", whole.bytes, whole.length);
        struct ledger_place place = start_place();
        struct ledger_reader *reader = open_reader(&place);
        assert_int_equal(count_lines(reader, &err), 2);
        assert_int_equal(ledger_reader_torn(reader, &file, &offset), lengths[i]);
        assert_int_equal(offset, behind.offset);
        /* Cut off, and it is gone. */
        scratch_write("000001.jsonl", whole.bytes, (size_t)behind.offset);
        ledger_reader_close(reader);
        /* With an LF it is a line, and no good one. */
        buffer_append(&whole, "\n", 1);
        scratch_write("000001.jsonl", whole.bytes, whole.length);
        assert_damaged_at("000001.jsonl", behind.offset);
    }
    buffer_release(&whole);
    free(noise);
}

static void a_torn_line_before_a_later_file_is_damage(void **state)
{
    (void)state;
    write_lines(6, TWO_LINES);
    struct buffer first = scratch_read("000001.jsonl");
    int64_t second = (char *)memchr(first.bytes, '\n', first.length) + 1 - first.bytes;
    scratch_write("000001.jsonl", first.bytes, first.length - 1);
    assert_damaged_at("000001.jsonl", second);
    /* A whole line gone, too: the next file's first does not follow on. */
    scratch_write("000001.jsonl", first.bytes, (size_t)second);
    assert_damaged_at("000002.jsonl", 0);
    buffer_release(&first);
}

static void a_missing_file_is_damage(void **state)
{
    (void)state;
    struct error err = {0};
    write_lines(6, TWO_LINES);
    assert_int_equal(scratch_run("mv 000002.jsonl away"), 0);
    assert_damaged_at("000002.jsonl", 0);
    assert_int_equal(scratch_run("mv away 000002.jsonl && mv 000001.jsonl away"), 0);
    assert_damaged_at("000001.jsonl", 0);
    assert_int_equal(scratch_run("mv away 000001.jsonl && touch 7.jsonl 000009.json x"), 0);
    assert_int_equal(count_all_lines(&err), 6);
}

static void a_file_cut_before_the_place_is_damage(void **state)
{
    (void)state;
    struct error err = {0};
    struct ledger_line line;
    struct ledger_place behind = write_lines(2, LEDGER_FILE_BYTES);
    struct buffer whole = scratch_read("000001.jsonl");
    scratch_write("000001.jsonl", whole.bytes, whole.length - 1);
    struct ledger_reader *reader = open_reader(&behind);
    assert_int_equal(ledger_reader_next(reader, &line, &err), -1);
    assert_int_equal(err.code, ERROR_DAMAGED);
    ledger_reader_close(reader);
    assert_int_equal(unlink(scratch_path("000001.jsonl")), 0);
    reader = open_reader(&behind);
    assert_int_equal(ledger_reader_next(reader, &line, &err), -1);
    assert_int_equal(err.code, ERROR_DAMAGED);
    ledger_reader_close(reader);
    buffer_release(&whole);
}

static void a_reader_at_the_end_sees_new_lines_and_new_files(void **state)
{
    (void)state;
    struct error err = {0};
    struct ledger_place place = start_place();
    struct ledger_reader *reader = open_reader(&place);
    assert_int_equal(count_lines(reader, &err), 0);
    struct ledger *ledger = open_ledger(&place);
    ledger_set_file_limit(ledger, 600);
    for (int i = 0; i < 10; i++) {
        for (int j = 0; j < i; j++)
            place = add_line(ledger, "x");
        assert_int_equal(ledger_sync(ledger, &err), 0);
        assert_int_equal(count_lines(reader, &err), i);
        assert_int_equal(count_lines(reader, &err), 0);
    }
    assert_true(place.file > 5);
    ledger_close(ledger);
    ledger_reader_close(reader);
}

/* `log --follow` while a crash is recovered. */
static void a_torn_line_that_was_cut_off_does_not_come_back(void **state)
{
    (void)state;
    struct error err = {0};
    int file;
    int64_t offset;
    struct ledger_place place = write_lines(2, LEDGER_FILE_BYTES);
    assert_int_equal(scratch_run("printf '{\"number\":3,\"ev' >>000001.jsonl"), 0);
    struct ledger_place start = start_place();
    struct ledger_reader *reader = open_reader(&start);
    assert_int_equal(count_lines(reader, &err), 2);
    assert_int_equal(ledger_reader_torn(reader, &file, &offset), 15);
    assert_int_equal(truncate(scratch_path("000001.jsonl"), (off_t)place.offset), 0);
    struct ledger *ledger = open_ledger(&place);
    add_line(ledger, "after");
    assert_int_equal(ledger_sync(ledger, &err), 0);
    ledger_close(ledger);
    assert_int_equal(count_lines(reader, &err), 1);
    assert_int_equal(ledger_reader_torn(reader, &file, &offset), 0);
    ledger_reader_close(reader);
}

static void a_place_that_cannot_be_is_refused(void **state)
{
    (void)state;
    struct error err = {0};
    struct ledger_place place = start_place();
    place.file = 0;
    assert_null(ledger_reader_open(scratch, &place, &err));
    assert_int_equal(err.code, ERROR_DAMAGED);
    place = start_place();
    place.offset = -1;
    assert_null(ledger_reader_open(scratch, &place, &err));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        scratch_test(lines_come_with_their_places_and_fields),
        scratch_test(an_empty_folder_has_no_lines),
        scratch_test(an_altered_byte_of_a_line_breaks_the_chain_at_a_named_file_and_offset),
        scratch_test(a_line_left_out_or_put_in_twice_is_damage),
        scratch_test(a_line_that_is_no_object_is_damage),
        scratch_test(a_wrong_number_with_a_right_prev_is_damage),
        scratch_test(a_torn_last_line_is_reported_with_its_place),
        scratch_test(a_torn_line_of_any_length_is_torn_and_not_too_long),
        scratch_test(a_torn_line_before_a_later_file_is_damage),
        scratch_test(a_missing_file_is_damage),
        scratch_test(a_file_cut_before_the_place_is_damage),
        scratch_test(a_reader_at_the_end_sees_new_lines_and_new_files),
        scratch_test(a_torn_line_that_was_cut_off_does_not_come_back),
        scratch_test(a_place_that_cannot_be_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
