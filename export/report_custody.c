/* Custody: what was done to the exhibits and to the case, a row for each ledger line. */
#include "export/report_parts.h"

#include "export/html.h"

#include <string.h>

static const char introduction[] = "<section id=\"custody\">\n<h2>Custody</h2>\n"
                                   "<p>Each row is a line of the archive's ledger, whose lines are "
                                   "chained by their hashes. Who acted "
                                   "is given twice: the operator is what that person claimed; the "
                                   "account and the computer are what "
                                   "the program observed.</p>\n";

static const char table_head[] =
    "<div class=\"scroll\">\n<table class=\"custody\">\n<thead><tr>"
    "<th scope=\"col\">Line</th><th scope=\"col\">Time</th><th scope=\"col\">What was done</th>"
    "<th scope=\"col\">Exhibit</th><th scope=\"col\">By whom</th><th scope=\"col\">Tool</th>"
    "<th scope=\"col\">From where, and why</th></tr></thead>\n<tbody>\n";

static const struct {
    const char *event, *words;
} events[] = {
    {"ingested", "taken in"},
    {"duplicate", "came in again"},
    {"adopted", "adopted after a crash"},
    {"case_named", "case begun by naming it"},
    {"case_created", "case created"},
    {"case_added", "added to the case"},
    {"case_removed", "removed from the case"},
    {"case_noted", "noted"},
    {"case_closed", "case closed"},
    {"case_reopened", "case reopened"},
    {"released", "handed over"},
};

static bool is_event(struct text event, const char *name)
{
    return event.length == strlen(name) && memcmp(event.bytes, name, event.length) == 0;
}

static void write_event(const struct report *report, struct text event)
{
    for (size_t i = 0; i < sizeof events / sizeof *events; i++)
        if (is_event(event, events[i].event)) {
            spool_string(report->out, events[i].words);
            return;
        }
    html_foreign(report->out, event, REPORT_NAME, "–");
}

/* What was removed is in the case's history and not in the export. */
static void write_exhibit(const struct report *report, const struct query *row)
{
    struct query_value number = query_value_named(row, "item_number");
    struct text event = query_value_named(row, "event").text;
    if (number.type == QUERY_INTEGER) {
        spool_format(report->out, "<a href=\"#e%04lld\">", (long long)number.integer);
        html_text(report->out, query_value_named(row, "exhibit").text, EXHIBIT_SIZE,
                  TEXT_KEEP_NONE);
        spool_string(report->out, "</a>");
    } else if (is_event(event, "case_added") || is_event(event, "case_removed")) {
        spool_string(report->out, "<span class=\"none\">not enclosed</span>");
    }
}

static void write_person(const struct report *report, const struct query *row)
{
    struct spool *out = report->out;
    struct text user = query_value_named(row, "os_user").text;
    struct text host = query_value_named(row, "host").text;
    html_foreign(out, query_value_named(row, "operator").text, REPORT_NAME,
                 "<span class=\"none\">nobody named</span>");
    spool_string(out, " <span class=\"observed\">observed: ");
    html_foreign(out, user, REPORT_NAME, "–");
    spool_string(out, " at ");
    html_foreign(out, host, REPORT_NAME, "–");
    spool_string(out, "</span>");
}

static void write_why(const struct report *report, const struct query *row)
{
    struct spool *out = report->out;
    struct text source = query_value_named(row, "source").text;
    struct text words = query_value_named(row, "words").text;
    if (source.length > 0) {
        spool_string(out, "<span class=\"source\">from ");
        html_foreign(out, source, REPORT_WORDS, "");
        spool_string(out, "</span> ");
    }
    html_foreign(out, words, REPORT_WORDS, "");
}

static void write_row(const struct report *report, const struct query *row)
{
    struct spool *out = report->out;
    spool_format(out, "<tr><th scope=\"row\">%lld</th><td data-label=\"Time\">",
                 (long long)query_value_named(row, "number").integer);
    report_time(report, query_value_named(row, "time").text);
    spool_string(out, "</td><td data-label=\"What was done\">");
    write_event(report, query_value_named(row, "event").text);
    if (query_value_named(row, "is_added").integer)
        spool_string(out, ", and added to the case");
    spool_string(out, "</td><td data-label=\"Exhibit\">");
    write_exhibit(report, row);
    spool_string(out, "</td><td data-label=\"By whom\">");
    write_person(report, row);
    spool_string(out, "</td><td data-label=\"Tool\">");
    html_foreign(out, query_value_named(row, "tool").text, REPORT_NAME, "–");
    spool_string(out, "</td><td data-label=\"From, and why\">");
    write_why(report, row);
    spool_string(out, "</td></tr>\n");
}

int report_custody(const struct report *report, struct error *err)
{
    struct query *query;
    int more;
    if (query_report_custody(report->subject->reader, &query, err))
        return -1;
    spool_string(report->out, introduction);
    spool_string(report->out, table_head);
    while ((more = query_next(query, err)) == 1)
        write_row(report, query);
    query_free(query);
    spool_string(report->out, "</tbody>\n</table>\n</div>\n</section>\n");
    return more;
}
