/* What the tables and the CASE/UCO file of an export ask. The timeline is in query_timeline.c. */
#include "schema/query_export.h"

#include "schema/query_row.h"

/* Tells machines apart in any case, as the columns compare: by id, else by name. */
#define MACHINE_KEY(id, name) "ifnull('id:' || lower(" id "), 'name:' || lower(" name "))"

/* A coming-in, and the result that it stands for, mostly its own: what came in as ws-1 may be known as ws-1.corp.example by
 * now. */
#define COMINGS                                                                                    \
    " FROM acquisition AS q LEFT JOIN result AS m ON m.result_id = ifnull((SELECT n.result_id"     \
    " FROM result AS n WHERE n.result_id = q.number AND n.is_public = 1), (SELECT n.result_id"     \
    " FROM result AS n WHERE n.package_number = q.package_number AND n.is_public = 1 AND CASE"     \
    " WHEN q.action_id IS NOT NULL THEN n.action_id = q.action_id AND n.command_index IS"          \
    " q.command_index ELSE n.machine_id = q.machine_id OR n.machine_name = q.machine_name OR"      \
    " (q.machine_id IS NULL AND q.machine_name IS NULL) END ORDER BY n.result_id LIMIT 1))"
#define COMING_MACHINE_ID "CASE WHEN m.result_id IS NULL THEN q.machine_id ELSE m.machine_id END"
#define COMING_MACHINE_NAME                                                                        \
    "CASE WHEN m.result_id IS NULL THEN q.machine_name ELSE m.machine_name END"

static int ask(struct store *reader, const char *sql, struct query **query, struct error *err)
{
    *query = query_new(reader, sql, err);
    return *query ? 0 : -1;
}

static int ask_with(struct store *reader, const char *sql, const char *value, struct query **query,
                    struct error *err)
{
    if (ask(reader, sql, query, err))
        return -1;
    query_bind_string(*query, value);
    return 0;
}

static void ask_of_package(struct query *query, const char *package_sha256)
{
    query_again(query);
    query_bind_string(query, package_sha256);
}

/* ---- tables ---- */

int query_export_results(struct store *reader, struct query **query, struct error *err)
{
    return ask(
        reader,
        "SELECT (SELECT printf('%s-%04d', k.case_name, i.item_number) FROM package AS p CROSS JOIN"
        " case_record AS k CROSS JOIN case_item AS i ON i.case_number = k.created_number AND"
        " i.package_number = p.first_number WHERE p.package_sha256 = results.package_sha256)"
        " AS exhibit, " QUERY_RESULT_COLUMNS ","
        " (SELECT has_output FROM content AS c WHERE c.content_id = results.content_id) AS "
        "has_output,"
        " (SELECT has_error FROM content AS c WHERE c.content_id = results.content_id) AS has_error"
        " FROM results ORDER BY result_id",
        query, err);
}

int query_export_exhibit(struct store *reader, struct query **query, struct error *err)
{
    return ask(
        reader,
        "SELECT i.added_at, i.added_number, i.operator,"
        " (SELECT words FROM case_step WHERE number = i.added_number) AS reason,"
        " coalesce(r.machine_name, r.machine_id, (SELECT ifnull(machine_name, machine_id) FROM "
        "acquisition WHERE package_number = p.first_number AND (machine_name IS NOT NULL OR "
        "machine_id IS NOT NULL) ORDER BY number LIMIT 1)) AS machine_name, r.script_name"
        " FROM package AS p CROSS JOIN case_record AS k CROSS JOIN case_item AS i ON i.case_number"
        " = k.created_number AND i.package_number = p.first_number LEFT JOIN result AS r ON"
        " r.result_id = (SELECT min(result_id) FROM result WHERE package_number = p.first_number"
        " AND is_public = 1) WHERE p.package_sha256 = ?1",
        query, err);
}

void query_export_exhibit_again(struct query *query, const char *package_sha256)
{
    ask_of_package(query, package_sha256);
}

/* ---- CASE/UCO ---- */

int query_export_people(struct store *reader, const char *made_by, struct query **query,
                        struct error *err)
{
    return ask_with(
        reader,
        "SELECT name FROM (SELECT ?1 AS name UNION SELECT operator FROM case_record UNION SELECT"
        " operator FROM case_item UNION SELECT operator FROM acquisition UNION SELECT requestor"
        " FROM actions) WHERE name IS NOT NULL ORDER BY name",
        made_by, query, err);
}

int query_export_tools(struct store *reader, const char *tool, struct query **query,
                       struct error *err)
{
    return ask_with(reader,
                    "SELECT tool FROM (SELECT ?1 AS tool UNION SELECT tool FROM acquisition UNION"
                    " SELECT parsed_by FROM package) WHERE tool IS NOT NULL ORDER BY tool",
                    tool, query, err);
}

int query_export_machines(struct store *reader, struct query **query, struct error *err)
{
    return ask(
        reader,
        "SELECT machine_key, min(machine_id) AS machine_id, min(machine_name) AS"
        " machine_name FROM (SELECT " MACHINE_KEY(
            "machine_id",
            "machine_name") " AS"
                            " machine_key, machine_id, machine_name FROM result WHERE is_public = 1"
                            " UNION SELECT " MACHINE_KEY(
                                COMING_MACHINE_ID,
                                COMING_MACHINE_NAME) ", " COMING_MACHINE_ID
                                                     ", " COMING_MACHINE_NAME COMINGS
                                                     ") WHERE machine_key IS NOT NULL GROUP BY "
                                                     "machine_key ORDER BY machine_key",
        query, err);
}

int query_export_comings(struct store *reader, struct query **query, struct error *err)
{
    return ask(
        reader,
        "SELECT q.number, q.event, q.acquired_at, q.operator, q.os_user, q.host, q.tool,"
        " q.source, q.file_mtime, q.note,"
        " " MACHINE_KEY(COMING_MACHINE_ID,
                        COMING_MACHINE_NAME) " AS machine_key" COMINGS
                                             " WHERE q.package_number = (SELECT first_number FROM "
                                             "package WHERE package_sha256 ="
                                             " ?1) ORDER BY q.number",
        query, err);
}

void query_export_comings_again(struct query *query, const char *package_sha256)
{
    ask_of_package(query, package_sha256);
}

int query_export_texts(struct store *reader, struct query **query, struct error *err)
{
    return ask(reader,
               "SELECT c.content_id, c.has_output, c.has_error, c.output_bytes, c.error_bytes,"
               " c.output_sha256, p.parsed_by FROM package AS p CROSS JOIN content AS c ON"
               " c.package_number = p.first_number AND c.state = 1 WHERE p.package_sha256 = ?1"
               " ORDER BY c.member_index",
               query, err);
}

void query_export_texts_again(struct query *query, const char *package_sha256)
{
    ask_of_package(query, package_sha256);
}

int query_export_pages(struct store *reader, struct query **query, struct error *err)
{
    return ask(reader,
               "SELECT text FROM page WHERE content_id = ?1 AND stream = ?2 ORDER BY page_no",
               query, err);
}

void query_export_pages_again(struct query *query, int64_t content_id, const char *stream)
{
    query_again(query);
    query_bind_int64(query, content_id);
    query_bind_string(query, stream);
}

int query_export_actions(struct store *reader, struct query **query, struct error *err)
{
    return ask(
        reader,
        "SELECT a.action_id, lower(a.action_id) AS action_key, a.type, a.status, a.title,"
        " a.requestor, a.requestor_comment, a.created_at, a.last_updated_at,"
        " (SELECT " MACHINE_KEY(
            "machine_id", "machine_name") " FROM result AS r WHERE"
                                          " r.action_id = a.action_id AND r.is_public = 1 ORDER BY "
                                          "result_id LIMIT 1)"
                                          " AS machine_key FROM actions AS a ORDER BY a.action_id",
        query, err);
}

int query_export_commands(struct store *reader, struct query **query, struct error *err)
{
    return ask(reader,
               "SELECT lower(action_id) AS action_key, command_index, type, status, script_name,"
               " started_at, ended_at FROM commands WHERE action_id = ?1 ORDER BY command_index",
               query, err);
}

void query_export_commands_again(struct query *query, struct text action_id)
{
    query_again(query);
    query_bind_text(query, action_id);
}

int query_export_brought(struct store *reader, struct query **query, struct error *err)
{
    return ask(reader,
               "SELECT DISTINCT p.package_sha256 FROM result AS r CROSS JOIN package AS p ON"
               " p.first_number = r.package_number WHERE r.action_id = ?1 AND r.command_index = ?2"
               " AND r.is_public = 1 ORDER BY p.package_sha256",
               query, err);
}

void query_export_brought_again(struct query *query, struct text action_key, int64_t command_index)
{
    query_again(query);
    query_bind_text(query, action_key);
    query_bind_int64(query, command_index);
}
