/* The head of a report: the case, the export, the checkpoint, and what is in it in figures. */
#include "export/report_parts.h"

#include "export/html.h"

#include <string.h>

static void begin_fact(const struct report *report, const char *name)
{
    spool_format(report->out, "<li><span class=\"label\">%s</span> <span class=\"value\">", name);
}

static void end_fact(const struct report *report)
{
    spool_string(report->out, "</span></li>\n");
}

static void write_fact(const struct report *report, const char *name, struct text value)
{
    if (!value.bytes || value.length == 0)
        return;
    begin_fact(report, name);
    html_foreign(report->out, value, REPORT_WORDS, "");
    end_fact(report);
}

static void write_fact_string(const struct report *report, const char *name, const char *value)
{
    if (value)
        write_fact(report, name, (struct text){value, strlen(value)});
}

static void write_fact_time(const struct report *report, const char *name, struct text time)
{
    begin_fact(report, name);
    report_time(report, time);
    end_fact(report);
}

static void write_case(const struct report *report, const struct query *query)
{
    struct spool *out = report->out;
    struct text closed_at = query_value_named(query, "closed_at").text;
    spool_string(out, "<header>\n<p class=\"eyebrow\">Evidence report</p>\n<h1>Case ");
    html_foreign(out, query_value_named(query, "case_name").text, REPORT_NAME, "");
    spool_string(out, "</h1>\n");
    if (query_value_named(query, "title").text.length > 0) {
        spool_string(out, "<p class=\"subtitle\">");
        html_foreign(out, query_value_named(query, "title").text, 300, "");
        spool_string(out, "</p>\n");
    }
    spool_string(out, "<ul class=\"facts\">\n");
    write_fact(report, "Reference", query_value_named(query, "reference").text);
    begin_fact(report, "Status");
    html_text(out, query_value_named(query, "status").text, REPORT_NAME, TEXT_KEEP_NONE);
    if (closed_at.length > 0) {
        spool_string(out, " since ");
        report_time(report, closed_at);
    }
    end_fact(report);
    write_fact_time(report, "Case begun", query_value_named(query, "created_at").text);
    write_fact(report, "Begun by", query_value_named(query, "operator").text);
}

static void write_export(const struct report *report)
{
    const struct subject *subject = report->subject;
    begin_fact(report, "Export made");
    report_time_string(report, subject->made_at);
    end_fact(report);
    write_fact_string(report, "Made by", subject->made_by);
    write_fact_string(report, "Made with", subject->tool);
    if (report->with_zone) {
        begin_fact(report, "Times");
        spool_string(report->out, "in UTC, and in the zone ");
        html_string(report->out, subject->timezone, REPORT_NAME);
        end_fact(report);
    }
    spool_string(report->out, "</ul>\n</header>\n");
}

static void write_contents(const struct report *report)
{
    spool_string(
        report->out,
        "<nav aria-label=\"Contents\"><ol>\n<li><a href=\"#overview\">What is in it</a></li>\n"
        "<li><a href=\"#timeline\">When and where</a></li>\n"
        "<li><a href=\"#exhibits\">Exhibits</a></li>\n"
        "<li><a href=\"#transcripts\">First lines of the transcripts</a></li>\n"
        "<li><a href=\"#custody\">Custody</a></li>\n"
        "<li><a href=\"#verify\">How to verify</a></li>\n</ol></nav>\n");
}

static void write_figure(const struct report *report, int64_t count, const char *name)
{
    begin_fact(report, name);
    html_count(report->out, count);
    end_fact(report);
}

static void write_figures(const struct report *report)
{
    const struct query_report_counts *counts = &report->counts;
    const struct subject *subject = report->subject;
    int64_t withheld = 0, bytes = 0;
    for (size_t i = 0; i < subject->exhibit_count; i++) {
        withheld += subject->exhibits[i].is_withheld;
        bytes += subject->exhibits[i].is_withheld ? 0 : subject->exhibits[i].size_bytes;
    }
    spool_string(report->out, "<section id=\"overview\">\n<h2>What is in it</h2>\n"
                              "<ul class=\"figures\">\n");
    write_figure(report, (int64_t)subject->exhibit_count, "Exhibits");
    write_figure(report, (int64_t)subject->exhibit_count - withheld, "Packages enclosed");
    write_figure(report, withheld, "Withheld");
    write_figure(report, bytes, "Bytes enclosed");
    write_figure(report, counts->machines, "Machines");
    write_figure(report, counts->results, "Results");
    write_figure(report, counts->failed, "Exit code not 0");
    write_figure(report, counts->unknown, "Exit code not known");
    write_figure(report, counts->truncated, "Cut off (truncated)");
    write_figure(report, counts->invalid, "Broken (invalid)");
    spool_string(report->out, "</ul>\n");
}

static void write_span(const struct report *report)
{
    if (report->counts.results == 0) {
        spool_string(report->out, "<p>No result of a script is in this export.</p>\n");
        return;
    }
    spool_string(report->out, "<ul class=\"facts\">\n");
    begin_fact(report, "First result observed");
    report_time_string(report, report->counts.first_at);
    end_fact(report);
    begin_fact(report, "Last result observed");
    report_time_string(report, report->counts.last_at);
    end_fact(report);
    spool_string(report->out, "</ul>\n");
}

static void write_checkpoint(const struct report *report)
{
    const struct subject *subject = report->subject;
    struct spool *out = report->out;
    spool_string(out, "<h3>The checkpoint that it leads to</h3>\n<ul class=\"facts\">\n");
    begin_fact(report, "Ledger lines");
    html_count(out, subject->ledger_lines);
    end_fact(report);
    write_fact_string(report, "Archive (origin)", subject->ledger_origin);
    write_fact_string(report, "Signed by (key)", subject->signed_by);
    if (subject->ledger_root) {
        begin_fact(report, "Root of the tree");
        spool_string(out, "<code>");
        html_string(out, subject->ledger_root, REPORT_NAME);
        spool_string(out, "</code>");
        end_fact(report);
    }
    spool_string(out, "</ul>\n</section>\n");
}

int report_head(const struct report *report, struct error *err)
{
    struct query *query;
    if (query_cases(report->subject->reader, report->subject->case_name, &query, err))
        return -1;
    int found = query_next(query, err);
    if (found == 1)
        write_case(report, query);
    else if (found == 0)
        error_set(err, ERROR_NOT_FOUND, "there is no case %s", report->subject->case_name);
    query_free(query);
    if (found != 1)
        return -1;
    write_export(report);
    write_contents(report);
    write_figures(report);
    write_span(report);
    write_checkpoint(report);
    return 0;
}
