#include "base/uuid.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>

#define SHA1_SIZE 20

static void sha1(const unsigned char name_space[UUID_SIZE], const void *name, size_t length,
                 unsigned char digest[SHA1_SIZE])
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    if (!context || !EVP_DigestInit_ex(context, EVP_sha1(), NULL) ||
        !EVP_DigestUpdate(context, name_space, UUID_SIZE) ||
        !EVP_DigestUpdate(context, name, length) || !EVP_DigestFinal_ex(context, digest, NULL))
        abort(); /* as for SHA-256: only for want of memory or a broken install */
    EVP_MD_CTX_free(context);
}

void uuid_of_name(const unsigned char name_space[UUID_SIZE], const void *name, size_t length,
                  char text[UUID_TEXT_SIZE])
{
    unsigned char d[SHA1_SIZE];
    sha1(name_space, name, length, d);
    d[6] = (unsigned char)(0x50 | (d[6] & 0x0F));
    d[8] = (unsigned char)(0x80 | (d[8] & 0x3F));
    snprintf(text, UUID_TEXT_SIZE,
             "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x", d[0], d[1],
             d[2], d[3], d[4], d[5], d[6], d[7], d[8], d[9], d[10], d[11], d[12], d[13], d[14],
             d[15]);
}
