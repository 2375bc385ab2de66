/* Any bytes as the service's answer with a link: it leads to a host that is allowed, and no message holds its query. */
#include "fetch/link.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>
#include <strings.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool has_end(const char *host, const char *end)
{
    size_t length = strlen(host), end_length = strlen(end);
    return length > end_length && strcasecmp(host + length - end_length, end) == 0;
}

static void check_link(const struct link *link)
{
    char host[HTTP_HOST_SIZE], end[64];
    size_t plain = strlen(link->plain);
    FUZZ_CHECK(http_check_url(link->url, "it", host, NULL) == 0);
    FUZZ_CHECK(strcmp(host, link->host) == 0);
    FUZZ_CHECK(strncmp(link->url, link->plain, plain) == 0);
    FUZZ_CHECK(link->url[plain] == '\0' || link->url[plain] == '?' || link->url[plain] == '#');
    FUZZ_CHECK(!strpbrk(link->plain, "?#"));
    FUZZ_CHECK(link->expires_us == 0 || http_query_value(link->url, "se", end, sizeof end));
    FUZZ_CHECK(link->expires_us != 0 || !link_ends_soon(link, INT64_MAX / 2));
}

static void check_answer(struct text answer, const char *allowed)
{
    static struct link link;
    struct error err = {0};
    int result = link_parse(&link, answer, allowed, &err);
    if (result == 1) {
        check_link(&link);
        FUZZ_CHECK(allowed ? strcmp(link.host, "127.0.0.1") == 0 || has_end(link.host, ".example")
                           : has_end(link.host, ".blob.core.windows.net") ||
                                 has_end(link.host, ".blob.core.usgovcloudapi.net"));
        FUZZ_CHECK(allowed || strncasecmp(link.url, "https:", 6) == 0);
    }
    if (result == -1) {
        FUZZ_CHECK(err.code == ERROR_INVALID || err.code == ERROR_ACCESS);
        FUZZ_CHECK(err.message[0] && !strstr(err.message, "sig="));
    }
    FUZZ_CHECK(result == -1 || err.code == ERROR_NONE);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *bytes = malloc(size + (size == 0));
    FUZZ_CHECK(bytes != NULL);
    if (size > 0)
        memcpy(bytes, data, size);
    check_answer((struct text){bytes, size}, NULL);
    check_answer((struct text){bytes, size}, "127.0.0.1, *.example");
    free(bytes);
    return 0;
}
