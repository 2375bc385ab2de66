/* Contents and their pages, in the tables and in the full-text index. */
#include "schema/rows.h"
#include "schema/text_index.h"

#include <string.h>

/* Pages deleted in one transaction by store_drop_unfinished: 4 MiB of text. */
#define DROP_STEP_PAGES 64

enum content_state { UNFINISHED = 0, PUBLIC = 1, WITHDRAWN = 2 };

/* Pages are moved and deleted one by one: a statement over many would keep what it changes in
 * memory until its end. */
struct page {
    struct statement statement; /* the texts below are its row's */
    int64_t id;
    struct text stream;
    int64_t number, end_byte;
    struct text text;
};

int store_begin_content(struct store *store, int64_t content_id, const char *package_sha256,
                        int64_t member_index, struct error *err)
{
    static const char sql[] = "INSERT INTO content (content_id, package_number, member_index,"
                              " state) VALUES (?1, ?2, ?3, 0)";
    struct statement s;
    int64_t package_number;
    if (package_find_number(store, package_sha256, &package_number, err) < 0)
        return -1;
    statement_start(&s, store, sql);
    statement_bind_int64(&s, content_id);
    statement_bind_int64(&s, package_number);
    statement_bind_int64(&s, member_index);
    return statement_run(&s, err);
}

/* FTS5 must be told the old text to find what it indexed. */
static int unindex_page(struct store *store, int64_t page_id, struct text text, struct error *err)
{
    static const char sql[] =
        "INSERT INTO output_fts (output_fts, rowid, text) VALUES ('delete', ?1, ?2)";
    struct statement s;
    statement_start(&s, store, sql);
    statement_bind_int64(&s, page_id);
    statement_bind_text(&s, text);
    return statement_run(&s, err);
}

static int64_t count_line_feeds(struct text text)
{
    int64_t count = 0;
    const char *at = text.bytes, *end = text.bytes + text.length;
    while (at < end && (at = memchr(at, '\n', (size_t)(end - at))) != NULL) {
        count++;
        at++;
    }
    return count;
}

/* Where a page begins in its stream. */
struct page_start {
    int64_t byte;
    int64_t line;      /* from 1 */
    bool is_continued; /* inside that line */
};

static int find_page_start(struct store *store, int64_t content_id, struct text stream,
                           int64_t page_no, struct page_start *start, struct error *err)
{
    static const char sql[] = "SELECT end_byte, start_line, text FROM page"
                              " WHERE content_id = ?1 AND stream = ?2 AND page_no = ?3";
    struct statement s;
    *start = (struct page_start){.line = 1};
    if (page_no == 1)
        return 0;
    statement_start(&s, store, sql);
    statement_bind_int64(&s, content_id);
    statement_bind_text(&s, stream);
    statement_bind_int64(&s, page_no - 1);
    int step = statement_step(&s, err);
    if (step != 1)
        return step;
    struct text before = statement_text(&s, 2);
    start->byte = statement_int64(&s, 0);
    start->line = statement_int64(&s, 1) + count_line_feeds(before);
    start->is_continued = before.length > 0 && before.bytes[before.length - 1] != '\n';
    statement_finish(&s);
    return 0;
}

static int insert_page(struct store *store, int64_t content_id, struct text stream, int64_t page_no,
                       struct text text, struct error *err)
{
    static const char sql[] =
        "INSERT INTO page (content_id, stream, page_no, end_byte, start_line, is_continued, text)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    struct statement s;
    struct page_start start;
    if (find_page_start(store, content_id, stream, page_no, &start, err))
        return -1;
    statement_start(&s, store, sql);
    statement_bind_int64(&s, content_id);
    statement_bind_text(&s, stream);
    statement_bind_int64(&s, page_no);
    statement_bind_int64(&s, start.byte + (int64_t)text.length);
    statement_bind_int64(&s, start.line);
    statement_bind_int64(&s, start.is_continued);
    statement_bind_text(&s, text);
    if (statement_run(&s, err))
        return -1;
    return text_index_add(store, sqlite3_last_insert_rowid(store->db), text, err);
}

int store_put_page(struct store *store, int64_t content_id, const char *stream, int64_t page_no,
                   struct text text, struct error *err)
{
    return insert_page(store, content_id, statement_string(stream), page_no, text, err);
}

static void bind_powershell(struct statement *s, const struct store_content *content)
{
    statement_bind_text(s, content->ps_transcript_path);
    statement_bind_text(s, content->ps_transcript_id);
    statement_bind_text(s, content->ps_user);
    statement_bind_text(s, content->ps_runas_user);
    statement_bind_text(s, content->ps_machine);
    statement_bind_text(s, content->ps_host_application);
    statement_bind_int64_if(s, content->has_ps_process_id, content->ps_process_id);
    statement_bind_text(s, content->ps_version);
    statement_bind_string(s, content->ps_started_at);
    statement_bind_string(s, content->ps_ended_at);
}

int store_finish_content(struct store *store, const struct store_content *content,
                         struct error *err)
{
    static const char sql[] =
        "UPDATE content SET state = 1, script_name = ?2, exit_code = ?3, parse_status = ?4,"
        " diagnostics = ?5, extra = ?6, has_output = ?7, has_error = ?8, output_bytes = ?9,"
        " error_bytes = ?10, output_sha256 = ?11, nul_stripped = ?12, nul_inside = ?13,"
        " ps_transcript_path = ?14, ps_transcript_id = ?15, ps_user = ?16, ps_runas_user = ?17,"
        " ps_machine = ?18, ps_host_application = ?19, ps_process_id = ?20, ps_version = ?21,"
        " ps_started_at = ?22, ps_ended_at = ?23 WHERE content_id = ?1 AND state = 0";
    struct statement s;
    statement_start(&s, store, sql);
    statement_bind_int64(&s, content->content_id);
    statement_bind_text(&s, content->script_name);
    statement_bind_int64_if(&s, content->has_exit_code, content->exit_code);
    statement_bind_string(&s, content->parse_status);
    statement_bind_text(&s, content->diagnostics);
    statement_bind_text(&s, content->extra);
    statement_bind_int64(&s, content->has_output);
    statement_bind_int64(&s, content->has_error);
    statement_bind_int64(&s, content->has_output ? content->output_bytes : 0);
    statement_bind_int64(&s, content->has_error ? content->error_bytes : 0);
    statement_bind_string(&s, content->has_output ? content->output_sha256 : NULL);
    statement_bind_int64(&s, content->nul_stripped);
    statement_bind_int64(&s, content->nul_inside);
    bind_powershell(&s, content);
    return statement_run(&s, err);
}

/* The next content of a package behind *member_index in one of two states: 1, 0 or -1. */
static int next_content(struct store *store, int64_t package_number, enum content_state lowest,
                        enum content_state highest, int64_t *member_index, int64_t *content_id,
                        struct error *err)
{
    static const char sql[] =
        "SELECT content_id, member_index FROM content WHERE package_number = ?1"
        " AND member_index > ?2 AND state BETWEEN ?3 AND ?4 ORDER BY member_index LIMIT 1";
    struct statement s;
    statement_start(&s, store, sql);
    statement_bind_int64(&s, package_number);
    statement_bind_int64(&s, *member_index);
    statement_bind_int64(&s, lowest);
    statement_bind_int64(&s, highest);
    int step = statement_step(&s, err);
    if (step != 1)
        return step;
    *content_id = statement_int64(&s, 0);
    *member_index = statement_int64(&s, 1);
    statement_finish(&s);
    return 1;
}

static int set_state(struct store *store, int64_t content_id, enum content_state state,
                     struct error *err)
{
    static const char sql[] = "UPDATE content SET state = ?2 WHERE content_id = ?1";
    struct statement s;
    statement_start(&s, store, sql);
    statement_bind_int64(&s, content_id);
    statement_bind_int64(&s, state);
    return statement_run(&s, err) ? -1 : result_set_public(store, content_id, state == PUBLIC, err);
}

static int first_page(struct store *store, const char *sql, int64_t content_id, struct page *page,
                      struct error *err)
{
    struct statement *s = &page->statement;
    statement_start(s, store, sql);
    statement_bind_int64(s, content_id);
    int step = statement_step(s, err);
    if (step != 1)
        return step;
    page->id = statement_int64(s, 0);
    page->stream = statement_text(s, 1);
    page->number = statement_int64(s, 2);
    page->end_byte = statement_int64(s, 3);
    page->text = statement_text(s, 4);
    return 1;
}

static int first_public_page(struct store *store, int64_t content_id, struct page *page,
                             struct error *err)
{
    static const char sql[] = "SELECT page_id, stream, page_no, end_byte, text FROM page"
                              " WHERE content_id = ?1 ORDER BY stream, page_no LIMIT 1";
    return first_page(store, sql, content_id, page, err);
}

static int first_withdrawn_page(struct store *store, int64_t content_id, struct page *page,
                                struct error *err)
{
    static const char sql[] = "SELECT rowid, stream, page_no, end_byte, text FROM withdrawn_page"
                              " WHERE content_id = ?1 ORDER BY stream, page_no LIMIT 1";
    return first_page(store, sql, content_id, page, err);
}

static int delete_row(struct store *store, const char *sql, int64_t id, struct error *err)
{
    struct statement s;
    statement_start(&s, store, sql);
    statement_bind_int64(&s, id);
    return statement_run(&s, err);
}

/* Takes a page out of index and table; finishes its statement. */
static int drop_public_page(struct store *store, struct page *page, struct error *err)
{
    static const char sql[] = "DELETE FROM page WHERE page_id = ?1";
    int result = unindex_page(store, page->id, page->text, err);
    statement_finish(&page->statement);
    return result ? -1 : delete_row(store, sql, page->id, err);
}

static int drop_withdrawn_page(struct store *store, struct page *page, struct error *err)
{
    static const char sql[] = "DELETE FROM withdrawn_page WHERE rowid = ?1";
    statement_finish(&page->statement);
    return delete_row(store, sql, page->id, err);
}

static int withdraw_page(struct store *store, int64_t content_id, struct page *page,
                         struct error *err)
{
    static const char sql[] = "INSERT INTO withdrawn_page (content_id, stream, page_no, end_byte,"
                              " text) VALUES (?1, ?2, ?3, ?4, ?5)";
    struct statement s;
    statement_start(&s, store, sql);
    statement_bind_int64(&s, content_id);
    statement_bind_text(&s, page->stream);
    statement_bind_int64(&s, page->number);
    statement_bind_int64(&s, page->end_byte);
    statement_bind_text(&s, page->text);
    if (statement_run(&s, err) == 0)
        return drop_public_page(store, page, err);
    statement_finish(&page->statement);
    return -1;
}

int content_withdraw(struct store *store, int64_t package_number, struct error *err)
{
    int64_t content_id, member_index = -1;
    int more, pages;
    struct page page;
    while ((more = next_content(store, package_number, PUBLIC, PUBLIC, &member_index, &content_id,
                                err)) == 1) {
        while ((pages = first_public_page(store, content_id, &page, err)) == 1)
            if (withdraw_page(store, content_id, &page, err))
                return -1;
        if (pages < 0 || set_state(store, content_id, WITHDRAWN, err))
            return -1;
    }
    return more;
}

static int restore_page(struct store *store, int64_t content_id, struct page *page,
                        struct error *err)
{
    if (insert_page(store, content_id, page->stream, page->number, page->text, err) == 0)
        return drop_withdrawn_page(store, page, err);
    statement_finish(&page->statement);
    return -1;
}

int content_restore(struct store *store, int64_t package_number, struct error *err)
{
    int64_t content_id, member_index = -1;
    int more, pages;
    struct page page;
    while ((more = next_content(store, package_number, WITHDRAWN, WITHDRAWN, &member_index,
                                &content_id, err)) == 1) {
        while ((pages = first_withdrawn_page(store, content_id, &page, err)) == 1)
            if (restore_page(store, content_id, &page, err))
                return -1;
        if (pages < 0 || set_state(store, content_id, PUBLIC, err))
            return -1;
    }
    return more;
}

/* Deletes up to *budget pages of the content, then the content itself: 1 when it is gone, 0 when
 * the budget came first. */
static int drop_content(struct store *store, int64_t content_id, int64_t *budget, struct error *err)
{
    static const char sql[] = "DELETE FROM content WHERE content_id = ?1";
    struct page page;
    int more;
    while (*budget > 0 && (more = first_public_page(store, content_id, &page, err)) != 0) {
        if (more < 0 || drop_public_page(store, &page, err))
            return -1;
        --*budget;
    }
    while (*budget > 0 && (more = first_withdrawn_page(store, content_id, &page, err)) != 0) {
        if (more < 0 || drop_withdrawn_page(store, &page, err))
            return -1;
        --*budget;
    }
    if (*budget <= 0)
        return 0;
    --*budget;
    return delete_row(store, sql, content_id, err) ? -1 : 1;
}

static int find_unfinished(struct store *store, int64_t *content_id, struct error *err)
{
    static const char sql[] = "SELECT content_id FROM content WHERE state = 0"
                              " ORDER BY content_id LIMIT 1";
    struct statement s;
    statement_start(&s, store, sql);
    return statement_one_int64(&s, content_id, err);
}

static int drop_step(struct store *store, struct error *err)
{
    int64_t content_id, budget = DROP_STEP_PAGES;
    int more;
    while (budget > 0 && (more = find_unfinished(store, &content_id, err)) != 0)
        if (more < 0 || drop_content(store, content_id, &budget, err) < 0)
            return -1;
    return 0;
}

int store_drop_unfinished(struct store *store, struct error *err)
{
    int64_t content_id;
    int more;
    while ((more = find_unfinished(store, &content_id, err)) == 1) {
        if (store_begin(store, err))
            return -1;
        if (drop_step(store, err) || store_commit(store, err)) {
            store_rollback(store);
            return -1;
        }
    }
    return more;
}

int store_drop_package_contents(struct store *store, const char *package_sha256, struct error *err)
{
    int64_t package_number, content_id, member_index = -1, budget = INT64_MAX;
    int more;
    if (package_find_number(store, package_sha256, &package_number, err) < 0)
        return -1;
    while ((more = next_content(store, package_number, UNFINISHED, WITHDRAWN, &member_index,
                                &content_id, err)) == 1)
        if (result_delete_of_content(store, content_id, err) ||
            drop_content(store, content_id, &budget, err) < 0)
            return -1;
    return more < 0 ? -1 : result_choose_latest_of_package(store, package_number, err);
}
