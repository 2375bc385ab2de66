/* The first lines of each transcript in the case. */
#include "export/report_parts.h"

#include "export/html.h"

#include <string.h>

#define LINES 12
#define LINE_CHARACTERS 160
#define SHOWN_BYTES 2048 /* of the text, before it is escaped */

/* How much of a text is shown. */
struct beginning {
    int lines;
    size_t bytes; /* of the page that were gone over */
    size_t shown;
    bool is_cut; /* there is more, or a line was shortened */
};

/* The line's first characters that fit both bounds, in bytes. */
static size_t cut_line(const char *line, size_t length, size_t room)
{
    size_t used, at = 0;
    for (int characters = 0; at < length && characters < LINE_CHARACTERS; characters++) {
        text_decode(line + at, length - at, &used, NULL);
        if (at + used > room)
            break;
        at += used;
    }
    return at;
}

static void write_line(const struct report *report, struct text page, struct beginning *so_far)
{
    const char *line = page.bytes + so_far->bytes;
    size_t rest = page.length - so_far->bytes;
    const char *end = memchr(line, '\n', rest);
    size_t length = end ? (size_t)(end - line) : rest;
    size_t fits = cut_line(line, length, SHOWN_BYTES - so_far->shown);
    html_text(report->out, (struct text){line, fits}, fits, TEXT_KEEP_LINE_ENDS);
    if (fits < length) {
        spool_string(report->out, "<span class=\"cut\">…</span>");
        so_far->is_cut = true;
    }
    spool_string(report->out, "\n");
    so_far->lines++;
    so_far->shown += fits + 1;
    so_far->bytes += length + (end ? 1 : 0);
}

static struct beginning write_lines(const struct report *report, struct text page, int64_t whole)
{
    struct beginning so_far = {0};
    /* HTML drops the first line end behind <pre>. */
    spool_string(report->out, "<pre dir=\"ltr\">\n");
    while (so_far.bytes < page.length && so_far.lines < LINES && so_far.shown < SHOWN_BYTES)
        write_line(report, page, &so_far);
    spool_string(report->out, "</pre>\n");
    so_far.is_cut = so_far.is_cut || (int64_t)so_far.bytes < whole;
    return so_far;
}

static void write_caption(const struct report *report, const struct exhibit *exhibit,
                          int64_t content_id, const char *stream, struct beginning shown)
{
    struct spool *out = report->out;
    char path[SUBJECT_PATH_SIZE];
    subject_text_path(exhibit, content_id, stream, path);
    spool_string(out, "<figcaption>");
    spool_string(out, shown.is_cut ? "Cut here; the whole text is in " : "The whole text, as in ");
    report_link(report, path, NULL);
    spool_string(out, " <span class=\"tag derived\">derived</span></figcaption>\n");
}

static int write_stream(const struct report *report, const struct exhibit *exhibit,
                        const struct query *row, const char *stream, struct error *err)
{
    bool is_output = strcmp(stream, "output") == 0;
    int64_t content_id = query_value_named(row, "content_id").integer;
    int64_t whole = query_value_named(row, is_output ? "output_bytes" : "error_bytes").integer;
    struct query *pages;
    if (whole == 0) {
        if (is_output)
            spool_string(report->out, "<p class=\"empty\">No output.</p>\n");
        return 0;
    }
    if (query_pages(report->subject->reader, content_id, stream, &pages, err))
        return -1;
    int found = query_next(pages, err);
    if (found == 1) {
        spool_format(report->out, "<figure class=\"%s\">\n<h4>%s</h4>\n", stream,
                     is_output ? "Output" : "Error");
        struct beginning shown = write_lines(report, query_value(pages, 0).text, whole);
        write_caption(report, exhibit, content_id, stream, shown);
        spool_string(report->out, "</figure>\n");
    }
    query_free(pages);
    return found < 0 ? -1 : 0;
}

static void write_part(const struct report *report, const struct query *row, const char *before,
                       const char *column)
{
    struct text value = query_value_named(row, column).text;
    if (value.length == 0)
        return;
    spool_string(report->out, before);
    html_foreign(report->out, value, REPORT_NAME, "");
}

static void write_order(const struct report *report, const struct query *row)
{
    struct spool *out = report->out;
    struct query_value index = query_value_named(row, "command_index");
    int64_t sharing = query_value_named(row, "sharing").integer;
    spool_string(out, "<p class=\"origin\">Observed ");
    report_time(report, query_value_named(row, "observed_at").text);
    write_part(report, row, ". Action ", "action_id");
    if (query_value_named(row, "action_id").text.length > 0 && index.type == QUERY_INTEGER)
        spool_format(out, ", command %lld", (long long)index.integer);
    write_part(report, row, ". Ordered by ", "requestor");
    write_part(report, row, ": ", "requestor_comment");
    if (sharing > 1) {
        spool_string(out, ". The same text stands for ");
        html_count(out, sharing);
        spool_string(out, " results");
    }
    spool_string(out, ".</p>\n");
}

static int write_transcript(const struct report *report, const struct exhibit *exhibit,
                            const struct query *row, struct error *err)
{
    spool_format(report->out, "<article>\n<h3><a href=\"#e%s\">", report_anchor(exhibit));
    html_string(report->out, exhibit->name, EXHIBIT_SIZE);
    spool_string(report->out, "</a>");
    write_part(report, row, " <span class=\"sep\">·</span> ", "machine_name");
    write_part(report, row, " <span class=\"sep\">·</span> ", "script_name");
    spool_string(report->out, "</h3>\n");
    write_order(report, row);
    int result = write_stream(report, exhibit, row, "output", err) ||
                         write_stream(report, exhibit, row, "error", err)
                     ? -1
                     : 0;
    spool_string(report->out, "</article>\n");
    return result;
}

/* A text that several results share is shown with the first of them. */
static int write_transcripts_of(const struct report *report, const struct exhibit *exhibit,
                                struct query *results, struct error *err)
{
    int64_t before = -1;
    int more;
    query_report_results_of_again(results, exhibit->package_sha256);
    while ((more = query_next(results, err)) == 1) {
        int64_t content_id = query_value_named(results, "content_id").integer;
        if (content_id != before && write_transcript(report, exhibit, results, err))
            return -1;
        before = content_id;
    }
    return more;
}

int report_transcripts(const struct report *report, struct error *err)
{
    const struct subject *subject = report->subject;
    struct query *results;
    int result = 0;
    spool_format(report->out,
                 "<section id=\"transcripts\">\n<h2>First lines of the transcripts</h2>\n"
                 "<p>At most %d lines of each text, and %d characters of a line. A character that "
                 "cannot be seen or would change how others are shown stands as its code (\\x1b, "
                 "\\u202e); ␀ stands for NULs inside a text.</p>\n",
                 LINES, LINE_CHARACTERS);
    if (report->counts.results == 0)
        spool_string(report->out, "<p class=\"empty\">No transcript is in this export.</p>\n");
    if (query_report_results_of(subject->reader, &results, err))
        return -1;
    for (size_t i = 0; result == 0 && i < subject->exhibit_count; i++)
        if (!subject->exhibits[i].is_withheld)
            result = write_transcripts_of(report, &subject->exhibits[i], results, err);
    query_free(results);
    spool_string(report->out, "</section>\n");
    return result;
}
