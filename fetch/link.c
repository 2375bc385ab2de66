#include "fetch/link.h"

#include "base/json_slice.h"
#include "base/time.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#define AZURE_BLOB "*.blob.core.windows.net *.blob.core.usgovcloudapi.net"
#define ENCODED_MOST 8 /* times */
#define SOON_US (60 * 1000000LL)

/* ---- HTML's five entities, which are what an encoder of HTML makes ---- */

struct entity {
    const char *name;
    char character;
};

static const struct entity *entity_at(const char *at)
{
    static const struct entity entities[] = {
        {"&amp;", '&'},  {"&lt;", '<'},  {"&gt;", '>'},    {"&quot;", '"'},
        {"&#39;", '\''}, {"&#38;", '&'}, {"&apos;", '\''}, {"&#x26;", '&'},
    };
    for (size_t i = 0; i < sizeof entities / sizeof *entities; i++)
        if (strncasecmp(at, entities[i].name, strlen(entities[i].name)) == 0)
            return &entities[i];
    return NULL;
}

/* Once, in place; true when something was decoded. */
static bool decode_once(char *text)
{
    char *out = text;
    bool changed = false;
    for (const char *at = text; *at;) {
        const struct entity *entity = entity_at(at);
        changed = changed || entity;
        *out++ = entity ? entity->character : *at;
        at += entity ? strlen(entity->name) : 1;
    }
    *out = '\0';
    return changed;
}

/* ---- the host ---- */

static bool ends_with(const char *host, const char *end, size_t length)
{
    size_t host_length = strlen(host);
    return host_length > length && strncasecmp(host + host_length - length, end, length) == 0;
}

static bool is_allowed(const char *host, const char *allowed)
{
    for (const char *at = allowed; *at;) {
        size_t length = strcspn(at, " ,");
        if (length > 2 && at[0] == '*' && at[1] == '.') {
            if (ends_with(host, at + 1, length - 1))
                return true;
        } else if (length > 0 && strlen(host) == length && strncasecmp(host, at, length) == 0) {
            return true;
        }
        at += length + (at[length] ? 1 : 0);
    }
    return false;
}

/* ---- the link ---- */

static int64_t expiry_us(const char *url)
{
    char value[64], text[TIME_TEXT_SIZE];
    int64_t seconds;
    if (!http_query_value(url, "se", value, sizeof value) ||
        time_parse(value, strlen(value), text) || time_to_unix(text, &seconds))
        return 0;
    return seconds * 1000000;
}

static int check(struct link *link, const char *allowed, struct error *err)
{
    struct error why = {0};
    snprintf(link->plain, sizeof link->plain, "%.*s", (int)strcspn(link->url, "?#"), link->url);
    if (http_check_url(link->url, "the link", link->host, &why))
        return error_set(err, ERROR_ACCESS, "the service gave a link that is not used: %s",
                         why.message);
    if (!is_allowed(link->host, allowed ? allowed : AZURE_BLOB))
        return error_set(
            err, ERROR_ACCESS,
            "the service gave a link to %s, which is not among the hosts that packages "
            "may come from; if it is right, allow it with --blob-hosts",
            link->host);
    link->expires_us = expiry_us(link->url);
    return 1;
}

int link_parse(struct link *link, struct text answer, const char *allowed, struct error *err)
{
    struct text value;
    *link = (struct link){0};
    if (json_slice_member(answer, "value", &value, err))
        return -1;
    if (!value.bytes || strncmp(value.bytes, "null", value.length) == 0)
        return 0;
    if (!json_slice_text(answer, "value", link->url, sizeof link->url))
        return error_set(err, ERROR_ACCESS,
                         "the service gave a link that is no text of at most %d bytes",
                         HTTP_URL_BYTES);
    for (int i = 0; i < ENCODED_MOST && decode_once(link->url); i++)
        ;
    return link->url[0] ? check(link, allowed, err) : 0;
}

bool link_ends_soon(const struct link *link, int64_t now_us)
{
    return link->expires_us != 0 && link->expires_us - now_us < SOON_US;
}
