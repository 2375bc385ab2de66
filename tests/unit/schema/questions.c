/* Queries: typed SQL that only reads, lists, and how rows are found. */
#include "tests/unit/schema/helpers.h"

static struct store *open_reader(struct archive *archive)
{
    struct store *reader = store_open_reader(archive->path, &test_error);
    if (!reader)
        fail_msg("%s", test_error.message);
    return reader;
}

static void assert_refused(struct archive *archive, const char *sql, const char *sentence)
{
    struct store *reader = open_reader(archive);
    struct query *query;
    if (query_sql(reader, sql, &query, &test_error) == 0)
        fail_msg("not refused: %s", sql);
    if (test_error.code != ERROR_USAGE || !strstr(test_error.message, sentence))
        fail_msg("%s: %d %s", sql, test_error.code, test_error.message);
    assert_null(query);
    store_close(reader);
}

/* First value of the first row. */
static int64_t first_of(struct archive *archive, const char *sql)
{
    struct store *reader = open_reader(archive);
    struct query *query;
    must(query_sql(reader, sql, &query, &test_error));
    if (query_next(query, &test_error) != 1)
        fail_msg("%s: %s", sql, test_error.message);
    int64_t value = query_value(query, 0).integer;
    query_free(query);
    store_close(reader);
    return value;
}

/* ---- query_sql ---- */

static void a_select_gives_named_and_typed_values(void **state)
{
    struct archive *archive = *state;
    struct store *reader = open_reader(archive);
    struct query *query;
    must(query_sql(reader,
                   "SELECT 1 AS a, 2.5 AS b, 'x' AS c, NULL AS d, x'00ff' AS e, x'' AS f; -- end",
                   &query, &test_error));
    assert_int_equal(query_column_count(query), 6);
    assert_string_equal(query_column_name(query, 1), "b");
    assert_int_equal(query_next(query, &test_error), 1);
    assert_int_equal(query_value_named(query, "a").integer, 1);
    assert_true(query_value_named(query, "b").real == 2.5);
    struct query_value value = query_value_named(query, "c");
    assert_int_equal(value.type, QUERY_TEXT);
    assert_memory_equal(value.text.bytes, "x", 1);
    assert_int_equal(query_value_named(query, "d").type, QUERY_NULL);
    value = query_value_named(query, "e");
    assert_int_equal(value.type, QUERY_BLOB);
    assert_int_equal(value.text.length, 2);
    value = query_value_named(query, "f");
    assert_non_null(value.text.bytes);
    assert_int_equal(value.text.length, 0);
    assert_int_equal(query_next(query, &test_error), 0);
    query_free(query);
    query_free(NULL);
    store_close(reader);
}

static void writes_are_refused(void **state)
{
    static const char *const sqls[] = {
        "INSERT INTO actions (action_id, number, package_sha256, command_count) VALUES (1,1,1,1)",
        "UPDATE package SET kind = 'x'",
        "DELETE FROM ledger",
        "CREATE TABLE x (a)",
        "CREATE TEMP TABLE x (a)",
        "DROP TABLE ledger",
        "ALTER TABLE ledger RENAME TO x",
        "INSERT INTO output_fts (output_fts) VALUES ('rebuild')",
        "ATTACH 'x.db' AS x",
        "DETACH main",
        "VACUUM",
        "VACUUM INTO '/tmp/x'",
        "REINDEX",
        "ANALYZE",
        "BEGIN",
        "COMMIT",
        "SAVEPOINT x",
        "PRAGMA user_version = 5",
        "PRAGMA journal_mode = DELETE",
        "PRAGMA writable_schema = 1",
        "PRAGMA wal_checkpoint",
        "PRAGMA query_only = 0",
        "PRAGMA temp_store_directory = '/'",
        "SELECT load_extension('x')",
        "EXPLAIN DELETE FROM ledger",
        "WITH x AS (SELECT 1) DELETE FROM ledger",
    };
    struct archive *archive = *state;
    for (size_t i = 0; i < sizeof sqls / sizeof sqls[0]; i++)
        assert_refused(archive, sqls[i], "query only reads");
    assert_refused(archive, "UPDATE sqlite_master SET type = 'x'", "may not be modified");
}

static void functions_that_touch_files_are_refused(void **state)
{
    struct archive *archive = *state;
    struct store *reader = open_reader(archive);
    struct query *query;
    assert_int_equal(query_sql(reader, "SELECT writefile('/tmp/x', 'y')", &query, &test_error), -1);
    assert_int_equal(test_error.code, ERROR_USAGE);
    assert_int_equal(query_sql(reader, "SELECT readfile('/etc/passwd')", &query, &test_error), -1);
    assert_int_equal(query_sql(reader, "SELECT edit('x')", &query, &test_error), -1);
    store_close(reader);
}

static void one_statement_is_asked_at_a_time(void **state)
{
    struct archive *archive = *state;
    assert_refused(archive, "SELECT 1; SELECT 2", "one statement at a time");
    assert_int_equal(test_error.offset, 9);
    assert_refused(archive, "SELECT 1;; /* x */ ; DROP TABLE ledger", "one statement at a time");
    assert_refused(archive, "SELECT 1; nonsense", "one statement at a time");
}

static void sql_without_a_statement_is_refused(void **state)
{
    struct archive *archive = *state;
    assert_refused(archive, "", "empty");
    assert_refused(archive, "  -- nothing\n", "empty");
    assert_refused(archive, ";", "empty");
}

static void a_mistake_is_named_with_its_place(void **state)
{
    struct archive *archive = *state;
    assert_refused(archive, "SELECT nosuch FROM results", "no such column: nosuch");
    assert_int_equal(test_error.offset, 7);
    assert_refused(archive, "SELECT 1 FROM FROM", "syntax error");
    assert_int_equal(test_error.offset, 14);
    assert_refused(archive, "SELECT 1 FROM nowhere", "no such table");
}

static void a_bad_match_is_the_person_s_mistake(void **state)
{
    struct archive *archive = *state;
    struct store *reader = open_reader(archive);
    struct query *query;
    must(query_sql(reader, "SELECT * FROM output_fts WHERE output_fts MATCH '\"open'", &query,
                   &test_error));
    assert_int_equal(query_next(query, &test_error), -1);
    assert_int_equal(test_error.code, ERROR_USAGE);
    query_free(query);
    store_close(reader);
}

static void what_only_reads_is_allowed(void **state)
{
    static const char *const sqls[] = {
        "SELECT count(*) >= 0 FROM results",
        "VALUES (1)",
        "WITH RECURSIVE n (i) AS (VALUES (1) UNION SELECT 2 FROM n) SELECT count(*) FROM n",
        "PRAGMA user_version",
        "SELECT count(*) FROM pragma_table_info('results')",
        "SELECT count(*) FROM sqlite_schema",
        "SELECT json_extract('{\"a\": 3}', '$.a')",
        "SELECT count(*) + 1 FROM json_each('[1, 2]')",
        "SELECT 1 + count(*) FROM output_fts WHERE output_fts MATCH 'x'",
        "SELECT regexp_like FROM (SELECT 1 AS regexp_like)",
    };
    struct archive *archive = *state;
    for (size_t i = 0; i < sizeof sqls / sizeof sqls[0]; i++)
        assert_true(first_of(archive, sqls[i]) >= 1);
    struct store *reader = open_reader(archive);
    struct query *query;
    must(query_sql(reader, "PRAGMA table_info(results)", &query, &test_error));
    assert_int_equal(query_next(query, &test_error), 1);
    query_free(query);
    must(query_sql(reader, "EXPLAIN QUERY PLAN SELECT * FROM results", &query, &test_error));
    assert_int_equal(query_next(query, &test_error), 1);
    query_free(query);
    store_close(reader);
}

static void results_has_the_promised_columns_in_order(void **state)
{
    static const char *const columns[] = {"result_id",
                                          "content_id",
                                          "package_sha256",
                                          "tenant_id",
                                          "action_id",
                                          "command_index",
                                          "command_type",
                                          "command_status",
                                          "machine_id",
                                          "machine_name",
                                          "script_name",
                                          "exit_code",
                                          "parse_status",
                                          "diagnostics",
                                          "extra",
                                          "output_bytes",
                                          "error_bytes",
                                          "output_sha256",
                                          "nul_stripped",
                                          "nul_inside",
                                          "ps_transcript_path",
                                          "ps_transcript_id",
                                          "ps_user",
                                          "ps_runas_user",
                                          "ps_machine",
                                          "ps_host_application",
                                          "ps_process_id",
                                          "ps_version",
                                          "ps_started_at",
                                          "ps_ended_at",
                                          "started_at",
                                          "ended_at",
                                          "requestor",
                                          "requestor_comment",
                                          "observed_at",
                                          "observed_at_source",
                                          "acquired_at",
                                          "operator",
                                          "source",
                                          "is_latest",
                                          "script_output",
                                          "script_error"};
    struct archive *archive = *state;
    struct store *reader = open_reader(archive);
    struct query *query;
    must(query_sql(reader, "SELECT * FROM results", &query, &test_error));
    assert_int_equal(query_column_count(query), sizeof columns / sizeof columns[0]);
    for (int i = 0; i < query_column_count(query); i++)
        assert_string_equal(query_column_name(query, i), columns[i]);
    query_free(query);
    /* A list and a single result: all but the two texts. */
    must(query_list(reader, &(struct query_filter){0}, 0, &query, &test_error));
    assert_int_equal(query_column_count(query), sizeof columns / sizeof columns[0] - 2);
    for (int i = 0; i < query_column_count(query); i++)
        assert_string_equal(query_column_name(query, i), columns[i]);
    query_free(query);
    store_close(reader);
}

/* ---- plans ---- */

static const char *plan(struct store *store, const char *sql)
{
    char explain[2048];
    snprintf(explain, sizeof explain, "SELECT group_concat(detail, '; ') FROM (%s)", sql);
    snprintf(explain, sizeof explain, "EXPLAIN QUERY PLAN %s", sql);
    return rows(store, explain);
}

static void assert_plan(struct store *store, const char *sql, const char *with, const char *without)
{
    const char *text = plan(store, sql);
    if (!strstr(text, with) || (without && strstr(text, without)))
        fail_msg("%s\n%s", sql, text);
}

static void the_order_of_observation_comes_from_an_index(void **state)
{
    struct archive *archive = *state;
    assert_plan(archive->store,
                "SELECT result_id, machine_name FROM results ORDER BY observed_at, result_id",
                "result_observed", "TEMP B-TREE");
    assert_plan(archive->store,
                "SELECT result_id FROM results WHERE observed_at >= 'a' AND observed_at < 'b'"
                " ORDER BY observed_at, result_id",
                "result_observed (observed_at>? AND observed_at<?)", "TEMP B-TREE");
}

static void machines_actions_and_packages_are_found_by_index(void **state)
{
    struct archive *archive = *state;
    assert_plan(archive->store, "SELECT result_id FROM results WHERE machine_name = 'dc1'",
                "result_machine_name (machine_name=?", "SCAN");
    assert_plan(archive->store, "SELECT result_id FROM results WHERE machine_id = 'm1'",
                "result_machine_id (machine_id=?", "SCAN");
    assert_plan(archive->store,
                "SELECT result_id FROM results WHERE machine_id = 'x' OR machine_name = 'x'",
                "MULTI-INDEX OR", "SCAN");
    assert_plan(archive->store,
                "SELECT result_id FROM results WHERE action_id = 'x' AND command_index = 1",
                "result_action (action_id=? AND command_index=?", "SCAN");
    assert_plan(archive->store, "SELECT result_id FROM results WHERE package_sha256 = 'x'",
                "(package_sha256=?)", "SCAN");
    assert_plan(archive->store, "SELECT script_output FROM results WHERE result_id = 1",
                "USING INTEGER PRIMARY KEY (rowid=?)", "SCAN r");
}

static void texts_are_not_computed_unless_they_are_asked_for(void **state)
{
    struct archive *archive = *state;
    assert_plan(archive->store, "SELECT result_id, script_name, output_bytes FROM results",
                "SEARCH", "page");
    assert_plan(archive->store, "SELECT script_output FROM results WHERE result_id = 1",
                "page_place (content_id=? AND stream=?)", "TEMP B-TREE");
}

static void a_found_page_leads_to_its_results_by_indexes(void **state)
{
    static const char *const orders[] = {
        "SELECT r.result_id, snippet(output_fts, 0, '', '', '', 9) FROM output_fts JOIN "
        "output_pages"
        " AS p ON p.page_id = output_fts.rowid JOIN results AS r USING (content_id)"
        " WHERE output_fts MATCH 'x'",
        "SELECT r.result_id FROM results AS r JOIN output_pages AS p USING (content_id)"
        " JOIN output_fts ON output_fts.rowid = p.page_id WHERE output_fts MATCH 'x'",
    };
    struct archive *archive = *state;
    for (size_t i = 0; i < 2; i++) {
        const char *text = plan(archive->store, orders[i]);
        /* The only scan is that of what FTS5 found. */
        const char *scan = strstr(text, "SCAN");
        if (!scan || strncmp(scan, "SCAN output_fts", 15) != 0 || strstr(scan + 1, "SCAN") ||
            !strstr(text, "result_content (content_id=?)"))
            fail_msg("%s", text);
    }
}

static void pages_in_order_need_no_sorting(void **state)
{
    struct archive *archive = *state;
    assert_plan(archive->store,
                "SELECT text FROM output_pages WHERE content_id = 1 AND stream = 'output'"
                " ORDER BY page_no",
                "page_place (content_id=? AND stream=?)", "TEMP B-TREE");
}

/* ---- lists ---- */

static const char *list_last(struct archive *archive, int64_t limit, struct query_filter filter)
{
    static char text[256];
    struct store *reader = open_reader(archive);
    struct query *query;
    int step;
    size_t length = 0;
    must(query_list(reader, &filter, limit, &query, &test_error));
    text[0] = '\0';
    while ((step = query_next(query, &test_error)) == 1)
        length += (size_t)snprintf(text + length, sizeof text - length, "%s%lld", length ? " " : "",
                                   (long long)query_value_named(query, "result_id").integer);
    if (step < 0)
        fail_msg("%s", test_error.message);
    query_free(query);
    store_close(reader);
    return text;
}

static const char *list(struct archive *archive, struct query_filter filter)
{
    return list_last(archive, 0, filter);
}

static void put_list(struct archive *archive)
{
    struct store *store = archive->store;
    put_transcript(store, 1, "P1");
    acquire(store, 1, "P1",
            (struct coming){.machine = "dc1.corp.example", .machine_id = "m1", .observed = LATE});
    put_transcript(store, 2, "P2");
    acquire(store, 2, "P2",
            (struct coming){.machine = "DC1", .observed = EARLY, .case_name = "IR-7"});
    put_transcript(store, 3, "P3");
    acquire(store, 3, "P3",
            (struct coming){.machine = "dc10", .observed = MIDDLE, .operator_name = "eve"});
    put_package(store, 4, "P4");
    must(store_begin_content(store, 4, sha_of("P4"), 0, &test_error));
    struct store_content content = {.content_id = 4,
                                    .script_name = T("Get_All%.ps1"),
                                    .parse_status = "truncated",
                                    .has_exit_code = true,
                                    .exit_code = -3};
    must(store_finish_content(store, &content, &test_error));
    put_reading(store, "P4", "transcript");
    acquire(store, 4, "P4", (struct coming){.action = ACTION, .observed = EARLY});
}

static void a_list_is_in_the_order_of_observation(void **state)
{
    struct archive *archive = *state;
    put_list(archive);
    assert_string_equal(list(archive, (struct query_filter){0}), "2 4 3 1");
}

static void a_limit_takes_the_newest_and_keeps_the_order(void **state)
{
    struct archive *archive = *state;
    put_list(archive);
    assert_string_equal(list_last(archive, 2, (struct query_filter){0}), "3 1");
    assert_string_equal(list_last(archive, 9, (struct query_filter){0}), "2 4 3 1");
}

static void a_short_machine_name_finds_the_full_one_and_no_longer_name(void **state)
{
    struct archive *archive = *state;
    put_list(archive);
    assert_string_equal(list(archive, (struct query_filter){.machine = "dc1"}), "2 1");
    assert_string_equal(list(archive, (struct query_filter){.machine = "Dc1.CORP.example"}), "1");
    assert_string_equal(list(archive, (struct query_filter){.machine = "M1"}), "1");
    assert_string_equal(list(archive, (struct query_filter){.machine = "dc"}), "");
}

static void a_machine_may_be_a_glob_in_any_case(void **state)
{
    struct archive *archive = *state;
    put_list(archive);
    assert_string_equal(list(archive, (struct query_filter){.machine = "DC1*"}), "2 3 1");
    assert_string_equal(list(archive, (struct query_filter){.machine = "dc1?"}), "3");
    assert_string_equal(list(archive, (struct query_filter){.machine = "*.corp.*"}), "1");
    assert_string_equal(list(archive, (struct query_filter){.machine = "*%*"}), "");
}

static void a_script_is_a_name_or_a_glob_in_any_case(void **state)
{
    struct archive *archive = *state;
    put_list(archive);
    assert_string_equal(list(archive, (struct query_filter){.script = "get_all%.PS1"}), "4");
    assert_string_equal(list(archive, (struct query_filter){.script = "get_a*"}), "4");
    assert_string_equal(list(archive, (struct query_filter){.script = "getxa*"}), "");
}

static void filters_narrow_the_list_together(void **state)
{
    struct archive *archive = *state;
    put_list(archive);
    assert_string_equal(list(archive, (struct query_filter){.since = MIDDLE}), "3 1");
    assert_string_equal(list(archive, (struct query_filter){.since = EARLY, .until = MIDDLE}),
                        "2 4");
    assert_string_equal(list(archive, (struct query_filter){.case_name = "ir-7"}), "2");
    assert_string_equal(list(archive, (struct query_filter){.action_id = ACTION}), "4");
    assert_string_equal(list(archive, (struct query_filter){.parse_status = "truncated"}), "4");
    assert_string_equal(
        list(archive, (struct query_filter){.has_exit_code = true, .exit_code = -3}), "4");
    assert_string_equal(list(archive, (struct query_filter){.has_exit_code = true}), "");
    assert_string_equal(list(archive, (struct query_filter){.operator_name = "eve"}), "3");
    assert_string_equal(list(archive, (struct query_filter){.acquired_since = LATE}), "2 4 3 1");
    assert_string_equal(list(archive, (struct query_filter){.acquired_until = LATE}), "");
    assert_string_equal(
        list_last(archive, 1, (struct query_filter){.machine = "dc1", .since = MIDDLE}), "1");
    assert_string_equal(list_last(archive, 2, (struct query_filter){.acquired_until = "9"}), "3 1");
    assert_string_equal(list_last(archive, 9, (struct query_filter){.acquired_until = "9"}),
                        "2 4 3 1");
    put_action(archive->store, 9, (struct state_of_action){0});
    assert_string_equal(list(archive, (struct query_filter){.command_status = "completed"}), "4");
}

static void one_result_its_acquisitions_and_its_pages(void **state)
{
    struct archive *archive = *state;
    put_list(archive);
    acquire(archive->store, 9, "P1", (struct coming){0});
    struct store *reader = open_reader(archive);
    struct query *query;
    must(query_result(reader, 1, &query, &test_error));
    assert_int_equal(query_next(query, &test_error), 1);
    assert_memory_equal(query_value_named(query, "machine_id").text.bytes, "m1", 2);
    assert_int_equal(query_next(query, &test_error), 0);
    query_free(query);
    must(query_acquisitions(reader, sha_of("P1"), &query, &test_error));
    assert_int_equal(query_next(query, &test_error), 1);
    assert_int_equal(query_next(query, &test_error), 1);
    assert_int_equal(query_value_named(query, "number").integer, 9);
    assert_int_equal(query_next(query, &test_error), 0);
    query_free(query);
    must(query_pages(reader, 1, "output", &query, &test_error));
    assert_int_equal(query_next(query, &test_error), 1);
    assert_memory_equal(query_value_named(query, "text").text.bytes, "some output", 11);
    query_free(query);
    must(query_contents(reader, &query, &test_error));
    assert_int_equal(query_next(query, &test_error), 1);
    assert_int_equal(query_value_named(query, "output_bytes").integer, 11);
    query_free(query);
    must(query_unparsed(reader, &query, &test_error));
    assert_int_equal(query_next(query, &test_error), 0);
    query_free(query);
    store_close(reader);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        archive_test(a_select_gives_named_and_typed_values),
        archive_test(writes_are_refused),
        archive_test(functions_that_touch_files_are_refused),
        archive_test(one_statement_is_asked_at_a_time),
        archive_test(sql_without_a_statement_is_refused),
        archive_test(a_mistake_is_named_with_its_place),
        archive_test(a_bad_match_is_the_person_s_mistake),
        archive_test(what_only_reads_is_allowed),
        archive_test(results_has_the_promised_columns_in_order),
        archive_test(the_order_of_observation_comes_from_an_index),
        archive_test(machines_actions_and_packages_are_found_by_index),
        archive_test(texts_are_not_computed_unless_they_are_asked_for),
        archive_test(a_found_page_leads_to_its_results_by_indexes),
        archive_test(pages_in_order_need_no_sorting),
        archive_test(a_list_is_in_the_order_of_observation),
        archive_test(a_limit_takes_the_newest_and_keeps_the_order),
        archive_test(a_short_machine_name_finds_the_full_one_and_no_longer_name),
        archive_test(a_machine_may_be_a_glob_in_any_case),
        archive_test(a_script_is_a_name_or_a_glob_in_any_case),
        archive_test(filters_narrow_the_list_together),
        archive_test(one_result_its_acquisitions_and_its_pages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
