/* ingest/recover and salvage: an archive that the last writer could not leave in order. */
#include "base/memory.h"
#include "tests/unit/ingest/small_archive.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static void append_file(const char *path, const void *bytes, size_t length)
{
    int fd = open(path, O_WRONLY | O_APPEND | O_CREAT, 0600);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, bytes, length), length);
    close(fd);
}

static int64_t size_of(const char *path)
{
    struct stat status;
    return stat(path, &status) ? -1 : (int64_t)status.st_size;
}

/* An entry in the segment that no ledger line tells of, as a crash before step 4 leaves it. */
static void write_entry_without_line(const char *name, int64_t number, const char *text)
{
    char hash[SHA256_HEX_SIZE], receipt[1024];
    sha256_of(text, strlen(text), hash);
    snprintf(receipt, sizeof receipt,
             "{\"number\":%lld,\"event\":\"ingested\",\"time\":\"2024-01-01T00:00:00.0000000Z\","
             "\"operator\":\"o\",\"os_user\":\"u\",\"host\":\"h\",\"tool\":\"t\","
             "\"package_sha256\":\"%s\",\"size_bytes\":%zu}",
             (long long)number, hash, strlen(text));
    struct segment_entry entry;
    struct segment *segment = segment_open("archive/evidence", name, &err);
    assert_non_null(segment);
    assert_int_equal(segment_begin_package(segment, hash, (int64_t)strlen(text), 0, &err), 0);
    assert_int_equal(segment_write(segment, text, strlen(text), &err), 0);
    assert_int_equal(
        segment_finish_entry(segment, number, receipt, strlen(receipt), 0, &entry, &err), 0);
    assert_int_equal(segment_sync(segment, &err), 0);
    segment_close(segment);
}

static int fresh_archive(void **state)
{
    (void)state;
    if (system("chmod -R u+w archive 2>/dev/null; rm -rf archive") != 0)
        return -1;
    return archive_create("archive", false, &err);
}

static void a_whole_entry_behind_the_last_line_is_adopted(void **state)
{
    (void)state;
    assert_int_equal(ingest_text("one", 0), 0);
    write_entry_without_line("results-000001.tar.gz", 2, "{\"script_output\":\"left behind\"}");
    assert_int_equal(verified().tails, 1);
    assert_int_equal(ingest_text("three", 0), 0);
    struct verify_summary summary = verified();
    assert_int_equal(summary.lines, 3);
    assert_int_equal(summary.packages, 3);
    assert_int_equal(summary.damages + summary.tails, 0);
}

static void entries_of_both_classes_are_adopted_in_the_order_of_their_numbers(void **state)
{
    (void)state;
    assert_int_equal(ingest_text("one", 0), 0);
    write_entry_without_line("files-000001.tar.gz", 3, "three");
    write_entry_without_line("results-000001.tar.gz", 2, "{\"script_output\":\"two\"}");
    write_entry_without_line("results-000001.tar.gz", 4, "{\"script_output\":\"four\"}");
    assert_int_equal(ingest_text("five", 0), 0);
    struct verify_summary summary = verified();
    assert_int_equal(summary.lines, 5);
    assert_int_equal(summary.packages, 5);
    assert_int_equal(summary.damages, 0);
}

static void an_entry_whose_turn_never_comes_is_set_aside(void **state)
{
    (void)state;
    assert_int_equal(ingest_text("one", 0), 0);
    int64_t before = size_of("archive/evidence/results-000001.tar.gz");
    write_entry_without_line("results-000001.tar.gz", 3, "{\"script_output\":\"three\"}");
    assert_int_equal(ingest_text("two", 0), 0);
    struct verify_summary summary = verified();
    assert_int_equal(summary.packages, 2);
    assert_int_equal(summary.damages + summary.tails, 0);
    char copy[128];
    snprintf(copy, sizeof copy, "archive/recovered/results-000001.tar.gz.%lld.0",
             (long long)before);
    assert_true(size_of(copy) > 0);
}

static void torn_bytes_are_copied_out_before_they_are_cut_off(void **state)
{
    (void)state;
    assert_int_equal(ingest_text("one", 0), 0);
    append_file("archive/evidence/results-000001.tar.gz", "\x1f\x8b torn", 7);
    append_file("archive/ledger/000001.jsonl", "{\"number\":2,\"ev", 15);
    assert_int_equal(verified().tails, 2);
    assert_int_equal(ingest_text("two", 0), 0);
    struct verify_summary summary = verified();
    assert_int_equal(summary.damages + summary.tails, 0);
    assert_int_equal(summary.packages, 2);
    assert_int_equal(summary.lines, 4); /* two packages, two `recovered` */
}

static void a_shorter_segment_stops_all_writing(void **state)
{
    (void)state;
    assert_int_equal(ingest_text("one", 0), 0);
    int64_t size = size_of("archive/evidence/results-000001.tar.gz");
    assert_int_equal(truncate("archive/evidence/results-000001.tar.gz", size - 1), 0);
    assert_int_equal(ingest_text("two", 0), -1);
    assert_int_equal(err.code, ERROR_DAMAGED);
    assert_true(size_of("archive/evidence/results-000001.tar.gz") == size - 1);
    assert_true(verified().damages > 0);
}

static void a_ledger_that_lost_its_last_line_stops_all_writing(void **state)
{
    (void)state;
    assert_int_equal(ingest_text("one", 0), 0);
    int64_t size = size_of("archive/ledger/000001.jsonl");
    assert_int_equal(ingest_text("two", 0), 0);
    assert_int_equal(truncate("archive/ledger/000001.jsonl", size), 0);
    assert_int_equal(ingest_text("three", 0), -1);
    assert_int_equal(err.code, ERROR_DAMAGED);
    assert_true(verified().damages > 0);
}

static void a_lost_index_is_made_again_on_open(void **state)
{
    (void)state;
    assert_int_equal(ingest_text("one", 0), 0);
    assert_int_equal(unlink("archive/history.db"), 0);
    unlink("archive/history.db-wal");
    unlink("archive/history.db-shm");
    assert_int_equal(ingest_text("two", 0), 0);
    struct verify_summary summary = verified();
    assert_int_equal(summary.texts, 2);
    assert_int_equal(summary.damages, 0);
}

static void a_full_segment_is_sealed_and_the_next_one_begun(void **state)
{
    (void)state;
    assert_int_equal(ingest_text("one", 1), 0);
    assert_int_equal(ingest_text("two", 1), 0);
    assert_int_equal(ingest_text("two", 1), 0); /* a repeat of bytes in a sealed segment */
    struct stat status;
    assert_int_equal(stat("archive/evidence/results-000001.tar.gz", &status), 0);
    assert_int_equal(status.st_mode & 0777, 0400);
    struct verify_summary summary = verified();
    assert_int_equal(summary.segments, 3);
    assert_int_equal(summary.packages, 2);
    assert_int_equal(summary.damages + summary.tails, 0);
}

static void a_half_made_seal_is_finished(void **state)
{
    (void)state;
    assert_int_equal(ingest_text("one", 0), 0);
    /* The end-of-archive blocks and the mode are there, the ledger line is not. */
    struct segment *segment = segment_open("archive/evidence", "results-000001.tar.gz", &err);
    int64_t size;
    char hash[SHA256_HEX_SIZE];
    assert_non_null(segment);
    assert_int_equal(segment_seal(segment, false, &size, hash, &err), 0);
    segment_close(segment);
    assert_int_equal(ingest_text("two", 0), 0);
    struct verify_summary summary = verified();
    assert_int_equal(summary.damages + summary.tails, 0);
    assert_int_equal(summary.segments, 2);
    assert_int_equal(size_of("archive/evidence/results-000001.tar.gz"), size);
}

static void a_poison_package_is_indexed_unparsed_and_not_tried_again(void **state)
{
    (void)state;
    static const char text[] = "{\"script_output\":\"poison\"}";
    char mark[SHA256_HEX_SIZE];
    assert_int_equal(ingest_text("one", 0), 0);
    write_entry_without_line("results-000001.tar.gz", 2, text);
    sha256_of(text, strlen(text), mark);
    unlink("archive/parsing");
    append_file("archive/parsing", mark, strlen(mark));
    assert_int_equal(ingest_text("three", 0), 0);
    struct verify_summary summary = verified();
    assert_int_equal(summary.packages, 3);
    assert_int_equal(summary.unparsed, 1);
    assert_int_equal(summary.texts, 2);
    assert_int_equal(summary.damages, 0);
    assert_int_equal(ingest_text("poison\\u0000", 0), 0);
    assert_int_equal(verified().unparsed, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_whole_entry_behind_the_last_line_is_adopted, fresh_archive),
        cmocka_unit_test_setup(entries_of_both_classes_are_adopted_in_the_order_of_their_numbers,
                               fresh_archive),
        cmocka_unit_test_setup(an_entry_whose_turn_never_comes_is_set_aside, fresh_archive),
        cmocka_unit_test_setup(torn_bytes_are_copied_out_before_they_are_cut_off, fresh_archive),
        cmocka_unit_test_setup(a_shorter_segment_stops_all_writing, fresh_archive),
        cmocka_unit_test_setup(a_ledger_that_lost_its_last_line_stops_all_writing, fresh_archive),
        cmocka_unit_test_setup(a_lost_index_is_made_again_on_open, fresh_archive),
        cmocka_unit_test_setup(a_full_segment_is_sealed_and_the_next_one_begun, fresh_archive),
        cmocka_unit_test_setup(a_half_made_seal_is_finished, fresh_archive),
        cmocka_unit_test_setup(a_poison_package_is_indexed_unparsed_and_not_tried_again,
                               fresh_archive),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
