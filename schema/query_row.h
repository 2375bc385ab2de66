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
    int kept; /* parameters that stay bound when it is asked again */
};

/* A query over SQL of ours; the values follow with query_bind_…. NULL with err. */
struct query *query_new(struct store *reader, const char *sql, struct error *err);

/* Begins again; parameters behind the kept ones are to be bound anew. */
void query_again(struct query *query);

/* The next parameter: a copy of the text (NULL: SQL NULL), or an integer. */
void query_bind_string(struct query *query, const char *value);
void query_bind_int64(struct query *query, int64_t value);

#endif
