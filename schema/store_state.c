/* What packages say of machine actions, and how the actions are merged from it. */
#include "schema/rows.h"

#include "base/memory.h"
#include "base/sha256.h"

#include <stdlib.h>

/* ---- one state ---- */

/* With its length before it, so that no two lists of words are hashed alike. */
static void hash_text(struct sha256 *hash, struct text text)
{
    int64_t length = text.bytes ? (int64_t)text.length : -1;
    sha256_update(hash, &length, sizeof length);
    if (text.length > 0)
        sha256_update(hash, text.bytes, text.length);
}

static void hash_command(struct sha256 *hash, const struct store_command *command)
{
    sha256_update(hash, &command->command_index, sizeof command->command_index);
    hash_text(hash, command->type);
    hash_text(hash, command->status);
    hash_text(hash, command->script_name);
    hash_text(hash, statement_string(command->started_at));
    hash_text(hash, statement_string(command->ended_at));
    hash_text(hash, command->params);
    hash_text(hash, command->errors);
}

static void hash_words(const struct store_action *action, char hex[SHA256_HEX_SIZE])
{
    const struct text texts[] = {action->tenant_id,
                                 action->type,
                                 action->status,
                                 action->title,
                                 action->requestor,
                                 action->requestor_comment,
                                 action->machine_id,
                                 action->machine_name,
                                 action->external_id,
                                 action->request_source,
                                 action->cancellation_requestor,
                                 action->cancellation_comment,
                                 action->scope,
                                 action->error_hresult,
                                 statement_string(action->created_at),
                                 statement_string(action->last_updated_at),
                                 statement_string(action->cancelled_at)};
    struct sha256 *hash = sha256_new();
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        hash_text(hash, texts[i]);
    for (int64_t i = 0; i < action->command_count; i++)
        hash_command(hash, &action->commands[i]);
    sha256_finish(hash, hex);
    sha256_free(hash);
}

static int find_state(struct store *store, const struct store_action *action, const char *words,
                      int64_t *state_id, struct error *err)
{
    /* IS: a = would be taken into substr(), which then is no key of the index. */
    static const char sql[] = "SELECT state_id FROM action_state WHERE action_id = ?1"
                              " AND substr(words_sha256, 1, 8) = ?2 AND words_sha256 IS ?3";
    struct statement s;
    statement_start(&s, store, sql);
    statement_bind_text(&s, action->action_id);
    statement_bind_text(&s, (struct text){words, 8});
    statement_bind_string(&s, words);
    return statement_one_int64(&s, state_id, err);
}

static int insert_state(struct store *store, const struct store_action *action, const char *words,
                        int64_t *state_id, struct error *err)
{
    static const char sql[] =
        "INSERT INTO action_state (action_id, words_sha256, tenant_id, type, status, title,"
        " requestor, requestor_comment, machine_id, machine_name, external_id, request_source,"
        " cancellation_requestor, cancellation_comment, scope, error_hresult, created_at,"
        " last_updated_at, cancelled_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11,"
        " ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19)";
    struct statement s;
    statement_start(&s, store, sql);
    statement_bind_text(&s, action->action_id);
    statement_bind_string(&s, words);
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
    if (statement_run(&s, err))
        return -1;
    *state_id = sqlite3_last_insert_rowid(store->db);
    return machine_named(store, action->machine_id, action->machine_name, err);
}

static int insert_command(struct store *store, int64_t state_id,
                          const struct store_command *command, struct error *err)
{
    /* An index given twice: the first counts. */
    static const char sql[] =
        "INSERT INTO command_state (state_id, command_index, type, status, script_name, started_at,"
        " ended_at, params, errors) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"
        " ON CONFLICT (state_id, command_index) DO NOTHING";
    struct statement s;
    statement_start(&s, store, sql);
    statement_bind_int64(&s, state_id);
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

static int put_source(struct store *store, const struct store_action *action, int64_t state_id,
                      struct error *err)
{
    static const char sql[] =
        "INSERT INTO state_source (package_number, action_id, state_id, number) VALUES (?1, ?2, ?3,"
        " ?4) ON CONFLICT (package_number, action_id, state_id) DO UPDATE SET number = ?4";
    struct statement s;
    int64_t package_number;
    if (package_find_number(store, action->package_sha256, &package_number, err) < 0)
        return -1;
    statement_start(&s, store, sql);
    statement_bind_int64(&s, package_number);
    statement_bind_text(&s, action->action_id);
    statement_bind_int64(&s, state_id);
    statement_bind_int64(&s, action->number);
    return statement_run(&s, err);
}

/* ---- the merge ---- */

enum age { OLDER, OF_THE_SAME_TIME, LATER };

/* A state, said by one package. */
struct saying {
    int64_t state_id;
    int64_t number;
    struct text package_sha256;
    int64_t age; /* against what is known */
};

/* SQL of a value merged from the known row's (k) and the state's (s); ?2 is the state's age. The
 * parser closes the JSON of a copy cut short, so closing signs at the end do not count. */
#define BEGINNING(column) "rtrim(s." column ", ']}\"')"
#define MERGED(column)                                                                             \
    "CASE WHEN s." column " IS NULL OR (?2 = 0 AND k." column " IS NOT NULL)"                      \
    " OR (?2 = 1 AND substr(k." column                                                             \
    ", 1, length(" BEGINNING(column) ")) = " BEGINNING(column) ") THEN k." column                  \
                                                               " ELSE s." column " END"

static int find_age(struct store *store, struct saying *saying, struct error *err)
{
    static const char sql[] =
        "SELECT CASE WHEN ifnull(s.last_updated_at, '') > ifnull(a.last_updated_at, '') THEN 2"
        " ELSE (ifnull(s.last_updated_at, ''), ?2) >= (ifnull(a.last_updated_at, ''), a.number) END"
        " FROM action_state AS s JOIN actions AS a ON a.action_id = s.action_id"
        " WHERE s.state_id = ?1";
    struct statement s;
    saying->age = LATER;
    statement_start(&s, store, sql);
    statement_bind_int64(&s, saying->state_id);
    statement_bind_int64(&s, saying->number);
    return statement_one_int64(&s, &saying->age, err) < 0 ? -1 : 0;
}

static int run_on_state(struct store *store, const char *sql, int64_t state_id, struct error *err)
{
    struct statement s;
    statement_start(&s, store, sql);
    statement_bind_int64(&s, state_id);
    return statement_run(&s, err);
}

/* Steps through merged rows, the rowid first, and writes them. Not all in one statement: one that may
 * write many rows and calls a function opens a savepoint, and FTS5 writes out all it has gathered at
 * every savepoint. */
static int write_merged(struct statement *merged, const char *update_sql, int columns,
                        struct error *err)
{
    struct statement update;
    int step;
    while ((step = statement_step(merged, err)) == 1) {
        statement_start(&update, merged->store, update_sql);
        statement_bind_int64(&update, statement_int64(merged, 0));
        for (int i = 1; i < columns; i++)
            statement_bind_text(&update, statement_text(merged, i));
        if (statement_run(&update, err)) {
            statement_finish(merged);
            return -1;
        }
    }
    return step;
}

static int merge_action(struct store *store, const struct saying *saying, struct error *err)
{
    static const char insert_sql[] =
        "INSERT OR IGNORE INTO actions (action_id, number, package_sha256, command_count)"
        " SELECT action_id, ?2, ?3, 0 FROM action_state WHERE state_id = ?1";
    static const char merge_sql[] =
        "SELECT k.rowid, CASE WHEN ?2 THEN ?3 ELSE k.number END,"
        " CASE WHEN ?2 THEN ?4 ELSE k.package_sha256 END,"
        /* with the commands that are new to the action */
        " k.command_count + (SELECT count(*) FROM command_state AS c WHERE c.state_id = ?1"
        " AND NOT EXISTS (SELECT 1 FROM commands AS o WHERE o.action_id = s.action_id"
        " AND o.command_index = c.command_index)), "
        // clang-format off
        MERGED("tenant_id") ", "
        MERGED("type") ", "
        MERGED("status") ", "
        MERGED("title") ", "
        MERGED("requestor") ", "
        MERGED("requestor_comment") ", "
        MERGED("machine_id") ", "
        MERGED("machine_name") ", "
        MERGED("external_id") ", "
        MERGED("request_source") ", "
        MERGED("cancellation_requestor") ", "
        MERGED("cancellation_comment") ", "
        MERGED("scope") ", "
        MERGED("error_hresult") ", "
        MERGED("created_at") ", "
        MERGED("last_updated_at") ", "
        MERGED("cancelled_at")
        // clang-format on
        " FROM action_state AS s JOIN actions AS k ON k.action_id = s.action_id"
        " WHERE s.state_id = ?1";
    static const char update_sql[] =
        "UPDATE actions SET number = ?2, package_sha256 = ?3, command_count = ?4, tenant_id = "
        "?5, type = ?6, status = ?7, title = ?8, requestor = ?9, requestor_comment = ?10, "
        "machine_id = ?11, machine_name = ?12, external_id = ?13, request_source = ?14, "
        "cancellation_requestor = ?15, cancellation_comment = ?16, scope = ?17, error_hresult "
        "= ?18, created_at = ?19, last_updated_at = ?20, cancelled_at = ?21 WHERE rowid = ?1";
    struct statement s;
    statement_start(&s, store, insert_sql);
    statement_bind_int64(&s, saying->state_id);
    statement_bind_int64(&s, saying->number);
    statement_bind_text(&s, saying->package_sha256);
    if (statement_run(&s, err))
        return -1;
    statement_start(&s, store, merge_sql);
    statement_bind_int64(&s, saying->state_id);
    statement_bind_int64(&s, saying->age);
    statement_bind_int64(&s, saying->number);
    statement_bind_text(&s, saying->package_sha256);
    return write_merged(&s, update_sql, 21, err);
}

static int merge_commands(struct store *store, const struct saying *saying, struct error *err)
{
    static const char insert_sql[] =
        "INSERT OR IGNORE INTO commands (action_id, command_index) SELECT s.action_id,"
        " c.command_index FROM command_state AS c JOIN action_state AS s ON s.state_id = c.state_id"
        " WHERE c.state_id = ?1";
    static const char merge_sql[] = "SELECT k.rowid, "
        // clang-format off
        MERGED("type") ", "
        MERGED("status") ", "
        MERGED("script_name") ", "
        MERGED("started_at") ", "
        MERGED("ended_at") ", "
        MERGED("params") ", "
        MERGED("errors")
        // clang-format on
        " FROM command_state AS s JOIN action_state AS a ON a.state_id = s.state_id"
        " JOIN commands AS k ON k.action_id = a.action_id AND k.command_index = s.command_index"
        " WHERE s.state_id = ?1";
    static const char update_sql[] =
        "UPDATE commands SET type = ?2, status = ?3, script_name = ?4, started_at = ?5, "
        "ended_at = ?6, params = ?7, errors = ?8 WHERE rowid = ?1";
    struct statement s;
    if (run_on_state(store, insert_sql, saying->state_id, err))
        return -1;
    statement_start(&s, store, merge_sql);
    statement_bind_int64(&s, saying->state_id);
    statement_bind_int64(&s, saying->age);
    return write_merged(&s, update_sql, 8, err);
}

static int merge(struct store *store, struct saying *saying, struct error *err)
{
    if (find_age(store, saying, err) || merge_action(store, saying, err))
        return -1;
    return merge_commands(store, saying, err);
}

int store_knows_action(struct store *store, const struct store_action *action, struct error *err)
{
    char words[SHA256_HEX_SIZE];
    int64_t state_id;
    hash_words(action, words);
    return find_state(store, action, words, &state_id, err);
}

int state_put(struct store *store, const struct store_action *action, struct error *err)
{
    char words[SHA256_HEX_SIZE];
    struct saying saying = {.number = action->number,
                            .package_sha256 = statement_string(action->package_sha256)};
    hash_words(action, words);
    int found = find_state(store, action, words, &saying.state_id, err);
    if (found < 0 || (!found && insert_state(store, action, words, &saying.state_id, err)))
        return -1;
    for (int64_t i = 0; !found && i < action->command_count; i++)
        if (insert_command(store, saying.state_id, &action->commands[i], err))
            return -1;
    if (put_source(store, action, saying.state_id, err) || merge(store, &saying, err))
        return -1;
    return machine_seen(store, action->machine_id, action->machine_name, action->tenant_id,
                        statement_string(action->created_at),
                        statement_string(action->last_updated_at), err);
}

/* ---- taking back ---- */

/* The machine that the state named is not named by it any more. */
static int delete_state(struct store *store, int64_t state_id, struct error *err)
{
    static const char machine_sql[] = "SELECT machine_id, machine_name FROM action_state"
                                      " WHERE state_id = ?1";
    static const char commands_sql[] = "DELETE FROM command_state WHERE state_id = ?1";
    static const char state_sql[] = "DELETE FROM action_state WHERE state_id = ?1";
    struct statement s;
    statement_start(&s, store, machine_sql);
    statement_bind_int64(&s, state_id);
    int step = statement_step(&s, err);
    if (step != 1)
        return step;
    struct text id = statement_text(&s, 0), name = statement_text(&s, 1);
    char *machine_id = id.bytes ? memory_copy_text(id.bytes, id.length) : NULL;
    char *machine_name = name.bytes ? memory_copy_text(name.bytes, name.length) : NULL;
    statement_finish(&s);
    int result = run_on_state(store, commands_sql, state_id, err) ||
                         run_on_state(store, state_sql, state_id, err) ||
                         machine_unnamed(store, statement_string(machine_id),
                                         statement_string(machine_name), err)
                     ? -1
                     : 0;
    free(machine_id);
    free(machine_name);
    return result;
}

int state_take_back(struct store *store, struct text action_id, int64_t package_number,
                    struct error *err)
{
    static const char find_sql[] = "SELECT state_id FROM state_source WHERE package_number = ?1"
                                   " AND action_id = ?2 LIMIT 1";
    static const char delete_sql[] = "DELETE FROM state_source WHERE package_number = ?1"
                                     " AND action_id = ?2 AND state_id = ?3";
    static const char other_sql[] = "SELECT 1 FROM state_source WHERE state_id = ?1 LIMIT 1";
    struct statement s;
    int64_t state_id, one;
    statement_start(&s, store, find_sql);
    statement_bind_int64(&s, package_number);
    statement_bind_text(&s, action_id);
    int found = statement_one_int64(&s, &state_id, err);
    if (found != 1)
        return found;
    statement_start(&s, store, delete_sql);
    statement_bind_int64(&s, package_number);
    statement_bind_text(&s, action_id);
    statement_bind_int64(&s, state_id);
    if (statement_run(&s, err))
        return -1;
    statement_start(&s, store, other_sql);
    statement_bind_int64(&s, state_id);
    int others = statement_one_int64(&s, &one, err);
    return others < 0 || (!others && delete_state(store, state_id, err)) ? -1 : 1;
}

static int delete_merged(struct store *store, struct text action_id, struct error *err)
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

int state_merge_again(struct store *store, struct text action_id, struct error *err)
{
    static const char sql[] =
        "SELECT q.state_id, q.number, p.package_sha256 FROM action_state AS s JOIN state_source AS "
        "q"
        " ON q.state_id = s.state_id JOIN package AS p ON p.first_number = q.package_number"
        " WHERE s.action_id = ?1 ORDER BY q.number, q.state_id";
    struct statement s;
    int step;
    if (delete_merged(store, action_id, err))
        return -1;
    statement_start(&s, store, sql);
    statement_bind_text(&s, action_id);
    while ((step = statement_step(&s, err)) == 1) {
        struct saying saying = {.state_id = statement_int64(&s, 0),
                                .number = statement_int64(&s, 1),
                                .package_sha256 = statement_text(&s, 2)};
        if (merge(store, &saying, err)) {
            statement_finish(&s);
            return -1;
        }
    }
    return step;
}
