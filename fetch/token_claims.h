/*
 * token_claims - what a token says of itself, when it is a JWT (RFC 7519).
 *
 * Signatures are not looked at: whoever the token is for judges them. So this is good for a report and for knowing when
 * to renew, never for granting anything. The texts come from outside; escape them before they are shown.
 */
#ifndef FETCH_TOKEN_CLAIMS_H
#define FETCH_TOKEN_CLAIMS_H

#include <stdbool.h>
#include <stdint.h>

#define TOKEN_BYTES 16384 /* of a token at most */

/* "" and 0: the token does not say. */
struct token_claims {
    char tenant_id[64];      /* tid */
    char application_id[64]; /* appid, else azp */
    /* Words with one blank between them; one that does not fit is left out, and so is a role with a blank in it. */
    char roles[1024];        /* roles: an app's permissions */
    char scopes[1024];       /* scp: what an app may do for a person */
    int64_t expires_seconds; /* exp, since 1970 */
};

/* False, and all of *claims empty, when `token` is no JWT with an object in it that can be read. */
bool token_read_claims(const char *token, struct token_claims *claims);

/* Seconds since 1970 at which a JWT ends (`exp`, RFC 7519, 4.1.4); 0 when it does not say. Its signature is not looked at. */
int64_t token_expiry(const char *token);

#endif
