#include "cmd/fetch_round_job.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/interrupt.h"
#include "base/memory.h"
#include "cmd/attempts.h"
#include "cmd/fetch_bars.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ANSWER_BYTES API_ANSWER_BYTES

static char *copy(const char *text)
{
    return text[0] ? memory_copy_text(text, strlen(text)) : NULL;
}

void round_note_missing(struct round *round, const char *created_at)
{
    char *oldest = round->counts.oldest_missing_at;
    if (created_at[0] && (!oldest[0] || strcmp(created_at, oldest) < 0))
        memcpy(oldest, created_at, TIME_TEXT_SIZE);
}

struct output *round_output_of(const struct round *round)
{
    return round->kept->output;
}

const char *round_folder_of(const struct round *round)
{
    return round->kept->archive->folder;
}

int round_note_failure(struct round *round, size_t place, const struct error *why,
                       struct error *err)
{
    round->counts.failed++;
    round_note_missing(round, round->infos[place].created_at);
    return attempts_note(round_folder_of(round), round->infos[place].action_id,
                         round->jobs[place].request.command_index, why, err);
}

/* ---- what the archive took ---- */

void round_push(struct round *round, size_t place)
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
    if (place != ROUND_NO_JOB) {
        struct crew_job *job = &round->jobs[place];
        round->counts.fetched++;
        attempts_forget(round_folder_of(round), job->request.action_id, job->request.command_index);
        crew_release(job, true);
    }
    fetch_bars_clear(round->bars);
    return kept_on_kept(round->kept, report, err);
}

/* It was the last one added, and is not in the batch. */
static int on_rejected(void *context, const char *path, const struct error *why)
{
    struct round *round = context;
    struct error ignored;
    size_t place = round->in_batch[--round->batch_count];
    if (round->batch_count == round->batch_first)
        round->batch_first = round->batch_count = 0;
    if (place != ROUND_NO_JOB) {
        (void)round_note_failure(round, place, why, &ignored);
        crew_release(&round->jobs[place], false);
    }
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

static int keep_state(struct round *round, const struct fetch_action *action, struct text json,
                      const struct fetched *fetched, struct error *err)
{
    char label[ROUND_LABEL_SIZE];
    struct buffer source;
    struct batch_context context = round->options->context;
    if (action->is_known || round->options->is_dry)
        return 0;
    snprintf(label, sizeof label, "%s", action->id);
    context.fetched = fetched;
    buffer_init(&source, HTTP_URL_BYTES);
    text_printf(&source, "%s/api/machineactions/%s", round->connection->api.url, action->id);
    round_push(round, ROUND_NO_JOB);
    int result = ingest_bytes(round->ingest, json, label, buffer_text(&source), &context, err);
    buffer_release(&source);
    return result;
}

static int add_job(struct round *round, const struct fetch_action *action, int64_t command_index,
                   struct error *err)
{
    char name[ROUND_LABEL_SIZE];
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
    info->path = file_join(round_folder_of(round), name);
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
    int failed = attempts_find(round_folder_of(round), action->id, command_index, &attempt, err);
    time_from_unix(clock_now_us() / 1000000, 0, now);
    if (failed != 1 || strcmp(attempt.next_try_at, now) <= 0)
        return failed < 0 ? -1 : 1;
    round->counts.waiting++;
    round_note_missing(round, action->created_at);
    return 0;
}

static void add_pending(struct round *round, const struct fetch_action *action, int64_t only_index)
{
    if (!fetch_seen_add(&round->seen, SEEN_PENDING, action->id, only_index))
        return;
    round->counts.actions_pending++;
    round_note_missing(round, action->created_at);
    if (round->pending_count == round->pending_capacity) {
        round->pending_capacity = round->pending_capacity ? 2 * round->pending_capacity : 64;
        round->pending =
            memory_resize(round->pending, round->pending_capacity * sizeof *round->pending);
    }
    struct round_pending *pending = &round->pending[round->pending_count++];
    memcpy(pending->action_id, action->id, FETCH_ID_SIZE);
    pending->only_index = only_index;
}

/* What was named may have come while the action's other commands are under way, or never come. */
static int look_at_named(struct round *round, const struct fetch_action *action, int64_t only_index,
                         struct error *err)
{
    const struct fetch_command *command = NULL;
    for (size_t i = 0; i < action->command_count && !command; i++)
        if (action->commands[i].command_index == only_index)
            command = &action->commands[i];
    if (command && fetch_command_has_result(command))
        return 0;
    if (!fetch_action_is_final(action))
        add_pending(round, action, only_index);
    else if (!command)
        return error_set(err, ERROR_NOT_FOUND, "the action has no command %lld",
                         (long long)only_index);
    else
        return error_set(err, ERROR_NOT_FOUND, "there is no result of command %lld: it is %s, %s",
                         (long long)only_index, command->type, command->status);
    return 0;
}

static int put_down(struct round *round, const struct fetch_action *action, int64_t only_index,
                    struct error *err)
{
    round->counts.actions++;
    if (only_index != ROUND_ALL_COMMANDS && look_at_named(round, action, only_index, err))
        return -1;
    if (only_index == ROUND_ALL_COMMANDS && !fetch_action_is_final(action))
        add_pending(round, action, only_index);
    for (size_t i = 0; i < action->command_count; i++) {
        const struct fetch_command *command = &action->commands[i];
        if ((only_index != ROUND_ALL_COMMANDS && command->command_index != only_index) ||
            !fetch_command_has_result(command) ||
            !fetch_seen_add(&round->seen, SEEN_RESULT, action->id, command->command_index))
            continue;
        int wanted = is_wanted(round, action, command->command_index, err);
        if (wanted < 0 || (wanted && add_job(round, action, command->command_index, err)))
            return -1;
    }
    return 0;
}

/* Of an action that was met before in this round, the state may wait for its commit. */
static int know_again(struct round *round, struct fetch_action *action, struct text json,
                      struct error *err)
{
    if (fetch_seen_add(&round->seen, SEEN_ACTION, action->id, 0) || action->is_known)
        return 0;
    if (ingest_finish(round->ingest, err))
        return -1;
    fetch_action_release(action);
    return fetch_action_read(action, json, round->reader, round->options->context.tenant_id, err);
}

/* `asked_id`: the action that was asked for; NULL: any. */
static int take(struct round *round, struct text json, const char *asked_id, int64_t only_index,
                bool is_filtered, const struct fetched *fetched, struct error *err)
{
    struct fetch_action action;
    int result =
        fetch_action_read(&action, json, round->reader, round->options->context.tenant_id, err);
    if (result == 0 && asked_id && strcmp(action.id, asked_id) != 0)
        result =
            error_set(err, ERROR_INVALID, "the service answered with action %s instead", action.id);
    memcpy(round->last_created_at, action.created_at, TIME_TEXT_SIZE);
    const struct round_options *options = round->options;
    if (result == 0 && (!is_filtered || fetch_action_fits(&action, options->machine,
                                                          options->script, options->comment))) {
        result = know_again(round, &action, json, err);
        if (result == 0)
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
    if (take(round, json, NULL, only_index, is_filtered, NULL, &own) == 0)
        return 0;
    if (own.code != ERROR_INVALID) {
        *err = own;
        return -1;
    }
    round->counts.invalid++;
    round->status = output_worse(round->status, EXIT_NOT_WHOLE);
    output_error(round_output_of(round), &own);
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
        result = take(round, json, action_id, only_index, false, &fetched, err);
    buffer_release(&answer);
    return result;
}

static void print_wanted(struct round *round, size_t place)
{
    const struct round_job *info = &round->infos[place];
    struct output *output = round_output_of(round);
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
    output_notice(round_output_of(round),
                  "%lld to fetch, %lld archived, %lld pending; the limits leave %s",
                  (long long)round->counts.wanted, (long long)round->counts.archived,
                  (long long)round->counts.actions_pending, fetch_span(duration_us, span));
    return 0;
}

/* ---- the end ---- */

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
    fetch_seen_release(&round->seen);
    return result;
}
