/* The commands of machine actions, and whether what they gave is here. */
#include "schema/where.h"

#define COMMANDS_SQL_BYTES (64 * 1024)

int query_commands(struct store *reader, const struct query_filter *filter, struct query **query,
                   struct error *err)
{
    /* The columns that the filter asks for are named as in results. */
    static const char commands[] =
        "SELECT a.action_id, k.command_index, k.type AS command_type, k.status AS command_status,"
        " a.status AS action_status, a.machine_id, a.machine_name, k.script_name, a.created_at,"
        " ifnull(a.created_at, '') AS observed_at, a.requestor, a.requestor_comment,"
        " EXISTS (SELECT 1 FROM acquisition AS q WHERE q.action_id = a.action_id"
        " AND q.command_index = k.command_index) AS is_archived,"
        " (SELECT r.parse_status FROM result AS r WHERE r.action_id = a.action_id"
        " AND r.command_index = k.command_index AND r.is_latest = 1 LIMIT 1) AS parse_status"
        " FROM actions AS a LEFT JOIN commands AS k ON k.action_id = a.action_id"
        " WHERE ifnull(a.type, 'LiveResponse') = 'LiveResponse' COLLATE NOCASE";
    struct query_filter known = {.machine = filter->machine,
                                 .script = filter->script,
                                 .action_id = filter->action_id,
                                 .since = filter->since,
                                 .until = filter->until,
                                 .command_status = filter->command_status};
    struct where where;
    struct buffer sql;
    where_init(&where);
    where_add_filter(&where, &known);
    buffer_init(&sql, COMMANDS_SQL_BYTES);
    text_printf(&sql, "SELECT * FROM (%s)%s ORDER BY observed_at, action_id, command_index",
                commands, buffer_text(&where.sql));
    *query = query_new(reader, buffer_text(&sql), err);
    if (*query)
        where_bind(&where, *query);
    buffer_release(&sql);
    where_release(&where);
    return *query ? 0 : -1;
}
