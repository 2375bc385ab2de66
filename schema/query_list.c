/* Lists of results by filters, and one result. */
#include "schema/where.h"

#include <stdio.h>

#define LIST_SQL_BYTES (64 * 1024)
#define MANY_ROWS 5000
#define MANY_ROWS_PER_LIMIT 25
#define LIMIT_WALKED 10000 /* a longer list is sorted */

int query_result(struct store *reader, int64_t result_id, struct query **query, struct error *err)
{
    *query =
        query_new(reader, "SELECT " QUERY_RESULT_COLUMNS " FROM results WHERE result_id = ?1", err);
    if (!*query)
        return -1;
    query_bind_int64(*query, result_id);
    return 0;
}

void query_result_again(struct query *query, int64_t result_id)
{
    query_again(query);
    query_bind_int64(query, result_id);
}

/* `select`, the results that `where` leaves, `rest`. */
static void add_found(struct buffer *sql, const char *select, struct where *where, const char *rest)
{
    text_printf(sql, "%s FROM result%s %s is_public = 1%s", select, buffer_text(&where->sql),
                where->count > 0 ? "AND" : "WHERE", rest);
}

/* 1 when the filter leaves so many that the last ones are sooner met by walking over all of them in
 * order than by sorting those: they are as many as the walk is expected to pass, or more. */
static int leaves_many(struct store *reader, const struct query_filter *filter, int64_t limit,
                       struct error *err)
{
    struct where where;
    struct buffer sql;
    int64_t many = MANY_ROWS + MANY_ROWS_PER_LIMIT * limit, count = 0;
    where_init(&where);
    where.way = WHERE_BY_INDEX;
    where_add_filter(&where, filter);
    buffer_init(&sql, LIST_SQL_BYTES);
    text_printf(&sql, "SELECT count(*) FROM (");
    add_found(&sql, "SELECT 1", &where, "");
    text_printf(&sql, " LIMIT %lld)", (long long)many);
    int result = where_count(&where, reader, buffer_text(&sql), &count, err);
    buffer_release(&sql);
    where_release(&where);
    return result ? -1 : count >= many;
}

/* 1 when a walk from the newest on finds enough in its first steps. */
static int is_met_soon(struct store *reader, const struct query_filter *filter, int64_t limit,
                       struct error *err)
{
    struct where where;
    struct buffer sql;
    int64_t count = 0;
    where_init(&where);
    where.way = WHERE_IN_ORDER;
    where_add_filter(&where, filter);
    buffer_init(&sql, LIST_SQL_BYTES);
    text_printf(&sql,
                "SELECT count(*) FROM (SELECT * FROM result WHERE is_public = 1"
                " ORDER BY observed_at DESC, result_id DESC LIMIT %lld) AS result%s",
                (long long)(MANY_ROWS + limit), buffer_text(&where.sql));
    int result = where_count(&where, reader, buffer_text(&sql), &count, err);
    buffer_release(&sql);
    where_release(&where);
    return result ? -1 : count >= limit;
}

static int choose_way(struct store *reader, const struct query_filter *filter, int64_t limit,
                      enum where_way *way, struct error *err)
{
    *way = WHERE_BY_INDEX;
    if (limit < 1 || limit > LIMIT_WALKED || !where_must_sort(filter))
        return 0;
    /* What was acquired first was mostly observed first, too: however much it is, a walk may meet it
     * last. */
    int many = (filter->acquired_until ? is_met_soon : leaves_many)(reader, filter, limit, err);
    if (many == 1)
        *way = WHERE_IN_ORDER;
    return many < 0 ? -1 : 0;
}

/* Which results, and in their order, is found by the table result alone; then each row's other columns
 * are looked up. So what must be sorted is two values a row, and a limit stops all else. The joined
 * rows come in the order of the left side, which LIMIT keeps ordered. */
static void write_list(struct buffer *sql, struct where *where, bool must_sort, int64_t limit)
{
    static const char select[] = "SELECT result_id AS found_id, observed_at AS found_at";
    char order[128];
    /* A sum is in no index: the filter leads, not the order. */
    const char *at = must_sort && where->way == WHERE_BY_INDEX ? "+observed_at" : "observed_at";
    snprintf(order, sizeof order,
             limit > 0 ? " ORDER BY %s DESC, result_id DESC" : " ORDER BY %s, result_id", at);
    text_printf(sql, "SELECT " QUERY_RESULT_COLUMNS " FROM (");
    if (limit > 0)
        text_printf(sql, "SELECT found_id FROM (");
    add_found(sql, select, where, order);
    if (limit > 0)
        text_printf(sql, " LIMIT %lld) ORDER BY found_at, found_id", (long long)limit);
    text_printf(sql, " LIMIT -1) CROSS JOIN results ON result_id = found_id");
}

int query_list(struct store *reader, const struct query_filter *filter, int64_t limit,
               struct query **query, struct error *err)
{
    struct where where;
    struct buffer sql;
    *query = NULL;
    where_init(&where);
    if (choose_way(reader, filter, limit, &where.way, err)) {
        where_release(&where);
        return -1;
    }
    where_add_filter(&where, filter);
    buffer_init(&sql, LIST_SQL_BYTES);
    write_list(&sql, &where, where_must_sort(filter), limit);
    *query = query_new(reader, buffer_text(&sql), err);
    if (*query)
        where_bind(&where, *query);
    buffer_release(&sql);
    where_release(&where);
    return *query ? 0 : -1;
}

int query_results_of(struct store *reader, const struct query_filter *filter, struct query **query,
                     struct error *err)
{
    struct where where;
    struct buffer sql;
    where_init(&where);
    where_add_filter(&where, filter);
    buffer_init(&sql, LIST_SQL_BYTES);
    text_printf(&sql,
                "SELECT " QUERY_RESULT_COLUMNS
                " FROM results%s %s content_id = ?%d ORDER BY result_id",
                buffer_text(&where.sql), where.count > 0 ? "AND" : "WHERE", where.count + 1);
    *query = query_new(reader, buffer_text(&sql), err);
    if (*query) {
        where_bind(&where, *query);
        (*query)->kept = (*query)->bound;
    }
    buffer_release(&sql);
    where_release(&where);
    return *query ? 0 : -1;
}

void query_results_of_again(struct query *query, int64_t content_id)
{
    query_again(query);
    query_bind_int64(query, content_id);
}

int query_files(struct store *reader, const struct query_filter *filter, struct query **query,
                struct error *err)
{
    struct where where;
    struct buffer sql;
    where_init(&where);
    where_add_coming(&where, filter);
    buffer_init(&sql, LIST_SQL_BYTES);
    text_printf(&sql, "SELECT p.package_sha256, p.segment, p.offset, p.stored_bytes,"
                      " coalesce(m.machine_name, f.machine_name, m.machine_id, f.machine_id)"
                      " AS machine_name, f.source"
                      " FROM package AS p"
                      " LEFT JOIN acquisition AS f ON f.number = p.first_number"
                      " LEFT JOIN actions AS m ON m.action_id = f.action_id"
                      " WHERE p.kind = 'file' AND p.unparsed IS NULL");
    if (where.count > 0)
        text_printf(&sql, WHERE_HAS_COMING, buffer_text(&where.sql));
    text_printf(&sql, " ORDER BY p.first_number");
    *query = query_new(reader, buffer_text(&sql), err);
    if (*query)
        where_bind(&where, *query);
    buffer_release(&sql);
    where_release(&where);
    return *query ? 0 : -1;
}
