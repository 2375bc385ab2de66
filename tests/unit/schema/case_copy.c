/* One case, cut out of history.db. */
#include "tests/unit/schema/indexed_copy.h"

#include "base/interrupt.h"

static void put_result(struct store *store, int64_t number, const char *name, struct coming coming)
{
    put_transcript(store, number, name);
    acquire(store, number, name, coming);
}

/* P and Q are in the case, R was, S never, T is in another one. */
static void put_cases(struct store *store)
{
    put_action(store, 1, (struct state_of_action){.machine = "ws-1", .machine_id = "m1"});
    put_action(store, 1, (struct state_of_action){.action = OTHER_ACTION, .machine = "ws-9"});
    put_result(store, 2, "P", (struct coming){.action = ACTION});
    put_result(store, 3, "Q", (struct coming){.machine = "ws-2", .case_name = "OTHER"});
    put_result(store, 4, "R", (struct coming){.machine = "ws-3", .case_name = "IR-7"});
    put_result(store, 5, "S", (struct coming){.action = OTHER_ACTION});
    put_result(store, 6, "T", (struct coming){.machine = "ws-4", .case_name = "OTHER"});
    do_case_step(store, 7, "case_added", "P", "why");
    do_case_step(store, 8, "case_added", "Q", "why");
    do_case_step(store, 9, "case_removed", "R", "why");
    for (int64_t number = 1; number <= 9; number++)
        must(store_put_line(store,
                            &(struct store_line){.number = number,
                                                 .event = "ingested",
                                                 .time = LATE,
                                                 .prev = sha_of("prev"),
                                                 .line_sha256 = sha_of("line"),
                                                 .size_bytes = -1,
                                                 .line = T("{}")},
                            &test_error));
}

struct copy {
    char path[128];
    struct store *store;
};

static void copy_open(struct copy *copy, const struct archive *archive,
                      const struct case_copy *what)
{
    make_indexed_copy(copy->path, archive, what);
    copy->store = store_open_reader(copy->path, &test_error);
    if (!copy->store)
        fail_msg("%s", test_error.message);
}

static void copy_close(struct copy *copy)
{
    store_close(copy->store);
    assert_int_equal(unlink(copy->path), 0);
}

static void holds_the_rows_of_the_case_and_of_nothing_else(void **state)
{
    struct archive *archive = *state;
    struct copy copy;
    put_cases(archive->store);
    copy_open(&copy, archive, &(struct case_copy){.case_name = "ir-7", .last_number = 9});
    assert_rows(copy.store, "SELECT case_name FROM cases", "IR-7");
    assert_rows(copy.store,
                "SELECT exhibit, package_sha256 = printf('%s', package_sha256) FROM case_items",
                "IR-7-0002|1\nIR-7-0003|1");
    assert_rows(copy.store, "SELECT result_id, machine_name, script_output FROM results ORDER BY 1",
                "2|ws-1|some output\n3|ws-2|some output");
    assert_rows(copy.store, "SELECT count(*) FROM output_fts WHERE output_fts MATCH 'output'", "2");
    assert_rows(copy.store, "SELECT number, case_name FROM acquisitions ORDER BY 1", "2|-\n3|-");
    assert_rows(copy.store, "SELECT machine_name FROM actions", "ws-1");
    assert_rows(copy.store, "SELECT action_id FROM commands", ACTION);
    assert_rows(copy.store, "SELECT machine_name FROM machines ORDER BY 1", "ws-1\nws-2");
    assert_rows(copy.store, "SELECT group_concat(number) FROM ledger", "2,3,4,7,8,9");
    assert_rows(copy.store, "SELECT number, event, exhibit, words FROM case_events ORDER BY 1",
                "7|case_added|IR-7-0002|why\n8|case_added|IR-7-0003|why\n9|case_removed|-|-");
    assert_rows(copy.store, "PRAGMA integrity_check", "ok");
    assert_rows(copy.store, "PRAGMA journal_mode", "delete");
    copy_close(&copy);
}

static void of_what_is_withheld_only_number_hash_kind_and_size_are_there(void **state)
{
    struct archive *archive = *state;
    struct copy copy;
    char withheld[1][65];
    put_cases(archive->store);
    memcpy(withheld[0], sha_of("Q"), 65);
    copy_open(&copy, archive,
              &(struct case_copy){.case_name = "IR-7",
                                  .last_number = 9,
                                  .withheld = (const char(*)[65])withheld,
                                  .withheld_count = 1});
    assert_rows(copy.store, "SELECT exhibit, kind FROM case_items",
                "IR-7-0002|transcript\nIR-7-0003|transcript");
    assert_rows(copy.store, "SELECT count(*) FROM packages", "2");
    assert_rows(copy.store, "SELECT result_id FROM results", "2");
    assert_rows(copy.store, "SELECT count(*) FROM output_fts WHERE output_fts MATCH 'output'", "1");
    assert_rows(copy.store, "SELECT number FROM acquisitions", "2");
    assert_rows(copy.store, "SELECT machine_name FROM machines", "ws-1");
    /* Its ledger lines hold hashes only. */
    assert_rows(copy.store, "SELECT group_concat(number) FROM ledger", "2,3,4,7,8,9");
    copy_close(&copy);
}

static void ends_with_the_line_that_it_was_asked_for(void **state)
{
    struct archive *archive = *state;
    struct copy copy;
    put_cases(archive->store);
    /* R was removed by line 9. */
    copy_open(&copy, archive, &(struct case_copy){.case_name = "IR-7", .last_number = 7});
    assert_rows(copy.store, "SELECT exhibit FROM case_items", "IR-7-0001\nIR-7-0002");
    assert_rows(copy.store, "SELECT result_id FROM results ORDER BY 1", "2\n4");
    assert_rows(copy.store, "SELECT number FROM case_events ORDER BY 1", "4\n7");
    copy_close(&copy);
}

/* Whatever came for the same action later, or is in no case. */
static void the_latest_result_of_an_action_is_the_latest_in_the_copy(void **state)
{
    struct archive *archive = *state;
    struct copy copy;
    put_cases(archive->store);
    put_result(archive->store, 10, "U", (struct coming){.action = ACTION});
    copy_open(&copy, archive, &(struct case_copy){.case_name = "IR-7", .last_number = 9});
    assert_rows(copy.store, "SELECT result_id, is_latest FROM results ORDER BY 1", "2|1\n3|1");
    copy_close(&copy);
}

/* So many that the index is made on two threads. */
static void put_many_pages(struct store *store)
{
    must(store_execute(
        store,
        "WITH RECURSIVE n(i) AS (VALUES (2) UNION ALL SELECT i + 1 FROM n WHERE i < 3000)"
        " INSERT INTO page (content_id, stream, page_no, end_byte, text)"
        " SELECT 2, 'output', i, 100 * i, printf('page%d of%d svchost.exe', i, i % 7) FROM n",
        &test_error));
}

static void check_index(const char *path)
{
    sqlite3 *db;
    assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
    /* 1: against the pages. */
    if (sqlite3_exec(db, "INSERT INTO output_fts (output_fts, rank) VALUES ('integrity-check', 1)",
                     NULL, NULL, NULL) != SQLITE_OK)
        fail_msg("%s", sqlite3_errmsg(db));
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void every_page_of_many_is_found(void **state)
{
    struct archive *archive = *state;
    struct copy copy;
    char sql[200];
    put_cases(archive->store);
    put_many_pages(archive->store);
    copy_open(&copy, archive, &(struct case_copy){.case_name = "IR-7", .last_number = 9});
    assert_rows(copy.store,
                "SELECT count(*) FROM output_fts WHERE output_fts MATCH '\"svchost.exe\"'", "2999");
    assert_rows(copy.store, "SELECT count(*) FROM output_fts WHERE output_fts MATCH 'of3'", "429");
    for (int i = 2; i <= 3000; i += 37) {
        snprintf(sql, sizeof sql,
                 "SELECT p.page_no FROM output_fts AS f JOIN page AS p ON p.page_id = f.rowid"
                 " WHERE output_fts MATCH 'page%d'",
                 i);
        char expected[8];
        snprintf(expected, sizeof expected, "%d", i);
        assert_rows(copy.store, sql, expected);
    }
    assert_rows(copy.store, "PRAGMA integrity_check", "ok");
    check_index(copy.path);
    copy_close(&copy);
}

static void the_same_pages_give_the_same_bytes(void **state)
{
    struct archive *archive = *state;
    struct case_copy what = {.case_name = "IR-7", .last_number = 9};
    struct copy copy;
    char first[160], command[400];
    put_cases(archive->store);
    put_many_pages(archive->store);
    copy_open(&copy, archive, &what);
    snprintf(first, sizeof first, "%s-first", copy.path);
    assert_int_equal(rename(copy.path, first), 0);
    store_close(copy.store);
    copy_open(&copy, archive, &what);
    snprintf(command, sizeof command, "cmp '%s' '%s'", copy.path, first);
    assert_int_equal(system(command), 0);
    assert_int_equal(unlink(first), 0);
    copy_close(&copy);
}

static void a_case_that_is_not_there_is_said_to_be_missing(void **state)
{
    struct archive *archive = *state;
    char path[128];
    struct store *reader = store_open_reader(archive->path, &test_error);
    snprintf(path, sizeof path, "%s/case.sqlite", archive->folder);
    struct store *copy = case_copy_open(path, &test_error);
    assert_non_null(copy);
    assert_int_equal(
        case_copy_fill(copy, reader, &(struct case_copy){.case_name = "none"}, &test_error), -1);
    assert_int_equal(test_error.code, ERROR_NOT_FOUND);
    store_close(copy);
    store_close(reader);
    unlink(path);
}

/* The last one: there is no way back. */
static void a_signal_ends_it_as_something_to_try_again(void **state)
{
    struct archive *archive = *state;
    char path[128];
    struct store *reader = store_open_reader(archive->path, &test_error);
    snprintf(path, sizeof path, "%s/case.sqlite", archive->folder);
    struct store *copy = case_copy_open(path, &test_error);
    assert_non_null(copy);
    interrupt_request();
    assert_int_equal(case_copy_fill(copy, reader,
                                    &(struct case_copy){.case_name = "IR-7", .last_number = 7},
                                    &test_error),
                     -1);
    assert_int_equal(test_error.code, ERROR_TEMPORARY);
    store_close(copy);
    store_close(reader);
    unlink(path);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, archive_set_up, archive_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(holds_the_rows_of_the_case_and_of_nothing_else),
        TEST(of_what_is_withheld_only_number_hash_kind_and_size_are_there),
        TEST(ends_with_the_line_that_it_was_asked_for),
        TEST(the_latest_result_of_an_action_is_the_latest_in_the_copy),
        TEST(every_page_of_many_is_found),
        TEST(the_same_pages_give_the_same_bytes),
        TEST(a_case_that_is_not_there_is_said_to_be_missing),
        TEST(a_signal_ends_it_as_something_to_try_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
