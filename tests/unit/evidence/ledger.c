/* Appending to the ledger. */
#include "evidence/ledger.h"
#include "tests/unit/chain.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>

static void prev_is_what_sha256sum_says_of_the_line_before(void **state)
{
    (void)state;
    struct ledger_place place = write_lines(3, LEDGER_FILE_BYTES);
    assert_int_equal(place.number, 3);
    assert_int_equal(scratch_run("test $(wc -l <000001.jsonl) = 3"), 0);
    assert_int_equal(scratch_run("head -n 1 000001.jsonl | grep -q '^{\"number\":1,"
                                 "\"event\":\"ingested\",\"time\":\"" CHAIN_TIME
                                 "\",\"operator\":\"anna@host\",\"os_user\":\"anna\",\"host\":"
                                 "\"host\",\"tool\":\"lrarchive test\",\"prev\":\"0\\{64\\}\"'"),
                     0);
    assert_int_equal(scratch_run("for n in 1 2; do sum=$(sed -n ${n}p 000001.jsonl | tr -d '\\n' | "
                                 "sha256sum | cut -c-64); sed -n $((n+1))p 000001.jsonl | "
                                 "grep -q \"\\\"prev\\\":\\\"$sum\\\"\" || exit 1; done"),
                     0);
    assert_int_equal(scratch_run("test $(sed -n 3p 000001.jsonl | tr -d '\\n' | sha256sum | "
                                 "cut -c-64) = %s",
                                 place.sha256),
                     0);
}

static void the_first_sync_makes_the_first_file_with_mode_0600(void **state)
{
    (void)state;
    struct error err = {0};
    struct stat status;
    struct ledger_place place = start_place();
    struct ledger *ledger = open_ledger(&place);
    assert_int_equal(ledger_next_number(ledger), 1);
    assert_int_equal(ledger_sync(ledger, &err), 0);
    assert_int_not_equal(stat(scratch_path("000001.jsonl"), &status), 0);
    place = add_line(ledger, "x");
    assert_int_equal(ledger_next_number(ledger), 2);
    assert_int_not_equal(stat(scratch_path("000001.jsonl"), &status), 0);
    assert_int_equal(ledger_sync(ledger, &err), 0);
    assert_int_equal(stat(scratch_path("000001.jsonl"), &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    assert_int_equal(status.st_size, place.offset);
    ledger_close(ledger);
}

static void lines_that_were_not_synced_are_dropped(void **state)
{
    (void)state;
    struct error err = {0};
    struct ledger_place place = write_lines(1, LEDGER_FILE_BYTES);
    struct ledger *ledger = open_ledger(&place);
    add_line(ledger, "dropped");
    ledger_close(ledger);
    assert_int_equal(count_all_lines(&err), 1);
}

static void the_ledger_goes_on_where_it_ended(void **state)
{
    (void)state;
    struct error err = {0};
    struct ledger_place place = write_lines(2, LEDGER_FILE_BYTES);
    for (int i = 0; i < 3; i++) {
        struct ledger *ledger = open_ledger(&place);
        assert_int_equal(ledger_next_number(ledger), 3 + i);
        place = add_line(ledger, "y");
        assert_int_equal(ledger_sync(ledger, &err), 0);
        ledger_close(ledger);
    }
    assert_int_equal(count_all_lines(&err), 5);
}

static void a_new_file_begins_once_one_is_full_and_the_chain_runs_on(void **state)
{
    (void)state;
    for (int64_t limit = 1; limit <= 1400; limit += 97) {
        struct error err = {0};
        struct ledger_place place = write_lines(12, limit);
        char name[32];
        for (int file = 1; file <= place.file; file++) {
            struct stat status;
            ledger_file_name(file, name);
            assert_int_equal(stat(scratch_path(name), &status), 0);
            assert_int_equal(status.st_mode & 0777, 0600);
            if (file < place.file)
                assert_true(status.st_size >= limit);
            else
                assert_int_equal(status.st_size, place.offset);
        }
        ledger_file_name(place.file + 1, name);
        assert_false(file_exists(scratch_path(name)));
        assert_int_equal(count_all_lines(&err), 12);
        /* Each line by itself gives the same files. */
        assert_int_equal(scratch_run("mkdir once && mv *.jsonl once"), 0);
        place = start_place();
        for (int i = 0; i < 12; i++) {
            struct ledger *ledger = open_ledger(&place);
            ledger_set_file_limit(ledger, limit);
            place = add_line(ledger, "x");
            assert_int_equal(ledger_sync(ledger, &err), 0);
            ledger_close(ledger);
        }
        assert_int_equal(scratch_run("for f in *.jsonl; do cmp $f once/$f || exit 1; done && "
                                     "test $(ls once | wc -l) = $(ls *.jsonl | wc -l) && "
                                     "rm -r once *.jsonl"),
                         0);
    }
}

static void a_next_file_that_a_crash_left_empty_is_used(void **state)
{
    (void)state;
    struct error err = {0};
    struct ledger_place place = write_lines(3, 1000);
    assert_int_equal(place.file, 1);
    scratch_write("000002.jsonl", "", 0);
    struct ledger *ledger = open_ledger(&place);
    ledger_set_file_limit(ledger, 100);
    place = add_line(ledger, "x");
    assert_int_equal(place.file, 2);
    assert_int_equal(ledger_sync(ledger, &err), 0);
    ledger_close(ledger);
    assert_int_equal(count_all_lines(&err), 4);
}

static void assert_does_not_open(const struct ledger_place *place)
{
    struct error err = {0};
    assert_null(ledger_open(scratch, place, &err));
    assert_int_equal(err.code, ERROR_DAMAGED);
    assert_true(err.message[0]);
}

static void a_ledger_that_is_longer_or_shorter_than_its_place_is_refused(void **state)
{
    (void)state;
    struct ledger_place place = write_lines(3, LEDGER_FILE_BYTES), wrong = place;
    wrong.offset = place.offset - 1;
    assert_does_not_open(&wrong);
    wrong.offset = place.offset + 1;
    assert_does_not_open(&wrong);
    struct ledger_place start = start_place();
    assert_does_not_open(&start);
    wrong = place;
    wrong.file = 2;
    assert_does_not_open(&wrong);
    struct error err = {0};
    ledger_close(open_ledger(&place));
    scratch_write("000002.jsonl", "x", 1);
    assert_does_not_open(&place);
    assert_int_equal(count_all_lines(&err), 3);
}

static void a_place_that_cannot_be_is_refused(void **state)
{
    (void)state;
    struct ledger_place place = start_place(), wrong;
    wrong = place;
    wrong.file = 0;
    assert_does_not_open(&wrong);
    wrong.file = INT32_MAX;
    assert_does_not_open(&wrong);
    wrong = place;
    wrong.number = -1;
    assert_does_not_open(&wrong);
    wrong = place;
    wrong.offset = -1;
    assert_does_not_open(&wrong);
    wrong = place;
    wrong.sha256[0] = 'x';
    assert_does_not_open(&wrong);
}

static void a_line_too_long_is_dropped_and_the_next_one_takes_its_number(void **state)
{
    (void)state;
    static const struct ledger_actor actor = {"anna", "anna", "host", "test"};
    char *note = memory_zeroed(1, LEDGER_LINE_BYTES + 1);
    memset(note, 'n', LEDGER_LINE_BYTES);
    struct error err = {0};
    struct text line;
    struct ledger_place place = start_place();
    struct ledger *ledger = open_ledger(&place);
    json_writer_text(ledger_begin(ledger, "e", CHAIN_TIME, &actor), "note", note);
    assert_int_equal(ledger_end(ledger, &line, &place, &err), -1);
    assert_int_equal(err.code, ERROR_LIMIT);
    /* The longest that fits. */
    ledger_begin(ledger, "e", CHAIN_TIME, &actor);
    assert_int_equal(ledger_end(ledger, &line, &place, &err), 0);
    size_t around = line.length + strlen(",\"note\":\"\"");
    note[LEDGER_LINE_BYTES - around] = '\0';
    json_writer_text(ledger_begin(ledger, "e", CHAIN_TIME, &actor), "note", note);
    assert_int_equal(ledger_end(ledger, &line, &place, &err), 0);
    assert_int_equal(line.length, LEDGER_LINE_BYTES);
    assert_int_equal(place.number, 2);
    assert_int_equal(ledger_sync(ledger, &err), 0);
    ledger_close(ledger);
    assert_int_equal(count_all_lines(&err), 2);
    free(note);
}

static void after_a_failed_write_nothing_more_is_written(void **state)
{
    (void)state;
    struct ledger_place place = write_lines(2, LEDGER_FILE_BYTES), behind;
    struct rlimit before, tight;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    tight = before;
    tight.rlim_cur = (rlim_t)place.offset + 10;
    signal(SIGXFSZ, SIG_IGN);
    struct ledger *ledger = open_ledger(&place);
    add_line(ledger, "too much");
    struct error err = {0};
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &tight), 0);
    int synced = ledger_sync(ledger, &err);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_int_equal(synced, -1);
    assert_int_equal(err.code, ERROR_IO);
    assert_string_equal(err.path, scratch_path("000001.jsonl"));
    assert_int_equal(ledger_sync(ledger, &err), -1);
    struct text line;
    static const struct ledger_actor actor = {"anna", "anna", "host", "test"};
    ledger_begin(ledger, "e", CHAIN_TIME, &actor);
    assert_int_equal(ledger_end(ledger, &line, &behind, &err), -1);
    assert_int_equal(err.code, ERROR_IO);
    ledger_close(ledger);
    assert_int_equal(count_all_lines(&err), 2);
    ledger_close(open_ledger(&place));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        scratch_test(prev_is_what_sha256sum_says_of_the_line_before),
        scratch_test(the_first_sync_makes_the_first_file_with_mode_0600),
        scratch_test(lines_that_were_not_synced_are_dropped),
        scratch_test(the_ledger_goes_on_where_it_ended),
        scratch_test(a_new_file_begins_once_one_is_full_and_the_chain_runs_on),
        scratch_test(a_next_file_that_a_crash_left_empty_is_used),
        scratch_test(a_ledger_that_is_longer_or_shorter_than_its_place_is_refused),
        scratch_test(a_place_that_cannot_be_is_refused),
        scratch_test(a_line_too_long_is_dropped_and_the_next_one_takes_its_number),
        scratch_test(after_a_failed_write_nothing_more_is_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
