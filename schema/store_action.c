/* Machine actions and their commands, and what their coming changes for results. */
#include "base/memory.h"
#include "schema/rows.h"

#include <stdlib.h>

static int delete_action(struct store *store, struct text action_id, struct error *err)
{
    static const char action_sql[] = "DELETE FROM actions WHERE action_id = ?1";
    static const char commands_sql[] = "DELETE FROM commands WHERE action_id = ?1";
    struct statement s;
    statement_start(&s, store, action_sql);
    statement_bind_text(&s, action_id);
    if (statement_run(&s, err))
        return -1;
    statement_start(&s, store, commands_sql);
    statement_bind_text(&s, action_id);
    return statement_run(&s, err);
}

static int insert_action(struct store *store, const struct store_action *action, struct error *err)
{
    static const char sql[] =
        "INSERT INTO actions (action_id, number, package_sha256, tenant_id, type, status, title,"
        " requestor, requestor_comment, machine_id, machine_name, external_id, request_source,"
        " cancellation_requestor, cancellation_comment, scope, error_hresult, created_at,"
        " last_updated_at, cancelled_at, command_count) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9,"
        " ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21)";
    struct statement s;
    statement_start(&s, store, sql);
    statement_bind_text(&s, action->action_id);
    statement_bind_int64(&s, action->number);
    statement_bind_string(&s, action->package_sha256);
    statement_bind_text(&s, action->tenant_id);
    statement_bind_text(&s, action->type);
    statement_bind_text(&s, action->status);
    statement_bind_text(&s, action->title);
    statement_bind_text(&s, action->requestor);
    statement_bind_text(&s, action->requestor_comment);
    statement_bind_text(&s, action->machine_id);
    statement_bind_text(&s, action->machine_name);
    statement_bind_text(&s, action->external_id);
    statement_bind_text(&s, action->request_source);
    statement_bind_text(&s, action->cancellation_requestor);
    statement_bind_text(&s, action->cancellation_comment);
    statement_bind_text(&s, action->scope);
    statement_bind_text(&s, action->error_hresult);
    statement_bind_string(&s, action->created_at);
    statement_bind_string(&s, action->last_updated_at);
    statement_bind_string(&s, action->cancelled_at);
    statement_bind_int64(&s, action->command_count);
    return statement_run(&s, err);
}

static int insert_command(struct store *store, struct text action_id,
                          const struct store_command *command, struct error *err)
{
    /* An index given twice: the first counts. */
    static const char sql[] =
        "INSERT INTO commands (action_id, command_index, type, status, script_name, started_at,"
        " ended_at, params, errors) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"
        " ON CONFLICT (action_id, command_index) DO NOTHING";
    struct statement s;
    statement_start(&s, store, sql);
    statement_bind_text(&s, action_id);
    statement_bind_int64(&s, command->command_index);
    statement_bind_text(&s, command->type);
    statement_bind_text(&s, command->status);
    statement_bind_text(&s, command->script_name);
    statement_bind_string(&s, command->started_at);
    statement_bind_string(&s, command->ended_at);
    statement_bind_text(&s, command->params);
    statement_bind_text(&s, command->errors);
    return statement_run(&s, err);
}

static int replace_action(struct store *store, const struct store_action *action, struct error *err)
{
    if (delete_action(store, action->action_id, err) || insert_action(store, action, err))
        return -1;
    for (int64_t i = 0; i < action->command_count; i++)
        if (insert_command(store, action->action_id, &action->commands[i], err))
            return -1;
    return machine_seen(store, action->machine_id, action->machine_name, action->tenant_id,
                        statement_string(action->created_at),
                        statement_string(action->last_updated_at), err);
}

/* What the known state is against the new one. */
struct known {
    bool is_later;     /* the new one is old news */
    bool same_machine; /* both name the same machine, or neither one */
};

static int look_at_known(struct store *store, const struct store_action *action,
                         struct known *known, struct error *err)
{
    static const char sql[] =
        "SELECT (ifnull(last_updated_at, ''), number) > (ifnull(?2, ''), ?3),"
        " machine_id IS ?4 AND machine_name IS ?5 FROM actions WHERE action_id = ?1";
    struct statement s;
    *known = (struct known){.same_machine =
                                action->machine_id.length == 0 && action->machine_name.length == 0};
    statement_start(&s, store, sql);
    statement_bind_text(&s, action->action_id);
    statement_bind_string(&s, action->last_updated_at);
    statement_bind_int64(&s, action->number);
    statement_bind_text(&s, action->machine_id);
    statement_bind_text(&s, action->machine_name);
    int step = statement_step(&s, err);
    if (step != 1)
        return step;
    known->is_later = statement_int64(&s, 0) != 0;
    known->same_machine = statement_int64(&s, 1) != 0;
    statement_finish(&s);
    return 0;
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
    struct known known;
    if (action->action_id.length == 0)
        return 0;
    if (look_at_known(store, action, &known, err))
        return -1;
    if (known.is_later)
        return 0;
    if (replace_action(store, action, err))
        return -1;
    return settle(store, action->action_id, known.same_machine, err);
}

/* 1 and a copy of the id that the caller frees, 0, or -1. */
static int find_action_of_package(struct store *store, const char *package_sha256, char **action_id,
                                  struct error *err)
{
    static const char sql[] = "SELECT action_id FROM actions WHERE package_sha256 = ?1 LIMIT 1";
    struct statement s;
    statement_start(&s, store, sql);
    statement_bind_string(&s, package_sha256);
    int step = statement_step(&s, err);
    if (step != 1)
        return step;
    struct text found = statement_text(&s, 0);
    *action_id = memory_copy_text(found.bytes, found.length);
    statement_finish(&s);
    return 1;
}

int action_forget_package(struct store *store, const char *package_sha256, struct error *err)
{
    char *id;
    int more;
    while ((more = find_action_of_package(store, package_sha256, &id, err)) == 1) {
        struct text action_id = statement_string(id);
        int result =
            delete_action(store, action_id, err) ? -1 : settle(store, action_id, false, err);
        free(id);
        if (result)
            return -1;
    }
    return more;
}
