#include "cmd/verbs.h"

#include "cmd/filter.h"
#include "cmd/open.h"
#include "cmd/row.h"
#include "cmd/table.h"
#include "schema/query.h"

#include <string.h>

#define SECONDS_LENGTH 19 /* of "2023-03-18T21:04:01" */

static const struct option_spec option_specs[] = {
    {.name = "limit", .value = "N", .help = "only the N last observed"},
    FILTER_OPTIONS,
    {.name = NULL},
};

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
    struct filter filter;
    bool has_limit;
    int64_t limit = 0;
    struct archive archive;
    struct store *reader;
    struct query *query = NULL;
    struct error err = {0};
    int64_t rows = 0;
    if (filter_read(&filter, options, &err) ||
        options_int64(options, "limit", 1, INT64_MAX, &has_limit, &limit, &err) ||
        open_reader(&archive, &reader, options, output, &err))
        return output_fail(output, &err);
    int result = store_begin_read(reader, &err);
    if (result == 0)
        result = query_list(reader, &filter.query, limit, &query, &err);
    if (result == 0)
        result = print_rows(query, output, &rows, &err);
    query_free(query);
    store_end_read(reader);
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
