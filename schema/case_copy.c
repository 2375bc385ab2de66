#include "schema/case_copy.h"

#include "base/file.h"
#include "base/interrupt.h"
#include "base/memory.h"
#include "schema/migrate.h"
#include "schema/rows.h"
#include "schema/statement.h"
#include "schema/text_index.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define OPERATIONS                                                                                 \
    10000 /* of SQLite's machine between two looks for a signal: well below a second */

/* ?1 is the number of the ledger line that created the case, ?2 the last line that counts. */
static const char *const steps[] = {
    "INSERT INTO temp.wanted SELECT i.package_number, EXISTS (SELECT 1 FROM temp.withheld AS w"
    " WHERE w.package_sha256 = p.package_sha256) FROM source.case_item AS i JOIN source.package AS "
    "p"
    " ON p.first_number = i.package_number WHERE i.case_number = ?1 AND i.added_number <= ?2"
    " AND (i.removed_number IS NULL OR i.removed_number > ?2) ORDER BY 1",

    "INSERT INTO case_record SELECT * FROM source.case_record WHERE created_number = ?1",

    "INSERT INTO case_item SELECT i.* FROM source.case_item AS i JOIN temp.wanted AS w"
    " USING (package_number) WHERE i.case_number = ?1 ORDER BY i.item_number",
    "UPDATE case_item SET removed_number = NULL",

    "INSERT INTO case_step SELECT * FROM source.case_step WHERE case_number = ?1 AND number <= ?2"
    " ORDER BY number",

    "INSERT INTO package SELECT p.* FROM temp.wanted AS w JOIN source.package AS p"
    " ON p.first_number = w.package_number ORDER BY 1",

    /* All comings-in of what is withheld stay away: they name machines and paths. */
    "INSERT INTO acquisition SELECT a.* FROM temp.wanted AS w CROSS JOIN source.acquisition AS a"
    " ON a.package_number = w.package_number WHERE NOT w.is_withheld AND a.number <= ?2 ORDER BY"
    " a.number",
    "UPDATE acquisition SET case_name = NULL WHERE case_name <> (SELECT case_name FROM "
    "case_record)",
    "UPDATE case_step SET words = NULL WHERE package_number IS NOT NULL AND package_number NOT IN"
    " (SELECT package_number FROM acquisition)",
    "UPDATE package SET diagnostics = NULL, unparsed = NULL FROM temp.wanted AS w"
    " WHERE w.package_number = first_number AND w.is_withheld",

    "INSERT INTO content SELECT c.* FROM temp.wanted AS w CROSS JOIN source.content AS c"
    " ON c.package_number = w.package_number WHERE NOT w.is_withheld AND c.state = 1"
    " ORDER BY c.content_id",
    "INSERT INTO page SELECT p.* FROM content AS c CROSS JOIN source.page AS p"
    " ON p.content_id = c.content_id ORDER BY c.content_id, p.stream, p.page_no",
    "INSERT INTO result SELECT r.* FROM content AS c CROSS JOIN source.result AS r"
    " ON r.content_id = c.content_id WHERE r.is_public = 1 AND r.result_id % 1000000000000 <= ?2"
    " ORDER BY r.result_id",
    /* A better one of the same action may have come behind last_number, or into no case. */
    "UPDATE result SET is_latest = place = 1 FROM (SELECT result_id AS id, row_number() OVER"
    " (PARTITION BY action_id, command_index ORDER BY " RESULT_STATUS_RANK " DESC,"
    " result_id % 1000000000000 DESC, result_id) AS place FROM result WHERE action_id IS NOT NULL)"
    " WHERE result_id = id AND is_latest <> (place = 1)",

    "INSERT INTO actions SELECT a.* FROM (SELECT DISTINCT action_id FROM result WHERE action_id IS"
    " NOT NULL) AS r CROSS JOIN source.actions AS a ON a.action_id = r.action_id ORDER BY "
    "a.action_id",
    "INSERT INTO commands SELECT k.* FROM actions AS a CROSS JOIN source.commands AS k"
    " ON k.action_id = a.action_id ORDER BY k.action_id, k.command_index",
    "INSERT INTO machines SELECT m.* FROM (SELECT DISTINCT machine_id FROM result WHERE machine_id "
    "IS"
    " NOT NULL) AS r CROSS JOIN source.machines AS m ON m.machine_id = r.machine_id"
    " ORDER BY m.machine_id",
    "INSERT INTO machines SELECT m.* FROM (SELECT DISTINCT machine_name FROM result WHERE "
    "machine_id"
    " IS NULL AND machine_name IS NOT NULL) AS r CROSS JOIN source.machines AS m"
    " ON m.machine_name = r.machine_name WHERE m.machine_id IS NULL ORDER BY m.machine_name",

    /* The lines hold hashes, ids and operators only: also those of what is withheld. */
    "INSERT INTO ledger SELECT l.* FROM (SELECT a.number FROM temp.wanted AS w CROSS JOIN"
    " source.acquisition AS a ON a.package_number = w.package_number WHERE a.number <= ?2"
    " UNION SELECT number FROM case_step UNION SELECT added_number FROM case_item"
    " UNION SELECT ?1) AS n CROSS JOIN source.ledger AS l ON l.number = n.number ORDER BY n.number",
};

static int run_step(struct store *copy, const char *sql, int64_t case_number, int64_t last_number,
                    struct error *err)
{
    struct statement s;
    statement_start(&s, copy, sql);
    if (strstr(sql, "?1") || strstr(sql, "?2"))
        statement_bind_int64(&s, case_number);
    if (strstr(sql, "?2"))
        statement_bind_int64(&s, last_number);
    return statement_run(&s, err);
}

static int note_withheld(struct store *copy, const struct case_copy *what, struct error *err)
{
    static const char sql[] = "INSERT INTO temp.withheld VALUES (?1) ON CONFLICT DO NOTHING";
    for (size_t i = 0; i < what->withheld_count; i++) {
        struct statement s;
        statement_start(&s, copy, sql);
        statement_bind_string(&s, what->withheld[i]);
        if (statement_run(&s, err))
            return -1;
    }
    return 0;
}

static int attach(struct store *copy, const struct store *reader, struct error *err)
{
    static const char sql[] = "ATTACH DATABASE ?1 AS source";
    struct statement s;
    struct buffer read_only;
    char *uri = store_uri(reader);
    buffer_init(&read_only, strlen(uri) + 16);
    /* The connection writes, and what it attaches would be open for writing too. */
    text_printf(&read_only, "%s%cmode=ro", uri, strchr(uri, '?') ? '&' : '?');
    sqlite3_limit(copy->db, SQLITE_LIMIT_ATTACHED, 1);
    statement_start(&s, copy, sql);
    statement_bind_string(&s, buffer_text(&read_only));
    int result = statement_run(&s, err);
    buffer_release(&read_only);
    free(uri);
    return result;
}

/* A signal ends a statement, too, that copies many pages. */
static int is_interrupted(void *context)
{
    (void)context;
    return interrupt_check(NULL) != 0;
}

/* What SQLite says then is that it was interrupted, and not by what. */
static int say_interrupted(int result, struct error *err)
{
    if (result)
        (void)interrupt_check(err);
    return result;
}

static int copy_rows(struct store *copy, const struct case_copy *what, struct error *err)
{
    static const char find[] = "SELECT created_number FROM source.case_record WHERE case_name = ?1";
    struct statement s;
    int64_t case_number;
    statement_start(&s, copy, find);
    statement_bind_string(&s, what->case_name);
    int found = statement_one_int64(&s, &case_number, err);
    if (found == 0)
        return error_set(err, ERROR_NOT_FOUND, "there is no case %s", what->case_name);
    if (found < 0 || note_withheld(copy, what, err))
        return -1;
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
        if (interrupt_check(err) || run_step(copy, steps[i], case_number, what->last_number, err))
            return -1;
    return 0;
}

struct store *case_copy_open(const char *path, struct error *err)
{
    int fd = file_open(path, O_RDWR | O_CREAT | O_EXCL, err);
    if (fd < 0)
        return NULL;
    close(fd);
    return store_open_copy(path, err);
}

void case_copy_set_folder(struct store *copy, const char *folder)
{
    free(copy->path);
    copy->path = memory_copy_text(folder, strlen(folder));
}

int case_copy_fill(struct store *copy, const struct store *reader, const struct case_copy *what,
                   struct error *err)
{
    sqlite3_progress_handler(copy->db, OPERATIONS, is_interrupted, NULL);
    int result =
        store_set_up_copy(copy, err) || attach(copy, reader, err) ||
                store_execute(copy,
                              "CREATE TABLE temp.withheld (package_sha256 TEXT PRIMARY KEY);"
                              "CREATE TABLE temp.wanted (package_number INTEGER PRIMARY KEY,"
                              " is_withheld INTEGER NOT NULL)",
                              err) ||
                store_begin(copy, err) || copy_rows(copy, what, err)
            ? -1
            : 0;
    return say_interrupted(result, err);
}

int case_copy_index(struct store *copy, struct store *part, struct error *err)
{
    int result =
        text_index_make(copy, part, err) || store_execute(copy, "DETACH source", err) ? -1 : 0;
    return say_interrupted(result, err);
}

void case_copy_stop(struct store *copy)
{
    sqlite3_interrupt(copy->db);
}
