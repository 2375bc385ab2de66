/* What the coming of a machine action changes: machines, times, is_latest, GetFile. */
#include "tests/unit/schema/helpers.h"

#define OBSERVED "SELECT observed_at, observed_at_source FROM results"
#define RESULTS "SELECT result_id, action_id, machine_name FROM results ORDER BY result_id"

static struct store *open_transcript(void **state)
{
    struct archive *archive = *state;
    put_transcript(archive->store, 1, "P");
    return archive->store;
}

/* ---- observed_at ---- */

static void observed_at_is_the_time_of_acquisition_when_nothing_better_is_known(void **state)
{
    struct store *store = open_transcript(state);
    acquire(store, 1, "P", (struct coming){0});
    assert_rows(store, OBSERVED, LATE "|acquired");
}

static void the_file_time_is_better_than_the_time_of_acquisition(void **state)
{
    struct store *store = open_transcript(state);
    acquire(store, 1, "P", (struct coming){.mtime = EARLY});
    assert_rows(store, OBSERVED, EARLY "|file_mtime");
}

static void what_the_operator_gave_is_better_than_the_file_time(void **state)
{
    struct store *store = open_transcript(state);
    acquire(store, 1, "P", (struct coming){.mtime = EARLY, .observed = MIDDLE});
    assert_rows(store, OBSERVED, MIDDLE "|given");
}

static void the_action_s_last_update_is_better_than_what_the_operator_gave(void **state)
{
    struct store *store = open_transcript(state);
    put_action(store, 1, (struct state_of_action){.created = MIDDLE, .updated = LATE});
    acquire(store, 2, "P", (struct coming){.action = ACTION, .observed = EARLY});
    assert_rows(store, OBSERVED, LATE "|action");
}

static void the_action_s_creation_counts_without_an_update(void **state)
{
    struct store *store = open_transcript(state);
    put_action(store, 1, (struct state_of_action){.created = MIDDLE});
    acquire(store, 2, "P", (struct coming){.action = ACTION, .observed = EARLY});
    assert_rows(store, OBSERVED, MIDDLE "|action");
}

static void the_command_s_end_is_best_of_all(void **state)
{
    struct store *store = open_transcript(state);
    put_action(store, 1,
               (struct state_of_action){.updated = LATE, .started = EARLY, .ended = MIDDLE});
    acquire(store, 2, "P", (struct coming){.action = ACTION, .observed = EARLY});
    assert_rows(store, OBSERVED, MIDDLE "|command");
}

static void the_command_s_start_counts_without_an_end(void **state)
{
    struct store *store = open_transcript(state);
    put_action(store, 1, (struct state_of_action){.updated = LATE, .started = EARLY});
    acquire(store, 2, "P", (struct coming){.action = ACTION});
    assert_rows(store, OBSERVED, EARLY "|command");
}

static void an_action_that_comes_later_refreshes_observed_at(void **state)
{
    struct store *store = open_transcript(state);
    acquire(store, 1, "P", (struct coming){.action = ACTION, .observed = EARLY});
    put_action(store, 2, (struct state_of_action){.updated = LATE, .ended = MIDDLE});
    assert_rows(store, OBSERVED, MIDDLE "|command");
}

static void an_index_the_action_does_not_list_takes_the_action_s_time(void **state)
{
    struct store *store = open_transcript(state);
    acquire(store, 1, "P", (struct coming){.action = ACTION, .index = 5});
    put_action(store, 2, (struct state_of_action){.updated = MIDDLE, .ended = EARLY});
    assert_rows(store, OBSERVED, MIDDLE "|action");
}

static void a_repeat_that_knows_a_better_time_improves_its_row(void **state)
{
    struct store *store = open_transcript(state);
    acquire(store, 1, "P", (struct coming){.machine = "dc1"});
    acquire(store, 2, "P", (struct coming){.machine = "dc1", .observed = EARLY});
    assert_rows(store, OBSERVED, EARLY "|given");
}

static void a_repeat_that_names_nothing_leaves_the_time_of_a_machine_alone(void **state)
{
    struct store *store = open_transcript(state);
    acquire(store, 1, "P", (struct coming){.machine = "dc1"});
    acquire(store, 2, "P", (struct coming){.observed = EARLY});
    assert_rows(store, OBSERVED, LATE "|acquired");
}

/* ---- machines and states ---- */

static void the_action_s_machine_is_believed_before_the_given_one(void **state)
{
    struct store *store = open_transcript(state);
    put_action(
        store, 1,
        (struct state_of_action){.machine = "dc1.corp.example", .machine_id = "m1", .tenant = "t"});
    acquire(store, 2, "P", (struct coming){.action = ACTION, .machine = "dc2", .tenant = "u"});
    assert_rows(store, "SELECT machine_id, machine_name, tenant_id FROM results",
                "m1|dc1.corp.example|t");
}

static void a_given_name_completes_an_action_that_only_has_the_id(void **state)
{
    struct store *store = open_transcript(state);
    put_action(store, 1, (struct state_of_action){.machine_id = "m1"});
    acquire(store, 2, "P", (struct coming){.action = ACTION, .machine = "dc1"});
    put_transcript(store, 3, "Q");
    acquire(store, 3, "Q", (struct coming){.action = ACTION, .machine = "dc2", .machine_id = "m2"});
    assert_rows(store, "SELECT result_id, machine_id, machine_name FROM results ORDER BY 1",
                "2|m1|dc1\n3|m1|-");
}

static void result_first_and_action_first_give_the_same_rows(void **state)
{
    static const struct coming comings[] = {
        {.machine = "dc1"}, {.action = ACTION}, {.machine = "dc2"}, {0}, {.action = OTHER_ACTION}};
    struct archive *archive = *state;
    const char *seen = NULL;
    /* Every place the action can have among five comings of the same bytes. */
    for (int place = 0; place <= 5; place++) {
        must(store_begin(archive->store, &test_error));
        put_transcript(archive->store, 1, "P");
        for (int i = 0; i <= 5; i++) {
            if (i == place)
                put_action(archive->store, 9,
                           (struct state_of_action){.machine = "dc1",
                                                    .updated = MIDDLE,
                                                    .ended = EARLY,
                                                    .script = "a.ps1",
                                                    .requestor = "app"});
            if (i < 5)
                acquire(archive->store, i + 1, "P", comings[i]);
        }
        const char *now = rows(
            archive->store, "SELECT action_id, machine_name, script_name, requestor, observed_at,"
                            " is_latest FROM results ORDER BY action_id, machine_name");
        if (!seen)
            seen = strdup(now);
        assert_string_equal(now, seen);
        assert_index_is_whole(archive->store);
        store_rollback(archive->store);
    }
    /* Of the other action no machine is known: it is taken for the only row that is left. */
    assert_string_equal(seen,
                        OTHER_ACTION "|dc2|-|-|" LATE "|1\n" ACTION "|dc1|a.ps1|app|" EARLY "|1");
    free((char *)seen);
}

static void a_row_of_the_machine_is_joined_when_the_action_names_it(void **state)
{
    struct store *store = open_transcript(state);
    acquire(store, 1, "P", (struct coming){.action = ACTION});
    acquire(store, 2, "P", (struct coming){.machine = "dc1"});
    assert_rows(store, RESULTS, "1|" ACTION "|-\n2|-|dc1");
    put_action(store, 3, (struct state_of_action){.machine = "dc1"});
    assert_rows(store, RESULTS, "1|" ACTION "|dc1");
}

static void a_row_filled_by_guess_is_parted_when_the_action_names_another_machine(void **state)
{
    struct store *store = open_transcript(state);
    acquire(store, 1, "P", (struct coming){.machine = "dc1"});
    acquire(store, 2, "P", (struct coming){.action = ACTION});
    assert_rows(store, RESULTS, "1|" ACTION "|dc1");
    put_action(store, 3, (struct state_of_action){.machine = "dc2"});
    assert_rows(store, RESULTS, "1|-|dc1\n2|" ACTION "|dc2");
}

/* The operator's short name, the service's full one. */
static void
a_row_whose_machine_the_action_names_otherwise_stays_when_another_action_comes(void **state)
{
    struct store *store = open_transcript(state);
    acquire(store, 1, "P", (struct coming){.machine = "dc1"});
    acquire(store, 2, "P", (struct coming){.machine = "dc1", .machine_id = "m1"});
    acquire(store, 3, "P", (struct coming){.action = ACTION});
    put_action(store, 4, (struct state_of_action){.machine = "dc1.corp", .machine_id = "m1"});
    assert_rows(store, RESULTS, "1|" ACTION "|dc1.corp");
    acquire(store, 5, "P", (struct coming){.action = OTHER_ACTION});
    put_action(store, 6, (struct state_of_action){.action = OTHER_ACTION, .machine = "dc2"});
    assert_rows(store, RESULTS, "1|" ACTION "|dc1.corp\n5|" OTHER_ACTION "|dc2");
}

static void an_older_state_does_not_overwrite_a_newer_one(void **state)
{
    struct archive *archive = *state;
    put_action(archive->store, 1, (struct state_of_action){.updated = LATE, .machine = "new"});
    put_action(archive->store, 2, (struct state_of_action){.updated = EARLY, .machine = "old"});
    put_action(archive->store, 3, (struct state_of_action){.machine = "undated"});
    assert_rows(archive->store, "SELECT machine_name, number FROM actions", "new|1");
}

static void of_two_states_of_one_time_the_later_line_counts(void **state)
{
    struct archive *archive = *state;
    put_action(archive->store, 5, (struct state_of_action){.updated = LATE, .machine = "five"});
    put_action(archive->store, 4, (struct state_of_action){.updated = LATE, .machine = "four"});
    assert_rows(archive->store, "SELECT machine_name FROM actions", "five");
    put_action(archive->store, 6, (struct state_of_action){.updated = LATE, .machine = "six"});
    assert_rows(archive->store, "SELECT machine_name FROM actions", "six");
}

static void a_newer_state_brings_its_results_up_to_date(void **state)
{
    struct store *store = open_transcript(state);
    put_action(store, 1, (struct state_of_action){.updated = EARLY, .machine = "a", .index = 0});
    acquire(store, 2, "P", (struct coming){.action = ACTION});
    put_action(store, 3,
               (struct state_of_action){.updated = LATE,
                                        .machine = "b",
                                        .started = MIDDLE,
                                        .script = "s.ps1",
                                        .requestor = "app"});
    assert_rows(store,
                "SELECT machine_name, observed_at, observed_at_source, started_at, script_name,"
                " requestor, command_type, command_status FROM results",
                "b|" MIDDLE "|command|" MIDDLE "|s.ps1|app|RunScript|Completed");
    assert_rows(store, "SELECT count(*) FROM commands", "1");
}

static void an_action_without_an_id_is_ignored(void **state)
{
    struct archive *archive = *state;
    struct store_action action = {.number = 1, .package_sha256 = sha_of("A"), .type = T("X")};
    must(store_put_action(archive->store, &action, &test_error));
    assert_rows(archive->store, "SELECT count(*) FROM actions", "0");
}

static void a_command_index_given_twice_counts_once(void **state)
{
    struct archive *archive = *state;
    struct store_command commands[] = {{.command_index = 0, .type = T("GetFile")},
                                       {.command_index = 0, .type = T("RunScript")}};
    struct store_action action = {.number = 1,
                                  .package_sha256 = sha_of("A"),
                                  .action_id = T(ACTION),
                                  .commands = commands,
                                  .command_count = 2};
    put_action_package(archive->store, "A");
    must(store_put_action(archive->store, &action, &test_error));
    assert_rows(archive->store, "SELECT command_index, type FROM commands", "0|GetFile");
}

static void the_transcript_s_own_script_name_comes_before_the_command_s(void **state)
{
    struct archive *archive = *state;
    put_package(archive->store, 1, "P");
    must(store_begin_content(archive->store, 1, sha_of("P"), 0, &test_error));
    struct store_content content = {
        .content_id = 1, .script_name = T("own.ps1"), .parse_status = "ok"};
    must(store_finish_content(archive->store, &content, &test_error));
    put_reading(archive->store, "P", "transcript");
    acquire(archive->store, 1, "P", (struct coming){.action = ACTION});
    put_action(archive->store, 2, (struct state_of_action){.script = "param.ps1"});
    assert_rows(archive->store, "SELECT script_name FROM results", "own.ps1");
}

/* ---- is_latest ---- */

#define LATEST "SELECT result_id, is_latest FROM results ORDER BY result_id"

static void put_status(struct store *store, int64_t number, const char *name, const char *status)
{
    put_package(store, number, name);
    put_content(store, number, 0, name, status, status);
    put_reading(store, name, "transcript");
    acquire(store, number, name, (struct coming){.action = ACTION});
}

static void a_row_without_action_is_its_own_latest(void **state)
{
    struct store *store = open_transcript(state);
    acquire(store, 1, "P", (struct coming){.machine = "a"});
    acquire(store, 2, "P", (struct coming){.machine = "b"});
    assert_rows(store, LATEST, "1|1\n2|1");
}

static void the_newest_of_one_status_is_the_latest(void **state)
{
    struct archive *archive = *state;
    put_status(archive->store, 1, "A", "ok");
    put_status(archive->store, 2, "B", "ok");
    assert_rows(archive->store, LATEST, "1|0\n2|1");
}

static void a_better_status_comes_before_a_newer_row(void **state)
{
    struct archive *archive = *state;
    put_status(archive->store, 1, "A", "invalid");
    assert_rows(archive->store, LATEST, "1|1");
    put_status(archive->store, 2, "B", "truncated");
    assert_rows(archive->store, LATEST, "1|0\n2|1");
    put_status(archive->store, 3, "C", "repaired");
    put_status(archive->store, 4, "D", "truncated");
    assert_rows(archive->store, LATEST, "1|0\n2|0\n3|1\n4|0");
    put_status(archive->store, 5, "E", "ok");
    put_status(archive->store, 6, "F", "invalid");
    assert_rows(archive->store, LATEST, "1|0\n2|0\n3|0\n4|0\n5|1\n6|0");
}

static void a_filled_row_competes_with_the_number_of_its_own_line(void **state)
{
    struct store *store = open_transcript(state);
    acquire(store, 1, "P", (struct coming){0});
    put_status(store, 2, "B", "ok");
    acquire(store, 3, "P", (struct coming){.action = ACTION});
    assert_rows(store, LATEST, "1|0\n2|1");
}

static void dropping_the_latest_row_makes_another_one_the_latest(void **state)
{
    struct archive *archive = *state;
    put_status(archive->store, 1, "A", "truncated");
    put_status(archive->store, 2, "B", "ok");
    put_status(archive->store, 3, "C", "repaired");
    must(store_drop_package_contents(archive->store, sha_of("B"), &test_error));
    assert_rows(archive->store, LATEST, "1|0\n3|1");
}

static void of_a_zip_s_members_one_is_the_latest(void **state)
{
    struct archive *archive = *state;
    put_package(archive->store, 1, "Z");
    put_content(archive->store, 1, 0, "Z", "ok", "a");
    put_content(archive->store, 1, 1, "Z", "ok", "b");
    put_reading(archive->store, "Z", "transcript");
    acquire(archive->store, 1, "Z", (struct coming){.action = ACTION});
    assert_rows(archive->store, LATEST, "1|1\n1000000000001|0");
}

/* ---- GetFile ---- */

#define KIND                                                                                       \
    "SELECT kind, parse_status, (SELECT count(*) FROM results), (SELECT count(*) FROM "            \
    "output_pages),"                                                                               \
    " (SELECT count(*) FROM output_fts WHERE output_fts MATCH 'output') FROM packages"             \
    " WHERE kind <> 'action'"

static void what_a_known_get_file_brings_is_a_file(void **state)
{
    struct store *store = open_transcript(state);
    put_action(store, 1, (struct state_of_action){.type = "GetFile"});
    assert_int_equal(store_command_is(store, T(ACTION), 0, "GetFile", &test_error), 1);
    assert_int_equal(store_command_is(store, T(ACTION), 1, "GetFile", &test_error), 0);
    assert_int_equal(store_command_is(store, T(ACTION), 0, "RunScript", &test_error), 0);
    assert_int_equal(acquire(store, 2, "P", (struct coming){.action = ACTION}), 0);
    assert_rows(store, KIND, "file|-|0|0|0");
    assert_index_is_whole(store);
}

static void it_is_a_file_also_when_the_action_comes_later(void **state)
{
    struct store *store = open_transcript(state);
    acquire(store, 1, "P", (struct coming){.action = ACTION});
    assert_rows(store, KIND, "transcript|ok|1|1|1");
    put_action(store, 2, (struct state_of_action){.type = "GetFile"});
    assert_rows(store, KIND, "file|-|0|0|0");
    assert_index_is_whole(store);
}

static void another_command_that_brought_it_too_brings_the_transcript_back(void **state)
{
    struct store *store = open_transcript(state);
    put_action(store, 1, (struct state_of_action){.type = "GetFile"});
    acquire(store, 2, "P", (struct coming){.action = ACTION});
    assert_int_equal(acquire(store, 3, "P", (struct coming){.action = OTHER_ACTION}), 3);
    assert_rows(store, KIND, "transcript|ok|1|1|1");
    assert_rows(store, "SELECT result_id, action_id, script_output FROM results",
                "3|" OTHER_ACTION "|some output");
    assert_index_is_whole(store);
}

static void a_get_file_takes_only_its_own_row_from_a_package_that_came_twice(void **state)
{
    struct store *store = open_transcript(state);
    acquire(store, 1, "P", (struct coming){.action = ACTION});
    acquire(store, 2, "P", (struct coming){.action = OTHER_ACTION});
    put_action(store, 3, (struct state_of_action){.type = "GetFile"});
    assert_rows(store, KIND, "transcript|ok|1|1|1");
    assert_rows(store, RESULTS, "2|" OTHER_ACTION "|-");
}

static void a_coming_without_an_action_does_not_make_a_get_file_s_package_a_transcript(void **state)
{
    struct store *store = open_transcript(state);
    acquire(store, 1, "P", (struct coming){.action = ACTION, .machine = "dc1"});
    acquire(store, 2, "P", (struct coming){.machine = "dc1"});
    assert_rows(store, RESULTS, "1|" ACTION "|dc1");
    put_action(store, 3, (struct state_of_action){.type = "GetFile"});
    assert_rows(store, RESULTS, "");
    assert_int_equal(acquire(store, 4, "P", (struct coming){0}), 0);
    assert_rows(store, KIND, "file|-|0|0|0");
}

static void a_row_that_the_get_file_filled_is_as_it_was_before(void **state)
{
    struct store *store = open_transcript(state);
    acquire(store, 1, "P", (struct coming){0});
    acquire(store, 2, "P", (struct coming){.action = ACTION});
    put_action(store, 3, (struct state_of_action){.type = "GetFile"});
    assert_rows(store, KIND, "file|-|0|0|0");
    acquire(store, 4, "P", (struct coming){.action = OTHER_ACTION, .machine = "dc1"});
    assert_rows(store, RESULTS, "1|" OTHER_ACTION "|dc1");
    assert_rows(store, KIND, "transcript|ok|1|1|1");
}

static void other_indexes_of_a_get_file_s_action_keep_their_rows(void **state)
{
    struct store *store = open_transcript(state);
    acquire(store, 1, "P", (struct coming){.action = ACTION, .index = 1});
    put_action(store, 2, (struct state_of_action){.type = "GetFile", .index = 0});
    assert_rows(store, KIND, "transcript|ok|1|1|1");
}

static void a_later_state_that_says_run_script_brings_the_rows_back(void **state)
{
    struct store *store = open_transcript(state);
    acquire(store, 1, "P", (struct coming){.action = ACTION});
    put_action(store, 2, (struct state_of_action){.type = "GetFile", .updated = EARLY});
    assert_rows(store, KIND, "file|-|0|0|0");
    put_action(store, 3, (struct state_of_action){.type = "RunScript", .updated = LATE});
    assert_rows(store, KIND, "transcript|ok|1|1|1");
    assert_index_is_whole(store);
}

static void an_action_read_from_what_a_get_file_brought_is_forgotten(void **state)
{
    struct archive *archive = *state;
    struct store *store = archive->store;
    put_package(store, 1, "F");
    put_action(store, 1,
               (struct state_of_action){.action = OTHER_ACTION, .package = "F", .machine = "liar"});
    put_reading(store, "F", "action");
    acquire(store, 1, "F", (struct coming){.action = ACTION});
    put_transcript(store, 2, "P");
    acquire(store, 2, "P", (struct coming){.action = OTHER_ACTION, .machine = "dc1"});
    assert_rows(store, "SELECT machine_name FROM results", "liar");
    put_action(store, 3, (struct state_of_action){.type = "GetFile"});
    assert_rows(store, "SELECT action_id FROM actions", ACTION);
    assert_rows(store, "SELECT machine_name FROM results", "dc1");
    assert_rows(store, "SELECT kind FROM packages WHERE kind <> 'action' ORDER BY first_number",
                "file\ntranscript");
}

static void every_page_of_a_large_get_file_comes_and_goes(void **state)
{
    struct archive *archive = *state;
    struct store *store = archive->store;
    put_package(store, 1, "P");
    must(store_begin_content(store, 1, sha_of("P"), 0, &test_error));
    for (int i = 1; i <= 50; i++)
        must(store_put_page(store, 1, i % 2 ? "output" : "error", (i + 1) / 2, T("output text"),
                            &test_error));
    struct store_content content = {
        .content_id = 1, .parse_status = "ok", .has_output = true, .has_error = true};
    must(store_finish_content(store, &content, &test_error));
    put_reading(store, "P", "transcript");
    acquire(store, 1, "P", (struct coming){.action = ACTION});
    put_action(store, 2, (struct state_of_action){.type = "GetFile"});
    assert_rows(store, KIND, "file|-|0|0|0");
    assert_index_is_whole(store);
    acquire(store, 3, "P", (struct coming){.action = OTHER_ACTION});
    assert_rows(store, KIND, "transcript|ok|1|50|50");
    assert_rows(store, "SELECT length(script_output), length(script_error) FROM results",
                "275|275");
    assert_index_is_whole(store);
}

static void a_get_file_s_package_read_anew_stays_a_file(void **state)
{
    struct store *store = open_transcript(state);
    put_action(store, 1, (struct state_of_action){.type = "GetFile"});
    acquire(store, 2, "P", (struct coming){.action = ACTION});
    must(store_drop_package_contents(store, sha_of("P"), &test_error));
    put_content(store, 1, 0, "P", "ok", "some output");
    put_reading(store, "P", "transcript");
    assert_rows(store, KIND, "file|-|0|0|0");
    assert_index_is_whole(store);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        archive_test(observed_at_is_the_time_of_acquisition_when_nothing_better_is_known),
        archive_test(the_file_time_is_better_than_the_time_of_acquisition),
        archive_test(what_the_operator_gave_is_better_than_the_file_time),
        archive_test(the_action_s_last_update_is_better_than_what_the_operator_gave),
        archive_test(the_action_s_creation_counts_without_an_update),
        archive_test(the_command_s_end_is_best_of_all),
        archive_test(the_command_s_start_counts_without_an_end),
        archive_test(an_action_that_comes_later_refreshes_observed_at),
        archive_test(an_index_the_action_does_not_list_takes_the_action_s_time),
        archive_test(a_repeat_that_knows_a_better_time_improves_its_row),
        archive_test(a_repeat_that_names_nothing_leaves_the_time_of_a_machine_alone),
        archive_test(the_action_s_machine_is_believed_before_the_given_one),
        archive_test(a_given_name_completes_an_action_that_only_has_the_id),
        archive_test(result_first_and_action_first_give_the_same_rows),
        archive_test(a_row_of_the_machine_is_joined_when_the_action_names_it),
        archive_test(a_row_filled_by_guess_is_parted_when_the_action_names_another_machine),
        archive_test(
            a_row_whose_machine_the_action_names_otherwise_stays_when_another_action_comes),
        archive_test(an_older_state_does_not_overwrite_a_newer_one),
        archive_test(of_two_states_of_one_time_the_later_line_counts),
        archive_test(a_newer_state_brings_its_results_up_to_date),
        archive_test(an_action_without_an_id_is_ignored),
        archive_test(a_command_index_given_twice_counts_once),
        archive_test(the_transcript_s_own_script_name_comes_before_the_command_s),
        archive_test(a_row_without_action_is_its_own_latest),
        archive_test(the_newest_of_one_status_is_the_latest),
        archive_test(a_better_status_comes_before_a_newer_row),
        archive_test(a_filled_row_competes_with_the_number_of_its_own_line),
        archive_test(dropping_the_latest_row_makes_another_one_the_latest),
        archive_test(of_a_zip_s_members_one_is_the_latest),
        archive_test(what_a_known_get_file_brings_is_a_file),
        archive_test(it_is_a_file_also_when_the_action_comes_later),
        archive_test(another_command_that_brought_it_too_brings_the_transcript_back),
        archive_test(a_get_file_takes_only_its_own_row_from_a_package_that_came_twice),
        archive_test(a_coming_without_an_action_does_not_make_a_get_file_s_package_a_transcript),
        archive_test(a_row_that_the_get_file_filled_is_as_it_was_before),
        archive_test(other_indexes_of_a_get_file_s_action_keep_their_rows),
        archive_test(a_later_state_that_says_run_script_brings_the_rows_back),
        archive_test(an_action_read_from_what_a_get_file_brought_is_forgotten),
        archive_test(every_page_of_a_large_get_file_comes_and_goes),
        archive_test(a_get_file_s_package_read_anew_stays_a_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
