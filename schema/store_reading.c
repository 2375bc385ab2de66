/* Readings: whether a package must be read, and what reading it gave. */
#include "schema/rows.h"

int store_needs_reading(struct store *store, const char *package_sha256, bool names_action,
                        const char *tool, struct error *err)
{
    /* Actions are believed once the package comes in by itself, not as what a command brought. */
    static const char sql[] =
        "SELECT CASE"
        " WHEN unparsed IS NOT NULL THEN parsed_by IS NOT ?3"
        " WHEN content_kind IS NULL THEN 1"
        " ELSE content_kind = 'action' AND kind = 'action' AND NOT ?2 AND NOT EXISTS"
        " (SELECT 1 FROM acquisition WHERE package_number = first_number"
        " AND action_id IS NULL) END"
        " FROM package WHERE package_sha256 = ?1";
    struct statement s;
    int64_t needs;
    statement_start(&s, store, sql);
    statement_bind_string(&s, package_sha256);
    statement_bind_int64(&s, names_action);
    statement_bind_string(&s, tool);
    int found = statement_one_int64(&s, &needs, err);
    return found == 1 ? needs != 0 : found;
}

int store_get_reading(struct store *store, const char *package_sha256,
                      struct store_reading *reading, struct error *err)
{
    static const char sql[] =
        "SELECT coalesce(kind, 'file'), parse_status, unparsed IS NOT NULL,"
        " coalesce(diagnostics LIKE '%\"more_values\"%', 0) OR EXISTS (SELECT 1 FROM content"
        " WHERE package_number = first_number AND diagnostics LIKE '%\"more_values\"%')"
        " FROM package WHERE package_sha256 = ?1";
    struct statement s;
    *reading = (struct store_reading){0};
    statement_start(&s, store, sql);
    statement_bind_string(&s, package_sha256);
    int step = statement_step(&s, err);
    if (step != 1)
        return step;
    statement_copy(&s, 0, reading->kind, sizeof reading->kind);
    statement_copy(&s, 1, reading->parse_status, sizeof reading->parse_status);
    reading->is_unparsed = statement_int64(&s, 2) != 0;
    reading->more_values = statement_int64(&s, 3) != 0;
    statement_finish(&s);
    return 1;
}

int store_count_packages(struct store *store, int64_t *packages, int64_t *unparsed,
                         struct error *err)
{
    static const char sql[] = "SELECT count(*), count(unparsed) FROM package";
    struct statement s;
    statement_start(&s, store, sql);
    int step = statement_step(&s, err);
    if (step != 1)
        return -1;
    *packages = statement_int64(&s, 0);
    *unparsed = statement_int64(&s, 1);
    statement_finish(&s);
    return 0;
}

static int forget_package(struct store *store, const char *package_sha256, struct error *err)
{
    static const char sql[] = "DELETE FROM package WHERE package_sha256 = ?1";
    struct statement s;
    if (store_drop_package_contents(store, package_sha256, err))
        return -1;
    statement_start(&s, store, sql);
    statement_bind_string(&s, package_sha256);
    return statement_run(&s, err);
}

int store_forget_beyond(struct store *store, int64_t number, struct error *err)
{
    static const char sql[] =
        "SELECT package_sha256 FROM package WHERE first_number > ?1 ORDER BY first_number LIMIT 1";
    for (;;) {
        struct statement s;
        char package_sha256[65];
        statement_start(&s, store, sql);
        statement_bind_int64(&s, number);
        int step = statement_step(&s, err);
        if (step <= 0)
            return step;
        statement_copy(&s, 0, package_sha256, sizeof package_sha256);
        statement_finish(&s);
        if (store_begin(store, err))
            return -1;
        if (forget_package(store, package_sha256, err) || store_commit(store, err)) {
            store_rollback(store);
            return -1;
        }
    }
}
