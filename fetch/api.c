#include "fetch/api.h"

#include "base/clock.h"
#include "base/json_slice.h"
#include "base/memory.h"
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#define SECOND_US 1000000LL
#define RETRY_MOST_US (3600 * SECOND_US)
#define BACK_OFF_MOST_US (60 * SECOND_US)
#define FRESH_STEP_US (10 * SECOND_US)
#define THROTTLED_MOST 20 /* times in a row that a call is told to wait */
#define PATH_SHOWN 120
#define MESSAGE_SHOWN 400

/* One call and what has come of it so far. */
struct call {
    const struct api *api;
    struct http *http;
    const char *path;
    bool is_fresh;
    struct buffer *answer;
    struct buffer token;
    bool is_renewed; /* a new token was got for it */
    int failures, throttled;
    int64_t begin_us;
};

/* ---- waiting ---- */

int64_t api_retry_after_us(const char *retry_after, int64_t now_us, int64_t fallback_us)
{
    int64_t seconds, wait_us = fallback_us;
    struct tm utc = {0};
    const char *end = strptime(retry_after, "%a, %d %b %Y %H:%M:%S GMT", &utc);
    if (text_parse_int64(retry_after, strlen(retry_after), &seconds) == 0 && seconds >= 0)
        wait_us = seconds > RETRY_MOST_US / SECOND_US ? RETRY_MOST_US : seconds * SECOND_US;
    else if (end && *end == '\0')
        wait_us = (int64_t)timegm(&utc) * SECOND_US - now_us;
    return wait_us < SECOND_US ? SECOND_US : wait_us > RETRY_MOST_US ? RETRY_MOST_US : wait_us;
}

/* 0 to 1,023, so that many that failed together do not come back together. */
static int64_t random_1024(void)
{
    uint16_t random = 0;
    if (getrandom(&random, sizeof random, 0) != (ssize_t)sizeof random)
        return 0;
    return random % 1024;
}

int api_back_off(int attempt, struct error *err)
{
    int64_t wait_us = SECOND_US;
    for (int i = 1; i < attempt && wait_us < BACK_OFF_MOST_US; i++)
        wait_us *= 2;
    if (wait_us > BACK_OFF_MOST_US)
        wait_us = BACK_OFF_MOST_US;
    return clock_sleep_us(wait_us + wait_us / 2 * random_1024() / 1024, err);
}

static void notice(const struct call *call, const char *why, int64_t wait_us)
{
    char sentence[512];
    if (!call->api->notice)
        return;
    snprintf(sentence, sizeof sentence, "%.300s; going on in %lld s", why,
             (long long)((wait_us + SECOND_US - 1) / SECOND_US));
    call->api->notice(call->api->notice_context, sentence);
}

/* ---- what the service says ---- */

/* {"error":{"code","message","target"}}: the target is a correlation id. */
static int describe(const struct call *call, const struct http_response *response,
                    enum error_code code, const char *advice, struct error *err)
{
    struct text answer = {call->answer->bytes ? call->answer->bytes : "", call->answer->length};
    struct text error = {0};
    char name[128] = "", target[128] = "", *message = NULL;
    if (json_slice_member(answer, "error", &error, NULL) == 0 && error.bytes) {
        json_slice_text(error, "code", name, sizeof name);
        /* Decoded it is not longer; what is told of it is cut. */
        message = memory_zeroed(1, error.length + 1);
        json_slice_text(error, "message", message, error.length + 1);
        json_slice_text(error, "target", target, sizeof target);
    }
    if (!target[0])
        snprintf(target, sizeof target, "%.120s", response->request_id);
    error_set(err, code, "%.*s: the service answered %d%s%s%s%.*s%s%s%s%s", PATH_SHOWN, call->path,
              response->status, name[0] ? " " : "", name, message && message[0] ? ": " : "",
              MESSAGE_SHOWN, message ? message : "", target[0] ? " (correlation id " : "", target,
              target[0] ? ")" : "", advice);
    free(message);
    return -1;
}

static int collect(void *context, const struct http_response *response, const void *bytes,
                   size_t length, struct error *err)
{
    (void)response;
    if (buffer_append(context, bytes, length) == 0)
        return 0;
    return error_set(err, ERROR_LIMIT, "the service's answer is longer than %d MiB",
                     API_ANSWER_BYTES / 1024 / 1024);
}

enum outcome { FAILED = -1, DONE, AGAIN };

/* A failure that passes: waits, or gives up with `err` as it stands. */
static enum outcome again_later(struct call *call, struct error *err)
{
    struct error why = err ? *err : (struct error){0};
    if (++call->failures >= API_ATTEMPTS)
        return FAILED;
    notice(call, why.message, SECOND_US << (call->failures - 1));
    return api_back_off(call->failures, err) ? FAILED : AGAIN;
}

static enum outcome throttled(struct call *call, const struct http_response *response,
                              struct error *err)
{
    int64_t wait_us = api_retry_after_us(response->retry_after, clock_now_us(), 60 * SECOND_US);
    if (++call->throttled > THROTTLED_MOST)
        return describe(call, response, ERROR_TEMPORARY, "; others use up the limit", err);
    notice(call, "the service asks to wait (429)", wait_us);
    return pace_hold(call->api->pace, wait_us, err) ? FAILED : AGAIN;
}

static enum outcome refused(struct call *call, const struct http_response *response,
                            struct error *err)
{
    if (call->is_renewed)
        return describe(call, response, ERROR_ACCESS, "; the token is of no use here", err);
    call->is_renewed = true;
    char *old = memory_copy_text(call->token.bytes, call->token.length);
    int result = token_get(call->api->token, old, &call->token, err);
    explicit_bzero(old, strlen(old));
    free(old);
    return result ? FAILED : AGAIN;
}

static enum outcome not_found(struct call *call, const struct http_response *response,
                              struct error *err)
{
    if (!call->is_fresh || clock_now_us() - call->begin_us >= API_FRESH_US)
        return describe(call, response, ERROR_NOT_FOUND, "", err);
    notice(call, "the service does not know it yet (404)", FRESH_STEP_US);
    return clock_sleep_us(FRESH_STEP_US, err) ? FAILED : AGAIN;
}

static enum outcome judge(struct call *call, const struct http_response *response,
                          struct error *err)
{
    static const char forbidden[] =
        "; is a permission missing? Reading actions and results needs Machine.ReadWrite.All (an "
        "app) or Machine.LiveResponse (a person); an app with Machine.LiveResponse alone may start "
        "actions and is refused their results";
    int status = response->status;
    if (status == 200)
        return DONE;
    if (status == 401)
        return refused(call, response, err);
    if (status == 403)
        return describe(call, response, ERROR_ACCESS, forbidden, err);
    if (status == 404)
        return not_found(call, response, err);
    if (status == 429)
        return throttled(call, response, err);
    if (status >= 500) {
        describe(call, response, ERROR_TEMPORARY, "", err);
        return again_later(call, err);
    }
    if (status >= 300 && status < 400)
        return describe(call, response, ERROR_INVALID,
                        ", a redirect, which is not followed: is the API's address right?", err);
    return describe(call, response, ERROR_INVALID, "", err);
}

static enum outcome try_once(struct call *call, const char *url, struct error *err)
{
    struct http_response response;
    struct http_request request = {
        .url = url, .bearer = buffer_text(&call->token), .sink = collect, .context = call->answer};
    if (pace_take(call->api->pace, err))
        return FAILED;
    buffer_clear(call->answer);
    if (http_send(call->http, &request, &response, err) == 0)
        return judge(call, &response, err);
    /* An interrupt is temporary, too: then the wait ends at once. */
    return err && err->code == ERROR_TEMPORARY ? again_later(call, err) : FAILED;
}

int api_get(const struct api *api, struct http *http, const char *path, bool is_fresh,
            struct buffer *answer, struct error *err)
{
    struct error own = {0}; /* what is temporary must be known without `err`, too */
    struct buffer url;
    struct call call = {.api = api,
                        .http = http,
                        .path = path,
                        .is_fresh = is_fresh,
                        .answer = answer,
                        .begin_us = clock_now_us()};
    buffer_init(&url, HTTP_URL_BYTES);
    buffer_init(&call.token, TOKEN_BYTES);
    text_printf(&url, "%s%s", api->url, path);
    enum outcome outcome = token_get(api->token, NULL, &call.token, &own) ? FAILED : AGAIN;
    while (outcome == AGAIN)
        outcome = try_once(&call, buffer_text(&url), &own);
    if (call.token.bytes)
        explicit_bzero(call.token.bytes, call.token.capacity);
    buffer_release(&call.token);
    buffer_release(&url);
    if (outcome == FAILED && err)
        *err = own;
    return outcome == DONE ? 0 : -1;
}
