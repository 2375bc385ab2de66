/* How much there is that fits a filter. */
#include "schema/where.h"

#define COUNT_SQL_BYTES (64 * 1024)

/* With a parse_status, or any (NULL). */
static int count_status(struct store *reader, struct where *where, const char *status,
                        int64_t *count, struct error *err)
{
    struct buffer sql;
    buffer_init(&sql, COUNT_SQL_BYTES);
    text_printf(&sql, "SELECT count(*) FROM result%s %s is_public = 1", buffer_text(&where->sql),
                where->count > 0 ? "AND" : "WHERE");
    if (status)
        text_printf(&sql, " AND parse_status = '%s'", status);
    int result = where_count(where, reader, buffer_text(&sql), count, err);
    buffer_release(&sql);
    return result;
}

static int count_results(struct store *reader, struct where *where, int64_t *count,
                         struct error *err)
{
    return count_status(reader, where, NULL, count, err);
}

/* All of them: SQLite counts a whole table page by page. */
static int count_all_results(struct store *reader, struct where *nothing, int64_t *count,
                             struct error *err)
{
    return where_count(nothing, reader,
                       "SELECT (SELECT count(*) FROM result)"
                       " - (SELECT count(*) FROM result WHERE is_public = 0)",
                       count, err);
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
    int result = where_count(where, reader, buffer_text(&sql), count, err);
    buffer_release(&sql);
    return result;
}

static int count_among_results(struct store *reader, struct where *where,
                               struct query_counts *counts, struct error *err)
{
    if ((where->count > 0 ? count_results : count_all_results)(reader, where, &counts->results,
                                                               err))
        return -1;
    return count_status(reader, where, "truncated", &counts->truncated, err) ||
                   count_status(reader, where, "invalid", &counts->invalid, err)
               ? -1
               : 0;
}

static int count_among_packages(struct store *reader, struct where *where,
                                struct query_counts *counts, struct error *err)
{
    static const char files[] = "p.kind = 'file' AND p.unparsed IS NULL";
    static const char actions[] = "p.kind = 'action' AND p.unparsed IS NULL";
    static const char unparsed[] = "p.unparsed IS NOT NULL";
    return count_packages(reader, where, files, &counts->files, err) ||
                   count_packages(reader, where, actions, &counts->actions, err) ||
                   count_packages(reader, where, unparsed, &counts->unparsed, err)
               ? -1
               : 0;
}

int query_counts(struct store *reader, const struct query_filter *filter,
                 struct query_counts *counts, struct error *err)
{
    struct where results, comings;
    where_init(&results);
    where_init(&comings);
    results.way = WHERE_BY_INDEX;
    where_add_filter(&results, filter);
    where_add_coming(&comings, filter);
    *counts = (struct query_counts){0};
    int result = count_among_results(reader, &results, counts, err) ||
                         count_among_packages(reader, &comings, counts, err)
                     ? -1
                     : 0;
    where_release(&results);
    where_release(&comings);
    return result;
}
