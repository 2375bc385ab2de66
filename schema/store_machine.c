/* Machines, as they come to be named. */
#include "schema/rows.h"

static int find(struct store *store, const char *sql, struct text value, int64_t *row_id,
                struct error *err)
{
    struct statement s;
    *row_id = 0;
    if (value.length == 0)
        return 0;
    statement_start(&s, store, sql);
    statement_bind_text(&s, value);
    return statement_one_int64(&s, row_id, err);
}

/* The machine's row: by id; else by name, if that row has no id or we have none. */
static int find_machine(struct store *store, struct text machine_id, struct text machine_name,
                        int64_t *row_id, struct error *err)
{
    static const char id_sql[] = "SELECT rowid FROM machines WHERE machine_id = ?1";
    static const char bare_name_sql[] = "SELECT min(rowid) FROM machines WHERE machine_name = ?1"
                                        " AND machine_id IS NULL";
    static const char name_sql[] = "SELECT min(rowid) FROM machines WHERE machine_name = ?1";
    int found = find(store, id_sql, machine_id, row_id, err);
    if (found != 0)
        return found;
    return find(store, machine_id.length > 0 ? bare_name_sql : name_sql, machine_name, row_id, err);
}

int machine_seen(struct store *store, struct text machine_id, struct text machine_name,
                 struct text tenant_id, struct text first_at, struct text last_at,
                 struct error *err)
{
    static const char insert_sql[] = "INSERT INTO machines (machine_id, machine_name, tenant_id,"
                                     " first_seen_at, last_seen_at) VALUES (?2, ?3, ?4, ?5, ?6)";
    /* A name from before the last one known is history. */
    static const char update_sql[] =
        "UPDATE machines SET machine_id = ifnull(machine_id, ?2), machine_name = CASE"
        " WHEN machine_name IS NULL OR ?6 >= last_seen_at THEN ifnull(?3, machine_name)"
        " ELSE machine_name END, tenant_id = ifnull(tenant_id, ?4),"
        " first_seen_at = min(ifnull(first_seen_at, ?5), ifnull(?5, first_seen_at)),"
        " last_seen_at = max(ifnull(last_seen_at, ?6), ifnull(?6, last_seen_at))"
        " WHERE rowid = ?1";
    if (machine_id.length == 0 && machine_name.length == 0)
        return 0;
    int64_t row_id;
    int found = find_machine(store, machine_id, machine_name, &row_id, err);
    if (found < 0)
        return -1;
    if (first_at.length == 0)
        first_at = last_at;
    if (last_at.length == 0)
        last_at = first_at;
    struct statement s;
    statement_start(&s, store, found ? update_sql : insert_sql);
    statement_bind_int64(&s, row_id);
    statement_bind_text(&s, machine_id);
    statement_bind_text(&s, machine_name);
    statement_bind_text(&s, tenant_id);
    statement_bind_text(&s, first_at);
    statement_bind_text(&s, last_at);
    return statement_run(&s, err);
}

static int run_on_row(struct store *store, const char *sql, int64_t row_id, struct error *err)
{
    struct statement s;
    statement_start(&s, store, sql);
    statement_bind_int64(&s, row_id);
    return statement_run(&s, err);
}

/* ---- who names it ---- */

static int run_on_name(struct store *store, const char *sql, struct text machine_id,
                       struct text machine_name, struct error *err)
{
    static const struct text not_named = {"", 0};
    struct statement s;
    statement_start(&s, store, sql);
    statement_bind_text(&s, machine_id.bytes ? machine_id : not_named);
    statement_bind_text(&s, machine_name.bytes ? machine_name : not_named);
    return statement_run(&s, err);
}

int machine_named(struct store *store, struct text machine_id, struct text machine_name,
                  struct error *err)
{
    static const char sql[] = "INSERT INTO machine_naming (machine_id, machine_name, count)"
                              " VALUES (?1, ?2, 1) ON CONFLICT DO UPDATE SET count = count + 1";
    if (machine_id.length == 0 && machine_name.length == 0)
        return 0;
    return run_on_name(store, sql, machine_id, machine_name, err);
}

static int count_down(struct store *store, struct text machine_id, struct text machine_name,
                      struct error *err)
{
    static const char last_sql[] = "DELETE FROM machine_naming WHERE machine_id = ?1"
                                   " AND machine_name = ?2 AND count = 1";
    static const char sql[] = "UPDATE machine_naming SET count = count - 1 WHERE machine_id = ?1"
                              " AND machine_name = ?2";
    if (run_on_name(store, last_sql, machine_id, machine_name, err))
        return -1;
    return sqlite3_changes64(store->db) > 0
               ? 0
               : run_on_name(store, sql, machine_id, machine_name, err);
}

#define NAMED_ELSEWHERE(column)                                                                    \
    "EXISTS (SELECT 1 FROM machine_naming AS n WHERE n." column " = machines." column ")"

int machine_unnamed(struct store *store, struct text machine_id, struct text machine_name,
                    struct error *err)
{
    static const char id_sql[] = "UPDATE machines SET machine_id = NULL WHERE rowid = ?1"
                                 " AND NOT " NAMED_ELSEWHERE("machine_id");
    static const char row_sql[] =
        "DELETE FROM machines WHERE rowid = ?1 AND machine_id IS NULL AND NOT " NAMED_ELSEWHERE(
            "machine_name");
    int64_t row_id;
    if (count_down(store, machine_id, machine_name, err))
        return -1;
    int found = find_machine(store, machine_id, machine_name, &row_id, err);
    if (found != 1)
        return found;
    return run_on_row(store, id_sql, row_id, err) || run_on_row(store, row_sql, row_id, err) ? -1
                                                                                             : 0;
}
