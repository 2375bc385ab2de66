/*
 * query - questions to history.db and their rows, for verbs to print.
 *
 * A query is an iterator over rows of named columns. Values are valid until the next query_next or
 * query_free.
 */
#ifndef SCHEMA_QUERY_H
#define SCHEMA_QUERY_H

#include "base/buffer.h"
#include "base/error.h"
#include "base/text.h"
#include "schema/store.h"

#include <stdint.h>

enum query_type { QUERY_NULL, QUERY_INTEGER, QUERY_REAL, QUERY_TEXT, QUERY_BLOB };

struct query_value {
    enum query_type type;
    int64_t integer;
    double real;
    struct text text; /* of TEXT and BLOB */
};

struct query;

void query_free(struct query *query); /* NULL is fine */

/* 1 row, 0 end, -1 error. */
int query_next(struct query *query, struct error *err);
int query_column_count(const struct query *query);
const char *query_column_name(const struct query *query, int column);
struct query_value query_value(const struct query *query, int column);
/* By name; a column that is not there is a bug and aborts. */
struct query_value query_value_named(const struct query *query, const char *name);

/* What a person typed: one SQL statement that only reads (an authorizer allows SELECT, functions
 * and recursion, and no ATTACH or PRAGMA that changes anything); ERROR_USAGE otherwise, with
 * SQLite's message and the byte offset in the SQL where SQLite names one. A value has at most 64
 * MiB, and all that SQLite holds at a time 512 MiB (from then on, for the whole process): a
 * statement that asks for more is ERROR_USAGE, too, here or in query_next. */
int query_sql(struct store *reader, const char *sql, struct query **query, struct error *err);

/* A value for the parameters :name, @name and $name of typed SQL. Names are without the sign. */
struct query_param {
    const char *name, *value; /* borrowed for the call */
};

/* Binds all parameters of a query_sql. A value that is wholly a decimal integer of 64 bits or a
 * decimal fraction (5, -3, 1.50; not 007, +5, 1e3) is bound as a number, all else as text.
 * ERROR_USAGE for a name that the SQL does not have, a parameter that is given no value, and one
 * without a name. Call it also when there are no values. */
int query_bind_params(struct query *query, const struct query_param *params, size_t count,
                      struct error *err);

/* Why a query_sql gives no more rows. */
enum query_cut { QUERY_NOT_CUT, QUERY_CUT_BY_ROWS, QUERY_CUT_BY_TIME };

/* Ends a query_sql after so many rows, or once SQLite has worked on it for so many seconds (0: no
 * such bound), and when a signal asks to end (base/interrupt.h): then query_next is -1 with
 * ERROR_TEMPORARY. One query of a reader at a time can have bounds. A function that works long on
 * one value is not ended within it. */
void query_set_bounds(struct query *query, int64_t most_rows, int64_t most_seconds);

/* After query_next gave 0. */
enum query_cut query_cut(const struct query *query);

/* Filters for lists; NULL or false: any. Times are base/time.h texts. */
struct query_filter {
    const char *machine; /* id, name or glob, any case; a short name for the full one */
    const char *script;  /* name or glob, any case */
    const char *action_id;
    const char *case_name;
    const char *since, *until;                   /* observed_at: since <= t < until */
    const char *acquired_since, *acquired_until; /* acquired_at */
    const char *parse_status, *command_status, *operator_name;
    bool has_exit_code;
    int64_t exit_code;
};

/* Rows of results without the two texts, oldest observed first (observed_at, result_id); `limit`
 * above 0: only so many, the last observed. */
int query_list(struct store *reader, const struct query_filter *filter, int64_t limit,
               struct query **query, struct error *err);

/* How much there is that fits a filter: the denominator of a search. */
struct query_counts {
    int64_t results;            /* rows of results that fit the whole filter */
    int64_t truncated, invalid; /* of those */
    /* Packages without results: of kind file and action, and those of any kind that could not be read
     * and count only there. A package fits when one of its acquisitions fits all of the filter's
     * machine (as given, or the action's), action_id, case_name, acquired_since, acquired_until and
     * operator_name; the filter's other parts say nothing about packages. */
    int64_t files, actions, unparsed;
};

int query_counts(struct store *reader, const struct query_filter *filter,
                 struct query_counts *counts, struct error *err);

/* The files that query_counts counts, in the order in which they came: package_sha256, segment, offset,
 * stored_bytes, and of the first coming-in machine_name (or id) and source. */
int query_files(struct store *reader, const struct query_filter *filter, struct query **query,
                struct error *err);

/* One results row (all columns but script_output and script_error), by result_id. */
int query_result(struct store *reader, int64_t result_id, struct query **query, struct error *err);

/* Asks a query_result again, for another result. */
void query_result_again(struct query *query, int64_t result_id);

/* The results that share a text and fit the filter, by result_id: columns of query_result. Rows come
 * after query_results_of_again, which may be called again for another text. */
int query_results_of(struct store *reader, const struct query_filter *filter, struct query **query,
                     struct error *err);
void query_results_of_again(struct query *query, int64_t content_id);

/* How the package of a result came in: rows of acquisitions. */
int query_acquisitions(struct store *reader, const char *package_sha256, struct query **query,
                       struct error *err);

/* The pages of one stream in order: column text. */
int query_pages(struct store *reader, int64_t content_id, const char *stream, struct query **query,
                struct error *err);

/* Resolves RESULT (a result_id in decimal digits; `<action>/<index>`: the latest; `sha256:` and 8
 * or more hex digits, the prefix optional where a letter is among them). 0 and *result_id;
 * ERROR_NOT_FOUND; ERROR_USAGE when malformed or ambiguous, with the candidates (at most 10) in the
 * message. */
int query_resolve(struct store *reader, const char *selector, int64_t *result_id,
                  struct error *err);

/* As query_resolve, but for a package (also of kind file or action, which has no result): its whole
 * hash into package_sha256. */
int query_resolve_package(struct store *reader, const char *selector, char package_sha256[65],
                          struct error *err);

/* The result before this one: of the same machine (by id, else by name), script, and parameters as
 * the actions tell them (of both none may be known), the latest observed of those observed before it.
 * Only the best result of each command counts. ERROR_NOT_FOUND when there is none. */
int query_previous(struct store *reader, int64_t result_id, int64_t *previous_id,
                   struct error *err);

/* For every machine, script and parameters (as for query_previous) of the results that fit and were
 * observed at `to` or before: before_id, the last observed at `from` or before it; first_id, the first
 * observed behind `from`; last_id, the last. Either of the first two may be NULL. By machine name, then
 * script. Results without a machine are left out. */
int query_between(struct store *reader, const struct query_filter *filter, const char *from,
                  const char *to, struct query **query, struct error *err);

/* The results that fit, all of one machine together, those without one first: machine (what tells it
 * apart: its id, else its name, in lower case), result_id, content_id, machine_name (else its id),
 * parse_status, output_bytes, error_bytes. Only the best result of each command, unless
 * with_earlier. */
int query_stack(struct store *reader, const struct query_filter *filter, bool with_earlier,
                struct query **query, struct error *err);

/* The commands of the Live Response actions that are known, by the actions' time of creation: action_id, command_index (NULL: the
 * action lists none), command_type, command_status, action_status, machine_id, machine_name, script_name, created_at,
 * requestor, requestor_comment, is_archived (1: a package came in for it), parse_status (of its best result). Of the
 * filter machine, script, action_id, command_status count, and since and until, for the time of creation. */
int query_commands(struct store *reader, const struct query_filter *filter, struct query **query,
                   struct error *err);

/* Rows of the view cases: all, or the one of that name. */
int query_cases(struct store *reader, const char *case_name, struct query **query,
                struct error *err);

/* What is in the case, by exhibit: exhibit, package_sha256, kind, added_at, added_number, operator, reason,
 * and of its first result machine_name (or id) and script_name. */
int query_case_items(struct store *reader, const char *case_name, struct query **query,
                     struct error *err);

/* Rows of the view case_events of the case, in order. */
int query_case_events(struct store *reader, const char *case_name, struct query **query,
                      struct error *err);

/* Packages that were not parsed: package_sha256, unparsed, tool. For verify. */
int query_unparsed(struct store *reader, struct query **query, struct error *err);

/* content_id, output_sha256 (or NULL) and output_bytes, error_bytes of every finished content. For
 * verify. */
int query_contents(struct store *reader, struct query **query, struct error *err);

#endif
