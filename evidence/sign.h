/*
 * sign - Ed25519 keys (RFC 8032) as stock OpenSSL knows them.
 */
#ifndef EVIDENCE_SIGN_H
#define EVIDENCE_SIGN_H

#include "base/buffer.h"
#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

#define SIGN_PUBLIC_SIZE 32
#define SIGN_SIGNATURE_SIZE 64

struct sign_key;

/* A new key; never NULL. */
struct sign_key *sign_key_new(void);
void sign_key_free(struct sign_key *key); /* NULL is fine; the secret is overwritten */

/* Reads the private key from a PEM file (PKCS #8, not encrypted). NULL: ERROR_INVALID when the file holds no such key,
 * ERROR_ACCESS when others may read it, ERROR_IO. */
struct sign_key *sign_key_load(const char *path, struct error *err);

/* The private key as PEM, for a file that nobody else may read. */
void sign_key_write(const struct sign_key *key, struct buffer *pem);

void sign_key_public(const struct sign_key *key, unsigned char bytes[SIGN_PUBLIC_SIZE]);

/* A public key as PEM (SubjectPublicKeyInfo). */
void sign_write_public(const unsigned char public_key[SIGN_PUBLIC_SIZE], struct buffer *pem);

void sign_bytes(const struct sign_key *key, const void *bytes, size_t length,
                unsigned char signature[SIGN_SIGNATURE_SIZE]);

bool sign_is_valid(const unsigned char public_key[SIGN_PUBLIC_SIZE], const void *bytes,
                   size_t length, const unsigned char signature[SIGN_SIGNATURE_SIZE]);

/* base64 with padding (RFC 4648, 4). Decoding: how many bytes, at most `size`, or -1 when it is none or too long. */
void sign_encode(struct buffer *out, const void *bytes, size_t length);
long sign_decode(const char *text, size_t length, unsigned char *out, size_t size);

#endif
