/* How much there is that fits a filter. */
#include "schema/where.h"

#define COUNT_SQL_BYTES (64 * 1024)

static int count_one(struct store *reader, const char *sql, const struct where *where,
                     int64_t *count, struct error *err)
{
    struct query *query = query_new(reader, sql, err);
    if (!query)
        return -1;
    where_bind(where, query);
    int more = query_next(query, err);
    if (more == 1)
        *count = query_value(query, 0).integer;
    query_free(query);
    return more < 0 ? -1 : 0;
}

static int count_results(struct store *reader, struct where *where, const char *status,
                         int64_t *count, struct error *err)
{
    struct buffer sql;
    buffer_init(&sql, COUNT_SQL_BYTES);
    text_printf(&sql, "SELECT count(*) FROM results%s", buffer_text(&where->sql));
    if (status)
        text_printf(&sql, "%s parse_status = '%s'", where->count > 0 ? " AND" : " WHERE", status);
    int result = count_one(reader, buffer_text(&sql), where, count, err);
    buffer_release(&sql);
    return result;
}

/* `where` is over what is known of a package's comings. */
static int count_packages(struct store *reader, struct where *where, const char *condition,
                          int64_t *count, struct error *err)
{
    static const char comings[] =
        "SELECT q.package_number, q.acquired_at, q.operator, q.action_id,"
        " ifnull(a.machine_id, q.machine_id) COLLATE NOCASE AS machine_id,"
        " ifnull(a.machine_name, q.machine_name) COLLATE NOCASE AS machine_name"
        " FROM acquisition AS q LEFT JOIN actions AS a ON a.action_id = q.action_id";
    struct buffer sql;
    buffer_init(&sql, COUNT_SQL_BYTES);
    text_printf(&sql, "SELECT count(*) FROM package AS p WHERE %s", condition);
    if (where->count > 0)
        text_printf(&sql, " AND EXISTS (SELECT 1 FROM (%s)%s AND package_number = p.first_number)",
                    comings, buffer_text(&where->sql));
    int result = count_one(reader, buffer_text(&sql), where, count, err);
    buffer_release(&sql);
    return result;
}

static void add_coming(struct where *where, const struct query_filter *filter)
{
    struct query_filter coming = {
        .machine = filter->machine,
        .action_id = filter->action_id,
        .acquired_since = filter->acquired_since,
        .acquired_until = filter->acquired_until,
        .operator_name = filter->operator_name,
    };
    where_add_filter(where, &coming);
    where_add(where,
              "package_number IN (SELECT i.package_number FROM case_item AS i JOIN case_record AS c"
              " ON c.created_number = i.case_number WHERE c.case_name = ?)",
              filter->case_name);
}

int query_counts(struct store *reader, const struct query_filter *filter,
                 struct query_counts *counts, struct error *err)
{
    struct where results, comings;
    where_init(&results);
    where_init(&comings);
    where_add_filter(&results, filter);
    add_coming(&comings, filter);
    *counts = (struct query_counts){0};
    int result =
        count_results(reader, &results, NULL, &counts->results, err) ||
                count_results(reader, &results, "truncated", &counts->truncated, err) ||
                count_results(reader, &results, "invalid", &counts->invalid, err) ||
                count_packages(reader, &comings, "p.kind = 'file' AND p.unparsed IS NULL",
                               &counts->files, err) ||
                count_packages(reader, &comings, "p.kind = 'action' AND p.unparsed IS NULL",
                               &counts->actions, err) ||
                count_packages(reader, &comings, "p.unparsed IS NOT NULL", &counts->unparsed, err)
            ? -1
            : 0;
    where_release(&results);
    where_release(&comings);
    return result;
}
