#include "schema/where.h"

#include "base/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void where_init(struct where *where)
{
    where->way = WHERE_ANY_WAY;
    where->count = 0;
    buffer_init(&where->sql, WHERE_BYTES);
}

void where_release(struct where *where)
{
    for (int i = 0; i < where->count; i++)
        free(where->values[i]);
    buffer_release(&where->sql);
}

void where_bind(const struct where *where, struct query *query)
{
    for (int i = 0; i < where->count; i++)
        query_bind_string(query, where->values[i]);
}

int where_count(const struct where *where, struct store *reader, const char *sql, int64_t *count,
                struct error *err)
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

static void add(struct where *where, const char *condition, const char *value, size_t length)
{
    text_printf(&where->sql, where->count == 0 ? " WHERE (" : " AND (");
    where->values[where->count++] = memory_copy_text(value, length);
    for (const char *at = condition; *at; at++) {
        if (*at == '?')
            text_printf(&where->sql, "?%d", where->count);
        else if (*at == '~') /* before a column: here an index of it may lead */
            text_printf(&where->sql, where->way == WHERE_IN_ORDER ? "+" : "");
        else
            text_printf(&where->sql, "%c", *at);
    }
    text_printf(&where->sql, ")");
}

void where_add(struct where *where, const char *condition, const char *value)
{
    if (value)
        add(where, condition, value, strlen(value));
}

/* A glob (* and ?) as a pattern for LIKE, which compares in any case. */
static void add_glob(struct where *where, const char *condition, const char *glob)
{
    struct buffer pattern;
    buffer_init(&pattern, 2 * strlen(glob) + 1);
    for (const char *at = glob; *at; at++) {
        if (strchr("%_\\", *at))
            text_printf(&pattern, "\\%c", *at);
        else
            text_printf(&pattern, "%c", *at == '*' ? '%' : *at == '?' ? '_' : *at);
    }
    add(where, condition, pattern.bytes, pattern.length);
    buffer_release(&pattern);
}

static bool is_glob(const char *text)
{
    return strpbrk(text, "*?") != NULL;
}

/* The names of a column of result that fit a glob, one seek in its index for each name there is. */
#define NAMES(column, kept)                                                                        \
    "(WITH RECURSIVE names (name) AS (SELECT min(" column ") FROM result WHERE " kept              \
    " UNION ALL SELECT (SELECT min(" column ") FROM result WHERE " kept " AND " column             \
    " > name) FROM names WHERE name IS NOT NULL)"                                                  \
    " SELECT name FROM names WHERE name LIKE ? ESCAPE '\\')"

static void add_machine_glob(struct where *where, const char *glob)
{
    if (where->way == WHERE_BY_INDEX)
        add_glob(
            where,
            "machine_id IN " NAMES(
                "machine_id",
                "machine_id IS NOT NULL") " OR machine_name IN " NAMES("machine_name",
                                                                       "is_public = 1 AND "
                                                                       "machine_name IS NOT NULL"),
            glob);
    else
        add_glob(where, "~machine_id LIKE ? ESCAPE '\\' OR ~machine_name LIKE ? ESCAPE '\\'", glob);
}

/* '/' is the character behind '.': the range is every name that begins with "name.". */
static void add_machine(struct where *where, const char *machine)
{
    if (is_glob(machine))
        add_machine_glob(where, machine);
    else if (strchr(machine, '.'))
        where_add(where, "~machine_id = ? OR ~machine_name = ?", machine);
    else
        where_add(where,
                  "~machine_id = ? OR ~machine_name = ?"
                  " OR (~machine_name >= ? || '.' AND ~machine_name < ? || '/')",
                  machine);
}

static void add_script(struct where *where, const char *script)
{
#define ANY_CASE "script_name COLLATE NOCASE"
    if (!is_glob(script))
        where_add(where, "script_name = ? COLLATE NOCASE", script);
    else if (where->way == WHERE_BY_INDEX)
        add_glob(where,
                 ANY_CASE " IN " NAMES(ANY_CASE, "is_public = 1 AND script_name IS NOT NULL"),
                 script);
    else
        add_glob(where, "~script_name LIKE ? ESCAPE '\\'", script);
}

void where_add_filter(struct where *where, const struct query_filter *filter)
{
    if (filter->machine)
        add_machine(where, filter->machine);
    if (filter->script)
        add_script(where, filter->script);
    where_add(where, "action_id = ?", filter->action_id);
    where_add(where,
              "~content_id IN (SELECT t.content_id FROM case_record AS c JOIN case_item AS i"
              " ON i.case_number = c.created_number AND i.removed_number IS NULL JOIN content AS t"
              " ON t.package_number = i.package_number WHERE c.case_name = ?)",
              filter->case_name);
    where_add(where, "observed_at >= ?", filter->since);
    where_add(where, "observed_at < ?", filter->until);
    where_add(where, "~acquired_at >= ?", filter->acquired_since);
    where_add(where, "~acquired_at < ?", filter->acquired_until);
    where_add(where, "parse_status = ?", filter->parse_status);
    where_add(where, "command_status = ? COLLATE NOCASE", filter->command_status);
    where_add(where, "operator = ?", filter->operator_name);
    if (filter->has_exit_code) {
        char number[32];
        snprintf(number, sizeof number, "%lld", (long long)filter->exit_code);
        where_add(where, "exit_code = CAST(? AS INTEGER)", number);
    }
}

void where_add_coming(struct where *where, const struct query_filter *filter)
{
    struct query_filter coming = {
        .machine = filter->machine,
        .action_id = filter->action_id,
        .acquired_since = filter->acquired_since,
        .acquired_until = filter->acquired_until,
        .operator_name = filter->operator_name,
    };
    where_add_filter(where, &coming);
    where_add(
        where,
        "package_number IN (SELECT i.package_number FROM case_item AS i JOIN case_record AS c"
        " ON c.created_number = i.case_number AND i.removed_number IS NULL WHERE c.case_name = ?)",
        filter->case_name);
}

bool where_must_sort(const struct query_filter *filter)
{
    return filter->machine || filter->case_name || filter->acquired_since ||
           filter->acquired_until || (filter->script && is_glob(filter->script));
}
