/*
 * listing - the service's list of machine actions, page by page.
 *
 * GET /api/machineactions with $filter, $top and $skip; a page that names the next one (@odata.nextLink) is followed
 * there, if that is the same API. Each action is given as the bytes that the service sent.
 */
#ifndef FETCH_LISTING_H
#define FETCH_LISTING_H

#include "base/error.h"
#include "base/text.h"
#include "fetch/api.h"

#define LISTING_PAGE_ACTIONS 1000
#define LISTING_PAGES_MOST 1000

/* What the service is asked for; NULL: any. */
struct listing_filter {
    const char *since;     /* created then or later; a base/time.h text */
    const char *requestor; /* exactly */
};

/* One action, a JSON object, borrowed for the call. -1 ends the listing with its error. */
typedef int listing_sink(void *context, struct text action, struct error *err);

/* All actions of type LiveResponse that fit, in the service's order. An action that moves from page to page while they
 * are read may come twice. -1: as api_get; ERROR_INVALID when an answer is no list, leads elsewhere, in a circle or never
 * ends. `err` is never NULL. */
int listing_run(const struct api *api, struct http *http, const struct listing_filter *filter,
                listing_sink *sink, void *context, struct error *err);

#endif
