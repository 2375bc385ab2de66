/* fetch/token_device: a person signs in by a code that is shown here. */
#include "fetch/token_device.h"

#include "base/interrupt.h"
#include "tests/unit/fetch/service.h"

#define SECOND_US 1000000LL

static struct {
    int count;
    char sentence[512];
} prompted;

static void prompt(void *context, const char *sentence)
{
    assert_ptr_equal(context, &prompted);
    prompted.count++;
    snprintf(prompted.sentence, sizeof prompted.sentence, "%s", sentence);
}

/* As device.json of the server has it. */
static void person(const char *json)
{
    prompted.count = 0;
    scratch_write("device.json", json, strlen(json));
    service_use_token(&(struct token_options){.client_id = "app",
                                              .tenant = "t",
                                              .login_url = service.url,
                                              .scope = "https://x/Machine.LiveResponse",
                                              .is_device_code = true,
                                              .prompt = prompt,
                                              .prompt_context = &prompted});
}

static int get_token(const char *refused, const char *expected)
{
    struct buffer out;
    buffer_init(&out, TOKEN_BYTES);
    service.err = (struct error){0};
    int result = token_get(service.api.token, refused, &out, &service.err);
    if (result == 0)
        assert_string_equal(buffer_text(&out), expected);
    buffer_release(&out);
    return result;
}

static void assert_token(const char *refused, const char *expected)
{
    if (get_token(refused, expected))
        fail_msg("%s", service.err.message);
}

static void assert_refused(enum error_code code, const char *words)
{
    assert_int_equal(get_token(NULL, ""), -1);
    if (service.err.code != code || !strstr(service.err.message, words))
        fail_msg("%d: %s", (int)service.err.code, service.err.message);
}

/* How many lines of logins.jsonl a jq condition fits. */
static int count_logins(const char *condition)
{
    assert_int_equal(scratch_run("touch logins.jsonl && jq -s '[.[] | select(%s)] | length' "
                                 "logins.jsonl >count",
                                 condition),
                     0);
    struct buffer text = scratch_read("count");
    int count = (int)strtol(buffer_text(&text), NULL, 10);
    buffer_release(&text);
    return count;
}

/* Whole seconds between the requests of the login, as "5,5,10". */
static void assert_gaps(const char *expected)
{
    assert_int_equal(scratch_run("jq -s '[.[].time | round] | [.[1:], .[:-1]] | transpose | "
                                 "map(.[0] - .[1])' -c logins.jsonl | tr -d '[]\\n' >gaps"),
                     0);
    struct buffer gaps = scratch_read("gaps");
    assert_string_equal(buffer_text(&gaps), expected);
    buffer_release(&gaps);
}

static void a_person_is_told_where_to_enter_which_code(void **state)
{
    (void)state;
    person("{}");
    assert_int_equal(prompted.count, 0);
    assert_token(NULL, "good");
    assert_token(NULL, "good");
    assert_int_equal(prompted.count, 1);
    assert_string_equal(prompted.sentence,
                        "to sign in, open https://microsoft.com/devicelogin and enter the code "
                        "ABCD-EFGH");
    assert_int_equal(count_logins(".place == \"devicecode\" and .client_id == \"app\" and .scope "
                                  "== \"https://x/Machine.LiveResponse offline_access\""),
                     1);
    assert_int_equal(service_count(".method == \"POST\""), 2);
}

static void a_device_code_is_polled_as_slowly_as_the_service_asks(void **state)
{
    (void)state;
    person("{\"signs_in_after\":20,\"answer\":{\"interval\":7}}");
    assert_token(NULL, "good");
    assert_gaps("7,7,7");
}

static void a_service_that_says_slow_down_is_polled_five_seconds_later(void **state)
{
    (void)state;
    person("{\"signs_in_after\":60,\"slow_down\":2}");
    assert_token(NULL, "good");
    assert_gaps("5,10,15,15,15");
}

static void a_service_that_names_no_interval_is_polled_every_five_seconds(void **state)
{
    static const char *const intervals[] = {"null", "\\\"x\\\"", "1e3", "5"};
    (void)state;
    for (size_t i = 0; i < sizeof intervals / sizeof *intervals; i++) {
        char rule[256];
        person("{}");
        scratch_run("rm -f logins.jsonl");
        snprintf(rule, sizeof rule,
                 "[{\"match\":\"devicecode\",\"times\":9,\"status\":200,\"body\":\"{\\\"device_"
                 "code\\\":\\\"none\\\",\\\"user_code\\\":\\\"A\\\",\\\"verification_uri\\\":"
                 "\\\"https://x\\\",\\\"interval\\\":%s}\"}]",
                 intervals[i]);
        service_faults(rule);
        assert_refused(ERROR_ACCESS, "AADSTS70020: no such device_code");
        assert_gaps("5");
    }
    /* One of 0 or less is a second. */
    person("{}");
    scratch_run("rm -f logins.jsonl");
    service_faults("[{\"match\":\"devicecode\",\"times\":9,\"status\":200,\"body\":\"{\\\"device_"
                   "code\\\":\\\"none\\\",\\\"user_code\\\":\\\"A\\\",\\\"verification_uri\\\":"
                   "\\\"https://x\\\",\\\"interval\\\":-3}\"}]");
    assert_refused(ERROR_ACCESS, "AADSTS70020");
    assert_gaps("1");
}

static void a_service_that_fails_in_passing_is_polled_half_as_often(void **state)
{
    (void)state;
    person("{\"signs_in_after\":30}");
    service_faults("[{\"match\":\"device_code\",\"status\":503},"
                   "{\"match\":\"device_code\",\"status\":200,\"body\":\"x\",\"cut\":0}]");
    assert_token(NULL, "good");
    assert_gaps("5,10,20");
}

static void a_service_that_is_away_to_the_end_is_temporary(void **state)
{
    (void)state;
    person("{\"answer\":{\"expires_in\":60}}");
    service_faults("[{\"match\":\"device_code\",\"times\":99,\"status\":503}]");
    int64_t begin_us = clock_now_us();
    assert_refused(ERROR_TEMPORARY, "503");
    assert_int_equal((clock_now_us() - begin_us) / SECOND_US, 61);
    assert_gaps("5,10,20,26");
}

static void a_person_who_does_not_come_is_waited_for_until_the_code_ends(void **state)
{
    (void)state;
    person("{\"signs_in_after\":9999,\"answer\":{\"expires_in\":12}}");
    assert_refused(ERROR_ACCESS, "nobody signed in before the code ended");
    assert_gaps("5,5,3");
    /* Once is enough: the others of this run are not asked. */
    assert_refused(ERROR_ACCESS, "nobody signed in before the code ended");
    assert_int_equal(prompted.count, 1);
}

static void a_code_without_an_end_is_waited_for_an_hour(void **state)
{
    (void)state;
    person("{\"signs_in_after\":9999999,\"answer\":{\"expires_in\":9223372036854775807,"
           "\"interval\":9223372036854775807}}");
    int64_t begin_us = clock_now_us();
    service_faults("[{\"match\":\"device_code\",\"times\":99,\"status\":400,\"body\":"
                   "\"{\\\"error\\\":\\\"authorization_pending\\\"}\"}]");
    assert_refused(ERROR_ACCESS, "nobody signed in");
    assert_in_range((clock_now_us() - begin_us) / SECOND_US, 3600, 3601);
}

static void a_person_who_declines_is_not_asked_again(void **state)
{
    static const char *const outcomes[] = {"authorization_declined", "access_denied"};
    (void)state;
    for (size_t i = 0; i < sizeof outcomes / sizeof *outcomes; i++) {
        char rule[128];
        snprintf(rule, sizeof rule, "{\"outcome\":\"%s\"}", outcomes[i]);
        person(rule);
        assert_refused(ERROR_ACCESS, "declined in the browser: begin anew, and accept there");
        assert_refused(ERROR_ACCESS, "declined in the browser");
        assert_int_equal(prompted.count, 1);
    }
}

static void a_login_that_gives_no_code_says_why(void **state)
{
    (void)state;
    person("{}");
    service_faults(
        "[{\"match\":\"devicecode\",\"status\":400,\"body\":\"{\\\"error_description\\\":"
        "\\\"AADSTS90002: no such tenant\\\\r\\\\nTrace ID: 1\\\"}\"}]");
    assert_refused(ERROR_ACCESS, "the login refused with status 400: AADSTS90002: no such tenant");
    assert_null(strstr(service.err.message, "Trace"));
    assert_int_equal(prompted.count, 0);
    assert_token(NULL, "good");
}

static void what_could_act_on_a_terminal_is_never_shown(void **state)
{
    static const char *const answers[] = {
        "\"user_code\":\"A\\u001b[2J\"",
        "\"user_code\":\"A B\"",
        "\"user_code\":\"\"",
        "\"user_code\":\"\\u00e4\"",
        "\"user_code\":\"123456789012345678901234567890123\"",
        "\"user_code\":5",
        "\"device_code\":\"\"",
        "\"device_code\":null",
        "\"verification_uri\":\"http://127.0.0.1/x\"",
        "\"verification_uri\":\"javascript:alert(1)\"",
        "\"verification_uri\":\"https://microsoft.com@evil.example/\"",
        "\"verification_uri\":\"https://x/\\n\"",
        "\"verification_uri\":\"https://x/\\u202e\"",
        "\"verification_uri\":\"https://x/ and enter your password\"",
        "\"verification_uri\":\"\"",
    };
    (void)state;
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
        char rule[256];
        snprintf(rule, sizeof rule, "{\"answer\":{%s}}", answers[i]);
        person(rule);
        assert_refused(ERROR_ACCESS, "is its address right?");
        assert_int_equal(prompted.count, 0);
    }
    char rule[512];
    snprintf(rule, sizeof rule, "{\"answer\":{\"verification_uri\":\"https://x/%0247d\"}}", 0);
    person(rule);
    assert_refused(ERROR_ACCESS, "begins with https://");
    snprintf(rule, sizeof rule, "{\"answer\":{\"verification_uri\":\"https://x/%0246d\"}}", 0);
    person(rule);
    assert_token(NULL, "good");
}

static void a_refresh_token_renews_without_the_person(void **state)
{
    (void)state;
    person("{}");
    assert_token(NULL, "good");
    clock_sleep_us(3400 * SECOND_US, NULL);
    assert_token(NULL, "renewed");
    /* By the new refresh token that came with it, as the old one has ended. */
    clock_sleep_us(3400 * SECOND_US, NULL);
    assert_token(NULL, "renewed");
    assert_int_equal(prompted.count, 1);
    assert_int_equal(count_logins(".grant_type == \"refresh_token\" and (.scope | "
                                  "contains(\"offline_access\"))"),
                     2);
}

static void a_refresh_token_holds_until_another_comes(void **state)
{
    (void)state;
    person("{\"same_refresh\":true}");
    assert_token(NULL, "good");
    for (int i = 0; i < 3; i++) {
        clock_sleep_us(3400 * SECOND_US, NULL);
        assert_token(NULL, "renewed");
    }
    assert_int_equal(prompted.count, 1);
}

static void a_token_that_the_service_refuses_is_renewed_without_the_person(void **state)
{
    (void)state;
    person("{}");
    assert_token(NULL, "good");
    assert_token("good", "renewed");
    assert_int_equal(prompted.count, 1);
}

static void a_refresh_token_that_is_refused_asks_the_person_anew(void **state)
{
    (void)state;
    person("{}");
    assert_token(NULL, "good");
    clock_sleep_us(3400 * SECOND_US, NULL);
    service_faults("[{\"match\":\"refresh_token\",\"status\":400,\"body\":\"{\\\"error\\\":"
                   "\\\"invalid_grant\\\"}\"}]");
    assert_token(NULL, "good");
    assert_int_equal(prompted.count, 2);
}

static void a_login_that_is_down_costs_no_refresh_token(void **state)
{
    (void)state;
    person("{}");
    assert_token(NULL, "good");
    clock_sleep_us(3400 * SECOND_US, NULL);
    service_faults("[{\"match\":\"refresh_token\",\"status\":503},"
                   "{\"match\":\"refresh_token\",\"status\":200,\"body\":\"x\",\"cut\":0}]");
    assert_refused(ERROR_TEMPORARY, "503");
    assert_refused(ERROR_TEMPORARY, "127.0.0.1");
    assert_token(NULL, "renewed");
    assert_int_equal(prompted.count, 1);
}

static void without_a_refresh_token_the_person_is_asked_when_the_token_ends(void **state)
{
    (void)state;
    person("{\"no_refresh\":true}");
    assert_token(NULL, "good");
    clock_sleep_us(3000 * SECOND_US, NULL);
    assert_token(NULL, "good");
    assert_int_equal(prompted.count, 1);
    clock_sleep_us(400 * SECOND_US, NULL);
    assert_token(NULL, "good");
    assert_int_equal(prompted.count, 2);
}

/* Not in a file of ours, not in what is said. */
static void the_refresh_token_is_nowhere(void **state)
{
    char said[2048] = "";
    (void)state;
    person("{}");
    assert_token(NULL, "good");
    snprintf(said + strlen(said), sizeof said - strlen(said), "%s", prompted.sentence);
    clock_sleep_us(3400 * SECOND_US, NULL);
    service_faults("[{\"match\":\"refresh_token\",\"status\":503}]");
    assert_refused(ERROR_TEMPORARY, "503");
    snprintf(said + strlen(said), sizeof said - strlen(said), "%s", service.err.message);
    assert_token(NULL, "renewed");
    /* The login refuses, and the person declines. */
    clock_sleep_us(3400 * SECOND_US, NULL);
    service_faults("[{\"match\":\"refresh_token\",\"times\":9,\"status\":400,\"body\":\"{}\"}]");
    scratch_write("device.json", "{\"outcome\":\"access_denied\"}", 27);
    assert_refused(ERROR_ACCESS, "declined");
    snprintf(said + strlen(said), sizeof said - strlen(said), "%s", service.err.message);
    scratch_write("said", said, strlen(said));
    assert_int_equal(count_logins(".grant_type == \"refresh_token\""), 3);
    assert_int_equal(scratch_run("! grep -rE 'refresh-secret|device-code-' ."), 0);
}

/* Of many threads, the ones that waited for their turn. */
static void once_the_run_is_to_end_nobody_is_asked(void **state)
{
    (void)state;
    person("{}");
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        interrupt_install();
        raise(SIGTERM);
        int result = get_token(NULL, "");
        _exit(result == -1 && service.err.code == ERROR_TEMPORARY && prompted.count == 0);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 1);
    assert_int_equal(service_count("true"), 0);
}

static void a_scope_that_wishes_for_a_refresh_token_wishes_once(void **state)
{
    (void)state;
    person("{}");
    service_use_token(&(struct token_options){.client_id = "app",
                                              .tenant = "t",
                                              .login_url = service.url,
                                              .scope = "offline_access https://x/a",
                                              .is_device_code = true,
                                              .prompt = prompt,
                                              .prompt_context = &prompted});
    assert_token(NULL, "good");
    assert_int_equal(count_logins(".scope == \"offline_access https://x/a\""), 2);
}

static void a_device_code_goes_with_no_other_login(void **state)
{
    struct token_options options = {.client_id = "app",
                                    .tenant = "t",
                                    .login_url = service.url,
                                    .scope = "s",
                                    .is_device_code = true};
    (void)state;
    assert_null(token_new(&options, &service.http_options, &service.err));
    assert_int_equal(service.err.code, ERROR_USAGE);
    options.prompt = prompt;
    options.certificate_file = "pem";
    assert_null(token_new(&options, &service.http_options, &service.err));
    assert_int_equal(service.err.code, ERROR_USAGE);
    options.certificate_file = options.client_id = NULL;
    assert_null(token_new(&options, &service.http_options, &service.err));
    assert_int_equal(service.err.code, ERROR_USAGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        service_test(a_person_is_told_where_to_enter_which_code),
        service_test(a_device_code_is_polled_as_slowly_as_the_service_asks),
        service_test(a_service_that_says_slow_down_is_polled_five_seconds_later),
        service_test(a_service_that_names_no_interval_is_polled_every_five_seconds),
        service_test(a_service_that_fails_in_passing_is_polled_half_as_often),
        service_test(a_service_that_is_away_to_the_end_is_temporary),
        service_test(a_person_who_does_not_come_is_waited_for_until_the_code_ends),
        service_test(a_code_without_an_end_is_waited_for_an_hour),
        service_test(a_person_who_declines_is_not_asked_again),
        service_test(a_login_that_gives_no_code_says_why),
        service_test(what_could_act_on_a_terminal_is_never_shown),
        service_test(a_refresh_token_renews_without_the_person),
        service_test(a_refresh_token_holds_until_another_comes),
        service_test(a_token_that_the_service_refuses_is_renewed_without_the_person),
        service_test(a_refresh_token_that_is_refused_asks_the_person_anew),
        service_test(a_login_that_is_down_costs_no_refresh_token),
        service_test(without_a_refresh_token_the_person_is_asked_when_the_token_ends),
        service_test(the_refresh_token_is_nowhere),
        service_test(once_the_run_is_to_end_nobody_is_asked),
        service_test(a_scope_that_wishes_for_a_refresh_token_wishes_once),
        service_test(a_device_code_goes_with_no_other_login),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
