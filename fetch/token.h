/*
 * token - the bearer token for the service's API, wherever it comes from, renewed before it ends.
 *
 * A token is a secret: it is in memory only, and no error's message holds it. When it ends is read from the token
 * itself, a JWT (RFC 7519, `exp`), or from what came with it; one that is neither is used until it is refused.
 */
#ifndef FETCH_TOKEN_H
#define FETCH_TOKEN_H

#include "base/buffer.h"
#include "base/error.h"
#include "fetch/http.h"
#include "fetch/token_claims.h"

#include <stdbool.h>

/* Where it comes from: the first of these that is set. All are borrowed for the token's life. */
struct token_options {
    const char *
        command; /* for sh -c; prints a token, or JSON with accessToken or access_token, as `az account
                            get-access-token` does */
    const char *file;  /* holds a token; read again when it is refused or ends */
    const char *fixed; /* the token itself, from the environment */
    /* From the login at login_url/tenant/oauth2/v2.0, in one of three ways: an app's own (client credentials, RFC 6749,
     * 4.4) by secret or certificate, or a person's, who signs in by a code. */
    const char *client_id, *tenant, *login_url, *scope;
    const char *secret_file;
    const char *certificate_file; /* PEM: an RSA key and its certificate (token_certificate.h) */
    /* token_device.h. `prompt` gets the sentence that tells the person where to sign in, printable ASCII: from any
     * thread, while token_get waits. */
    bool is_device_code;
    void (*prompt)(void *context, const char *sentence);
    void *prompt_context;
};

struct token;

/* Asks nothing yet. NULL with ERROR_USAGE when no source is given, half of one, or two ways to log in. The caller frees. */
struct token *token_new(const struct token_options *options, const struct http_options *http,
                        struct error *err);
void token_free(struct token *token); /* NULL is fine */

/* The present token into `out` (limit TOKEN_BYTES at least, cleared first), got or renewed when it is needed. `refused`:
 * the token that the service has just refused, or NULL: then a new one must come. Threads may call at once; while a
 * person is asked, the others wait. -1: ERROR_ACCESS when none can be had or the new one is the refused one again,
 * ERROR_TEMPORARY when the login could not be reached or an interrupt came, and what reading a file says. */
int token_get(struct token *token, const char *refused, struct buffer *out, struct error *err);

#endif
