#include "cmd/fetch_round.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/interrupt.h"
#include "base/memory.h"
#include "cmd/attempts.h"
#include "cmd/fetch_bars.h"

#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ANSWER_BYTES API_ANSWER_BYTES
#define LOOK_US 200000  /* how often the bars are drawn */
#define GATHER_US 50000 /* what comes so soon behind shares a batch */
#define LABEL_SIZE 64
#define NO_JOB SIZE_MAX

struct round_job {
    char action_id[FETCH_ID_SIZE];
    char label[LABEL_SIZE]; /* "<action>/<index>" */
    char *path;
    char *machine_id, *machine_name; /* NULL when the action has none */
    char created_at[TIME_TEXT_SIZE];
};

static char *copy(const char *text)
{
    return text[0] ? memory_copy_text(text, strlen(text)) : NULL;
}

static void note_missing(struct round *round, const char *created_at)
{
    char *oldest = round->counts.oldest_missing_at;
    if (created_at[0] && (!oldest[0] || strcmp(created_at, oldest) < 0))
        memcpy(oldest, created_at, TIME_TEXT_SIZE);
}

static struct output *output_of(const struct round *round)
{
    return round->kept->output;
}

static const char *folder_of(const struct round *round)
{
    return round->kept->archive->folder;
}

/* ---- what the archive took ---- */

static void push(struct round *round, size_t place)
{
    if (round->batch_count == round->batch_capacity) {
        round->batch_capacity = round->batch_capacity ? 2 * round->batch_capacity : 64;
        round->in_batch =
            memory_resize(round->in_batch, round->batch_capacity * sizeof *round->in_batch);
    }
    round->in_batch[round->batch_count++] = place;
}

/* The oldest that waits for its acknowledgement. */
static size_t pop(struct round *round)
{
    size_t place = round->in_batch[round->batch_first++];
    if (round->batch_first == round->batch_count)
        round->batch_first = round->batch_count = 0;
    return place;
}

static int on_kept(void *context, const struct batch_report *report, struct error *err)
{
    struct round *round = context;
    size_t place = pop(round);
    if (place != NO_JOB) {
        struct crew_job *job = &round->jobs[place];
        round->counts.fetched++;
        attempts_forget(folder_of(round), job->request.action_id, job->request.command_index);
        crew_release(job, true);
    }
    fetch_bars_clear(round->bars);
    return kept_on_kept(round->kept, report, err);
}

/* It was the last one added, and is not in the batch. */
static int on_rejected(void *context, const char *path, const struct error *why)
{
    struct round *round = context;
    if (--round->batch_count == round->batch_first)
        round->batch_first = round->batch_count = 0;
    fetch_bars_clear(round->bars);
    return kept_on_rejected(round->kept, path, why);
}

int round_open(struct round *round, struct connection *connection, struct kept *kept,
               const struct round_options *options, struct error *err)
{
    static const char *const folders[] = {"spool", "state"};
    *round = (struct round){.connection = connection, .kept = kept, .options = options};
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        char *folder = file_join(kept->archive->folder, folders[i]);
        int result = file_make_folder(folder, err);
        free(folder);
        if (result)
            return -1;
    }
    round->reader = store_open_reader(kept->archive->database_path, err);
    if (!round->reader)
        return -1;
    round->listener = (struct ingest_listener){round, on_kept, on_rejected};
    round->ingest = ingest_new(kept->archive, &round->ingest_options, &round->listener);
    return 0;
}

/* ---- one action ---- */

static bool fits(const char *pattern, const char *text)
{
    if (fnmatch(pattern, text, FNM_CASEFOLD) == 0)
        return true;
    size_t length = strcspn(text, ".");
    if (strchr(pattern, '.') || length == strlen(text) || length >= FETCH_TEXT_SIZE)
        return false;
    char name[FETCH_TEXT_SIZE]; /* the short name for the full one */
    snprintf(name, sizeof name, "%.*s", (int)length, text);
    return fnmatch(pattern, name, FNM_CASEFOLD) == 0;
}

static bool passes(const struct round_options *options, const struct fetch_action *action)
{
    bool has_script = !options->script;
    for (size_t i = 0; i < action->command_count && !has_script; i++)
        has_script = fnmatch(options->script, action->commands[i].script_name, FNM_CASEFOLD) == 0;
    return has_script &&
           (!options->machine || fits(options->machine, action->machine_name) ||
            fits(options->machine, action->machine_id)) &&
           (!options->comment ||
            fnmatch(options->comment, action->requestor_comment, FNM_CASEFOLD) == 0);
}

static int keep_state(struct round *round, const struct fetch_action *action, struct text json,
                      const struct fetched *fetched, struct error *err)
{
    char label[LABEL_SIZE];
    struct buffer source;
    struct batch_context context = round->options->context;
    if (action->is_known || round->options->is_dry)
        return 0;
    snprintf(label, sizeof label, "%s", action->id);
    context.fetched = fetched;
    buffer_init(&source, HTTP_URL_BYTES);
    text_printf(&source, "%s/api/machineactions/%s", round->connection->api.url, action->id);
    push(round, NO_JOB);
    int result = ingest_bytes(round->ingest, json, label, buffer_text(&source), &context, err);
    buffer_release(&source);
    return result;
}

static int add_job(struct round *round, const struct fetch_action *action, int64_t command_index,
                   struct error *err)
{
    char name[LABEL_SIZE];
    if (round->count == ROUND_JOBS_MOST)
        return error_set(err, ERROR_LIMIT, "more than %d results at once: use --since",
                         ROUND_JOBS_MOST);
    if (round->count == round->capacity) {
        round->capacity = round->capacity ? 2 * round->capacity : 64;
        round->jobs = memory_resize(round->jobs, round->capacity * sizeof *round->jobs);
        round->infos = memory_resize(round->infos, round->capacity * sizeof *round->infos);
    }
    struct round_job *info = &round->infos[round->count];
    *info = (struct round_job){.machine_id = copy(action->machine_id),
                               .machine_name = copy(action->machine_name)};
    memcpy(info->action_id, action->id, sizeof info->action_id);
    memcpy(info->created_at, action->created_at, sizeof info->created_at);
    snprintf(info->label, sizeof info->label, "%s/%lld", action->id, (long long)command_index);
    snprintf(name, sizeof name, "spool/%s_%lld", action->id, (long long)command_index);
    info->path = file_join(folder_of(round), name);
    round->jobs[round->count++] = (struct crew_job){.request = {.command_index = command_index}};
    round->counts.wanted++;
    return 0;
}

/* 1: the result is to be fetched; 0: not now. */
static int is_wanted(struct round *round, const struct fetch_action *action, int64_t command_index,
                     struct error *err)
{
    struct attempt attempt;
    char now[TIME_TEXT_SIZE];
    struct text id = {action->id, strlen(action->id)};
    int has =
        round->options->again ? 0 : store_has_result_of(round->reader, id, command_index, err);
    if (has == 1)
        round->counts.archived++;
    if (has != 0)
        return has < 0 ? -1 : 0;
    if (!round->options->is_patient)
        return 1;
    int failed = attempts_find(folder_of(round), action->id, command_index, &attempt, err);
    time_from_unix(clock_now_us() / 1000000, 0, now);
    if (failed != 1 || strcmp(attempt.next_try_at, now) <= 0)
        return failed < 0 ? -1 : 1;
    round->counts.waiting++;
    note_missing(round, action->created_at);
    return 0;
}

static void add_pending(struct round *round, const struct fetch_action *action, int64_t only_index)
{
    round->counts.actions_pending++;
    note_missing(round, action->created_at);
    if (round->pending_count == round->pending_capacity) {
        round->pending_capacity = round->pending_capacity ? 2 * round->pending_capacity : 64;
        round->pending =
            memory_resize(round->pending, round->pending_capacity * sizeof *round->pending);
    }
    struct round_pending *pending = &round->pending[round->pending_count++];
    memcpy(pending->action_id, action->id, FETCH_ID_SIZE);
    pending->only_index = only_index;
}

static int put_down(struct round *round, const struct fetch_action *action, int64_t only_index,
                    struct error *err)
{
    round->counts.actions++;
    if (!fetch_action_is_final(action))
        add_pending(round, action, only_index);
    for (size_t i = 0; i < action->command_count; i++) {
        const struct fetch_command *command = &action->commands[i];
        if ((only_index != ROUND_ALL_COMMANDS && command->command_index != only_index) ||
            !fetch_command_has_result(command))
            continue;
        int wanted = is_wanted(round, action, command->command_index, err);
        if (wanted < 0 || (wanted && add_job(round, action, command->command_index, err)))
            return -1;
    }
    return 0;
}

static int take(struct round *round, struct text json, int64_t only_index, bool is_filtered,
                const struct fetched *fetched, struct error *err)
{
    struct fetch_action action;
    int result =
        fetch_action_read(&action, json, round->reader, round->options->context.tenant_id, err);
    memcpy(round->last_created_at, action.created_at, TIME_TEXT_SIZE);
    if (result == 0 && (!is_filtered || passes(round->options, &action))) {
        result = keep_state(round, &action, json, fetched, err);
        if (result == 0)
            result = put_down(round, &action, only_index, err);
    }
    fetch_action_release(&action);
    return result;
}

int round_take(struct round *round, struct text json, int64_t only_index, bool is_filtered,
               struct error *err)
{
    struct error own = {0};
    if (take(round, json, only_index, is_filtered, NULL, &own) == 0)
        return 0;
    if (own.code != ERROR_INVALID) {
        *err = own;
        return -1;
    }
    round->counts.invalid++;
    round->status = output_worse(round->status, EXIT_NOT_WHOLE);
    output_error(output_of(round), &own);
    return 0;
}

int round_ask(struct round *round, const char *action_id, int64_t only_index, struct error *err)
{
    struct buffer answer;
    char path[128], started_at[TIME_TEXT_SIZE], ended_at[TIME_TEXT_SIZE];
    struct fetched fetched = {.http_status = 200, .started_at = started_at, .ended_at = ended_at};
    buffer_init(&answer, ANSWER_BYTES);
    snprintf(path, sizeof path, "/api/machineactions/%s", action_id);
    time_now(started_at);
    int result =
        api_get(&round->connection->api, round->connection->http, path, true, &answer, err);
    time_now(ended_at);
    struct text json = {buffer_text(&answer), answer.length};
    if (result == 0)
        result = take(round, json, only_index, false, &fetched, err);
    buffer_release(&answer);
    return result;
}

static void print_wanted(struct round *round, size_t place)
{
    const struct round_job *info = &round->infos[place];
    struct output *output = output_of(round);
    const char *machine = info->machine_name ? info->machine_name : info->machine_id;
    struct text name = {machine, machine ? strlen(machine) : 0};
    if (output->json) {
        struct json_writer *writer = output_object(output);
        json_writer_text(writer, "status", "wanted");
        json_writer_text(writer, "path", info->label);
        json_writer_text(writer, "action_id", info->action_id);
        json_writer_int64(writer, "command_index", round->jobs[place].request.command_index);
        json_writer_bytes(writer, "machine_name", name);
        output_object_end(output);
        return;
    }
    output_format(output, "wanted\t%s\t", info->label);
    output_line_of(output, name);
    output_bytes(output, "\n", 1);
}

int round_print_wanted(struct round *round, struct error *err)
{
    char span[FETCH_SPAN_SIZE];
    int64_t duration_us;
    for (size_t i = 0; i < round->count; i++)
        print_wanted(round, i);
    if (pace_forecast(round->connection->api.pace, round->counts.wanted, &duration_us, err))
        return -1;
    output_notice(output_of(round),
                  "%lld to fetch, %lld archived, %lld pending; the limits leave %s",
                  (long long)round->counts.wanted, (long long)round->counts.archived,
                  (long long)round->counts.actions_pending, fetch_span(duration_us, span));
    return 0;
}

/* ---- the downloads ---- */

static int keep_result(struct round *round, size_t place, struct error *err)
{
    struct crew_job *job = &round->jobs[place];
    const struct round_job *info = &round->infos[place];
    const struct download *download = &job->download;
    const struct http_response *response = &download->response;
    struct fetched fetched = {.link = download->link,
                              .http_status = response->status,
                              .http_date = response->date,
                              .etag = response->etag,
                              .last_modified = response->last_modified,
                              .content_md5 = response->content_md5,
                              .request_id = response->request_id,
                              .started_at = download->started_at,
                              .ended_at = download->ended_at};
    struct batch_context context = round->options->context;
    struct buffer source;
    context.fetched = &fetched;
    context.action_id = info->action_id;
    context.machine_id = info->machine_id;
    context.machine_name = info->machine_name;
    context.has_command_index = true;
    context.command_index = job->request.command_index;
    buffer_init(&source, HTTP_URL_BYTES);
    text_printf(&source, "%s/api/machineactions/%s/GetLiveResponseResultDownloadLink(index=%lld)",
                round->connection->api.url, info->action_id, (long long)context.command_index);
    push(round, place);
    int result =
        ingest_spooled(round->ingest, info->path, info->label, buffer_text(&source), &context, err);
    buffer_release(&source);
    return result;
}

static void print_failure(struct round *round, size_t place)
{
    const struct crew_job *job = &round->jobs[place];
    const struct round_job *info = &round->infos[place];
    struct output *output = output_of(round);
    struct error why = job->err;
    fetch_bars_clear(round->bars);
    if (output->json) {
        struct json_writer *writer = output_object(output);
        json_writer_text(writer, "status", "failed");
        json_writer_text(writer, "path", info->label);
        json_writer_text(writer, "action_id", info->action_id);
        json_writer_int64(writer, "command_index", job->request.command_index);
        json_writer_text(writer, "code", error_code_name(why.code));
        json_writer_text(writer, "message", why.message);
        output_object_end(output);
    }
    error_at_path(&why, info->label);
    output_error(output, &why);
}

static int take_failure(struct round *round, size_t place, struct error *err)
{
    struct crew_job *job = &round->jobs[place];
    round->counts.failed++;
    note_missing(round, round->infos[place].created_at);
    round->status = output_worse(round->status, output_status(job->err.code));
    print_failure(round, place);
    int result = attempts_note(folder_of(round), round->infos[place].action_id,
                               job->request.command_index, &job->err, err);
    crew_release(job, false);
    /* A full disk is full for all. */
    if (result == 0 && job->err.code == ERROR_IO) {
        *err = job->err;
        result = -1;
    }
    return result;
}

static int take_done(struct round *round, struct crew_job *job, struct error *err)
{
    size_t place = (size_t)(job - round->jobs);
    if (interrupt_check(err))
        return -1;
    if (job->is_unwanted) {
        round->counts.archived++;
        crew_release(job, true);
        return 0;
    }
    if (job->is_elsewhere) {
        round->counts.elsewhere++;
        note_missing(round, round->infos[place].created_at);
        round->status = output_worse(round->status, EXIT_TEMPORARY);
        return 0;
    }
    if (job->err.code != ERROR_NONE)
        return take_failure(round, place, err);
    return keep_result(round, place, err);
}

static void give_texts(struct round *round)
{
    for (size_t i = 0; i < round->count; i++) {
        struct download_request *request = &round->jobs[i].request;
        request->action_id = round->infos[i].action_id;
        request->path = round->infos[i].path;
        request->blob_hosts = round->connection->blob_hosts;
    }
}

/* A job that has ended, waited for; what has come is committed as soon as nothing more comes at once. */
static int next_job(struct round *round, struct crew_job **job, struct error *err)
{
    bool is_full = round->batch_count - round->batch_first >= CREW_WAITING;
    *job = is_full ? NULL : crew_next(round->crew, GATHER_US);
    if (*job)
        return 0;
    if (ingest_finish(round->ingest, err))
        return -1;
    *job = crew_next(round->crew, is_full ? 0 : LOOK_US);
    return 0;
}

static int take_all(struct round *round, struct error *err)
{
    while (!crew_is_over(round->crew)) {
        struct crew_job *job;
        if (next_job(round, &job, err) || interrupt_check(err) ||
            (job && take_done(round, job, err)))
            return -1;
        if (connection_has_notices(round->connection))
            fetch_bars_clear(round->bars);
        connection_say(round->connection);
        fetch_bars_draw(round->bars, round->crew, round->counts.fetched + round->counts.failed,
                        round->counts.wanted);
    }
    return ingest_finish(round->ingest, err);
}

/* Another process may have brought it since it was put down. Only the crew's threads use the reader meanwhile. */
static int is_still_wanted(void *context, const struct crew_job *job, struct error *err)
{
    struct round *round = context;
    struct text id = {job->request.action_id, strlen(job->request.action_id)};
    if (round->options->again)
        return 1;
    int has = store_has_result_of(round->reader, id, job->request.command_index, err);
    return has < 0 ? -1 : !has;
}

int round_download(struct round *round, struct error *err)
{
    struct crew_options options = {.api = &round->connection->api,
                                   .http = &round->connection->http_options,
                                   .parallel = round->options->parallel,
                                   .is_wanted = is_still_wanted,
                                   .context = round,
                                   .min_free_bytes = round->options->min_free_bytes};
    /* Actions come before their results. */
    if (ingest_finish(round->ingest, err))
        return -1;
    if (round->count == 0 || round->options->is_dry)
        return 0;
    give_texts(round);
    round->crew = crew_start(&options, round->jobs, round->count, err);
    if (!round->crew)
        return -1;
    round->bars = fetch_bars_new(output_of(round), round->connection->api.pace);
    int result = take_all(round, err);
    fetch_bars_free(round->bars);
    round->bars = NULL;
    if (result)
        interrupt_request(); /* nobody takes what the others would bring */
    crew_free(round->crew);
    round->crew = NULL;
    return result;
}

int round_close(struct round *round, struct error *err)
{
    int result = round->ingest ? ingest_finish(round->ingest, err) : 0;
    ingest_free(round->ingest);
    store_close(round->reader);
    for (size_t i = 0; i < round->count; i++) {
        free(round->infos[i].path);
        free(round->infos[i].machine_id);
        free(round->infos[i].machine_name);
    }
    free(round->jobs);
    free(round->infos);
    free(round->in_batch);
    free(round->pending);
    return result;
}
