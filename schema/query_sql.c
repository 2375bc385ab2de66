/* SQL that a person typed: one statement that only reads. */
#include "schema/query_row.h"

#include "base/memory.h"

#include <string.h>

#define SQL_BYTES (1024 * 1024)

static bool is_one_of(const char *name, const char *const *names)
{
    for (; name && *names; names++)
        if (text_equal_fold(name, *names))
            return true;
    return false;
}

/* Pragmas that tell of the schema, the program, or the file, and change nothing. */
static bool may_ask(const char *pragma, const char *argument)
{
    static const char *const with_argument[] = {
        "table_info", "table_xinfo",      "table_list",  "index_info",      "index_xinfo",
        "index_list", "foreign_key_list", "quick_check", "integrity_check", "foreign_key_check",
        NULL};
    static const char *const without_argument[] = {
        "user_version",  "application_id", "page_size",    "page_count",      "freelist_count",
        "encoding",      "schema_version", "data_version", "database_list",   "collation_list",
        "function_list", "module_list",    "pragma_list",  "compile_options", NULL};
    return is_one_of(pragma, with_argument) || (!argument && is_one_of(pragma, without_argument));
}

static int authorize(void *context, int action, const char *first, const char *second,
                     const char *database, const char *trigger)
{
    static const char *const refused_functions[] = {"load_extension", "writefile",      "readfile",
                                                    "edit",           "fts3_tokenizer", NULL};
    bool *refused = context;
    (void)database;
    (void)trigger;
    switch (action) {
    case SQLITE_SELECT:
    case SQLITE_READ:
    case SQLITE_RECURSIVE:
        return SQLITE_OK;
    case SQLITE_UPDATE:
        /* SQLite asks this for itself when it first connects a virtual table. For a person's UPDATE
         * of the schema, DEFENSIVE says no. */
        if (text_equal_fold(first, "sqlite_master"))
            return SQLITE_OK;
        break;
    case SQLITE_FUNCTION:
        if (!is_one_of(second, refused_functions))
            return SQLITE_OK;
        break;
    case SQLITE_PRAGMA:
        if (may_ask(first, second))
            return SQLITE_OK;
        break;
    default:
        break;
    }
    *refused = true;
    return SQLITE_DENY;
}

static int refuse(struct store *reader, int code, bool refused, struct error *err)
{
    int offset = sqlite3_error_offset(reader->db);
    if (refused)
        error_set(err, ERROR_USAGE, "query only reads: give one SELECT");
    else
        query_fail(reader, code, err);
    return offset >= 0 ? error_at_offset(err, offset) : -1;
}

/* True when nothing but white space, semicolons and comments is left. */
static bool holds_no_statement(struct store *reader, const char *sql)
{
    while (*sql) {
        sqlite3_stmt *next = NULL;
        const char *rest = sql;
        int code = sqlite3_prepare_v2(reader->db, sql, -1, &next, &rest);
        bool empty = code == SQLITE_OK && next == NULL;
        sqlite3_finalize(next);
        if (!empty)
            return false;
        if (rest == sql)
            return true;
        sql = rest;
    }
    return true;
}

static int check(struct store *reader, const struct query *query, const char *sql, const char *rest,
                 struct error *err)
{
    if (!query->prepared)
        return error_set(err, ERROR_USAGE, "the SQL is empty");
    if (!sqlite3_stmt_readonly(query->prepared))
        return error_set(err, ERROR_USAGE, "query only reads: give one SELECT");
    if (holds_no_statement(reader, rest))
        return 0;
    error_set(err, ERROR_USAGE, "one statement at a time: there is another behind the first");
    return error_at_offset(err, rest - sql);
}

int query_sql(struct store *reader, const char *sql, struct query **query, struct error *err)
{
    *query = NULL;
    if (strlen(sql) > SQL_BYTES)
        return error_set(err, ERROR_USAGE, "the SQL is longer than 1 MiB");
    bool refused = false;
    const char *rest = sql;
    struct query *made = memory_zeroed(1, sizeof *made);
    made->store = reader;
    query_bound_memory(reader);
    sqlite3_set_authorizer(reader->db, authorize, &refused);
    int code = sqlite3_prepare_v2(reader->db, sql, -1, &made->prepared, &rest);
    int result = code == SQLITE_OK ? check(reader, made, sql, rest, err)
                                   : refuse(reader, code, refused, err);
    /* Off again with the statement kept: it was checked when it was prepared. */
    sqlite3_set_authorizer(reader->db, NULL, NULL);
    if (result == 0) {
        *query = made;
        return 0;
    }
    query_free(made);
    return -1;
}
