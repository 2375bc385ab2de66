/*
 * sha256 - FIPS 180-4 SHA-256 through OpenSSL's libcrypto.
 */
#ifndef BASE_SHA256_H
#define BASE_SHA256_H

#include "base/stream.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SHA256_SIZE 32
#define SHA256_HEX_LENGTH 64
#define SHA256_HEX_SIZE 65 /* with the NUL */

/* One running hash. new/free own it; update as often as you like; finish once, then reset. */
struct sha256;

struct sha256 *sha256_new(void);
void sha256_free(struct sha256 *hash); /* NULL is fine */
void sha256_reset(struct sha256 *hash);
void sha256_update(struct sha256 *hash, const void *bytes, size_t length);

/* Lower-case hex and a NUL; the hash must be reset before it is used again. */
void sha256_finish(struct sha256 *hash, char hex[SHA256_HEX_SIZE]);

/* As sha256_finish, as bytes. */
void sha256_finish_bytes(struct sha256 *hash, unsigned char bytes[SHA256_SIZE]);

/* Hash of one run of bytes, as lower-case hex. */
void sha256_of(const void *bytes, size_t length, char hex[SHA256_HEX_SIZE]);

/* Hash of all that a stream gives, and how many bytes that were. -1: the stream's error, and *bytes those before it. */
int sha256_of_stream(struct stream *stream, int64_t *bytes, char hex[SHA256_HEX_SIZE],
                     struct error *err);

/* True for exactly 64 lower-case hex digits and a NUL. */
bool sha256_is_hex(const char *text);

#endif
