#include "schema/pages.h"

#include "base/memory.h"
#include "schema/query_row.h"

#include <stdlib.h>

#define COLUMNS "page_id, content_id, stream, page_no, start_line, is_continued, text"
#define STREAM_NAME(is_error) ((is_error) ? "error" : "output")

enum way { ALL, BY_CONTENT, BY_PHRASE };

struct pages {
    struct store *reader;
    const struct scope *scope;
    enum way way;
    struct query *query; /* all pages, those of one text, or those with the phrase */
    int64_t skipped;     /* content_id to pass over; -1: none */

    size_t next_content; /* BY_CONTENT: position in the scope */
    bool is_in_content;

    /* BY_PHRASE: pages that begin with an end of the phrase, in order; and a page from `query` that
     * waits behind them. */
    int64_t *seams;
    size_t seam_count, next_seam;
    struct query *one;
    bool is_waiting, is_over;
};

void pages_free(struct pages *pages)
{
    if (!pages)
        return;
    query_free(pages->query);
    query_free(pages->one);
    free(pages->seams);
    free(pages);
}

static struct pages *new_pages(struct store *reader, const struct scope *scope, enum way way,
                               const char *sql, struct error *err)
{
    struct pages *pages = memory_zeroed(1, sizeof *pages);
    *pages = (struct pages){.reader = reader, .scope = scope, .way = way, .skipped = -1};
    pages->query = query_new(reader, sql, err);
    if (pages->query)
        return pages;
    pages_free(pages);
    return NULL;
}

/* A look-up costs about four small pages. */
int pages_is_narrow(struct store *reader, const struct scope *scope, struct error *err)
{
    size_t count;
    if (scope_is_everything(scope))
        return 0;
    scope_contents(scope, &count);
    struct query *query = query_new(reader, "SELECT count(*) FROM content", err);
    int more = query ? query_next(query, err) : -1;
    int64_t all = more == 1 ? query_value(query, 0).integer : 0;
    query_free(query);
    return more < 0 ? -1 : (int64_t)count * 4 < all;
}

struct pages *pages_new(struct store *reader, const struct scope *scope, struct error *err)
{
    /* A text's output before its errors. */
    static const char by_content[] = "SELECT " COLUMNS " FROM page WHERE content_id = ?1"
                                     " ORDER BY stream DESC, page_no";
    static const char all[] = "SELECT " COLUMNS " FROM page ORDER BY page_id";
    int narrow = pages_is_narrow(reader, scope, err);
    if (narrow < 0)
        return NULL;
    return new_pages(reader, scope, narrow ? BY_CONTENT : ALL, narrow ? by_content : all, err);
}

struct pages *pages_new_range(struct store *reader, const struct scope *scope, struct error *err)
{
    static const char sql[] = "SELECT " COLUMNS " FROM page WHERE page_id BETWEEN ?1 AND ?2"
                              " ORDER BY page_id";
    return new_pages(reader, scope, ALL, sql, err);
}

void pages_set_range(struct pages *pages, int64_t first_id, int64_t last_id)
{
    query_again(pages->query);
    query_bind_int64(pages->query, first_id);
    query_bind_int64(pages->query, last_id);
}

int pages_last_id(struct store *reader, int64_t *page_id, struct error *err)
{
    static const char sql[] = "SELECT max(page_id) FROM page";
    struct statement s;
    *page_id = 0;
    statement_start(&s, reader, sql);
    return statement_one_int64(&s, page_id, err) < 0 ? -1 : 0;
}

/* ---- the phrase that straddles ---- */

static void add_seam(struct pages *pages, int64_t page_id)
{
    if ((pages->seam_count & (pages->seam_count - 1)) == 0)
        pages->seams = memory_resize(pages->seams, (pages->seam_count ? 2 * pages->seam_count : 1) *
                                                       sizeof *pages->seams);
    pages->seams[pages->seam_count++] = page_id;
}

static int has_continued_pages(struct store *reader, struct error *err)
{
    static const char sql[] = "SELECT 1 FROM page WHERE is_continued = 1 LIMIT 1";
    struct statement s;
    int64_t one;
    statement_start(&s, reader, sql);
    return statement_one_int64(&s, &one, err);
}

/* Few pages begin inside a line: mostly there is nothing to ask the index. */
static int find_seams(struct pages *pages, const char *match_tail, struct error *err)
{
    static const char sql[] =
        "SELECT rowid FROM output_fts WHERE output_fts MATCH ?1"
        " AND +rowid IN (SELECT page_id FROM page WHERE is_continued = 1) ORDER BY rowid";
    int more = match_tail ? has_continued_pages(pages->reader, err) : 0;
    if (more <= 0)
        return more;
    struct query *query = query_new(pages->reader, sql, err);
    more = -1;
    if (query) {
        query_bind_string(query, match_tail);
        while ((more = query_next(query, err)) == 1)
            add_seam(pages, query_value(query, 0).integer);
    }
    query_free(query);
    return more;
}

struct pages *pages_new_of_phrase(struct store *reader, const struct scope *scope,
                                  const struct phrase *phrase, struct error *err)
{
    static const char found[] = "SELECT p.page_id, p.content_id, p.stream, p.page_no, p.start_line,"
                                " p.is_continued, p.text"
                                " FROM output_fts AS f CROSS JOIN page AS p ON p.page_id = f.rowid"
                                " WHERE output_fts MATCH ?1 ORDER BY f.rowid";
    static const char one[] = "SELECT " COLUMNS " FROM page WHERE page_id = ?1";
    struct pages *pages = new_pages(reader, scope, BY_PHRASE, found, err);
    if (!pages)
        return NULL;
    query_bind_string(pages->query, phrase_match(phrase));
    pages->one = query_new(reader, one, err);
    if (pages->one && find_seams(pages, phrase_match_tail(phrase), err) == 0)
        return pages;
    pages_free(pages);
    return NULL;
}

/* ---- one after the other ---- */

/* The text as it lies in SQLite's own memory: asking for it as a blob saves a copy. */
static void take(struct query *query, struct page *page)
{
    sqlite3_stmt *row = query->prepared;
    const unsigned char *stream = sqlite3_column_text(row, 2);
    page->page_id = sqlite3_column_int64(row, 0);
    page->content_id = sqlite3_column_int64(row, 1);
    page->is_error = stream && stream[0] == 'e';
    page->page_no = sqlite3_column_int64(row, 3);
    page->start_line = sqlite3_column_int64(row, 4);
    page->is_continued = sqlite3_column_int64(row, 5) != 0;
    page->text.bytes = sqlite3_column_blob(row, 6);
    page->text.length = (size_t)sqlite3_column_bytes(row, 6);
    if (!page->text.bytes)
        page->text = (struct text){"", 0};
}

/* Asks before the text is read: what is out of scope costs no reading. */
static bool is_wanted(const struct pages *pages, struct query *query)
{
    int64_t content_id = sqlite3_column_int64(query->prepared, 1);
    return content_id != pages->skipped && scope_holds(pages->scope, content_id);
}

static int next_of_all(struct pages *pages, struct page *page, struct error *err)
{
    int more;
    while ((more = query_next(pages->query, err)) == 1) {
        if (!is_wanted(pages, pages->query))
            continue;
        take(pages->query, page);
        return 1;
    }
    return more;
}

static int next_by_content(struct pages *pages, struct page *page, struct error *err)
{
    size_t count;
    const int64_t *contents = scope_contents(pages->scope, &count);
    for (;;) {
        int more = pages->is_in_content ? query_next(pages->query, err) : 0;
        if (more < 0)
            return -1;
        if (more == 1 && sqlite3_column_int64(pages->query->prepared, 1) != pages->skipped) {
            take(pages->query, page);
            return 1;
        }
        if (pages->next_content == count)
            return 0;
        query_again(pages->query);
        query_bind_int64(pages->query, contents[pages->next_content++]);
        pages->is_in_content = true;
    }
}

/* The next page from the index, in `query`. */
static int step_phrase(struct pages *pages, struct error *err)
{
    int more = 1;
    while (!pages->is_waiting && !pages->is_over && (more = query_next(pages->query, err)) == 1)
        pages->is_waiting = is_wanted(pages, pages->query);
    if (more == 0)
        pages->is_over = true;
    return more < 0 ? -1 : 0;
}

static int next_seam(struct pages *pages, struct page *page, struct error *err)
{
    query_again(pages->one);
    query_bind_int64(pages->one, pages->seams[pages->next_seam++]);
    int more = query_next(pages->one, err);
    if (more != 1 || !is_wanted(pages, pages->one))
        return more < 0 ? -1 : 0;
    take(pages->one, page);
    return 1;
}

static int next_by_phrase(struct pages *pages, struct page *page, struct error *err)
{
    for (;;) {
        if (step_phrase(pages, err))
            return -1;
        int64_t waiting =
            pages->is_over ? INT64_MAX : sqlite3_column_int64(pages->query->prepared, 0);
        if (pages->next_seam < pages->seam_count && pages->seams[pages->next_seam] <= waiting) {
            if (pages->seams[pages->next_seam] == waiting)
                pages->is_waiting = false;
            int more = next_seam(pages, page, err);
            if (more != 0)
                return more;
            continue;
        }
        if (pages->is_over)
            return 0;
        pages->is_waiting = false;
        if (sqlite3_column_int64(pages->query->prepared, 1) == pages->skipped)
            continue;
        take(pages->query, page);
        return 1;
    }
}

int pages_next(struct pages *pages, struct page *page, struct error *err)
{
    static int (*const next[])(struct pages *, struct page *, struct error *) = {
        [ALL] = next_of_all, [BY_CONTENT] = next_by_content, [BY_PHRASE] = next_by_phrase};
    return next[pages->way](pages, page, err);
}

void pages_skip_content(struct pages *pages, int64_t content_id)
{
    pages->skipped = content_id;
}

int pages_read_one(struct store *reader, int64_t content_id, bool is_error, int64_t page_no,
                   struct buffer *text, struct error *err)
{
    static const char sql[] =
        "SELECT text FROM page WHERE content_id = ?1 AND stream = ?2 AND page_no = ?3";
    struct statement s;
    statement_start(&s, reader, sql);
    statement_bind_int64(&s, content_id);
    statement_bind_string(&s, STREAM_NAME(is_error));
    statement_bind_int64(&s, page_no);
    int more = statement_step(&s, err);
    if (more != 1)
        return more;
    struct text page = statement_text(&s, 0);
    if (page.bytes)
        (void)buffer_append(text, page.bytes, page.length);
    statement_finish(&s);
    return 1;
}
