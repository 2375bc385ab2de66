/* Results after the fact: an action has come, changed, or turned out to be a GetFile. */
#include "schema/rows.h"

int result_delete_of_content(struct store *store, int64_t content_id, struct error *err)
{
    static const char sql[] = "DELETE FROM result WHERE content_id = ?1";
    struct statement s;
    statement_start(&s, store, sql);
    statement_bind_int64(&s, content_id);
    return statement_run(&s, err);
}

int result_set_public(struct store *store, int64_t content_id, bool is_public, struct error *err)
{
    static const char sql[] = "UPDATE result SET is_public = ?2 WHERE content_id = ?1";
    struct statement s;
    statement_start(&s, store, sql);
    statement_bind_int64(&s, content_id);
    statement_bind_int64(&s, is_public);
    return statement_run(&s, err);
}

static void bind_command(struct statement *s, int64_t id, struct text action_id,
                         int64_t command_index)
{
    statement_bind_int64(s, id);
    statement_bind_text(s, action_id);
    statement_bind_int64(s, command_index);
}

/* Deletes, over all contents of the package, the rows of the command and those without an action:
 * whether one of the latter is needed depends on the former. Two statements, so that each finds its
 * rows by index: a content may have many others. */
static int delete_rows(struct store *store, int64_t package_number, struct text action_id,
                       int64_t command_index, struct error *err)
{
    static const char contents_sql[] = "SELECT content_id FROM content WHERE package_number = ?1";
    static const char bare_sql[] = "DELETE FROM result WHERE content_id = ?1 AND action_id IS NULL";
    static const char command_sql[] = "DELETE FROM result WHERE content_id = ?1"
                                      " AND action_id = ?2 AND command_index = ?3";
    struct statement contents, bare, command;
    int step;
    statement_start(&contents, store, contents_sql);
    statement_bind_int64(&contents, package_number);
    while ((step = statement_step(&contents, err)) == 1) {
        int64_t content_id = statement_int64(&contents, 0);
        statement_start(&bare, store, bare_sql);
        statement_bind_int64(&bare, content_id);
        statement_start(&command, store, command_sql);
        bind_command(&command, content_id, action_id, command_index);
        if (statement_run(&bare, err) || statement_run(&command, err)) {
            statement_finish(&contents);
            return -1;
        }
    }
    return step;
}

static int mark_get_file(struct store *store, int64_t package_number, struct text action_id,
                         int64_t command_index, bool is_get_file, struct error *err)
{
    static const char sql[] =
        "UPDATE acquisition INDEXED BY acquisition_action SET is_get_file = ?4"
        " WHERE package_number = ?1 AND action_id = ?2 AND command_index = ?3";
    struct statement s;
    statement_start(&s, store, sql);
    bind_command(&s, package_number, action_id, command_index);
    statement_bind_int64(&s, is_get_file);
    return statement_run(&s, err);
}

static struct claim read_claim(const struct statement *row)
{
    return (struct claim){
        .number = statement_int64(row, 0),
        .acquired_at = statement_text(row, 1),
        .file_mtime = statement_text(row, 2),
        .given_observed_at = statement_text(row, 3),
        .tenant_id = statement_text(row, 4),
        .action_id = statement_text(row, 5),
        .command_index = statement_int64(row, 6),
        .machine_id = statement_text(row, 7),
        .machine_name = statement_text(row, 8),
        .operator_name = statement_text(row, 9),
    };
}

/* Applies anew what came in without an action, and under the command unless it is a GetFile.
 * `facts` are the command's: claims without an action have none. */
static int apply_again(struct store *store, int64_t package_number, struct text action_id,
                       int64_t command_index, const struct facts *facts, struct error *err)
{
#define CLAIMS                                                                                     \
    "SELECT number, acquired_at, file_mtime, given_observed_at, tenant_id, action_id,"             \
    " command_index, machine_id, machine_name, operator FROM acquisition WHERE package_number = "  \
    "?1"                                                                                           \
    " AND is_get_file = 0 AND "
    static const char sql[] = CLAIMS "action_id IS NULL UNION ALL " CLAIMS
                                     "action_id = ?2 AND command_index = ?3 ORDER BY number";
    static const struct facts none;
    struct statement s;
    int step;
    statement_start(&s, store, sql);
    bind_command(&s, package_number, action_id, command_index);
    while ((step = statement_step(&s, err)) == 1) {
        struct claim claim = read_claim(&s);
        int64_t result_id;
        if (result_apply(store, package_number, &claim, claim.action_id.bytes ? facts : &none,
                         &result_id, err)) {
            statement_finish(&s);
            return -1;
        }
    }
    return step;
}

int result_settle(struct store *store, int64_t package_number, struct text action_id,
                  int64_t command_index, struct error *err)
{
    struct facts facts;
    if (facts_load(&facts, store, action_id, command_index, err))
        return -1;
    int result = -1;
    if (mark_get_file(store, package_number, action_id, command_index, facts.is_get_file, err) ==
            0 &&
        delete_rows(store, package_number, action_id, command_index, err) == 0 &&
        result_choose_latest(store, action_id, command_index, err) == 0)
        result = apply_again(store, package_number, action_id, command_index, &facts, err);
    facts_release(&facts);
    return result ? -1 : package_settle_kind(store, package_number, err);
}

/* The next result of one command behind *result_id among those with this is_latest. */
static int next_result(struct store *store, struct text action_id, int64_t command_index,
                       bool is_latest, int64_t *result_id, struct error *err)
{
    static const char sql[] = "SELECT result_id FROM result WHERE action_id = ?1"
                              " AND command_index = ?2 AND is_latest = ?3 AND result_id > ?4"
                              " ORDER BY result_id LIMIT 1";
    struct statement s;
    statement_start(&s, store, sql);
    statement_bind_text(&s, action_id);
    statement_bind_int64(&s, command_index);
    statement_bind_int64(&s, is_latest);
    statement_bind_int64(&s, *result_id);
    return statement_one_int64(&s, result_id, err);
}

/* Row by row: one statement over a ZIP's million rows would keep them all in memory. */
static int refresh_command(struct store *store, struct text action_id, int64_t command_index,
                           struct error *err)
{
    struct facts facts;
    if (facts_load(&facts, store, action_id, command_index, err))
        return -1;
    int more = 0;
    for (int is_latest = 0; is_latest <= 1 && more == 0; is_latest++) {
        int64_t result_id = 0;
        while ((more = next_result(store, action_id, command_index, is_latest, &result_id, err)) ==
               1)
            if (result_refresh(store, result_id, &facts, err)) {
                more = -1;
                break;
            }
    }
    facts_release(&facts);
    return more;
}

int result_refresh_action(struct store *store, struct text action_id, struct error *err)
{
    static const char sql[] = "SELECT min(command_index) FROM result WHERE action_id = ?1"
                              " AND command_index > ?2";
    struct statement s;
    int64_t command_index = INT64_MIN;
    for (;;) {
        statement_start(&s, store, sql);
        statement_bind_text(&s, action_id);
        statement_bind_int64(&s, command_index);
        int found = statement_one_int64(&s, &command_index, err);
        if (found != 1)
            return found;
        if (refresh_command(store, action_id, command_index, err))
            return -1;
    }
}
