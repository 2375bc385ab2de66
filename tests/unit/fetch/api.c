/* fetch/api, fetch/token: calls against a service that throttles, fails, refuses and redirects. */
#include "fetch/api.h"

#include "tests/unit/fetch/service.h"

#define SECOND_US 1000000LL
#define PATH "/api/machineactions/" ACTION

static struct buffer answer;

static int get(bool is_fresh)
{
    static const char json[] = "{\"id\":\"" ACTION "\",\"status\":\"Succeeded\"}";
    scratch_write("actions/" ACTION ".json", json, strlen(json));
    buffer_release(&answer);
    buffer_init(&answer, API_ANSWER_BYTES);
    service.err = (struct error){0};
    return api_get(&service.api, service.http, PATH, is_fresh, &answer, &service.err);
}

static void assert_got(bool is_fresh)
{
    if (get(is_fresh))
        fail_msg("%s", service.err.message);
    assert_string_equal(buffer_text(&answer), "{\"id\":\"" ACTION "\",\"status\":\"Succeeded\"}");
    buffer_release(&answer);
}

static void assert_refused(enum error_code code, const char *words)
{
    assert_int_equal(get(false), -1);
    if (service.err.code != code || !strstr(service.err.message, words))
        fail_msg("%d: %s", (int)service.err.code, service.err.message);
    buffer_release(&answer);
}

static void an_answer_is_given_as_it_came(void **state)
{
    (void)state;
    assert_got(false);
    assert_int_equal(service_count(".token == \"Bearer good\""), 1);
    assert_int_equal(service.notices, 0);
}

static void a_throttled_call_waits_as_long_as_it_is_told(void **state)
{
    static const struct {
        const char *header;
        int64_t least, most; /* seconds */
    } cases[] = {
        {"\"Retry-After\":\"17\"", 17, 17},
        {"\"Retry-After\":\"0\"", 1, 1},
        {"\"Retry-After\":\"99999999\"", 3600, 3600},
        {"\"Retry-After\":\"99999999999999999999999\"", 60, 60},
        {"\"Retry-After\":\"-5\"", 60, 60},
        {"\"Retry-After\":\"soon\"", 60, 60},
        {"\"X\":\"y\"", 60, 60},
    };
    (void)state;
    char rules[2048] = "[", *end = rules + 1;
    size_t count = sizeof cases / sizeof *cases;
    for (size_t i = 0; i < count; i++)
        end += snprintf(
            end, sizeof rules - (size_t)(end - rules),
            "%s{\"match\":\"GET\",\"times\":%zu,\"after\":0,\"status\":429,\"headers\":{%s}}",
            i > 0 ? "," : "", (size_t)1, cases[i].header);
    strcpy(end, "]");
    /* One call meets them all, one after the other. */
    service_faults(rules);
    int64_t begin_us = clock_now_us(), least = 0, most = 0;
    assert_got(false);
    for (size_t i = 0; i < count; i++) {
        least += cases[i].least;
        most += cases[i].most;
    }
    int64_t took = (clock_now_us() - begin_us) / SECOND_US;
    assert_in_range(took, least, most + 1);
    assert_non_null(strstr(service.notice, "429"));
}

static void a_date_is_a_retry_after_too(void **state)
{
    int64_t now_us = 784111717 * SECOND_US; /* Sun, 06 Nov 1994 08:48:37 GMT */
    (void)state;
    assert_int_equal(api_retry_after_us("Sun, 06 Nov 1994 08:49:37 GMT", now_us, 5),
                     60 * SECOND_US);
    assert_int_equal(api_retry_after_us("Sun, 06 Nov 1994 08:40:00 GMT", now_us, 5), SECOND_US);
    assert_int_equal(api_retry_after_us("Sun, 06 Nov 2094 08:40:00 GMT", now_us, 5),
                     3600 * SECOND_US);
}

static void throttling_holds_back_whoever_shares_the_pace(void **state)
{
    struct pace *other = pace_open(scratch_path("state"), "tenant", PACE_HOUR_CALLS, NULL);
    int64_t wait_us;
    (void)state;
    service_faults("[{\"match\":\"GET\",\"status\":429,\"headers\":{\"Retry-After\":\"30\"}},"
                   "{\"match\":\"GET\",\"status\":400}]");
    assert_int_equal(get(false), -1);
    assert_int_equal(pace_hold(service.api.pace, 40 * SECOND_US, NULL), 0);
    assert_int_equal(pace_forecast(other, 1, &wait_us, NULL), 0);
    assert_int_equal(wait_us, 40 * SECOND_US);
    pace_close(other);
    buffer_release(&answer);
}

static void what_fails_in_passing_is_tried_again_later_and_later(void **state)
{
    (void)state;
    service_faults(
        "[{\"match\":\"GET\",\"times\":3,\"status\":503},{\"match\":\"GET\",\"status\":500},"
        "{\"match\":\"GET\",\"cut\":0,\"status\":200,\"body\":\"x\"}]");
    int64_t begin_us = clock_now_us();
    assert_got(false);
    /* 1, 2, 4, 8, 16 seconds, each with up to half more. */
    assert_in_range((clock_now_us() - begin_us) / SECOND_US, 31, 46);
    assert_int_equal(service_count("true"), 6);
}

static void what_fails_for_long_is_temporary(void **state)
{
    (void)state;
    service_faults("[{\"match\":\"GET\",\"times\":100,\"status\":503,\"body\":"
                   "\"{\\\"error\\\":{\\\"code\\\":\\\"Busy\\\",\\\"message\\\":\\\"too "
                   "much\\\",\\\"target\\\":\\\"|c-1\\\"}}\"}]");
    assert_refused(ERROR_TEMPORARY, "503 Busy: too much (correlation id |c-1)");
    assert_int_equal(service_count("true"), API_ATTEMPTS);
}

static void a_token_that_has_ended_is_renewed_once(void **state)
{
    (void)state;
    assert_int_equal(scratch_run("printf 'old\\n' >token"), 0);
    char path[256], command[512];
    snprintf(path, sizeof path, "%s", scratch_path("token"));
    service_use_token(&(struct token_options){.file = path});
    assert_refused(ERROR_ACCESS, "refuses the token of --token-file");
    assert_int_equal(service_count("true"), 1);
    /* The file holds another one by the time the first is refused. */
    snprintf(command, sizeof command,
             "printf '{\"accessToken\":\"%%s\"}' \"$(if [ -e %s/asked ]; then echo renewed; else "
             "echo old; fi)\"; touch %s/asked",
             scratch, scratch);
    service_use_token(&(struct token_options){.command = command});
    assert_got(false);
    assert_int_equal(service_count(".token == \"Bearer renewed\""), 1);
}

static void a_token_that_the_service_never_takes_ends_the_call(void **state)
{
    (void)state;
    service_use_token(&(struct token_options){.command = "date +%N | sed s/^/t/"});
    assert_refused(ERROR_ACCESS,
                   "401 Unauthorized: the token has ended (correlation id |corr-1.2)");
    assert_int_equal(service_count("true"), 2);
}

static void what_is_forbidden_is_said_with_the_permission_that_it_needs(void **state)
{
    (void)state;
    service_faults("[{\"match\":\"GET\",\"status\":403}]");
    assert_refused(ERROR_ACCESS, "Machine.ReadWrite.All");
}

static void a_fresh_actions_404_is_asked_again_for_two_minutes(void **state)
{
    (void)state;
    service_faults("[{\"match\":\"GET\",\"times\":4,\"status\":404}]");
    assert_got(true);
    assert_int_equal(service_count("true"), 5);
    service_faults("[{\"match\":\"GET\",\"times\":1000,\"status\":404}]");
    int64_t begin_us = clock_now_us();
    assert_int_equal(get(true), -1);
    assert_int_equal(service.err.code, ERROR_NOT_FOUND);
    assert_in_range((clock_now_us() - begin_us) / SECOND_US, 120, 131);
    assert_refused(ERROR_NOT_FOUND, "404");
}

static void a_redirect_is_not_followed(void **state)
{
    char rule[256];
    (void)state;
    snprintf(rule, sizeof rule,
             "[{\"match\":\"GET\",\"status\":302,\"headers\":{\"Location\":\"%s/elsewhere\"}}]",
             service.url);
    service_faults(rule);
    assert_refused(ERROR_INVALID, "redirect");
    assert_int_equal(service_count(".path == \"/elsewhere\""), 0);
}

static void a_login_gives_the_token(void **state)
{
    char path[256];
    (void)state;
    assert_int_equal(scratch_run("printf 'se cret+&=\\n' >secret"), 0);
    snprintf(path, sizeof path, "%s", scratch_path("secret"));
    struct token_options options = {.client_id = "app",
                                    .secret_file = path,
                                    .tenant = "t",
                                    .login_url = service.url,
                                    .scope = "https://x/.default"};
    service_use_token(&options);
    assert_got(false);
    assert_got(false);
    assert_int_equal(service_count(".method == \"GET\""), 2);
    /* Renewed before its hour ends, not at every call. */
    clock_sleep_us(3400 * SECOND_US, NULL);
    service_faults("[{\"match\":\"POST\",\"status\":400,\"body\":\"{\\\"error_description\\\":"
                   "\\\"AADSTS900\\\"}\"}]");
    assert_refused(ERROR_ACCESS, "the login refused with status 400: AADSTS900");
}

static void assert_no_token(const struct token_options *options, const char *words)
{
    struct buffer out;
    buffer_init(&out, TOKEN_BYTES);
    service_use_token(options);
    service.err = (struct error){0};
    assert_int_equal(token_get(service.api.token, NULL, &out, &service.err), -1);
    if (service.err.code != ERROR_ACCESS || !strstr(service.err.message, words))
        fail_msg("%d: %s", (int)service.err.code, service.err.message);
    buffer_release(&out);
}

static void what_is_no_token_is_never_sent(void **state)
{
    (void)state;
    assert_no_token(&(struct token_options){.fixed = ""}, "$LRARCHIVE_TOKEN gave no token");
    assert_no_token(&(struct token_options){.fixed = "a b"}, "no token");
    assert_no_token(&(struct token_options){.fixed = "a\r\nX-Evil: 1"}, "no token");
    assert_no_token(&(struct token_options){.command = "exit 3"}, "exit status 3");
    assert_no_token(&(struct token_options){.command = "true"}, "--token-command gave no token");
    assert_no_token(&(struct token_options){.command = "head -c 300000 /dev/zero | tr '\\0' x"},
                    "more than a token");
    assert_null(token_new(&(struct token_options){0}, &service.http_options, &service.err));
    assert_int_equal(service.err.code, ERROR_USAGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        service_test(an_answer_is_given_as_it_came),
        service_test(a_throttled_call_waits_as_long_as_it_is_told),
        cmocka_unit_test(a_date_is_a_retry_after_too),
        service_test(throttling_holds_back_whoever_shares_the_pace),
        service_test(what_fails_in_passing_is_tried_again_later_and_later),
        service_test(what_fails_for_long_is_temporary),
        service_test(a_token_that_has_ended_is_renewed_once),
        service_test(a_token_that_the_service_never_takes_ends_the_call),
        service_test(what_is_forbidden_is_said_with_the_permission_that_it_needs),
        service_test(a_fresh_actions_404_is_asked_again_for_two_minutes),
        service_test(a_redirect_is_not_followed),
        service_test(a_login_gives_the_token),
        service_test(what_is_no_token_is_never_sent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
