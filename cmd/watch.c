#include "cmd/verbs.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/interrupt.h"
#include "cmd/fetch_bars.h"
#include "cmd/fetch_options.h"
#include "cmd/watch_state.h"

#include <stdio.h>
#include <string.h>
#include <sys/statvfs.h>

#define EVERY_SECONDS 300
#define OVERLAP_SECONDS 3600 /* the list may show an action some time after its creation */

static const struct option_spec option_specs[] = {
    {.name = "every", .value = "SPAN", .help = "from the end of a round to the next (5m)"},
    {.name = "once", .help = "ends after one round"},
    FETCH_OPTIONS,
    {.name = NULL},
};

struct watch {
    struct output *output;
    const struct options *options;
    struct fetch_options fetch;
    struct connection connection;
    struct archive archive;
    struct watch_state state;
    char newest_at[TIME_TEXT_SIZE]; /* creation of the newest action of the round */
    struct round *round;
};

/* ---- the bookmark ---- */

/* The options that decide which actions are asked for, as one text: --since as it was given, so that 7d is 7d tomorrow, too. */
static void name_filters(const struct watch *watch,
                         char out[sizeof(((struct watch_state *)0)->filters)])
{
    const struct round_options *round = &watch->fetch.round;
    const char *const filters[] = {round->machine, round->script, round->comment,
                                   watch->fetch.listing.requestor,
                                   options_text(watch->options, "since")};
    size_t used = 0, size = sizeof watch->state.filters;
    out[0] = '\0';
    for (size_t i = 0; i < sizeof filters / sizeof *filters && used < size; i++)
        used += (size_t)snprintf(out + used, size - used, "%s\n", filters[i] ? filters[i] : "");
}

static int load_state(struct watch *watch, struct error *err)
{
    char filters[sizeof watch->state.filters];
    name_filters(watch, filters);
    if (watch_state_read(&watch->state, watch->archive.folder, err) < 0)
        return -1;
    /* What is asked for now was not asked for then. */
    if (strcmp(watch->state.filters, filters) != 0)
        watch->state.bookmark[0] = '\0';
    memcpy(watch->state.filters, filters, sizeof filters);
    return 0;
}

/* Up to the oldest that is missing, else up to the newest there is, but for what the list may show late. */
static void move_bookmark(struct watch *watch)
{
    const char *missing_at = watch->round->counts.oldest_missing_at;
    char late[TIME_TEXT_SIZE];
    int64_t seconds;
    if (time_to_unix(watch->newest_at, &seconds))
        late[0] = '\0';
    else
        time_from_unix(seconds - OVERLAP_SECONDS, 0, late);
    const char *next =
        missing_at[0] && (!late[0] || strcmp(missing_at, late) < 0) ? missing_at : late;
    if (strcmp(next, watch->state.bookmark) > 0)
        memcpy(watch->state.bookmark, next, TIME_TEXT_SIZE);
}

/* ---- a round ---- */

static int on_listed(void *context, struct text action, struct error *err)
{
    struct watch *watch = context;
    if (round_take(watch->round, action, ROUND_ALL_COMMANDS, true, err))
        return -1;
    const char *created_at = watch->round->last_created_at;
    if (strcmp(created_at, watch->newest_at) > 0)
        memcpy(watch->newest_at, created_at, TIME_TEXT_SIZE);
    return 0;
}

static int run_round(struct watch *watch, struct error *err)
{
    struct listing_filter filter = watch->fetch.listing;
    struct watch_state *state = &watch->state;
    watch->newest_at[0] = '\0';
    if (state->bookmark[0])
        filter.since = state->bookmark;
    if (listing_run(&watch->connection.api, watch->connection.http, &filter, on_listed, watch,
                    err) ||
        round_download(watch->round, err))
        return -1;
    move_bookmark(watch);
    return 0;
}

static int64_t bytes_free(const char *folder)
{
    struct statvfs disk;
    return statvfs(folder, &disk) ? 0 : (int64_t)disk.f_bavail * (int64_t)disk.f_frsize;
}

static void note_round(struct watch *watch, const struct round_counts *counts,
                       const struct error *why)
{
    struct watch_state *state = &watch->state;
    time_now(state->last_round_at);
    state->bytes_free = bytes_free(watch->archive.folder);
    snprintf(state->last_error, sizeof state->last_error, "%s", why ? why->message : "");
    /* A round that broke off has not seen all that is missing: what the last good one saw still holds. */
    if (why)
        return;
    memcpy(state->last_success_at, state->last_round_at, TIME_TEXT_SIZE);
    memcpy(state->oldest_missing_at, counts->oldest_missing_at, TIME_TEXT_SIZE);
    state->failed = counts->failed + counts->waiting;
    state->missing = counts->actions_pending + counts->elsewhere + state->failed;
}

static void say_round(const struct watch *watch, const struct round_counts *counts)
{
    int64_t failed = counts->failed + counts->waiting;
    output_notice(watch->output, "%s  %lld fetched, %lld failed, %lld pending",
                  watch->state.last_round_at, (long long)counts->fetched, (long long)failed,
                  (long long)counts->actions_pending);
}

/* 0, also when the service was out of reach: that is told and passes. -1 when going on is no use. */
static int watch_once(struct watch *watch, struct error *err)
{
    struct kept kept = {.output = watch->output, .archive = &watch->archive};
    struct round round;
    struct error own = {0}, close_err = {0};
    watch->round = &round;
    int result = round_open(&round, &watch->connection, &kept, &watch->fetch.round, &own);
    if (result == 0)
        result = run_round(watch, &own);
    watch->round = NULL;
    struct round_counts counts = round.counts;
    if (round_close(&round, &close_err) && result == 0) {
        own = close_err;
        result = -1;
    }
    kept_release(&kept);
    connection_say(&watch->connection);
    /* After a failure of the disk the downloads are interrupted, too. */
    if (interrupt_check(NULL) && (result == 0 || own.code == ERROR_TEMPORARY))
        return 0;
    bool passes = own.code == ERROR_TEMPORARY || own.code == ERROR_ACCESS;
    note_round(watch, &counts, result ? &own : NULL);
    if (watch_state_write(&watch->state, watch->archive.folder, result ? NULL : err))
        result = -1;
    if (result && own.code != ERROR_NONE)
        *err = own;
    if (result && passes)
        output_error(watch->output, &own);
    if (result == 0)
        say_round(watch, &counts);
    return result && !(passes && !options_flag(watch->options, "once")) ? -1 : 0;
}

static int watch_on(struct watch *watch, struct error *err)
{
    bool given;
    int64_t every_seconds = EVERY_SECONDS;
    if (options_span(watch->options, "every", &given, &every_seconds, err) ||
        load_state(watch, err))
        return -1;
    for (;;) {
        struct error ignored;
        if (watch_once(watch, err))
            return -1;
        output_flush(watch->output);
        if (options_flag(watch->options, "once") || interrupt_check(NULL) ||
            clock_sleep_us(every_seconds * 1000000, &ignored))
            return 0;
    }
}

static enum exit_status run(const struct options *options, struct output *output)
{
    struct error err = {0};
    struct watch watch = {.output = output, .options = options};
    if (fetch_options_read(&watch.fetch, options, &err) ||
        connection_prepare(&watch.connection, options, output, &err))
        return output_fail(output, &err);
    enum exit_status status = EXIT_DONE;
    if (fetch_open_archive(&watch.archive, &watch.connection, &watch.fetch, options, &err)) {
        status = output_fail(output, &err);
    } else {
        watch.fetch.round.is_patient = true;
        if (watch.connection.tenant_id[0])
            watch.fetch.round.context.tenant_id = watch.connection.tenant_id;
        if (watch_on(&watch, &err))
            status = output_fail(output, &err);
        archive_close(&watch.archive);
    }
    connection_close(&watch.connection);
    return status;
}

const struct verb watch_verb = {
    .name = "watch",
    .arguments = "",
    .summary = "Fetches what comes, again and again, until it is told to end.",
    .options = option_specs,
    .run = run,
};
