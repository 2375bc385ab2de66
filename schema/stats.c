#include "schema/stats.h"

#include "base/interrupt.h"
#include "schema/query_row.h"
#include "schema/stats_rows.h"

#include <string.h>

#define ROWS_BETWEEN_CHECKS 4096

static void note_size(struct stats *stats, int64_t result_id, int64_t output_bytes)
{
    int at = stats->biggest_count;
    while (at > 0 && output_bytes > stats->biggest[at - 1].output_bytes)
        at--;
    if (at == STATS_BIGGEST || output_bytes == 0)
        return;
    stats->biggest_count += stats->biggest_count < STATS_BIGGEST;
    memmove(&stats->biggest[at + 1], &stats->biggest[at],
            (size_t)(stats->biggest_count - 1 - at) * sizeof *stats->biggest);
    stats->biggest[at] = (struct stats_biggest){result_id, output_bytes};
}

static int take_row(struct stats *stats, const struct query *row, struct error *err)
{
    struct text script = query_value(row, STATS_ROW_SCRIPT).text;
    struct text exit_code = query_value(row, STATS_ROW_EXIT_CODE).text;
    struct text parse_status = query_value(row, STATS_ROW_PARSE_STATUS).text;
    struct text command_status = query_value(row, STATS_ROW_COMMAND_STATUS).text;
    int64_t output_bytes = query_value(row, STATS_ROW_OUTPUT_BYTES).integer;
    stats->results++;
    stats->output_bytes += output_bytes;
    stats->error_bytes += query_value(row, STATS_ROW_ERROR_BYTES).integer;
    note_size(stats, query_value(row, STATS_ROW_RESULT_ID).integer, output_bytes);
    stats_rows_widen(stats->first_observed_at, stats->last_observed_at,
                     query_value(row, STATS_ROW_OBSERVED_AT).text);
    stats_rows_widen(stats->first_acquired_at, stats->last_acquired_at,
                     query_value(row, STATS_ROW_ACQUIRED_AT).text);
    return tally_add(stats->machines, query_value(row, STATS_ROW_MACHINE).text,
                     query_value(row, STATS_ROW_MACHINE_NAME).text, err) < 0 ||
                   tally_add(stats->scripts, script, script, err) < 0 ||
                   tally_add(stats->exit_codes, exit_code, exit_code, err) < 0 ||
                   tally_add(stats->parse_statuses, parse_status, parse_status, err) < 0 ||
                   tally_add(stats->command_statuses, command_status, command_status, err) < 0
               ? -1
               : 0;
}

int stats_read(struct stats *stats, struct store *reader, const struct query_filter *filter,
               struct error *err)
{
    struct query *query;
    int more;
    *stats = (struct stats){
        .machines = tally_new(),
        .scripts = tally_new(),
        .exit_codes = tally_new(),
        .parse_statuses = tally_new(),
        .command_statuses = tally_new(),
    };
    if (stats_rows(reader, filter, &query, err))
        return -1;
    while ((more = query_next(query, err)) == 1)
        if (take_row(stats, query, err) ||
            (stats->results % ROWS_BETWEEN_CHECKS == 0 && interrupt_check(err))) {
            more = -1;
            break;
        }
    query_free(query);
    return more;
}

void stats_release(struct stats *stats)
{
    tally_free(stats->machines);
    tally_free(stats->scripts);
    tally_free(stats->exit_codes);
    tally_free(stats->parse_statuses);
    tally_free(stats->command_statuses);
}

int stats_packages(struct store *reader, struct query **query, struct error *err)
{
    /* All kinds in one reading: a GROUP BY would sort the packages. */
#define KIND(condition)                                                                            \
    "count(*) FILTER (WHERE " condition "), sum(size_bytes) FILTER (WHERE " condition ")"
    static const char sql[] =
        "WITH s (transcripts, transcript_bytes, files, file_bytes, actions, action_bytes, unread,"
        " unread_bytes) AS MATERIALIZED (SELECT " KIND("kind = 'transcript'") ", " KIND(
            "kind = 'file'") ", " KIND("kind = 'action'") ", " KIND("kind IS NULL") " FROM package)"
                                                                                    " SELECT "
                                                                                    "'transcript' "
                                                                                    "AS kind, "
                                                                                    "transcripts "
                                                                                    "AS packages, "
                                                                                    "transcript_"
                                                                                    "bytes AS "
                                                                                    "bytes FROM s"
                                                                                    " WHERE "
                                                                                    "transcripts > "
                                                                                    "0 UNION ALL "
                                                                                    "SELECT "
                                                                                    "'file', "
                                                                                    "files, "
                                                                                    "file_bytes "
                                                                                    "FROM s WHERE "
                                                                                    "files > 0"
                                                                                    " UNION ALL "
                                                                                    "SELECT "
                                                                                    "'action', "
                                                                                    "actions, "
                                                                                    "action_bytes "
                                                                                    "FROM s WHERE "
                                                                                    "actions > 0"
                                                                                    " UNION ALL "
                                                                                    "SELECT NULL, "
                                                                                    "unread, "
                                                                                    "unread_bytes "
                                                                                    "FROM s WHERE "
                                                                                    "unread > 0"
                                                                                    " ORDER BY 2 "
                                                                                    "DESC, 1";
    *query = query_new(reader, sql, err);
    return *query ? 0 : -1;
}
