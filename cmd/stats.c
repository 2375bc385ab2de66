#include "cmd/verbs.h"

#include "cmd/filter.h"
#include "cmd/open.h"
#include "cmd/table.h"
#include "schema/stats.h"
#include "schema/stats_by.h"

#include <stdio.h>
#include <string.h>

#define TOP 5 /* of machines, scripts, … in the overview */
#define NAME_COLUMNS 16
#define SECONDS_LENGTH 19 /* of "2023-03-18T21:04:01" */
#define KEY_WORDS                                                                                  \
    "day, month, acquired-day, acquired-month, machine, script, exit-code, status, "               \
    "command-status or operator"

static const struct option_spec option_specs[] = {
    {.name = "by", .value = "KEY", .help = KEY_WORDS},
    {.name = "limit", .value = "N", .help = "with --by: only the first N rows"},
    FILTER_OPTIONS,
    {.name = NULL},
};

static const char *const key_names[STATS_KEYS] = {
    [STATS_DAY] = "day",
    [STATS_MONTH] = "month",
    [STATS_ACQUIRED_DAY] = "acquired-day",
    [STATS_ACQUIRED_MONTH] = "acquired-month",
    [STATS_MACHINE] = "machine",
    [STATS_SCRIPT] = "script",
    [STATS_EXIT_CODE] = "exit-code",
    [STATS_STATUS] = "status",
    [STATS_COMMAND_STATUS] = "command-status",
    [STATS_OPERATOR] = "operator",
};

/* ---- the overview, for people ---- */

static const char *plural(int64_t count)
{
    return count == 1 ? "" : "s";
}

static void begin_line(struct output *output, const char *name)
{
    output_format(output, "%-*s", NAME_COLUMNS, name);
}

static void print_count(struct output *output, int64_t count, const char *what)
{
    char number[TEXT_COUNT_SIZE];
    output_format(output, "%s %s%s", text_count(count, number), what, plural(count));
}

/* A line of entries: on a terminal as many as fit it. */
struct entries {
    struct output *output;
    size_t columns; /* left on the terminal */
    bool is_first, is_cut;
};

static struct entries begin_entries(struct output *output, const char *name)
{
    size_t columns = output_columns();
    begin_line(output, name);
    return (struct entries){output, columns > NAME_COLUMNS ? columns - NAME_COLUMNS : 0, true,
                            false};
}

/* What is longer than the line is cut; the other entries are whole, or left out. */
static void add_on_terminal(struct entries *entries, struct text name, const char *count)
{
    struct buffer shown;
    size_t count_columns = strlen(count) + (entries->is_first ? 0 : 2);
    size_t room = entries->columns > count_columns + 3 ? entries->columns - count_columns - 3 : 0;
    buffer_init(&shown, SIZE_MAX / 2);
    text_escape(&shown, name.bytes, name.length, TEXT_KEEP_NONE);
    size_t columns = text_columns(shown.bytes, shown.length);
    if (columns > room && !entries->is_first) {
        entries->is_cut = true;
    } else {
        bool is_long = columns > room;
        size_t length = is_long
                            ? text_cut_columns(shown.bytes, shown.length, room > 0 ? room - 1 : 0)
                            : shown.length;
        output_format(entries->output, entries->is_first ? "" : "; ");
        output_bytes(entries->output, shown.bytes, length);
        output_format(entries->output, "%s%s", is_long ? "…" : "", count);
        entries->columns -= columns < room ? columns + count_columns : entries->columns;
    }
    buffer_release(&shown);
}

static void add_entry(struct entries *entries, struct text name, int64_t number, const char *unit)
{
    char digits[TEXT_COUNT_SIZE], count[TEXT_COUNT_SIZE + 16];
    snprintf(count, sizeof count, ": %s%s", text_count(number, digits), unit);
    if (entries->is_cut)
        return;
    if (entries->output->to_terminal) {
        add_on_terminal(entries, name, count);
    } else {
        output_format(entries->output, entries->is_first ? "" : "; ");
        output_line_of(entries->output, name);
        output_format(entries->output, "%s", count);
    }
    entries->is_first = false;
}

static void end_entries(struct entries *entries, bool has_more)
{
    output_format(entries->output, entries->is_first             ? "none\n"
                                   : entries->is_cut || has_more ? "; …\n"
                                                                 : "\n");
}

/* "ok: 957,000; repaired: 32,000; …" */
static void print_tally(struct output *output, const char *name, const struct tally *tally,
                        const char *absent)
{
    struct tally_entry top[TOP + 1];
    size_t count = tally_top(tally, top, TOP + 1);
    struct entries entries = begin_entries(output, name);
    for (size_t i = 0; i < count && i < TOP; i++)
        add_entry(&entries, top[i].name.bytes ? top[i].name : (struct text){absent, strlen(absent)},
                  top[i].count, "");
    end_entries(&entries, count > TOP);
}

static void print_biggest(struct output *output, const struct stats *stats)
{
    struct entries entries = begin_entries(output, "biggest outputs");
    for (int i = 0; i < stats->biggest_count; i++) {
        char name[64];
        snprintf(name, sizeof name, "result %lld", (long long)stats->biggest[i].result_id);
        add_entry(&entries, (struct text){name, strlen(name)}, stats->biggest[i].output_bytes,
                  " bytes");
    }
    end_entries(&entries, false);
}

static void print_span(struct output *output, const char *name, const char *first, const char *last)
{
    begin_line(output, name);
    output_format(output, "%.*sZ to %.*sZ\n", SECONDS_LENGTH, first, SECONDS_LENGTH, last);
}

static int print_packages(struct output *output, struct store *reader, int64_t *rows,
                          struct error *err)
{
    struct query *query;
    int more;
    if (stats_packages(reader, &query, err))
        return -1;
    while ((more = query_next(query, err)) == 1) {
        struct text kind = query_value_named(query, "kind").text;
        begin_line(output, "packages");
        print_count(output, query_value_named(query, "packages").integer,
                    kind.bytes ? kind.bytes : "unread package");
        output_format(output, " of ");
        print_count(output, query_value_named(query, "bytes").integer, "byte");
        output_format(output, "\n");
        ++*rows;
    }
    query_free(query);
    return more;
}

static void print_overview(struct output *output, const struct stats *stats)
{
    char number[TEXT_COUNT_SIZE];
    begin_line(output, "results");
    output_format(output, "%s of ", text_count(stats->results, number));
    print_count(output, tally_count(stats->machines), "machine");
    output_format(output, " and ");
    print_count(output, tally_count(stats->scripts), "script");
    output_format(output, "\n");
    begin_line(output, "texts");
    print_count(output, stats->output_bytes, "byte");
    output_format(output, " of output, ");
    print_count(output, stats->error_bytes, "byte");
    output_format(output, " of error\n");
    print_span(output, "observed", stats->first_observed_at, stats->last_observed_at);
    print_span(output, "acquired", stats->first_acquired_at, stats->last_acquired_at);
    print_tally(output, "parse status", stats->parse_statuses, "none");
    print_tally(output, "command status", stats->command_statuses, "not known");
    print_tally(output, "exit codes", stats->exit_codes, "none");
    print_tally(output, "scripts", stats->scripts, "without a name");
    print_tally(output, "machines", stats->machines, "not known");
    print_biggest(output, stats);
}

/* ---- the overview, as objects ---- */

static struct json_writer *begin_object(struct output *output, const char *by)
{
    struct json_writer *writer = output_object(output);
    json_writer_text(writer, "by", by);
    return writer;
}

static void put_value(struct json_writer *writer, struct text value, bool is_number)
{
    int64_t number;
    if (is_number && value.bytes && text_parse_int64(value.bytes, value.length, &number) == 0)
        json_writer_int64(writer, "value", number);
    else
        json_writer_bytes(writer, "value", value);
}

static void put_tally(struct output *output, const char *by, const struct tally *tally,
                      bool is_number)
{
    struct tally_entry entries[TOP];
    size_t count = tally_top(tally, entries, TOP);
    for (size_t i = 0; i < count; i++) {
        struct json_writer *writer = begin_object(output, by);
        put_value(writer, entries[i].name, is_number);
        json_writer_int64(writer, "results", entries[i].count);
        output_object_end(output);
    }
}

static int put_packages(struct output *output, struct store *reader, int64_t *rows,
                        struct error *err)
{
    struct query *query;
    int more;
    if (stats_packages(reader, &query, err))
        return -1;
    while ((more = query_next(query, err)) == 1) {
        struct json_writer *writer = begin_object(output, "kind");
        json_writer_bytes(writer, "value", query_value_named(query, "kind").text);
        json_writer_int64(writer, "packages", query_value_named(query, "packages").integer);
        json_writer_int64(writer, "size_bytes", query_value_named(query, "bytes").integer);
        output_object_end(output);
        ++*rows;
    }
    query_free(query);
    return more;
}

static void put_overview(struct output *output, const struct stats *stats)
{
    struct json_writer *writer = begin_object(output, "all");
    json_writer_int64(writer, "results", stats->results);
    json_writer_int64(writer, "machines", tally_count(stats->machines));
    json_writer_int64(writer, "scripts", tally_count(stats->scripts));
    json_writer_int64(writer, "output_bytes", stats->output_bytes);
    json_writer_int64(writer, "error_bytes", stats->error_bytes);
    json_writer_text(writer, "first_observed_at", stats->first_observed_at);
    json_writer_text(writer, "last_observed_at", stats->last_observed_at);
    json_writer_text(writer, "first_acquired_at", stats->first_acquired_at);
    json_writer_text(writer, "last_acquired_at", stats->last_acquired_at);
    output_object_end(output);
    put_tally(output, "status", stats->parse_statuses, false);
    put_tally(output, "command-status", stats->command_statuses, false);
    put_tally(output, "exit-code", stats->exit_codes, true);
    put_tally(output, "script", stats->scripts, false);
    put_tally(output, "machine", stats->machines, false);
    for (int i = 0; i < stats->biggest_count; i++) {
        writer = begin_object(output, "biggest");
        json_writer_int64(writer, "result_id", stats->biggest[i].result_id);
        json_writer_int64(writer, "output_bytes", stats->biggest[i].output_bytes);
        output_object_end(output);
    }
}

/* Packages have none of the properties of results: they are told where nothing is filtered. */
static int overview(struct store *reader, const struct query_filter *filter, bool with_packages,
                    struct output *output, int64_t *rows, struct error *err)
{
    struct stats stats;
    int result = stats_read(&stats, reader, filter, err);
    *rows = stats.results;
    if (result == 0 && stats.results > 0)
        (output->json ? put_overview : print_overview)(output, &stats);
    if (result == 0 && with_packages && !output_is_over(output))
        result = (output->json ? put_packages : print_packages)(output, reader, rows, err);
    stats_release(&stats);
    return result;
}

/* ---- by one thing ---- */

static void print_row(struct table *table, const struct stats_group *group, enum stats_key key)
{
    if (group->value.bytes)
        table_cell(table, group->value);
    else
        table_cell_format(table, "-");
    table_cell_format(table, "%lld", (long long)group->results);
    if (key != STATS_MACHINE)
        table_cell_format(table, "%lld", (long long)group->machines);
    table_cell_format(table, "%lld", (long long)group->output_bytes);
    table_cell_format(table, "%lld", (long long)group->error_bytes);
    table_cell_format(table, "%.*sZ", SECONDS_LENGTH, group->first_observed_at);
    table_cell_format(table, "%.*sZ", SECONDS_LENGTH, group->last_observed_at);
    table_end_row(table);
}

static void put_group(struct output *output, const struct stats_group *group, enum stats_key key)
{
    struct json_writer *writer = begin_object(output, key_names[key]);
    put_value(writer, group->value, key == STATS_EXIT_CODE);
    json_writer_int64(writer, "results", group->results);
    json_writer_int64(writer, "machines", group->machines);
    json_writer_int64(writer, "output_bytes", group->output_bytes);
    json_writer_int64(writer, "error_bytes", group->error_bytes);
    json_writer_text(writer, "first_observed_at", group->first_observed_at);
    json_writer_text(writer, "last_observed_at", group->last_observed_at);
    output_object_end(output);
}

static struct table *new_table(struct output *output, enum stats_key key)
{
    static const char *const names[STATS_KEYS] = {"DAY",     "MONTH",   "ACQUIRED", "ACQUIRED",
                                                  "MACHINE", "SCRIPT",  "EXIT",     "STATUS",
                                                  "COMMAND", "OPERATOR"};
    struct table_column columns[] = {
        {names[key], 0, key == STATS_EXIT_CODE},
        {"RESULTS", 0, true},
        {"MACHINES", 0, true},
        {"OUTPUT", 0, true},
        {"ERROR", 0, true},
        {"FIRST", 0, false},
        {"LAST", 0, false},
    };
    size_t count = sizeof columns / sizeof *columns;
    if (key == STATS_MACHINE) {
        memmove(&columns[2], &columns[3], (count - 3) * sizeof *columns);
        count--;
    }
    return table_new(output, columns, count, true);
}

static int by_key(struct store *reader, const struct query_filter *filter, enum stats_key key,
                  int64_t limit, struct output *output, int64_t *rows, struct error *err)
{
    struct stats_by by;
    struct table *table = NULL;
    int result = stats_by_read(&by, reader, filter, key, err);
    for (size_t i = 0;
         result == 0 && i < by.count && !output_is_over(output) && (limit == 0 || *rows < limit);
         i++) {
        if (!table && !output->json)
            table = new_table(output, key);
        if (output->json)
            put_group(output, &by.groups[i], key);
        else
            print_row(table, &by.groups[i], key);
        ++*rows;
    }
    table_free(table);
    stats_by_release(&by);
    return result;
}

/* ---- the verb ---- */

static int read_key(const struct options *options, enum stats_key *key, int64_t *limit,
                    struct error *err)
{
    const char *name = options_text(options, "by");
    bool has_limit;
    *limit = 0;
    *key = STATS_KEYS;
    for (int i = 0; name && i < STATS_KEYS; i++)
        if (strcmp(name, key_names[i]) == 0)
            *key = (enum stats_key)i;
    if (name && *key == STATS_KEYS)
        return options_error(options, err, "--by is " KEY_WORDS);
    if (!name && options_flag(options, "limit"))
        return options_error(options, err, "--limit goes with --by");
    return options_int64(options, "limit", 1, INT64_MAX, &has_limit, limit, err);
}

static enum exit_status run(const struct options *options, struct output *output)
{
    struct filter filter;
    enum stats_key key;
    int64_t limit, rows = 0;
    struct archive archive;
    struct store *reader;
    struct error err = {0};
    if (read_key(options, &key, &limit, &err) || filter_read(&filter, options, &err) ||
        open_reader(&archive, &reader, options, output, &err))
        return output_fail(output, &err);
    int result = store_begin_read(reader, &err);
    if (result == 0)
        result = key == STATS_KEYS ? overview(reader, &filter.query, !filter_is_given(options),
                                              output, &rows, &err)
                                   : by_key(reader, &filter.query, key, limit, output, &rows, &err);
    store_end_read(reader);
    store_close(reader);
    archive_close(&archive);
    if (result) {
        enum exit_status status = output_fail(output, &err);
        return err.code == ERROR_LIMIT ? EXIT_NOT_WHOLE : status;
    }
    if (rows == 0 && !output_is_over(output))
        output_notice(output, "no result fits");
    return rows > 0 ? EXIT_DONE : EXIT_NO;
}

const struct verb stats_verb = {
    .name = "stats",
    .arguments = "",
    .summary = "Counts what came in: when, of which machines and scripts, how it went, how big.",
    .options = option_specs,
    .run = run,
};
