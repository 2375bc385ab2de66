#include "cmd/verbs.h"

#include "cmd/diff_between.h"
#include "cmd/diff_print.h"
#include "cmd/open.h"
#include "cmd/rules.h"

#include <string.h>

#define CONTEXT_LINES 3
#define CONTEXT_MOST 1000000
#define FILTER_BYTES 1024

static const struct option_spec option_specs[] = {
    {.name = "previous",
     .help = "compare RESULT with the one before it: same machine, script and parameters",
     .is_either = true},
    {.name = "between",
     .value = "T1 T2",
     .help = "every script's result at T1 with that at T2, a line each",
     .is_pair = true},
    {.name = "machine", .value = "NAME", .help = "with --between: of these machines"},
    {.name = "script", .value = "NAME", .help = "with --between: of these scripts"},
    {.name = "set", .help = "ignore order, and how often a line stands there"},
    RULE_OPTIONS,
    {.name = "context", .value = "N", .help = "lines of context; 3 if not given", .letter = 'C'},
    {.name = NULL},
};

/* ---- two results ---- */

static void print_summary(struct output *output, const struct diff_printer *printer, bool is_same)
{
    struct json_writer *fields = json_writer_new();
    struct buffer text;
    const struct diff_side *sides = printer->sides;
    json_writer_begin(fields);
    json_writer_text(fields, "status", is_same ? "same" : "changed");
    json_writer_text(fields, "stream", printer->rules->stream);
    json_writer_int64(fields, "from_result_id", sides[0].text.result_id);
    json_writer_int64(fields, "to_result_id", sides[1].text.result_id);
    json_writer_text(fields, "from_parse_status", sides[0].parse_status);
    json_writer_text(fields, "to_parse_status", sides[1].parse_status);
    json_writer_int64(fields, "removed", printer->counts[0]);
    json_writer_int64(fields, "added", printer->counts[1]);
    struct text object = json_writer_end(fields);
    buffer_init(&text, object.length + 1);
    (void)buffer_append(&text, object.bytes, object.length);
    json_writer_raw(output_object(output), "summary", buffer_text(&text));
    output_object_end(output);
    buffer_release(&text);
    json_writer_free(fields);
}

/* What is not whole may differ for that reason alone. */
static void warn(struct output *output, const struct diff_side *side)
{
    if (strcmp(side->parse_status, "truncated") == 0)
        output_notice(output, "result %lld is truncated: its end is missing",
                      (long long)side->text.result_id);
    else if (strcmp(side->parse_status, "invalid") == 0)
        output_notice(output, "result %lld is invalid: only what came before the trouble is here",
                      (long long)side->text.result_id);
}

static int compare_lines(struct diff_printer *printer, bool *is_same, struct error *err)
{
    const struct compare_text texts[2] = {printer->sides[0].text, printer->sides[1].text};
    bool is_shown = !printer->output->quiet;
    struct compare *compare = compare_start(printer->reader, printer->rules, texts, is_shown, err);
    if (!compare)
        return -1;
    *is_same = compare_is_same(compare);
    int result = is_shown ? diff_print_hunks(printer, compare, err) : 0;
    compare_end(compare);
    return result;
}

static int compare_sets(struct diff_printer *printer, bool *is_same, struct error *err)
{
    const struct compare_text texts[2] = {printer->sides[0].text, printer->sides[1].text};
    struct compare_set *set = compare_set_start(printer->reader, printer->rules, texts, err);
    if (!set)
        return -1;
    *is_same = compare_set_count(set, 0) + compare_set_count(set, 1) == 0;
    int result = printer->output->quiet ? 0 : diff_print_set(printer, set, err);
    compare_set_end(set);
    return result;
}

static int find_sides(struct store *reader, const struct options *options,
                      const struct line_rules *rules, struct diff_side sides[2], struct error *err)
{
    int64_t from, to;
    if (options_flag(options, "previous")) {
        if (query_resolve(reader, options->arguments[0], &to, err) ||
            query_previous(reader, to, &from, err))
            return -1;
    } else if (query_resolve(reader, options->arguments[0], &from, err) ||
               query_resolve(reader, options->arguments[1], &to, err)) {
        return -1;
    }
    return diff_side_read(&sides[0], reader, from, rules->stream, err) ||
                   diff_side_read(&sides[1], reader, to, rules->stream, err)
               ? -1
               : 0;
}

static int diff_results(struct diff_printer *printer, const struct options *options, bool *is_same,
                        struct error *err)
{
    struct diff_side sides[2];
    memset(sides, 0, sizeof sides);
    printer->sides = sides;
    int result = find_sides(printer->reader, options, printer->rules, sides, err);
    if (result == 0)
        result =
            (options_flag(options, "set") ? compare_sets : compare_lines)(printer, is_same, err);
    if (result == 0) {
        warn(printer->output, &sides[0]);
        warn(printer->output, &sides[1]);
    }
    if (result == 0 && printer->output->json && !printer->output->quiet &&
        !output_is_over(printer->output))
        print_summary(printer->output, printer, *is_same);
    printer->sides = NULL;
    diff_side_release(&sides[0]);
    diff_side_release(&sides[1]);
    return result;
}

/* ---- between two times ---- */

static int read_times(const struct options *options, char from[TIME_TEXT_SIZE],
                      char to[TIME_TEXT_SIZE], struct error *err)
{
    int at = 0;
    const char *first = options_next(options, "between", &at);
    const char *second = options_next(options, "between", &at);
    if (time_parse_argument(first, from) || time_parse_argument(second, to))
        return options_error(options, err,
                             "--between needs two times such as 2026-03-18T21:04:01Z, 2026-03-18, "
                             "36h or 7d");
    if (strcmp(from, to) >= 0)
        return options_error(options, err, "--between needs the earlier time first");
    return 0;
}

static int diff_times(struct diff_between *between, const struct options *options, bool *is_same,
                      struct error *err)
{
    struct query_filter filter = {0};
    char from[TIME_TEXT_SIZE], to[TIME_TEXT_SIZE];
    if (read_times(options, from, to, err) ||
        options_name(options, "machine", FILTER_BYTES, &filter.machine, err) ||
        options_name(options, "script", FILTER_BYTES, &filter.script, err) ||
        diff_between(between, &filter, from, to, err))
        return -1;
    if (between->pairs == 0 && !output_is_over(between->output))
        return error_set(err, ERROR_NOT_FOUND, "no result fits");
    *is_same = between->differing == 0;
    return 0;
}

/* ---- the verb ---- */

static int check(const struct options *options, int64_t *context, struct error *err)
{
    bool has_context, is_between = options_flag(options, "between");
    bool is_previous = options_flag(options, "previous");
    int wanted = is_between ? 0 : is_previous ? 1 : 2;
    if (is_between && is_previous)
        return options_error(options, err, "--previous and --between exclude each other");
    if (!is_between && (options_flag(options, "machine") || options_flag(options, "script")))
        return options_error(options, err, "--machine and --script go with --between");
    if (options->argument_count != wanted)
        return options_error(options, err,
                             is_between    ? "diff --between needs no RESULT"
                             : is_previous ? "diff --previous needs one RESULT"
                                           : "diff needs two results, A and B");
    return options_int64(options, "context", 0, CONTEXT_MOST, &has_context, context, err);
}

static int diff(struct store *reader, const struct options *options, struct output *output,
                struct line_rules *rules, int64_t context, bool *is_same, struct error *err)
{
    bool as_set = options_flag(options, "set");
    rules->line_end_counts = !as_set;
    if (store_begin_read(reader, err))
        return -1;
    if (options_flag(options, "between")) {
        struct diff_between between = {
            .reader = reader, .rules = rules, .output = output, .as_set = as_set};
        return diff_times(&between, options, is_same, err);
    }
    struct diff_printer printer = {
        .reader = reader, .rules = rules, .output = output, .context = context};
    return diff_results(&printer, options, is_same, err);
}

static enum exit_status run(const struct options *options, struct output *output)
{
    struct archive archive;
    struct store *reader;
    struct line_rules rules = {0};
    struct error err = {0};
    int64_t context = CONTEXT_LINES;
    bool is_same = false;
    int result = check(options, &context, &err) || rules_read(&rules, options, &err) ||
                         open_reader(&archive, &reader, options, output, &err)
                     ? -1
                     : 0;
    if (result == 0) {
        result = diff(reader, options, output, &rules, context, &is_same, &err);
        store_end_read(reader);
        store_close(reader);
        archive_close(&archive);
    }
    line_rules_release(&rules);
    if (result) {
        enum exit_status status = output_fail(output, &err);
        return err.code == ERROR_LIMIT ? EXIT_NOT_WHOLE : status;
    }
    return is_same ? EXIT_DONE : EXIT_NO;
}

const struct verb diff_verb = {
    .name = "diff",
    .arguments = "A B | RESULT",
    .most = 2,
    .summary = "Compares the outputs of two results, line by line.",
    .options = option_specs,
    .run = run,
};
