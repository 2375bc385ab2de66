/*
 * download - one result's package, from its link into a file, however often the transfer breaks.
 *
 * The link is asked for and used at once. What comes goes into `path`, a spool file, and is hashed on the way. A broken
 * transfer goes on where it was, by Range with If-Match, and begins anew when the other side does not play along or
 * the package has changed. A link that has ended, or is about to, is asked for again. What is needed to go on after
 * kill -9 stands beside the file, in `path`.etag: the ETag and, below it, the checksum that was told.
 *
 * A package is whole when its length is the one that was told and its checksum, where one was told, fits: Content-MD5
 * (RFC 1864) of a transfer that begins at the first byte, else x-ms-blob-content-md5, which Azure's blobs have when they
 * answer with a part. An answer that is a page of HTML or XML and no blob is never taken for one.
 */
#ifndef FETCH_DOWNLOAD_H
#define FETCH_DOWNLOAD_H

#include "base/error.h"
#include "base/sha256.h"
#include "base/time.h"
#include "fetch/api.h"
#include "fetch/link.h"

#include <stdbool.h>
#include <stdint.h>

#define DOWNLOAD_LINKS_MOST 20 /* links asked for, for one package */
#define DOWNLOAD_EMPTY_MOST 5  /* answers without a link in a row */

struct download_request {
    const char *action_id; /* a GUID */
    int64_t command_index;
    const char *path;
    const char *blob_hosts; /* as link_parse takes them */
    int64_t most_bytes; /* a longer package is refused (ERROR_LIMIT); 0: the disk is the limit */
    bool is_fresh;      /* the action may be too new for the service to know it */
    /* Bytes on disk and in all (-1: not told), as they come; may be NULL. */
    void (*progress)(void *context, int64_t bytes, int64_t total_bytes);
    void *progress_context;
};

/* What is known of the package that was brought, for its receipt. Nothing here is a secret. */
struct download {
    char sha256[SHA256_HEX_SIZE];
    int64_t size_bytes;
    char content_md5
        [HTTP_FIELD_SIZE]; /* of the whole, as told by any of its transfers; "" when none did */
    char link[HTTP_URL_BYTES + 1]; /* without its query */
    struct http_response response; /* the last one */
    char started_at[TIME_TEXT_SIZE], ended_at[TIME_TEXT_SIZE];
    int links, transfers; /* how many of each it took */
};

/* Brings the package. The file is whole and fsynced on 0. On -1 what has come stays for the next time, unless it
 * is of no use: ERROR_NOT_FOUND no such result, ERROR_ACCESS refused, ERROR_TEMPORARY again later, ERROR_LIMIT too
 * large, ERROR_IO the disk. */
int download_run(const struct api *api, struct http *http, const struct download_request *request,
                 struct download *download, struct error *err);

/* Removes the spool file and what stands beside it. */
void download_forget(const char *path);

#endif
