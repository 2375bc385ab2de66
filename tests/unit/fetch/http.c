/* fetch/http: one request, one response, and whom it may be made to. */
#include "fetch/http.h"

#include "base/buffer.h"
#include "tests/unit/fetch/service.h"

static struct http_response response;

static int send_to(const char *path, http_sink *sink, void *context)
{
    char url[512];
    snprintf(url, sizeof url, "%s%s", service.url, path);
    service.err = (struct error){0};
    return http_send(service.http,
                     &(struct http_request){.url = url, .sink = sink, .context = context},
                     &response, &service.err);
}

static int collect(void *context, const struct http_response *of, const void *bytes, size_t length,
                   struct error *err)
{
    (void)err;
    assert_int_equal(of->status, 200);
    return buffer_append(context, bytes, length);
}

static void only_https_and_loopback_may_be_asked(void **state)
{
    static const char *const good[] = {"https://api.security.microsoft.com/x",
                                       "https://127.0.0.1/",
                                       "http://127.0.0.1:8/",
                                       "http://127.1.2.3/",
                                       "http://localhost/",
                                       "http://[::1]:5/",
                                       "HTTPS://A.B/"};
    static const char *const bad[] = {"http://api.security.microsoft.com/",
                                      "ftp://a/",
                                      "file:///etc/passwd",
                                      "",
                                      "x",
                                      "https://",
                                      "https://u@h/",
                                      "https://u:p@h/",
                                      "http://127.0.0.1.evil.example/",
                                      "http://128.0.0.1/",
                                      "http://localhost.evil.example/",
                                      "https://a b/"};
    char host[HTTP_HOST_SIZE];
    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        if (http_check_url(good[i], "it", host, NULL))
            fail_msg("%s", good[i]);
    assert_string_equal(host, "a.b");
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct error err = {0};
        if (http_check_url(bad[i], "it", host, &err) == 0 || err.code != ERROR_USAGE ||
            strncmp(err.message, "it ", 3) != 0)
            fail_msg("%s: %s", bad[i], err.message);
    }
    char *lengthy = noise_new(HTTP_URL_BYTES + 2);
    memset(lengthy, 'a', HTTP_URL_BYTES + 1);
    lengthy[HTTP_URL_BYTES + 1] = '\0';
    memcpy(lengthy, "https://h/", 10);
    assert_int_equal(http_check_url(lengthy, "it", NULL, NULL), -1);
    free(lengthy);
}

static void a_querys_value_is_decoded(void **state)
{
    char out[8];
    (void)state;
    assert_true(http_query_value("https://h/p?a=1&b=x%2By%3d&c", "b", out, sizeof out));
    assert_string_equal(out, "x+y=");
    assert_true(http_query_value("https://h/p?b=%zz%", "b", out, sizeof out));
    assert_string_equal(out, "%zz%");
    assert_true(http_query_value("https://h/p?b=1234567#b=2", "b", out, sizeof out));
    assert_false(http_query_value("https://h/p?b=12345678", "b", out, sizeof out));
    assert_false(http_query_value("https://h/p?bb=1&a=b=2", "b", out, sizeof out));
    assert_false(http_query_value("https://h/p", "b", out, sizeof out));
}

static void what_goes_into_a_form_is_encoded(void **state)
{
    struct buffer out;
    (void)state;
    buffer_init(&out, 100);
    http_encode(&out, "aZ09-._~ +&=%\xC3\xA9\n");
    assert_string_equal(buffer_text(&out), "aZ09-._~%20%2B%26%3D%25%C3%A9%0A");
    buffer_release(&out);
}

static void a_response_is_given_with_the_headers_that_matter(void **state)
{
    struct buffer body;
    (void)state;
    buffer_init(&body, 100);
    service_faults(
        "[{\"match\":\"GET\",\"status\":200,\"body\":\"hello\",\"headers\":{\"ETag\":\"\\\"e\\\"\","
        "\"RETRY-AFTER\":\" 7 \","
        "\"X-Ms-Blob-Content-Md5\":\"m\","
        "\"Content-Type\":\"a/b\",\"x-ms-request-id\":\"first\",\"request-id\":\"second\"}}]");
    assert_int_equal(send_to("/x", collect, &body), 0);
    assert_int_equal(response.status, 200);
    assert_int_equal(response.content_length, 5);
    assert_string_equal(response.etag, "\"e\"");
    assert_string_equal(response.retry_after, "7");
    assert_string_equal(response.request_id, "first");
    assert_string_equal(response.content_md5, "");
    assert_string_equal(response.blob_content_md5, "m");
    assert_string_equal(buffer_text(&body), "hello");
    buffer_release(&body);
}

static void a_header_that_is_too_long_is_as_absent(void **state)
{
    char rules[1024], value[HTTP_FIELD_SIZE + 1];
    (void)state;
    memset(value, 'v', HTTP_FIELD_SIZE);
    value[HTTP_FIELD_SIZE] = '\0';
    snprintf(rules, sizeof rules,
             "[{\"match\":\"GET\",\"status\":200,\"headers\":{\"ETag\":\"%s\"}}]", value);
    service_faults(rules);
    assert_int_equal(send_to("/x", NULL, NULL), 0);
    assert_string_equal(response.etag, "");
}

static int refuse(void *context, const struct http_response *of, const void *bytes, size_t length,
                  struct error *err)
{
    (void)context;
    (void)of;
    (void)bytes;
    (void)length;
    return error_set(err, ERROR_IO, "the disk is full");
}

static void a_sink_that_fails_ends_the_transfer_with_its_own_error(void **state)
{
    (void)state;
    service_faults("[{\"match\":\"GET\",\"status\":200,\"body\":\"hello\"}]");
    assert_int_equal(send_to("/x", refuse, NULL), -1);
    assert_int_equal(service.err.code, ERROR_IO);
    assert_string_equal(service.err.message, "the disk is full");
}

static void a_network_that_fails_is_temporary_and_its_message_holds_no_query(void **state)
{
    (void)state;
    service_faults("[{\"match\":\"GET\",\"times\":2,\"status\":200,\"body\":\"hello\",\"cut\":2}]");
    assert_int_equal(send_to("/x?sig=secret", NULL, NULL), -1);
    assert_int_equal(service.err.code, ERROR_TEMPORARY);
    assert_null(strstr(service.err.message, "secret"));
    struct http_request nobody = {.url = "http://127.0.0.1:1/x?sig=secret"};
    assert_int_equal(http_send(service.http, &nobody, &response, &service.err), -1);
    assert_int_equal(service.err.code, ERROR_TEMPORARY);
    assert_non_null(strstr(service.err.message, "127.0.0.1"));
    assert_null(strstr(service.err.message, "secret"));
}

/* The same service with a certificate that nobody has vouched for. */
static int tls_open(void **state)
{
    setenv("TLS", "1", 1);
    int result = service_open(state);
    unsetenv("TLS");
    memmove(service.url + 5, service.url + 4, strlen(service.url) - 3);
    service.url[4] = 's';
    return result;
}

static void a_certificate_must_be_trusted(void **state)
{
    char path[256];
    (void)state;
    service_faults("[{\"match\":\"GET\",\"times\":9,\"status\":200,\"body\":\"hello\"}]");
    assert_int_equal(send_to("/x", NULL, NULL), -1);
    assert_int_equal(service.err.code, ERROR_ACCESS);
    assert_non_null(strstr(service.err.message, "--ca-file"));
    assert_int_equal(service_count("true"), 0);
    snprintf(path, sizeof path, "%s", scratch_path("tls.pem"));
    http_free(service.http);
    service.http = http_new(&(struct http_options){.ca_file = path}, &service.err);
    if (send_to("/x", NULL, NULL))
        fail_msg("%s", service.err.message);
    assert_int_equal(response.status, 200);
}

static void a_certificate_of_another_name_is_not_trusted(void **state)
{
    char path[256], url[128];
    (void)state;
    snprintf(path, sizeof path, "%s", scratch_path("tls.pem"));
    http_free(service.http);
    service.http = http_new(&(struct http_options){.ca_file = path}, &service.err);
    snprintf(url, sizeof url, "https://localhost%s/x", strrchr(service.url, ':'));
    assert_int_equal(
        http_send(service.http, &(struct http_request){.url = url}, &response, &service.err), -1);
    assert_int_equal(service.err.code, ERROR_ACCESS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        service_test(only_https_and_loopback_may_be_asked),
        cmocka_unit_test(a_querys_value_is_decoded),
        cmocka_unit_test(what_goes_into_a_form_is_encoded),
        service_test(a_response_is_given_with_the_headers_that_matter),
        service_test(a_header_that_is_too_long_is_as_absent),
        service_test(a_sink_that_fails_ends_the_transfer_with_its_own_error),
        service_test(a_network_that_fails_is_temporary_and_its_message_holds_no_query),
        cmocka_unit_test_setup_teardown(a_certificate_must_be_trusted, tls_open, service_close),
        cmocka_unit_test_setup_teardown(a_certificate_of_another_name_is_not_trusted, tls_open,
                                        service_close),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
