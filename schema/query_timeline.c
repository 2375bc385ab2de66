/* What happened, in order. The times are sorted alone, with where to find the rest: a text from a package may be long. */
#include "schema/query_export.h"

#include "schema/query_row.h"

/* event_code is enum export_event. LIMIT -1: SQLite may forget the order of a part that has no limit. */
static const char events[] =
    "SELECT e.event_at, e.event_code,"
    " CASE WHEN e.event_code = 7 THEN 'case_created' WHEN e.event_code = 10 THEN 'case_added'"
    " ELSE ifnull(q.event, s.event) END AS event,"
    " coalesce(q.number, s.number, i.added_number, CASE WHEN e.event_code = 7 THEN e.row END) AS"
    " number,"
    " ifnull(a.action_id, r.action_id) AS action_id, a.type AS action_type,"
    " a.status AS action_status, a.title,"
    " a.requestor, a.requestor_comment, a.cancellation_requestor, a.cancellation_comment,"
    " coalesce(k.command_index, r.command_index, q.command_index) AS command_index,"
    " k.type AS command_type, k.status AS command_status,"
    " coalesce(r.machine_id, a.machine_id, q.machine_id) AS machine_id,"
    " coalesce(r.machine_name, a.machine_name, q.machine_name) AS machine_name,"
    " ifnull(r.script_name, k.script_name) AS script_name,"
    " r.result_id, r.exit_code, r.parse_status, r.observed_at_source,"
    " c.case_name, CASE WHEN x.item_number IS NOT NULL THEN printf('%s-%04d', c.case_name,"
    " x.item_number) END AS exhibit, p.package_sha256, p.kind, p.size_bytes,"
    " coalesce(q.operator, s.operator, i.operator, CASE WHEN e.event_code = 7 THEN c.operator END)"
    " AS operator,"
    " q.os_user, q.host, q.tool, q.source, q.note,"
    /* Nothing tells how a withheld package came in: then the words about it are withheld, too. */
    " CASE WHEN p.first_number IS NULL OR EXISTS (SELECT 1 FROM acquisition WHERE package_number ="
    " p.first_number) THEN s.words END AS words"
    " FROM ("
    "SELECT created_at AS event_at, 1 AS event_code, rowid AS row FROM actions UNION ALL "
    "SELECT last_updated_at, 5, rowid FROM actions UNION ALL "
    "SELECT cancelled_at, 6, rowid FROM actions UNION ALL "
    "SELECT started_at, 2, rowid FROM commands UNION ALL "
    "SELECT ended_at, 3, rowid FROM commands UNION ALL "
    "SELECT observed_at, 4, result_id FROM result"
    " WHERE is_public = 1 AND observed_at_source <> 'command' UNION ALL "
    "SELECT created_at, 7, created_number FROM case_record WHERE NOT EXISTS (SELECT 1 FROM"
    " case_step WHERE number = created_number AND event = 'case_created') UNION ALL "
    "SELECT acquired_at, 8, number FROM acquisition UNION ALL "
    "SELECT event_at, 9, number FROM case_step UNION ALL "
    "SELECT added_at, 10, item_number FROM case_item WHERE NOT EXISTS (SELECT 1 FROM case_step"
    " WHERE number = added_number)"
    " ORDER BY event_at, event_code, row LIMIT -1) AS e"
    " LEFT JOIN commands AS k ON k.rowid = CASE WHEN e.event_code IN (2, 3) THEN e.row END"
    " LEFT JOIN result AS r ON r.result_id = CASE WHEN e.event_code = 4 THEN e.row WHEN"
    " e.event_code IN (2, 3) THEN (SELECT b.result_id FROM result AS b WHERE b.action_id ="
    " k.action_id AND b.command_index = k.command_index AND b.is_latest = 1 AND b.is_public = 1"
    " ORDER BY b.result_id LIMIT 1) END"
    " LEFT JOIN actions AS a ON a.rowid = CASE WHEN e.event_code IN (1, 5, 6) THEN e.row ELSE"
    " (SELECT b.rowid FROM actions AS b WHERE b.action_id = ifnull(k.action_id, r.action_id)) END"
    " LEFT JOIN acquisition AS q ON q.number = CASE WHEN e.event_code = 8 THEN e.row END"
    " LEFT JOIN case_step AS s ON s.number = CASE WHEN e.event_code = 9 THEN e.row END"
    " LEFT JOIN case_record AS c ON 1"
    " LEFT JOIN case_item AS i ON i.case_number = c.created_number AND i.item_number ="
    " CASE WHEN e.event_code = 10 THEN e.row END"
    " LEFT JOIN package AS p ON p.first_number = coalesce(r.package_number, q.package_number,"
    " s.package_number, i.package_number)"
    " LEFT JOIN case_item AS x ON x.case_number = c.created_number AND x.package_number ="
    " p.first_number"
    " WHERE e.event_at IS NOT NULL";

int query_export_events(struct store *reader, struct query **query, struct error *err)
{
    *query = query_new(reader, events, err);
    return *query ? 0 : -1;
}
