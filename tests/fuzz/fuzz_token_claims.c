/* Any bytes as a token, and as what a token says of itself: words in order, or nothing. */
#include "fetch/token_claims.h"

#include "base/base64url.h"
#include "base/text.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_words(const char *words, size_t size)
{
    FUZZ_CHECK(memchr(words, '\0', size));
    size_t length = strlen(words);
    FUZZ_CHECK(length == 0 || (words[0] != ' ' && words[length - 1] != ' '));
    FUZZ_CHECK(!strstr(words, "  "));
}

static void check_claims(const char *token)
{
    static const struct token_claims empty;
    struct token_claims claims;
    memset(&claims, 'x', sizeof claims);
    if (!token_read_claims(token, &claims))
        FUZZ_CHECK(memcmp(&claims, &empty, sizeof claims) == 0);
    FUZZ_CHECK(memchr(claims.tenant_id, '\0', sizeof claims.tenant_id));
    FUZZ_CHECK(memchr(claims.application_id, '\0', sizeof claims.application_id));
    check_words(claims.roles, sizeof claims.roles);
    check_words(claims.scopes, sizeof claims.scopes);
    FUZZ_CHECK(!strpbrk(claims.roles, "\t\r\n"));
    FUZZ_CHECK(claims.expires_seconds >= 0);
    FUZZ_CHECK(token_expiry(token) == claims.expires_seconds);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct buffer token;
    buffer_init(&token, 2 * size + 64);
    FUZZ_CHECK(buffer_append(&token, data, size) == 0);
    check_claims(buffer_text(&token));
    buffer_clear(&token);
    text_printf(&token, "e30.");
    FUZZ_CHECK(base64url_encode(&token, data, size) == 0);
    text_printf(&token, ".c2ln");
    check_claims(buffer_text(&token));
    buffer_release(&token);
    return 0;
}
