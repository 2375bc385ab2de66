/*
 * Results: what each content means. The rule, for one content and one acquisition:
 *
 *   with an action       a row of the same action and index is there: it stands;
 *                        else a row without action is filled, if it has no machine, or the same, or
 *                        (when the acquisition's machine is not known) if it is the only one;
 *                        else a new row
 *   only with a machine  a row of the same machine is there: it stands;
 *                        else a row with neither is filled; else a new row
 *   with neither         any row stands; else a new row
 *
 * A row that stands or is filled takes what it had not: machine, tenant, --observed, file time. When
 * it so comes to have both a machine's id and its name, rows without action that had one of the two
 * are its machine's, too: they all become the first of them.
 */
#include "schema/rows.h"

#include <string.h>

/* SQL of what follows from what acquisitions gave (`tenant`, `id`, `name`, `given`, `mtime`,
 * `acquired`: columns or parameters) and the facts ?1 to ?5 (the action's tenant_id, machine_id,
 * machine_name, the command's time, the action's time). A given half of a machine is kept beside
 * the action's half only when it is not known to be another's. */
#define TENANT_ID(tenant) "ifnull(?1, " tenant ")"
#define MACHINE_ID(id, name)                                                                       \
    "ifnull(?2, CASE WHEN ?3 IS NULL OR ifnull(" name " = ?3 COLLATE NOCASE, 1) THEN " id " END)"
#define MACHINE_NAME(id, name)                                                                     \
    "ifnull(?3, CASE WHEN ?2 IS NULL OR ifnull(" id " = ?2 COLLATE NOCASE, 1) THEN " name " END)"
#define OBSERVED_AT(given, mtime, acquired) "coalesce(?4, ?5, " given ", " mtime ", " acquired ")"
#define OBSERVED_AT_SOURCE(given, mtime)                                                           \
    "CASE WHEN ?4 IS NOT NULL THEN 'command' WHEN ?5 IS NOT NULL THEN 'action'"                    \
    " WHEN " given " IS NOT NULL THEN 'given'"                                                     \
    " WHEN " mtime " IS NOT NULL THEN 'file_mtime' ELSE 'acquired' END"

/* One content that a claim is applied to. */
struct place {
    int64_t content_id;
    int64_t result_id; /* of a row that the claim would make */
    int64_t status_rank;
    /* of the content, as the result shows it */
    int64_t package_number;
    struct text script_name, parse_status;
    bool has_exit_code, is_public;
    int64_t exit_code;
};

static bool is_absent(struct text text)
{
    return text.length == 0;
}

/* ---- the row rule ---- */

static int insert_row(struct store *store, const struct claim *claim, const struct facts *facts,
                      const struct place *place, struct error *err)
{
    /* VALUES, not SELECT: a statement that may insert many rows opens a savepoint, and FTS5 writes
     * out all it has gathered at every savepoint. */
    static const char sql[] =
        // clang-format off
        "INSERT INTO result (result_id, content_id, tenant_id, action_id, command_index,"
        " machine_id, machine_name, observed_at, observed_at_source, is_latest, acquired_at,"
        " file_mtime, given_observed_at, given_tenant_id, given_machine_id, given_machine_name,"
        " operator, package_number, script_name, exit_code, parse_status, command_status,"
        " is_public)"
        " VALUES (?6, ?7, " TENANT_ID("?14") ", ?8, ?9, " MACHINE_ID("?15", "?16") ", "
        MACHINE_NAME("?15", "?16") ", " OBSERVED_AT("?13", "?12", "?11") ", "
        OBSERVED_AT_SOURCE("?13", "?12") ", ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20,"
        " ?21, ?22, ?23)";
    // clang-format on
    struct statement s;
    bool is_latest;
    if (result_join_command(store, claim, place->status_rank, place->result_id, &is_latest, err))
        return -1;
    statement_start(&s, store, sql);
    facts_bind(&s, facts);
    statement_bind_int64(&s, place->result_id);
    statement_bind_int64(&s, place->content_id);
    statement_bind_text(&s, claim->action_id);
    statement_bind_int64_if(&s, !is_absent(claim->action_id), claim->command_index);
    statement_bind_int64(&s, is_latest);
    statement_bind_text(&s, claim->acquired_at);
    statement_bind_text(&s, claim->file_mtime);
    statement_bind_text(&s, claim->given_observed_at);
    statement_bind_text(&s, claim->tenant_id);
    statement_bind_text(&s, claim->machine_id);
    statement_bind_text(&s, claim->machine_name);
    statement_bind_text(&s, claim->operator_name);
    statement_bind_int64(&s, place->package_number);
    statement_bind_text(&s, place->script_name.bytes ? place->script_name : facts->script_name);
    statement_bind_int64_if(&s, place->has_exit_code, place->exit_code);
    statement_bind_text(&s, place->parse_status);
    statement_bind_text(&s, facts->command_status);
    statement_bind_int64(&s, place->is_public);
    return statement_run(&s, err);
}

// clang-format off
/* The columns that follow from others, each with what it must be. */
#define FOLLOWING(is, between)                                                                     \
    "tenant_id" is TENANT_ID("given_tenant_id")                                                    \
    between "machine_id" is MACHINE_ID("given_machine_id", "given_machine_name")                   \
    between "machine_name" is MACHINE_NAME("given_machine_id", "given_machine_name")               \
    between "observed_at" is OBSERVED_AT("given_observed_at", "file_mtime", "acquired_at")         \
    between "observed_at_source" is OBSERVED_AT_SOURCE("given_observed_at", "file_mtime")          \
    between "command_status" is "?7"                                                               \
    between "script_name" is                                                                       \
    "ifnull((SELECT script_name FROM content WHERE content_id = result.content_id), ?8)"
// clang-format on

int result_refresh(struct store *store, int64_t result_id, const struct facts *facts,
                   struct error *err)
{
    /* An action comes again and again, mostly with nothing new: then no index is touched. */
    static const char sql[] =
        "UPDATE result SET " FOLLOWING(" = ", ", ") " WHERE result_id = ?6 AND NOT (" FOLLOWING(
            " COLLATE BINARY IS ", " AND ") ")";
    struct statement s;
    statement_start(&s, store, sql);
    facts_bind(&s, facts);
    statement_bind_int64(&s, result_id);
    statement_bind_text(&s, facts->command_status);
    statement_bind_text(&s, facts->script_name);
    return statement_run(&s, err);
}

/* Copies what the row had not from the claim; *changed when there was something. The halves of a
 * machine join only when they are not known to be of two. */
static int take_given(struct store *store, int64_t result_id, const struct claim *claim,
                      bool *changed, struct error *err)
{
#define TAKES_MACHINE_ID                                                                           \
    "given_machine_id IS NULL AND ?4 IS NOT NULL AND ifnull(given_machine_name = ?5, 1)"
#define TAKES_MACHINE_NAME                                                                         \
    "given_machine_name IS NULL AND ?5 IS NOT NULL AND ifnull(given_machine_id = ?4, 1)"
    static const char sql[] =
        "UPDATE result SET given_tenant_id = ifnull(given_tenant_id, ?3),"
        " given_machine_id = CASE WHEN " TAKES_MACHINE_ID " THEN ?4 ELSE given_machine_id END,"
        " given_machine_name = CASE WHEN " TAKES_MACHINE_NAME
        " THEN ?5 ELSE given_machine_name END,"
        " given_observed_at = ifnull(given_observed_at, ?6), file_mtime = ifnull(file_mtime, ?2)"
        " WHERE result_id = ?1 AND ((file_mtime IS NULL AND ?2 IS NOT NULL)"
        " OR (given_tenant_id IS NULL AND ?3 IS NOT NULL) OR (" TAKES_MACHINE_ID ")"
        " OR (" TAKES_MACHINE_NAME ") OR (given_observed_at IS NULL AND ?6 IS NOT NULL))";
    struct statement s;
    statement_start(&s, store, sql);
    statement_bind_int64(&s, result_id);
    statement_bind_text(&s, claim->file_mtime);
    statement_bind_text(&s, claim->tenant_id);
    statement_bind_text(&s, claim->machine_id);
    statement_bind_text(&s, claim->machine_name);
    statement_bind_text(&s, claim->given_observed_at);
    if (statement_run(&s, err))
        return -1;
    *changed = sqlite3_changes64(store->db) > 0;
    return 0;
}

/* By the row's own command: a claim without action may stand by a row that has one. */
static int refresh_row(struct store *store, int64_t result_id, struct error *err)
{
    struct facts facts;
    if (facts_load_of_result(&facts, store, result_id, err))
        return -1;
    int result = result_refresh(store, result_id, &facts, err);
    facts_release(&facts);
    return result;
}

static int fill_row(struct store *store, int64_t result_id, const struct claim *claim,
                    const struct facts *facts, const struct place *place, struct error *err)
{
    static const char sql[] = "UPDATE result SET action_id = ?2, command_index = ?3, is_latest = ?4"
                              " WHERE result_id = ?1";
    struct statement s;
    bool is_latest, changed;
    if (take_given(store, result_id, claim, &changed, err) ||
        result_join_command(store, claim, place->status_rank, result_id, &is_latest, err))
        return -1;
    statement_start(&s, store, sql);
    statement_bind_int64(&s, result_id);
    statement_bind_text(&s, claim->action_id);
    statement_bind_int64_if(&s, !is_absent(claim->action_id), claim->command_index);
    statement_bind_int64(&s, is_latest);
    return statement_run(&s, err) ? -1 : result_refresh(store, result_id, facts, err);
}

static int find_by_content(struct store *store, const char *sql, int64_t content_id,
                           int64_t *result_id, struct error *err)
{
    struct statement s;
    statement_start(&s, store, sql);
    statement_bind_int64(&s, content_id);
    return statement_one_int64(&s, result_id, err);
}

static int find_any(struct store *store, int64_t content_id, int64_t *result_id, struct error *err)
{
    static const char sql[] = "SELECT result_id FROM result WHERE content_id = ?1"
                              " ORDER BY action_id, command_index, result_id LIMIT 1";
    return find_by_content(store, sql, content_id, result_id, err);
}

/* A row with neither action nor machine. */
static int find_bare(struct store *store, int64_t content_id, int64_t *result_id, struct error *err)
{
    static const char sql[] = "SELECT result_id FROM result INDEXED BY result_bare"
                              " WHERE content_id = ?1 AND action_id IS NULL AND machine_id IS NULL"
                              " AND machine_name IS NULL LIMIT 1";
    return find_by_content(store, sql, content_id, result_id, err);
}

/* The row without action, when there is exactly one. */
static int find_only_without_action(struct store *store, int64_t content_id, int64_t *result_id,
                                    struct error *err)
{
    static const char sql[] = "SELECT result_id FROM result WHERE content_id = ?1"
                              " AND action_id IS NULL LIMIT 2";
    struct statement s;
    statement_start(&s, store, sql);
    statement_bind_int64(&s, content_id);
    int step = statement_step(&s, err);
    if (step != 1)
        return step;
    *result_id = statement_int64(&s, 0);
    step = statement_step(&s, err);
    statement_finish(&s);
    return step < 0 ? -1 : step == 0;
}

static int find_action(struct store *store, int64_t content_id, const struct claim *claim,
                       int64_t *result_id, struct error *err)
{
    static const char sql[] = "SELECT result_id FROM result WHERE content_id = ?1"
                              " AND action_id = ?2 AND command_index = ?3 LIMIT 1";
    struct statement s;
    statement_start(&s, store, sql);
    statement_bind_int64(&s, content_id);
    statement_bind_text(&s, claim->action_id);
    statement_bind_int64(&s, claim->command_index);
    return statement_one_int64(&s, result_id, err);
}

/* The first row of the machine behind `behind`. Two machines are the same by id where both have one,
 * else by name. */
static int find_machine(struct store *store, int64_t content_id, struct text machine_id,
                        struct text machine_name, bool without_action, int64_t behind,
                        int64_t *result_id, struct error *err)
{
    static const char sql[] =
        "SELECT min(result_id) FROM (SELECT result_id FROM result WHERE content_id = ?1"
        " AND machine_id = ?2 AND (?4 = 0 OR action_id IS NULL) AND result_id > ?5"
        " UNION ALL SELECT result_id FROM result WHERE content_id = ?1 AND machine_name = ?3"
        " AND (machine_id IS NULL OR ?2 IS NULL) AND (?4 = 0 OR action_id IS NULL)"
        " AND result_id > ?5)";
    struct statement s;
    statement_start(&s, store, sql);
    statement_bind_int64(&s, content_id);
    statement_bind_text(&s, machine_id);
    statement_bind_text(&s, machine_name);
    statement_bind_int64(&s, without_action);
    statement_bind_int64(&s, behind);
    return statement_one_int64(&s, result_id, err);
}

static bool has_machine(struct text machine_id, struct text machine_name)
{
    return !is_absent(machine_id) || !is_absent(machine_name);
}

enum treatment { FAILED = -1, INSERT, STANDS, STANDS_FOR_ANOTHER, FILL };

static enum treatment found_as(int found, enum treatment treatment)
{
    return found < 0 ? FAILED : found ? treatment : INSERT;
}

static enum treatment treat_action(struct store *store, int64_t content_id,
                                   const struct claim *claim, const struct facts *facts,
                                   int64_t *result_id, struct error *err)
{
    int found = find_action(store, content_id, claim, result_id, err);
    if (found != 0)
        return found_as(found, STANDS);
    found = find_bare(store, content_id, result_id, err);
    if (found != 0)
        return found_as(found, FILL);
    if (has_machine(facts->machine_id, facts->machine_name))
        found = find_machine(store, content_id, facts->machine_id, facts->machine_name, true, 0,
                             result_id, err);
    else if (has_machine(claim->machine_id, claim->machine_name))
        found = find_machine(store, content_id, claim->machine_id, claim->machine_name, true, 0,
                             result_id, err);
    else
        found = find_only_without_action(store, content_id, result_id, err);
    return found_as(found, FILL);
}

static enum treatment treat_machine(struct store *store, int64_t content_id,
                                    const struct claim *claim, int64_t *result_id,
                                    struct error *err)
{
    int found = find_machine(store, content_id, claim->machine_id, claim->machine_name, false, 0,
                             result_id, err);
    if (found != 0)
        return found_as(found, STANDS);
    return found_as(find_bare(store, content_id, result_id, err), FILL);
}

/* The row that the claim made when it was applied before: it is now another action's, which names the
 * machine otherwise. */
static enum treatment treat_its_own(struct store *store, const struct place *place,
                                    int64_t *result_id, struct error *err)
{
    static const char sql[] = "SELECT result_id FROM result WHERE result_id = ?1";
    struct statement s;
    statement_start(&s, store, sql);
    statement_bind_int64(&s, place->result_id);
    return found_as(statement_one_int64(&s, result_id, err), STANDS_FOR_ANOTHER);
}

/* Which row the claim falls on, and how. */
static enum treatment treat(struct store *store, int64_t content_id, const struct claim *claim,
                            const struct facts *facts, int64_t *result_id, struct error *err)
{
    int64_t any;
    int found = find_any(store, content_id, &any, err);
    if (found != 1)
        return found_as(found, INSERT);
    if (!is_absent(claim->action_id))
        return treat_action(store, content_id, claim, facts, result_id, err);
    if (has_machine(claim->machine_id, claim->machine_name))
        return treat_machine(store, content_id, claim, result_id, err);
    found = find_bare(store, content_id, result_id, err);
    if (found != 0)
        return found_as(found, STANDS);
    *result_id = any;
    return STANDS_FOR_ANOTHER;
}

/* One row takes what the other was given, and its place. */
static int absorb(struct store *store, int64_t result_id, int64_t other_id, struct error *err)
{
    static const char read_sql[] =
        "SELECT file_mtime, given_observed_at, given_tenant_id, given_machine_id,"
        " given_machine_name FROM result WHERE result_id = ?1";
    static const char delete_sql[] = "DELETE FROM result WHERE result_id = ?1";
    struct statement s;
    statement_start(&s, store, read_sql);
    statement_bind_int64(&s, other_id);
    int step = statement_step(&s, err);
    if (step != 1)
        return step;
    struct claim given = {
        .file_mtime = statement_text(&s, 0),
        .given_observed_at = statement_text(&s, 1),
        .tenant_id = statement_text(&s, 2),
        .machine_id = statement_text(&s, 3),
        .machine_name = statement_text(&s, 4),
    };
    bool changed;
    int result = take_given(store, result_id, &given, &changed, err);
    statement_finish(&s);
    if (result || (changed && refresh_row(store, result_id, err)))
        return -1;
    statement_start(&s, store, delete_sql);
    statement_bind_int64(&s, other_id);
    return statement_run(&s, err);
}

static int join_rows(struct store *store, int64_t content_id, struct text machine_id,
                     struct text machine_name, struct error *err)
{
    int64_t first, other;
    int found = find_machine(store, content_id, machine_id, machine_name, false, 0, &first, err);
    while (found == 1) {
        found = find_machine(store, content_id, machine_id, machine_name, true, first, &other, err);
        if (found == 1 && absorb(store, first, other, err))
            return -1;
    }
    return found;
}

/* The row has changed: joins the rows of its machine when it has both id and name. */
static int join_machine(struct store *store, int64_t content_id, int64_t result_id,
                        struct error *err)
{
    static const char sql[] = "SELECT machine_id, machine_name FROM result WHERE result_id = ?1"
                              " AND machine_id IS NOT NULL AND machine_name IS NOT NULL";
    struct statement s;
    statement_start(&s, store, sql);
    statement_bind_int64(&s, result_id);
    int step = statement_step(&s, err);
    if (step != 1)
        return step;
    int result = join_rows(store, content_id, statement_text(&s, 0), statement_text(&s, 1), err);
    statement_finish(&s);
    return result;
}

static int apply_to_content(struct store *store, const struct claim *claim,
                            const struct facts *facts, const struct place *place,
                            int64_t *result_id, struct error *err)
{
    bool changed;
    enum treatment treatment = treat(store, place->content_id, claim, facts, result_id, err);
    if (treatment == INSERT)
        treatment = treat_its_own(store, place, result_id, err);
    switch (treatment) {
    case INSERT:
        *result_id = place->result_id;
        return insert_row(store, claim, facts, place, err);
    case FILL:
        return fill_row(store, *result_id, claim, facts, place, err) ||
                       join_machine(store, place->content_id, *result_id, err)
                   ? -1
                   : 0;
    case STANDS:
        if (take_given(store, *result_id, claim, &changed, err))
            return -1;
        if (!changed)
            return 0;
        return refresh_row(store, *result_id, err) ||
                       join_machine(store, place->content_id, *result_id, err)
                   ? -1
                   : 0;
    case STANDS_FOR_ANOTHER:
        return 0;
    case FAILED:
        break;
    }
    return -1;
}

int result_apply(struct store *store, int64_t package_number, const struct claim *claim,
                 const struct facts *facts, int64_t *result_id, struct error *err)
{
    static const char sql[] = "SELECT content_id, member_index, " RESULT_STATUS_RANK
                              ", script_name, exit_code, parse_status, state = 1 FROM content"
                              " WHERE package_number = ?1 AND state > 0 ORDER BY member_index";
    *result_id = 0;
    if (facts->is_get_file)
        return 0;
    struct statement s;
    int step;
    statement_start(&s, store, sql);
    statement_bind_int64(&s, package_number);
    while ((step = statement_step(&s, err)) == 1) {
        struct place place = {
            .content_id = statement_int64(&s, 0),
            .result_id = claim->number + STORE_MEMBER_STEP * statement_int64(&s, 1),
            .status_rank = statement_int64(&s, 2),
            .package_number = package_number,
            .script_name = statement_text(&s, 3),
            .has_exit_code = !statement_is_null(&s, 4),
            .exit_code = statement_int64(&s, 4),
            .parse_status = statement_text(&s, 5),
            .is_public = statement_int64(&s, 6) != 0,
        };
        int64_t row;
        if (apply_to_content(store, claim, facts, &place, &row, err)) {
            statement_finish(&s);
            return -1;
        }
        if (*result_id == 0)
            *result_id = row;
    }
    return step;
}
