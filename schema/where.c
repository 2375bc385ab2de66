#include "schema/where.h"

#include "base/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void where_init(struct where *where)
{
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

static void add(struct where *where, const char *condition, const char *value, size_t length)
{
    text_printf(&where->sql, where->count == 0 ? " WHERE (" : " AND (");
    where->values[where->count++] = memory_copy_text(value, length);
    for (const char *at = condition; *at; at++) {
        if (*at == '?')
            text_printf(&where->sql, "?%d", where->count);
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

/* '/' is the character behind '.': the range is every name that begins with "name.". */
static void add_machine(struct where *where, const char *machine)
{
    if (is_glob(machine))
        add_glob(where, "machine_id LIKE ? ESCAPE '\\' OR machine_name LIKE ? ESCAPE '\\'",
                 machine);
    else if (strchr(machine, '.'))
        where_add(where, "machine_id = ? OR machine_name = ?", machine);
    else
        where_add(where,
                  "machine_id = ? OR machine_name = ?"
                  " OR (machine_name >= ? || '.' AND machine_name < ? || '/')",
                  machine);
}

static void add_script(struct where *where, const char *script)
{
    if (is_glob(script))
        add_glob(where, "script_name LIKE ? ESCAPE '\\'", script);
    else
        where_add(where, "script_name = ? COLLATE NOCASE", script);
}

void where_add_filter(struct where *where, const struct query_filter *filter)
{
    if (filter->machine)
        add_machine(where, filter->machine);
    if (filter->script)
        add_script(where, filter->script);
    where_add(where, "action_id = ?", filter->action_id);
    where_add(where,
              "content_id IN (SELECT t.content_id FROM case_record AS c JOIN case_item AS i"
              " ON i.case_number = c.created_number JOIN content AS t"
              " ON t.package_number = i.package_number WHERE c.case_name = ?)",
              filter->case_name);
    where_add(where, "observed_at >= ?", filter->since);
    where_add(where, "observed_at < ?", filter->until);
    /* The hint: SQLite takes a range with one end for a quarter of all. */
    where_add(where, "likelihood(acquired_at >= ?, 0.001)", filter->acquired_since);
    where_add(where, "likelihood(acquired_at < ?, 0.001)", filter->acquired_until);
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
    where_add(where,
              "package_number IN (SELECT i.package_number FROM case_item AS i JOIN case_record AS c"
              " ON c.created_number = i.case_number WHERE c.case_name = ?)",
              filter->case_name);
}
