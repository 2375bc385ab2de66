/* fetch/token_certificate: an app logs in by what the key of its certificate signs. */
#include "fetch/token_certificate.h"

#include "tests/unit/fetch/service.h"

#define SECOND_US 1000000LL

static char pem[256];

/* <name>.key and <name>.crt, by the openssl program. */
static void make_pair(const char *name, const char *algorithm)
{
    assert_int_equal(scratch_run("openssl req -x509 -newkey %s -nodes -days 3650 -subj /CN=%s "
                                 "-keyout %s.key -out %s.crt 2>openssl.log",
                                 algorithm, name, name, name),
                     0);
}

static void use_certificate(void)
{
    snprintf(pem, sizeof pem, "%s", scratch_path("app.pem"));
    service_use_token(&(struct token_options){.client_id = "app",
                                              .certificate_file = pem,
                                              .tenant = "t",
                                              .login_url = service.url,
                                              .scope = "https://x/.default"});
}

static int get_token(void)
{
    struct buffer out;
    buffer_init(&out, TOKEN_BYTES);
    service.err = (struct error){0};
    int result = token_get(service.api.token, NULL, &out, &service.err);
    if (result == 0)
        assert_string_equal(buffer_text(&out), "good");
    buffer_release(&out);
    return result;
}

static void assert_logged_in(void)
{
    if (get_token())
        fail_msg("%s: %s", service.err.path, service.err.message);
}

static void assert_refused(enum error_code code, const char *words)
{
    assert_int_equal(get_token(), -1);
    if (service.err.code != code || !strstr(service.err.message, words))
        fail_msg("%d: %s", (int)service.err.code, service.err.message);
}

/* As above, and nothing was sent. */
static void assert_file_refused(const char *words)
{
    use_certificate();
    assert_refused(ERROR_ACCESS, words);
    assert_string_equal(service.err.path, pem);
    assert_int_equal(service_count("true"), 0);
}

static void a_certificate_signs_the_login(void **state)
{
    (void)state;
    make_pair("app", "rsa:2048");
    assert_int_equal(scratch_run("cat app.key app.crt >app.pem && cp app.crt client.pem"), 0);
    use_certificate();
    assert_logged_in();
    assert_logged_in();
    assert_int_equal(service_count(".status == 200"), 1);
    /* The next login has a time and a jti of its own. */
    clock_sleep_us(3400 * SECOND_US, NULL);
    assert_logged_in();
    assert_int_equal(service_count(".status == 200"), 2);
    assert_int_equal(scratch_run("jq -se 'all(.grant_type == \"client_credentials\" and .scope == "
                                 "\"https://x/.default\")' logins.jsonl >logins"),
                     0);
}

static void the_order_in_the_file_does_not_matter(void **state)
{
    (void)state;
    make_pair("app", "rsa:2048");
    make_pair("authority", "ec -pkeyopt ec_paramgen_curve:prime256v1");
    assert_int_equal(scratch_run("{ echo words; cat authority.crt app.crt app.key; } >app.pem && "
                                 "cp app.crt client.pem"),
                     0);
    use_certificate();
    assert_logged_in();
}

static void a_certificate_that_the_login_does_not_know_is_refused_in_its_words(void **state)
{
    (void)state;
    make_pair("app", "rsa:2048");
    make_pair("other", "rsa:2048");
    assert_int_equal(scratch_run("cat app.key app.crt >app.pem && cp other.crt client.pem"), 0);
    use_certificate();
    assert_refused(ERROR_ACCESS, "the login refused with status 401: AADSTS700027");
    assert_null(strchr(service.err.message, '\r'));
    assert_null(strstr(service.err.message, "Trace ID"));
}

static void a_login_that_is_down_is_tried_again_later(void **state)
{
    (void)state;
    make_pair("app", "rsa:2048");
    assert_int_equal(scratch_run("cat app.key app.crt >app.pem && cp app.crt client.pem"), 0);
    use_certificate();
    service_faults("[{\"match\":\"POST\",\"status\":503},{\"match\":\"POST\",\"status\":429}]");
    assert_refused(ERROR_TEMPORARY, "503");
    assert_refused(ERROR_TEMPORARY, "429");
    assert_logged_in();
}

/* Without a terminal libcrypto would ask on stdin, where the password lies ready. */
static bool is_signed_with_password_at_hand(void)
{
    int answer[2];
    assert_int_equal(pipe(answer), 0);
    assert_int_equal(write(answer[1], "pass phrase\n", 12), 12);
    close(answer[1]);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct buffer out;
        buffer_init(&out, TOKEN_BYTES);
        setsid();
        dup2(answer[0], 0);
        _exit(token_certificate_assert(scratch_path("app.pem"), "app", "https://x/token", 1, &out,
                                       NULL) == 0);
    }
    close(answer[0]);
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status) != 0;
}

static void an_encrypted_key_is_refused_without_a_question(void **state)
{
    (void)state;
    make_pair("app", "rsa:2048");
    assert_int_equal(scratch_run("cat app.key app.crt >app.pem"), 0);
    assert_true(is_signed_with_password_at_hand());
    assert_int_equal(
        scratch_run("{ openssl pkcs8 -topk8 -in app.key -passout 'pass:pass phrase' && "
                    "cat app.crt; } >app.pem && grep -q 'ENCRYPTED' app.pem"),
        0);
    assert_file_refused("is encrypted");
    assert_false(is_signed_with_password_at_hand());
    assert_int_equal(scratch_run("{ openssl rsa -aes256 -traditional -in app.key -passout "
                                 "'pass:pass phrase' && cat app.crt; } >app.pem 2>openssl.log && "
                                 "grep -q 'Proc-Type: 4,ENCRYPTED' app.pem"),
                     0);
    assert_file_refused("openssl pkey -in KEY -out PLAIN");
    assert_false(is_signed_with_password_at_hand());
}

static void a_key_that_the_login_would_not_take_is_refused_here(void **state)
{
    (void)state;
    make_pair("app", "ec -pkeyopt ec_paramgen_curve:prime256v1");
    assert_int_equal(scratch_run("cat app.key app.crt >app.pem"), 0);
    assert_file_refused("is not RSA");
    make_pair("app", "rsa:1024");
    assert_int_equal(scratch_run("cat app.key app.crt >app.pem"), 0);
    assert_file_refused("has 1024 bits");
}

static void a_file_that_lacks_a_half_is_refused(void **state)
{
    (void)state;
    make_pair("app", "rsa:2048");
    make_pair("other", "rsa:2048");
    assert_int_equal(scratch_run("cp app.crt app.pem"), 0);
    assert_file_refused("no private key");
    assert_int_equal(scratch_run("cp app.key app.pem"), 0);
    assert_file_refused("no certificate");
    assert_int_equal(scratch_run("cat app.key other.crt >app.pem"), 0);
    assert_file_refused("no certificate in it that belongs to its private key");
    assert_int_equal(scratch_run(": >app.pem"), 0);
    assert_file_refused("no private key");
}

static void a_broken_key_is_not_told(void **state)
{
    char secret[32];
    (void)state;
    make_pair("app", "rsa:2048");
    assert_int_equal(scratch_run("sed 5d app.key >app.pem && cat app.crt >>app.pem"), 0);
    assert_file_refused("no private key");
    struct buffer key = scratch_read("app.key");
    snprintf(secret, sizeof secret, "%.20s", strchr(buffer_text(&key), '\n') + 1);
    assert_null(strstr(service.err.message, secret));
    buffer_release(&key);
}

static void a_file_that_cannot_be_read_is_named(void **state)
{
    (void)state;
    use_certificate();
    assert_refused(ERROR_IO, "");
    assert_string_equal(service.err.path, pem);
    assert_int_equal(scratch_run("head -c %d /dev/zero >app.pem", TOKEN_CERTIFICATE_BYTES + 1), 0);
    assert_refused(ERROR_LIMIT, "");
}

static void what_does_not_fit_is_not_cut(void **state)
{
    struct buffer out;
    struct error err = {0};
    (void)state;
    make_pair("app", "rsa:2048");
    assert_int_equal(scratch_run("cat app.key app.crt >app.pem"), 0);
    buffer_init(&out, 300);
    assert_int_equal(
        token_certificate_assert(scratch_path("app.pem"), "app", "https://x", 1, &out, &err), -1);
    assert_int_equal(err.code, ERROR_ACCESS);
    assert_int_equal(out.length, 0);
    buffer_release(&out);
}

static void a_secret_and_a_certificate_are_one_too_many(void **state)
{
    struct token_options options = {.client_id = "app",
                                    .secret_file = "secret",
                                    .certificate_file = "pem",
                                    .tenant = "t",
                                    .login_url = service.url,
                                    .scope = "s"};
    (void)state;
    assert_null(token_new(&options, &service.http_options, &service.err));
    assert_int_equal(service.err.code, ERROR_USAGE);
    options.secret_file = options.tenant = NULL;
    assert_null(token_new(&options, &service.http_options, &service.err));
    assert_int_equal(service.err.code, ERROR_USAGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        service_test(a_certificate_signs_the_login),
        service_test(the_order_in_the_file_does_not_matter),
        service_test(a_certificate_that_the_login_does_not_know_is_refused_in_its_words),
        service_test(a_login_that_is_down_is_tried_again_later),
        service_test(an_encrypted_key_is_refused_without_a_question),
        service_test(a_key_that_the_login_would_not_take_is_refused_here),
        service_test(a_file_that_lacks_a_half_is_refused),
        service_test(a_broken_key_is_not_told),
        service_test(a_file_that_cannot_be_read_is_named),
        service_test(what_does_not_fit_is_not_cut),
        service_test(a_secret_and_a_certificate_are_one_too_many),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
