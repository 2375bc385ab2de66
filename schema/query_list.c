/* Lists of results by filters, and one result. */
#include "schema/query_row.h"

#include "base/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
    sqlite3_reset(query->prepared);
    query->bound = 0;
    query_bind_int64(query, result_id);
}

/* A WHERE clause under way, and the texts for its parameters. */
#define LIST_VALUES 16
struct list {
    struct buffer sql;
    int count;
    char *values[LIST_VALUES]; /* owned */
};

/* Adds a condition; every ? in it stands for the same value. */
static void add(struct list *list, const char *condition, const char *value, size_t length)
{
    text_printf(&list->sql, list->count == 0 ? " WHERE (" : " AND (");
    list->values[list->count++] = memory_copy_text(value, length);
    for (const char *at = condition; *at; at++) {
        if (*at == '?')
            text_printf(&list->sql, "?%d", list->count);
        else
            text_printf(&list->sql, "%c", *at);
    }
    text_printf(&list->sql, ")");
}

static void add_string(struct list *list, const char *condition, const char *value)
{
    if (value)
        add(list, condition, value, strlen(value));
}

/* A glob (* and ?) as a pattern for LIKE, which compares in any case. */
static void add_glob(struct list *list, const char *condition, const char *glob)
{
    struct buffer pattern;
    buffer_init(&pattern, 2 * strlen(glob) + 1);
    for (const char *at = glob; *at; at++) {
        if (strchr("%_\\", *at))
            text_printf(&pattern, "\\%c", *at);
        else
            text_printf(&pattern, "%c", *at == '*' ? '%' : *at == '?' ? '_' : *at);
    }
    add(list, condition, pattern.bytes, pattern.length);
    buffer_release(&pattern);
}

static bool is_glob(const char *text)
{
    return strpbrk(text, "*?") != NULL;
}

/* '/' is the character behind '.': the range is every name that begins with "name.". */
static void add_machine(struct list *list, const char *machine)
{
    if (is_glob(machine))
        add_glob(list, "machine_id LIKE ? ESCAPE '\\' OR machine_name LIKE ? ESCAPE '\\'", machine);
    else if (strchr(machine, '.'))
        add_string(list, "machine_id = ? OR machine_name = ?", machine);
    else
        add_string(list,
                   "machine_id = ? OR machine_name = ?"
                   " OR (machine_name >= ? || '.' AND machine_name < ? || '/')",
                   machine);
}

static void add_script(struct list *list, const char *script)
{
    if (is_glob(script))
        add_glob(list, "script_name LIKE ? ESCAPE '\\'", script);
    else
        add_string(list, "script_name = ? COLLATE NOCASE", script);
}

static void add_filter(struct list *list, const struct query_filter *filter)
{
    if (filter->machine)
        add_machine(list, filter->machine);
    if (filter->script)
        add_script(list, filter->script);
    add_string(list, "action_id = ?", filter->action_id);
    add_string(list,
               "package_sha256 IN (SELECT package_sha256 FROM case_items WHERE case_name = ?)",
               filter->case_name);
    add_string(list, "observed_at >= ?", filter->since);
    add_string(list, "observed_at < ?", filter->until);
    add_string(list, "acquired_at >= ?", filter->acquired_since);
    add_string(list, "acquired_at < ?", filter->acquired_until);
    add_string(list, "parse_status = ?", filter->parse_status);
    add_string(list, "command_status = ? COLLATE NOCASE", filter->command_status);
    add_string(list, "operator = ?", filter->operator_name);
    if (filter->has_exit_code) {
        char number[32];
        snprintf(number, sizeof number, "%lld", (long long)filter->exit_code);
        add_string(list, "exit_code = CAST(? AS INTEGER)", number);
    }
}

int query_list(struct store *reader, const struct query_filter *filter, struct query **query,
               struct error *err)
{
    struct list list = {.count = 0};
    buffer_init(&list.sql, LIST_SQL_BYTES);
    bool cut = filter->limit > 0;
    text_printf(&list.sql, cut ? "SELECT * FROM (SELECT " COLUMNS " FROM results"
                               : "SELECT " COLUMNS " FROM results");
    add_filter(&list, filter);
    if (cut)
        text_printf(&list.sql, " ORDER BY observed_at DESC, result_id DESC LIMIT %lld)",
                    (long long)filter->limit);
    text_printf(&list.sql, " ORDER BY observed_at, result_id");
    *query = query_new(reader, buffer_text(&list.sql), err);
    for (int i = 0; i < list.count; i++) {
        if (*query)
            query_bind_string(*query, list.values[i]);
        free(list.values[i]);
    }
    buffer_release(&list.sql);
    return *query ? 0 : -1;
}
