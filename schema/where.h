/*
 * where - the filters of query.h as a WHERE clause over the columns of results, every value bound.
 */
#ifndef SCHEMA_WHERE_H
#define SCHEMA_WHERE_H

#include "schema/query_row.h"

#define WHERE_VALUES 16
#define WHERE_BYTES (16 * 1024)

struct where {
    struct buffer sql; /* "" or " WHERE (…) AND (…)" */
    int count;
    char *values[WHERE_VALUES]; /* owned; ?1, ?2, … */
};

void where_init(struct where *where);
void where_release(struct where *where);

/* Adds a condition; every ? in it stands for the one value (a copy is kept). */
void where_add(struct where *where, const char *condition, const char *value);

/* Adds all that the filter asks for. */
void where_add_filter(struct where *where, const struct query_filter *filter);

/* Binds the values, in order, as the query's next parameters. */
void where_bind(const struct where *where, struct query *query);

#endif
