/* fetch/link: what the service hands out as a link, and what of it may be told. */
#include "fetch/link.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define GOOD                                                                                       \
    "https://seaprod.blob.core.windows.net/c/"                                                     \
    "package?se=2026-11-24T10%3A30%3A00Z&sp=r&sig=a%2Bb%3D"

static struct link given;
static struct error why;

static int parse_for(const char *answer, const char *allowed)
{
    why = (struct error){0};
    return link_parse(&given, (struct text){answer, strlen(answer)}, allowed, &why);
}

static int parse(const char *answer)
{
    return parse_for(answer, NULL);
}

static void a_link_is_taken_apart(void **state)
{
    (void)state;
    assert_int_equal(parse("{\"@odata.context\":\"x\",\"value\":\"" GOOD "\"}"), 1);
    assert_string_equal(given.url, GOOD);
    assert_string_equal(given.plain, "https://seaprod.blob.core.windows.net/c/package");
    assert_string_equal(given.host, "seaprod.blob.core.windows.net");
    assert_int_equal(given.expires_us, 1795516200000000);
    assert_false(link_ends_soon(&given, 1795516200000000 - 61000000));
    assert_true(link_ends_soon(&given, 1795516200000000 - 59000000));
}

static void a_link_that_does_not_say_when_it_ends_is_used(void **state)
{
    (void)state;
    assert_int_equal(parse("{\"value\":\"https://a.blob.core.windows.net/x?sig=1\"}"), 1);
    assert_false(link_ends_soon(&given, INT64_MAX));
    assert_int_equal(parse("{\"value\":\"https://a.blob.core.windows.net/x?se=soon\"}"), 1);
    assert_int_equal(given.expires_us, 0);
}

static void an_encoded_link_is_decoded_however_often_it_was_encoded(void **state)
{
    static const char *const encoded[] = {"&amp;", "&amp;amp;", "&#38;", "&amp;amp;amp;amp;",
                                          "&AMP;"};
    char answer[512];
    (void)state;
    for (size_t i = 0; i < sizeof encoded / sizeof *encoded; i++) {
        snprintf(answer, sizeof answer,
                 "{\"value\":\"https://a.blob.core.windows.net/x?sp=r%ssig=1\"}", encoded[i]);
        assert_int_equal(parse(answer), 1);
        assert_string_equal(given.url, "https://a.blob.core.windows.net/x?sp=r&sig=1");
    }
}

static void no_link_is_no_error(void **state)
{
    (void)state;
    assert_int_equal(parse("{\"value\":null}"), 0);
    assert_int_equal(parse("{\"value\":\"\"}"), 0);
    assert_int_equal(parse("{}"), 0);
}

static void assert_refused(const char *answer, enum error_code code)
{
    if (parse(answer) != -1 || why.code != code || !why.message[0])
        fail_msg("%s: %d: %s", answer, (int)why.code, why.message);
    assert_null(strstr(why.message, "sig="));
}

static void a_link_to_another_host_is_refused(void **state)
{
    (void)state;
    static const char *const others[] = {
        "https://evil.example/x?sig=1",
        "https://blob.core.windows.net.evil.example/x?sig=1",
        "https://evilblob.core.windows.net/x?sig=1",
        "https://blob.core.windows.net/x?sig=1", /* no account */
        "https://a.blob.core.windows.net@evil.example/x?sig=1",
        "https://user:sig=@a.blob.core.windows.net/x?sig=1",
        "http://a.blob.core.windows.net/x?sig=1",
        "http://127.0.0.1:80/x?sig=1",
        "http://127.evil.example/x?sig=1",
        "http://localhost.evil.example/x?sig=1",
        "file:///etc/passwd?sig=1",
        "gopher://a.blob.core.windows.net/?sig=1",
        "//a.blob.core.windows.net/x?sig=1",
        "x?sig=1",
    };
    char answer[512];
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        snprintf(answer, sizeof answer, "{\"value\":\"%s\"}", others[i]);
        assert_refused(answer, ERROR_ACCESS);
    }
}

static void a_refused_host_is_named_with_the_option_that_allows_it(void **state)
{
    static const char way[] = "evil.example, which is not among the hosts that packages may come "
                              "from; if it is right, allow it with --blob-hosts";
    (void)state;
    assert_refused("{\"value\":\"https://evil.example/x?sig=1\"}", ERROR_ACCESS);
    size_t length = strlen(why.message);
    assert_true(length > strlen(way));
    assert_string_equal(why.message + length - strlen(way), way);
}

static void what_is_no_answer_with_a_link_is_refused(void **state)
{
    (void)state;
    assert_refused("", ERROR_INVALID);
    assert_refused("<html>", ERROR_INVALID);
    assert_refused("[]", ERROR_INVALID);
    assert_refused("{\"value\":\"https://a.blob.core.windows.net/x?sig=1", ERROR_INVALID);
    assert_refused("{\"value\":7}", ERROR_ACCESS);
    assert_refused("{\"value\":[\"https://a.blob.core.windows.net/\"]}", ERROR_ACCESS);
    assert_refused("{\"value\":\"a\\u0000b\"}", ERROR_ACCESS);
}

static void hosts_may_be_allowed_by_name_and_below_a_name(void **state)
{
    static const char answer[] = "{\"value\":\"https://x.store.example/a?sig=1\"}";
    (void)state;
    assert_int_equal(parse_for(answer, "x.store.example"), 1);
    assert_int_equal(parse_for(answer, "y.example, X.Store.Example"), 1);
    assert_int_equal(parse_for(answer, "*.example"), 1);
    assert_int_equal(parse_for(answer, "*.store.example,z"), 1);
    assert_int_equal(parse_for(answer, "store.example"), -1);
    assert_int_equal(parse_for(answer, "*.x.store.example"), -1);
    assert_int_equal(parse_for(answer, "*"), -1);
    assert_int_equal(parse_for(answer, ""), -1);
    assert_int_equal(parse_for("{\"value\":\"http://127.0.0.1:1/a\"}", "127.0.0.1"), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_link_is_taken_apart),
        cmocka_unit_test(a_link_that_does_not_say_when_it_ends_is_used),
        cmocka_unit_test(an_encoded_link_is_decoded_however_often_it_was_encoded),
        cmocka_unit_test(no_link_is_no_error),
        cmocka_unit_test(a_link_to_another_host_is_refused),
        cmocka_unit_test(a_refused_host_is_named_with_the_option_that_allows_it),
        cmocka_unit_test(what_is_no_answer_with_a_link_is_refused),
        cmocka_unit_test(hosts_may_be_allowed_by_name_and_below_a_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
