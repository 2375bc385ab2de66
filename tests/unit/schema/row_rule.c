/* Which acquisitions make, fill, or leave results. */
#include "tests/unit/schema/helpers.h"

#define RESULTS                                                                                    \
    "SELECT result_id, action_id, command_index, machine_id, machine_name FROM results"            \
    " ORDER BY result_id"

static struct store *open_transcript(void **state)
{
    struct archive *archive = *state;
    put_transcript(archive->store, 1, "P");
    return archive->store;
}

static void the_first_coming_makes_a_row_numbered_like_its_ledger_line(void **state)
{
    struct store *store = open_transcript(state);
    assert_int_equal(acquire(store, 1, "P", (struct coming){0}), 1);
    assert_rows(store, RESULTS, "1|-|-|-|-");
}

static void a_repeat_that_names_nothing_adds_no_row(void **state)
{
    struct store *store = open_transcript(state);
    acquire(store, 1, "P", (struct coming){.action = ACTION, .machine = "dc1"});
    assert_int_equal(acquire(store, 2, "P", (struct coming){0}), 1);
    assert_rows(store, RESULTS, "1|" ACTION "|0|-|dc1");
}

static void a_repeat_of_the_same_action_and_index_adds_no_row_in_any_case(void **state)
{
    struct store *store = open_transcript(state);
    acquire(store, 1, "P", (struct coming){.action = ACTION, .index = 2});
    assert_int_equal(
        acquire(store, 2, "P",
                (struct coming){.action = "5382F7EA-7557-4AB7-9782-D50480024A4E", .index = 2}),
        1);
    assert_rows(store, RESULTS, "1|" ACTION "|2|-|-");
}

static void a_repeat_fills_the_machine_and_tenant_that_its_action_s_row_had_not(void **state)
{
    struct store *store = open_transcript(state);
    acquire(store, 1, "P", (struct coming){.action = ACTION});
    assert_int_equal(
        acquire(store, 2, "P",
                (struct coming){
                    .action = ACTION, .machine = "dc1", .machine_id = "m1", .tenant = "t1"}),
        1);
    assert_rows(store, RESULTS, "1|" ACTION "|0|m1|dc1");
    assert_rows(store, "SELECT tenant_id FROM results", "t1");
}

static void a_repeat_does_not_overwrite_a_machine_that_is_there(void **state)
{
    struct store *store = open_transcript(state);
    acquire(store, 1, "P", (struct coming){.action = ACTION, .machine = "dc1"});
    acquire(store, 2, "P", (struct coming){.action = ACTION, .machine = "dc2", .machine_id = "m2"});
    assert_rows(store, RESULTS, "1|" ACTION "|0|-|dc1");
}

static void another_index_of_the_action_adds_a_row(void **state)
{
    struct store *store = open_transcript(state);
    acquire(store, 1, "P", (struct coming){.action = ACTION});
    assert_int_equal(acquire(store, 2, "P", (struct coming){.action = ACTION, .index = 1}), 2);
    assert_rows(store, RESULTS, "1|" ACTION "|0|-|-\n2|" ACTION "|1|-|-");
}

static void an_action_fills_the_row_that_had_neither(void **state)
{
    struct store *store = open_transcript(state);
    acquire(store, 1, "P", (struct coming){0});
    assert_int_equal(acquire(store, 2, "P", (struct coming){.action = ACTION, .machine = "dc1"}),
                     1);
    assert_rows(store, RESULTS, "1|" ACTION "|0|-|dc1");
}

static void an_action_fills_the_row_of_the_same_machine(void **state)
{
    struct store *store = open_transcript(state);
    acquire(store, 1, "P", (struct coming){.machine = "dc1"});
    acquire(store, 2, "P", (struct coming){.machine = "dc2"});
    assert_int_equal(acquire(store, 3, "P", (struct coming){.action = ACTION, .machine = "DC2"}),
                     2);
    assert_rows(store, RESULTS, "1|-|-|-|dc1\n2|" ACTION "|0|-|dc2");
}

static void an_action_of_another_machine_adds_a_row(void **state)
{
    struct store *store = open_transcript(state);
    acquire(store, 1, "P", (struct coming){.machine = "dc1"});
    assert_int_equal(acquire(store, 2, "P", (struct coming){.action = ACTION, .machine = "dc2"}),
                     2);
    assert_rows(store, RESULTS, "1|-|-|-|dc1\n2|" ACTION "|0|-|dc2");
}

static void an_action_whose_machine_is_unknown_fills_the_only_row_without_action(void **state)
{
    struct store *store = open_transcript(state);
    acquire(store, 1, "P", (struct coming){.machine = "dc1"});
    assert_int_equal(acquire(store, 2, "P", (struct coming){.action = ACTION}), 1);
    assert_rows(store, RESULTS, "1|" ACTION "|0|-|dc1");
}

static void an_action_whose_machine_is_unknown_does_not_guess_between_two(void **state)
{
    struct store *store = open_transcript(state);
    acquire(store, 1, "P", (struct coming){.machine = "dc1"});
    acquire(store, 2, "P", (struct coming){.machine = "dc2"});
    assert_int_equal(acquire(store, 3, "P", (struct coming){.action = ACTION}), 3);
    assert_rows(store, RESULTS, "1|-|-|-|dc1\n2|-|-|-|dc2\n3|" ACTION "|0|-|-");
}

static void a_machine_fills_the_row_that_had_neither(void **state)
{
    struct store *store = open_transcript(state);
    acquire(store, 1, "P", (struct coming){0});
    assert_int_equal(acquire(store, 2, "P", (struct coming){.machine_id = "m1"}), 1);
    assert_rows(store, RESULTS, "1|-|-|m1|-");
}

static void the_same_machine_again_adds_no_row_and_completes_the_pair(void **state)
{
    struct store *store = open_transcript(state);
    acquire(store, 1, "P", (struct coming){.machine = "dc1"});
    assert_int_equal(acquire(store, 2, "P", (struct coming){.machine = "DC1", .machine_id = "m1"}),
                     1);
    assert_rows(store, RESULTS, "1|-|-|m1|dc1");
    assert_int_equal(acquire(store, 3, "P", (struct coming){.machine_id = "M1"}), 1);
    assert_rows(store, "SELECT count(*) FROM results", "1");
}

static void the_machine_of_a_row_with_an_action_counts_as_the_same(void **state)
{
    struct store *store = open_transcript(state);
    acquire(store, 1, "P", (struct coming){.action = ACTION, .machine = "dc1"});
    assert_int_equal(acquire(store, 2, "P", (struct coming){.machine = "dc1"}), 1);
    assert_rows(store, RESULTS, "1|" ACTION "|0|-|dc1");
}

static void two_ids_are_two_machines_although_their_names_are_one(void **state)
{
    struct store *store = open_transcript(state);
    acquire(store, 1, "P", (struct coming){.machine = "dc1", .machine_id = "m1"});
    assert_int_equal(acquire(store, 2, "P", (struct coming){.machine = "dc1", .machine_id = "m2"}),
                     2);
    assert_rows(store, RESULTS, "1|-|-|m1|dc1\n2|-|-|m2|dc1");
}

static void rows_of_one_machine_join_once_its_id_and_its_name_are_tied(void **state)
{
    struct store *store = open_transcript(state);
    acquire(store, 1, "P", (struct coming){.machine = "ws1"});
    acquire(store, 2, "P", (struct coming){.machine_id = "id1", .observed = EARLY, .tenant = "t"});
    acquire(store, 3, "P", (struct coming){.machine_id = "id2"});
    assert_rows(store, RESULTS, "1|-|-|-|ws1\n2|-|-|id1|-\n3|-|-|id2|-");
    assert_int_equal(acquire(store, 4, "P", (struct coming){.machine = "WS1", .machine_id = "ID1"}),
                     1);
    assert_rows(store, RESULTS, "1|-|-|ID1|ws1\n3|-|-|id2|-");
    assert_rows(store, "SELECT tenant_id, observed_at FROM results WHERE result_id = 1",
                "t|" EARLY);
}

static void the_earlier_of_two_joined_rows_stays_whichever_half_it_has(void **state)
{
    struct store *store = open_transcript(state);
    acquire(store, 1, "P", (struct coming){.machine_id = "id1"});
    acquire(store, 2, "P", (struct coming){.machine = "ws1"});
    assert_int_equal(acquire(store, 3, "P", (struct coming){.machine = "ws1", .machine_id = "id1"}),
                     1);
    assert_rows(store, RESULTS, "1|-|-|id1|ws1");
}

static void an_action_that_ties_id_and_name_joins_the_rows_too(void **state)
{
    struct store *store = open_transcript(state);
    acquire(store, 1, "P", (struct coming){.machine = "ws1"});
    acquire(store, 2, "P", (struct coming){.machine_id = "id1", .observed = EARLY});
    assert_int_equal(
        acquire(store, 3, "P",
                (struct coming){.action = ACTION, .machine = "ws1", .machine_id = "id1"}),
        1);
    assert_rows(store, RESULTS, "1|" ACTION "|0|id1|ws1");
    assert_rows(store, "SELECT observed_at FROM results", EARLY);
}

static void rows_join_when_the_tie_comes_with_an_action_s_state(void **state)
{
    struct store *store = open_transcript(state);
    acquire(store, 1, "P", (struct coming){.machine = "ws1"});
    acquire(store, 2, "P", (struct coming){.machine_id = "id1"});
    acquire(store, 3, "P", (struct coming){.action = ACTION});
    put_action(store, 4, (struct state_of_action){.machine = "ws1", .machine_id = "id1"});
    assert_rows(store, RESULTS, "1|" ACTION "|0|id1|ws1");
}

static void a_row_joins_that_of_the_machine_s_action(void **state)
{
    struct store *store = open_transcript(state);
    acquire(store, 1, "P", (struct coming){.action = ACTION, .machine = "ws1"});
    acquire(store, 2, "P", (struct coming){.machine_id = "id1"});
    assert_int_equal(acquire(store, 3, "P", (struct coming){.machine = "ws1", .machine_id = "id1"}),
                     1);
    assert_rows(store, RESULTS, "1|" ACTION "|0|id1|ws1");
}

static void another_machine_adds_a_row(void **state)
{
    struct store *store = open_transcript(state);
    acquire(store, 1, "P", (struct coming){.machine = "dc1"});
    assert_int_equal(acquire(store, 2, "P", (struct coming){.machine = "dc2"}), 2);
    assert_rows(store, RESULTS, "1|-|-|-|dc1\n2|-|-|-|dc2");
}

static void every_member_of_a_zip_gets_its_row(void **state)
{
    struct archive *archive = *state;
    struct store *store = archive->store;
    put_package(store, 7, "Z");
    put_content(store, 7, 0, "Z", "ok", "first");
    put_content(store, 7, 3, "Z", "ok", "second");
    put_reading(store, "Z", "transcript");
    assert_int_equal(acquire(store, 7, "Z", (struct coming){0}), 7);
    assert_int_equal(acquire(store, 8, "Z", (struct coming){.action = ACTION}), 7);
    assert_int_equal(acquire(store, 9, "Z", (struct coming){.action = ACTION, .index = 1}), 9);
    assert_rows(store, "SELECT result_id, content_id, command_index FROM results ORDER BY 1",
                "7|7|0\n9|7|1\n3000000000007|3000000000007|0\n3000000000009|3000000000007|1");
}

static void rows_of_one_package_share_their_text(void **state)
{
    struct store *store = open_transcript(state);
    acquire(store, 1, "P", (struct coming){.machine = "dc1"});
    acquire(store, 2, "P", (struct coming){.machine = "dc2"});
    assert_rows(store, "SELECT content_id, script_output, script_error FROM results",
                "1|some output|-\n1|some output|-");
    assert_rows(store, "SELECT count(*) FROM output_pages", "1");
}

static void acquired_at_operator_and_source_are_of_the_line_that_made_the_row(void **state)
{
    struct store *store = open_transcript(state);
    acquire(store, 1, "P", (struct coming){.operator_name = "one@a", .source = "a.json"});
    acquire(store, 2, "P",
            (struct coming){.operator_name = "two@b", .source = "b.json", .machine = "dc1"});
    assert_rows(store, "SELECT machine_name, operator, source, acquired_at FROM results",
                "dc1|one@a|a.json|" LATE);
    assert_rows(store, "SELECT number, operator, source, machine_name FROM acquisitions",
                "1|one@a|a.json|-\n2|two@b|b.json|dc1");
}

static void a_package_without_contents_gets_no_row(void **state)
{
    struct archive *archive = *state;
    put_package(archive->store, 1, "F");
    put_reading(archive->store, "F", "file");
    assert_int_equal(acquire(archive->store, 1, "F", (struct coming){.machine = "dc1"}), 0);
    assert_rows(archive->store, "SELECT count(*) FROM results", "0");
    assert_rows(archive->store, "SELECT kind, first_acquired_at FROM packages", "file|" LATE);
}

static void an_acquisition_of_an_unknown_package_is_an_error(void **state)
{
    struct archive *archive = *state;
    struct store_acquisition acquisition = {
        .number = 1, .event = "ingested", .package_sha256 = sha_of("?"), .acquired_at = LATE};
    assert_int_equal(store_put_acquisition(archive->store, &acquisition, NULL, &test_error), -1);
    assert_int_equal(test_error.code, ERROR_DATABASE);
}

static void the_same_acquisition_again_gives_its_rows_back(void **state)
{
    struct store *store = open_transcript(state);
    acquire(store, 1, "P", (struct coming){.machine = "dc1"});
    must(store_drop_package_contents(store, sha_of("P"), &test_error));
    assert_rows(store, "SELECT count(*) FROM results", "0");
    put_content(store, 1, 0, "P", "ok", "read anew");
    put_reading(store, "P", "transcript");
    assert_int_equal(acquire(store, 1, "P", (struct coming){.machine = "dc1"}), 1);
    assert_rows(store, "SELECT result_id, machine_name, script_output FROM results",
                "1|dc1|read anew");
    assert_rows(store, "SELECT count(*) FROM acquisitions", "1");
    assert_index_is_whole(store);
}

static void a_case_numbers_its_items_in_the_order_of_adding(void **state)
{
    struct store *store = open_transcript(state);
    put_transcript(store, 2, "Q");
    acquire(store, 1, "P", (struct coming){.case_name = "IR-7"});
    acquire(store, 2, "Q", (struct coming){.case_name = "ir-7"});
    acquire(store, 3, "P", (struct coming){.case_name = "IR-7"});
    acquire(store, 4, "P", (struct coming){.case_name = "Other"});
    assert_rows(store,
                "SELECT case_name, exhibit, added_number, substr(package_sha256, 1, 2)"
                " FROM case_items ORDER BY exhibit",
                "IR-7|IR-7-0001|1|50\nIR-7|IR-7-0002|2|51\nOther|Other-0001|4|50");
    assert_rows(store, "SELECT case_name, created_number, item_count FROM cases ORDER BY 2",
                "IR-7|1|2\nOther|4|1");
}

static void machines_are_known_by_id_and_by_name(void **state)
{
    struct store *store = open_transcript(state);
    acquire(store, 1, "P", (struct coming){.machine = "dc1", .observed = EARLY});
    acquire(store, 2, "P", (struct coming){.machine = "dc1", .machine_id = "m1", .tenant = "t"});
    acquire(store, 3, "P", (struct coming){.machine = "DC1"});
    acquire(store, 4, "P", (struct coming){.machine = "dc1", .machine_id = "m2"});
    assert_rows(store,
                "SELECT machine_id, machine_name, tenant_id, first_seen_at, last_seen_at"
                " FROM machines ORDER BY machine_id",
                "m1|DC1|t|" EARLY "|" LATE "\nm2|dc1|-|" LATE "|" LATE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        archive_test(the_first_coming_makes_a_row_numbered_like_its_ledger_line),
        archive_test(a_repeat_that_names_nothing_adds_no_row),
        archive_test(a_repeat_of_the_same_action_and_index_adds_no_row_in_any_case),
        archive_test(a_repeat_fills_the_machine_and_tenant_that_its_action_s_row_had_not),
        archive_test(a_repeat_does_not_overwrite_a_machine_that_is_there),
        archive_test(another_index_of_the_action_adds_a_row),
        archive_test(an_action_fills_the_row_that_had_neither),
        archive_test(an_action_fills_the_row_of_the_same_machine),
        archive_test(an_action_of_another_machine_adds_a_row),
        archive_test(an_action_whose_machine_is_unknown_fills_the_only_row_without_action),
        archive_test(an_action_whose_machine_is_unknown_does_not_guess_between_two),
        archive_test(a_machine_fills_the_row_that_had_neither),
        archive_test(the_same_machine_again_adds_no_row_and_completes_the_pair),
        archive_test(the_machine_of_a_row_with_an_action_counts_as_the_same),
        archive_test(two_ids_are_two_machines_although_their_names_are_one),
        archive_test(rows_of_one_machine_join_once_its_id_and_its_name_are_tied),
        archive_test(the_earlier_of_two_joined_rows_stays_whichever_half_it_has),
        archive_test(an_action_that_ties_id_and_name_joins_the_rows_too),
        archive_test(rows_join_when_the_tie_comes_with_an_action_s_state),
        archive_test(a_row_joins_that_of_the_machine_s_action),
        archive_test(another_machine_adds_a_row),
        archive_test(every_member_of_a_zip_gets_its_row),
        archive_test(rows_of_one_package_share_their_text),
        archive_test(acquired_at_operator_and_source_are_of_the_line_that_made_the_row),
        archive_test(a_package_without_contents_gets_no_row),
        archive_test(an_acquisition_of_an_unknown_package_is_an_error),
        archive_test(the_same_acquisition_again_gives_its_rows_back),
        archive_test(a_case_numbers_its_items_in_the_order_of_adding),
        archive_test(machines_are_known_by_id_and_by_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
