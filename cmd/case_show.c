/* `case list` and `case show`. */
#include "cmd/case.h"

#include "cmd/row.h"
#include "cmd/table.h"
#include "schema/query.h"

#include <string.h>

#define SECONDS_LENGTH 19 /* of "2023-03-18T21:04:01" */

static void add_time(struct table *table, const struct query *query, const char *name)
{
    struct text time = query_value_named(query, name).text;
    if (time.length > SECONDS_LENGTH)
        table_cell_format(table, "%.*sZ", SECONDS_LENGTH, time.bytes);
    else
        table_cell(table, time);
}

static void add_value(struct table *table, const struct query *query, const char *name)
{
    struct buffer scratch;
    buffer_init(&scratch, 64);
    table_cell(table, row_value_text(query_value_named(query, name), &scratch));
    buffer_release(&scratch);
}

/* Rows as a table of these columns, or as JSON objects under `key` (NULL: the object itself). Frees the query. */
static int print_rows(struct case_call *call, struct query *query, const char *title,
                      const struct table_column *columns, const char *const *names, size_t count,
                      struct error *err)
{
    int more;
    struct table *table = NULL;
    if (!call->output->json) {
        if (title)
            output_format(call->output, "\n%s\n", title);
        table = table_new(call->output, columns, count, true);
    }
    while ((more = query_next(query, err)) == 1 && !output_is_over(call->output)) {
        if (call->output->json) {
            row_to_json(query, output_object(call->output));
            output_object_end(call->output);
            continue;
        }
        for (size_t i = 0; i < count; i++) {
            size_t length = strlen(names[i]);
            if (length > 3 && strcmp(names[i] + length - 3, "_at") == 0)
                add_time(table, query, names[i]);
            else
                add_value(table, query, names[i]);
        }
        table_end_row(table);
    }
    table_free(table);
    query_free(query);
    return more < 0 ? -1 : 0;
}

enum exit_status case_list(struct case_call *call)
{
    static const struct table_column columns[] = {{"CASE", 0, false},     {"STATUS", 0, false},
                                                  {"ITEMS", 0, true},     {"CREATED", 0, false},
                                                  {"OPERATOR", 0, false}, {"TITLE", 0, false}};
    static const char *const names[] = {"case_name",  "status",   "item_count",
                                        "created_at", "operator", "title"};
    struct query *query;
    struct error err = {0};
    if (query_cases(call->reader, NULL, &query, &err) ||
        print_rows(call, query, NULL, columns, names, sizeof names / sizeof *names, &err))
        return output_fail(call->output, &err);
    return EXIT_DONE;
}

static int print_head(struct case_call *call, struct error *err)
{
    struct query *query;
    struct buffer scratch;
    if (query_cases(call->reader, call->name, &query, err))
        return -1;
    int more = query_next(query, err);
    buffer_init(&scratch, 64);
    if (more == 1 && call->output->json) {
        row_to_json(query, output_object(call->output));
        output_object_end(call->output);
    }
    for (int i = 0; more == 1 && !call->output->json && i < query_column_count(query); i++) {
        struct text value = row_value_text(query_value(query, i), &scratch);
        if (!value.bytes)
            continue;
        output_format(call->output, "%s: ", query_column_name(query, i));
        output_line_of(call->output, value);
        output_bytes(call->output, "\n", 1);
    }
    buffer_release(&scratch);
    query_free(query);
    return more < 0 ? -1 : 0;
}

static int print_items(struct case_call *call, struct error *err)
{
    static const struct table_column columns[] = {
        {"EXHIBIT", 0, false}, {"KIND", 0, false}, {"MACHINE", 0, false}, {"SCRIPT", 0, false},
        {"ADDED", 0, false},   {"BY", 0, false},   {"REASON", 0, false},  {"PACKAGE", 0, false}};
    static const char *const names[] = {"exhibit",  "kind",     "machine_name", "script_name",
                                        "added_at", "operator", "reason",       "package_sha256"};
    struct query *query;
    return query_case_items(call->reader, call->name, &query, err) ||
                   print_rows(call, query, "exhibits", columns, names, sizeof names / sizeof *names,
                              err)
               ? -1
               : 0;
}

static int print_events(struct case_call *call, struct error *err)
{
    static const struct table_column columns[] = {{"LINE", 0, true},     {"TIME", 0, false},
                                                  {"EVENT", 0, false},   {"BY", 0, false},
                                                  {"EXHIBIT", 0, false}, {"WORDS", 0, false}};
    static const char *const names[] = {"number",   "event_at", "event",
                                        "operator", "exhibit",  "words"};
    struct query *query;
    return query_case_events(call->reader, call->name, &query, err) ||
                   print_rows(call, query, "history", columns, names, sizeof names / sizeof *names,
                              err)
               ? -1
               : 0;
}

enum exit_status case_show(struct case_call *call)
{
    struct error err = {0};
    return print_head(call, &err) || print_items(call, &err) || print_events(call, &err)
               ? output_fail(call->output, &err)
               : EXIT_DONE;
}
