/* Packages: where the bytes lie, and what reading them gave. */
#include "schema/rows.h"

/* SQL: true when a known GetFile command brought the package, and no other command did. How it came
 * in without an action says nothing either way. */
#define ONLY_GET_FILE(number)                                                                      \
    "(EXISTS (SELECT 1 FROM acquisition WHERE package_number = " number " AND is_get_file = 1)"    \
    " AND NOT EXISTS (SELECT 1 FROM acquisition WHERE package_number = " number                    \
    " AND is_get_file = 0 AND action_id IS NOT NULL))"

static int not_known(struct store *store, const char *package_sha256, struct error *err)
{
    error_set(err, ERROR_DATABASE, "knows no package %.64s; `lrarchive rebuild` makes it anew",
              package_sha256 ? package_sha256 : "");
    return error_at_path(err, store->path);
}

int store_put_package(struct store *store, const struct store_package *package, struct error *err)
{
    static const char sql[] = "INSERT INTO package (first_number, package_sha256, size_bytes,"
                              " segment, offset, stored_bytes) VALUES (?1, ?2, ?3, ?4, ?5, ?6)"
                              " ON CONFLICT (package_sha256) DO UPDATE SET segment = ?4,"
                              " offset = ?5, stored_bytes = ?6";
    struct statement s;
    statement_start(&s, store, sql);
    statement_bind_int64(&s, package->first_number);
    statement_bind_string(&s, package->package_sha256);
    statement_bind_int64(&s, package->size_bytes);
    statement_bind_string(&s, package->segment);
    statement_bind_int64(&s, package->offset);
    statement_bind_int64(&s, package->stored_bytes);
    return statement_run(&s, err);
}

int store_find_package(struct store *store, const char *package_sha256, int64_t *size_bytes,
                       char segment[40], int64_t *offset, int64_t *stored_bytes, struct error *err)
{
    static const char sql[] = "SELECT size_bytes, segment, offset, stored_bytes FROM package"
                              " WHERE package_sha256 = ?1";
    struct statement s;
    statement_start(&s, store, sql);
    statement_bind_string(&s, package_sha256);
    int step = statement_step(&s, err);
    if (step != 1)
        return step;
    *size_bytes = statement_int64(&s, 0);
    statement_copy(&s, 1, segment, 40);
    *offset = statement_int64(&s, 2);
    *stored_bytes = statement_int64(&s, 3);
    statement_finish(&s);
    return 1;
}

int package_find_number(struct store *store, const char *package_sha256, int64_t *number,
                        struct error *err)
{
    static const char sql[] = "SELECT first_number FROM package WHERE package_sha256 = ?1";
    struct statement s;
    statement_start(&s, store, sql);
    statement_bind_string(&s, package_sha256);
    int found = statement_one_int64(&s, number, err);
    return found == 0 ? not_known(store, package_sha256, err) : found;
}

int store_put_reading(struct store *store, const char *package_sha256, const char *kind,
                      const char *parse_status, struct text diagnostics, const char *unparsed,
                      const char *tool, struct error *err)
{
    static const char sql[] =
        "UPDATE package SET content_kind = ?2, parse_status = ?3, diagnostics = ?4, unparsed = ?5,"
        " parsed_by = ?6, kind = CASE WHEN " ONLY_GET_FILE(
            "first_number") " THEN 'file' ELSE ?2 END"
                            " WHERE package_sha256 = ?1 RETURNING first_number, kind IS NOT ?2";
    struct statement s;
    statement_start(&s, store, sql);
    statement_bind_string(&s, package_sha256);
    statement_bind_string(&s, kind);
    statement_bind_string(&s, parse_status);
    statement_bind_text(&s, diagnostics);
    statement_bind_string(&s, unparsed);
    statement_bind_string(&s, tool);
    int step = statement_step(&s, err);
    if (step <= 0)
        return step < 0 ? -1 : not_known(store, package_sha256, err);
    int64_t number = statement_int64(&s, 0);
    bool is_withdrawn = statement_int64(&s, 1) != 0;
    statement_finish(&s);
    return is_withdrawn ? package_settle_kind(store, number, err) : 0;
}

int store_is_unparsed(struct store *store, const char *package_sha256, const char *tool,
                      struct error *err)
{
    static const char sql[] = "SELECT 1 FROM package WHERE package_sha256 = ?1"
                              " AND unparsed IS NOT NULL AND parsed_by = ?2";
    struct statement s;
    int64_t one;
    statement_start(&s, store, sql);
    statement_bind_string(&s, package_sha256);
    statement_bind_string(&s, tool);
    return statement_one_int64(&s, &one, err);
}

static int set_kind(struct store *store, int64_t package_number, bool is_file, struct error *err)
{
    static const char sql[] = "UPDATE package SET kind = CASE WHEN ?2 THEN 'file'"
                              " ELSE content_kind END WHERE first_number = ?1";
    struct statement s;
    statement_start(&s, store, sql);
    statement_bind_int64(&s, package_number);
    statement_bind_int64(&s, is_file);
    return statement_run(&s, err);
}

int package_settle_kind(struct store *store, int64_t package_number, struct error *err)
{
    static const char sql[] = "SELECT content_kind = 'action', " ONLY_GET_FILE(
        "?1") " FROM package WHERE first_number = ?1";
    struct statement s;
    statement_start(&s, store, sql);
    statement_bind_int64(&s, package_number);
    int step = statement_step(&s, err);
    if (step <= 0)
        return step;
    bool holds_action = statement_int64(&s, 0) != 0;
    bool is_file = statement_int64(&s, 1) != 0;
    statement_finish(&s);
    if (set_kind(store, package_number, is_file, err))
        return -1;
    if (!is_file)
        return content_restore(store, package_number, err);
    /* What a machine's file says about actions is no word of the service. */
    if (holds_action && action_forget_package(store, package_number, err))
        return -1;
    return content_withdraw(store, package_number, err);
}
