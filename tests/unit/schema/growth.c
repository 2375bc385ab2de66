/* The work of one call does not grow with what is there already: counted in steps of SQLite's
 * machine, so that the clock has no say. */
#include "tests/unit/schema/helpers.h"

static int64_t steps;

static int count_steps(void *context)
{
    (void)context;
    steps++;
    return 0;
}

/* Steps, in tens, that `act` takes from `from` to `to`. */
static int64_t steps_of(struct store *store, void (*act)(struct store *, int64_t), int64_t from,
                        int64_t to)
{
    steps = 0;
    sqlite3_progress_handler(store->db, 10, count_steps, NULL);
    for (int64_t i = from; i < to; i++)
        act(store, i);
    sqlite3_progress_handler(store->db, 0, NULL, NULL);
    return steps;
}

static void assert_steady(void **state, void (*prepare)(struct store *, int64_t),
                          void (*act)(struct store *, int64_t))
{
    struct archive *archive = *state;
    struct store *store = archive->store;
    must(store_begin(store, &test_error));
    put_transcript(store, 1, "P");
    for (int64_t i = 0; prepare && i < 2000; i++)
        prepare(store, i);
    (void)steps_of(store, act, 0, 100);
    int64_t early = steps_of(store, act, 100, 200);
    (void)steps_of(store, act, 200, 1900);
    int64_t late = steps_of(store, act, 1900, 2000);
    must(store_commit(store, &test_error));
    if (late > early + early / 2 + 100)
        fail_msg("%lld steps early, %lld late", (long long)early, (long long)late);
    assert_index_is_whole(store);
}

static const char *name(const char *prefix, int64_t i)
{
    static char names[2][32];
    static int next;
    char *text = names[next++ % 2];
    snprintf(text, 32, "%s%d", prefix, (int)i);
    return text;
}

static void come_from_a_machine(struct store *store, int64_t i)
{
    acquire(store, 1 + i, "P", (struct coming){.machine = name("m", i)});
}

static void come_from_a_machine_again(struct store *store, int64_t i)
{
    acquire(store, 10000 + i, "P", (struct coming){.machine = name("m", i)});
}

static void come_from_an_action(struct store *store, int64_t i)
{
    acquire(store, 20000 + i, "P", (struct coming){.action = name("a", i), .mtime = EARLY});
}

static void come_from_nowhere(struct store *store, int64_t i)
{
    acquire(store, 30000 + i, "P", (struct coming){0});
}

static void put_its_action(struct store *store, int64_t i)
{
    put_action(store, 40000 + i,
               (struct state_of_action){.action = name("a", i), .machine = name("m", i)});
}

static void say_it_was_a_get_file(struct store *store, int64_t i)
{
    put_action(store, 50000 + i,
               (struct state_of_action){.action = name("a", i), .type = "GetFile"});
}

static void put_another_state(struct store *store, int64_t i)
{
    put_action(store, 60000 + i,
               (struct state_of_action){.script = name("s", i), .machine = name("m", i)});
}

static void states_of_one_action(void **state)
{
    assert_steady(state, NULL, put_another_state);
}

static void machines_with_the_same_output(void **state)
{
    assert_steady(state, NULL, come_from_a_machine);
}

static void the_same_machines_again(void **state)
{
    assert_steady(state, come_from_a_machine, come_from_a_machine_again);
}

static void actions_with_the_same_output(void **state)
{
    assert_steady(state, NULL, come_from_an_action);
}

static void repeats_that_name_nothing(void **state)
{
    assert_steady(state, come_from_a_machine, come_from_nowhere);
}

static void actions_that_come_after_their_results(void **state)
{
    assert_steady(state, come_from_an_action, put_its_action);
}

static void a_bare_coming_and_many(struct store *store, int64_t i)
{
    if (i == 0)
        come_from_nowhere(store, i);
    come_from_an_action(store, i);
}

static void actions_of_a_package_that_also_came_without(void **state)
{
    assert_steady(state, a_bare_coming_and_many, put_its_action);
}

static void results_that_turn_out_to_be_files(void **state)
{
    assert_steady(state, a_bare_coming_and_many, say_it_was_a_get_file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        archive_test(states_of_one_action),
        archive_test(machines_with_the_same_output),
        archive_test(the_same_machines_again),
        archive_test(actions_with_the_same_output),
        archive_test(repeats_that_name_nothing),
        archive_test(actions_that_come_after_their_results),
        archive_test(actions_of_a_package_that_also_came_without),
        archive_test(results_that_turn_out_to_be_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
