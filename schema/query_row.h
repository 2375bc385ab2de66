/*
 * query_row - the struct behind query.h, for the files that make queries.
 */
#ifndef SCHEMA_QUERY_ROW_H
#define SCHEMA_QUERY_ROW_H

#include "schema/query.h"
#include "schema/statement.h"

struct query {
    struct store *store;
    sqlite3_stmt *prepared;
    int bound;
};

/* A query over SQL of ours; the values follow with query_bind_…. NULL with err. */
struct query *query_new(struct store *reader, const char *sql, struct error *err);

/* The next parameter: a copy of the text (NULL: SQL NULL), or an integer. */
void query_bind_string(struct query *query, const char *value);
void query_bind_int64(struct query *query, int64_t value);

#endif
