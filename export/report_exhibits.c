/* The table of exhibits: a group of rows for each, one for each of its results and one for its bytes. */
#include "export/report_parts.h"

#include "export/html.h"

#include <string.h>

#define SHORT_NAME 20 /* stands in one line */

static const char introduction[] =
    "<section id=\"exhibits\">\n<h2>Exhibits</h2>\n"
    "<p>Each exhibit is a package: bytes as they came from the service. A number that is missing "
    "was "
    "removed from the case (see <a href=\"#custody\">Custody</a>).</p>\n"
    "<dl class=\"legend\">\n"
    "<dt><span class=\"tag original\">original</span></dt><dd>the bytes exactly as "
    "downloaded. They "
    "are the evidence. Each lies in packages/, named by its SHA-256.</dd>\n"
    "<dt><span class=\"tag derived\">derived</span></dt><dd>text read out of an original, "
    "normalised: for reading. It lies in text/ and can be made again from the "
    "original.</dd>\n"
    "<dt>Kind</dt><dd>transcript: what a script printed, as the service gave it. action: what the "
    "service says about "
    "an order to machines. file: anything else, such as a file fetched from a machine.</dd>\n"
    "<dt>Reading</dt><dd>how well the original could be read. ok: whole. repaired: whole, "
    "some "
    "characters put right. truncated: it ends too early. invalid: it breaks its format; what "
    "came before is shown.</dd>\n</dl>\n";

static const char table_head[] =
    "<div class=\"scroll\">\n<table class=\"exhibits\">\n<thead><tr>"
    "<th scope=\"col\">Exhibit</th><th scope=\"col\">Kind</th><th scope=\"col\">Machine</th>"
    "<th scope=\"col\">Script</th><th scope=\"col\">Observed</th><th scope=\"col\">Exit code</th>"
    "<th scope=\"col\">Reading</th><th scope=\"col\">Text</th></tr></thead>\n";

static const char *name_of_kind(const char *kind)
{
    if (strcmp(kind, "transcript") == 0)
        return "transcript";
    if (strcmp(kind, "action") == 0)
        return "action";
    return strcmp(kind, "file") == 0 ? "file" : "not read";
}

static void begin_cell(const struct report *report, const char *label)
{
    spool_format(report->out, "<td data-label=\"%s\">", label);
}

static void end_cell(const struct report *report)
{
    spool_string(report->out, "</td>");
}

static void write_first_cells(const struct report *report, const struct exhibit *exhibit,
                              bool is_first)
{
    struct spool *out = report->out;
    if (!is_first) {
        spool_string(out, "<td class=\"again\"></td><td class=\"again\"></td>");
        return;
    }
    spool_format(out, "<th scope=\"rowgroup\"%s>",
                 strlen(exhibit->name) <= SHORT_NAME ? " class=\"short\"" : "");
    html_string(out, exhibit->name, EXHIBIT_SIZE);
    spool_string(out, "</th>");
    begin_cell(report, "Kind");
    spool_string(out, name_of_kind(exhibit->kind));
    end_cell(report);
}

static void write_exit_code(const struct report *report, struct query_value code)
{
    if (code.type == QUERY_NULL)
        spool_string(report->out, "<span class=\"none\">not known</span>");
    else if (code.integer == 0)
        spool_string(report->out, "0");
    else
        spool_format(report->out, "<strong class=\"bad code\">%lld</strong>",
                     (long long)code.integer);
}

static void write_text_link(const struct report *report, const struct exhibit *exhibit,
                            const struct query *row, const char *stream)
{
    char path[SUBJECT_PATH_SIZE];
    bool is_output = strcmp(stream, "output") == 0;
    int64_t bytes = query_value_named(row, is_output ? "output_bytes" : "error_bytes").integer;
    if (bytes == 0) {
        if (is_output)
            spool_string(report->out, "<span class=\"none\">no output</span>");
        return;
    }
    subject_text_path(exhibit, query_value_named(row, "content_id").integer, stream, path);
    spool_string(report->out, "<span class=\"file\">");
    report_link(report, path, stream);
    spool_string(report->out, ", ");
    html_count(report->out, bytes);
    spool_string(report->out, " bytes</span> ");
}

static void write_result(const struct report *report, const struct exhibit *exhibit,
                         const struct query *row, bool is_first)
{
    struct spool *out = report->out;
    struct text status = query_value_named(row, "parse_status").text;
    bool is_whole = status.length == 2 && memcmp(status.bytes, "ok", 2) == 0;
    spool_string(out, "<tr>");
    write_first_cells(report, exhibit, is_first);
    begin_cell(report, "Machine");
    html_foreign(out, query_value_named(row, "machine_name").text, REPORT_NAME,
                 "<span class=\"none\">not known</span>");
    end_cell(report);
    begin_cell(report, "Script");
    html_foreign(out, query_value_named(row, "script_name").text, REPORT_NAME,
                 "<span class=\"none\">not named</span>");
    end_cell(report);
    begin_cell(report, "Observed");
    report_time(report, query_value_named(row, "observed_at").text);
    end_cell(report);
    begin_cell(report, "Exit code");
    write_exit_code(report, query_value_named(row, "exit_code"));
    end_cell(report);
    begin_cell(report, "Reading");
    spool_string(out, is_whole ? "" : "<strong class=\"bad\">");
    html_foreign(out, status, REPORT_NAME, "–");
    spool_string(out, is_whole ? "" : "</strong>");
    end_cell(report);
    begin_cell(report, "Text");
    spool_string(out, "<span class=\"tag derived\">derived</span> ");
    write_text_link(report, exhibit, row, "output");
    write_text_link(report, exhibit, row, "error");
    spool_string(out, "</td></tr>\n");
}

static void write_without_result(const struct report *report, const struct exhibit *exhibit)
{
    spool_string(report->out, "<tr>");
    write_first_cells(report, exhibit, true);
    spool_string(report->out, "<td colspan=\"6\" class=\"note\">");
    if (exhibit->is_withheld) {
        spool_string(report->out, "<strong>withheld</strong>");
        if (report->subject->withheld_reason) {
            spool_string(report->out, ": ");
            html_string(report->out, report->subject->withheld_reason, REPORT_WORDS);
        }
    } else {
        spool_string(report->out, "<span class=\"none\">no result of a script</span>");
    }
    spool_string(report->out, "</td></tr>\n");
}

/* A package is named by its hash, so that the hash is the link. */
static void write_bytes(const struct report *report, const struct exhibit *exhibit)
{
    struct spool *out = report->out;
    char path[SUBJECT_PATH_SIZE];
    subject_package_path(exhibit, path);
    spool_string(out, "<tr class=\"bytes\"><td colspan=\"8\">");
    if (!exhibit->is_withheld)
        spool_string(out, "<span class=\"tag original\">original</span> ");
    html_count(out, exhibit->size_bytes);
    spool_string(out,
                 exhibit->size_bytes == 1 ? " byte, SHA-256 <code>" : " bytes, SHA-256 <code>");
    if (exhibit->is_withheld)
        html_string(out, exhibit->package_sha256, SHA256_HEX_LENGTH);
    else
        report_link(report, path, exhibit->package_sha256);
    spool_string(out, "</code></td></tr>\n");
}

static int write_exhibit(const struct report *report, const struct exhibit *exhibit,
                         struct query *results, struct error *err)
{
    int more = 0;
    bool is_first = true;
    spool_format(report->out, "<tbody id=\"e%s\">\n", report_anchor(exhibit));
    if (!exhibit->is_withheld) {
        query_report_results_of_again(results, exhibit->package_sha256);
        for (; (more = query_next(results, err)) == 1; is_first = false)
            write_result(report, exhibit, results, is_first);
    }
    if (is_first)
        write_without_result(report, exhibit);
    write_bytes(report, exhibit);
    spool_string(report->out, "</tbody>\n");
    return more < 0 ? -1 : 0;
}

int report_exhibits(const struct report *report, struct error *err)
{
    const struct subject *subject = report->subject;
    struct query *results;
    int result = 0;
    spool_string(report->out, introduction);
    if (subject->exhibit_count == 0) {
        spool_string(report->out,
                     "<p class=\"empty\">No exhibit is in this case.</p>\n</section>\n");
        return 0;
    }
    if (query_report_results_of(subject->reader, &results, err))
        return -1;
    spool_string(report->out, table_head);
    for (size_t i = 0; result == 0 && i < subject->exhibit_count; i++)
        result = write_exhibit(report, &subject->exhibits[i], results, err);
    query_free(results);
    spool_string(report->out, "</table>\n</div>\n</section>\n");
    return result;
}
