/*
 * md5 - RFC 1321, through OpenSSL's libcrypto: only to check a Content-MD5 that a server sends. It proves nothing against
 * an attacker; evidence is hashed with SHA-256.
 */
#ifndef BASE_MD5_H
#define BASE_MD5_H

#include <stddef.h>

#define MD5_BASE64_SIZE 25 /* with the NUL */

/* One running hash; new/free own it. */
struct md5;

/* NULL where libcrypto has no MD5 (FIPS): all functions take that, and finish then gives "". */
struct md5 *md5_new(void);
void md5_free(struct md5 *hash);
void md5_reset(struct md5 *hash);
void md5_update(struct md5 *hash, const void *bytes, size_t length);

/* As in a Content-MD5 header (RFC 1864): base64. Must be reset before it is used again. */
void md5_finish(struct md5 *hash, char base64[MD5_BASE64_SIZE]);

#endif
