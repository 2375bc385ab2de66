/* schema/stats and schema/tally: counts, and that they leave the texts alone. */
#include "schema/stats.h"
#include "schema/stats_by.h"
#include "tests/unit/schema/helpers.h"

static void names_are_counted_in_any_case(void **state)
{
    (void)state;
    struct tally *tally = tally_new();
    struct tally_entry top[8];
    must(tally_add(tally, T(NULL), T(NULL), &test_error));
    must(tally_add(tally, T(""), T(""), &test_error));
    assert_null(tally_name(tally, 0).bytes);
    assert_non_null(tally_name(tally, 1).bytes);
    static const char *const names[] = {"b", "a", "B", "c", NULL, "", "b", "A", NULL, NULL, NULL};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        must(tally_add(tally, T(names[i]), T(names[i]), &test_error));
    assert_int_equal(tally_count(tally), 4);
    assert_int_equal(tally_top(tally, top, 8), 5);
    assert_null(top[0].name.bytes);
    assert_int_equal(top[0].count, 5);
    assert_memory_equal(top[1].name.bytes, "b", 1);
    assert_int_equal(top[1].count, 3);
    assert_int_equal(top[2].name.length, 0);
    assert_int_equal(top[2].count, 2);
    assert_memory_equal(top[3].name.bytes, "a", 1);
    assert_memory_equal(top[4].name.bytes, "c", 1);
    assert_int_equal(tally_top(tally, top, 2), 2);
    assert_int_equal(top[1].count, 3);
    tally_free(tally);
}

static void a_tally_of_many_names_is_right(void **state)
{
    (void)state;
    struct tally *tally = tally_new();
    struct tally_entry top[3];
    char name[32];
    for (int round = 0; round < 3; round++)
        for (int i = 0; i < 50000; i += 1 + round) {
            snprintf(name, sizeof name, "ws-%05d", i);
            must(tally_add(tally, T(name), T(name), &test_error));
        }
    assert_int_equal(tally_count(tally), 50000);
    assert_int_equal(tally_top(tally, top, 3), 3);
    assert_memory_equal(top[0].name.bytes, "ws-00000", 8);
    assert_memory_equal(top[1].name.bytes, "ws-00006", 8);
    assert_int_equal(top[2].count, 3);
    tally_free(tally);
}

static void names_have_a_ceiling(void **state)
{
    (void)state;
    struct tally *tally = tally_new();
    char *name = malloc(1024 * 1024);
    int64_t result = 0;
    int count = 0;
    memset(name, 'x', 1024 * 1024);
    for (; count < 1000 && result >= 0; count++) {
        memcpy(name,
               (char[3]){(char)('0' + count / 100), (char)('0' + count / 10 % 10),
                         (char)('0' + count % 10)},
               3);
        result = tally_add(tally, (struct text){name, 1024 * 1024}, T(""), &test_error);
    }
    assert_int_equal(result, -1);
    assert_int_equal(test_error.code, ERROR_LIMIT);
    assert_int_equal(count, TALLY_BYTES / (1024 * 1024) + 1);
    free(name);
    tally_free(tally);
}

/* ---- plans ---- */

/* The plans of all SQL that is run while it listens, a line for each step. */
struct plans {
    struct store *store;
    char text[16384];
};

static int note_plan(unsigned kind, void *context, void *prepared, void *unused)
{
    struct plans *plans = context;
    const char *sql = sqlite3_sql(prepared);
    char explain[8192];
    (void)kind;
    (void)unused;
    if (strncmp(sql, "EXPLAIN", 7) == 0)
        return 0;
    snprintf(explain, sizeof explain, "EXPLAIN QUERY PLAN %s", sql);
    size_t length = strlen(plans->text);
    snprintf(plans->text + length, sizeof plans->text - length, "%s\n",
             rows(plans->store, explain));
    return 0;
}

static void listen(struct plans *plans, struct store *store)
{
    *plans = (struct plans){.store = store};
    sqlite3_trace_v2(store->db, SQLITE_TRACE_STMT, note_plan, plans);
}

/* No page of text is read, whatever is counted: all results, or those of a filter by index, and by
 * number their contents. */
static void counting_reads_no_text_and_looks_up_by_index(void **state)
{
    struct archive *archive = *state;
    static struct plans plans;
    struct query_filter filters[2] = {
        {0}, {.script = "s", .operator_name = "o", .command_status = "Failed", .case_name = "c"}};
    struct stats stats;
    struct stats_by by;
    struct query *query;
    put_transcript(archive->store, 1, "p");
    acquire(archive->store, 1, "p", (struct coming){.machine = "ws-1"});
    listen(&plans, archive->store);
    for (int i = 0; i < 2; i++) {
        must(stats_read(&stats, archive->store, &filters[i], &test_error));
        stats_release(&stats);
        for (int key = 0; key < STATS_KEYS; key++) {
            must(stats_by_read(&by, archive->store, &filters[i], (enum stats_key)key, &test_error));
            stats_by_release(&by);
        }
    }
    must(stats_packages(archive->store, &query, &test_error));
    must(query_next(query, &test_error));
    query_free(query);
    sqlite3_trace_v2(archive->store->db, 0, NULL, NULL);
    assert_non_null(strstr(plans.text, "SCAN result"));
    assert_non_null(strstr(plans.text, "SEARCH c USING INTEGER PRIMARY KEY"));
    assert_null(strstr(plans.text, "output_pages"));
    assert_null(strstr(plans.text, "SCAN page\n"));
    for (const char *at = plans.text; (at = strstr(at, "SCAN ")) != NULL; at++)
        if (strncmp(at, "SCAN result", 11) != 0 && strncmp(at, "SCAN package\n", 13) != 0 &&
            strncmp(at, "SCAN s\n", 7) != 0)
            fail_msg("%.80s", at);
    assert_null(strstr(plans.text, "AUTOMATIC"));
}

static void the_result_before_is_found_by_the_machine(void **state)
{
    struct archive *archive = *state;
    static struct plans plans;
    int64_t previous_id = 0;
    put_transcript(archive->store, 1, "p");
    put_transcript(archive->store, 2, "q");
    put_transcript(archive->store, 3, "r");
    put_transcript(archive->store, 4, "s");
    acquire(archive->store, 1, "p", (struct coming){.machine = "ws-1", .observed = EARLY});
    acquire(archive->store, 2, "q", (struct coming){.machine = "WS-1", .observed = MIDDLE});
    acquire(archive->store, 3, "r", (struct coming){.machine_id = "id", .observed = EARLY});
    acquire(archive->store, 4, "s", (struct coming){.machine_id = "ID", .observed = MIDDLE});
    listen(&plans, archive->store);
    must(query_previous(archive->store, 2, &previous_id, &test_error));
    assert_int_equal(previous_id, 1);
    must(query_previous(archive->store, 4, &previous_id, &test_error));
    assert_int_equal(previous_id, 3);
    sqlite3_trace_v2(archive->store->db, 0, NULL, NULL);
    assert_null(strstr(plans.text, "SCAN"));
    assert_non_null(strstr(plans.text, "result_machine_name (machine_name=?"));
    assert_non_null(strstr(plans.text, "result_machine_id (machine_id=?"));
    assert_int_equal(query_previous(archive->store, 1, &previous_id, &test_error), -1);
    assert_int_equal(test_error.code, ERROR_NOT_FOUND);
    assert_int_equal(query_previous(archive->store, 99, &previous_id, &test_error), -1);
    assert_int_equal(test_error.code, ERROR_NOT_FOUND);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_counted_in_any_case),
        cmocka_unit_test(a_tally_of_many_names_is_right),
        cmocka_unit_test(names_have_a_ceiling),
        archive_test(counting_reads_no_text_and_looks_up_by_index),
        archive_test(the_result_before_is_found_by_the_machine),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
