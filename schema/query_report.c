/* What the report of a case asks. The database holds one case: no filters. */
#include "schema/query_report.h"

#include "schema/query_row.h"

#include <stdio.h>

/* Both walk along an index of the machine: no sorting. */
#define BY_MACHINE                                                                                 \
    "SELECT machine_id, max(machine_name) AS machine_name, count(*) AS results FROM result"        \
    " WHERE machine_id IS NOT NULL AND is_public = 1 GROUP BY machine_id"                          \
    " UNION ALL SELECT NULL, machine_name, count(*) FROM result"                                   \
    " WHERE machine_id IS NULL AND machine_name IS NOT NULL AND is_public = 1 GROUP BY "           \
    "machine_name"

static int ask(struct store *reader, const char *sql, struct query **query, struct error *err)
{
    *query = query_new(reader, sql, err);
    return *query ? 0 : -1;
}

static void copy_time(char to[64], struct query_value value)
{
    struct text text = value.text;
    snprintf(to, 64, "%.*s", (int)(text.length < 63 ? text.length : 63),
             text.bytes ? text.bytes : "");
}

int query_report_counts(struct store *reader, struct query_report_counts *counts, struct error *err)
{
    static const char sql[] =
        "SELECT count(*), ifnull(sum(exit_code <> 0), 0), ifnull(sum(exit_code IS NULL), 0),"
        " ifnull(sum(parse_status = 'repaired'), 0), ifnull(sum(parse_status = 'truncated'), 0),"
        " ifnull(sum(parse_status = 'invalid'), 0),"
        " ifnull(sum(machine_id IS NULL AND machine_name IS NULL), 0),"
        " min(observed_at), max(observed_at), (SELECT count(*) FROM (" BY_MACHINE "))"
        " FROM result WHERE is_public = 1";
    struct query *query;
    if (ask(reader, sql, &query, err))
        return -1;
    int found = query_next(query, err);
    if (found == 1) {
        counts->results = query_value(query, 0).integer;
        counts->failed = query_value(query, 1).integer;
        counts->unknown = query_value(query, 2).integer;
        counts->repaired = query_value(query, 3).integer;
        counts->truncated = query_value(query, 4).integer;
        counts->invalid = query_value(query, 5).integer;
        counts->nameless = query_value(query, 6).integer;
        copy_time(counts->first_at, query_value(query, 7));
        copy_time(counts->last_at, query_value(query, 8));
        counts->machines = query_value(query, 9).integer;
    }
    query_free(query);
    return found == 1 ? 0 : -1;
}

int query_report_machines(struct store *reader, int64_t limit, struct query **query,
                          struct error *err)
{
    if (ask(reader,
            "SELECT * FROM (" BY_MACHINE ") ORDER BY results DESC, machine_name, machine_id"
            " LIMIT ?1",
            query, err))
        return -1;
    query_bind_int64(*query, limit);
    return 0;
}

int query_report_marks_of(struct store *reader, struct query **query, struct error *err)
{
    return ask(
        reader,
        "SELECT observed_at, exit_code FROM result"
        " WHERE ?1 IS NOT NULL AND machine_id = ?1 AND is_public = 1"
        " UNION ALL SELECT observed_at, exit_code FROM result WHERE ?1 IS NULL AND ?2 IS NOT NULL"
        " AND machine_name = ?2 AND machine_id IS NULL AND is_public = 1"
        " UNION ALL SELECT observed_at, exit_code FROM result WHERE ?1 IS NULL AND ?2 IS NULL"
        " AND machine_name IS NULL AND machine_id IS NULL AND is_public = 1",
        query, err);
}

void query_report_marks_of_again(struct query *query, struct text machine_id,
                                 struct text machine_name)
{
    query_again(query);
    query_bind_text(query, machine_id);
    query_bind_text(query, machine_name);
}

/* Numbers alone are put in order (without LIMIT SQLite would not sort them there); texts are looked up for one row at a time. */
int query_report_results_of(struct store *reader, struct query **query, struct error *err)
{
    return ask(
        reader,
        "SELECT r.result_id, r.content_id, ifnull(r.machine_name, r.machine_id) AS machine_name,"
        " r.script_name, r.observed_at, r.observed_at_source, r.exit_code, r.parse_status,"
        " r.output_bytes, r.error_bytes, r.action_id, r.command_index, r.requestor,"
        " r.requestor_comment, (SELECT count(*) FROM result AS s WHERE s.content_id = r.content_id"
        " AND s.is_public = 1) AS sharing"
        " FROM (SELECT result_id FROM result WHERE package_number ="
        "   (SELECT first_number FROM package WHERE package_sha256 = ?1)"
        "  ORDER BY content_id, result_id LIMIT -1) AS n"
        " CROSS JOIN results AS r ON r.result_id = n.result_id",
        query, err);
}

void query_report_results_of_again(struct query *query, const char *package_sha256)
{
    query_again(query);
    query_bind_string(query, package_sha256);
}

/* In order as above. Of what is withheld the ledger's lines are all
 * there is. Places: 0 the case's beginning, 1 a coming-in, 2 what was done to the case. */
int query_report_custody(struct store *reader, struct query **query, struct error *err)
{
    return ask(
        reader,
        "SELECT n.number AS number,"
        " CASE n.place WHEN 0 THEN 'case_named' WHEN 1 THEN ifnull(a.event, l.event)"
        "  ELSE s.event END AS event,"
        " n.place = 1 AND i.added_number = n.number AS is_added,"
        " coalesce(s.event_at, a.acquired_at, l.time) AS time,"
        " coalesce(l.operator, a.operator, s.operator) AS operator,"
        " ifnull(l.os_user, a.os_user) AS os_user, ifnull(l.host, a.host) AS host,"
        " ifnull(l.tool, a.tool) AS tool, i.item_number AS item_number,"
        " CASE WHEN i.item_number IS NOT NULL THEN"
        "  printf('%s-%04d', (SELECT case_name FROM case_record), i.item_number) END AS exhibit,"
        " CASE WHEN n.place = 1 THEN a.source END AS source,"
        " CASE n.place WHEN 1 THEN a.note WHEN 2 THEN s.words END AS words"
        " FROM (SELECT created_number AS number, 0 AS place, NULL AS package_number FROM"
        "   case_record WHERE NOT EXISTS (SELECT 1 FROM case_step WHERE number = created_number"
        "   AND event = 'case_created')"
        "  UNION ALL SELECT number, 1, package_number FROM acquisition"
        "  UNION ALL SELECT g.number, 1, p.first_number FROM ledger AS g JOIN package AS p"
        "   ON p.package_sha256 = g.package_sha256 WHERE g.event IN ('ingested', 'duplicate',"
        "   'adopted') AND NOT EXISTS (SELECT 1 FROM acquisition AS b WHERE b.number = g.number)"
        "  UNION ALL SELECT number, 2, package_number FROM case_step"
        "  ORDER BY 1, 2 LIMIT -1) AS n"
        " LEFT JOIN ledger AS l ON l.number = n.number"
        " LEFT JOIN acquisition AS a ON n.place <> 2 AND a.number = n.number"
        " LEFT JOIN case_step AS s ON n.place = 2 AND s.number = n.number"
        " LEFT JOIN case_item AS i ON i.package_number = n.package_number AND i.case_number ="
        "  (SELECT created_number FROM case_record)",
        query, err);
}
