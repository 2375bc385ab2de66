/* Lists of results by filters, and one result. */
#include "schema/where.h"

#define COLUMNS                                                                                    \
    "result_id, content_id, package_sha256, tenant_id, action_id, command_index, command_type,"    \
    " command_status, machine_id, machine_name, script_name, exit_code, parse_status, "            \
    "diagnostics,"                                                                                 \
    " extra, output_bytes, error_bytes, output_sha256, nul_stripped, nul_inside,"                  \
    " ps_transcript_path, ps_transcript_id, ps_user, ps_runas_user, ps_machine,"                   \
    " ps_host_application, ps_process_id, ps_version, ps_started_at, ps_ended_at, started_at,"     \
    " ended_at, requestor, requestor_comment, observed_at, observed_at_source, acquired_at,"       \
    " operator, source, is_latest"

#define LIST_SQL_BYTES (64 * 1024)

int query_result(struct store *reader, int64_t result_id, struct query **query, struct error *err)
{
    *query = query_new(reader, "SELECT " COLUMNS " FROM results WHERE result_id = ?1", err);
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

/* Which results, and in their order, is found by the table result alone; then each row's other columns
 * are looked up. So what must be sorted is two values a row, and a limit stops all else. The joined
 * rows come in the order of the left side, which LIMIT keeps ordered. */
int query_list(struct store *reader, const struct query_filter *filter, int64_t limit,
               struct query **query, struct error *err)
{
    struct where where;
    struct buffer sql;
    where_init(&where);
    where_add_filter(&where, filter);
    buffer_init(&sql, LIST_SQL_BYTES);
    text_printf(&sql, "SELECT " COLUMNS " FROM (");
    if (limit > 0)
        text_printf(&sql, "SELECT found_id FROM (");
    text_printf(&sql,
                "SELECT result_id AS found_id, observed_at AS found_at FROM result%s %s"
                " is_public = 1 ORDER BY ",
                buffer_text(&where.sql), where.count > 0 ? "AND" : "WHERE");
    if (limit > 0)
        text_printf(&sql,
                    "observed_at DESC, result_id DESC LIMIT %lld) ORDER BY found_at, found_id",
                    (long long)limit);
    else
        text_printf(&sql, "observed_at, result_id");
    text_printf(&sql, " LIMIT -1) CROSS JOIN results ON result_id = found_id");
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
    text_printf(&sql, "SELECT " COLUMNS " FROM results%s %s content_id = ?%d ORDER BY result_id",
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
