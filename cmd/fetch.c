#include "cmd/verbs.h"

#include "base/clock.h"
#include "base/interrupt.h"
#include "base/memory.h"
#include "base/text.h"
#include "cmd/fetch_check.h"
#include "cmd/fetch_options.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINE_BYTES 4096
#define SELECTORS_MOST 1000000
#define FIRST_WAIT_US (15 * 1000000LL)
#define MOST_WAIT_US (120 * 1000000LL)
#define WAIT_SECONDS (72 * 3600)

static const struct option_spec option_specs[] = {
    {.name = "all", .help = "all actions of the tenant that the filters let through"},
    {.name = "again", .help = "also what is archived already"},
    {.name = "wait", .help = "until all actions are final"},
    {.name = "timeout", .value = "SPAN", .help = "with --wait: at most so long (72h)"},
    {.name = "dry-run", .help = "only says what would be fetched, and how long it will take"},
    {.name = "check", .help = "only looks whether everything that fetching needs is there"},
    FETCH_OPTIONS,
    {.name = NULL},
};

/* What was asked for: an action, or one of its commands. */
struct selector {
    char action_id[FETCH_ID_SIZE];
    int64_t command_index; /* or ROUND_ALL_COMMANDS */
};

struct task {
    struct output *output;
    const struct options *options;
    struct fetch_options fetch;
    struct connection connection;
    struct archive archive;
    struct kept kept;
    struct selector *selectors;
    size_t count, capacity;
    int64_t timeout_seconds;
    enum exit_status status;
    struct round_counts counts; /* of all rounds; what is pending, of the last */
};

/* ---- what is asked for ---- */

static int add_selector(struct task *task, const char *text, const char *where, struct error *err)
{
    struct selector selector = {.command_index = ROUND_ALL_COMMANDS};
    const char *slash = strchr(text, '/');
    size_t length = slash ? (size_t)(slash - text) : strlen(text);
    if (!fetch_parse_guid(text, length, selector.action_id) ||
        (slash && (text_parse_int64(slash + 1, strlen(slash + 1), &selector.command_index) ||
                   selector.command_index < 0 || selector.command_index > 999999999)))
        return options_error(
            task->options, err,
            "%s'%.80s' is neither ACTION nor ACTION/INDEX: an action's id is a GUID", where, text);
    if (task->count == SELECTORS_MOST)
        return error_set(err, ERROR_LIMIT, "more than %d actions at once", SELECTORS_MOST);
    if (task->count == task->capacity) {
        task->capacity = task->capacity ? 2 * task->capacity : 16;
        task->selectors = memory_resize(task->selectors, task->capacity * sizeof *task->selectors);
    }
    task->selectors[task->count++] = selector;
    return 0;
}

/* A line each; blanks around it, empty lines and those with # first do not count. */
static int read_stdin(struct task *task, struct error *err)
{
    char line[LINE_BYTES], where[64];
    int64_t number = 0;
    while (fgets(line, sizeof line, stdin)) {
        number++;
        snprintf(where, sizeof where, "stdin, line %lld: ", (long long)number);
        size_t length = strcspn(line, "\r\n");
        if (!strchr(line, '\n') && !feof(stdin))
            return error_set(err, ERROR_USAGE, "%slonger than %d bytes", where, LINE_BYTES - 2);
        line[length] = '\0';
        char *text = line + strspn(line, " \t");
        for (size_t end = strlen(text); end > 0 && strchr(" \t", text[end - 1]); end--)
            text[end - 1] = '\0';
        if (text[0] && text[0] != '#' && add_selector(task, text, where, err))
            return -1;
    }
    if (ferror(stdin))
        return error_set_errno(err, ERROR_IO, errno, "stdin: cannot be read");
    if (task->count == 0)
        return error_set(err, ERROR_USAGE, "stdin: no action in it");
    return 0;
}

static int read_arguments(struct task *task, struct error *err)
{
    const struct options *options = task->options;
    bool has_timeout, is_all = options_flag(options, "all");
    task->timeout_seconds = WAIT_SECONDS;
    if (options_span(options, "timeout", &has_timeout, &task->timeout_seconds, err))
        return -1;
    if (has_timeout && !options_flag(options, "wait"))
        return options_error(options, err, "--timeout needs --wait");
    if (options_flag(options, "check"))
        return options->argument_count == 0 && !is_all
                   ? 0
                   : options_error(options, err, "--check takes no action");
    if (is_all == (options->argument_count > 0))
        return options_error(options, err, "give actions, or - for a list on stdin, or --all");
    if (!is_all &&
        (task->fetch.listing.since || task->fetch.listing.requestor || task->fetch.round.machine ||
         task->fetch.round.script || task->fetch.round.comment))
        return options_error(options, err, "filters need --all");
    for (int i = 0; i < options->argument_count; i++) {
        bool is_stdin = strcmp(options->arguments[i], "-") == 0;
        if (is_stdin ? read_stdin(task, err) : add_selector(task, options->arguments[i], "", err))
            return -1;
    }
    return 0;
}

/* ---- a round ---- */

/* An action that cannot be had is told, and the others go on; without access none can be. */
static int ask_all(struct task *task, struct round *round, struct error *err)
{
    for (size_t i = 0; i < task->count; i++) {
        const struct selector *selector = &task->selectors[i];
        struct error own = {0};
        if (round_ask(round, selector->action_id, selector->command_index, &own) == 0)
            continue;
        bool is_over = (own.code != ERROR_NOT_FOUND && own.code != ERROR_INVALID &&
                        own.code != ERROR_TEMPORARY) ||
                       interrupt_check(NULL);
        error_at_path(&own, selector->action_id);
        if (is_over) {
            *err = own;
            return -1;
        }
        task->counts.failed++;
        task->status = output_worse(task->status, output_fail(task->output, &own));
    }
    return 0;
}

static int on_listed(void *context, struct text action, struct error *err)
{
    return round_take(context, action, ROUND_ALL_COMMANDS, true, err);
}

static int run_round(struct task *task, struct round *round, bool is_all, struct error *err)
{
    if (is_all ? listing_run(&task->connection.api, task->connection.http, &task->fetch.listing,
                             on_listed, round, err)
               : ask_all(task, round, err))
        return -1;
    return task->fetch.round.is_dry ? round_print_wanted(round, err) : round_download(round, err);
}

/* What the second round finds archived is what the first has fetched, or counted. */
static void add_counts(struct round_counts *all, const struct round_counts *counts)
{
    if (all->actions == 0)
        all->archived = counts->archived;
    all->actions += counts->actions;
    all->actions_pending = counts->actions_pending;
    all->wanted += counts->wanted;
    all->fetched += counts->fetched;
    all->failed += counts->failed;
    all->elsewhere += counts->elsewhere;
}

/* What the next round is to ask: the actions that are not final yet. */
static void keep_pending(struct task *task, const struct round *round)
{
    if (round->pending_count > task->capacity) {
        task->capacity = round->pending_count;
        task->selectors = memory_resize(task->selectors, task->capacity * sizeof *task->selectors);
    }
    for (size_t i = 0; i < round->pending_count; i++) {
        struct selector *selector = &task->selectors[i];
        memcpy(selector->action_id, round->pending[i].action_id, FETCH_ID_SIZE);
        selector->command_index = round->pending[i].only_index;
    }
    task->count = round->pending_count;
}

static int fetch_once(struct task *task, bool is_all, struct error *err)
{
    struct round round;
    struct error own = {0};
    int result = round_open(&round, &task->connection, &task->kept, &task->fetch.round, err);
    if (result == 0)
        result = run_round(task, &round, is_all, err);
    add_counts(&task->counts, &round.counts);
    keep_pending(task, &round);
    task->status = output_worse(task->status, round.status);
    if (round_close(&round, &own) && result == 0) {
        *err = own;
        result = -1;
    }
    return result;
}

/* Rounds over what is not final, at longer and longer distances. */
static int wait_for_pending(struct task *task, struct error *err)
{
    int64_t end_us = clock_now_us() + task->timeout_seconds * 1000000, wait_us = FIRST_WAIT_US;
    char count[TEXT_COUNT_SIZE];
    while (task->count > 0) {
        int64_t left_us = end_us - clock_now_us();
        if (left_us <= 0)
            return error_set(err, ERROR_TEMPORARY, "the time of --timeout is over: %s pending",
                             text_count((int64_t)task->count, count));
        output_progress(task->output, "%s pending: asked again in a while",
                        text_count((int64_t)task->count, count));
        int result = clock_sleep_us(wait_us < left_us ? wait_us : left_us, err);
        output_progress(task->output, "%s", "");
        if (result || fetch_once(task, false, err))
            return -1;
        wait_us = wait_us * 3 / 2 < MOST_WAIT_US ? wait_us * 3 / 2 : MOST_WAIT_US;
    }
    return 0;
}

/* ---- the verb ---- */

static int fetch(struct task *task, struct error *err)
{
    const struct options *options = task->options;
    bool is_all = options_flag(options, "all");
    if (fetch_once(task, is_all, err))
        return -1;
    if (options_flag(options, "wait") && !task->fetch.round.is_dry)
        return wait_for_pending(task, err);
    /* Who names an action wants it whole; of all actions some are always under way. */
    if (task->count > 0 && !is_all && !task->fetch.round.is_dry)
        task->status = output_worse(task->status, EXIT_TEMPORARY);
    return 0;
}

static void say_end(const struct task *task, bool has_failed)
{
    const struct round_counts *counts = &task->counts;
    if (task->fetch.round.is_dry ||
        (has_failed && counts->fetched + counts->archived + counts->failed == 0))
        return;
    output_notice(task->output, "%lld fetched, %lld archived before, %lld failed, %lld pending%s%s",
                  (long long)counts->fetched, (long long)counts->archived,
                  (long long)counts->failed, (long long)counts->actions_pending,
                  counts->actions_pending > 0 && !options_flag(task->options, "wait")
                      ? ": --wait waits for them"
                      : "",
                  counts->elsewhere > 0 ? "; another process is fetching the rest" : "");
}

static enum exit_status fetch_from(struct task *task, struct error *err)
{
    struct output *output = task->output;
    struct round_options *round = &task->fetch.round;
    round->again = options_flag(task->options, "again");
    round->is_dry = options_flag(task->options, "dry-run");
    if (fetch_open_archive(&task->archive, &task->connection, &task->fetch, task->options, err))
        return output_fail(output, err);
    task->kept = (struct kept){.output = output, .archive = &task->archive};
    if (task->connection.tenant_id[0])
        round->context.tenant_id = task->connection.tenant_id;
    int result = fetch(task, err);
    connection_say(&task->connection);
    enum exit_status status = output_worse(task->status, task->kept.status);
    if (result)
        status = output_worse(status, output_fail(output, err));
    say_end(task, result != 0);
    kept_release(&task->kept);
    archive_close(&task->archive);
    return status;
}

static enum exit_status run(const struct options *options, struct output *output)
{
    struct error err = {0};
    struct task task = {.output = output, .options = options};
    enum exit_status status;
    if (fetch_options_read(&task.fetch, options, &err) || read_arguments(&task, &err) ||
        connection_prepare(&task.connection, options, output, &err)) {
        status = output_fail(output, &err);
    } else {
        status = options_flag(options, "check")
                     ? fetch_check(&task.connection, &task.fetch, options, output)
                     : fetch_from(&task, &err);
        connection_close(&task.connection);
    }
    free(task.selectors);
    return status;
}

const struct verb fetch_verb = {
    .name = "fetch",
    .arguments = "ACTION[/INDEX]… | -",
    .least = 0,
    .most = -1,
    .summary = "Downloads results of the Live Response API into the archive.",
    .options = option_specs,
    .run = run,
};
