#include "cmd/fetch_round_job.h"

#include "base/interrupt.h"
#include "cmd/attempts.h"
#include "cmd/fetch_bars.h"

#include <stdio.h>
#include <string.h>

#define LOOK_US 200000  /* how often the bars are drawn */
#define GATHER_US 50000 /* what comes so soon behind shares a batch */

static int keep_result(struct round *round, size_t place, struct error *err)
{
    struct crew_job *job = &round->jobs[place];
    const struct round_job *info = &round->infos[place];
    const struct download *download = &job->end->download;
    const struct http_response *response = &download->response;
    struct fetched fetched = {.link = download->link,
                              .http_status = response->status,
                              .http_date = response->date,
                              .etag = response->etag,
                              .last_modified = response->last_modified,
                              .content_md5 = download->content_md5,
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
    round_push(round, place);
    int result =
        ingest_spooled(round->ingest, info->path, info->label, buffer_text(&source), &context, err);
    buffer_release(&source);
    return result;
}

static void print_failure(struct round *round, size_t place)
{
    const struct crew_job *job = &round->jobs[place];
    const struct round_job *info = &round->infos[place];
    struct output *output = round_output_of(round);
    struct error why = job->end->err;
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
    const struct error *why = &job->end->err;
    int result = -1;
    round->status = output_worse(round->status, output_status(why->code));
    if (why->code == ERROR_IO || why->code == ERROR_DATABASE) {
        /* A full disk is full for all, and no failing of the result, which would put off its next try. */
        *err = *why;
    } else {
        print_failure(round, place);
        result = round_note_failure(round, place, why, err);
    }
    crew_release(job, false);
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
        round_note_missing(round, round->infos[place].created_at);
        round->status = output_worse(round->status, EXIT_TEMPORARY);
        crew_release(job, false);
        return 0;
    }
    if (job->end->err.code != ERROR_NONE)
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
    round->bars = fetch_bars_new(round_output_of(round), round->connection->api.pace);
    int result = take_all(round, err);
    fetch_bars_free(round->bars);
    round->bars = NULL;
    if (result)
        interrupt_request(); /* nobody takes what the others would bring */
    crew_free(round->crew);
    round->crew = NULL;
    return result;
}
