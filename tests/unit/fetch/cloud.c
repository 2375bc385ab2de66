/* fetch/cloud: each cloud's addresses, and which hosts packages may come from. */
#include "fetch/cloud.h"

#include "fetch/link.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const char *const names[] = {"commercial", "us", "eu", "uk", "au", "gcc", "gcc-high", "dod"};

static void every_cloud_is_found_by_its_name(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        assert_non_null(cloud_find(names[i]));
        assert_string_equal(cloud_find(names[i])->name, names[i]);
    }
    assert_ptr_equal(cloud_find("GCC-High"), cloud_find("gcc-high"));
}

static void another_name_is_no_cloud(void **state)
{
    (void)state;
    assert_null(cloud_find(""));
    assert_null(cloud_find("gcc-"));
    assert_null(cloud_find("gcchigh"));
    assert_null(cloud_find("commercial "));
}

static void a_message_can_name_them_all(void **state)
{
    struct buffer text;
    (void)state;
    buffer_init(&text, 1024);
    cloud_names(&text);
    assert_string_equal(buffer_text(&text), "commercial, us, eu, uk, au, gcc, gcc-high or dod");
    buffer_release(&text);
}

static void a_region_has_an_api_of_its_own_and_the_login_and_scope_of_all(void **state)
{
    (void)state;
    assert_string_equal(cloud_find("commercial")->api_url, "https://api.security.microsoft.com");
    for (size_t i = 0; i < 5; i++) {
        const struct cloud *cloud = cloud_find(names[i]);
        char url[128];
        snprintf(url, sizeof url, "https://%s.api.security.microsoft.com", names[i]);
        if (i > 0)
            assert_string_equal(cloud->api_url, url);
        assert_string_equal(cloud->login_url, "https://login.microsoftonline.com");
        assert_string_equal(cloud->scope, "https://api.securitycenter.microsoft.com/.default");
    }
}

static void a_government_cloud_takes_tokens_for_its_own_api(void **state)
{
    (void)state;
    assert_string_equal(cloud_find("gcc")->api_url, "https://api-gcc.securitycenter.microsoft.us");
    assert_string_equal(cloud_find("gcc")->login_url, "https://login.microsoftonline.com");
    assert_string_equal(cloud_find("dod")->api_url, "https://api-gov.securitycenter.microsoft.us");
    assert_string_equal(cloud_find("dod")->login_url, "https://login.microsoftonline.us");
    assert_string_equal(cloud_find("gcc-high")->api_url, cloud_find("dod")->api_url);
    assert_string_equal(cloud_find("gcc-high")->login_url, cloud_find("dod")->login_url);
    for (size_t i = 5; i < 8; i++) {
        const struct cloud *cloud = cloud_find(names[i]);
        char scope[128];
        snprintf(scope, sizeof scope, "%s/.default", cloud->api_url);
        assert_string_equal(cloud->scope, scope);
    }
}

static void every_address_may_be_asked(void **state)
{
    struct error err = {0};
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const struct cloud *cloud = cloud_find(names[i]);
        assert_int_equal(http_check_url(cloud->api_url, "the API", NULL, &err), 0);
        assert_int_equal(http_check_url(cloud->login_url, "the login", NULL, &err), 0);
        /* A path is put behind them. */
        assert_int_not_equal(cloud->api_url[strlen(cloud->api_url) - 1], '/');
        assert_int_not_equal(cloud->login_url[strlen(cloud->login_url) - 1], '/');
    }
}

static int follow(const char *cloud, const char *host)
{
    static struct link link;
    struct error err = {0};
    char answer[256];
    snprintf(answer, sizeof answer, "{\"value\":\"https://%s/c/package?sig=1\"}", host);
    return link_parse(&link, (struct text){answer, strlen(answer)}, cloud_find(cloud)->blob_hosts,
                      &err);
}

static void packages_come_from_the_blob_hosts_of_the_cloud(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        bool is_apart = i >= 6; /* gcc-high, dod */
        assert_int_equal(follow(names[i], "a.blob.core.windows.net"), is_apart ? -1 : 1);
        assert_int_equal(follow(names[i], "evil.example"), -1);
    }
    assert_int_equal(follow("gcc", "a.blob.core.usgovcloudapi.net"), 1);
    assert_int_equal(follow("gcc-high", "a.blob.core.usgovcloudapi.net"), 1);
    assert_int_equal(follow("dod", "a.blob.core.usgovcloudapi.net"), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_cloud_is_found_by_its_name),
        cmocka_unit_test(another_name_is_no_cloud),
        cmocka_unit_test(a_message_can_name_them_all),
        cmocka_unit_test(a_region_has_an_api_of_its_own_and_the_login_and_scope_of_all),
        cmocka_unit_test(a_government_cloud_takes_tokens_for_its_own_api),
        cmocka_unit_test(every_address_may_be_asked),
        cmocka_unit_test(packages_come_from_the_blob_hosts_of_the_cloud),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
