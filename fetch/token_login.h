/*
 * token_login - requests to the login that gives tokens (OAuth 2.0, RFC 6749), and an app's own token from it.
 *
 * Forms and answers hold secrets: whoever has one wipes it.
 */
#ifndef FETCH_TOKEN_LOGIN_H
#define FETCH_TOKEN_LOGIN_H

#include "base/buffer.h"
#include "base/error.h"
#include "fetch/http.h"
#include "fetch/token.h"

#define TOKEN_LOGIN_FORM_BYTES (4 * TOKEN_BYTES)
#define TOKEN_LOGIN_ANSWER_BYTES (256 * 1024)

/* Where requests go; all borrowed. */
struct token_login {
    const struct token_options *from;
    struct http *http;
};

/* Overwrites what the buffer has held and empties it; keeps the memory. */
void token_login_wipe(struct buffer *buffer);

/* Begins a form: client_id. Add more with token_login_add. */
void token_login_begin_form(const struct token_login *login, struct buffer *form);
void token_login_add(struct buffer *form, const char *name, const char *value);

/* POSTs a form to login_url/tenant/oauth2/v2.0/`endpoint`; the answer, of whatever status, into `answer` (limit
 * TOKEN_LOGIN_ANSWER_BYTES, cleared first). -1 as http_send, and ERROR_ACCESS when the answer is too long. */
int token_login_post(const struct token_login *login, const char *endpoint, struct buffer *form,
                     struct http_response *response, struct buffer *answer, struct error *err);

/* Says what the login said no with. Returns -1: ERROR_TEMPORARY for 429 and 5xx, else ERROR_ACCESS. */
int token_login_refuse(const struct http_response *response, const struct buffer *answer,
                       struct error *err);

/* Client credentials (RFC 6749, 4.4), by secret or certificate, whichever is set; both files are read anew each time.
 * The login's answer, with a token in it, into `answer`. -1: what reading the file, token_login_post and
 * token_login_refuse say. */
int token_login_as_app(const struct token_login *login, struct buffer *answer, struct error *err);

#endif
