/* Machine actions and their commands, and what their coming changes for results. */
#include "base/memory.h"
#include "schema/rows.h"

#include <stdlib.h>

/* True when the state will leave the action's machine as it is known. */
static int leaves_machine(struct store *store, const struct store_action *action,
                          bool *same_machine, struct error *err)
{
    static const char sql[] =
        "SELECT CASE WHEN ifnull(last_updated_at, '') > ifnull(?2, '')"
        " THEN ifnull(machine_id, ?3) IS machine_id AND ifnull(machine_name, ?4) IS machine_name"
        " ELSE ifnull(?3, machine_id) IS machine_id AND ifnull(?4, machine_name) IS machine_name "
        "END"
        " FROM actions WHERE action_id = ?1";
    struct statement s;
    int64_t leaves = action->machine_id.length == 0 && action->machine_name.length == 0;
    statement_start(&s, store, sql);
    statement_bind_text(&s, action->action_id);
    statement_bind_string(&s, action->last_updated_at);
    statement_bind_text(&s, action->machine_id);
    statement_bind_text(&s, action->machine_name);
    int found = statement_one_int64(&s, &leaves, err);
    *same_machine = leaves != 0;
    return found < 0 ? -1 : 0;
}

/* Settles packages whose acquisitions are marked as a GetFile and are none, or the other way. Each
 * turn marks one package's acquisitions rightly. */
static int settle_get_files(struct store *store, struct text action_id, struct error *err)
{
    static const char sql[] =
        "SELECT q.package_number, q.command_index FROM acquisition AS q LEFT JOIN commands AS k"
        " ON k.action_id = q.action_id AND k.command_index = q.command_index"
        " WHERE q.action_id = ?1"
        " AND q.is_get_file <> ifnull(k.type = 'GetFile' COLLATE NOCASE, 0) LIMIT 1";
    struct statement s;
    for (;;) {
        statement_start(&s, store, sql);
        statement_bind_text(&s, action_id);
        int step = statement_step(&s, err);
        if (step != 1)
            return step;
        int64_t package_number = statement_int64(&s, 0), command_index = statement_int64(&s, 1);
        statement_finish(&s);
        if (result_settle(store, package_number, action_id, command_index, err))
            return -1;
    }
}

/* Settles packages that also came in without an action: whether those are of the same machine is
 * only known now. */
static int settle_machines(struct store *store, struct text action_id, struct error *err)
{
    static const char sql[] =
        "SELECT q.package_number, q.command_index FROM acquisition AS q WHERE q.action_id = ?1"
        " AND (q.package_number, q.command_index) > (?2, ?3) AND q.is_get_file = 0"
        " AND EXISTS (SELECT 1 FROM acquisition AS o WHERE o.package_number = q.package_number"
        " AND o.is_get_file = 0 AND o.action_id IS NULL) ORDER BY q.package_number, "
        "q.command_index LIMIT 1";
    struct statement s;
    int64_t package_number = 0, command_index = 0;
    for (;;) {
        statement_start(&s, store, sql);
        statement_bind_text(&s, action_id);
        statement_bind_int64(&s, package_number);
        statement_bind_int64(&s, command_index);
        int step = statement_step(&s, err);
        if (step != 1)
            return step;
        package_number = statement_int64(&s, 0);
        command_index = statement_int64(&s, 1);
        statement_finish(&s);
        if (result_settle(store, package_number, action_id, command_index, err))
            return -1;
    }
}

static int settle(struct store *store, struct text action_id, bool same_machine, struct error *err)
{
    if (settle_get_files(store, action_id, err) ||
        (!same_machine && settle_machines(store, action_id, err)))
        return -1;
    return result_refresh_action(store, action_id, err);
}

int store_put_action(struct store *store, const struct store_action *action, struct error *err)
{
    bool same_machine;
    if (action->action_id.length == 0)
        return 0;
    if (leaves_machine(store, action, &same_machine, err) || state_put(store, action, err))
        return -1;
    return settle(store, action->action_id, same_machine, err);
}

/* 1 and a copy of the id that the caller frees, 0, or -1. */
static int find_action_of_package(struct store *store, int64_t package_number, char **action_id,
                                  struct error *err)
{
    static const char sql[] =
        "SELECT action_id FROM state_source WHERE package_number = ?1 LIMIT 1";
    struct statement s;
    statement_start(&s, store, sql);
    statement_bind_int64(&s, package_number);
    int step = statement_step(&s, err);
    if (step != 1)
        return step;
    struct text found = statement_text(&s, 0);
    *action_id = memory_copy_text(found.bytes, found.length);
    statement_finish(&s);
    return 1;
}

static int forget_action(struct store *store, struct text action_id, int64_t package_number,
                         struct error *err)
{
    int more;
    while ((more = state_take_back(store, action_id, package_number, err)) == 1)
        continue;
    if (more < 0 || state_merge_again(store, action_id, err))
        return -1;
    return settle(store, action_id, false, err);
}

int action_forget_package(struct store *store, int64_t package_number, struct error *err)
{
    char *id;
    int more;
    while ((more = find_action_of_package(store, package_number, &id, err)) == 1) {
        int result = forget_action(store, statement_string(id), package_number, err);
        free(id);
        if (result)
            return -1;
    }
    return more;
}
