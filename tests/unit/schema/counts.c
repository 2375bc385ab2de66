/* The denominator of a search, and a reader's snapshot that it is counted in. */
#include "tests/unit/schema/helpers.h"

static struct store *open_reader(struct archive *archive)
{
    struct store *reader = store_open_reader(archive->path, &test_error);
    if (!reader)
        fail_msg("%s", test_error.message);
    return reader;
}

/* "results truncated invalid files actions unparsed" */
static const char *counts_of(struct store *reader, struct query_filter filter)
{
    static char text[128];
    struct query_counts counts;
    must(query_counts(reader, &filter, &counts, &test_error));
    snprintf(text, sizeof text, "%lld %lld %lld %lld %lld %lld", (long long)counts.results,
             (long long)counts.truncated, (long long)counts.invalid, (long long)counts.files,
             (long long)counts.actions, (long long)counts.unparsed);
    return text;
}

static void assert_counts(struct archive *archive, struct query_filter filter, const char *expected)
{
    struct store *reader = open_reader(archive);
    assert_string_equal(counts_of(reader, filter), expected);
    store_close(reader);
}

static void put_result(struct archive *archive, int64_t number, const char *name,
                       const char *status, struct coming coming)
{
    put_package(archive->store, number, name);
    put_content(archive->store, number, 0, name, status, "some output");
    put_reading(archive->store, name, "transcript");
    acquire(archive->store, number, name, coming);
}

static void put_other(struct archive *archive, int64_t number, const char *name, const char *kind,
                      const char *unparsed, struct coming coming)
{
    put_package(archive->store, number, name);
    must(store_put_reading(archive->store, sha_of(name), kind, NULL, T(NULL), unparsed, "tool",
                           &test_error));
    acquire(archive->store, number, name, coming);
}

static void put_history(struct archive *archive)
{
    put_result(archive, 1, "P1", "ok", (struct coming){.machine = "dc1.corp", .observed = EARLY});
    put_result(archive, 2, "P2", "truncated", (struct coming){.machine = "dc1", .observed = LATE});
    put_result(archive, 3, "P3", "invalid", (struct coming){.operator_name = "eve"});
    put_result(archive, 4, "P4", "repaired", (struct coming){.case_name = "IR-7"});
    put_other(archive, 5, "F1", "file", NULL, (struct coming){.machine = "DC1"});
    put_other(archive, 6, "F2", "file", NULL, (struct coming){.case_name = "ir-7"});
    put_other(archive, 7, "A1", "action", NULL, (struct coming){.operator_name = "eve"});
    put_other(archive, 8, "U1", "file", "it crashed", (struct coming){.action = ACTION});
}

static void nothing_counts_nothing(void **state)
{
    assert_counts(*state, (struct query_filter){0}, "0 0 0 0 0 0");
}

static void without_a_filter_all_count_and_what_was_not_read_only_there(void **state)
{
    put_history(*state);
    assert_counts(*state, (struct query_filter){0}, "4 1 1 2 1 1");
}

static void each_filter_narrows_results_and_packages(void **state)
{
    put_history(*state);
    assert_counts(*state, (struct query_filter){.machine = "dc1"}, "2 1 0 1 0 0");
    assert_counts(*state, (struct query_filter){.machine = "d?1"}, "1 1 0 1 0 0");
    assert_counts(*state, (struct query_filter){.operator_name = "eve"}, "1 0 1 0 1 0");
    assert_counts(*state, (struct query_filter){.case_name = "IR-7"}, "1 0 0 1 0 0");
    assert_counts(*state, (struct query_filter){.action_id = ACTION}, "0 0 0 0 0 1");
    assert_counts(*state, (struct query_filter){.acquired_since = LATE}, "4 1 1 2 1 1");
    assert_counts(*state, (struct query_filter){.acquired_until = LATE}, "0 0 0 0 0 0");
    assert_counts(*state, (struct query_filter){.machine = "dc1", .operator_name = "eve"},
                  "0 0 0 0 0 0");
}

static void what_is_only_true_of_results_leaves_packages_alone(void **state)
{
    put_history(*state);
    assert_counts(*state, (struct query_filter){.since = LATE}, "3 1 1 2 1 1");
    assert_counts(*state, (struct query_filter){.script = "x"}, "0 0 0 2 1 1");
    assert_counts(*state, (struct query_filter){.parse_status = "truncated"}, "1 1 0 2 1 1");
    assert_counts(*state, (struct query_filter){.has_exit_code = true}, "0 0 0 2 1 1");
}

static void one_coming_must_fit_all_of_it(void **state)
{
    struct archive *archive = *state;
    put_other(archive, 1, "F1", "file", NULL, (struct coming){.machine = "dc1"});
    acquire(archive->store, 2, "F1", (struct coming){.operator_name = "eve"});
    assert_counts(archive, (struct query_filter){.machine = "dc1"}, "0 0 0 1 0 0");
    assert_counts(archive, (struct query_filter){.operator_name = "eve"}, "0 0 0 1 0 0");
    assert_counts(archive, (struct query_filter){.machine = "dc1", .operator_name = "eve"},
                  "0 0 0 0 0 0");
}

static void a_fetched_file_is_of_its_action_s_machine(void **state)
{
    struct archive *archive = *state;
    put_action(archive->store, 1, (struct state_of_action){.type = "GetFile", .machine = "dc1"});
    put_result(archive, 2, "P", "ok", (struct coming){.action = ACTION});
    assert_counts(archive, (struct query_filter){.machine = "dc1"}, "0 0 0 1 0 0");
    assert_counts(archive, (struct query_filter){0}, "0 0 0 1 1 0");
    /* Another command brought it, too: then it is a result again. */
    acquire(archive->store, 3, "P", (struct coming){.action = OTHER_ACTION});
    assert_counts(archive, (struct query_filter){0}, "1 0 0 0 1 0");
}

static void a_snapshot_stays_while_others_write(void **state)
{
    struct archive *archive = *state;
    struct store *reader = open_reader(archive);
    put_result(archive, 1, "P1", "ok", (struct coming){0});
    must(store_begin_read(reader, &test_error));
    assert_string_equal(counts_of(reader, (struct query_filter){0}), "1 0 0 0 0 0");
    put_result(archive, 2, "P2", "ok", (struct coming){0});
    assert_string_equal(counts_of(reader, (struct query_filter){0}), "1 0 0 0 0 0");
    store_end_read(reader);
    assert_string_equal(counts_of(reader, (struct query_filter){0}), "2 0 0 0 0 0");
    store_end_read(reader); /* nothing is begun: nothing to do */
    store_close(reader);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        archive_test(nothing_counts_nothing),
        archive_test(without_a_filter_all_count_and_what_was_not_read_only_there),
        archive_test(each_filter_narrows_results_and_packages),
        archive_test(what_is_only_true_of_results_leaves_packages_alone),
        archive_test(one_coming_must_fit_all_of_it),
        archive_test(a_fetched_file_is_of_its_action_s_machine),
        archive_test(a_snapshot_stays_while_others_write),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
