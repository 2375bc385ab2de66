#include "cmd/kept.h"

#include "cmd/row.h"

#include <stdio.h>
#include <string.h>

#define HASH_SHOWN 8    /* digits of a hash on a terminal */
#define CELLS_OF_KEPT 6 /* between status and path, empty for what was not kept */

static bool is_whole(const struct batch_report *report)
{
    const struct store_reading *reading = &report->outcome.reading;
    return !reading->is_unparsed && !reading->more_values &&
           strcmp(reading->parse_status, "truncated") != 0 &&
           strcmp(reading->parse_status, "invalid") != 0;
}

static const char *status_name(const struct batch_report *report)
{
    return report->status == BATCH_INGESTED ? "ingested" : "duplicate";
}

static struct text text_or_absent(const char *text)
{
    return (struct text){text[0] ? text : NULL, strlen(text)};
}

static void print_object(struct kept *kept, const struct batch_report *report,
                         const struct query *result)
{
    static const char *const of_result[] = {
        "action_id",    "command_index", "machine_id",   "machine_name", "script_name", "exit_code",
        "output_bytes", "error_bytes",   "nul_stripped", "nul_inside",   "diagnostics"};
    const struct store_reading *reading = &report->outcome.reading;
    struct json_writer *writer = output_object(kept->output);
    json_writer_text(writer, "status", status_name(report));
    json_writer_text(writer, "path", report->path);
    json_writer_text(writer, "package_sha256", report->package_sha256);
    json_writer_int64(writer, "size_bytes", report->size_bytes);
    json_writer_int64(writer, "ledger_number", report->ledger_number);
    json_writer_bytes(writer, "kind", text_or_absent(reading->kind));
    if (report->outcome.result_id)
        json_writer_int64(writer, "result_id", report->outcome.result_id);
    else
        json_writer_null(writer, "result_id");
    json_writer_bytes(writer, "parse_status", text_or_absent(reading->parse_status));
    json_writer_bool(writer, "unparsed", reading->is_unparsed);
    json_writer_bool(writer, "more_values", reading->more_values);
    for (size_t i = 0; i < sizeof of_result / sizeof *of_result; i++) {
        struct query_value absent = {.type = QUERY_NULL};
        row_value_to_json(result ? query_value_named(result, of_result[i]) : absent, of_result[i],
                          writer);
    }
    output_object_end(kept->output);
}

/* Rows are for people: on a terminal what is absent leaves no gap. */
static void print_cell(struct kept *kept, struct text text)
{
    if (!kept->output->to_terminal)
        output_bytes(kept->output, "\t", 1);
    else if (text.length > 0)
        output_bytes(kept->output, "  ", 2);
    output_line_of(kept->output, text);
}

static void print_number(struct kept *kept, const char *name, struct query_value value)
{
    char text[64];
    int length = 0;
    if (value.type == QUERY_INTEGER)
        length = snprintf(text, sizeof text, "%s %lld", name, (long long)value.integer);
    print_cell(kept, (struct text){text, (size_t)length});
}

static void print_row(struct kept *kept, const struct batch_report *report,
                      const struct query *result)
{
    struct query_value absent = {.type = QUERY_NULL};
    struct query_value result_id = {.type = QUERY_INTEGER, .integer = report->outcome.result_id};
    const struct store_reading *reading = &report->outcome.reading;
    struct text hash = {report->package_sha256, SHA256_HEX_LENGTH};
    output_format(kept->output, kept->output->to_terminal ? "%-9s" : "%s", status_name(report));
    if (kept->output->to_terminal)
        hash.length = HASH_SHOWN;
    print_cell(kept, hash);
    if (kept->output->to_terminal)
        output_format(kept->output, "…");
    print_cell(kept, text_or_absent(reading->kind));
    print_number(kept, "result", result_id.integer ? result_id : absent);
    print_cell(kept, (result ? query_value_named(result, "script_name") : absent).text);
    print_number(kept, "exit", result ? query_value_named(result, "exit_code") : absent);
    print_cell(kept, text_or_absent(reading->is_unparsed ? "unparsed" : reading->parse_status));
    print_cell(kept, text_or_absent(report->path));
    output_bytes(kept->output, "\n", 1);
}

static void print_rejected(struct kept *kept, const char *path, const struct error *why)
{
    output_format(kept->output, kept->output->to_terminal ? "%-9s" : "%s", "rejected");
    for (int i = 0; i < CELLS_OF_KEPT; i++)
        print_cell(kept, (struct text){0});
    print_cell(kept, text_or_absent(path));
    /* On a terminal the reason stands in the error below the row. */
    if (!kept->output->to_terminal)
        print_cell(kept, text_or_absent(why->message));
    output_bytes(kept->output, "\n", 1);
}

/* The package's result: 1, or 0 when it has none. */
static int find_result(struct kept *kept, int64_t result_id, struct error *err)
{
    if (result_id == 0)
        return 0;
    if (kept->result)
        query_result_again(kept->result, result_id);
    else if (query_result(kept->archive->store, result_id, &kept->result, err))
        return -1;
    return query_next(kept->result, err);
}

int kept_on_kept(void *context, const struct batch_report *report, struct error *err)
{
    struct kept *kept = context;
    if (report->status == BATCH_INGESTED)
        kept->ingested++;
    else
        kept->duplicates++;
    if (!is_whole(report))
        kept->status = output_worse(kept->status, EXIT_NOT_WHOLE);
    if (kept->output->quiet && !kept->output->json)
        return 0;
    int found = find_result(kept, report->outcome.result_id, err);
    if (found < 0)
        return -1;
    (kept->output->json ? print_object : print_row)(kept, report, found ? kept->result : NULL);
    output_flush(kept->output);
    /* To its end, so that no reading stays open while the next batch is written.
   */
    return found ? query_next(kept->result, err) : 0;
}

int kept_on_rejected(void *context, const char *path, const struct error *why)
{
    struct kept *kept = context;
    kept->rejected++;
    kept->status = output_worse(kept->status, EXIT_REJECTED);
    if (kept->output->json) {
        struct json_writer *writer = output_object(kept->output);
        json_writer_text(writer, "status", "rejected");
        json_writer_text(writer, "path", path);
        json_writer_text(writer, "message", why->message);
        output_object_end(kept->output);
    } else if (!kept->output->quiet) {
        print_rejected(kept, path, why);
    }
    output_error(kept->output, why);
    return 0;
}

void kept_release(struct kept *kept)
{
    query_free(kept->result);
    kept->result = NULL;
}
