#include "cmd/coverage.h"

#include "base/text.h"

#define SENTENCE_BYTES 1024

/* Counts that are 0 are not told; the first that is brings the heading. */
static void add_part(struct buffer *text, const char *heading, int64_t count, const char *one,
                     const char *many, bool *is_first)
{
    char number[TEXT_COUNT_SIZE];
    if (count == 0)
        return;
    text_printf(text, "%s %s %s", *is_first ? heading : ",", text_count(count, number),
                count == 1 ? one : many);
    *is_first = false;
}

static int64_t not_searched_files(const struct search_coverage *coverage)
{
    return coverage->counts.files - coverage->searched_files;
}

static void add_searched(struct buffer *text, const struct search_coverage *coverage)
{
    char number[TEXT_COUNT_SIZE];
    text_printf(text, "searched %s%s result%s",
                coverage->reached_limit ? "until the limit was reached, in " : "",
                text_count(coverage->counts.results, number),
                coverage->counts.results == 1 ? "" : "s");
    if (coverage->searched_files > 0)
        text_printf(text, " and %s file%s", text_count(coverage->searched_files, number),
                    coverage->searched_files == 1 ? "" : "s");
    text_printf(text, " to ledger line %lld", (long long)coverage->ledger_number);
}

static void print_sentence(struct output *output, const struct search_coverage *coverage,
                           int64_t recorded_number)
{
    const struct query_counts *counts = &coverage->counts;
    struct buffer text;
    bool is_first = true;
    buffer_init(&text, SENTENCE_BYTES);
    add_searched(&text, coverage);
    add_part(&text, "; not searched:", not_searched_files(coverage), "file", "files", &is_first);
    add_part(&text, "; not searched:", counts->actions, "machine action", "machine actions",
             &is_first);
    add_part(&text, "; not searched:", counts->unparsed, "package that was not read",
             "packages that were not read", &is_first);
    is_first = true;
    add_part(&text, "; incomplete:", counts->truncated, "truncated", "truncated", &is_first);
    add_part(&text, "; incomplete:", counts->invalid, "invalid", "invalid", &is_first);
    add_part(&text, "; incomplete:", coverage->long_lines, "line of more than 1 MiB",
             "lines of more than 1 MiB", &is_first);
    add_part(&text, "; incomplete:", coverage->limited_lines,
             "line where the expression reached its limit",
             "lines where the expression reached its limit", &is_first);
    if (recorded_number > 0)
        text_printf(&text, "; recorded in ledger line %lld", (long long)recorded_number);
    output_notice(output, "%s", buffer_text(&text));
    buffer_release(&text);
}

static void print_object(struct output *output, const struct search_coverage *coverage,
                         int64_t recorded_number)
{
    const struct query_counts *counts = &coverage->counts;
    struct json_writer *fields = json_writer_new();
    struct buffer text;
    json_writer_begin(fields);
    json_writer_int64(fields, "hits", coverage->hits);
    json_writer_int64(fields, "results_with_hits", coverage->results);
    json_writer_int64(fields, "file_hits", coverage->file_hits);
    json_writer_int64(fields, "searched_results", counts->results);
    json_writer_int64(fields, "searched_files", coverage->searched_files);
    json_writer_int64(fields, "ledger_number", coverage->ledger_number);
    json_writer_int64(fields, "not_searched_files", not_searched_files(coverage));
    json_writer_int64(fields, "not_searched_actions", counts->actions);
    json_writer_int64(fields, "not_searched_unparsed", counts->unparsed);
    json_writer_int64(fields, "incomplete_truncated", counts->truncated);
    json_writer_int64(fields, "incomplete_invalid", counts->invalid);
    json_writer_int64(fields, "incomplete_long_lines", coverage->long_lines);
    json_writer_int64(fields, "incomplete_limited_lines", coverage->limited_lines);
    json_writer_bool(fields, "reached_limit", coverage->reached_limit);
    if (recorded_number > 0)
        json_writer_int64(fields, "recorded_number", recorded_number);
    struct text object = json_writer_end(fields);
    buffer_init(&text, object.length + 1);
    (void)buffer_append(&text, object.bytes, object.length);
    json_writer_raw(output_object(output), "summary", buffer_text(&text));
    output_object_end(output);
    buffer_release(&text);
    json_writer_free(fields);
}

void coverage_print(struct output *output, const struct search_coverage *coverage,
                    int64_t recorded_number)
{
    if (output->json)
        print_object(output, coverage, recorded_number);
    else
        print_sentence(output, coverage, recorded_number);
}
