/*
 * api - calls to the service's API, with the pace, the token and the patience that they need.
 *
 * Only GET. A call waits for the pace (pace.h). 401: once with a new token. 429: Retry-After, in seconds or as a date,
 * at most an hour, holds all processes back. 5xx, and a network that fails: again after a second, two, four… with
 * jitter, API_ATTEMPTS in all. A fresh action's 404: again for two minutes. What ends a call is said once, with the
 * service's code, message and correlation id.
 */
#ifndef FETCH_API_H
#define FETCH_API_H

#include "base/buffer.h"
#include "base/error.h"
#include "fetch/http.h"
#include "fetch/pace.h"
#include "fetch/token.h"

#include <stdbool.h>
#include <stdint.h>

#define API_ATTEMPTS 6
#define API_ANSWER_BYTES (64 * 1024 * 1024)
#define API_FRESH_US (120 * 1000000LL)

/* Borrowed all; shared by the threads of a run. */
struct api {
    const char *url; /* "https://api.security.microsoft.com", no '/' at its end */
    struct token *token;
    struct pace *pace;
    /* For one line on stderr: why a call is waiting. From any thread; may be NULL. */
    void (*notice)(void *context, const char *sentence);
    void *notice_context;
};

/* GETs url + path into `answer` (limit API_ANSWER_BYTES, cleared first). `http` is the calling thread's own. -1:
 * ERROR_ACCESS for 401 and 403, ERROR_NOT_FOUND for 404, ERROR_TEMPORARY when trying again may help, ERROR_INVALID for
 * what the service calls a bad request and for a redirect, which is never followed. `is_fresh`: a 404 may be one of an action too new. */
int api_get(const struct api *api, struct http *http, const char *path, bool is_fresh,
            struct buffer *answer, struct error *err);

/* Microseconds that a Retry-After says (RFC 9110, 10.2.3), between one second and an hour; `fallback_us` when it says nothing
 * that is understood. */
int64_t api_retry_after_us(const char *retry_after, int64_t now_us, int64_t fallback_us);

/* Waits before attempt `attempt` (from 1) of something else that failed in passing: 1, 2, 4 … 60 s, each with up to
 * half more. */
int api_back_off(int attempt, struct error *err);

#endif
