#include "cmd/verbs.h"

#include "cmd/filter.h"
#include "cmd/open.h"
#include "cmd/rules.h"
#include "cmd/table.h"
#include "ingest/stack.h"

#include <string.h>

#define SHOWN_MACHINES 3 /* on a terminal */

static const struct option_spec option_specs[] = {
    {.name = "limit", .value = "N", .help = "only the N rarest lines"},
    {.name = "most", .value = "N", .help = "only lines that stand on at most N machines"},
    {.name = "all", .help = "earlier results too, not only the best of each command"},
    RULE_OPTIONS,
    FILTER_OPTIONS,
    {.name = NULL},
};

/* ---- lines ---- */

static void print_object(struct output *output, const struct stack *stack,
                         const struct line_rules *rules, const struct stack_line *line)
{
    struct json_writer *writer = output_object(output);
    json_writer_int64(writer, "machine_count", line->machine_count);
    json_writer_int64(writer, "result_count", line->result_count);
    json_writer_bytes(writer, "line", line->text);
    if (line->is_cut)
        json_writer_bool(writer, "is_cut", true);
    json_writer_int64(writer, "result_id", line->result_id);
    json_writer_text(writer, "stream", rules->stream);
    json_writer_int64(writer, "line_no", line->number);
    json_writer_open_array(writer, "machines");
    for (size_t i = 0; i < line->listed; i++)
        json_writer_element_text(writer, stack_machine_name(stack, line->machines[i]));
    json_writer_close_array(writer);
    if ((int64_t)line->listed < line->machine_count)
        json_writer_bool(writer, "machines_cut", true);
    output_object_end(output);
}

/* "ws-1, ws-2, …" */
static void put_names(struct buffer *names, const struct stack *stack,
                      const struct stack_line *line, size_t most)
{
    buffer_clear(names);
    for (size_t i = 0; i < line->listed && i < most; i++) {
        struct text name = stack_machine_name(stack, line->machines[i]);
        text_printf(names, i > 0 ? ", " : "");
        (void)buffer_append(names, name.bytes, name.length);
    }
    if (line->machine_count > (int64_t)(most < line->listed ? most : line->listed))
        text_printf(names, ", …");
}

static void print_row(struct table *table, const struct stack *stack, const struct stack_line *line,
                      struct buffer *names, size_t most)
{
    put_names(names, stack, line, most);
    table_cell_format(table, "%lld", (long long)line->machine_count);
    table_cell_format(table, "%lld", (long long)line->result_count);
    table_cell(table, (struct text){names->bytes, names->length});
    table_cell(table, line->text);
    table_end_row(table);
}

static int print_lines(struct stack *stack, const struct line_rules *rules, struct output *output,
                       int64_t *printed, struct error *err)
{
    static const struct table_column columns[] = {
        {"MACHINES", 0, true}, {"RESULTS", 0, true}, {"WHICH", 0, false}, {"LINE", 0, false}};
    struct table *table = NULL;
    struct stack_line line;
    struct buffer names;
    int more = 0;
    buffer_init(&names, SIZE_MAX / 2);
    while (!output_is_over(output) && (more = stack_next(stack, &line, err)) == 1) {
        if (!table && !output->json)
            table = table_new(output, columns, sizeof columns / sizeof *columns, true);
        if (output->json)
            print_object(output, stack, rules, &line);
        else
            print_row(table, stack, &line, &names,
                      output->to_terminal ? SHOWN_MACHINES : STACK_MACHINES);
        ++*printed;
    }
    table_free(table);
    buffer_release(&names);
    return more < 0 ? -1 : 0;
}

/* ---- the denominator ---- */

static void print_summary_object(struct output *output, const struct stack_counts *counts,
                                 int64_t printed)
{
    struct json_writer *fields = json_writer_new();
    struct buffer text;
    json_writer_begin(fields);
    json_writer_int64(fields, "results", counts->results);
    json_writer_int64(fields, "machines", counts->machines);
    json_writer_int64(fields, "distinct_lines", counts->lines);
    json_writer_int64(fields, "printed_lines", printed);
    json_writer_int64(fields, "truncated", counts->truncated);
    json_writer_int64(fields, "invalid", counts->invalid);
    json_writer_int64(fields, "without_text", counts->without_text);
    struct text object = json_writer_end(fields);
    buffer_init(&text, object.length + 1);
    (void)buffer_append(&text, object.bytes, object.length);
    json_writer_raw(output_object(output), "summary", buffer_text(&text));
    output_object_end(output);
    buffer_release(&text);
    json_writer_free(fields);
}

static const char *plural(int64_t count)
{
    return count == 1 ? "" : "s";
}

static void print_summary(struct output *output, const struct line_rules *rules,
                          const struct stack_counts *counts)
{
    char bytes[512], number[TEXT_COUNT_SIZE];
    struct buffer text = {.bytes = bytes, .capacity = sizeof bytes, .limit = sizeof bytes - 1};
    text_printf(&text, "stacked %s result%s", text_count(counts->results, number),
                plural(counts->results));
    text_printf(&text, " of %s machine%s", text_count(counts->machines, number),
                plural(counts->machines));
    text_printf(&text, ", %s distinct line%s", text_count(counts->lines, number),
                plural(counts->lines));
    if (counts->without_text > 0)
        text_printf(&text, "; without %s: %s", rules->stream,
                    text_count(counts->without_text, number));
    if (counts->truncated > 0)
        text_printf(&text, "; incomplete: %s truncated", text_count(counts->truncated, number));
    if (counts->invalid > 0)
        text_printf(&text, "%s %s invalid", counts->truncated > 0 ? "," : "; incomplete:",
                    text_count(counts->invalid, number));
    output_notice(output, "%s", buffer_text(&text));
}

/* ---- the verb ---- */

static int stack_lines(struct store *reader, const struct stack_options *options,
                       const struct line_rules *rules, struct output *output, int64_t *printed,
                       struct error *err)
{
    if (store_begin_read(reader, err))
        return -1;
    struct stack *stack = stack_start(reader, rules, options, err);
    int result = stack ? print_lines(stack, rules, output, printed, err) : -1;
    if (result == 0 && !output_is_over(output)) {
        const struct stack_counts *counts = stack_counts(stack);
        if (output->json)
            print_summary_object(output, counts, *printed);
        else if (counts->results == 0)
            output_notice(output, "no result fits");
        else
            print_summary(output, rules, counts);
    }
    stack_end(stack);
    store_end_read(reader);
    return result;
}

static int read_options(struct stack_options *stack_options, struct filter *filter,
                        const struct options *options, struct error *err)
{
    bool given;
    *stack_options = (struct stack_options){.filter = &filter->query,
                                            .with_earlier = options_flag(options, "all")};
    return filter_read(filter, options, err) ||
                   options_int64(options, "limit", 1, INT64_MAX, &given, &stack_options->limit,
                                 err) ||
                   options_int64(options, "most", 1, INT64_MAX, &given, &stack_options->most, err)
               ? -1
               : 0;
}

static enum exit_status run(const struct options *options, struct output *output)
{
    struct filter filter;
    struct stack_options stack_options;
    struct line_rules rules = {0};
    struct archive archive;
    struct store *reader;
    struct error err = {0};
    int64_t printed = 0;
    int result = read_options(&stack_options, &filter, options, &err) ||
                         rules_read(&rules, options, &err) ||
                         open_reader(&archive, &reader, options, output, &err)
                     ? -1
                     : 0;
    if (result == 0) {
        result = stack_lines(reader, &stack_options, &rules, output, &printed, &err);
        store_close(reader);
        archive_close(&archive);
    }
    line_rules_release(&rules);
    if (result) {
        enum exit_status status = output_fail(output, &err);
        return err.code == ERROR_LIMIT ? EXIT_NOT_WHOLE : status;
    }
    return printed > 0 || output_is_over(output) ? EXIT_DONE : EXIT_NO;
}

const struct verb stack_verb = {
    .name = "stack",
    .arguments = "",
    .summary = "Counts the machines that show each line of the results' outputs, rarest first.",
    .options = option_specs,
    .run = run,
};
