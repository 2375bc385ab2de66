/*
 * where - the filters of query.h as a WHERE clause over the columns of results (the table result has
 * them all, too), every value bound.
 */
#ifndef SCHEMA_WHERE_H
#define SCHEMA_WHERE_H

#include "schema/query_row.h"

#define WHERE_VALUES 16
#define WHERE_BYTES (16 * 1024)

/* How the rows are to be found. Any way: as it comes, for a few rows that are known already. By index:
 * the filter leads, so that a glob is looked up among the names there are. In order: the caller walks
 * over the results as they were observed and stops soon, so that no other index may lead. */
enum where_way { WHERE_ANY_WAY, WHERE_BY_INDEX, WHERE_IN_ORDER };

struct where {
    enum where_way way; /* set before a filter is added */
    struct buffer sql;  /* "" or " WHERE (…) AND (…)" */
    int count;
    char *values[WHERE_VALUES]; /* owned; ?1, ?2, … */
};

void where_init(struct where *where);
void where_release(struct where *where);

/* Adds a condition; every ? in it stands for the one value (a copy is kept), and ~ before a column lets
 * an index of it lead unless the way is WHERE_IN_ORDER. */
void where_add(struct where *where, const char *condition, const char *value);

/* Adds all that the filter asks for. */
void where_add_filter(struct where *where, const struct query_filter *filter);

/* Adds those parts of the filter that say something about a package's comings (query.h, struct
 * query_counts). The clause then fits into WHERE_HAS_COMING, behind a condition on package AS p. */
void where_add_coming(struct where *where, const struct query_filter *filter);

/* A format: its %s is the clause. */
#define WHERE_HAS_COMING                                                                           \
    " AND EXISTS (SELECT 1 FROM (SELECT q.package_number, q.acquired_at, q.operator, q.action_id," \
    " ifnull(a.machine_id, q.machine_id) COLLATE NOCASE AS machine_id,"                            \
    " ifnull(a.machine_name, q.machine_name) COLLATE NOCASE AS machine_name"                       \
    " FROM acquisition AS q LEFT JOIN actions AS a ON a.action_id = q.action_id)%s"                \
    " AND package_number = p.first_number)"

/* True when no index gives what the filter leaves in the order of observation. */
bool where_must_sort(const struct query_filter *filter);

/* Binds the values, in order, as the query's next parameters. */
void where_bind(const struct where *where, struct query *query);

/* Runs `sql`, a count with the clause in it, and sets *count. 0 or -1. */
int where_count(const struct where *where, struct store *reader, const char *sql, int64_t *count,
                struct error *err);

#endif
