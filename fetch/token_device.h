/*
 * token_device - a person signs in, in a browser anywhere, by a code that is shown here (RFC 8628).
 *
 * What the login also gives, a refresh token, renews without the person. It is in memory only. When the login no longer
 * takes it, the person is asked anew. A person who declines, or does not come before the code ends, is asked no more.
 */
#ifndef FETCH_TOKEN_DEVICE_H
#define FETCH_TOKEN_DEVICE_H

#include "base/buffer.h"
#include "base/error.h"
#include "fetch/http.h"
#include "fetch/token.h"

/* For one thread at a time. */
struct token_device;

/* Both are borrowed; client_id, tenant, login_url, scope and prompt are set. Asks nothing yet. The caller frees. */
struct token_device *token_device_new(const struct token_options *from, struct http *http);
void token_device_free(struct token_device *device); /* NULL is fine */

/* The login's answer, with a token in it, into `answer` (limit TOKEN_LOGIN_ANSWER_BYTES, cleared first): by the refresh
 * token, else by the person, who is waited for as long as the code holds, at most an hour. -1: ERROR_ACCESS, with what
 * to do, when the person declined or did not come, or the login refuses; ERROR_TEMPORARY when it cannot be reached or
 * an interrupt came. */
int token_device_log_in(struct token_device *device, struct buffer *answer, struct error *err);

#endif
