/* fetch/download with Azurite (tests/azurite): a blob service that checks signatures, times and conditions as Azure's does. */
#define CLOCK_IS_REAL
#include "base/clock.h"
#include "fetch/download.h"

#include "tests/unit/fetch/service.h"

#include <time.h>

#define PACKAGE_BYTES 300000
#define NAME ACTION "_0"

/* ---- the machine's time, as Azurite goes by it; but nobody waits before trying again ---- */

int64_t clock_now_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int clock_sleep_us(int64_t duration_us, struct error *err)
{
    (void)duration_us;
    (void)err;
    return 0;
}

/* ---- Azurite, one for all tests ---- */

static struct {
    FILE *input; /* it ends with it */
    char folder[64], port[16];
} azurite = {.folder = "azurite.XXXXXX"};

/* Its port; false while it is starting. An empty line: it does not start. */
static bool read_port(void)
{
    char path[128];
    snprintf(path, sizeof path, "%s/port", azurite.folder);
    FILE *file = fopen(path, "re");
    bool has_line =
        file && fgets(azurite.port, sizeof azurite.port, file) && strchr(azurite.port, '\n');
    if (file)
        fclose(file);
    return has_line;
}

static int azurite_start(void **state)
{
    char command[1024];
    (void)state;
    if (!mkdtemp(azurite.folder))
        return -1;
    snprintf(command, sizeof command, "{ '%s/tests/azurite/start' %s || echo; } >%s/port",
             getenv("ROOT") ? getenv("ROOT") : ".", azurite.folder, azurite.folder);
    azurite.input = popen(command, "we"); // NOLINT(cert-env33-c): the shell is a test's
    while (azurite.input && !read_port())
        nanosleep(&(struct timespec){.tv_nsec = 50000000}, NULL);
    azurite.port[strcspn(azurite.port, "\n")] = '\0';
    return azurite.port[0] ? 0 : -1;
}

static int azurite_end(void **state)
{
    char command[128];
    (void)state;
    pclose(azurite.input);
    snprintf(command, sizeof command, "rm -rf %s", azurite.folder);
    return system(command);
}

/* ---- a package in it ---- */

static struct download download;
static char *package, package_sha256[SHA256_HEX_SIZE];
static size_t package_bytes;

/* A package of so many bytes whose first one is `first`; it is in Azurite with the next link. */
static void put(size_t length, char first)
{
    package_bytes = length;
    if (length > 0)
        package[0] = first;
    sha256_of(package, length, package_sha256);
    scratch_write("blobs/" NAME, package, length);
}

static int put_package(void **state)
{
    if (service_open(state))
        return -1;
    scratch_write("azurite", azurite.port, strlen(azurite.port));
    package = noise_new(PACKAGE_BYTES);
    put(PACKAGE_BYTES, 'a');
    return 0;
}

static int remove_package(void **state)
{
    free(package);
    return service_close(state);
}

#define azurite_test(function)                                                                     \
    cmocka_unit_test_setup_teardown(function, put_package, remove_package)

static int bring(void)
{
    static char path[256];
    struct download_request request = {
        .action_id = ACTION, .path = path, .blob_hosts = "127.0.0.1"};
    snprintf(path, sizeof path, "%s", scratch_path("spool"));
    service.err = (struct error){0};
    return download_run(&service.api, service.http, &request, &download, &service.err);
}

static void assert_brought(int links, int transfers)
{
    if (bring())
        fail_msg("%s", service.err.message);
    struct buffer bytes = scratch_read("spool");
    assert_int_equal(bytes.length, package_bytes);
    if (package_bytes > 0)
        assert_memory_equal(bytes.bytes, package, package_bytes);
    buffer_release(&bytes);
    assert_string_equal(download.sha256, package_sha256);
    assert_int_equal(download.size_bytes, package_bytes);
    assert_int_equal(download.links, links);
    assert_int_equal(download.transfers, transfers);
}

static void assert_not_brought(enum error_code code, const char *words)
{
    assert_int_equal(bring(), -1);
    if (service.err.code != code || !strstr(service.err.message, words) ||
        strstr(service.err.message, "sig="))
        fail_msg("%d: %s", (int)service.err.code, service.err.message);
}

/* ---- the tests ---- */

static void a_package_comes_whole_with_what_the_receipt_needs(void **state)
{
    char plain[256];
    (void)state;
    assert_brought(1, 1);
    assert_int_equal(download.response.status, 200);
    assert_int_equal(download.response.content_length, PACKAGE_BYTES);
    assert_int_equal(strncmp(download.response.etag, "\"0x", 3), 0);
    assert_int_equal(strlen(download.response.content_md5), 24);
    assert_string_equal(download.content_md5, download.response.content_md5);
    assert_int_equal(strlen(download.response.request_id), 36);
    assert_non_null(strstr(download.response.last_modified, " GMT"));
    snprintf(plain, sizeof plain, "http://127.0.0.1:%s/devstoreaccount1/results/" NAME,
             azurite.port);
    assert_string_equal(download.link, plain);
}

static void an_empty_package_comes(void **state)
{
    (void)state;
    put(0, 0);
    assert_brought(1, 1);
}

static void a_link_encoded_for_html_keeps_its_signature(void **state)
{
    (void)state;
    service_faults("[{\"match\":\"/api/\",\"encode\":3}]");
    assert_brought(1, 1);
}

static void a_broken_transfer_goes_on_by_range_if_the_blob_is_the_same(void **state)
{
    (void)state;
    service_faults("[{\"match\":\"/api/\",\"relay\":true},"
                   "{\"match\":\"/devstoreaccount1/\",\"cut\":100000}]");
    assert_brought(1, 2);
    char condition[256];
    snprintf(condition, sizeof condition,
             ".range == \"bytes=100000-\" and .status == 206 and .if_match == \"\\%.*s\\\"\"",
             (int)strlen(download.response.etag) - 1, download.response.etag);
    assert_int_equal(service_count(condition), 1);
}

/* What kill -9 leaves: a part, and beside it which blob's. */
static void a_run_that_was_killed_goes_on_where_it_was(void **state)
{
    (void)state;
    assert_brought(1, 1);
    assert_int_equal(scratch_run("truncate -s 123456 spool"), 0);
    assert_brought(1, 1);
    assert_int_equal(download.response.status, 206);
    assert_string_equal(download.response.content_range, "bytes 123456-299999/300000");
}

/* As much as came before is there, but not as it came; nothing is remembered of its checksum. */
static void a_part_that_does_not_fit_the_blobs_checksum_is_brought_again(void **state)
{
    char md5[HTTP_FIELD_SIZE];
    (void)state;
    assert_brought(1, 1);
    memcpy(md5, download.content_md5, sizeof md5);
    assert_int_equal(scratch_run("truncate -s 123456 spool && sed -i 2d spool.etag"), 0);
    assert_brought(1, 1);
    assert_int_equal(download.response.status, 206);
    assert_string_equal(download.response.blob_content_md5, md5);
    assert_string_equal(download.content_md5, md5);
    assert_int_equal(scratch_run("truncate -s 123456 spool && sed -i 2d spool.etag && "
                                 "printf damaged | dd of=spool bs=1 conv=notrunc status=none"),
                     0);
    assert_brought(1, 2);
    assert_int_equal(download.response.status, 200);
}

static void a_file_that_was_whole_already_stays(void **state)
{
    (void)state;
    assert_brought(1, 1);
    assert_brought(1, 1);
    assert_int_not_equal(download.response.status, 200);
}

static void a_blob_that_changed_begins_anew(void **state)
{
    (void)state;
    assert_brought(1, 1);
    put(PACKAGE_BYTES, 'b');
    assert_int_equal(scratch_run("truncate -s 123456 spool"), 0);
    assert_brought(1, 2); /* 412, then all */
    assert_int_equal(download.response.status, 200);
}

/* The first transfer breaks, and its link is about to end; the second link has ended when it comes. */
static void a_link_that_has_ended_is_asked_for_again_and_the_transfer_goes_on(void **state)
{
    (void)state;
    service_faults("[{\"match\":\"/api/\",\"seconds\":55,\"relay\":true},"
                   "{\"match\":\"/devstoreaccount1/\",\"cut\":100000},"
                   "{\"match\":\"/api/\",\"seconds\":1,\"hold\":2,\"relay\":true},"
                   "{\"match\":\"/api/\",\"relay\":true}]");
    assert_brought(3, 3);
    assert_int_equal(service_count(".range == \"bytes=100000-\" and .status == 403"), 1);
    assert_int_equal(service_count(".range == \"bytes=100000-\" and .status == 206"), 1);
}

static void a_link_that_never_holds_is_refused(void **state)
{
    (void)state;
    service_faults("[{\"match\":\"/api/\",\"times\":100,\"seconds\":-5}]");
    assert_not_brought(ERROR_ACCESS, "403 AuthorizationFailure (request id ");
    assert_non_null(strstr(service.err.message, "refused even when it is new"));
    assert_int_equal(download.links, 3);
}

static void a_blob_that_is_not_there_is_said_so(void **state)
{
    (void)state;
    assert_int_equal(scratch_run("rm blobs/" NAME), 0);
    assert_not_brought(ERROR_NOT_FOUND, "127.0.0.1, answered 404 BlobNotFound (request id ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        azurite_test(a_package_comes_whole_with_what_the_receipt_needs),
        azurite_test(an_empty_package_comes),
        azurite_test(a_link_encoded_for_html_keeps_its_signature),
        azurite_test(a_broken_transfer_goes_on_by_range_if_the_blob_is_the_same),
        azurite_test(a_run_that_was_killed_goes_on_where_it_was),
        azurite_test(a_part_that_does_not_fit_the_blobs_checksum_is_brought_again),
        azurite_test(a_file_that_was_whole_already_stays),
        azurite_test(a_blob_that_changed_begins_anew),
        azurite_test(a_link_that_has_ended_is_asked_for_again_and_the_transfer_goes_on),
        azurite_test(a_link_that_never_holds_is_refused),
        azurite_test(a_blob_that_is_not_there_is_said_so),
    };
    return cmocka_run_group_tests(tests, azurite_start, azurite_end);
}
