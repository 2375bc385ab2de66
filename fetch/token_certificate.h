/*
 * token_certificate - an app shows who it is by what only the key of its certificate can sign: a client assertion, a JWT
 * of ten minutes (RFC 7523, 2.2). The only file of the room that includes libcrypto.
 *
 * The login knows the certificate by its SHA-256 (x5t#S256) and takes PS256 (RFC 7518, 3.5).
 */
#ifndef FETCH_TOKEN_CERTIFICATE_H
#define FETCH_TOKEN_CERTIFICATE_H

#include "base/buffer.h"
#include "base/error.h"

#include <stdint.h>

#define TOKEN_CERTIFICATE_BYTES (256 * 1024) /* of the PEM file at most */

/* Appends an assertion for `client_id` to `out`, good at `audience` (the URL that it is sent to) from `now_seconds` (since 1970) on.
 * `path`: a PEM file with an RSA key of 2,048 to 16,384 bits and its certificate, in any order; other certificates
 * may be in it. Nobody is ever asked for a password. -1: ERROR_IO when the file cannot be read, ERROR_LIMIT when it
 * is too long, ERROR_ACCESS, with what to do, when it is of no use. */
int token_certificate_assert(const char *path, const char *client_id, const char *audience,
                             int64_t now_seconds, struct buffer *out, struct error *err);

#endif
