/* How rows are found: no question that has few answers walks over the whole history. Each question's
 * own SQL is caught as it runs, with its values, and SQLite is asked for its plan. */
#include "tests/unit/schema/helpers.h"

#define CAUGHT_MOST 16

struct caught {
    int count;
    char *sql[CAUGHT_MOST];
};

static struct store *open_reader(struct archive *archive)
{
    struct store *reader = store_open_reader(archive->path, &test_error);
    if (!reader)
        fail_msg("%s", test_error.message);
    return reader;
}

static int catch_sql(unsigned event, void *context, void *statement, void *sql)
{
    struct caught *caught = context;
    (void)event;
    /* What SQLite runs for itself begins with a comment. */
    if (strncmp(sql, "--", 2) != 0 && caught->count < CAUGHT_MOST)
        caught->sql[caught->count++] = sqlite3_expanded_sql(statement);
    return 0;
}

static void start_catching(struct store *reader, struct caught *caught)
{
    caught->count = 0;
    sqlite3_trace_v2(reader->db, SQLITE_TRACE_STMT, catch_sql, caught);
}

static const char *plan_of(struct store *reader, const char *sql)
{
    char explain[8192];
    snprintf(explain, sizeof explain, "EXPLAIN QUERY PLAN %s", sql);
    return rows(reader, explain);
}

/* Walks over all results, or over a table that grows with them. An index that holds only the few
 * that a question is about, or one in the wanted order that a LIMIT stops, is no such walk. */
static bool is_walk(const char *step)
{
    static const char *const allowed[] = {
        "INDEX result_not_ok",    "INDEX result_exit_code_not_0",
        "INDEX result_withdrawn", "INDEX package_unparsed",
        "SCAN (subquery",         "SCAN names", /* what a step before gives */
    };
    const char *scan = strstr(step, "SCAN ");
    const char *end = scan ? strchr(scan, '\n') : NULL;
    char line[512] = "";
    if (!scan)
        return false;
    snprintf(line, sizeof line, "%.*s", end ? (int)(end - scan) : 400, scan);
    bool is_allowed =
        strcmp(line, "SCAN o") == 0 || strcmp(line, "SCAN e") == 0; /* pages, in order */
    for (size_t i = 0; i < sizeof allowed / sizeof *allowed; i++)
        is_allowed = is_allowed || strstr(line, allowed[i]);
    return !is_allowed || (end && is_walk(end));
}

static void assert_no_walk(struct store *reader, const char *sql)
{
    const char *plan = plan_of(reader, sql);
    if (is_walk(plan))
        fail_msg("%s\n%.200s", plan, sql);
}

static void assert_uses(struct store *reader, const char *sql, const char *index)
{
    const char *plan = plan_of(reader, sql);
    if (!strstr(plan, index))
        fail_msg("%s\n%.200s", plan, sql);
}

/* ---- what verbs ask ---- */

static void assert_caught_no_walk(struct store *reader, struct caught *caught, const char *index)
{
    sqlite3_trace_v2(reader->db, 0, NULL, NULL);
    assert_true(caught->count > 0);
    for (int i = 0; i < caught->count; i++) {
        assert_no_walk(reader, caught->sql[i]);
        if (index)
            assert_uses(reader, caught->sql[i], index);
        sqlite3_free(caught->sql[i]);
    }
}

static void list_uses(struct archive *archive, int64_t limit, struct query_filter filter,
                      const char *index)
{
    struct store *reader = open_reader(archive);
    struct caught caught;
    struct query *query;
    start_catching(reader, &caught);
    must(query_list(reader, &filter, limit, &query, &test_error));
    must(query_next(query, &test_error));
    query_free(query);
    assert_caught_no_walk(reader, &caught, index);
    store_close(reader);
}

static void a_list_finds_what_few_results_have_by_index(void **state)
{
    static const struct {
        struct query_filter filter;
        const char *index;
    } cases[] = {
        {{.machine = "dc1"}, "result_machine_name (machine_name=?"},
        {{.machine = "dc1"}, "result_machine_id (machine_id=?"},
        {{.machine = "dc1.corp.example"}, "result_machine_name (machine_name=?"},
        {{.machine = "dc1*"}, "result_machine_name (machine_name=?)"},
        {{.machine = "*1"}, "result_machine_id (machine_id=?)"},
        {{.script = "List.ps1"}, "result_script_any_case (script_name=?"},
        {{.script = "List*"}, "result_script_any_case (script_name=?)"},
        {{.script = "*.ps1"}, "result_script_any_case (script_name=?)"},
        {{.action_id = ACTION}, "result_action (action_id=?"},
        {{.case_name = "IR-7"}, "result_content (content_id=?)"},
        {{.since = EARLY}, "result_observed (observed_at>?)"},
        {{.since = EARLY, .until = LATE}, "result_observed (observed_at>? AND observed_at<?)"},
        {{.acquired_since = EARLY}, "result_acquired (acquired_at>?)"},
        {{.parse_status = "truncated"}, "result_parse_status (parse_status=?"},
        {{.command_status = "Failed"}, "result_command_status (command_status=?"},
        {{.operator_name = "eve"}, "result_operator (operator=?"},
        {{.has_exit_code = true, .exit_code = 5}, "result_exit_code (exit_code=?"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        list_uses(*state, 0, cases[i].filter, cases[i].index);
        list_uses(*state, 20, cases[i].filter, cases[i].index);
    }
}

/* All but the last hours may be nearly everything: whether the newest ones fit is asked first. */
static void a_list_of_what_was_acquired_before_looks_at_the_newest_first(void **state)
{
    struct archive *archive = *state;
    struct store *reader = open_reader(archive);
    struct query_filter filter = {.acquired_until = LATE};
    struct caught caught;
    struct query *query;
    list_uses(archive, 0, filter, "result_acquired (acquired_at<?)");
    start_catching(reader, &caught);
    must(query_list(reader, &filter, 20, &query, &test_error));
    must(query_next(query, &test_error));
    query_free(query);
    sqlite3_trace_v2(reader->db, 0, NULL, NULL);
    assert_int_equal(caught.count, 2);
    assert_uses(reader, caught.sql[0], "SCAN result USING INDEX result_observed");
    assert_non_null(strstr(caught.sql[0], "LIMIT"));
    assert_uses(reader, caught.sql[1], "result_acquired (acquired_at<?)"); /* few fit */
    for (int i = 0; i < caught.count; i++)
        sqlite3_free(caught.sql[i]);
    store_close(reader);
}

/* Of two filters, the one that leaves fewer: machines are many, states few. */
static void of_two_filters_the_narrower_leads(void **state)
{
    list_uses(*state, 20,
              (struct query_filter){.machine = "dc1.corp.example", .parse_status = "ok"},
              "result_machine_name (machine_name=?");
    list_uses(*state, 20, (struct query_filter){.script = "x.ps1", .parse_status = "ok"},
              "result_script_any_case (script_name=?");
    list_uses(*state, 20, (struct query_filter){.action_id = ACTION, .operator_name = "eve"},
              "result_action (action_id=?");
    list_uses(*state, 20,
              (struct query_filter){.operator_name = "eve", .since = EARLY, .until = LATE},
              "result_operator (operator=? AND observed_at>? AND observed_at<?)");
}

/* The order comes from the index, so that a limit stops the walk after so many. */
static void the_last_ones_are_found_without_sorting_all(void **state)
{
    static const char *const conditions[] = {
        "1",
        "observed_at >= 'a'",
        "script_name = 'a'",
        "script_name = 'a' COLLATE NOCASE",
        "exit_code = 5",
        "exit_code <> 0",
        "parse_status = 'truncated'",
        "parse_status <> 'ok'",
        "operator = 'eve'",
        "command_status = 'Failed' COLLATE NOCASE",
        "machine_name = 'dc1'",
        "machine_id = 'aa11' AND observed_at < 'b'",
    };
    struct store *reader = open_reader(*state);
    for (size_t i = 0; i < sizeof conditions / sizeof *conditions; i++) {
        char sql[512];
        snprintf(sql, sizeof sql,
                 "SELECT result_id, source FROM results WHERE %s"
                 " ORDER BY observed_at DESC, result_id DESC LIMIT 20",
                 conditions[i]);
        const char *plan = plan_of(reader, sql);
        if (strstr(plan, "TEMP B-TREE") || !strstr(plan, " r USING INDEX result_"))
            fail_msg("%s\n%.200s", plan, sql);
    }
    store_close(reader);
}

static void a_list_of_the_last_ones_walks_in_their_order(void **state)
{
    struct store *reader = open_reader(*state);
    struct caught caught;
    struct query *query;
    start_catching(reader, &caught);
    must(query_list(reader, &(struct query_filter){0}, 20, &query, &test_error));
    must(query_next(query, &test_error));
    query_free(query);
    const char *plan = plan_of(reader, caught.sql[0]);
    /* The one sorting is of the twenty. */
    const char *sort = strstr(plan, "TEMP B-TREE");
    if (!strstr(plan, "SCAN result USING INDEX result_observed") ||
        !strstr(plan, "SEARCH r USING INTEGER PRIMARY KEY") || (sort && strstr(sort + 1, "TEMP")))
        fail_msg("%s", plan);
    sqlite3_free(caught.sql[0]);
    store_close(reader);
}

static void resolving_a_result_walks_over_nothing(void **state)
{
    static const char *const selectors[] = {"1", ACTION "/0",
                                            ("sha256:"
                                             "50310000"),
                                            "5031a000"};
    struct archive *archive = *state;
    put_transcript(archive->store, 1, "P1");
    acquire(archive->store, 1, "P1", (struct coming){.action = ACTION});
    for (size_t i = 0; i < sizeof selectors / sizeof *selectors; i++) {
        struct store *reader = open_reader(archive);
        struct caught caught;
        int64_t result_id;
        char package_sha256[65];
        start_catching(reader, &caught);
        (void)query_resolve(reader, selectors[i], &result_id, &test_error);
        (void)query_resolve_package(reader, selectors[i], package_sha256, &test_error);
        assert_caught_no_walk(reader, &caught, NULL);
        store_close(reader);
    }
}

static void showing_a_result_walks_over_nothing(void **state)
{
    struct store *reader = open_reader(*state);
    struct caught caught;
    struct query *queries[3];
    start_catching(reader, &caught);
    must(query_result(reader, 1, &queries[0], &test_error));
    must(query_acquisitions(reader, sha_of("P1"), &queries[1], &test_error));
    must(query_pages(reader, 1, "output", &queries[2], &test_error));
    for (int i = 0; i < 3; i++) {
        must(query_next(queries[i], &test_error));
        query_free(queries[i]);
    }
    assert_int_equal(caught.count, 3);
    assert_caught_no_walk(reader, &caught, NULL);
    store_close(reader);
}

static void counting_all_walks_over_nothing_but_what_is_counted(void **state)
{
    struct store *reader = open_reader(*state);
    struct query_counts counts;
    struct caught caught;
    start_catching(reader, &caught);
    must(query_counts(reader, &(struct query_filter){0}, &counts, &test_error));
    sqlite3_trace_v2(reader->db, 0, NULL, NULL);
    assert_int_equal(caught.count, 6);
    /* The results themselves are counted by whole pages of the narrowest index. */
    assert_uses(reader, caught.sql[0], "COVERING INDEX result_package");
    for (int i = 1; i < caught.count; i++)
        assert_no_walk(reader, caught.sql[i]);
    assert_uses(reader, caught.sql[3], "COVERING INDEX package_file");
    assert_uses(reader, caught.sql[4], "COVERING INDEX package_action");
    for (int i = 0; i < caught.count; i++)
        sqlite3_free(caught.sql[i]);
    store_close(reader);
}

/* ---- the joins that people write ---- */

static void the_usual_joins_start_from_what_is_given(void **state)
{
    static const char *const sqls[] = {
        "SELECT result_id FROM results WHERE machine_name = 'dc1'",
        "SELECT result_id FROM results WHERE machine_id = 'aa11'",
        "SELECT result_id FROM results WHERE script_name = 'services.ps1'",
        "SELECT result_id FROM results WHERE exit_code = 5",
        "SELECT machine_name, script_name, exit_code FROM results WHERE exit_code <> 0",
        "SELECT result_id FROM results WHERE action_id = 'x' AND command_index = 1",
        "SELECT result_id FROM results WHERE operator = 'eve'",
        "SELECT result_id FROM results WHERE observed_at >= 'a' AND observed_at < 'b'",
        "SELECT result_id FROM results WHERE acquired_at >= 'a' AND acquired_at < 'b'",
        "SELECT result_id, diagnostics FROM results WHERE parse_status <> 'ok'",
        "SELECT result_id FROM results WHERE parse_status IN ('truncated', 'invalid')",
        "SELECT result_id FROM results WHERE machine_name = 'dc1' AND is_latest = 1",
        "SELECT result_id FROM results WHERE script_name = 'a' AND is_latest = 1"
        " AND observed_at >= 'a'",
        "SELECT result_id FROM results WHERE package_sha256 = 'x'",
        "SELECT r.result_id FROM case_items AS i JOIN results AS r USING (package_sha256)"
        " WHERE i.case_name = 'IR-7'",
        "SELECT result_id FROM results WHERE package_sha256 IN"
        " (SELECT package_sha256 FROM case_items WHERE case_name = 'IR-7')",
        "SELECT r.result_id, k.params, k.errors, a.status FROM results AS r"
        " JOIN commands AS k USING (action_id, command_index) JOIN actions AS a USING (action_id)"
        " WHERE r.result_id = 5",
        "SELECT r.result_id FROM commands AS k JOIN results AS r USING (action_id, command_index)"
        " WHERE k.action_id = 'x'",
        "SELECT q.number, q.operator, l.line_sha256 FROM acquisitions AS q"
        " JOIN ledger AS l USING (number) WHERE q.package_sha256 ="
        " (SELECT package_sha256 FROM results WHERE result_id = 1)",
        "SELECT r.result_id FROM machines AS m JOIN results AS r USING (machine_id)"
        " WHERE m.machine_name = 'dc1'",
        "SELECT script_output FROM results WHERE result_id = 1",
        "SELECT text FROM output_pages WHERE content_id = 1 AND stream = 'output' ORDER BY page_no",
    };
    struct store *reader = open_reader(*state);
    for (size_t i = 0; i < sizeof sqls / sizeof *sqls; i++)
        assert_no_walk(reader, sqls[i]);
    store_close(reader);
}

/* Counting does not look up what it does not name. */
static void an_aggregate_reads_no_action_and_no_command(void **state)
{
    struct store *reader = open_reader(*state);
    const char *plan = plan_of(reader, "SELECT script_name, count(*) FROM results GROUP BY 1");
    if (strstr(plan, "actions") || strstr(plan, "commands") || strstr(plan, "acquisition"))
        fail_msg("%s", plan);
    store_close(reader);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        archive_test(a_list_finds_what_few_results_have_by_index),
        archive_test(a_list_of_what_was_acquired_before_looks_at_the_newest_first),
        archive_test(of_two_filters_the_narrower_leads),
        archive_test(the_last_ones_are_found_without_sorting_all),
        archive_test(a_list_of_the_last_ones_walks_in_their_order),
        archive_test(resolving_a_result_walks_over_nothing),
        archive_test(showing_a_result_walks_over_nothing),
        archive_test(counting_all_walks_over_nothing_but_what_is_counted),
        archive_test(the_usual_joins_start_from_what_is_given),
        archive_test(an_aggregate_reads_no_action_and_no_command),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
