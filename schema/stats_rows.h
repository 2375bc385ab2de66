/*
 * stats_rows - what stats.c and stats_by.c count: a row for every result that fits, without its texts.
 *
 * All of it stands in the result itself, but for the sizes of its texts: one reading in the order of
 * the table. A GROUP BY of SQLite would sort a million rows, or look each up along an index.
 */
#ifndef SCHEMA_STATS_ROWS_H
#define SCHEMA_STATS_ROWS_H

#include "base/time.h"
#include "schema/query.h"

/* For query_value. exit_code is text; names and times are as in results. */
enum stats_row {
    STATS_ROW_RESULT_ID,
    STATS_ROW_MACHINE,      /* what tells it apart: its id, else its name */
    STATS_ROW_MACHINE_NAME, /* else its id */
    STATS_ROW_SCRIPT,
    STATS_ROW_EXIT_CODE,
    STATS_ROW_PARSE_STATUS,
    STATS_ROW_COMMAND_STATUS,
    STATS_ROW_OPERATOR,
    STATS_ROW_OUTPUT_BYTES,
    STATS_ROW_ERROR_BYTES,
    STATS_ROW_OBSERVED_AT,
    STATS_ROW_ACQUIRED_AT,
};

int stats_rows(struct store *reader, const struct query_filter *filter, struct query **query,
               struct error *err);

/* Widens a span of time ("": none yet) so that it holds `time`. */
void stats_rows_widen(char first[TIME_TEXT_SIZE], char last[TIME_TEXT_SIZE], struct text time);

#endif
