#include "schema/statement.h"

#include <string.h>

static enum error_code code_of(int sqlite_code)
{
    switch (sqlite_code & 0xFF) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return ERROR_TEMPORARY;
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_PERM:
    case SQLITE_READONLY:
        return ERROR_IO;
    default:
        return ERROR_DATABASE;
    }
}

static const char *advice_of(int sqlite_code)
{
    switch (sqlite_code & 0xFF) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return "; another program holds the database, try again";
    case SQLITE_FULL:
        return "; make room, then run it again";
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return "; `lrarchive rebuild` makes the database anew from the evidence";
    default:
        return "";
    }
}

int store_fail(struct store *store, int sqlite_code, struct error *err)
{
    /* After a failed bind the connection's own message is about something else. */
    const char *message = sqlite3_extended_errcode(store->db) == sqlite_code
                              ? sqlite3_errmsg(store->db)
                              : sqlite3_errstr(sqlite_code);
    error_set(err, code_of(sqlite_code), "SQLite: %s (code %d)%s", message, sqlite_code,
              advice_of(sqlite_code));
    return error_at_path(err, store->path);
}

int store_execute(struct store *store, const char *sql, struct error *err)
{
    int code = sqlite3_exec(store->db, sql, NULL, NULL, NULL);
    return code == SQLITE_OK ? 0 : store_fail(store, code, err);
}

void statement_start(struct statement *statement, struct store *store, const char *sql)
{
    *statement = (struct statement){.store = store};
    for (int i = 0; i < store->statement_count; i++) {
        if (store->statements[i].sql == sql) {
            statement->prepared = store->statements[i].prepared;
            return;
        }
    }
    if (store->statement_count == STORE_STATEMENTS) {
        statement->code = SQLITE_TOOBIG;
        return;
    }
    statement->code = sqlite3_prepare_v3(store->db, sql, -1, SQLITE_PREPARE_PERSISTENT,
                                         &statement->prepared, NULL);
    if (statement->code != SQLITE_OK)
        return;
    store->statements[store->statement_count].sql = sql;
    store->statements[store->statement_count++].prepared = statement->prepared;
}

static void note(struct statement *statement, int code)
{
    if (statement->code == SQLITE_OK)
        statement->code = code;
}

void statement_bind_int64(struct statement *statement, int64_t value)
{
    if (statement->prepared)
        note(statement, sqlite3_bind_int64(statement->prepared, ++statement->bound, value));
}

void statement_bind_int64_if(struct statement *statement, bool has, int64_t value)
{
    if (has)
        statement_bind_int64(statement, value);
    else
        statement_bind_text(statement, (struct text){NULL, 0});
}

void statement_bind_text(struct statement *statement, struct text value)
{
    if (!statement->prepared)
        return;
    statement->bound++;
    note(statement, value.bytes
                        ? sqlite3_bind_text64(statement->prepared, statement->bound, value.bytes,
                                              value.length, SQLITE_STATIC, SQLITE_UTF8)
                        : sqlite3_bind_null(statement->prepared, statement->bound));
}

struct text statement_string(const char *value)
{
    return value && *value ? (struct text){value, strlen(value)} : (struct text){NULL, 0};
}

void statement_bind_string(struct statement *statement, const char *value)
{
    statement_bind_text(statement, statement_string(value));
}

void statement_bind_blob(struct statement *statement, struct text bytes)
{
    if (statement->prepared)
        note(statement, sqlite3_bind_blob64(statement->prepared, ++statement->bound, bytes.bytes,
                                            bytes.length, SQLITE_STATIC));
}

void statement_bind_column(struct statement *statement, const struct statement *row, int column)
{
    if (statement->prepared)
        note(statement, sqlite3_bind_value(statement->prepared, ++statement->bound,
                                           sqlite3_column_value(row->prepared, column)));
}

int statement_step(struct statement *statement, struct error *err)
{
    int code = statement->code;
    if (code == SQLITE_OK)
        code = sqlite3_step(statement->prepared);
    if (code == SQLITE_ROW)
        return 1;
    int result = code == SQLITE_DONE ? 0 : store_fail(statement->store, code, err);
    statement_finish(statement);
    return result;
}

int statement_run(struct statement *statement, struct error *err)
{
    int step = statement_step(statement, err);
    if (step == 1)
        statement_finish(statement);
    return step < 0 ? -1 : 0;
}

void statement_finish(struct statement *statement)
{
    if (statement->prepared)
        sqlite3_reset(statement->prepared);
}

bool statement_is_null(const struct statement *statement, int column)
{
    return sqlite3_column_type(statement->prepared, column) == SQLITE_NULL;
}

int64_t statement_int64(const struct statement *statement, int column)
{
    return sqlite3_column_int64(statement->prepared, column);
}

struct text statement_text(const struct statement *statement, int column)
{
    const char *bytes = (const char *)sqlite3_column_text(statement->prepared, column);
    if (!bytes)
        return (struct text){NULL, 0};
    return (struct text){bytes, (size_t)sqlite3_column_bytes(statement->prepared, column)};
}

struct text statement_blob(const struct statement *statement, int column)
{
    const char *bytes = sqlite3_column_blob(statement->prepared, column);
    return (struct text){bytes, (size_t)sqlite3_column_bytes(statement->prepared, column)};
}

void statement_copy(const struct statement *statement, int column, char *out, size_t size)
{
    struct text text = statement_text(statement, column);
    size_t length = text.length < size ? text.length : size - 1;
    if (text.bytes)
        memcpy(out, text.bytes, length);
    out[length] = '\0';
}

int statement_one_int64(struct statement *statement, int64_t *value, struct error *err)
{
    int step = statement_step(statement, err);
    if (step != 1)
        return step;
    int found = statement_is_null(statement, 0) ? 0 : 1;
    *value = statement_int64(statement, 0);
    statement_finish(statement);
    return found;
}
