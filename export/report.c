#include "export/report.h"

#include "export/html.h"
#include "export/report_parts.h"
#include "export/zone.h"

#include <string.h>

#define DATA_FOLDER "data/" /* that the report lies in */

const char *report_anchor(const struct exhibit *exhibit)
{
    const char *dash = strrchr(exhibit->name, '-');
    const char *number = dash ? dash + 1 : "";
    return number[strspn(number, "0123456789")] == '\0' ? number : "";
}

void report_link(const struct report *report, const char *path, const char *words)
{
    const char *below =
        strncmp(path, DATA_FOLDER, strlen(DATA_FOLDER)) == 0 ? path + strlen(DATA_FOLDER) : path;
    spool_string(report->out, "<a href=\"");
    html_path(report->out, below);
    spool_string(report->out, "\">");
    html_string(report->out, words ? words : below, SUBJECT_PATH_SIZE);
    spool_string(report->out, "</a>");
}

void report_time(const struct report *report, struct text time)
{
    html_time(report->out, time, report->with_zone);
}

void report_time_string(const struct report *report, const char *time)
{
    report_time(report, (struct text){time, time ? strlen(time) : 0});
}

static void write_title(const struct report *report)
{
    struct spool *out = report->out;
    spool_string(out, "<title>Case ");
    html_string(out, report->subject->case_name, REPORT_NAME);
    spool_string(out, " – evidence report</title>\n");
}

static int write_body(const struct report *report, struct error *err)
{
    struct spool *out = report->out;
    spool_string(out, "<body>\n<main>\n");
    if (report_head(report, err) || report_timeline(report, err) || report_exhibits(report, err) ||
        report_transcripts(report, err) || report_custody(report, err))
        return -1;
    report_checks(report);
    spool_string(out, "</main>\n</body>\n</html>\n");
    return spool_finish(out, err);
}

static int write_page(const struct report *report, struct error *err)
{
    struct spool *out = report->out;
    /* What the page may load stands before all that is not ours. */
    spool_string(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    report_style(out);
    spool_string(out, "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                      "<meta name=\"referrer\" content=\"no-referrer\">\n"
                      "<meta name=\"robots\" content=\"noindex\">\n");
    write_title(report);
    spool_string(out, "</head>\n");
    return write_body(report, err);
}

int report_write(const struct subject *subject, struct spool *out, struct error *err)
{
    struct zone zone;
    struct report report = {.subject = subject, .out = out, .with_zone = subject->timezone != NULL};
    if (query_report_counts(subject->reader, &report.counts, err) ||
        (report.with_zone && zone_enter(&zone, subject->timezone, err)))
        return -1;
    int result = write_page(&report, err);
    if (report.with_zone)
        zone_leave(&zone);
    return result;
}
