/*
 * query_report - what the report of a case asks: counts, machines by time, an exhibit's results, and the custody of all.
 *
 * The questions are for a case's own database (case_copy.h): nothing filters by the case. Rows and values as in query.h. Nothing
 * is sorted that grows with the length of a text.
 */
#ifndef SCHEMA_QUERY_REPORT_H
#define SCHEMA_QUERY_REPORT_H

#include "schema/query.h"

/* Over all results. */
struct query_report_counts {
    int64_t results;
    int64_t failed;  /* exit code other than 0 */
    int64_t unknown; /* no exit code */
    int64_t repaired, truncated, invalid;
    int64_t machines;  /* told apart by id, else by name */
    int64_t nameless;  /* results of no known machine */
    char first_at[64]; /* observed_at: base/time.h; "" without results */
    char last_at[64];
};

int query_report_counts(struct store *reader, struct query_report_counts *counts,
                        struct error *err);

/* The machines with the most results, at most `limit`: machine_id, machine_name (both where known), results. */
int query_report_machines(struct store *reader, int64_t limit, struct query **query,
                          struct error *err);

/* Results of a machine, in no order: observed_at, exit_code. Rows come after query_report_marks_of_again, which may be called again:
 * by id; without one, by name, of results that have no id; without either, those of no known machine. */
int query_report_marks_of(struct store *reader, struct query **query, struct error *err);
void query_report_marks_of_again(struct query *query, struct text machine_id,
                                 struct text machine_name);

/* Results of a package by content_id, result_id: result_id, content_id, machine_name (or id), script_name, observed_at,
 * observed_at_source, exit_code, parse_status, output_bytes, error_bytes, action_id, command_index, requestor,
 * requestor_comment, sharing (how many results have this text). Rows come after query_report_results_of_again. */
int query_report_results_of(struct store *reader, struct query **query, struct error *err);
void query_report_results_of_again(struct query *query, const char *package_sha256);

/* What was done to the exhibits and the case, by ledger line: number, event (as in ledger and case_events; case_named where the
 * case began by being named alone), is_added (1: the package came into the case with it), time, operator, os_user, host, tool,
 * item_number and exhibit (of what is in the case), source, words (note or reason). */
int query_report_custody(struct store *reader, struct query **query, struct error *err);

#endif
