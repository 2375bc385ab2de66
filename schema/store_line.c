/* The ledger's lines as rows, and how long each segment is by them. */
#include "schema/statement.h"
#include "schema/store.h"

#include <stdlib.h>
#include <string.h>

static bool given(const char *text)
{
    return text && *text;
}

static int put_row(struct store *store, const struct store_line *line, struct error *err)
{
    static const char sql[] =
        "INSERT INTO ledger (number, event, time, operator, os_user, host, tool, prev,"
        " package_sha256, size_bytes, segment, offset, stored_bytes, entry_segment, entry_offset,"
        " entry_bytes, entry_sha256, line, line_sha256, ledger_file, ledger_offset) VALUES"
        " (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19,"
        " ?20, ?21)";
    struct statement s;
    statement_start(&s, store, sql);
    statement_bind_int64(&s, line->number);
    statement_bind_string(&s, line->event);
    statement_bind_string(&s, line->time);
    statement_bind_string(&s, line->operator_name);
    statement_bind_string(&s, line->os_user);
    statement_bind_string(&s, line->host);
    statement_bind_string(&s, line->tool);
    statement_bind_string(&s, line->prev);
    statement_bind_string(&s, line->package_sha256);
    statement_bind_int64_if(&s, line->size_bytes >= 0, line->size_bytes);
    statement_bind_string(&s, line->segment);
    bool has_data = given(line->segment) && line->stored_bytes > 0;
    statement_bind_int64_if(&s, has_data, line->offset);
    statement_bind_int64_if(&s, has_data, line->stored_bytes);
    statement_bind_string(&s, line->entry_segment);
    statement_bind_int64_if(&s, given(line->entry_segment), line->entry_offset);
    statement_bind_int64_if(&s, given(line->entry_segment), line->entry_bytes);
    statement_bind_string(&s, line->entry_sha256);
    statement_bind_text(&s, line->line);
    statement_bind_string(&s, line->line_sha256);
    statement_bind_int64(&s, line->ledger_file);
    statement_bind_int64(&s, line->ledger_offset);
    return statement_run(&s, err);
}

static int note_segment(struct store *store, const char *name, int64_t end, int64_t sealed_number,
                        struct error *err)
{
    static const char sql[] =
        "INSERT INTO segment (name, acknowledged_bytes, sealed_number) VALUES (?1, ?2, ?3)"
        " ON CONFLICT (name) DO UPDATE SET"
        " acknowledged_bytes = max(acknowledged_bytes, excluded.acknowledged_bytes),"
        " sealed_number = ifnull(sealed_number, excluded.sealed_number)";
    struct statement s;
    statement_start(&s, store, sql);
    statement_bind_string(&s, name);
    statement_bind_int64(&s, end);
    statement_bind_int64_if(&s, sealed_number > 0, sealed_number);
    return statement_run(&s, err);
}

int store_put_line(struct store *store, const struct store_line *line, struct error *err)
{
    if (put_row(store, line, err))
        return -1;
    if (given(line->entry_segment) &&
        note_segment(store, line->entry_segment, line->entry_offset + line->entry_bytes, 0, err))
        return -1;
    if (!given(line->segment))
        return 0;
    if (strcmp(line->event, "sealed") == 0)
        return note_segment(store, line->segment, line->size_bytes > 0 ? line->size_bytes : 0,
                            line->number, err);
    if (given(line->entry_segment) && strcmp(line->segment, line->entry_segment) == 0)
        return 0;
    return note_segment(store, line->segment, 0, 0, err);
}

static int read_head(struct statement *s, int64_t *number, char sha256[65], int64_t *file,
                     int64_t *offset, struct error *err)
{
    int step = statement_step(s, err);
    if (step != 1)
        return step;
    *number = statement_int64(s, 0);
    statement_copy(s, 1, sha256, 65);
    *file = statement_int64(s, 2);
    *offset = statement_int64(s, 3);
    statement_finish(s);
    return 1;
}

#define HEAD "SELECT number, line_sha256, ledger_file, ledger_offset FROM ledger "

int store_head(struct store *store, int64_t *number, char sha256[65], int64_t *file,
               int64_t *offset, struct error *err)
{
    static const char sql[] = HEAD "ORDER BY number DESC LIMIT 1";
    struct statement s;
    statement_start(&s, store, sql);
    return read_head(&s, number, sha256, file, offset, err);
}

int store_head_of_earlier_file(struct store *store, int64_t *number, char sha256[65], int64_t *file,
                               int64_t *offset, struct error *err)
{
    static const char sql[] =
        HEAD "WHERE ledger_file < (SELECT ledger_file FROM ledger ORDER BY number DESC LIMIT 1)"
             " ORDER BY number DESC LIMIT 1";
    struct statement s;
    statement_start(&s, store, sql);
    return read_head(&s, number, sha256, file, offset, err);
}

int store_line_sha256(struct store *store, int64_t number, char sha256[65], struct error *err)
{
    static const char sql[] = "SELECT line_sha256 FROM ledger WHERE number = ?1";
    struct statement s;
    statement_start(&s, store, sql);
    statement_bind_int64(&s, number);
    int step = statement_step(&s, err);
    if (step != 1)
        return step;
    statement_copy(&s, 0, sha256, 65);
    statement_finish(&s);
    return 1;
}

int store_segment_length(struct store *store, const char *segment, int64_t *length,
                         struct error *err)
{
    static const char sql[] = "SELECT acknowledged_bytes FROM segment WHERE name = ?1";
    struct statement s;
    *length = 0;
    statement_start(&s, store, sql);
    statement_bind_string(&s, segment);
    return statement_one_int64(&s, length, err) < 0 ? -1 : 0;
}

int store_segment_is_sealed(struct store *store, const char *segment, struct error *err)
{
    static const char sql[] = "SELECT sealed_number FROM segment WHERE name = ?1";
    struct statement s;
    int64_t number;
    statement_start(&s, store, sql);
    statement_bind_string(&s, segment);
    return statement_one_int64(&s, &number, err);
}

int store_last_segment(struct store *store, const char *class_name, int *number, struct error *err)
{
    /* A number past 999999 makes a longer name; among names of one length the texts' order holds. */
    static const char sql[] = "SELECT CAST(substr(name, length(?1) + 2) AS INTEGER) FROM segment"
                              " WHERE name >= ?1 || '-' AND name < ?1 || '.'"
                              " ORDER BY length(name) DESC, name DESC LIMIT 1";
    struct statement s;
    int64_t value = 0;
    statement_start(&s, store, sql);
    statement_bind_string(&s, class_name);
    if (statement_one_int64(&s, &value, err) < 0)
        return -1;
    *number = (int)value;
    return 0;
}
