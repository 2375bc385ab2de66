#include "fetch/token_certificate.h"

#include "base/base64url.h"
#include "base/file.h"
#include "base/json.h"
#include "base/text.h"

#include <errno.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#define LIFETIME_SECONDS 600
#define KEY_LEAST_BITS 2048
#define KEY_MOST_BITS 16384
#define UUID_SIZE 37

/* What a PEM file gave. */
struct identity {
    EVP_PKEY *key;
    X509 *certificate; /* the key's */
};

/* ---- the PEM file ---- */

/* In place of libcrypto's own, which asks on the terminal. */
static int note_password(char *password, int size, int is_writing, void *context)
{
    (void)is_writing;
    if (size > 0)
        password[0] = '\0';
    *(bool *)context = true;
    return -1;
}

static int read_key(BIO *bio, struct identity *identity, struct error *err)
{
    bool is_encrypted = false;
    identity->key = PEM_read_bio_PrivateKey(bio, NULL, note_password, &is_encrypted);
    if (is_encrypted)
        return error_set(err, ERROR_ACCESS,
                         "its private key is encrypted, and nobody is asked for a password here: "
                         "`openssl pkey -in KEY -out PLAIN` writes it without; keep that file "
                         "readable for its owner only");
    if (!identity->key)
        return error_set(err, ERROR_ACCESS,
                         "no private key in it that can be read: put the key and its certificate "
                         "into one PEM file");
    int bits = EVP_PKEY_get_bits(identity->key);
    if (!EVP_PKEY_is_a(identity->key, "RSA"))
        return error_set(err, ERROR_ACCESS,
                         "its private key is not RSA, and the login takes RSA only: make an RSA "
                         "key with a certificate, and give the certificate to the app");
    if (bits < KEY_LEAST_BITS || bits > KEY_MOST_BITS)
        return error_set(err, ERROR_ACCESS,
                         "its RSA key has %d bits, which must be %d to %d: make another with a "
                         "certificate, and give the certificate to the app",
                         bits, KEY_LEAST_BITS, KEY_MOST_BITS);
    return 0;
}

static int read_certificate(BIO *bio, struct identity *identity, struct error *err)
{
    X509 *certificate;
    while ((certificate = PEM_read_bio_X509(bio, NULL, NULL, NULL)) != NULL) {
        if (X509_check_private_key(certificate, identity->key) == 1) {
            identity->certificate = certificate;
            return 0;
        }
        X509_free(certificate);
    }
    return error_set(err, ERROR_ACCESS,
                     "no certificate in it that belongs to its private key: put the key and its "
                     "certificate into one PEM file");
}

static int parse(const struct buffer *pem, struct identity *identity, struct error *err)
{
    BIO *key_bio = BIO_new_mem_buf(pem->bytes ? pem->bytes : "", (int)pem->length);
    BIO *certificate_bio = BIO_new_mem_buf(pem->bytes ? pem->bytes : "", (int)pem->length);
    int result = key_bio && certificate_bio ? read_key(key_bio, identity, err)
                                            : error_set(err, ERROR_IO, "libcrypto has no memory");
    if (result == 0)
        result = read_certificate(certificate_bio, identity, err);
    BIO_free(key_bio);
    BIO_free(certificate_bio);
    return result;
}

static int read_identity(const char *path, struct identity *identity, struct error *err)
{
    struct buffer pem;
    buffer_init(&pem, TOKEN_CERTIFICATE_BYTES);
    /* At once, so that growing leaves no copies of the key behind. */
    buffer_reserve(&pem, pem.limit);
    int result = file_read(path, &pem, err);
    if (result == 0)
        result = parse(&pem, identity, err);
    explicit_bzero(pem.bytes, pem.capacity);
    buffer_release(&pem);
    return result;
}

/* ---- the assertion ---- */

/* Version 4 (RFC 9562, 5.4). */
static int make_uuid(char out[UUID_SIZE], struct error *err)
{
    unsigned char bytes[16];
    if (getrandom(bytes, sizeof bytes, 0) != (ssize_t)sizeof bytes)
        return error_set_errno(err, ERROR_IO, errno, "no random bytes");
    bytes[6] = (bytes[6] & 0x0F) | 0x40;
    bytes[8] = (bytes[8] & 0x3F) | 0x80;
    int used = 0;
    for (int i = 0; i < 16; i++)
        used += snprintf(out + used, (size_t)(UUID_SIZE - used), "%s%02x",
                         i == 4 || i == 6 || i == 8 || i == 10 ? "-" : "", bytes[i]);
    return 0;
}

static int append_encoded(struct buffer *out, struct text json, struct error *err)
{
    if (base64url_encode(out, json.bytes, json.length))
        return error_set(err, ERROR_ACCESS, "client id and login address are too long to be sent");
    return 0;
}

static int write_header(struct json_writer *writer, X509 *certificate, struct buffer *out,
                        struct error *err)
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned int length = 0;
    struct buffer thumbprint;
    if (X509_digest(certificate, EVP_sha256(), digest, &length) != 1)
        return error_set(err, ERROR_IO, "libcrypto has no SHA-256 of the certificate");
    buffer_init(&thumbprint, 64);
    base64url_encode(&thumbprint, digest, length);
    json_writer_begin(writer);
    json_writer_text(writer, "alg", "PS256");
    json_writer_text(writer, "typ", "JWT");
    json_writer_text(writer, "x5t#S256", buffer_text(&thumbprint));
    int result = append_encoded(out, json_writer_end(writer), err);
    buffer_release(&thumbprint);
    return result;
}

static int write_claims(struct json_writer *writer, const char *client_id, const char *audience,
                        int64_t now_seconds, struct buffer *out, struct error *err)
{
    char uuid[UUID_SIZE];
    if (make_uuid(uuid, err))
        return -1;
    json_writer_begin(writer);
    json_writer_text(writer, "aud", audience);
    json_writer_text(writer, "iss", client_id);
    json_writer_text(writer, "sub", client_id);
    json_writer_text(writer, "jti", uuid);
    json_writer_int64(writer, "nbf", now_seconds);
    json_writer_int64(writer, "exp", now_seconds + LIFETIME_SECONDS);
    return append_encoded(out, json_writer_end(writer), err);
}

/* PS256: RSASSA-PSS with SHA-256, MGF1 with the same, and a salt as long as the hash. */
static bool sign(EVP_PKEY *key, const struct buffer *jwt, unsigned char *signature, size_t *length)
{
    EVP_PKEY_CTX *padding = NULL; /* the context's */
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool is_signed = context &&
                     EVP_DigestSignInit(context, &padding, EVP_sha256(), NULL, key) == 1 &&
                     EVP_PKEY_CTX_set_rsa_padding(padding, RSA_PKCS1_PSS_PADDING) == 1 &&
                     EVP_PKEY_CTX_set_rsa_pss_saltlen(padding, RSA_PSS_SALTLEN_DIGEST) == 1 &&
                     EVP_DigestSign(context, signature, length, (const unsigned char *)jwt->bytes,
                                    jwt->length) == 1;
    EVP_MD_CTX_free(context);
    return is_signed;
}

static int add_signature(EVP_PKEY *key, struct buffer *jwt, struct error *err)
{
    unsigned char signature[KEY_MOST_BITS / 8];
    size_t length = sizeof signature;
    if (!sign(key, jwt, signature, &length))
        return error_set(
            err, ERROR_ACCESS,
            "its private key signs nothing: is it whole? `openssl pkey -check -in KEY` "
            "looks at it");
    buffer_append(jwt, ".", 1);
    return append_encoded(jwt, (struct text){(const char *)signature, length}, err);
}

static int write_assertion(const struct identity *identity, const char *client_id,
                           const char *audience, int64_t now_seconds, struct buffer *jwt,
                           struct error *err)
{
    struct json_writer *writer = json_writer_new();
    int result = write_header(writer, identity->certificate, jwt, err);
    buffer_append(jwt, ".", 1);
    if (result == 0)
        result = write_claims(writer, client_id, audience, now_seconds, jwt, err);
    if (result == 0)
        result = add_signature(identity->key, jwt, err);
    json_writer_free(writer);
    return result;
}

int token_certificate_assert(const char *path, const char *client_id, const char *audience,
                             int64_t now_seconds, struct buffer *out, struct error *err)
{
    struct identity identity = {0};
    struct buffer jwt;
    buffer_init(&jwt, out->limit - out->length);
    int result = read_identity(path, &identity, err);
    if (result == 0)
        result = write_assertion(&identity, client_id, audience, now_seconds, &jwt, err);
    if (result == 0)
        buffer_append(out, jwt.bytes, jwt.length);
    buffer_release(&jwt);
    EVP_PKEY_free(identity.key);
    X509_free(identity.certificate);
    /* What was not found is left in libcrypto's queue, where libcurl would find it. */
    ERR_clear_error();
    return result ? error_at_path(err, path) : 0;
}
