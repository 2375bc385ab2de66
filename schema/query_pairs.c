/* Which results are compared with which. A machine is told by its id, else by its name; a script's
 * runs belong together when an action tells the same parameters of them, or no action is known. */
#include "schema/where.h"

#include "base/buffer.h"

#define PAIRS_SQL_BYTES (64 * 1024)
#define NAME_BYTES 80 /* of a name in a message */

static int no_earlier(const struct query *asked, struct error *err)
{
    char shown[2][NAME_BYTES];
    struct query_value machine = query_value_named(asked, "machine_name");
    struct query_value script = query_value_named(asked, "script_name");
    if (machine.type == QUERY_NULL)
        machine = query_value_named(asked, "machine_id");
    const struct text texts[2] = {script.text, machine.text};
    for (int i = 0; i < 2; i++) {
        struct buffer out = {.bytes = shown[i], .capacity = NAME_BYTES, .limit = NAME_BYTES - 1};
        text_escape(&out, texts[i].bytes, texts[i].length, TEXT_KEEP_NONE);
        buffer_text(&out);
    }
    return error_set(err, ERROR_NOT_FOUND, "no earlier result of %s with the same parameters on %s",
                     script.type == QUERY_NULL ? "a script without a name" : shown[0], shown[1]);
}

/* The values of the asked result, in the order of the SQL below. */
static void bind_asked(struct query *query, const struct query *asked)
{
    static const char *const names[] = {"script_name", "params", "observed_at", "action_id"};
    struct query_value machine = query_value_named(asked, "machine_id");
    if (machine.type == QUERY_NULL)
        machine = query_value_named(asked, "machine_name");
    query_bind_text(query, machine.text);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        query_bind_text(query, query_value_named(asked, names[i]).text);
    query_bind_int64(query, query_value_named(asked, "command_index").integer);
    query_bind_int64(query, query_value_named(asked, "result_id").integer);
}

static int find_previous(struct store *reader, const struct query *asked, int64_t result_id,
                         int64_t *previous_id, struct error *err)
{
#define PREVIOUS(machine)                                                                          \
    "SELECT p.result_id FROM results AS p LEFT JOIN commands AS k"                                 \
    " ON k.action_id = p.action_id AND k.command_index = p.command_index"                          \
    " WHERE " machine " AND p.script_name IS ?2 COLLATE NOCASE AND k.params IS ?3"                 \
    " AND (p.observed_at, p.result_id) < (?4, ?7) AND p.is_latest = 1"                             \
    " AND (p.action_id IS NULL OR p.action_id IS NOT ?5 OR p.command_index IS NOT ?6)"             \
    " ORDER BY p.observed_at DESC, p.result_id DESC LIMIT 1"
    static const char by_id[] = PREVIOUS("p.machine_id = ?1");
    static const char by_name[] = PREVIOUS("p.machine_name = ?1 AND p.machine_id IS NULL");
    bool has_id = query_value_named(asked, "machine_id").type != QUERY_NULL;
    if (!has_id && query_value_named(asked, "machine_name").type == QUERY_NULL)
        return error_set(err, ERROR_NOT_FOUND,
                         "result %lld names no machine: nothing tells which came before it",
                         (long long)result_id);
    struct query *query = query_new(reader, has_id ? by_id : by_name, err);
    if (!query)
        return -1;
    bind_asked(query, asked);
    int more = query_next(query, err);
    if (more == 1)
        *previous_id = query_value(query, 0).integer;
    query_free(query);
    return more == 0 ? no_earlier(asked, err) : more < 0 ? -1 : 0;
}

int query_previous(struct store *reader, int64_t result_id, int64_t *previous_id, struct error *err)
{
    static const char sql[] =
        "SELECT r.result_id, r.machine_id, r.machine_name, r.script_name, r.observed_at,"
        " r.action_id, r.command_index, k.params FROM results AS r LEFT JOIN commands AS k"
        " ON k.action_id = r.action_id AND k.command_index = r.command_index"
        " WHERE r.result_id = ?1";
    struct query *asked = query_new(reader, sql, err);
    if (!asked)
        return -1;
    query_bind_int64(asked, result_id);
    int more = query_next(asked, err);
    if (more == 0)
        more =
            error_set(err, ERROR_NOT_FOUND, "no result has the number %lld", (long long)result_id);
    else if (more == 1)
        more = find_previous(reader, asked, result_id, previous_id, err);
    query_free(asked);
    return more;
}

int query_between(struct store *reader, const struct query_filter *filter, const char *from,
                  const char *to, struct query **query, struct error *err)
{
#define ID_OF(place) "CAST(substr(" place ", 30) AS INTEGER)" /* behind a time of 28 and a '/' */
    struct where where;
    struct buffer sql;
    where_init(&where);
    where_add_filter(&where, filter);
    where_add(&where, "observed_at <= ?", to);
    buffer_init(&sql, PAIRS_SQL_BYTES);
    text_printf(
        &sql,
        "SELECT " ID_OF("before_place") " AS before_id, " ID_OF(
            "first_place") " AS first_id, " ID_OF("last_place") " AS last_id FROM ("
                                                                "SELECT max(CASE WHEN "
                                                                "r.observed_at <= ?%d THEN r.place "
                                                                "END) AS before_place,"
                                                                " min(CASE WHEN r.observed_at > "
                                                                "?%d THEN r.place END) AS "
                                                                "first_place,"
                                                                " max(r.place) AS last_place, "
                                                                "max(r.machine_name) AS "
                                                                "machine_name, r.machine,"
                                                                " r.script_name FROM (SELECT "
                                                                "ifnull(machine_id, machine_name) "
                                                                "AS machine,"
                                                                " machine_name, script_name, "
                                                                "action_id, command_index, "
                                                                "observed_at,"
                                                                " printf('%%s/%%019d', "
                                                                "observed_at, result_id) AS place "
                                                                "FROM results%s"
                                                                " AND is_latest = 1 AND "
                                                                "ifnull(machine_id, machine_name) "
                                                                "IS NOT NULL) AS r"
                                                                " LEFT JOIN commands AS k ON "
                                                                "k.action_id = r.action_id"
                                                                " AND k.command_index = "
                                                                "r.command_index"
                                                                " GROUP BY r.machine COLLATE "
                                                                "NOCASE, r.script_name COLLATE "
                                                                "NOCASE, k.params)"
                                                                " ORDER BY ifnull(machine_name, "
                                                                "machine), machine, script_name, "
                                                                "before_place,"
                                                                " first_place",
        where.count + 1, where.count + 1, buffer_text(&where.sql));
    *query = query_new(reader, buffer_text(&sql), err);
    if (*query) {
        where_bind(&where, *query);
        query_bind_string(*query, from);
    }
    buffer_release(&sql);
    where_release(&where);
    return *query ? 0 : -1;
}
