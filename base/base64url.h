/*
 * base64url - base64 whose characters all fit a URL, without padding (RFC 4648, 5).
 */
#ifndef BASE_BASE64URL_H
#define BASE_BASE64URL_H

#include "base/buffer.h"

#include <stdbool.h>
#include <stddef.h>

/* Appends bytes[0..length) encoded: all of it, or nothing and -1 when it does not fit the limit. */
int base64url_encode(struct buffer *out, const void *bytes, size_t length);

/* Appends what text[0..length) stands for. False when a character is none of base64url's, the length is none that
 * encoding gives, or it does not fit the limit; then what `out` holds is of no use. */
bool base64url_decode(struct buffer *out, const char *text, size_t length);

#endif
