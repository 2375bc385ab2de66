/* Several copies of one machine action: how they are merged, and taken apart again. */
#include "tests/unit/random.h"
#include "tests/unit/schema/helpers.h"

#define ACTIONS "SELECT number, status, title, machine_name, command_count FROM actions"
#define COMMANDS                                                                                   \
    "SELECT command_index, type, status, params, errors FROM commands ORDER BY command_index"

#define PARAMS "[{\"key\":\"ScriptName\",\"value\":\"a.ps1\"},{\"key\":\"Args\",\"value\":\"x\"}]"

/* The action as the service gives it: a RunScript, then a GetFile. */
static const struct store_command whole_commands[] = {
    {.command_index = 0,
     .type = {"RunScript", 9},
     .status = {"Completed", 9},
     .params = {PARAMS, sizeof PARAMS - 1},
     .errors = {"[\"late\"]", 8}},
    {.command_index = 1, .type = {"GetFile", 7}, .status = {"Completed", 9}},
};

static const struct store_action whole = {.action_id = {ACTION, sizeof ACTION - 1},
                                          .status = {"Succeeded", 9},
                                          .title = {"a title", 7},
                                          .machine_name = {"dc1", 3},
                                          .last_updated_at = MIDDLE,
                                          .commands = whole_commands,
                                          .command_count = 2};

static void put(struct store *store, int64_t number, const char *package,
                struct store_action action)
{
    action.number = number;
    action.package_sha256 = sha_of(package);
    put_action_package(store, package);
    must(store_put_action(store, &action, &test_error));
}

static struct store *open_whole(void **state)
{
    struct archive *archive = *state;
    put(archive->store, 1, "A", whole);
    return archive->store;
}

#define WHOLE_COMMANDS "0|RunScript|Completed|" PARAMS "|[\"late\"]\n1|GetFile|Completed|-|-"

/* ---- a copy that says less ---- */

static void a_copy_without_commands_takes_none_away(void **state)
{
    struct store *store = open_whole(state);
    struct store_action poorer = whole;
    poorer.commands = NULL;
    poorer.command_count = 0;
    put(store, 2, "B", poorer);
    assert_rows(store, ACTIONS, "2|Succeeded|a title|dc1|2");
    assert_rows(store, COMMANDS, WHOLE_COMMANDS);
}

static void a_command_that_a_later_state_does_not_list_stays(void **state)
{
    struct store *store = open_whole(state);
    struct store_action later = whole;
    later.last_updated_at = LATE;
    later.command_count = 1;
    put(store, 2, "B", later);
    assert_rows(store, "SELECT number, last_updated_at, command_count FROM actions",
                "2|" LATE "|2");
    assert_rows(store, COMMANDS, WHOLE_COMMANDS);
}

static void a_value_that_a_later_state_does_not_have_stays(void **state)
{
    struct store *store = open_whole(state);
    struct store_command bare[] = {{.command_index = 0}, {.command_index = 1}};
    struct store_action later = {.action_id = T(ACTION),
                                 .status = T("Failed"),
                                 .last_updated_at = LATE,
                                 .commands = bare,
                                 .command_count = 2};
    put(store, 2, "B", later);
    assert_rows(store, ACTIONS, "2|Failed|a title|dc1|2");
    assert_rows(store, COMMANDS, WHOLE_COMMANDS);
}

static void a_copy_cut_short_does_not_shorten_the_values(void **state)
{
    struct store *store = open_whole(state);
    struct store_command cut[] = {
        {.command_index = 0,
         .type = T("RunScript"),
         .status = T("Comp"),
         .params = T("[{\"key\":\"ScriptName\",\"value\":\"a.p\"}]"),
         .errors = T("[]")},
        {.command_index = 1, .type = T("GetF")},
    };
    struct store_action poorer = whole;
    poorer.title = T("a ti");
    poorer.commands = cut;
    put(store, 2, "B", poorer);
    assert_rows(store, ACTIONS, "2|Succeeded|a title|dc1|2");
    assert_rows(store, COMMANDS, WHOLE_COMMANDS);
}

static void the_whole_copy_completes_the_one_cut_short(void **state)
{
    struct archive *archive = *state;
    struct store_command cut[] = {{.command_index = 0, .type = T("RunS"), .errors = T("[]")}};
    struct store_action poorer = whole;
    poorer.title = T("a ti");
    poorer.commands = cut;
    poorer.command_count = 1;
    put(archive->store, 1, "B", poorer);
    put(archive->store, 2, "A", whole);
    assert_rows(archive->store, ACTIONS, "2|Succeeded|a title|dc1|2");
    assert_rows(archive->store, COMMANDS, WHOLE_COMMANDS);
}

static void a_later_state_may_say_less_in_words_of_its_own(void **state)
{
    struct store *store = open_whole(state);
    struct store_command one = {.command_index = 0, .errors = T("[]"), .params = T("[]")};
    struct store_action later = {.action_id = T(ACTION),
                                 .title = T("a"),
                                 .last_updated_at = LATE,
                                 .commands = &one,
                                 .command_count = 1};
    put(store, 2, "B", later);
    assert_rows(store, "SELECT title FROM actions", "a");
    assert_rows(store, "SELECT params, errors FROM commands WHERE command_index = 0", "[]|[]");
}

static void an_older_copy_fills_only_what_is_not_known(void **state)
{
    struct store *store = open_whole(state);
    struct store_command older[] = {
        {.command_index = 1, .type = T("PutFile"), .errors = T("[1]")},
        {.command_index = 2, .type = T("PutFile")},
    };
    struct store_action action = {.action_id = T(ACTION),
                                  .status = T("Pending"),
                                  .requestor = T("app"),
                                  .last_updated_at = EARLY,
                                  .commands = older,
                                  .command_count = 2};
    put(store, 2, "B", action);
    assert_rows(store, ACTIONS, "1|Succeeded|a title|dc1|3");
    assert_rows(store, "SELECT requestor, last_updated_at FROM actions", "app|" MIDDLE);
    assert_rows(store, "SELECT command_index, type, errors FROM commands ORDER BY 1",
                "0|RunScript|[\"late\"]\n1|GetFile|[1]\n2|PutFile|-");
}

static void a_fetched_file_stays_a_file_when_a_poorer_copy_comes(void **state)
{
    struct store *store = open_whole(state);
    put_transcript(store, 2, "P");
    acquire(store, 2, "P", (struct coming){.action = ACTION, .index = 1});
    assert_rows(store, "SELECT kind FROM packages WHERE kind <> 'action'", "file");
    struct store_action poorer = whole;
    poorer.command_count = 1;
    put(store, 3, "B", poorer);
    assert_rows(store, "SELECT kind FROM packages WHERE kind <> 'action'", "file");
    put_transcript(store, 4, "Q");
    acquire(store, 4, "Q", (struct coming){.action = ACTION, .index = 1});
    assert_rows(store, "SELECT kind FROM packages WHERE kind <> 'action'", "file\nfile");
    assert_rows(store, "SELECT count(*) FROM results", "0");
}

static void an_older_copy_that_tells_of_a_get_file_is_believed(void **state)
{
    struct archive *archive = *state;
    struct store *store = archive->store;
    put_transcript(store, 1, "P");
    acquire(store, 1, "P", (struct coming){.action = ACTION, .index = 1});
    struct store_action later = {
        .action_id = T(ACTION), .status = T("Succeeded"), .last_updated_at = LATE};
    put(store, 2, "B", later);
    assert_rows(store, "SELECT kind FROM packages WHERE kind <> 'action'", "transcript");
    put(store, 3, "A", whole);
    assert_rows(store, "SELECT kind FROM packages WHERE kind <> 'action'", "file");
}

static void an_older_copy_that_names_the_machine_joins_its_rows(void **state)
{
    struct archive *archive = *state;
    struct store *store = archive->store;
    put_transcript(store, 1, "P");
    acquire(store, 1, "P", (struct coming){.action = ACTION});
    acquire(store, 2, "P", (struct coming){.machine = "dc1"});
    struct store_action later = {.action_id = T(ACTION), .last_updated_at = LATE};
    put(store, 3, "B", later);
    put(store, 4, "A", whole);
    assert_rows(store, "SELECT result_id, action_id, machine_name FROM results",
                "1|" ACTION "|dc1");
}

/* ---- copies that are taken back ---- */

/* The package is what another action's GetFile brought. */
static void turn_out_a_file(struct store *store, int64_t number, const char *package)
{
    put_package(store, number, package);
    put_reading(store, package, "action");
    put_action(
        store, number,
        (struct state_of_action){.action = OTHER_ACTION, .package = "service", .type = "GetFile"});
    acquire(store, number, package, (struct coming){.action = OTHER_ACTION});
}

#define OF_THE_ACTION " WHERE action_id = '" ACTION "'"

static void what_only_a_planted_copy_said_goes_with_it(void **state)
{
    struct store *store = open_whole(state);
    struct store_command planted[] = {{.command_index = 1, .type = T("RunScript")},
                                      {.command_index = 7, .type = T("PutFile")}};
    struct store_action action = {.action_id = T(ACTION),
                                  .title = T("another title"),
                                  .requestor = T("nobody"),
                                  .machine_id = T("liar"),
                                  .last_updated_at = LATE,
                                  .commands = planted,
                                  .command_count = 2};
    put(store, 2, "F", action);
    assert_rows(store, "SELECT type FROM commands WHERE command_index > 0", "RunScript\nPutFile");
    turn_out_a_file(store, 3, "F");
    assert_rows(store, ACTIONS OF_THE_ACTION, "1|Succeeded|a title|dc1|2");
    assert_rows(store, "SELECT requestor, machine_id FROM actions" OF_THE_ACTION, "-|-");
    assert_rows(store,
                "SELECT command_index, type FROM commands" OF_THE_ACTION " ORDER BY command_index",
                "0|RunScript\n1|GetFile");
    assert_rows(store, "SELECT machine_id, machine_name FROM machines", "-|dc1");
}

static void a_machine_that_only_a_planted_action_named_is_not_known_any_more(void **state)
{
    struct archive *archive = *state;
    struct store *store = archive->store;
    put_action(store, 1, (struct state_of_action){.package = "F", .machine = "liar"});
    put_action(store, 1,
               (struct state_of_action){.package = "F", .action = "2", .machine_id = "no one"});
    put_action(store, 1,
               (struct state_of_action){
                   .package = "F", .action = "3", .machine = "dc1", .machine_id = "id1"});
    put_action(store, 1,
               (struct state_of_action){
                   .package = "F", .action = "4", .machine = "dc2", .machine_id = "id2"});
    put_transcript(store, 2, "P");
    acquire(store, 2, "P", (struct coming){.machine = "DC1"});
    put_action(store, 3,
               (struct state_of_action){.package = "G", .action = "5", .machine_id = "ID2"});
    assert_rows(store, "SELECT count(*) FROM machines", "4");
    turn_out_a_file(store, 4, "F");
    assert_rows(
        store,
        "SELECT machine_id, lower(machine_name) FROM machines ORDER BY machine_name COLLATE "
        "NOCASE",
        "-|dc1\nid2|dc2");
}

static void the_same_words_again_are_kept_once(void **state)
{
    struct store *store = open_whole(state);
    put(store, 2, "B", whole);
    put(store, 3, "C", whole);
    assert_rows(store, ACTIONS, "3|Succeeded|a title|dc1|2");
    assert_rows(store, "SELECT count(*) FROM action_state", "1");
    assert_rows(store, "SELECT count(*) FROM command_state", "2");
}

static void one_other_word_makes_another_state(void **state)
{
    struct store *store = open_whole(state);
    struct store_action other = whole;
    other.command_count = 1;
    put(store, 2, "B", other);
    other.title = T(NULL);
    put(store, 3, "C", other);
    other.title = T("");
    put(store, 4, "D", other);
    other.title = T(NULL);
    other.scope = T("a title");
    put(store, 5, "E", other);
    assert_rows(store, "SELECT count(*) FROM action_state", "5");
}

/* Planted copies among good ones, in random order: afterwards as if they had never come. */
static int pick(int count)
{
    return (int)next_random((uint32_t)count);
}

static const char *all(struct store *store)
{
    static char text[32768];
    snprintf(text, sizeof text, "%s\n%s", rows(store, "SELECT * FROM actions" OF_THE_ACTION),
             rows(store, "SELECT * FROM commands" OF_THE_ACTION " ORDER BY command_index"));
    return text;
}

static void put_random(struct store *store, int64_t number, bool planted, bool skips)
{
    static const char *const times[] = {NULL, EARLY, MIDDLE, LATE};
    static const char *const words[] = {NULL, "a", "ab", "abc", "b"};
    struct store_command commands[2] = {{.command_index = pick(2)}, {.command_index = 2}};
    struct store_action action = {
        .action_id = T(ACTION), .last_updated_at = times[pick(4)], .commands = commands};
    action.title = T(words[pick(5)]);
    action.status = T(words[pick(5)]);
    commands[0].type = T(words[pick(5)]);
    commands[1].errors = T(words[pick(5)]);
    action.command_count = pick(3);
    char package[16];
    snprintf(package, sizeof package, "G%d", (int)number);
    if (!skips)
        put(store, number, planted ? "F" : package, action);
}

static void without_its_planted_copies_an_action_is_as_if_they_had_never_come(void **state)
{
    struct archive *archive = *state;
    for (uint32_t run = 1; run <= 40; run++) {
        char *seen = NULL;
        for (int with_planted = 0; with_planted <= 1; with_planted++) {
            must(store_begin(archive->store, &test_error));
            random_seed = run;
            for (int64_t number = 1; number < 10; number++) {
                bool planted = pick(3) == 0;
                put_random(archive->store, number, planted, planted && !with_planted);
            }
            turn_out_a_file(archive->store, 20, "F");
            if (!seen)
                seen = strdup(all(archive->store));
            assert_string_equal(all(archive->store), seen);
            store_rollback(archive->store);
        }
        free(seen);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        archive_test(a_copy_without_commands_takes_none_away),
        archive_test(a_command_that_a_later_state_does_not_list_stays),
        archive_test(a_value_that_a_later_state_does_not_have_stays),
        archive_test(a_copy_cut_short_does_not_shorten_the_values),
        archive_test(the_whole_copy_completes_the_one_cut_short),
        archive_test(a_later_state_may_say_less_in_words_of_its_own),
        archive_test(an_older_copy_fills_only_what_is_not_known),
        archive_test(a_fetched_file_stays_a_file_when_a_poorer_copy_comes),
        archive_test(an_older_copy_that_tells_of_a_get_file_is_believed),
        archive_test(an_older_copy_that_names_the_machine_joins_its_rows),
        archive_test(what_only_a_planted_copy_said_goes_with_it),
        archive_test(a_machine_that_only_a_planted_action_named_is_not_known_any_more),
        archive_test(the_same_words_again_are_kept_once),
        archive_test(one_other_word_makes_another_state),
        archive_test(without_its_planted_copies_an_action_is_as_if_they_had_never_come),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
