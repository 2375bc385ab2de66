/*
 * cloud - where the service and its login are, for each of Microsoft's clouds that it runs in.
 */
#ifndef FETCH_CLOUD_H
#define FETCH_CLOUD_H

#include "base/buffer.h"

struct cloud {
    const char *name; /* as --cloud takes it */
    const char *api_url;
    const char *login_url;
    const char *scope;      /* of a token for the API */
    const char *blob_hosts; /* where packages come from, as link_parse takes it */
};

/* The cloud of that name, in upper or lower case; NULL: unknown. Static. */
const struct cloud *cloud_find(const char *name);

/* Appends all names, for a message: "commercial, us, … or dod". */
void cloud_names(struct buffer *out);

#endif
