/* sqlite3ext.h first: in lrarchive.so it makes SQLite's functions members of the table. */
#include <sqlite3ext.h>
SQLITE_EXTENSION_INIT1

#include "schema/extension.h"

#include <stddef.h>

#define LEAST_VERSION 3031000 /* the first with SQLITE_VTAB_DIRECTONLY */

__attribute__((visibility("default"))) int
sqlite3_lrarchive_init(sqlite3 *db, char **message, const struct sqlite3_api_routines *api)
{
    SQLITE_EXTENSION_INIT2(api)
    if (sqlite3_libversion_number() < LEAST_VERSION) {
        *message = sqlite3_mprintf("lrarchive needs SQLite 3.31 or newer, this is %s",
                                   sqlite3_libversion());
        return SQLITE_ERROR;
    }
    int code = extension_lines_register(db);
    return code == SQLITE_OK ? extension_json_register(db) : code;
}

int extension_prepare(sqlite3 *db, const char *sql, sqlite3_stmt **prepared, char **message)
{
    int code = sqlite3_prepare_v2(db, sql, -1, prepared, NULL);
    if (code == SQLITE_ERROR)
        *message = sqlite3_mprintf("this database is no history.db of this lrarchive: %s",
                                   sqlite3_errmsg(db));
    else if (code != SQLITE_OK)
        *message = sqlite3_mprintf("cannot read output_pages: %s", sqlite3_errmsg(db));
    return code;
}
