/* Cases, their exhibits, and what was done to them. */
#include "schema/query_row.h"

static int ask_of_case(struct store *reader, const char *sql, const char *case_name,
                       struct query **query, struct error *err)
{
    *query = query_new(reader, sql, err);
    if (!*query)
        return -1;
    query_bind_string(*query, case_name);
    return 0;
}

int query_cases(struct store *reader, const char *case_name, struct query **query,
                struct error *err)
{
    return ask_of_case(
        reader, "SELECT * FROM cases WHERE ?1 IS NULL OR case_name = ?1 ORDER BY created_number",
        case_name, query, err);
}

int query_case_items(struct store *reader, const char *case_name, struct query **query,
                     struct error *err)
{
    return ask_of_case(
        reader,
        "SELECT i.exhibit, i.package_sha256, i.kind, i.added_at, i.added_number, i.operator, "
        "i.reason,"
        " (SELECT ifnull(machine_name, machine_id) FROM results AS r WHERE r.package_sha256 ="
        " i.package_sha256 ORDER BY r.result_id LIMIT 1) AS machine_name,"
        " (SELECT script_name FROM results AS r WHERE r.package_sha256 = i.package_sha256"
        " ORDER BY r.result_id LIMIT 1) AS script_name"
        " FROM case_items AS i WHERE i.case_name = ?1 ORDER BY length(i.exhibit), i.exhibit",
        case_name, query, err);
}

int query_case_events(struct store *reader, const char *case_name, struct query **query,
                      struct error *err)
{
    return ask_of_case(reader, "SELECT * FROM case_events WHERE case_name = ?1 ORDER BY number",
                       case_name, query, err);
}
