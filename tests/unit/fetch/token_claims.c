/* fetch/token_claims: what a token says of itself. */
#include "fetch/token_claims.h"

#include "base/base64url.h"
#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct token_claims claims;

/* Reads a token with these claims. */
static bool read_payload(const char *payload)
{
    struct buffer token;
    buffer_init(&token, 4 * TOKEN_BYTES);
    text_printf(&token, "e30.");
    assert_int_equal(base64url_encode(&token, payload, strlen(payload)), 0);
    text_printf(&token, ".c2ln");
    memset(&claims, 'x', sizeof claims);
    bool is_read = token_read_claims(buffer_text(&token), &claims);
    assert_int_equal(token_expiry(buffer_text(&token)), claims.expires_seconds);
    buffer_release(&token);
    return is_read;
}

static void an_apps_token_says_tenant_app_roles_and_end(void **state)
{
    (void)state;
    assert_true(
        read_payload("{\"aud\":\"https://api.securitycenter.microsoft.com\",\"exp\":1800000000,"
                     "\"appid\":\"app-1\",\"azp\":\"other\",\"tid\":\"tenant-1\","
                     "\"roles\":[\"Machine.ReadWrite.All\",\"Library.Manage\"],\"ver\":\"1.0\"}"));
    assert_string_equal(claims.tenant_id, "tenant-1");
    assert_string_equal(claims.application_id, "app-1");
    assert_string_equal(claims.roles, "Machine.ReadWrite.All Library.Manage");
    assert_string_equal(claims.scopes, "");
    assert_int_equal(claims.expires_seconds, 1800000000);
}

static void a_persons_token_says_its_scopes(void **state)
{
    (void)state;
    assert_true(read_payload("{\"azp\":\"app-2\",\"scp\":\"Machine.LiveResponse  Machine.Read\"}"));
    assert_string_equal(claims.application_id, "app-2");
    assert_string_equal(claims.scopes, "Machine.LiveResponse Machine.Read");
    assert_string_equal(claims.roles, "");
    assert_int_equal(claims.expires_seconds, 0);
}

static void what_has_another_type_is_not_there(void **state)
{
    (void)state;
    assert_true(read_payload(
        "{\"tid\":7,\"appid\":null,\"azp\":\"a\",\"roles\":\"Everything\",\"scp\":[\"x\"],"
        "\"exp\":\"1800000000\"}"));
    assert_string_equal(claims.tenant_id, "");
    assert_string_equal(claims.application_id, "a");
    assert_string_equal(claims.roles, "");
    assert_string_equal(claims.scopes, "");
    assert_int_equal(claims.expires_seconds, 0);
    assert_true(read_payload("{\"roles\":[1,[\"Nested\"],{\"v\":\"Deep\"},\"Two "
                             "Words\",\"\\u0000\",\"One\"],\"exp\":-5}"));
    assert_string_equal(claims.roles, "One");
    assert_int_equal(claims.expires_seconds, 0);
    assert_true(read_payload("{\"exp\":99999999999999999999999}"));
    assert_int_equal(claims.expires_seconds, 0);
}

static void what_does_not_fit_is_left_out_in_whole_words(void **state)
{
    struct buffer payload;
    (void)state;
    buffer_init(&payload, TOKEN_BYTES);
    text_printf(&payload, "{\"tid\":\"%064d\",\"azp\":\"%063d\",\"roles\":[\"%0300d\",\"first\"", 1,
                2, 3);
    for (int i = 0; i < 300; i++)
        text_printf(&payload, ",\"Role.%03d\"", i);
    text_printf(&payload, "],\"scp\":\"");
    for (int i = 0; i < 300; i++)
        text_printf(&payload, "Scope.%03d ", i);
    text_printf(&payload, "\"}");
    assert_true(read_payload(buffer_text(&payload)));
    buffer_release(&payload);
    assert_string_equal(claims.tenant_id, "");
    assert_int_equal(strlen(claims.application_id), 63);
    assert_memory_equal(claims.roles, "first Role.000 ", 15);
    /* 5 + 113 * 9 and 102 * 9 + 101 */
    assert_string_equal(claims.roles + strlen(claims.roles) - 9, " Role.112");
    assert_string_equal(claims.scopes + strlen(claims.scopes) - 10, " Scope.101");
}

static void a_jwt_says_when_it_ends(void **state)
{
    (void)state;
    /* {"exp":1800000000} */
    assert_int_equal(token_expiry("e30.eyJleHAiOjE4MDAwMDAwMDB9.c2ln"), 1800000000);
    assert_int_equal(token_expiry("e30.e30.c2ln"), 0);
    assert_int_equal(token_expiry("opaque"), 0);
    assert_int_equal(token_expiry("a.!!.b"), 0);
}

static void what_is_no_jwt_says_nothing(void **state)
{
    static const char *const tokens[] = {
        "", "opaque", "e30.e30", "a.!!.b", "e30..c2ln", "e30.W10.c2ln", "e30.eyJ0aWQiOiJ4In.c2ln",
    };
    static const struct token_claims empty;
    (void)state;
    for (size_t i = 0; i < sizeof tokens / sizeof *tokens; i++) {
        memset(&claims, 'x', sizeof claims);
        assert_false(token_read_claims(tokens[i], &claims));
        assert_memory_equal(&claims, &empty, sizeof empty);
        assert_int_equal(token_expiry(tokens[i]), 0);
    }
    /* One whose payload is longer than a token may be. */
    struct buffer payload;
    buffer_init(&payload, 4 * TOKEN_BYTES);
    text_printf(&payload, "{\"tid\":\"t\",\"exp\":1800000000,\"x\":\"%0*d\"}", TOKEN_BYTES, 0);
    assert_false(read_payload(buffer_text(&payload)));
    buffer_release(&payload);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_apps_token_says_tenant_app_roles_and_end),
        cmocka_unit_test(a_persons_token_says_its_scopes),
        cmocka_unit_test(what_has_another_type_is_not_there),
        cmocka_unit_test(what_does_not_fit_is_left_out_in_whole_words),
        cmocka_unit_test(a_jwt_says_when_it_ends),
        cmocka_unit_test(what_is_no_jwt_says_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
