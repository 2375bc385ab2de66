/* Cases: what is in them, and what was done to them. */
#include "schema/rows.h"

#include <string.h>

static int put_case(struct store *store, const struct store_case_step *step, struct error *err)
{
    static const char sql[] = "INSERT INTO case_record (created_number, case_name, created_at,"
                              " operator) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING";
    struct statement s;
    statement_start(&s, store, sql);
    statement_bind_int64(&s, step->number);
    statement_bind_text(&s, step->case_name);
    statement_bind_string(&s, step->at);
    statement_bind_string(&s, step->operator_name);
    return statement_run(&s, err);
}

/* A package that was removed comes back as the exhibit that it was; one that is in the case stays as it is. */
static int put_item(struct store *store, const struct store_case_step *step, struct error *err)
{
    static const char sql[] =
        "INSERT INTO case_item (case_number, item_number, package_number, added_at, added_number,"
        " operator) VALUES ((SELECT created_number FROM case_record WHERE case_name = ?1),"
        " 1 + ifnull((SELECT max(i.item_number) FROM case_item AS i JOIN case_record AS c"
        " ON c.created_number = i.case_number WHERE c.case_name = ?1), 0),"
        " (SELECT first_number FROM package WHERE package_sha256 = ?2), ?3, ?4, ?5)"
        " ON CONFLICT (case_number, package_number) DO UPDATE SET added_at = ?3, added_number = ?4,"
        " operator = ?5, removed_number = NULL WHERE removed_number IS NOT NULL";
    struct statement s;
    statement_start(&s, store, sql);
    statement_bind_text(&s, step->case_name);
    statement_bind_string(&s, step->package_sha256);
    statement_bind_string(&s, step->at);
    statement_bind_int64(&s, step->number);
    statement_bind_string(&s, step->operator_name);
    return statement_run(&s, err);
}

static int put_step(struct store *store, const struct store_case_step *step, struct error *err)
{
    static const char sql[] =
        "INSERT INTO case_step (number, case_number, event, event_at, operator, package_number, "
        "words)"
        " VALUES (?1, (SELECT created_number FROM case_record WHERE case_name = ?2), ?3, ?4, ?5,"
        " (SELECT first_number FROM package WHERE package_sha256 = ?6), ?7)"
        " ON CONFLICT (number) DO NOTHING";
    struct statement s;
    statement_start(&s, store, sql);
    statement_bind_int64(&s, step->number);
    statement_bind_text(&s, step->case_name);
    statement_bind_string(&s, step->event);
    statement_bind_string(&s, step->at);
    statement_bind_string(&s, step->operator_name);
    statement_bind_string(&s, step->package_sha256);
    statement_bind_text(&s, step->words);
    return statement_run(&s, err);
}

static int is_known(struct store *store, const char *package_sha256, struct error *err)
{
    static const char sql[] = "SELECT 1 FROM package WHERE package_sha256 = ?1";
    struct statement s;
    int64_t one;
    statement_start(&s, store, sql);
    statement_bind_string(&s, package_sha256);
    return statement_one_int64(&s, &one, err);
}

/* 1 when the package was in the case and removed. */
static int was_removed(struct store *store, const struct store_case_step *step, struct error *err)
{
    static const char sql[] =
        "SELECT 1 FROM case_item AS i JOIN case_record AS c ON c.created_number = i.case_number"
        " JOIN package AS p ON p.first_number = i.package_number"
        " WHERE c.case_name = ?1 AND p.package_sha256 = ?2 AND i.removed_number IS NOT NULL";
    struct statement s;
    int64_t one;
    statement_start(&s, store, sql);
    statement_bind_text(&s, step->case_name);
    statement_bind_string(&s, step->package_sha256);
    return statement_one_int64(&s, &one, err);
}

int case_put_coming(struct store *store, const struct store_case_step *step, struct error *err)
{
    int removed = was_removed(store, step, err);
    if (removed < 0 || put_case(store, step, err) || put_item(store, step, err))
        return -1;
    return removed ? put_step(store, step, err) : 0;
}

static int describe(struct store *store, const struct store_case_step *step, struct error *err)
{
    static const char sql[] = "UPDATE case_record SET title = ifnull(?2, title),"
                              " reference = ifnull(?3, reference) WHERE case_name = ?1";
    struct statement s;
    statement_start(&s, store, sql);
    statement_bind_text(&s, step->case_name);
    statement_bind_text(&s, step->title);
    statement_bind_text(&s, step->reference);
    return statement_run(&s, err);
}

static int remove_item(struct store *store, const struct store_case_step *step, struct error *err)
{
    static const char sql[] =
        "UPDATE case_item SET removed_number = ?3 WHERE removed_number IS NULL AND case_number ="
        " (SELECT created_number FROM case_record WHERE case_name = ?1) AND package_number ="
        " (SELECT first_number FROM package WHERE package_sha256 = ?2)";
    struct statement s;
    statement_start(&s, store, sql);
    statement_bind_text(&s, step->case_name);
    statement_bind_string(&s, step->package_sha256);
    statement_bind_int64(&s, step->number);
    return statement_run(&s, err);
}

static int set_closed(struct store *store, const struct store_case_step *step, bool is_closed,
                      struct error *err)
{
    static const char sql[] = "UPDATE case_record SET closed_number = ?2 WHERE case_name = ?1";
    struct statement s;
    statement_start(&s, store, sql);
    statement_bind_text(&s, step->case_name);
    statement_bind_int64_if(&s, is_closed, step->number);
    return statement_run(&s, err);
}

int store_put_case_step(struct store *store, const struct store_case_step *step, struct error *err)
{
    int known = step->package_sha256 ? is_known(store, step->package_sha256, err) : 0;
    if (known < 0 || put_case(store, step, err) || put_step(store, step, err))
        return -1;
    if (strcmp(step->event, "case_created") == 0)
        return describe(store, step, err);
    if (strcmp(step->event, "case_added") == 0)
        return known ? put_item(store, step, err) : 0;
    if (strcmp(step->event, "case_removed") == 0)
        return remove_item(store, step, err);
    if (strcmp(step->event, "case_closed") == 0)
        return set_closed(store, step, true, err);
    if (strcmp(step->event, "case_reopened") == 0)
        return set_closed(store, step, false, err);
    return 0;
}

int store_find_case(struct store *store, struct text case_name, struct store_case *found,
                    struct error *err)
{
    static const char sql[] =
        "SELECT created_number, closed_number IS NOT NULL, EXISTS (SELECT 1 FROM case_step"
        " WHERE case_number = created_number AND event = 'case_created') FROM case_record"
        " WHERE case_name = ?1";
    struct statement s;
    *found = (struct store_case){0};
    statement_start(&s, store, sql);
    statement_bind_text(&s, case_name);
    int step = statement_step(&s, err);
    if (step != 1)
        return step;
    found->created_number = statement_int64(&s, 0);
    found->is_closed = statement_int64(&s, 1) != 0;
    found->is_described = statement_int64(&s, 2) != 0;
    statement_finish(&s);
    return 1;
}

int store_find_exhibit(struct store *store, struct text case_name, const char *package_sha256,
                       int64_t *item_number, struct error *err)
{
    static const char sql[] =
        "SELECT i.item_number FROM case_item AS i JOIN case_record AS c"
        " ON c.created_number = i.case_number JOIN package AS p"
        " ON p.first_number = i.package_number WHERE c.case_name = ?1 AND p.package_sha256 = ?2"
        " AND i.removed_number IS NULL";
    struct statement s;
    statement_start(&s, store, sql);
    statement_bind_text(&s, case_name);
    statement_bind_string(&s, package_sha256);
    return statement_one_int64(&s, item_number, err);
}

int store_find_exhibit_package(struct store *store, struct text case_name, int64_t item_number,
                               char package_sha256[65], struct error *err)
{
    static const char sql[] =
        "SELECT p.package_sha256 FROM case_item AS i JOIN case_record AS c"
        " ON c.created_number = i.case_number JOIN package AS p"
        " ON p.first_number = i.package_number WHERE c.case_name = ?1 AND i.item_number = ?2"
        " AND i.removed_number IS NULL";
    struct statement s;
    statement_start(&s, store, sql);
    statement_bind_text(&s, case_name);
    statement_bind_int64(&s, item_number);
    int step = statement_step(&s, err);
    if (step != 1)
        return step;
    statement_copy(&s, 0, package_sha256, 65);
    statement_finish(&s);
    return 1;
}
