#include "cmd/verbs.h"

#include "base/file.h"
#include "base/memory.h"
#include "cmd/open.h"
#include "cmd/row.h"
#include "ingest/ingest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ID_BYTES 1024
#define NAME_BYTES 1024
#define OPERATOR_BYTES 255
#define NOTE_BYTES (64 * 1024)
#define CASE_NAME_BYTES 128
#define INDEX_MOST 999999999
#define HASH_SHOWN 8    /* digits of a hash on a terminal */
#define CELLS_OF_KEPT 6 /* between status and path, empty for what was not kept */

static const struct option_spec option_specs[] = {
    {.name = "action", .value = "ID", .help = "the machine action that made the results"},
    {.name = "index", .value = "N", .help = "which of its commands, from 0"},
    {.name = "machine-id", .value = "ID", .help = "the service's id of the machine"},
    {.name = "machine", .value = "NAME", .help = "the machine's name"},
    {.name = "tenant", .value = "ID", .help = "the tenant"},
    {.name = "operator",
     .value = "NAME",
     .help = "who takes them in; else $LRARCHIVE_OPERATOR, else user@host"},
    {.name = "note", .value = "TEXT", .help = "a remark for the receipt"},
    {.name = "observed",
     .value = "TIME",
     .help = "when the results were made, where no action tells"},
    {.name = "case", .value = "NAME", .help = "add them to this case"},
    {.name = "max-unpacked",
     .value = "SIZE",
     .help = "read at most so much out of gzip and ZIP (64G)"},
    {.name = NULL},
};

struct run {
    struct output *output;
    struct archive *archive;
    struct query *result; /* prepared once: it costs more than the rest of a line */
    int64_t ingested, duplicates, rejected;
    enum exit_status status; /* of the packages */
};

/* ---- the options ---- */

static int check_case_name(const struct options *options, const char *name, struct error *err)
{
    static const char allowed[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_";
    if (!name || (strlen(name) <= CASE_NAME_BYTES && name[strspn(name, allowed)] == '\0'))
        return 0;
    return options_error(options, err,
                         "--case needs a name of at most %d letters, digits, dots, dashes and "
                         "underscores",
                         CASE_NAME_BYTES);
}

/* A note may have several lines; nothing else of a terminal's business. */
static int check_note(const struct options *options, const char *note, struct error *err)
{
    size_t length = note ? strlen(note) : 0;
    if (length > NOTE_BYTES)
        return options_error(options, err, "--note is longer than 64 KiB");
    if (note && !text_is_utf8(note, length))
        return options_error(options, err, "--note is not UTF-8");
    return 0;
}

static int check_operator(const struct options *options, const char **name, struct error *err)
{
    const char *claimed = getenv("LRARCHIVE_OPERATOR");
    if (options_name(options, "operator", OPERATOR_BYTES, name, err))
        return -1;
    if (*name || !claimed || !claimed[0])
        return 0;
    struct buffer shown;
    buffer_init(&shown, OPERATOR_BYTES * 10);
    text_escape(&shown, claimed, strlen(claimed), TEXT_KEEP_NONE);
    bool is_plain = shown.length == strlen(claimed) && shown.length <= OPERATOR_BYTES;
    buffer_release(&shown);
    return is_plain ? 0
                    : options_error(options, err,
                                    "$LRARCHIVE_OPERATOR is longer than %d bytes or holds "
                                    "characters that cannot be shown",
                                    OPERATOR_BYTES);
}

static int read_options(const struct options *options, struct batch_context *context,
                        const char **operator_name, char observed_at[TIME_TEXT_SIZE],
                        struct error *err)
{
    bool has_size;
    context->note = options_text(options, "note");
    context->case_name = options_text(options, "case");
    if (options_name(options, "action", ID_BYTES, &context->action_id, err) ||
        options_int64(options, "index", 0, INDEX_MOST, &context->has_command_index,
                      &context->command_index, err) ||
        options_name(options, "machine-id", ID_BYTES, &context->machine_id, err) ||
        options_name(options, "machine", NAME_BYTES, &context->machine_name, err) ||
        options_name(options, "tenant", ID_BYTES, &context->tenant_id, err) ||
        options_time(options, "observed", observed_at, &context->observed_at, err) ||
        options_size(options, "max-unpacked", &has_size, &context->max_unpacked_bytes, err) ||
        check_case_name(options, context->case_name, err) ||
        check_note(options, context->note, err) || check_operator(options, operator_name, err))
        return -1;
    if (context->has_command_index && !context->action_id)
        return options_error(options, err, "--index needs --action");
    return 0;
}

/* ---- what happened to each package ---- */

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

static void print_object(struct run *run, const struct batch_report *report,
                         const struct query *result)
{
    static const char *const of_result[] = {
        "action_id",    "command_index", "machine_id",   "machine_name", "script_name", "exit_code",
        "output_bytes", "error_bytes",   "nul_stripped", "nul_inside",   "diagnostics"};
    const struct store_reading *reading = &report->outcome.reading;
    struct json_writer *writer = output_object(run->output);
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
    output_object_end(run->output);
}

/* Rows are for people: on a terminal what is absent leaves no gap. */
static void print_cell(struct run *run, struct text text)
{
    if (!run->output->to_terminal)
        output_bytes(run->output, "\t", 1);
    else if (text.length > 0)
        output_bytes(run->output, "  ", 2);
    output_line_of(run->output, text);
}

static void print_number(struct run *run, const char *name, struct query_value value)
{
    char text[64];
    int length = 0;
    if (value.type == QUERY_INTEGER)
        length = snprintf(text, sizeof text, "%s %lld", name, (long long)value.integer);
    print_cell(run, (struct text){text, (size_t)length});
}

static void print_row(struct run *run, const struct batch_report *report,
                      const struct query *result)
{
    struct query_value absent = {.type = QUERY_NULL};
    struct query_value result_id = {.type = QUERY_INTEGER, .integer = report->outcome.result_id};
    const struct store_reading *reading = &report->outcome.reading;
    struct text hash = {report->package_sha256, SHA256_HEX_LENGTH};
    output_format(run->output, run->output->to_terminal ? "%-9s" : "%s", status_name(report));
    if (run->output->to_terminal)
        hash.length = HASH_SHOWN;
    print_cell(run, hash);
    if (run->output->to_terminal)
        output_format(run->output, "…");
    print_cell(run, text_or_absent(reading->kind));
    print_number(run, "result", result_id.integer ? result_id : absent);
    print_cell(run, (result ? query_value_named(result, "script_name") : absent).text);
    print_number(run, "exit", result ? query_value_named(result, "exit_code") : absent);
    print_cell(run, text_or_absent(reading->is_unparsed ? "unparsed" : reading->parse_status));
    print_cell(run, text_or_absent(report->path));
    output_bytes(run->output, "\n", 1);
}

static void print_rejected(struct run *run, const char *path, const struct error *why)
{
    output_format(run->output, run->output->to_terminal ? "%-9s" : "%s", "rejected");
    for (int i = 0; i < CELLS_OF_KEPT; i++)
        print_cell(run, (struct text){0});
    print_cell(run, text_or_absent(path));
    /* On a terminal the reason stands in the error below the row. */
    if (!run->output->to_terminal)
        print_cell(run, text_or_absent(why->message));
    output_bytes(run->output, "\n", 1);
}

/* The package's result: 1, or 0 when it has none. */
static int find_result(struct run *run, int64_t result_id, struct error *err)
{
    if (result_id == 0)
        return 0;
    if (run->result)
        query_result_again(run->result, result_id);
    else if (query_result(run->archive->store, result_id, &run->result, err))
        return -1;
    return query_next(run->result, err);
}

static int on_kept(void *context, const struct batch_report *report, struct error *err)
{
    struct run *run = context;
    if (report->status == BATCH_INGESTED)
        run->ingested++;
    else
        run->duplicates++;
    if (!is_whole(report))
        run->status = output_worse(run->status, EXIT_NOT_WHOLE);
    if (run->output->quiet && !run->output->json)
        return 0;
    int found = find_result(run, report->outcome.result_id, err);
    if (found < 0)
        return -1;
    (run->output->json ? print_object : print_row)(run, report, found ? run->result : NULL);
    output_flush(run->output);
    /* To its end, so that no reading stays open while the next batch is written.
   */
    return found ? query_next(run->result, err) : 0;
}

static int on_rejected(void *context, const char *path, const struct error *why)
{
    struct run *run = context;
    run->rejected++;
    run->status = output_worse(run->status, EXIT_REJECTED);
    if (run->output->json) {
        struct json_writer *writer = output_object(run->output);
        json_writer_text(writer, "status", "rejected");
        json_writer_text(writer, "path", path);
        json_writer_text(writer, "message", why->message);
        output_object_end(run->output);
    } else if (!run->output->quiet) {
        print_rejected(run, path, why);
    }
    output_error(run->output, why);
    return 0;
}

/* ---- the verb ---- */

/* The default place is made by the first ingest; two first ones at once both
 * find it. */
static int make_default_archive(const struct options *options, struct output *output,
                                struct error *err)
{
    bool is_default;
    char *folder = archive_find(options->archive, &is_default, err);
    if (!folder)
        return -1;
    char *format = file_join(folder, "FORMAT.txt");
    int result = 0;
    if (is_default && !file_exists(format)) {
        result = archive_create(folder, true, err);
        if (result == 0)
            output_notice(output, "archive made: %s", folder);
        else if (file_exists(format))
            result = 0;
    }
    free(format);
    free(folder);
    return result;
}

static int ingest_all(const struct options *options, struct run *run,
                      const struct ingest_options *ingest_options, struct error *err)
{
    struct ingest_listener listener = {.context = run, .kept = on_kept, .rejected = on_rejected};
    struct ingest *ingest = ingest_new(run->archive, ingest_options, &listener);
    struct error finish_err = {0};
    int result = 0;
    for (int i = 0; i < options->argument_count && result == 0; i++)
        result = ingest_argument(ingest, options->arguments[i], err);
    if (ingest_finish(ingest, &finish_err)) {
        if (result == 0)
            *err = finish_err;
        result = -1;
    }
    ingest_free(ingest);
    return result;
}

static enum exit_status run(const struct options *options, struct output *output)
{
    struct ingest_options ingest_options = {0};
    struct archive archive;
    struct error err = {0};
    const char *operator_name;
    char observed_at[TIME_TEXT_SIZE];
    if (read_options(options, &ingest_options.context, &operator_name, observed_at, &err) ||
        make_default_archive(options, output, &err) ||
        open_archive(&archive, options, output, operator_name, &err))
        return output_fail(output, &err);
    struct run run = {.output = output, .archive = &archive};
    if (ingest_all(options, &run, &ingest_options, &err))
        run.status = output_worse(run.status, output_fail(output, &err));
    query_free(run.result);
    archive_close(&archive);
    if (output->to_terminal && !output->json)
        output_notice(output, "%lld ingested, %lld duplicate, %lld rejected",
                      (long long)run.ingested, (long long)run.duplicates, (long long)run.rejected);
    return run.status;
}

const struct verb ingest_verb = {
    .name = "ingest",
    .arguments = "PATH… | -",
    .least = 1,
    .most = -1,
    .summary = "Takes files, folders or stdin (-) into the archive; a folder's "
               "files in byte order.",
    .options = option_specs,
    .run = run,
};
