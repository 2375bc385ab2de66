/* Rows out of history.db, and the questions that verbs ask of it. Lists are in query_list.c. */
#include "schema/query_row.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

struct query *query_new(struct store *reader, const char *sql, struct error *err)
{
    struct query *query = memory_zeroed(1, sizeof *query);
    query->store = reader;
    int code = sqlite3_prepare_v2(reader->db, sql, -1, &query->prepared, NULL);
    if (code == SQLITE_OK)
        return query;
    store_fail(reader, code, err);
    free(query);
    return NULL;
}

void query_bind_string(struct query *query, const char *value)
{
    /* Without a value that fits, the parameter stays NULL and matches nothing. */
    (void)sqlite3_bind_text(query->prepared, ++query->bound, value, -1, SQLITE_TRANSIENT);
}

void query_bind_int64(struct query *query, int64_t value)
{
    (void)sqlite3_bind_int64(query->prepared, ++query->bound, value);
}

void query_again(struct query *query)
{
    sqlite3_reset(query->prepared);
    query->bound = query->kept;
}

void query_bind_text(struct query *query, struct text value)
{
    (void)sqlite3_bind_text64(query->prepared, ++query->bound, value.bytes, value.length,
                              SQLITE_TRANSIENT, SQLITE_UTF8);
}

void query_free(struct query *query)
{
    if (!query)
        return;
    query_bounds_release(query);
    sqlite3_finalize(query->prepared);
    free(query);
}

int query_next(struct query *query, struct error *err)
{
    int code = query->is_bounded ? query_bounds_step(query) : sqlite3_step(query->prepared);
    if (code == SQLITE_ROW)
        return 1;
    if (code == SQLITE_DONE)
        return 0;
    return query_fail(query->store, code, err);
}

int query_column_count(const struct query *query)
{
    return sqlite3_column_count(query->prepared);
}

const char *query_column_name(const struct query *query, int column)
{
    return sqlite3_column_name(query->prepared, column);
}

struct query_value query_value(const struct query *query, int column)
{
    sqlite3_stmt *row = query->prepared;
    struct query_value value = {.type = QUERY_NULL};
    switch (sqlite3_column_type(row, column)) {
    case SQLITE_INTEGER:
        value.type = QUERY_INTEGER;
        value.integer = sqlite3_column_int64(row, column);
        break;
    case SQLITE_FLOAT:
        value.type = QUERY_REAL;
        value.real = sqlite3_column_double(row, column);
        break;
    case SQLITE_TEXT:
        value.type = QUERY_TEXT;
        value.text.bytes = (const char *)sqlite3_column_text(row, column);
        value.text.length = (size_t)sqlite3_column_bytes(row, column);
        break;
    case SQLITE_BLOB:
        value.type = QUERY_BLOB;
        value.text.bytes = sqlite3_column_blob(row, column);
        value.text.length = (size_t)sqlite3_column_bytes(row, column);
        if (!value.text.bytes)
            value.text.bytes = ""; /* an empty blob is not NULL */
        break;
    default:
        break;
    }
    return value;
}

struct query_value query_value_named(const struct query *query, const char *name)
{
    for (int column = 0; column < query_column_count(query); column++)
        if (strcmp(query_column_name(query, column), name) == 0)
            return query_value(query, column);
    abort();
}

static int new_with_string(struct store *reader, const char *sql, const char *value,
                           struct query **query, struct error *err)
{
    *query = query_new(reader, sql, err);
    if (!*query)
        return -1;
    query_bind_string(*query, value);
    return 0;
}

int query_acquisitions(struct store *reader, const char *package_sha256, struct query **query,
                       struct error *err)
{
    return new_with_string(reader,
                           "SELECT * FROM acquisitions WHERE package_sha256 = ?1 ORDER BY number",
                           package_sha256, query, err);
}

int query_pages(struct store *reader, int64_t content_id, const char *stream, struct query **query,
                struct error *err)
{
    *query = query_new(reader,
                       "SELECT text FROM output_pages WHERE content_id = ?1 AND stream = ?2"
                       " ORDER BY page_no",
                       err);
    if (!*query)
        return -1;
    query_bind_int64(*query, content_id);
    query_bind_string(*query, stream);
    return 0;
}

int query_unparsed(struct store *reader, struct query **query, struct error *err)
{
    *query = query_new(reader,
                       "SELECT package_sha256, unparsed, parsed_by AS tool FROM package"
                       " WHERE unparsed IS NOT NULL ORDER BY first_number",
                       err);
    return *query ? 0 : -1;
}

int query_contents(struct store *reader, struct query **query, struct error *err)
{
    *query = query_new(reader,
                       "SELECT content_id, output_sha256, output_bytes, error_bytes FROM content"
                       " WHERE state = 1 ORDER BY content_id",
                       err);
    return *query ? 0 : -1;
}
