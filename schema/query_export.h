/*
 * query_export - what the files of an export ask of case.sqlite (case_copy.h), where there is one case. They go through it in
 * order and ask again for each row that they meet, so memory stays the same however large the case.
 *
 * Queries with a value after the reader's are asked by their …_again call, which may be called again for the next value.
 */
#ifndef SCHEMA_QUERY_EXPORT_H
#define SCHEMA_QUERY_EXPORT_H

#include "schema/query.h"

/* ---- tables ---- */

/* Every result, by result_id: exhibit; all columns of the view results in their order but script_output and script_error;
 * has_output, has_error (0: that text is absent). */
int query_export_results(struct store *reader, struct query **query, struct error *err);

/* An exhibit by its package: added_at, added_number, operator, reason, and of its first result machine_name (or id) and
 * script_name; of a package without results the machine that it first came in for. */
int query_export_exhibit(struct store *reader, struct query **query, struct error *err);
void query_export_exhibit_again(struct query *query, const char *package_sha256);

/* ---- timeline ---- */

enum export_event {
    EXPORT_ACTION_CREATED = 1, /* in this order where the time is the same */
    EXPORT_COMMAND_STARTED,
    EXPORT_COMMAND_ENDED,
    EXPORT_RESULT_OBSERVED, /* where no command tells when */
    EXPORT_ACTION_UPDATED,
    EXPORT_ACTION_CANCELLED,
    EXPORT_CASE_CREATED, /* named for the first time, without a step that says so */
    EXPORT_PACKAGE_ACQUIRED,
    EXPORT_CASE_STEP,
    EXPORT_CASE_COMING, /* came into the case with --case, without a step */
};

/* All that is known to have happened, by time: event_at, event_code, then what is known of it, NULL where nothing is. Holds some
 * 60 bytes of every event while they are put in order. */
int query_export_events(struct store *reader, struct query **query, struct error *err);

/* ---- CASE/UCO ---- */

/* Everybody who is named as having done something, and `made_by`, once each: name. */
int query_export_people(struct store *reader, const char *made_by, struct query **query,
                        struct error *err);
/* Every program with its version, and `tool`, once each: tool. */
int query_export_tools(struct store *reader, const char *tool, struct query **query,
                       struct error *err);
/* The machines that results and comings-in are of, once each: machine_key (tells it apart), machine_id, machine_name. */
int query_export_machines(struct store *reader, struct query **query, struct error *err);

/* How a package came in: rows of acquisitions by number, with machine_key. */
int query_export_comings(struct store *reader, struct query **query, struct error *err);
void query_export_comings_again(struct query *query, const char *package_sha256);

/* The texts made of a package: content_id, has_output, has_error, output_bytes, error_bytes, output_sha256, parsed_by. */
int query_export_texts(struct store *reader, struct query **query, struct error *err);
void query_export_texts_again(struct query *query, const char *package_sha256);

/* Pages of one stream, in order: text. */
int query_export_pages(struct store *reader, struct query **query, struct error *err);
void query_export_pages_again(struct query *query, int64_t content_id, const char *stream);

/* The machine actions, by action_id: action_id, action_key (tells it apart), type, status, title, requestor,
 * requestor_comment, created_at, last_updated_at, machine_key. */
int query_export_actions(struct store *reader, struct query **query, struct error *err);

/* Commands of one of them, by index: action_key, command_index, type, status, script_name, started_at, ended_at. */
int query_export_commands(struct store *reader, struct query **query, struct error *err);
void query_export_commands_again(struct query *query, struct text action_id);

/* What a command brought: package_sha256. */
int query_export_brought(struct store *reader, struct query **query, struct error *err);
void query_export_brought_again(struct query *query, struct text action_key, int64_t command_index);

#endif
