#include "schema/lines.h"

#include "base/memory.h"
#include "schema/query_row.h"

#include <stdlib.h>
#include <string.h>

struct lines {
    struct query *pages;
    const char *stream;
    struct text page; /* the rest of it */
    bool is_over;     /* no page follows; SQLite would begin anew */
    /* What was taken from pages that are gone by now, of a line that goes on. */
    struct buffer gathered;
    bool is_given;  /* `gathered` was given to the caller and starts anew */
    bool is_inside; /* a piece of the line was given already */
    int64_t number; /* of the line that comes, or goes on; 0: no page was read yet */
    int64_t first;  /* lines before it are passed over */
};

/* The page that line ?3 begins in, or the one before when it begins with a page, and all behind. */
static const char pages_sql[] =
    "SELECT start_line, is_continued, text FROM page WHERE content_id = ?1 AND stream = ?2"
    " AND page_no >= (SELECT max(page_no) FROM page WHERE content_id = ?1 AND stream = ?2"
    " AND (start_line < ?3 OR page_no = 1)) ORDER BY page_no";

struct lines *lines_new(struct store *reader, const char *stream, struct error *err)
{
    struct query *pages = query_new(reader, pages_sql, err);
    if (!pages)
        return NULL;
    struct lines *lines = memory_zeroed(1, sizeof *lines);
    lines->pages = pages;
    lines->stream = stream;
    buffer_init(&lines->gathered, SIZE_MAX / 2);
    return lines;
}

void lines_free(struct lines *lines)
{
    if (!lines)
        return;
    query_free(lines->pages);
    buffer_release(&lines->gathered);
    free(lines);
}

void lines_start_at(struct lines *lines, int64_t content_id, int64_t first)
{
    query_again(lines->pages);
    query_bind_int64(lines->pages, content_id);
    query_bind_string(lines->pages, lines->stream);
    query_bind_int64(lines->pages, first);
    lines->page = (struct text){NULL, 0};
    buffer_clear(&lines->gathered);
    lines->is_given = lines->is_inside = lines->is_over = false;
    lines->number = 0;
    lines->first = first;
}

void lines_start(struct lines *lines, int64_t content_id)
{
    lines_start_at(lines, content_id, 1);
}

/* The text is what was gathered, or else `text`; `ends` says whether the line does. */
static int give(struct lines *lines, struct line *line, struct text text, bool ends,
                bool has_line_end)
{
    line->text = text;
    line->number = lines->number;
    line->begins = !lines->is_inside;
    line->ends = ends;
    line->has_line_end = has_line_end;
    lines->is_inside = !ends;
    lines->number += ends;
    return 1;
}

static int give_gathered(struct lines *lines, struct line *line, bool ends, bool has_line_end)
{
    lines->is_given = true;
    return give(lines, line, (struct text){lines->gathered.bytes, lines->gathered.length}, ends,
                has_line_end);
}

/* 1 when the page holds something, 0 at the end of the text, -1. */
static int need_page(struct lines *lines, struct error *err)
{
    while (lines->page.length == 0) {
        int more = lines->is_over ? 0 : query_next(lines->pages, err);
        lines->is_over = more != 1;
        if (lines->is_over)
            return more;
        lines->page = query_value(lines->pages, 2).text;
        if (lines->number == 0) {
            lines->number = query_value(lines->pages, 0).integer;
            lines->is_inside = query_value(lines->pages, 1).integer != 0;
        }
    }
    return 1;
}

static int next(struct lines *lines, struct line *line, struct error *err)
{
    struct buffer *gathered = &lines->gathered;
    if (lines->is_given)
        buffer_clear(gathered);
    lines->is_given = false;
    for (;;) {
        int more = need_page(lines, err);
        if (more < 0)
            return -1;
        if (more == 0)
            return gathered->length > 0 || lines->is_inside
                       ? give_gathered(lines, line, true, false)
                       : 0;
        const char *end = memchr(lines->page.bytes, '\n', lines->page.length);
        struct text run = {lines->page.bytes,
                           end ? (size_t)(end - lines->page.bytes) : lines->page.length};
        if (gathered->length > 0 && gathered->length + run.length > LINES_PIECE_BYTES)
            return give_gathered(lines, line, false, false);
        lines->page.bytes += run.length + (end ? 1 : 0);
        lines->page.length -= run.length + (end ? 1 : 0);
        /* Most lines lie in one page and are given as they lie there. */
        if (end && gathered->length == 0)
            return give(lines, line, run, true, true);
        (void)buffer_append(gathered, run.bytes, run.length);
        if (end)
            return give_gathered(lines, line, true, true);
    }
}

int lines_next(struct lines *lines, struct line *line, struct error *err)
{
    int more;
    while ((more = next(lines, line, err)) == 1 && line->number < lines->first)
        ;
    return more;
}
