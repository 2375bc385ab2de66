/* What is known of an action, as far as results depend on it. */
#include "schema/rows.h"

#define FACTS_COLUMNS                                                                              \
    "SELECT a.tenant_id, a.machine_id, a.machine_name, ifnull(a.last_updated_at, a.created_at),"   \
    " ifnull(k.ended_at, k.started_at), k.type = 'GetFile' COLLATE NOCASE, k.status, "             \
    "k.script_name"

/* Steps the started statement of `facts`. */
static int read_facts(struct facts *facts, struct error *err)
{
    struct statement *s = &facts->statement;
    int step = statement_step(s, err);
    if (step != 1)
        return step;
    facts->tenant_id = statement_text(s, 0);
    facts->machine_id = statement_text(s, 1);
    facts->machine_name = statement_text(s, 2);
    facts->action_at = statement_text(s, 3);
    facts->command_at = statement_text(s, 4);
    facts->is_get_file = statement_int64(s, 5) != 0;
    facts->command_status = statement_text(s, 6);
    facts->script_name = statement_text(s, 7);
    return 0;
}

int facts_load(struct facts *facts, struct store *store, struct text action_id,
               int64_t command_index, struct error *err)
{
    static const char sql[] = FACTS_COLUMNS " FROM actions AS a LEFT JOIN commands AS k"
                                            " ON k.action_id = a.action_id AND k.command_index = ?2"
                                            " WHERE a.action_id = ?1";
    *facts = (struct facts){0};
    if (action_id.length == 0)
        return 0;
    statement_start(&facts->statement, store, sql);
    statement_bind_text(&facts->statement, action_id);
    statement_bind_int64(&facts->statement, command_index);
    return read_facts(facts, err);
}

int facts_load_of_result(struct facts *facts, struct store *store, int64_t result_id,
                         struct error *err)
{
    static const char sql[] =
        FACTS_COLUMNS " FROM result AS r LEFT JOIN actions AS a ON a.action_id = r.action_id"
                      " LEFT JOIN commands AS k ON k.action_id = r.action_id"
                      " AND k.command_index = r.command_index WHERE r.result_id = ?1";
    *facts = (struct facts){0};
    statement_start(&facts->statement, store, sql);
    statement_bind_int64(&facts->statement, result_id);
    return read_facts(facts, err);
}

void facts_release(struct facts *facts)
{
    statement_finish(&facts->statement);
}

void facts_bind(struct statement *s, const struct facts *facts)
{
    statement_bind_text(s, facts->tenant_id);
    statement_bind_text(s, facts->machine_id);
    statement_bind_text(s, facts->machine_name);
    statement_bind_text(s, facts->command_at);
    statement_bind_text(s, facts->action_at);
}
