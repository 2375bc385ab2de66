/* How packages came in, and the cases they were added to. */
#include "schema/rows.h"

/* Absent also when it is there but empty. */
static struct text named(struct text text)
{
    return text.length > 0 ? text : (struct text){NULL, 0};
}

static int put_row(struct store *store, const struct store_acquisition *acquisition,
                   int64_t package_number, const struct claim *claim, bool is_get_file,
                   struct error *err)
{
    /* The same line again, when its package is read anew. */
    static const char sql[] =
        "INSERT INTO acquisition (number, event, package_number, acquired_at, operator, os_user,"
        " host, tool, source, file_mtime, given_observed_at, tenant_id, action_id, command_index,"
        " machine_id, machine_name, case_name, note, is_get_file) VALUES (?1, ?2, ?3, ?4, ?5, ?6,"
        " ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19)"
        " ON CONFLICT (number) DO NOTHING";
    struct statement s;
    statement_start(&s, store, sql);
    statement_bind_int64(&s, acquisition->number);
    statement_bind_string(&s, acquisition->event);
    statement_bind_int64(&s, package_number);
    statement_bind_string(&s, acquisition->acquired_at);
    statement_bind_string(&s, acquisition->operator_name);
    statement_bind_string(&s, acquisition->os_user);
    statement_bind_string(&s, acquisition->host);
    statement_bind_string(&s, acquisition->tool);
    statement_bind_text(&s, acquisition->source);
    statement_bind_string(&s, acquisition->file_mtime);
    statement_bind_string(&s, acquisition->given_observed_at);
    statement_bind_text(&s, claim->tenant_id);
    statement_bind_text(&s, claim->action_id);
    statement_bind_int64_if(&s, claim->action_id.bytes != NULL, claim->command_index);
    statement_bind_text(&s, claim->machine_id);
    statement_bind_text(&s, claim->machine_name);
    statement_bind_text(&s, named(acquisition->case_name));
    statement_bind_text(&s, acquisition->note);
    statement_bind_int64(&s, is_get_file);
    if (statement_run(&s, err))
        return -1;
    return sqlite3_changes64(store->db) > 0
               ? machine_named(store, claim->machine_id, claim->machine_name, err)
               : 0;
}

static int put_case_item(struct store *store, const struct store_acquisition *acquisition,
                         struct error *err)
{
    struct store_case_step step = {.number = acquisition->number,
                                   .event = "case_added",
                                   .at = acquisition->acquired_at,
                                   .operator_name = acquisition->operator_name,
                                   .case_name = named(acquisition->case_name),
                                   .package_sha256 = acquisition->package_sha256};
    return step.case_name.bytes ? case_put_coming(store, &step, err) : 0;
}

static struct claim claim_of(const struct store_acquisition *acquisition)
{
    struct text action_id = named(acquisition->action_id);
    bool has_index = action_id.bytes && acquisition->has_command_index;
    return (struct claim){
        .number = acquisition->number,
        .acquired_at = statement_string(acquisition->acquired_at),
        .file_mtime = statement_string(acquisition->file_mtime),
        .given_observed_at = statement_string(acquisition->given_observed_at),
        .operator_name = statement_string(acquisition->operator_name),
        .tenant_id = named(acquisition->tenant_id),
        .action_id = action_id,
        .command_index = has_index ? acquisition->command_index : 0,
        .machine_id = named(acquisition->machine_id),
        .machine_name = named(acquisition->machine_name),
    };
}

static int put(struct store *store, const struct store_acquisition *acquisition,
               const struct claim *claim, const struct facts *facts, int64_t package_number,
               int64_t *result_id, struct error *err)
{
    struct text seen_at =
        claim->given_observed_at.bytes ? claim->given_observed_at : claim->acquired_at;
    if (put_row(store, acquisition, package_number, claim, facts->is_get_file, err) ||
        machine_seen(store, claim->machine_id, claim->machine_name, claim->tenant_id, seen_at,
                     seen_at, err) ||
        put_case_item(store, acquisition, err))
        return -1;
    return result_apply(store, package_number, claim, facts, result_id, err);
}

/* True when the public kind is not that of the content: only GetFile commands brought it so far. */
static int is_withdrawn(struct store *store, int64_t package_number, struct error *err)
{
    static const char sql[] = "SELECT 1 FROM package WHERE first_number = ?1"
                              " AND kind IS NOT content_kind";
    struct statement s;
    int64_t one;
    statement_start(&s, store, sql);
    statement_bind_int64(&s, package_number);
    return statement_one_int64(&s, &one, err);
}

int store_put_acquisition(struct store *store, const struct store_acquisition *acquisition,
                          int64_t *result_id, struct error *err)
{
    struct claim claim = claim_of(acquisition);
    struct facts facts;
    int64_t package_number, first_result = 0;
    if (package_find_number(store, acquisition->package_sha256, &package_number, err) < 0 ||
        facts_load(&facts, store, claim.action_id, claim.command_index, err))
        return -1;
    bool is_get_file = facts.is_get_file;
    int result = put(store, acquisition, &claim, &facts, package_number, &first_result, err);
    facts_release(&facts);
    if (result)
        return -1;
    if (result_id)
        *result_id = first_result;
    int withdrawn = is_get_file ? 1 : is_withdrawn(store, package_number, err);
    if (withdrawn > 0 && package_settle_kind(store, package_number, err))
        return -1;
    if (withdrawn > 0)
        withdrawn = is_withdrawn(store, package_number, err);
    if (withdrawn > 0 && result_id)
        *result_id = 0; /* the row waits out of sight, like its text */
    return withdrawn < 0 ? -1 : 0;
}

int store_some_tenant(struct store *store, char tenant_id[64], struct error *err)
{
    static const char sql[] =
        "SELECT tenant_id FROM acquisition WHERE tenant_id IS NOT NULL LIMIT 1";
    struct statement s;
    statement_start(&s, store, sql);
    int step = statement_step(&s, err);
    if (step != 1)
        return step;
    statement_copy(&s, 0, tenant_id, 64);
    statement_finish(&s);
    return 1;
}

int store_has_result_of(struct store *store, struct text action_id, int64_t command_index,
                        struct error *err)
{
    static const char sql[] = "SELECT 1 FROM acquisition WHERE action_id = ?1"
                              " AND command_index = ?2 LIMIT 1";
    struct statement s;
    int64_t one;
    statement_start(&s, store, sql);
    statement_bind_text(&s, action_id);
    statement_bind_int64(&s, command_index);
    return statement_one_int64(&s, &one, err);
}

int store_command_is(struct store *store, struct text action_id, int64_t command_index,
                     const char *type, struct error *err)
{
    static const char sql[] = "SELECT 1 FROM commands WHERE action_id = ?1 AND command_index = ?2"
                              " AND type = ?3 COLLATE NOCASE";
    struct statement s;
    int64_t one;
    statement_start(&s, store, sql);
    statement_bind_text(&s, action_id);
    statement_bind_int64(&s, command_index);
    statement_bind_string(&s, type);
    return statement_one_int64(&s, &one, err);
}
