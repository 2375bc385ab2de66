#include "cmd/verbs.h"

#include "cmd/open.h"
#include "cmd/row.h"
#include "cmd/table.h"
#include "schema/query.h"

#include <string.h>

#define FILTER_BYTES 1024
#define SECONDS_LENGTH 19 /* of "2023-03-18T21:04:01" */

static const struct option_spec option_specs[] = {
    {"machine", "NAME", "machine id, name or glob, any case; a short name for the full one", false},
    {"script", "NAME", "script name or glob, any case", false},
    {"action", "ID", "machine action", false},
    {"in-case", "NAME", "packages in this case", false},
    {"since", "TIME", "observed then or later (RFC 3339, a date, or 36h, 7d ago)", false},
    {"until", "TIME", "observed before", false},
    {"acquired-since", "TIME", "taken in then or later", false},
    {"acquired-until", "TIME", "taken in before", false},
    {"exit-code", "N", "the script's exit code", false},
    {"parse-status", "STATUS", "ok, repaired, truncated or invalid", false},
    {"command-status", "STATUS", "the command's status as the action tells: Completed, Failed, …",
     false},
    {"operator", "NAME", "who took it in", false},
    {"limit", "N", "only the N last observed", false},
    {NULL, NULL, NULL, false},
};

/* Texts of the four times, which the filter borrows. */
struct times {
    char since[TIME_TEXT_SIZE], until[TIME_TEXT_SIZE];
    char acquired_since[TIME_TEXT_SIZE], acquired_until[TIME_TEXT_SIZE];
};

static int check_parse_status(const struct options *options, const char *status, struct error *err)
{
    static const char *const known[] = {"ok", "repaired", "truncated", "invalid"};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (!status || strcmp(status, known[i]) == 0)
            return 0;
    return options_error(options, err, "--parse-status is ok, repaired, truncated or invalid");
}

static int read_filter(const struct options *options, struct query_filter *filter,
                       struct times *times, struct error *err)
{
    bool has_limit;
    filter->action_id = options_text(options, "action");
    filter->case_name = options_text(options, "in-case");
    filter->parse_status = options_text(options, "parse-status");
    filter->command_status = options_text(options, "command-status");
    filter->operator_name = options_text(options, "operator");
    return options_name(options, "machine", FILTER_BYTES, &filter->machine, err) ||
                   options_name(options, "script", FILTER_BYTES, &filter->script, err) ||
                   options_time(options, "since", times->since, &filter->since, err) ||
                   options_time(options, "until", times->until, &filter->until, err) ||
                   options_time(options, "acquired-since", times->acquired_since,
                                &filter->acquired_since, err) ||
                   options_time(options, "acquired-until", times->acquired_until,
                                &filter->acquired_until, err) ||
                   options_int64(options, "exit-code", INT64_MIN, INT64_MAX, &filter->has_exit_code,
                                 &filter->exit_code, err) ||
                   options_int64(options, "limit", 1, INT64_MAX, &has_limit, &filter->limit, err) ||
                   check_parse_status(options, filter->parse_status, err)
               ? -1
               : 0;
}

static void print_row(struct table *table, const struct query *query)
{
    struct query_value machine = query_value_named(query, "machine_name");
    struct text observed_at = query_value_named(query, "observed_at").text;
    struct query_value exit_code = query_value_named(query, "exit_code");
    if (machine.type == QUERY_NULL)
        machine = query_value_named(query, "machine_id");
    table_cell_format(table, "%lld", (long long)query_value_named(query, "result_id").integer);
    table_cell_format(table, "%.*sZ",
                      observed_at.length < SECONDS_LENGTH ? (int)observed_at.length
                                                          : SECONDS_LENGTH,
                      observed_at.bytes);
    table_cell(table, machine.text);
    table_cell(table, query_value_named(query, "script_name").text);
    if (exit_code.type == QUERY_NULL)
        table_cell_format(table, "%s", "");
    else
        table_cell_format(table, "%lld", (long long)exit_code.integer);
    table_cell(table, query_value_named(query, "parse_status").text);
    table_cell_format(table, "%lld", (long long)query_value_named(query, "output_bytes").integer);
    table_end_row(table);
}

static int print_rows(struct query *query, struct output *output, int64_t *rows, struct error *err)
{
    static const struct table_column columns[] = {
        {"RESULT", 0, true}, {"OBSERVED", 0, false}, {"MACHINE", 0, false}, {"SCRIPT", 0, false},
        {"EXIT", 0, true},   {"STATUS", 0, false},   {"BYTES", 0, true},
    };
    struct table *table = NULL;
    int more = 0;
    while (!output_is_over(output) && (more = query_next(query, err)) == 1) {
        if (!table && !output->json)
            table = table_new(output, columns, sizeof columns / sizeof *columns, true);
        if (output->json) {
            row_to_json(query, output_object(output));
            output_object_end(output);
        } else {
            print_row(table, query);
        }
        ++*rows;
    }
    table_free(table);
    return more < 0 ? -1 : 0;
}

static enum exit_status run(const struct options *options, struct output *output)
{
    struct query_filter filter = {0};
    struct times times;
    struct archive archive;
    struct store *reader;
    struct query *query = NULL;
    struct error err = {0};
    int64_t rows = 0;
    if (read_filter(options, &filter, &times, &err) ||
        open_reader(&archive, &reader, options, output, &err))
        return output_fail(output, &err);
    int result = query_list(reader, &filter, &query, &err);
    if (result == 0)
        result = print_rows(query, output, &rows, &err);
    query_free(query);
    store_close(reader);
    archive_close(&archive);
    if (result)
        return output_fail(output, &err);
    if (rows == 0 && !output_is_over(output))
        output_notice(output, "no result fits");
    return rows > 0 ? EXIT_DONE : EXIT_NO;
}

const struct verb list_verb = {
    .name = "list",
    .arguments = "",
    .summary = "Lists results, the oldest observed first.",
    .options = option_specs,
    .run = run,
};
