#include "base/sha256.h"

#include "base/memory.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK_BYTES (128 * 1024)

struct sha256 {
    EVP_MD_CTX *context;
};

/* libcrypto's digest calls fail only for want of memory or a broken install. */
static void must(int ok)
{
    if (!ok) {
        fputs("lrarchive: SHA-256 is not available from libcrypto\n", stderr);
        abort();
    }
}

struct sha256 *sha256_new(void)
{
    struct sha256 *hash = memory_zeroed(1, sizeof *hash);
    hash->context = EVP_MD_CTX_new();
    must(hash->context != NULL);
    sha256_reset(hash);
    return hash;
}

void sha256_free(struct sha256 *hash)
{
    if (!hash)
        return;
    EVP_MD_CTX_free(hash->context);
    free(hash);
}

void sha256_reset(struct sha256 *hash)
{
    must(EVP_DigestInit_ex(hash->context, EVP_sha256(), NULL));
}

void sha256_update(struct sha256 *hash, const void *bytes, size_t length)
{
    must(EVP_DigestUpdate(hash->context, bytes, length));
}

static void to_hex(const unsigned char *bytes, char *hex)
{
    static const char digits[] = "0123456789abcdef";
    for (int i = 0; i < SHA256_SIZE; i++) {
        hex[2 * i] = digits[bytes[i] >> 4];
        hex[2 * i + 1] = digits[bytes[i] & 15];
    }
    hex[SHA256_HEX_LENGTH] = '\0';
}

void sha256_finish_bytes(struct sha256 *hash, unsigned char bytes[SHA256_SIZE])
{
    must(EVP_DigestFinal_ex(hash->context, bytes, NULL));
}

void sha256_finish(struct sha256 *hash, char hex[SHA256_HEX_SIZE])
{
    unsigned char bytes[SHA256_SIZE];
    sha256_finish_bytes(hash, bytes);
    to_hex(bytes, hex);
}

void sha256_of(const void *bytes, size_t length, char hex[SHA256_HEX_SIZE])
{
    unsigned char digest[SHA256_SIZE];
    must(EVP_Digest(bytes, length, digest, NULL, EVP_sha256(), NULL));
    to_hex(digest, hex);
}

int sha256_of_stream(struct stream *stream, int64_t *bytes, char hex[SHA256_HEX_SIZE],
                     struct error *err)
{
    struct sha256 *hash = sha256_new();
    char *block = memory_allocate(BLOCK_BYTES);
    ssize_t got;
    *bytes = 0;
    while ((got = stream_read(stream, block, BLOCK_BYTES, err)) > 0) {
        sha256_update(hash, block, (size_t)got);
        *bytes += got;
    }
    sha256_finish(hash, hex);
    sha256_free(hash);
    free(block);
    return got < 0 ? -1 : 0;
}

bool sha256_is_hex(const char *text)
{
    return strlen(text) == SHA256_HEX_LENGTH &&
           strspn(text, "0123456789abcdef") == SHA256_HEX_LENGTH;
}
