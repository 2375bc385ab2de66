/* fetch/download: a package arrives whole, however the transfer goes. */
#include "fetch/download.h"

#include "base/md5.h"
#include "tests/unit/fetch/service.h"

#define SECOND_US 1000000LL
#define PACKAGE_BYTES 300000

static struct download download;
static char *package, package_sha256[SHA256_HEX_SIZE], package_md5[MD5_BASE64_SIZE];

static int put_package(void **state)
{
    if (service_open(state))
        return -1;
    package = noise_new(PACKAGE_BYTES);
    sha256_of(package, PACKAGE_BYTES, package_sha256);
    struct md5 *md5 = md5_new();
    md5_update(md5, package, PACKAGE_BYTES);
    md5_finish(md5, package_md5);
    md5_free(md5);
    scratch_write("blobs/" ACTION "_0", package, PACKAGE_BYTES);
    return 0;
}

static int remove_package(void **state)
{
    free(package);
    return service_close(state);
}

#define download_test(function)                                                                    \
    cmocka_unit_test_setup_teardown(function, put_package, remove_package)

static int bring_with(struct download_request request)
{
    static char path[256];
    snprintf(path, sizeof path, "%s", scratch_path("spool"));
    request.action_id = ACTION;
    request.path = path;
    if (!request.blob_hosts)
        request.blob_hosts = "127.0.0.1";
    service.err = (struct error){0};
    return download_run(&service.api, service.http, &request, &download, &service.err);
}

static int bring(void)
{
    return bring_with((struct download_request){0});
}

static void assert_brought(void)
{
    if (bring())
        fail_msg("%s", service.err.message);
    struct buffer bytes = scratch_read("spool");
    assert_int_equal(bytes.length, PACKAGE_BYTES);
    assert_memory_equal(bytes.bytes, package, PACKAGE_BYTES);
    buffer_release(&bytes);
    assert_string_equal(download.sha256, package_sha256);
    assert_int_equal(download.size_bytes, PACKAGE_BYTES);
}

static void assert_not_brought(enum error_code code, const char *words)
{
    assert_int_equal(bring(), -1);
    if (service.err.code != code || !strstr(service.err.message, words))
        fail_msg("%d: %s", (int)service.err.code, service.err.message);
}

static void a_package_is_brought_with_one_link_and_one_transfer(void **state)
{
    (void)state;
    assert_brought();
    assert_int_equal(download.links, 1);
    assert_int_equal(download.transfers, 1);
    assert_int_equal(download.response.status, 200);
    assert_string_equal(download.response.request_id, "req-1");
    assert_string_equal(download.response.last_modified, "Fri, 20 Nov 2026 10:00:00 GMT");
    assert_string_equal(download.content_md5, package_md5);
    char plain[256];
    snprintf(plain, sizeof plain, "%s/blob/" ACTION "_0", service.url);
    assert_string_equal(download.link, plain);
}

static void the_token_never_goes_to_the_host_of_the_package(void **state)
{
    (void)state;
    assert_brought();
    assert_int_equal(service_count(".path | startswith(\"/blob/\")"), 1);
    assert_int_equal(service_count("(.path | startswith(\"/blob/\")) and .token != \"\""), 0);
}

static void a_broken_transfer_goes_on_where_it_was(void **state)
{
    (void)state;
    service_faults(
        "[{\"match\":\"/blob/\",\"times\":1,\"cut\":100000},{\"match\":\"/blob/\",\"cut\":70000},"
        "{\"match\":\"/blob/\",\"cut\":0}]");
    assert_brought();
    assert_int_equal(download.links, 1);
    assert_int_equal(service_count(".range == \"bytes=100000-\" and .if_match != \"\""), 1);
    assert_int_equal(service_count(".range == \"bytes=170000-\""), 2);
}

static void a_run_that_was_killed_goes_on_where_it_was(void **state)
{
    (void)state;
    service_faults("[{\"match\":\"/blob/\",\"cut\":123456},{\"match\":\"/blob/"
                   "\",\"times\":100,\"status\":503}]");
    assert_not_brought(ERROR_TEMPORARY, "503");
    service_faults("[]");
    assert_brought();
    assert_int_equal(service_count(".range == \"bytes=123456-\" and .status == 206"), 1);
    /* What is there and of no known package is not trusted. */
    assert_int_equal(scratch_run("rm -f spool.etag; head -c 5000 /dev/zero >spool"), 0);
    assert_brought();
}

static void a_package_that_changed_begins_anew(void **state)
{
    (void)state;
    service_faults("[{\"match\":\"/blob/\",\"cut\":100000},{\"match\":\"/blob/\",\"anew\":true}]");
    assert_brought();
    assert_int_equal(service_count(".status == 412"), 1);
}

static void a_host_that_ignores_the_range_begins_anew(void **state)
{
    (void)state;
    service_faults(
        "[{\"match\":\"/blob/\",\"cut\":100000},{\"match\":\"/blob/\",\"no_range\":true}]");
    assert_brought();
    assert_int_equal(download.transfers, 2);
}

static void a_file_that_was_whole_already_is_not_brought_again(void **state)
{
    (void)state;
    assert_brought();
    assert_brought();
    assert_int_equal(download.response.status, 416);
    assert_int_equal(service_count(".status == 200 and (.path | startswith(\"/blob/\"))"), 1);
}

static void a_link_that_has_ended_is_asked_for_again_and_the_transfer_goes_on(void **state)
{
    (void)state;
    service_faults(
        "[{\"match\":\"/blob/\",\"cut\":100000},{\"match\":\"/blob/\",\"status\":403,\"headers\":"
        "{\"x-ms-error-code\":\"AuthenticationFailed\"}}]");
    assert_brought();
    assert_int_equal(download.links, 2);
    assert_int_equal(service_count(".range == \"bytes=100000-\" and .status == 206"), 1);
}

/* The clock runs on while a transfer is retried: a link whose time is nearly over is not tried. */
static void a_link_that_is_about_to_end_is_not_used(void **state)
{
    (void)state;
    service_faults("[{\"match\":\"/blob/\",\"cut\":100000},{\"match\":\"/api/\",\"times\":0},"
                   "{\"match\":\"GetLiveResponse\",\"times\":0}]");
    static const char ended[] =
        "{\"value\":\"https://x.blob.core.windows.net/a?se=2020-01-01T00:00:00Z\"}";
    struct link link;
    assert_int_equal(link_parse(&link, (struct text){ended, strlen(ended)}, NULL, NULL), 1);
    assert_true(link_ends_soon(&link, clock_now_us()));
    assert_brought();
}

static void a_link_that_is_never_right_is_refused(void **state)
{
    (void)state;
    service_faults("[{\"match\":\"/blob/\",\"times\":100,\"status\":403}]");
    assert_not_brought(ERROR_ACCESS, "refused even when it is new");
    assert_int_equal(service_count("(.path | startswith(\"/blob/\")) | not"), 3);
}

static void an_answer_without_a_link_is_asked_again_then_told(void **state)
{
    (void)state;
    service_faults("[{\"match\":\"/api/\",\"link\":null},{\"match\":\"/api/\",\"link\":\"\"}]");
    assert_brought();
    assert_int_equal(download.links, 3);
    service_faults("[{\"match\":\"/api/\",\"times\":100,\"link\":null}]");
    assert_int_equal(scratch_run("rm -f spool spool.etag"), 0);
    assert_not_brought(ERROR_TEMPORARY, "gives no link");
}

static void a_link_encoded_for_html_is_decoded(void **state)
{
    (void)state;
    service_faults("[{\"match\":\"/api/\",\"encode\":3}]");
    assert_brought();
}

static void a_host_that_is_not_allowed_gets_no_request(void **state)
{
    (void)state;
    assert_int_equal(bring_with((struct download_request){.blob_hosts = "*.blob.core.windows.net"}),
                     -1);
    assert_int_equal(service.err.code, ERROR_ACCESS);
    assert_non_null(strstr(service.err.message, "127.0.0.1, which is not among the hosts"));
    assert_int_equal(service_count(".path | startswith(\"/blob/\")"), 0);
}

static void a_page_is_no_package(void **state)
{
    (void)state;
    service_faults(
        "[{\"match\":\"/blob/\",\"status\":200,\"headers\":{\"Content-Type\":\"text/"
        "html\"},\"body\":\"<html>log in</html>\"},"
        "{\"match\":\"/blob/\",\"status\":200,\"headers\":{\"Content-Type\":\"application/"
        "xml\"},\"body\":\"<Error/>\"}]");
    assert_brought();
    service_faults(
        "[{\"match\":\"/blob/\",\"times\":100,\"status\":200,\"headers\":{\"Content-Type\":\"text/"
        "html\"},\"body\":\"<html>\"}]");
    assert_int_equal(scratch_run("rm -f spool spool.etag"), 0);
    assert_not_brought(ERROR_TEMPORARY, "a page, no package");
}

static void a_length_or_a_checksum_that_does_not_fit_is_no_package(void **state)
{
    (void)state;
    service_faults("[{\"match\":\"/blob/\",\"length\":400000},{\"match\":\"/blob/"
                   "\",\"md5\":\"AAAAAAAAAAAAAAAAAAAAAA==\"}]");
    assert_brought();
    service_faults("[{\"match\":\"/blob/"
                   "\",\"times\":100,\"no_range\":true,\"md5\":\"AAAAAAAAAAAAAAAAAAAAAA==\"}]");
    assert_int_equal(scratch_run("rm -f spool spool.etag"), 0);
    assert_not_brought(ERROR_TEMPORARY, "Content-MD5 does not fit");
}

/* What was there is of the package that the ETag names, but its bytes are no longer the ones that came. */
static void leave_a_part_that_is_damaged(const char *rule_of_the_first)
{
    char rules[512];
    snprintf(rules, sizeof rules,
             "[{\"match\":\"/blob/\",\"cut\":123456%s},"
             "{\"match\":\"/blob/\",\"times\":100,\"status\":503}]",
             rule_of_the_first);
    service_faults(rules);
    assert_not_brought(ERROR_TEMPORARY, "503");
    assert_int_equal(
        scratch_run("printf damaged | dd of=spool bs=1 seek=1000 conv=notrunc status=none"), 0);
}

static void a_package_in_parts_fits_the_checksum_of_the_whole(void **state)
{
    (void)state;
    leave_a_part_that_is_damaged(",\"md5\":\"\"");
    /* A part's own checksum says nothing of the whole. */
    service_faults("[{\"match\":\"/blob/\",\"part_md5\":true}]");
    assert_brought();
    assert_int_equal(service_count(".range == \"bytes=123456-\" and .status == 206"), 1);
    assert_int_equal(download.transfers, 2);
    assert_int_equal(download.response.status, 200);
    service_faults("[{\"match\":\"/blob/\",\"cut\":100000,\"md5\":\"\"},"
                   "{\"match\":\"/blob/\",\"part_md5\":true}]");
    assert_int_equal(scratch_run("rm spool spool.etag"), 0);
    assert_brought();
    assert_int_equal(download.response.status, 206);
    assert_string_equal(download.content_md5, package_md5);
}

static void a_checksum_that_was_told_once_is_remembered(void **state)
{
    (void)state;
    leave_a_part_that_is_damaged("");
    service_faults("[{\"match\":\"/blob/\",\"md5\":\"\"}]");
    assert_brought();
    assert_int_equal(service_count(".status == 206"), 1);
    assert_int_equal(download.transfers, 2);
    /* All of it is there, and the host has nothing more to tell. */
    assert_brought();
    assert_int_equal(download.response.status, 416);
    assert_string_equal(download.content_md5, package_md5);
    assert_int_equal(scratch_run("printf x | dd of=spool bs=1 conv=notrunc status=none"), 0);
    assert_brought();
    assert_int_equal(download.response.status, 200);
}

static void what_azure_calls_the_blobs_checksum_is_one(void **state)
{
    (void)state;
    service_faults("[{\"match\":\"/blob/\",\"blob_md5\":true,"
                   "\"md5\":\"AAAAAAAAAAAAAAAAAAAAAA==\"},"
                   "{\"match\":\"/blob/\",\"blob_md5\":true}]");
    assert_brought();
    assert_int_equal(download.transfers, 2);
    assert_string_equal(download.content_md5, package_md5);
    /* Another package has none of it. */
    service_faults("[{\"match\":\"/blob/\",\"anew\":true,\"md5\":\"\"},"
                   "{\"match\":\"/blob/\",\"md5\":\"\"}]");
    assert_brought();
    assert_string_equal(download.content_md5, "");
}

static void an_empty_package_is_a_package(void **state)
{
    (void)state;
    scratch_write("blobs/" ACTION "_0", "", 0);
    if (bring())
        fail_msg("%s", service.err.message);
    assert_int_equal(download.size_bytes, 0);
}

static void a_package_over_the_limit_is_refused(void **state)
{
    (void)state;
    assert_int_equal(bring_with((struct download_request){.most_bytes = PACKAGE_BYTES - 1}), -1);
    assert_int_equal(service.err.code, ERROR_LIMIT);
    assert_int_equal(bring_with((struct download_request){.most_bytes = PACKAGE_BYTES}), 0);
}

static void a_result_that_is_not_there_is_said_so(void **state)
{
    (void)state;
    assert_int_equal(scratch_run("rm blobs/*"), 0);
    assert_not_brought(ERROR_NOT_FOUND, "404 ResourceNotFound");
}

static void what_is_of_no_use_for_the_next_time_does_not_stay(void **state)
{
    (void)state;
    service_faults("[{\"match\":\"/blob/\",\"times\":100,\"status\":503}]");
    assert_not_brought(ERROR_TEMPORARY, "503");
    assert_int_equal(scratch_run("[ ! -e spool ] && [ ! -e spool.etag ]"), 0);
    service_faults("[{\"match\":\"/blob/\",\"times\":100,\"cut\":0}]");
    assert_not_brought(ERROR_TEMPORARY, "");
    assert_int_equal(scratch_run("[ ! -e spool ] && [ ! -e spool.etag ]"), 0);
    /* Without an ETag nobody knows what the part is of: no transfer gets on. */
    service_faults("[{\"match\":\"/blob/\",\"times\":100,\"cut\":1000,\"etag\":\"\"}]");
    assert_not_brought(ERROR_TEMPORARY, "");
    assert_int_equal(scratch_run("[ ! -e spool ] && [ ! -e spool.etag ]"), 0);
    service_faults("[{\"match\":\"/blob/\",\"cut\":1000},"
                   "{\"match\":\"/blob/\",\"times\":100,\"status\":503}]");
    assert_not_brought(ERROR_TEMPORARY, "503");
    assert_int_equal(scratch_run("[ -s spool ] && [ -s spool.etag ]"), 0);
}

/* A signature in a message would be a secret in a log. */
static void no_message_holds_a_signature(void **state)
{
    static const char *const faults[] = {
        "[{\"match\":\"/blob/\",\"times\":100,\"status\":403}]",
        "[{\"match\":\"/blob/\",\"times\":100,\"status\":503}]",
        "[{\"match\":\"/blob/\",\"times\":100,\"cut\":0}]",
        "[{\"match\":\"/api/\",\"times\":100,\"link\":\"https://evil.example/x?sig=SECRET\"}]",
        "[{\"match\":\"/api/\",\"times\":100,\"link\":\"ftp://evil.example/x?sig=SECRET\"}]",
        "[{\"match\":\"/api/\",\"times\":100,\"link\":\"https://u:sig=@h.example/?sig=SECRET\"}]",
        "[{\"match\":\"/api/\",\"times\":100,\"link\":7}]",
        "[{\"match\":\"/api/\",\"times\":100,\"status\":200,\"body\":\"https://x/?sig=SECRET\"}]",
    };
    (void)state;
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
        service_faults(faults[i]);
        assert_int_equal(bring(), -1);
        if (strstr(service.err.message, "sig=") || strstr(service.err.message, "SECRET") ||
            !service.err.message[0])
            fail_msg("%s: %s", faults[i], service.err.message);
        assert_null(strstr(service.notice, "sig="));
    }
    assert_int_not_equal(scratch_run("grep -rqs 'sig=' spool* state"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        download_test(a_package_is_brought_with_one_link_and_one_transfer),
        download_test(the_token_never_goes_to_the_host_of_the_package),
        download_test(a_broken_transfer_goes_on_where_it_was),
        download_test(a_run_that_was_killed_goes_on_where_it_was),
        download_test(a_package_that_changed_begins_anew),
        download_test(a_host_that_ignores_the_range_begins_anew),
        download_test(a_file_that_was_whole_already_is_not_brought_again),
        download_test(a_link_that_has_ended_is_asked_for_again_and_the_transfer_goes_on),
        download_test(a_link_that_is_about_to_end_is_not_used),
        download_test(a_link_that_is_never_right_is_refused),
        download_test(an_answer_without_a_link_is_asked_again_then_told),
        download_test(a_link_encoded_for_html_is_decoded),
        download_test(a_host_that_is_not_allowed_gets_no_request),
        download_test(a_page_is_no_package),
        download_test(a_length_or_a_checksum_that_does_not_fit_is_no_package),
        download_test(a_package_in_parts_fits_the_checksum_of_the_whole),
        download_test(a_checksum_that_was_told_once_is_remembered),
        download_test(what_azure_calls_the_blobs_checksum_is_one),
        download_test(an_empty_package_is_a_package),
        download_test(a_package_over_the_limit_is_refused),
        download_test(a_result_that_is_not_there_is_said_so),
        download_test(what_is_of_no_use_for_the_next_time_does_not_stay),
        download_test(no_message_holds_a_signature),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
