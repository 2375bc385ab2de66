#include "schema/stats.h"

#include "base/interrupt.h"
#include "schema/where.h"

#include <stdio.h>
#include <string.h>

#define STATS_SQL_BYTES (64 * 1024)
#define ROWS_BETWEEN_CHECKS 4096

/* A format: the filter, and WHERE or AND. All that is counted stands in the result itself, but for the
 * sizes of its texts. */
#define SOURCE                                                                                     \
    " FROM (SELECT * FROM result%s %s is_public = 1) AS r"                                         \
    " LEFT JOIN content AS c ON c.content_id = r.content_id"

static void add_source(struct buffer *sql, struct where *where)
{
    text_printf(sql, SOURCE, buffer_text(&where->sql), where->count > 0 ? "AND" : "WHERE");
}

/* ---- everything at once ---- */

enum column {
    COLUMN_RESULT_ID,
    COLUMN_MACHINE,
    COLUMN_MACHINE_NAME,
    COLUMN_SCRIPT,
    COLUMN_EXIT_CODE,
    COLUMN_PARSE_STATUS,
    COLUMN_COMMAND_STATUS,
    COLUMN_OUTPUT_BYTES,
    COLUMN_ERROR_BYTES,
    COLUMN_OBSERVED_AT,
    COLUMN_ACQUIRED_AT,
};

static int ask(struct store *reader, const struct query_filter *filter, struct query **query,
               struct error *err)
{
    struct where where;
    struct buffer sql;
    where_init(&where);
    where_add_filter(&where, filter);
    buffer_init(&sql, STATS_SQL_BYTES);
    text_printf(&sql, "SELECT r.result_id, ifnull(r.machine_id, r.machine_name),"
                      " ifnull(r.machine_name, r.machine_id), r.script_name,"
                      " CAST(r.exit_code AS TEXT), r.parse_status, r.command_status,"
                      " c.output_bytes, c.error_bytes, r.observed_at, r.acquired_at");
    add_source(&sql, &where);
    *query = query_new(reader, buffer_text(&sql), err);
    if (*query)
        where_bind(&where, *query);
    buffer_release(&sql);
    where_release(&where);
    return *query ? 0 : -1;
}

static void widen(char first[TIME_TEXT_SIZE], char last[TIME_TEXT_SIZE], struct text time)
{
    size_t length = time.length < TIME_TEXT_SIZE ? time.length : TIME_TEXT_SIZE - 1;
    if (length == 0)
        return;
    if (!first[0] || memcmp(time.bytes, first, length) < 0)
        memcpy(first, time.bytes, length);
    if (!last[0] || memcmp(time.bytes, last, length) > 0)
        memcpy(last, time.bytes, length);
}

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
    struct text script = query_value(row, COLUMN_SCRIPT).text;
    struct text exit_code = query_value(row, COLUMN_EXIT_CODE).text;
    struct text parse_status = query_value(row, COLUMN_PARSE_STATUS).text;
    struct text command_status = query_value(row, COLUMN_COMMAND_STATUS).text;
    int64_t output_bytes = query_value(row, COLUMN_OUTPUT_BYTES).integer;
    stats->results++;
    stats->output_bytes += output_bytes;
    stats->error_bytes += query_value(row, COLUMN_ERROR_BYTES).integer;
    note_size(stats, query_value(row, COLUMN_RESULT_ID).integer, output_bytes);
    widen(stats->first_observed_at, stats->last_observed_at,
          query_value(row, COLUMN_OBSERVED_AT).text);
    widen(stats->first_acquired_at, stats->last_acquired_at,
          query_value(row, COLUMN_ACQUIRED_AT).text);
    return tally_add(stats->machines, query_value(row, COLUMN_MACHINE).text,
                     query_value(row, COLUMN_MACHINE_NAME).text, err) ||
                   tally_add(stats->scripts, script, script, err) ||
                   tally_add(stats->exit_codes, exit_code, exit_code, err) ||
                   tally_add(stats->parse_statuses, parse_status, parse_status, err) ||
                   tally_add(stats->command_statuses, command_status, command_status, err)
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
    if (ask(reader, filter, &query, err))
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
    *query = query_new(reader,
                       "SELECT kind, count(*) AS packages, sum(size_bytes) AS bytes FROM package"
                       " GROUP BY kind ORDER BY packages DESC, kind",
                       err);
    return *query ? 0 : -1;
}

/* ---- by one thing ---- */

int stats_by(struct store *reader, const struct query_filter *filter, enum stats_key key,
             struct query **query, struct error *err)
{
    static const struct {
        const char *value, *group, *order;
    } keys[STATS_KEYS] = {
        [STATS_DAY] = {"substr(r.observed_at, 1, 10)", "1", "1"},
        [STATS_MONTH] = {"substr(r.observed_at, 1, 7)", "1", "1"},
        [STATS_ACQUIRED_DAY] = {"substr(r.acquired_at, 1, 10)", "1", "1"},
        [STATS_ACQUIRED_MONTH] = {"substr(r.acquired_at, 1, 7)", "1", "1"},
        [STATS_MACHINE] = {"max(ifnull(r.machine_name, r.machine_id))",
                           "ifnull(r.machine_id, r.machine_name) COLLATE NOCASE", "2 DESC, 1"},
        [STATS_SCRIPT] = {"max(r.script_name)", "r.script_name COLLATE NOCASE", "2 DESC, 1"},
        [STATS_EXIT_CODE] = {"r.exit_code", "1", "2 DESC, 1"},
        [STATS_STATUS] = {"r.parse_status", "1", "2 DESC, 1"},
        [STATS_COMMAND_STATUS] = {"max(r.command_status)", "r.command_status COLLATE NOCASE",
                                  "2 DESC, 1"},
        [STATS_OPERATOR] = {"r.operator", "1", "2 DESC, 1"},
    };
    struct where where;
    struct buffer sql;
    where_init(&where);
    where_add_filter(&where, filter);
    buffer_init(&sql, STATS_SQL_BYTES);
    text_printf(&sql,
                "SELECT %s AS value, count(*) AS results, %s AS machines,"
                " sum(output_bytes) AS output_bytes, sum(error_bytes) AS error_bytes,"
                " min(r.observed_at) AS first_observed_at, max(r.observed_at) AS last_observed_at",
                keys[key].value,
                key == STATS_MACHINE
                    ? "max(r.machine_id IS NOT NULL OR r.machine_name IS NOT NULL)"
                    : "count(DISTINCT ifnull(r.machine_id, r.machine_name) COLLATE NOCASE)");
    add_source(&sql, &where);
    text_printf(&sql, " GROUP BY %s ORDER BY %s", keys[key].group, keys[key].order);
    *query = query_new(reader, buffer_text(&sql), err);
    if (*query)
        where_bind(&where, *query);
    buffer_release(&sql);
    where_release(&where);
    return *query ? 0 : -1;
}
