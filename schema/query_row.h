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
    int kept;        /* parameters that stay bound when it is asked again */
    bool is_bounded; /* the rest is of query_bounds.c */
    int64_t most_rows, rows;
    int64_t most_ns, spent_ns; /* in SQLite, not in printing */
    int64_t step_started_ns;
    enum query_cut cut;
};

/* Of the view results: all columns in their order, but script_output and script_error. */
#define QUERY_RESULT_COLUMNS                                                                       \
    "result_id, content_id, package_sha256, tenant_id, action_id, command_index, command_type,"    \
    " command_status, machine_id, machine_name, script_name, exit_code, parse_status, "            \
    "diagnostics,"                                                                                 \
    " extra, output_bytes, error_bytes, output_sha256, nul_stripped, nul_inside,"                  \
    " ps_transcript_path, ps_transcript_id, ps_user, ps_runas_user, ps_machine,"                   \
    " ps_host_application, ps_process_id, ps_version, ps_started_at, ps_ended_at, started_at,"     \
    " ended_at, requestor, requestor_comment, observed_at, observed_at_source, acquired_at,"       \
    " operator, source, is_latest"

/* Sets err from a code of SQLite's that a query ended with: ERROR_USAGE where the person's SQL is at
 * fault and not the database. Returns -1. */
int query_fail(struct store *reader, int sqlite_code, struct error *err);

/* Ceilings for what one statement may hold in memory. */
void query_bound_memory(struct store *reader);

/* The next row within the bounds: SQLite's code, SQLITE_DONE also where a bound ends the answer. */
int query_bounds_step(struct query *query);
/* Takes the bounds off the connection. */
void query_bounds_release(struct query *query);

/* A query over SQL of ours; the values follow with query_bind_…. NULL with err. */
struct query *query_new(struct store *reader, const char *sql, struct error *err);

/* Begins again; parameters behind the kept ones are to be bound anew. */
void query_again(struct query *query);

/* The next parameter: a copy of the text (NULL: SQL NULL), or an integer. */
void query_bind_string(struct query *query, const char *value);
void query_bind_int64(struct query *query, int64_t value);
/* A copy; absent text is NULL. */
void query_bind_text(struct query *query, struct text value);

#endif
