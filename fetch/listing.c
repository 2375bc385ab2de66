#include "fetch/listing.h"

#include "base/json_slice.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

struct walk {
    const struct api *api;
    struct http *http;
    const struct listing_filter *filter;
    listing_sink *sink;
    void *context;
    struct buffer path;     /* of the page that comes next */
    struct buffer landmark; /* a path that was asked before: to come by it again is a circle */
    size_t skip;            /* actions so far */
};

static void add_quoted(struct buffer *filter, const char *text)
{
    text_printf(filter, "'");
    for (; *text; text++)
        text_printf(filter, *text == '\'' ? "''" : "%c",
                    *text); /* OData 4.01, ABNF: SQUOTE-in-string */
    text_printf(filter, "'");
}

/* The path of the page behind those that came. */
static void write_path(struct walk *walk)
{
    const struct listing_filter *filter = walk->filter;
    struct buffer condition;
    buffer_init(&condition, HTTP_URL_BYTES);
    text_printf(&condition, "type eq 'LiveResponse'");
    if (filter->since)
        text_printf(&condition, " and creationDateTimeUtc ge %s", filter->since);
    if (filter->requestor) {
        text_printf(&condition, " and requestor eq ");
        add_quoted(&condition, filter->requestor);
    }
    buffer_clear(&walk->path);
    text_printf(&walk->path, "/api/machineactions?$top=%d", LISTING_PAGE_ACTIONS);
    if (walk->skip > 0)
        text_printf(&walk->path, "&$skip=%zu", walk->skip);
    text_printf(&walk->path, "&$filter=");
    http_encode(&walk->path, buffer_text(&condition));
    buffer_release(&condition);
}

/* 1 and the next page's path, when the answer names one; 0 when not. */
static int next_path(struct walk *walk, struct text answer, struct error *err)
{
    char link[HTTP_URL_BYTES + 1];
    struct text value;
    size_t length = strlen(walk->api->url);
    if (json_slice_member(answer, "@odata.nextLink", &value, err))
        return -1;
    if (!value.bytes || value.bytes[0] == 'n')
        return 0;
    /* To take it for none would be to miss what comes behind it. */
    if (!json_slice_text(answer, "@odata.nextLink", link, sizeof link))
        return error_set(err, ERROR_INVALID,
                         "the list of actions goes on at a link that is no text of at most %d "
                         "bytes: not followed",
                         HTTP_URL_BYTES);
    if (strncmp(link, walk->api->url, length) != 0 || link[length] != '/')
        return error_set(
            err, ERROR_INVALID,
            "the list of actions goes on at another host than the API's: not followed");
    if (strcmp(link + length, buffer_text(&walk->landmark)) == 0)
        return error_set(err, ERROR_INVALID, "the list of actions leads in a circle");
    buffer_clear(&walk->path);
    text_printf(&walk->path, "%s", link + length);
    return 1;
}

static int give_page(const struct walk *walk, struct text answer, size_t *count, struct error *err)
{
    struct text value, *actions;
    if (json_slice_member(answer, "value", &value, err) == 0 && !value.bytes)
        error_set(err, ERROR_INVALID, "it has no \"value\"");
    if (!value.bytes || json_slice_elements(value, &actions, count, err)) {
        struct error why = *err;
        return error_set(err, why.code, "the service's answer is no list of actions: %s",
                         why.message);
    }
    int result = 0;
    for (size_t i = 0; i < *count && result == 0; i++)
        result = walk->sink(walk->context, actions[i], err);
    free(actions);
    return result;
}

/* 1: there is another page, at walk->path. */
static int read_page(struct walk *walk, struct error *err)
{
    struct buffer body;
    size_t count = 0;
    buffer_init(&body, API_ANSWER_BYTES);
    int more = api_get(walk->api, walk->http, buffer_text(&walk->path), false, &body, err);
    struct text answer = {buffer_text(&body), body.length};
    if (more == 0)
        more = give_page(walk, answer, &count, err);
    walk->skip += count;
    if (more == 0)
        more = next_path(walk, answer, err);
    buffer_release(&body);
    if (more != 0 || count < LISTING_PAGE_ACTIONS)
        return more;
    write_path(walk);
    return 1;
}

/* The landmark moves at each power of two (Brent): any circle is seen before it is walked three times. */
static void move_landmark(struct walk *walk, int page)
{
    if ((page & (page - 1)) != 0)
        return;
    buffer_clear(&walk->landmark);
    text_printf(&walk->landmark, "%s", buffer_text(&walk->path));
}

int listing_run(const struct api *api, struct http *http, const struct listing_filter *filter,
                listing_sink *sink, void *context, struct error *err)
{
    struct walk walk = {
        .api = api, .http = http, .filter = filter, .sink = sink, .context = context};
    int more = 1;
    buffer_init(&walk.path, HTTP_URL_BYTES);
    buffer_init(&walk.landmark, HTTP_URL_BYTES);
    write_path(&walk);
    for (int page = 1; more == 1; page++) {
        move_landmark(&walk, page);
        more = page > LISTING_PAGES_MOST
                   ? error_set(err, ERROR_INVALID, "the list of actions has no end after %d pages",
                               LISTING_PAGES_MOST)
                   : read_page(&walk, err);
    }
    buffer_release(&walk.path);
    buffer_release(&walk.landmark);
    return more;
}
