/* ingest/event: what somebody did to the archive is a receipt and a ledger line, or neither. */
#include "ingest/event.h"
#include "tests/unit/ingest/small_archive.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define SEGMENT "archive/evidence/results-000001.tar.gz"

static void add_to_line(const void *context, struct json_writer *line)
{
    json_writer_int64(line, "hits", *(const int64_t *)context);
}

static void add_to_receipt(const void *context, struct json_writer *receipt)
{
    (void)context;
    json_writer_text(receipt, "reason", "a reason");
}

/* A receipt has at most 512 KiB. */
static void add_too_much(const void *context, struct json_writer *receipt)
{
    static char text[600 * 1024];
    (void)context;
    memset(text, 'x', sizeof text - 1);
    json_writer_text(receipt, "reason", text);
}

/* The number of its line, or -1. */
static int64_t record(int64_t hits)
{
    struct archive archive;
    struct event event = {"searched", add_to_line, add_to_receipt, &hits};
    int64_t number = -1;
    if (archive_open(&archive, "archive", "tester", &err))
        return -1;
    if (event_record(&archive, &event, &number, &err))
        number = -1;
    archive_close(&archive);
    return number;
}

static void assert_whole(int64_t lines)
{
    struct verify_summary summary = verified();
    assert_int_equal(summary.damages + summary.tails, 0);
    assert_int_equal(summary.lines, lines);
}

static int64_t size_of(const char *path)
{
    struct stat status;
    return stat(path, &status) ? -1 : (int64_t)status.st_size;
}

static bool ledger_holds(const char *text)
{
    struct buffer ledger;
    buffer_init(&ledger, 1 << 20);
    assert_int_equal(file_read("archive/ledger/000001.jsonl", &ledger, &err), 0);
    bool holds = strstr(buffer_text(&ledger), text) != NULL;
    buffer_release(&ledger);
    return holds;
}

static int fresh_archive(void **state)
{
    (void)state;
    if (system("chmod -R u+w archive 2>/dev/null; rm -rf archive before") != 0)
        return -1;
    return archive_create("archive", false, &err);
}

static void it_is_a_line_between_those_of_packages(void **state)
{
    (void)state;
    assert_int_equal(record(7), 1);
    assert_int_equal(ingest_text("one", 0), 0);
    assert_int_equal(record(8), 3);
    assert_int_equal(record(9), 4);
    assert_whole(4);
    assert_true(ledger_holds("\"hits\":8"));
    assert_false(ledger_holds("a reason"));
}

/* As a process leaves it that is killed between the receipt and the line. */
static void a_receipt_without_its_line_is_adopted(void **state)
{
    (void)state;
    static const char receipt[] =
        "{\"number\":2,\"event\":\"searched\",\"time\":\"2024-01-01T00:00:00.0000000Z\","
        "\"operator\":\"o\",\"os_user\":\"u\",\"host\":\"h\",\"tool\":\"t\",\"reason\":\"lost\"}";
    struct segment_entry entry;
    assert_int_equal(ingest_text("one", 0), 0);
    struct segment *segment = segment_open("archive/evidence", "results-000001.tar.gz", &err);
    assert_non_null(segment);
    assert_int_equal(segment_finish_entry(segment, 2, receipt, sizeof receipt - 1, 0, &entry, &err),
                     0);
    assert_int_equal(segment_sync(segment, &err), 0);
    segment_close(segment);
    assert_int_equal(verified().tails, 1);
    assert_int_equal(record(5), 3);
    assert_whole(3);
    assert_true(ledger_holds("\"event\":\"adopted\""));
}

static void a_torn_receipt_is_set_aside(void **state)
{
    (void)state;
    assert_int_equal(record(1), 1);
    int64_t size = size_of(SEGMENT);
    assert_int_equal(record(2), 2);
    int64_t second = size_of(SEGMENT);
    /* The first half of an entry once more, behind the last. */
    struct buffer bytes;
    buffer_init(&bytes, 1 << 20);
    assert_int_equal(file_read(SEGMENT, &bytes, &err), 0);
    int fd = open(SEGMENT, O_WRONLY | O_APPEND);
    assert_int_equal(write(fd, bytes.bytes + size, (size_t)(second - size) / 2),
                     (second - size) / 2);
    close(fd);
    buffer_release(&bytes);
    assert_int_equal(verified().tails, 1);
    assert_int_equal(record(3), 4); /* 3 is `recovered` */
    assert_whole(4);
}

static void a_line_that_the_index_lacks_is_replayed(void **state)
{
    (void)state;
    assert_int_equal(ingest_text("one", 0), 0);
    assert_int_equal(system("mkdir before && cp archive/history.db* before"), 0);
    assert_int_equal(record(4), 2);
    assert_int_equal(system("rm archive/history.db* && cp before/* archive"), 0);
    assert_int_equal(record(5), 3);
    assert_whole(3);
}

/* No file may grow by more than some bytes: what a full disk is to a writer. */
static int64_t record_on_a_full_disk(int64_t more)
{
    struct rlimit before, limit;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    limit = before;
    limit.rlim_cur = (rlim_t)(size_of(SEGMENT) + more);
    void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
    int64_t number = record(6);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    signal(SIGXFSZ, handler);
    return number;
}

static void a_full_disk_leaves_nothing_half_done(void **state)
{
    (void)state;
    int64_t lines = 1;
    assert_int_equal(ingest_text("one", 0), 0);
    for (int64_t more = 0; more < 700; more += 150) {
        int64_t number = record_on_a_full_disk(more);
        assert_true(more > 0 || number < 0);
        lines += number > 0;
        assert_int_equal(verified().damages, 0);
    }
    int64_t number = record(7);
    assert_true(number > lines);
    assert_whole(number);
    assert_int_equal(ingest_text("two", 0), 0);
    assert_whole(number + 1);
}

static void those_of_two_processes_follow_each_other(void **state)
{
    (void)state;
    pid_t children[2];
    for (int i = 0; i < 2; i++) {
        children[i] = fork();
        if (children[i] == 0) {
            for (int64_t k = 0; k < 10; k++)
                if (record(k) < 0)
                    _exit(1);
            _exit(0);
        }
    }
    for (int i = 0; i < 2; i++) {
        int status;
        assert_int_equal(waitpid(children[i], &status, 0), children[i]);
        assert_int_equal(status, 0);
    }
    assert_whole(20);
}

static int64_t record_many(size_t count, bool is_last_too_long)
{
    struct archive archive;
    struct event events[EVENT_BATCH];
    int64_t hits[EVENT_BATCH], first = -1;
    for (size_t i = 0; i < count; i++) {
        hits[i] = 1000 + (int64_t)i;
        events[i] = (struct event){
            "searched", add_to_line,
            is_last_too_long && i + 1 == count ? add_too_much : add_to_receipt, &hits[i]};
    }
    if (archive_open(&archive, "archive", "tester", &err))
        return -1;
    if (event_record_all(&archive, events, count, &first, &err))
        first = -1;
    archive_close(&archive);
    return first;
}

static void many_at_once_follow_each_other(void **state)
{
    (void)state;
    assert_int_equal(record(7), 1);
    assert_int_equal(record_many(EVENT_BATCH, false), 2);
    assert_int_equal(record(8), EVENT_BATCH + 2);
    assert_whole(EVENT_BATCH + 2);
    assert_true(ledger_holds("\"hits\":1000"));
    assert_true(ledger_holds("\"hits\":1999"));
}

/* The last receipt is refused: those before it are gone, too. */
static void of_many_none_is_kept_when_one_cannot_be(void **state)
{
    (void)state;
    assert_int_equal(record(7), 1);
    int64_t size = size_of(SEGMENT);
    assert_int_equal(record_many(10, true), -1);
    assert_int_equal(err.code, ERROR_LIMIT);
    assert_int_equal(size_of(SEGMENT), size);
    assert_whole(1);
    assert_int_equal(record(8), 2);
    assert_whole(2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(it_is_a_line_between_those_of_packages, fresh_archive),
        cmocka_unit_test_setup(a_receipt_without_its_line_is_adopted, fresh_archive),
        cmocka_unit_test_setup(a_torn_receipt_is_set_aside, fresh_archive),
        cmocka_unit_test_setup(a_line_that_the_index_lacks_is_replayed, fresh_archive),
        cmocka_unit_test_setup(a_full_disk_leaves_nothing_half_done, fresh_archive),
        cmocka_unit_test_setup(those_of_two_processes_follow_each_other, fresh_archive),
        cmocka_unit_test_setup(many_at_once_follow_each_other, fresh_archive),
        cmocka_unit_test_setup(of_many_none_is_kept_when_one_cannot_be, fresh_archive),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
