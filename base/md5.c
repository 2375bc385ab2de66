#include "base/md5.h"

#include "base/memory.h"

#include <openssl/evp.h>
#include <stdlib.h>

#define MD5_SIZE 16

struct md5 {
    EVP_MD_CTX *context;
};

struct md5 *md5_new(void)
{
    struct md5 *hash = memory_zeroed(1, sizeof *hash);
    hash->context = EVP_MD_CTX_new();
    if (hash->context && EVP_DigestInit_ex(hash->context, EVP_md5(), NULL))
        return hash;
    md5_free(hash);
    return NULL;
}

void md5_free(struct md5 *hash)
{
    if (!hash)
        return;
    EVP_MD_CTX_free(hash->context);
    free(hash);
}

void md5_reset(struct md5 *hash)
{
    if (hash)
        EVP_DigestInit_ex(hash->context, EVP_md5(), NULL);
}

void md5_update(struct md5 *hash, const void *bytes, size_t length)
{
    if (hash)
        EVP_DigestUpdate(hash->context, bytes, length);
}

void md5_finish(struct md5 *hash, char base64[MD5_BASE64_SIZE])
{
    unsigned char bytes[EVP_MAX_MD_SIZE];
    base64[0] = '\0';
    if (hash && EVP_DigestFinal_ex(hash->context, bytes, NULL))
        EVP_EncodeBlock((unsigned char *)base64, bytes, MD5_SIZE);
}
