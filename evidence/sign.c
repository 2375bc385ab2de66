#include "evidence/sign.h"

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define FILE_BYTES (16 * 1024)
#define DECODED_BYTES 1024

struct sign_key {
    EVP_PKEY *pkey;
};

/* Nothing can be done about it, and nothing signed without. */
static void must(bool done)
{
    if (!done)
        abort();
}

struct sign_key *sign_key_new(void)
{
    struct sign_key *key = memory_zeroed(1, sizeof *key);
    key->pkey = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
    must(key->pkey != NULL);
    return key;
}

void sign_key_free(struct sign_key *key)
{
    if (!key)
        return;
    EVP_PKEY_free(key->pkey);
    free(key);
}

/* No question is ever asked on the terminal. */
// NOLINTNEXTLINE(readability-non-const-parameter): as OpenSSL has it
static int no_password(char *out, int size, int is_writing, void *context)
{
    (void)out, (void)size, (void)is_writing, (void)context;
    return -1;
}

static struct sign_key *parse(const struct buffer *pem, struct error *err)
{
    BIO *bio = BIO_new_mem_buf(pem->bytes, (int)pem->length);
    must(bio != NULL);
    EVP_PKEY *pkey = PEM_read_bio_PrivateKey(bio, NULL, no_password, NULL);
    BIO_free(bio);
    ERR_clear_error();
    if (pkey && EVP_PKEY_is_a(pkey, "ED25519")) {
        struct sign_key *key = memory_zeroed(1, sizeof *key);
        key->pkey = pkey;
        return key;
    }
    EVP_PKEY_free(pkey);
    error_set(err, ERROR_INVALID,
              "holds no Ed25519 key in PEM without a password: `lrarchive key new` makes one");
    return NULL;
}

struct sign_key *sign_key_load(const char *path, struct error *err)
{
    struct buffer pem;
    struct stat status;
    struct sign_key *key = NULL;
    buffer_init(&pem, FILE_BYTES);
    if (stat(path, &status) == 0 && (status.st_mode & (S_IRWXG | S_IRWXO)))
        error_set(err, ERROR_ACCESS, "others may read this key: chmod 600, or make a new one");
    else if (file_read(path, &pem, err) == 0)
        key = parse(&pem, err);
    if (pem.bytes)
        explicit_bzero(pem.bytes, pem.capacity);
    buffer_release(&pem);
    if (!key)
        error_at_path(err, path);
    return key;
}

static void write_pem(EVP_PKEY *pkey, bool is_private, struct buffer *pem)
{
    char *text;
    BIO *bio = BIO_new(BIO_s_mem());
    must(bio != NULL);
    must((is_private ? PEM_write_bio_PKCS8PrivateKey(bio, pkey, NULL, NULL, 0, NULL, NULL)
                     : PEM_write_bio_PUBKEY(bio, pkey)) == 1);
    long length = BIO_get_mem_data(bio, &text);
    must(buffer_append(pem, text, (size_t)length) == 0);
    explicit_bzero(text, (size_t)length);
    BIO_free(bio);
}

void sign_key_write(const struct sign_key *key, struct buffer *pem)
{
    write_pem(key->pkey, true, pem);
}

void sign_write_public(const unsigned char public_key[SIGN_PUBLIC_SIZE], struct buffer *pem)
{
    EVP_PKEY *pkey =
        EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, public_key, SIGN_PUBLIC_SIZE);
    must(pkey != NULL);
    write_pem(pkey, false, pem);
    EVP_PKEY_free(pkey);
}

void sign_key_public(const struct sign_key *key, unsigned char bytes[SIGN_PUBLIC_SIZE])
{
    size_t length = SIGN_PUBLIC_SIZE;
    must(EVP_PKEY_get_raw_public_key(key->pkey, bytes, &length) == 1 && length == SIGN_PUBLIC_SIZE);
}

void sign_bytes(const struct sign_key *key, const void *bytes, size_t length,
                unsigned char signature[SIGN_SIGNATURE_SIZE])
{
    size_t signature_length = SIGN_SIGNATURE_SIZE;
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    must(context && EVP_DigestSignInit(context, NULL, NULL, NULL, key->pkey) == 1 &&
         EVP_DigestSign(context, signature, &signature_length, bytes, length) == 1 &&
         signature_length == SIGN_SIGNATURE_SIZE);
    EVP_MD_CTX_free(context);
}

bool sign_is_valid(const unsigned char public_key[SIGN_PUBLIC_SIZE], const void *bytes,
                   size_t length, const unsigned char signature[SIGN_SIGNATURE_SIZE])
{
    EVP_PKEY *pkey =
        EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, public_key, SIGN_PUBLIC_SIZE);
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool is_valid = pkey && context && EVP_DigestVerifyInit(context, NULL, NULL, NULL, pkey) == 1 &&
                    EVP_DigestVerify(context, signature, SIGN_SIGNATURE_SIZE, bytes, length) == 1;
    EVP_MD_CTX_free(context);
    EVP_PKEY_free(pkey);
    ERR_clear_error();
    return is_valid;
}

void sign_encode(struct buffer *out, const void *bytes, size_t length)
{
    size_t size = (length + 2) / 3 * 4;
    char *text = memory_allocate(size + 1);
    EVP_EncodeBlock((unsigned char *)text, bytes, (int)length);
    (void)buffer_append(out, text, size);
    free(text);
}

long sign_decode(const char *text, size_t length, unsigned char *out, size_t size)
{
    unsigned char bytes[DECODED_BYTES];
    if (length == 0 || length % 4 != 0 || length / 4 * 3 > sizeof bytes)
        return -1;
    int got = EVP_DecodeBlock(bytes, (const unsigned char *)text, (int)length);
    if (got < 0)
        return -1;
    /* It counts the padding, too. */
    size_t count = (size_t)got - (text[length - 1] == '=') - (text[length - 2] == '=');
    if (count > size)
        return -1;
    memcpy(out, bytes, count);
    return (long)count;
}
