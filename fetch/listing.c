#include "fetch/listing.h"

#include "base/json_slice.h"

#include <stdlib.h>
#include <string.h>

#define PATH_BYTES (HTTP_URL_BYTES - 1024)

static void add_quoted(struct buffer *filter, const char *text)
{
    text_printf(filter, "'");
    for (; *text; text++)
        text_printf(filter, *text == '\'' ? "''" : "%c",
                    *text); /* OData 4.01, ABNF: SQUOTE-in-string */
    text_printf(filter, "'");
}

/* The path of the page behind `skip` actions. */
static void write_path(struct buffer *path, const struct listing_filter *filter, size_t skip)
{
    struct buffer condition;
    buffer_init(&condition, PATH_BYTES);
    text_printf(&condition, "type eq 'LiveResponse'");
    if (filter->since)
        text_printf(&condition, " and creationDateTimeUtc ge %s", filter->since);
    if (filter->requestor) {
        text_printf(&condition, " and requestor eq ");
        add_quoted(&condition, filter->requestor);
    }
    buffer_clear(path);
    text_printf(path, "/api/machineactions?$top=%d", LISTING_PAGE_ACTIONS);
    if (skip > 0)
        text_printf(path, "&$skip=%zu", skip);
    text_printf(path, "&$filter=");
    http_encode(path, buffer_text(&condition));
    buffer_release(&condition);
}

/* 1 and the next page's path, when the answer names one; 0 when not. */
static int next_path(const struct api *api, struct text answer, struct buffer *path,
                     struct error *err)
{
    char link[PATH_BYTES + 1];
    size_t length = strlen(api->url);
    struct text next = {0};
    if (json_slice_member(answer, "@odata.nextLink", &next, err))
        return -1;
    if (!next.bytes || (next.length == 4 && memcmp(next.bytes, "null", 4) == 0))
        return 0;
    if (!json_slice_text(answer, "@odata.nextLink", link, sizeof link))
        return error_set(err, ERROR_INVALID,
                         "the link to the list's next page is no text of at most %zu bytes",
                         sizeof link - 1);
    if (strncmp(link, api->url, length) != 0 || link[length] != '/')
        return error_set(
            err, ERROR_INVALID,
            "the list of actions goes on at another host than the API's: not followed");
    if (strcmp(link + length, buffer_text(path)) == 0)
        return error_set(err, ERROR_INVALID, "the list of actions leads in a circle");
    buffer_clear(path);
    text_printf(path, "%s", link + length);
    return 1;
}

static int give_page(struct text answer, listing_sink *sink, void *context, size_t *count,
                     struct error *err)
{
    struct text value, *actions;
    if (json_slice_member(answer, "value", &value, err))
        return -1;
    if (!value.bytes)
        return error_set(err, ERROR_INVALID, "the service's answer is no list of actions");
    if (json_slice_elements(value, &actions, count, err))
        return -1;
    int result = 0;
    for (size_t i = 0; i < *count && result == 0; i++)
        result = sink(context, actions[i], err);
    free(actions);
    return result;
}

/* 1: there is another page, at `path`. */
static int read_page(const struct api *api, struct http *http, const struct listing_filter *filter,
                     struct buffer *path, size_t *skip, listing_sink *sink, void *context,
                     struct error *err)
{
    struct buffer body;
    size_t count = 0;
    buffer_init(&body, API_ANSWER_BYTES);
    int more = api_get(api, http, buffer_text(path), false, &body, err);
    struct text answer = {buffer_text(&body), body.length};
    if (more == 0)
        more = give_page(answer, sink, context, &count, err);
    *skip += count;
    if (more == 0)
        more = next_path(api, answer, path, err);
    buffer_release(&body);
    if (more != 0 || count < LISTING_PAGE_ACTIONS)
        return more;
    write_path(path, filter, *skip);
    return 1;
}

int listing_run(const struct api *api, struct http *http, const struct listing_filter *filter,
                listing_sink *sink, void *context, struct error *err)
{
    struct buffer path;
    size_t skip = 0;
    int more = 1;
    buffer_init(&path, PATH_BYTES);
    write_path(&path, filter, skip);
    for (int page = 0; more == 1; page++) {
        if (page == LISTING_PAGES_MOST)
            more = error_set(err, ERROR_INVALID, "the list of actions has no end after %d pages",
                             LISTING_PAGES_MOST);
        else
            more = read_page(api, http, filter, &path, &skip, sink, context, err);
    }
    buffer_release(&path);
    return more;
}
