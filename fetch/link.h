/*
 * link - a signed link to a result, as the service hands it out: where it leads, how long it holds, and what of it may
 * be written down.
 *
 * The link is an Azure Blob SAS URL. Its signature is a secret for as long as it holds: only link->url has it, and
 * nothing but the request for the package may be given that.
 */
#ifndef FETCH_LINK_H
#define FETCH_LINK_H

#include "base/error.h"
#include "base/text.h"
#include "fetch/http.h"

#include <stdbool.h>
#include <stdint.h>

struct link {
    char url[HTTP_URL_BYTES + 1];
    char plain[HTTP_URL_BYTES + 1]; /* without query and fragment: what a receipt may hold */
    char host[HTTP_HOST_SIZE];
    int64_t expires_us; /* of its `se`, microseconds since 1970; 0 when it has none */
};

/* Reads the service's answer, a JSON object whose `value` is the link, which may be HTML-encoded, even several times.
 * 1; 0 when `value` is null, absent or empty, which happens and passes; -1 when the answer is no JSON object
 * (ERROR_INVALID) or its `value` no URL that may be asked (ERROR_ACCESS, without the URL's query).
 *
 * The host must be in `allowed`, names separated by spaces or commas: "*.name" stands for every host below it. NULL:
 * Azure Blob's. A loopback host is allowed only by name. */
int link_parse(struct link *link, struct text answer, const char *allowed, struct error *err);

/* Whether the link holds for less than a minute from `now_us`: then a new one is asked for. */
bool link_ends_soon(const struct link *link, int64_t now_us);

#endif
