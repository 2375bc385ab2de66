/* Many random orders of acquisitions and actions: what must hold of the results whatever comes. */
#include "tests/unit/random.h"
#include "tests/unit/schema/helpers.h"

static int pick(int count)
{
    return (int)next_random((uint32_t)count);
}

static const char *const names[] = {"P", "Q", "Z"};
static const char *const actions[] = {NULL, ACTION, OTHER_ACTION};
static const char *const machines[] = {NULL, NULL, "dc1", "dc2", "dc3"};
static const char *const types[] = {"RunScript", "RunScript", "GetFile"};
static const char *const statuses[] = {"ok", "repaired", "truncated", "invalid"};

/* As put_content, of a transcript that names its script. */
static void put_named_content(struct store *store, int64_t number, const char *name)
{
    must(store_begin_content(store, number, sha_of(name), 0, &test_error));
    struct store_content content = {.content_id = number,
                                    .package_sha256 = sha_of(name),
                                    .script_name = T("own.ps1"),
                                    .has_exit_code = true,
                                    .exit_code = pick(3),
                                    .parse_status = statuses[pick(4)]};
    must(store_finish_content(store, &content, &test_error));
}

/* Three packages, one of them a ZIP of two, on lines 1 to 3. */
static void put_packages(struct store *store)
{
    for (int i = 0; i < 3; i++) {
        put_package(store, i + 1, names[i]);
        if (i == 1)
            put_named_content(store, i + 1, names[i]);
        else
            put_content(store, i + 1, 0, names[i], statuses[pick(4)], "some output");
        if (i == 2)
            put_content(store, i + 1, 5, names[i], statuses[pick(4)], "more output");
        put_reading(store, names[i], "transcript");
    }
}

static void step(struct store *store, int64_t number)
{
    static const char *const times[] = {NULL, EARLY, MIDDLE, LATE};
    static const char *const scripts[] = {NULL, "a.ps1", "b.ps1"};
    static const char *const operators[] = {"ann", "bob"};
    static const char *const command_statuses[] = {"Completed", "Failed"};
    if (pick(4) == 0) {
        put_action(store, number,
                   (struct state_of_action){.action = actions[1 + pick(2)],
                                            .index = pick(2),
                                            .type = types[pick(3)],
                                            .machine = machines[pick(5)],
                                            .script = scripts[pick(3)],
                                            .status = command_statuses[pick(2)],
                                            .updated = times[pick(4)],
                                            .ended = times[pick(4)]});
        return;
    }
    acquire(store, number, names[pick(3)],
            (struct coming){.action = actions[pick(3)],
                            .index = pick(2),
                            .machine = machines[pick(5)],
                            .operator_name = operators[pick(2)],
                            .observed = times[pick(4)],
                            .mtime = times[pick(4)]});
}

#define IS_GET_FILE                                                                                \
    "EXISTS (SELECT 1 FROM commands AS k WHERE k.action_id = x.action_id"                          \
    " AND k.command_index = x.command_index AND k.type = 'GetFile')"

static void check(struct store *store)
{
    /* One row for a command and a content. */
    assert_rows(store,
                "SELECT 1 FROM results WHERE action_id IS NOT NULL"
                " GROUP BY content_id, action_id, command_index HAVING count(*) > 1",
                "");
    /* What came by a GetFile has none. */
    assert_rows(store, "SELECT 1 FROM results AS x WHERE " IS_GET_FILE, "");
    /* Every other coming with an action has its own. */
    assert_rows(store,
                "SELECT 1 FROM acquisition AS x JOIN content AS c USING (package_number)"
                " WHERE x.action_id IS NOT NULL AND NOT " IS_GET_FILE
                " AND NOT EXISTS (SELECT 1 FROM results AS r WHERE r.content_id = c.content_id"
                " AND r.action_id = x.action_id AND r.command_index = x.command_index)",
                "");
    /* Every coming without one has a row of its machine, or any. */
    assert_rows(
        store,
        "SELECT 1 FROM acquisition AS x JOIN content AS c USING (package_number)"
        " JOIN package ON first_number = x.package_number"
        " WHERE kind <> 'file' AND x.action_id IS NULL AND NOT EXISTS (SELECT 1 FROM results AS r"
        " WHERE r.content_id = c.content_id AND (x.machine_name IS NULL OR"
        " r.machine_name = x.machine_name))",
        "");
    /* No two rows without action for one machine, and none where the machine has one with. */
    assert_rows(store,
                "SELECT 1 FROM results AS a JOIN results AS b ON a.content_id = b.content_id"
                " AND a.result_id <> b.result_id AND a.action_id IS NULL"
                " AND a.machine_name = b.machine_name AND b.action_id IS NULL",
                "");
    /* One latest of a command, the best and newest. */
    assert_rows(store,
                "SELECT action_id, command_index FROM results WHERE action_id IS NOT NULL"
                " GROUP BY 1, 2 HAVING sum(is_latest) <> 1",
                "");
    assert_rows(store, "SELECT 1 FROM results WHERE action_id IS NULL AND NOT is_latest", "");
    assert_rows(store,
                "SELECT 1 FROM results AS a JOIN results AS b USING (action_id, command_index)"
                " WHERE a.is_latest AND instr('invalid truncated repaired ok', b.parse_status)"
                " > instr('invalid truncated repaired ok', a.parse_status)",
                "");
    assert_rows(store,
                "SELECT 1 FROM results AS a JOIN results AS b USING (action_id, command_index)"
                " WHERE a.is_latest AND a.parse_status = b.parse_status"
                " AND b.result_id % 1000000000000 > a.result_id % 1000000000000",
                "");
    /* The number is that of a coming of the same package. */
    assert_rows(store,
                "SELECT 1 FROM results AS r WHERE NOT EXISTS (SELECT 1 FROM acquisitions AS q"
                " WHERE q.number = r.result_id % 1000000000000"
                " AND q.package_sha256 = r.package_sha256)",
                "");
    /* A package is a file when a GetFile and no other command brought it, and then out of sight. */
    assert_rows(store,
                "SELECT 1 FROM package AS p WHERE (kind = 'file') <> (EXISTS (SELECT 1 FROM"
                " acquisition AS x WHERE package_number = first_number AND " IS_GET_FILE
                ") AND NOT EXISTS (SELECT 1 FROM acquisition AS x WHERE package_number ="
                " first_number AND x.action_id IS NOT NULL AND NOT " IS_GET_FILE "))",
                "");
    assert_rows(store,
                "SELECT 1 FROM results JOIN packages USING (package_sha256) WHERE kind = 'file'",
                "");
    assert_rows(store,
                "SELECT 1 FROM package JOIN content ON package_number = first_number"
                " WHERE (kind = 'file') <> (state = 2)",
                "");
    /* The machine of an action is the action's. */
    assert_rows(store,
                "SELECT 1 FROM results AS r JOIN actions AS a USING (action_id)"
                " WHERE a.machine_name IS NOT NULL AND r.machine_name IS NOT a.machine_name",
                "");
    assert_rows(store,
                "SELECT 1 FROM results AS r JOIN commands AS k USING (action_id, command_index)"
                " WHERE k.ended_at IS NOT NULL AND r.observed_at <> k.ended_at",
                "");
}

/* What a result repeats of other tables, for lists to be filtered by. */
static void check_copies(struct store *store)
{
    assert_rows(store,
                "SELECT r.result_id FROM result AS r JOIN content AS c USING (content_id)"
                " LEFT JOIN acquisition AS q ON q.number = r.result_id % 1000000000000"
                " LEFT JOIN commands AS k ON k.action_id = r.action_id"
                " AND k.command_index = r.command_index"
                " WHERE (r.package_number, r.script_name, r.exit_code, r.parse_status,"
                " r.command_status, r.operator, r.is_public) IS NOT (c.package_number,"
                " ifnull(c.script_name, k.script_name), c.exit_code, c.parse_status, k.status,"
                " q.operator, c.state = 1)",
                "");
}

static void the_rules_hold_after_every_step(void **state)
{
    struct archive *archive = *state;
    for (uint32_t run = 1; run <= 60; run++) {
        random_seed = run;
        must(store_begin(archive->store, &test_error));
        put_packages(archive->store);
        for (int64_t number = 4; number < 34; number++) {
            step(archive->store, number);
            check(archive->store);
            check_copies(archive->store);
        }
        assert_index_is_whole(archive->store);
        store_rollback(archive->store);
    }
}

static char *dump_of_run(struct store *store, uint32_t run)
{
    static const char *const tables[] = {"SELECT * FROM results ORDER BY result_id",
                                         "SELECT page_id, content_id FROM output_pages ORDER BY 1",
                                         "SELECT rowid, * FROM machines ORDER BY 1",
                                         "SELECT * FROM packages ORDER BY first_number",
                                         "SELECT * FROM actions ORDER BY 1",
                                         "SELECT * FROM commands ORDER BY 1, 2"};
    char *dump = calloc(1, 6 * 16384);
    random_seed = run;
    must(store_begin(store, &test_error));
    put_packages(store);
    for (int64_t number = 4; number < 30; number++)
        step(store, number);
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++)
        strcat(dump, rows(store, tables[i]));
    store_rollback(store);
    return dump;
}

static void the_same_calls_in_the_same_order_give_the_same_rows(void **state)
{
    struct archive *archive = *state;
    for (uint32_t run = 1; run <= 10; run++) {
        char *first = dump_of_run(archive->store, run);
        char *second = dump_of_run(archive->store, run);
        assert_string_equal(first, second);
        assert_true(strlen(first) > 500);
        free(first);
        free(second);
    }
}

/* Actions that name their machines: whether they come before or after the results. */
static void the_place_of_an_action_in_the_order_does_not_matter(void **state)
{
    struct archive *archive = *state;
    for (uint32_t run = 1; run <= 60; run++) {
        char *seen = NULL;
        for (int actions_at = 0; actions_at <= 12; actions_at += 3) {
            random_seed = run;
            must(store_begin(archive->store, &test_error));
            put_packages(archive->store);
            struct state_of_action known[2];
            for (int i = 0; i < 2; i++)
                known[i] = (struct state_of_action){.action = actions[1 + i],
                                                    .type = types[pick(3)],
                                                    .machine = machines[2 + pick(3)],
                                                    .index = pick(2)};
            for (int i = 0; i <= 12; i++) {
                if (i == actions_at) {
                    put_action(archive->store, 50, known[0]);
                    put_action(archive->store, 51, known[1]);
                }
                if (i < 12)
                    acquire(archive->store, i + 4, names[pick(3)],
                            (struct coming){.action = actions[pick(3)],
                                            .index = pick(2),
                                            .machine = machines[2 + pick(3)]});
            }
            const char *now =
                rows(archive->store, "SELECT content_id, action_id, command_index, machine_name"
                                     " FROM results ORDER BY 1, 2, 3, 4");
            if (!seen)
                seen = strdup(now);
            if (strcmp(seen, now) != 0)
                fail_msg("run %u, actions at %d:\n%s\nbut first\n%s", run, actions_at, now, seen);
            store_rollback(archive->store);
        }
        free(seen);
    }
}

/* Machines whose ids and names belong together, named by either or by both. */
static void step_of_machines(struct store *store, int64_t number)
{
    static const char *const ids[] = {"id1", "id2", "id3"}, *const hosts[] = {"ws1", "ws2", "ws3"};
    int machine = pick(3), named_by = pick(4), is_action = pick(5) == 0;
    const char *id = named_by > 0 ? ids[machine] : NULL;
    const char *host = named_by != 1 ? hosts[machine] : NULL;
    if (is_action)
        put_action(store, number,
                   (struct state_of_action){.action = actions[1 + pick(2)],
                                            .type = types[pick(3)],
                                            .machine_id = id,
                                            .machine = host});
    else
        acquire(store, number, names[pick(3)],
                (struct coming){.action = pick(3) ? NULL : actions[pick(3)],
                                .machine_id = id,
                                .machine = host});
}

static void no_machine_has_two_rows_once_its_id_and_name_are_tied(void **state)
{
    struct archive *archive = *state;
    for (uint32_t run = 1; run <= 60; run++) {
        random_seed = run;
        must(store_begin(archive->store, &test_error));
        put_packages(archive->store);
        for (int64_t number = 4; number < 34; number++) {
            step_of_machines(archive->store, number);
            assert_rows(archive->store,
                        "SELECT c.content_id, substr(q.machine_id, 3) FROM acquisition AS q"
                        " JOIN content AS c USING (package_number) JOIN result AS r"
                        " ON r.content_id = c.content_id AND r.action_id IS NULL"
                        " AND (r.machine_id = q.machine_id OR r.machine_name = q.machine_name)"
                        " WHERE q.action_id IS NULL AND q.machine_id IS NOT NULL"
                        " AND q.machine_name IS NOT NULL GROUP BY 1, 2"
                        " HAVING count(DISTINCT r.result_id) > 1",
                        "");
            assert_rows(archive->store,
                        "SELECT 1 FROM results WHERE substr(machine_id, 3) <>"
                        " substr(machine_name, 3) AND action_id IS NULL",
                        "");
        }
        store_rollback(archive->store);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        archive_test(the_rules_hold_after_every_step),
        archive_test(the_same_calls_in_the_same_order_give_the_same_rows),
        archive_test(no_machine_has_two_rows_once_its_id_and_name_are_tied),
        archive_test(the_place_of_an_action_in_the_order_does_not_matter),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
