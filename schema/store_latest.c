/* is_latest: which result of one action and index stands for it. */
#include "schema/rows.h"

static int set_latest(struct store *store, int64_t result_id, bool is_latest, struct error *err)
{
    static const char sql[] = "UPDATE result SET is_latest = ?2 WHERE result_id = ?1";
    struct statement s;
    statement_start(&s, store, sql);
    statement_bind_int64(&s, result_id);
    statement_bind_int64(&s, is_latest);
    return statement_run(&s, err);
}

int result_join_command(struct store *store, const struct claim *claim, int64_t status_rank,
                        int64_t result_id, bool *is_latest, struct error *err)
{
    static const char sql[] =
        "SELECT result_id, " RESULT_STATUS_RANK " FROM result"
        " WHERE action_id = ?1 AND command_index = ?2 AND is_latest = 1 LIMIT 1";
    struct statement s;
    *is_latest = true;
    if (claim->action_id.length == 0)
        return 0;
    statement_start(&s, store, sql);
    statement_bind_text(&s, claim->action_id);
    statement_bind_int64(&s, claim->command_index);
    int step = statement_step(&s, err);
    if (step != 1)
        return step;
    int64_t other_id = statement_int64(&s, 0), other_rank = statement_int64(&s, 1);
    statement_finish(&s);
    int64_t number = result_id % STORE_MEMBER_STEP, other_number = other_id % STORE_MEMBER_STEP;
    if (status_rank != other_rank)
        *is_latest = status_rank > other_rank;
    else if (number != other_number)
        *is_latest = number > other_number;
    else
        *is_latest = result_id < other_id;
    return *is_latest ? set_latest(store, other_id, false, err) : 0;
}

static int find_latest(struct store *store, struct text action_id, int64_t command_index,
                       int64_t other_than, int64_t *result_id, struct error *err)
{
    static const char sql[] = "SELECT result_id FROM result WHERE action_id = ?1"
                              " AND command_index = ?2 AND is_latest = 1 AND result_id <> ?3"
                              " LIMIT 1";
    struct statement s;
    statement_start(&s, store, sql);
    statement_bind_text(&s, action_id);
    statement_bind_int64(&s, command_index);
    statement_bind_int64(&s, other_than);
    return statement_one_int64(&s, result_id, err);
}

int result_choose_latest(struct store *store, struct text action_id, int64_t command_index,
                         struct error *err)
{
    static const char sql[] =
        "SELECT result_id FROM result"
        " WHERE action_id = ?1 AND command_index = ?2 ORDER BY " RESULT_STATUS_RANK " DESC,"
        " result_id % 1000000000000 DESC, result_id LIMIT 1";
    struct statement s;
    int64_t best, other;
    statement_start(&s, store, sql);
    statement_bind_text(&s, action_id);
    statement_bind_int64(&s, command_index);
    int found = statement_one_int64(&s, &best, err);
    if (found != 1)
        return found;
    while ((found = find_latest(store, action_id, command_index, best, &other, err)) == 1)
        if (set_latest(store, other, false, err))
            return -1;
    return found < 0 ? -1 : set_latest(store, best, true, err);
}

int result_choose_latest_of_package(struct store *store, int64_t package_number, struct error *err)
{
    static const char sql[] = "SELECT DISTINCT action_id, ifnull(command_index, 0) FROM acquisition"
                              " WHERE package_number = ?1 AND action_id IS NOT NULL ORDER BY 1, 2";
    struct statement s;
    int step;
    statement_start(&s, store, sql);
    statement_bind_int64(&s, package_number);
    while ((step = statement_step(&s, err)) == 1) {
        if (result_choose_latest(store, statement_text(&s, 0), statement_int64(&s, 1), err)) {
            statement_finish(&s);
            return -1;
        }
    }
    return step;
}
