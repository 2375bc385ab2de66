#include "schema/stats_rows.h"

#include "schema/where.h"

#include <string.h>

#define STATS_SQL_BYTES (64 * 1024)

int stats_rows(struct store *reader, const struct query_filter *filter, struct query **query,
               struct error *err)
{
    struct where where;
    struct buffer sql;
    where_init(&where);
    where_add_filter(&where, filter);
    buffer_init(&sql, STATS_SQL_BYTES);
    text_printf(&sql,
                "SELECT r.result_id, ifnull(r.machine_id, r.machine_name),"
                " ifnull(r.machine_name, r.machine_id), r.script_name,"
                " CAST(r.exit_code AS TEXT), r.parse_status, r.command_status, r.operator,"
                " c.output_bytes, c.error_bytes, r.observed_at, r.acquired_at"
                " FROM (SELECT * FROM result%s %s is_public = 1) AS r"
                " LEFT JOIN content AS c ON c.content_id = r.content_id",
                buffer_text(&where.sql), where.count > 0 ? "AND" : "WHERE");
    *query = query_new(reader, buffer_text(&sql), err);
    if (*query)
        where_bind(&where, *query);
    buffer_release(&sql);
    where_release(&where);
    return *query ? 0 : -1;
}

void stats_rows_widen(char first[TIME_TEXT_SIZE], char last[TIME_TEXT_SIZE], struct text time)
{
    size_t length = time.length < TIME_TEXT_SIZE ? time.length : TIME_TEXT_SIZE - 1;
    if (length == 0)
        return;
    if (!first[0] || memcmp(time.bytes, first, length) < 0)
        memcpy(first, time.bytes, length);
    if (!last[0] || memcmp(time.bytes, last, length) > 0)
        memcpy(last, time.bytes, length);
}
