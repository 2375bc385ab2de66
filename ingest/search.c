#include "ingest/search.h"

#include "base/interrupt.h"
#include "base/memory.h"
#include "ingest/sieve.h"
#include "parser/package.h"
#include "schema/pages.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BEFORE_HIT_BYTES (16 * 1024) /* of a long line that are given before the hit */

struct search {
    struct store *reader;
    const struct search_spec *spec;
    struct scope *scope;
    struct pages *pages;
    struct sieve *sieve;     /* over the pages; SEARCH_INDICATORS */
    struct phrase *phrase;   /* SEARCH_PHRASE */
    struct matcher *matcher; /* the other modes */
    /* For one line while the others are in their text; NULL until needed. */
    struct phrase *marking_phrase;
    struct matcher *marker;
    uint32_t marked;      /* the pattern it is for */
    struct buffer around; /* pages put together, where a line or a phrase goes over their ends */

    search_call *call;
    void *context;

    /* The text under way. */
    struct page page;
    bool is_in_text;
    struct buffer last_page; /* a full page that turned out to be the last, read again */
    int64_t page_offset;     /* bytes of the text before the page */
    int64_t text_number;     /* counts texts, so that last_lines need no clearing */
    int64_t cursor, line;    /* byte of the page, and the line it is in */
    struct last_line {
        int64_t text_number, line_no;
    } * last_lines; /* of each pattern: where its last hit was */
    enum search_answer answer;
};

/* ---- making one ---- */

static unsigned match_flags(const struct search_spec *spec)
{
    return (spec->is_case_sensitive ? MATCH_CASE : 0u) | (spec->is_word ? MATCH_WORD : 0u);
}

static struct matcher *new_indicators(const struct search_spec *spec, struct error *err)
{
    size_t count = spec->indicators->count;
    struct text *texts = memory_zeroed(count + 1, sizeof *texts);
    for (size_t i = 0; i < count; i++)
        texts[i] = spec->indicators->of[i].indicator;
    struct matcher *matcher = matcher_new_literals(texts, count, match_flags(spec), err);
    free(texts);
    return matcher;
}

/* For all that is looked for, or for one pattern of it. */
static struct matcher *new_matcher(const struct search_spec *spec, const uint32_t *pattern,
                                   struct error *err)
{
    if (spec->mode == SEARCH_REGEX)
        return matcher_new_regex(spec->text, spec->is_case_sensitive, err);
    if (spec->mode == SEARCH_SUBSTRING)
        return matcher_new_literals(&spec->text, 1, match_flags(spec), err);
    if (!pattern)
        return new_indicators(spec, err);
    return matcher_new_literals(&spec->indicators->of[*pattern].indicator, 1, match_flags(spec),
                                err);
}

static int compile(struct search *search, struct error *err)
{
    if (search->spec->mode == SEARCH_PHRASE)
        search->phrase = phrase_new(search->reader, search->spec->text, err);
    else
        search->matcher = new_matcher(search->spec, NULL, err);
    return search->phrase || search->matcher ? 0 : -1;
}

/* A scan of everything goes through the sieve. */
static int open_pages(struct search *search, const char *database_path, struct error *err)
{
    if (search->phrase) {
        search->pages = pages_new_of_phrase(search->reader, search->scope, search->phrase, err);
        return search->pages ? 0 : -1;
    }
    int narrow = pages_is_narrow(search->reader, search->scope, err);
    if (narrow < 0)
        return -1;
    if (!narrow && database_path)
        search->sieve = sieve_new(database_path, search->reader, search->scope, search->matcher);
    if (!search->sieve)
        search->pages = pages_new(search->reader, search->scope, err);
    return search->sieve || search->pages ? 0 : -1;
}

struct search *search_new(const char *database_path, struct store *reader,
                          const struct search_spec *spec, struct error *err)
{
    struct search *search = memory_zeroed(1, sizeof *search);
    size_t patterns = spec->mode == SEARCH_INDICATORS ? spec->indicators->count : 1;
    search->reader = reader;
    search->spec = spec;
    search->last_lines = memory_zeroed(patterns, sizeof *search->last_lines);
    buffer_init(&search->around, 4 * PACKAGE_PAGE_BYTES);
    buffer_init(&search->last_page, PACKAGE_PAGE_BYTES);
    if (compile(search, err) == 0 &&
        (search->scope = scope_new(reader, spec->filter, err)) != NULL &&
        open_pages(search, database_path, err) == 0)
        return search;
    search_free(search);
    return NULL;
}

void search_free(struct search *search)
{
    if (!search)
        return;
    sieve_free(search->sieve);
    pages_free(search->pages);
    scope_free(search->scope);
    phrase_free(search->phrase);
    phrase_free(search->marking_phrase);
    matcher_free(search->matcher);
    matcher_free(search->marker);
    buffer_release(&search->around);
    buffer_release(&search->last_page);
    free(search->last_lines);
    free(search);
}

int64_t search_long_lines(const struct search *search)
{
    return search->matcher ? matcher_long_lines(search->matcher) : 0;
}

int64_t search_limited_lines(const struct search *search)
{
    return search->matcher ? matcher_limited_lines(search->matcher) : 0;
}

/* ---- the line of a hit ---- */

/* True for a page that is surely the last of its text: the pager fills others to the half. */
static bool ends_text(const struct page *page)
{
    return page->text.length < PACKAGE_PAGE_BYTES / 2;
}

static int64_t count_line_feeds(const char *bytes, int64_t length)
{
    int64_t count = 0;
    const char *at = bytes, *end = bytes + length;
    while (at < end && (at = memchr(at, '\n', (size_t)(end - at))) != NULL) {
        count++;
        at++;
    }
    return count;
}

/* The line that byte `at` of the page is in. Hits come nearly in order: counting goes on from the
 * last one, back or forth. */
static int64_t line_at(struct search *search, int64_t at)
{
    const char *bytes = search->page.text.bytes;
    if (at < 0)
        return search->page.start_line;
    if (at >= search->cursor)
        search->line += count_line_feeds(bytes + search->cursor, at - search->cursor);
    else
        search->line -= count_line_feeds(bytes + at, search->cursor - at);
    search->cursor = at;
    return search->line;
}

/* The line around byte `at` of `text`, cut to SEARCH_LINE_BYTES around it at characters. `open_start`
 * and `open_end` say that the text is not all: what reaches its end is cut. */
static struct text line_around(struct text text, size_t at, bool open_start, bool open_end,
                               bool *is_cut)
{
    const char *before = at > 0 ? memrchr(text.bytes, '\n', at) : NULL;
    const char *behind = at < text.length ? memchr(text.bytes + at, '\n', text.length - at) : NULL;
    size_t start = before ? (size_t)(before - text.bytes) + 1 : 0;
    size_t end = behind ? (size_t)(behind - text.bytes) : text.length;
    *is_cut = (!before && open_start) || (!behind && open_end);
    if (end - start > SEARCH_LINE_BYTES) {
        *is_cut = true;
        if (at - start > BEFORE_HIT_BYTES)
            start = at - BEFORE_HIT_BYTES;
        if (end - start > SEARCH_LINE_BYTES)
            end = start + SEARCH_LINE_BYTES;
        while (start < at && ((unsigned char)text.bytes[start] & 0xC0) == 0x80)
            start++;
        while (end > at && end < text.length && ((unsigned char)text.bytes[end] & 0xC0) == 0x80)
            end--;
    }
    return (struct text){text.bytes + start, end - start};
}

/* Appends a page of the text under way: 1, 0 when there is none, -1. */
static int append_page(struct search *search, int64_t page_no, struct error *err)
{
    const struct page *page = &search->page;
    if (page_no < 1)
        return 0;
    return pages_read_one(search->reader, page->content_id, page->is_error, page_no,
                          &search->around, err);
}

/* The page that byte *at is in, which lies before the page under way; *at is then of that one. A
 * regular expression tells of a line at its end: its match may begin many pages before. */
static int go_back(struct search *search, int64_t *page_no, int64_t *at, struct error *err)
{
    while (*at < 0 && *page_no > 1) {
        buffer_clear(&search->around);
        if (append_page(search, --*page_no, err) < 0)
            return -1;
        *at += (int64_t)search->around.length;
    }
    if (*at >= 0)
        return 0;
    return error_set(err, ERROR_DAMAGED, "a page of text is missing; run `lrarchive verify`");
}

/* Puts together the page that byte *at is in with the one before and the one behind; *at is then of
 * that text. */
static int gather(struct search *search, int64_t *at, bool *open_start, bool *open_end,
                  struct error *err)
{
    struct buffer *around = &search->around;
    int64_t page_no = search->page.page_no;
    if (go_back(search, &page_no, at, err))
        return -1;
    buffer_clear(around);
    if (append_page(search, page_no - 1, err) < 0)
        return -1;
    *at += (int64_t)around->length;
    *open_start = page_no > 2;
    if (append_page(search, page_no, err) < 0)
        return -1;
    int more = append_page(search, page_no + 1, err);
    *open_end = more == 1;
    return more < 0 ? -1 : 0;
}

/* The line that holds byte `at` of the page (below 0: of a page before). */
static int find_line(struct search *search, int64_t at, struct search_hit *hit, struct error *err)
{
    const struct page *page = &search->page;
    const char *bytes = page->text.bytes;
    size_t length = page->text.length, from = at > 0 ? (size_t)at : 0;
    bool has_start = at >= 0 && (!page->is_continued || memrchr(bytes, '\n', from) != NULL);
    bool has_end = at >= 0 && memchr(bytes + from, '\n', length - from) != NULL;
    if (has_start && (has_end || ends_text(page))) {
        hit->line = line_around(page->text, from, false, false, &hit->is_cut);
        return 0;
    }
    bool open_start, open_end;
    if (gather(search, &at, &open_start, &open_end, err))
        return -1;
    struct text text = {search->around.bytes, search->around.length};
    hit->line = line_around(text, (size_t)at, open_start, open_end, &hit->is_cut);
    return 0;
}

/* Tells of a match that begins at byte `at` of the page, once for each line and pattern. */
static int tell(struct search *search, int64_t at, uint32_t pattern, struct error *err)
{
    struct last_line *last = &search->last_lines[pattern];
    struct search_hit hit = {.content_id = search->page.content_id,
                             .is_error = search->page.is_error,
                             .line_no = line_at(search, at),
                             .pattern = pattern};
    if (last->text_number == search->text_number && last->line_no == hit.line_no)
        return 0;
    *last = (struct last_line){search->text_number, hit.line_no};
    if (find_line(search, at, &hit, err))
        return -1;
    search->answer = search->call(search->context, &hit, err);
    return search->answer == SEARCH_GO_ON ? 0 : -1;
}

/* ---- pages, one after the other ---- */

static void enter_page(struct search *search, const struct page *page)
{
    search->page = *page;
    search->cursor = 0;
    search->line = page->start_line;
}

static int on_match(void *context, const struct match *match, struct error *err)
{
    struct search *search = context;
    return tell(search, match->start - search->page_offset, match->pattern, err);
}

/* The row of a page that may not have been the last is gone once the next was asked for. */
static int leave_text(struct search *search, struct error *err)
{
    struct page *page = &search->page;
    if (!search->is_in_text)
        return 0;
    search->is_in_text = false;
    if (!ends_text(page)) {
        buffer_clear(&search->last_page);
        if (pages_read_one(search->reader, page->content_id, page->is_error, page->page_no,
                           &search->last_page, err) < 0)
            return -1;
        page->text = (struct text){search->last_page.bytes, search->last_page.length};
    }
    return matcher_end(search->matcher, err);
}

static void pass_over(struct search *search)
{
    search->answer = SEARCH_GO_ON;
    if (search->sieve)
        sieve_skip_content(search->sieve, search->page.content_id);
    else
        pages_skip_content(search->pages, search->page.content_id);
}

/* Leaves the text under way for that of `page`: 0, 1 when that is passed over, -1. A hit at the end of
 * the one may be answered while the other's page is there already. */
static int change_text(struct search *search, const struct page *page, struct error *err)
{
    if (leave_text(search, err) == 0)
        return 0;
    if (search->answer != SEARCH_NEXT_CONTENT)
        return -1;
    pass_over(search);
    return page->content_id == search->page.content_id;
}

static bool goes_on(const struct search *search, const struct page *page)
{
    return search->is_in_text && page->content_id == search->page.content_id &&
           page->is_error == search->page.is_error && page->page_no == search->page.page_no + 1;
}

static int match_page(struct search *search, const struct page *page, struct error *err)
{
    if (goes_on(search, page)) {
        search->page_offset += (int64_t)search->page.text.length;
    } else {
        int passed = change_text(search, page, err);
        if (passed != 0)
            return passed < 0 ? -1 : 0;
        search->text_number++;
        search->page_offset = 0;
        matcher_begin(search->matcher, on_match, search);
    }
    enter_page(search, page);
    search->is_in_text = true;
    if (matcher_feed(search->matcher, page->text, err))
        return -1;
    return ends_text(page) ? leave_text(search, err) : 0;
}

struct on_phrase {
    struct search *search;
    size_t first; /* where the page begins in the text that is looked at */
    struct error *err;
};

static int on_phrase(void *context, size_t start, size_t end)
{
    struct on_phrase *on = context;
    /* What ends in the page before was found there. */
    if (end <= on->first)
        return 0;
    return tell(on->search, (int64_t)start - (int64_t)on->first, 0, on->err);
}

static int phrase_page(struct search *search, const struct page *page, struct error *err)
{
    struct on_phrase on = {search, 0, err};
    bool is_new = page->content_id != search->page.content_id ||
                  page->is_error != search->page.is_error || search->text_number == 0;
    struct text text = page->text;
    struct buffer joined;
    int result = 0;
    search->text_number += is_new;
    enter_page(search, page);
    buffer_init(&joined, 2 * PACKAGE_PAGE_BYTES);
    if (page->is_continued && phrase_match_tail(search->phrase)) {
        result = pages_read_one(search->reader, page->content_id, page->is_error, page->page_no - 1,
                                &joined, err);
        on.first = joined.length;
        (void)buffer_append(&joined, page->text.bytes, page->text.length);
        text = (struct text){joined.bytes, joined.length};
    }
    if (result >= 0)
        result = phrase_find(search->phrase, text, on_phrase, &on, err);
    buffer_release(&joined);
    return result;
}

/* What a call said, after one of the functions above gave -1: 0 goes on with the next text, 1 is the
 * end, -1 a failure. */
static int after_stop(struct search *search, struct error *err)
{
    enum search_answer answer = search->answer;
    char where[64];
    search->answer = SEARCH_GO_ON;
    search->is_in_text = false;
    if (answer == SEARCH_NEXT_CONTENT) {
        pass_over(search);
        return 0;
    }
    if (answer == SEARCH_STOP)
        return 1;
    snprintf(where, sizeof where, "content_id %lld, %s", (long long)search->page.content_id,
             search->page.is_error ? "error" : "output");
    return error_at_path(err, where);
}

static int next_page(struct search *search, struct page *page, struct error *err)
{
    return search->sieve ? sieve_next(search->sieve, page, err)
                         : pages_next(search->pages, page, err);
}

int search_run(struct search *search, search_call *call, void *context, struct error *err)
{
    struct page page;
    int more, stopped = 0;
    search->call = call;
    search->context = context;
    while (stopped == 0 && (more = next_page(search, &page, err)) != 0) {
        if (more < 0 || interrupt_check(err))
            return -1;
        if ((search->phrase ? phrase_page : match_page)(search, &page, err))
            stopped = after_stop(search, err);
    }
    /* A call that wanted the next text, or the end, may have its way here, too. */
    if (stopped == 0 && leave_text(search, err))
        stopped = after_stop(search, err);
    return stopped < 0 ? -1 : 0;
}

/* ---- marking ---- */

struct phrase_marks {
    struct match *matches;
    int count, most;
};

static int add_phrase_mark(void *context, size_t start, size_t end)
{
    struct phrase_marks *marks = context;
    marks->matches[marks->count++] = (struct match){(int64_t)start, (int64_t)end, 0};
    return marks->count == marks->most;
}

/* FTS5's tokenizer is not to be called from its own callback. */
static int mark_phrase(struct search *search, struct text line, struct match *matches, int most,
                       struct error *err)
{
    struct phrase_marks marks = {matches, 0, most};
    if (!search->marking_phrase)
        search->marking_phrase = phrase_new(search->reader, search->spec->text, err);
    if (!search->marking_phrase ||
        phrase_find(search->marking_phrase, line, add_phrase_mark, &marks, err) < 0)
        return -1;
    return marks.count;
}

int search_mark(struct search *search, uint32_t pattern, struct text line, struct match *matches,
                int most, struct error *err)
{
    if (search->phrase)
        return mark_phrase(search, line, matches, most, err);
    if (search->marker && search->marked != pattern) {
        matcher_free(search->marker);
        search->marker = NULL;
    }
    if (!search->marker)
        search->marker = new_matcher(search->spec, &pattern, err);
    search->marked = pattern;
    return search->marker ? matcher_mark(search->marker, line, matches, most, err) : -1;
}
