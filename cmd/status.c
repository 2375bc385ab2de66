#include "cmd/verbs.h"

#include "base/clock.h"
#include "base/text.h"
#include "cmd/attempts.h"
#include "cmd/fetch_action.h"
#include "cmd/fetch_bars.h"
#include "cmd/open.h"
#include "cmd/row.h"
#include "cmd/watch_state.h"
#include "schema/query.h"

#include <stdio.h>
#include <string.h>

#define NAME_BYTES 1024

static const struct option_spec option_specs[] = {
    {.name = "machine",
     .value = "NAME",
     .help = "machine id, name or glob, any case; a short name for the full one",
     .is_filter = true},
    {.name = "script", .value = "NAME", .help = "script name or glob, any case", .is_filter = true},
    {.name = "action", .value = "ID", .help = "machine action", .is_filter = true},
    {.name = "since",
     .value = "TIME",
     .help = "created then or later (RFC 3339, a date, or 36h, 7d ago)",
     .is_filter = true},
    {.name = "until", .value = "TIME", .help = "created before", .is_filter = true},
    {.name = "missing", .help = "only what is not archived"},
    {.name = "max-age", .value = "SPAN", .help = "also: is the last good round of watch younger?"},
    {.name = NULL},
};

enum state { ARCHIVED, TRUNCATED, READY, PENDING, FAILED, REFUSED, NO_RESULT, STATES };

static const char *const state_names[STATES] = {"archived", "truncated", "ready",    "pending",
                                                "failed",   "refused",   "no-result"};

struct report {
    struct output *output;
    const char *archive_folder;
    bool only_missing;
    struct table *table;
    int64_t counts[STATES];
};

/* ---- one command ---- */

static struct fetch_command command_of(const struct query *query)
{
    struct fetch_command command = {0};
    struct text type = query_value_named(query, "command_type").text;
    struct text status = query_value_named(query, "command_status").text;
    snprintf(command.type, sizeof command.type, "%.*s", (int)type.length,
             type.bytes ? type.bytes : "");
    snprintf(command.status, sizeof command.status, "%.*s", (int)status.length,
             status.bytes ? status.bytes : "");
    return command;
}

static bool is_final(const struct query *query)
{
    struct fetch_action action = {0};
    struct text status = query_value_named(query, "action_status").text;
    snprintf(action.status, sizeof action.status, "%.*s", (int)status.length,
             status.bytes ? status.bytes : "");
    return fetch_action_is_final(&action);
}

static enum state state_of_archived(const struct query *query)
{
    struct text status = query_value_named(query, "parse_status").text;
    return status.length == strlen("truncated") &&
                   memcmp(status.bytes, "truncated", status.length) == 0
               ? TRUNCATED
               : ARCHIVED;
}

static int find_state(const struct report *report, const struct query *query,
                      struct attempt *attempt, enum state *state, struct error *err)
{
    char action_id[64];
    struct text id = query_value_named(query, "action_id").text;
    struct query_value index = query_value_named(query, "command_index");
    struct fetch_command command = command_of(query);
    *attempt = (struct attempt){0};
    if (query_value_named(query, "is_archived").integer) {
        *state = state_of_archived(query);
        return 0;
    }
    if (!fetch_command_has_result(&command)) {
        bool may_come = !is_final(query) && !text_equal_fold(command.type, "PutFile") &&
                        !text_equal_fold(command.status, "Failed");
        *state = may_come ? PENDING : NO_RESULT;
        return 0;
    }
    snprintf(action_id, sizeof action_id, "%.*s", (int)id.length, id.bytes);
    int failed = attempts_find(report->archive_folder, action_id, index.integer, attempt, err);
    *state = failed != 1 ? READY : strcmp(attempt->code, "access") == 0 ? REFUSED : FAILED;
    return failed < 0 ? -1 : 0;
}

static bool is_missing(enum state state)
{
    return state == READY || state == PENDING || state == FAILED || state == REFUSED;
}

/* ---- printing ---- */

static struct text text_of(const char *text)
{
    return (struct text){text[0] ? text : NULL, strlen(text)};
}

static void print_object(struct report *report, const struct query *query, enum state state,
                         const struct attempt *attempt)
{
    static const char *const columns[] = {"action_id",      "command_index", "command_type",
                                          "command_status", "action_status", "machine_id",
                                          "machine_name",   "script_name",   "created_at",
                                          "requestor",      "parse_status"};
    struct json_writer *writer = output_object(report->output);
    json_writer_text(writer, "state", state_names[state]);
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
        row_value_to_json(query_value_named(query, columns[i]), columns[i], writer);
    json_writer_bytes(writer, "reason", text_of(attempt->message));
    json_writer_bytes(writer, "next_try_at", text_of(attempt->next_try_at));
    output_object_end(report->output);
}

static void print_row(struct report *report, const struct query *query, enum state state,
                      const struct attempt *attempt)
{
    struct query_value index = query_value_named(query, "command_index");
    struct query_value machine = query_value_named(query, "machine_name");
    struct text id = query_value_named(query, "action_id").text;
    if (machine.type == QUERY_NULL)
        machine = query_value_named(query, "machine_id");
    table_cell(report->table, text_of(state_names[state]));
    if (index.type == QUERY_NULL)
        table_cell(report->table, id);
    else
        table_cell_format(report->table, "%.*s/%lld", (int)id.length, id.bytes,
                          (long long)index.integer);
    table_cell(report->table, machine.text);
    table_cell(report->table, query_value_named(query, "script_name").text);
    table_cell_format(report->table, "%.19s", attempt->next_try_at);
    table_cell(report->table, text_of(attempt->message));
    table_end_row(report->table);
}

static int print_all(struct report *report, struct query *query, struct error *err)
{
    int more = 0;
    while (!output_is_over(report->output) && (more = query_next(query, err)) == 1) {
        struct attempt attempt;
        enum state state;
        if (find_state(report, query, &attempt, &state, err))
            return -1;
        report->counts[state]++;
        if (report->only_missing && !is_missing(state))
            continue;
        if (report->output->json)
            print_object(report, query, state, &attempt);
        else
            print_row(report, query, state, &attempt);
    }
    return more;
}

static int64_t count_missing(const struct report *report)
{
    int64_t missing = 0;
    for (enum state state = ARCHIVED; state < STATES; state++)
        missing += is_missing(state) ? report->counts[state] : 0;
    return missing;
}

static void print_end(struct report *report)
{
    const int64_t *counts = report->counts;
    int64_t archived = counts[ARCHIVED] + counts[TRUNCATED];
    int64_t all = archived + count_missing(report);
    if (report->output->json) {
        struct json_writer *writer = output_object(report->output);
        json_writer_int64(writer, "results", all);
        for (enum state state = ARCHIVED; state < STATES; state++)
            json_writer_int64(writer, state_names[state], counts[state]);
        output_object_end(report->output);
        return;
    }
    output_format(report->output, "%lld of %lld archived", (long long)archived, (long long)all);
    for (enum state state = TRUNCATED; state < NO_RESULT; state++)
        if (counts[state] > 0)
            output_format(report->output, ", %lld %s", (long long)counts[state],
                          state_names[state]);
    output_bytes(report->output, "\n", 1);
}

/* ---- the verb ---- */

static int read_filter(const struct options *options, struct query_filter *filter,
                       char since[TIME_TEXT_SIZE], char until[TIME_TEXT_SIZE], struct error *err)
{
    *filter = (struct query_filter){0};
    return options_name(options, "machine", NAME_BYTES, &filter->machine, err) ||
                   options_name(options, "script", NAME_BYTES, &filter->script, err) ||
                   options_name(options, "action", NAME_BYTES, &filter->action_id, err) ||
                   options_time(options, "since", since, &filter->since, err) ||
                   options_time(options, "until", until, &filter->until, err)
               ? -1
               : 0;
}

static int report_on(struct report *report, struct store *reader, const struct query_filter *filter,
                     struct error *err)
{
    static const struct table_column columns[] = {{"STATE", 0, false},    {"RESULT", 0, false},
                                                  {"MACHINE", 0, false},  {"SCRIPT", 0, false},
                                                  {"NEXT TRY", 0, false}, {"REASON", 0, false}};
    struct query *query;
    if (query_commands(reader, filter, &query, err))
        return -1;
    if (!report->output->json)
        report->table = table_new(report->output, columns, sizeof columns / sizeof *columns, true);
    int result = print_all(report, query, err);
    table_free(report->table);
    query_free(query);
    if (result == 0)
        print_end(report);
    return result;
}

/* 1: the last good round of watch is older, or there was none. */
static int is_stale(const struct report *report, int64_t most_seconds, struct error *err)
{
    struct watch_state state;
    int64_t success_seconds, now_seconds = clock_now_us() / 1000000;
    int found = watch_state_read(&state, report->archive_folder, err);
    if (found < 0)
        return -1;
    if (found == 0 || time_to_unix(state.last_success_at, &success_seconds)) {
        output_notice(report->output, "watch has had no good round yet%s%s",
                      state.last_error[0] ? ": " : "", state.last_error);
        return 1;
    }
    if (now_seconds - success_seconds <= most_seconds)
        return 0;
    output_notice(report->output, "the last good round of watch was at %s%s%s",
                  state.last_success_at, state.last_error[0] ? ": " : "", state.last_error);
    return 1;
}

static enum exit_status run(const struct options *options, struct output *output)
{
    struct query_filter filter;
    struct archive archive;
    struct store *reader;
    struct error err = {0};
    char since[TIME_TEXT_SIZE], until[TIME_TEXT_SIZE];
    bool has_age;
    int64_t most_seconds = 0;
    if (read_filter(options, &filter, since, until, &err) ||
        options_span(options, "max-age", &has_age, &most_seconds, &err) ||
        open_reader(&archive, &reader, options, output, &err))
        return output_fail(output, &err);
    struct report report = {.output = output,
                            .archive_folder = archive.folder,
                            .only_missing = options_flag(options, "missing")};
    int result = store_begin_read(reader, &err);
    if (result == 0)
        result = report_on(&report, reader, &filter, &err);
    store_end_read(reader);
    int stale = result == 0 && has_age ? is_stale(&report, most_seconds, &err) : 0;
    store_close(reader);
    archive_close(&archive);
    if (result || stale < 0)
        return output_fail(output, &err);
    return count_missing(&report) > 0 || stale ? EXIT_NO : EXIT_DONE;
}

const struct verb status_verb = {
    .name = "status",
    .arguments = "",
    .summary = "Says of each command of the known actions whether its result is here.",
    .options = option_specs,
    .run = run,
};
