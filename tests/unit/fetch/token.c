/* fetch/token: when a token is renewed, and from where. */
#include "fetch/token.h"

#include "base/base64url.h"
#include "tests/unit/fetch/service.h"

#define SECOND_US 1000000LL

static struct token_options use_secret(void)
{
    static char path[256];
    assert_int_equal(scratch_run("printf 'se cret+&=' >secret"), 0);
    snprintf(path, sizeof path, "%s", scratch_path("secret"));
    return (struct token_options){.client_id = "app",
                                  .secret_file = path,
                                  .tenant = "t",
                                  .login_url = service.url,
                                  .scope = "https://x/.default"};
}

static void get_token(void)
{
    struct buffer out;
    buffer_init(&out, TOKEN_BYTES);
    if (token_get(service.api.token, NULL, &out, &service.err))
        fail_msg("%s", service.err.message);
    buffer_release(&out);
}

static void a_token_is_renewed_five_minutes_before_it_ends(void **state)
{
    (void)state;
    struct token_options options = use_secret();
    service_use_token(&options);
    get_token();
    clock_sleep_us((3599 - 301) * SECOND_US, NULL);
    get_token();
    assert_int_equal(service_count("true"), 1);
    clock_sleep_us(1 * SECOND_US, NULL);
    get_token();
    assert_int_equal(service_count("true"), 2);
}

static void a_token_of_a_short_life_is_renewed_at_half_of_it(void **state)
{
    (void)state;
    struct token_options options = use_secret();
    service_use_token(&options);
    service_faults("[{\"match\":\"POST\",\"status\":200,\"body\":"
                   "\"{\\\"access_token\\\":\\\"good\\\",\\\"expires_in\\\":200}\"}]");
    get_token();
    clock_sleep_us(99 * SECOND_US, NULL);
    get_token();
    assert_int_equal(service_count("true"), 1);
    clock_sleep_us(1 * SECOND_US, NULL);
    get_token();
    assert_int_equal(service_count("true"), 2);
}

static void a_lifetime_that_cannot_be_is_none(void **state)
{
    static const char *const lifetimes[] = {"9223372036854775807", "-9223372036854775808", "-1",
                                            "\\\"x\\\""};
    char rule[256];
    (void)state;
    struct token_options options = use_secret();
    for (size_t i = 0; i < sizeof lifetimes / sizeof *lifetimes; i++) {
        service_use_token(&options);
        snprintf(rule, sizeof rule,
                 "[{\"match\":\"POST\",\"times\":99,\"status\":200,\"body\":"
                 "\"{\\\"access_token\\\":\\\"good\\\",\\\"expires_in\\\":%s}\"}]",
                 lifetimes[i]);
        service_faults(rule);
        get_token();
        get_token();
        assert_int_equal(service_count("true"), (int)i + 1);
    }
}

static void what_a_jwt_says_of_its_end_comes_first(void **state)
{
    (void)state;
    struct token_options options = use_secret();
    service_use_token(&options);
    char claims[64], rule[256];
    struct buffer encoded;
    snprintf(claims, sizeof claims, "{\"exp\":%lld}",
             (long long)(clock_now_us() / SECOND_US + 600));
    buffer_init(&encoded, 128);
    assert_int_equal(base64url_encode(&encoded, claims, strlen(claims)), 0);
    snprintf(rule, sizeof rule,
             "[{\"match\":\"POST\",\"times\":9,\"status\":200,\"body\":\"{\\\"access_token\\\":"
             "\\\"e30.%s.c2ln\\\",\\\"expires_in\\\":3599}\"}]",
             buffer_text(&encoded));
    buffer_release(&encoded);
    service_faults(rule);
    get_token();
    clock_sleep_us(299 * SECOND_US, NULL);
    get_token();
    assert_int_equal(service_count("true"), 1);
    clock_sleep_us(1 * SECOND_US, NULL);
    get_token();
    assert_int_equal(service_count("true"), 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        service_test(a_token_is_renewed_five_minutes_before_it_ends),
        service_test(a_token_of_a_short_life_is_renewed_at_half_of_it),
        service_test(a_lifetime_that_cannot_be_is_none),
        service_test(what_a_jwt_says_of_its_end_comes_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
