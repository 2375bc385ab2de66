#include "schema/migrate.h"

#include <stdio.h>

static const char *const migrations[] = {
#include "schema/migrations.inc"
};

int migrate_latest_version(void)
{
    return (int)(sizeof migrations / sizeof migrations[0]);
}

int migrate_read_version(struct store *store, int *version, struct error *err)
{
    static const char version_sql[] = "PRAGMA user_version";
    static const char tables_sql[] = "SELECT count(*) FROM sqlite_schema";
    struct statement statement;
    int64_t value = 0, tables = 0;
    statement_start(&statement, store, version_sql);
    if (statement_one_int64(&statement, &value, err) < 0)
        return -1;
    statement_start(&statement, store, tables_sql);
    if (statement_one_int64(&statement, &tables, err) < 0)
        return -1;
    if (value > migrate_latest_version()) {
        error_set(err, ERROR_ARCHIVE,
                  "made by a newer lrarchive (schema %lld, this one knows %d); use that version",
                  (long long)value, migrate_latest_version());
        return error_at_path(err, store->path);
    }
    if (value < 0 || (value == 0 && tables > 0)) {
        error_set(err, ERROR_ARCHIVE,
                  "is no history.db but another program's database; move it away, then "
                  "`lrarchive rebuild`");
        return error_at_path(err, store->path);
    }
    *version = (int)value;
    return 0;
}

static int run_one(struct store *store, int version, struct error *err)
{
    char set_version[64];
    snprintf(set_version, sizeof set_version, "PRAGMA user_version = %d", version);
    if (store_execute(store, "BEGIN IMMEDIATE", err))
        return -1;
    if (store_execute(store, migrations[version - 1], err) == 0 &&
        store_execute(store, set_version, err) == 0 && store_execute(store, "COMMIT", err) == 0)
        return 0;
    sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
    return -1;
}

int migrate_run(struct store *store, struct error *err)
{
    int version = 0;
    if (migrate_read_version(store, &version, err))
        return -1;
    if (version == migrate_latest_version())
        return 0;
    /* What making an index over a million rows must sort does not fit into memory. */
    int result = store_execute(store, "PRAGMA temp_store = FILE", err);
    while (result == 0 && version < migrate_latest_version())
        result = run_one(store, ++version, err);
    return result || store_execute(store, "PRAGMA temp_store = MEMORY", err) ? -1 : 0;
}
