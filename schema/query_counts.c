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
    struct buffer sql;
    buffer_init(&sql, COUNT_SQL_BYTES);
    text_printf(&sql, "SELECT count(*) FROM package AS p WHERE %s", condition);
    if (where->count > 0)
        text_printf(&sql, WHERE_HAS_COMING, buffer_text(&where->sql));
    int result = count_one(reader, buffer_text(&sql), where, count, err);
    buffer_release(&sql);
    return result;
}

int query_counts(struct store *reader, const struct query_filter *filter,
                 struct query_counts *counts, struct error *err)
{
    struct where results, comings;
    where_init(&results);
    where_init(&comings);
    where_add_filter(&results, filter);
    where_add_coming(&comings, filter);
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
