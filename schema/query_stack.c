/* The results whose lines are stacked. */
#include "schema/where.h"

#define STACK_SQL_BYTES (64 * 1024)

int query_stack(struct store *reader, const struct query_filter *filter, bool with_earlier,
                struct query **query, struct error *err)
{
    struct where where;
    struct buffer sql;
    where_init(&where);
    where_add_filter(&where, filter);
    if (!with_earlier)
        where_add(&where, "is_latest = CAST(? AS INTEGER)", "1");
    buffer_init(&sql, STACK_SQL_BYTES);
    text_printf(&sql,
                "SELECT lower(ifnull(machine_id, machine_name)) AS machine, result_id, content_id,"
                " ifnull(machine_name, machine_id) AS machine_name, parse_status, output_bytes,"
                " error_bytes FROM results%s ORDER BY 1, observed_at, result_id",
                buffer_text(&where.sql));
    *query = query_new(reader, buffer_text(&sql), err);
    if (*query)
        where_bind(&where, *query);
    buffer_release(&sql);
    where_release(&where);
    return *query ? 0 : -1;
}
