/*
 * http - one request and its response, through libcurl (curl_late.h); nothing else uses it.
 *
 * https only, TLS 1.2 or newer, certificate and name always checked; http only to a loopback address. Redirects are
 * never followed: the 3xx is the response. Nothing is decompressed, no cookie kept, no .netrc read. An error's
 * message names the host and never a URL's query, where a link's signature stands.
 */
#ifndef FETCH_HTTP_H
#define FETCH_HTTP_H

#include "base/buffer.h"
#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HTTP_URL_BYTES 16384
#define HTTP_FIELD_SIZE                                                                            \
    256 /* of a header's value that is kept, with the NUL; a longer one is as absent */

/* How all requests of a run are made. Borrowed for the life of each struct http. NULL: libcurl's defaults, which take
 * the proxy from the environment. */
struct http_options {
    const char *proxy;   /* URL */
    const char *ca_file; /* PEM; instead of the system's */
};

/* For one thread at a time; keeps connections between requests. */
struct http;

/* NULL with ERROR_IO when libcurl cannot be set up. The caller frees. */
struct http *http_new(const struct http_options *options, struct error *err);
void http_free(struct http *http); /* NULL is fine */

/* Of the last response. Texts are "" when absent. */
struct http_response {
    int status;
    int64_t content_length; /* -1 when not told */
    char content_type[HTTP_FIELD_SIZE];
    char content_range[HTTP_FIELD_SIZE];
    char content_md5[HTTP_FIELD_SIZE];
    char blob_content_md5[HTTP_FIELD_SIZE]; /* x-ms-blob-content-md5 */
    char etag[HTTP_FIELD_SIZE];
    char last_modified[HTTP_FIELD_SIZE];
    char date[HTTP_FIELD_SIZE];
    char retry_after[HTTP_FIELD_SIZE];
    char request_id[HTTP_FIELD_SIZE]; /* x-ms-request-id, else request-id */
    char error_code[HTTP_FIELD_SIZE]; /* x-ms-error-code */
};

/* Takes the body as it comes, after the headers. -1 ends the transfer with `err` as it was set. */
typedef int http_sink(void *context, const struct http_response *response, const void *bytes,
                      size_t length, struct error *err);

struct http_request {
    const char *url;
    const char *bearer;   /* token for the Authorization header; NULL: none */
    const char *form;     /* body of a POST, application/x-www-form-urlencoded; NULL: GET */
    const char *range;    /* value of the Range header, "bytes=5-"; NULL: none */
    const char *if_match; /* value of the If-Match header; NULL: none */
    http_sink *sink;      /* NULL: the body is thrown away */
    void *context;        /* the sink's */
};

/* Makes the request and waits for its end. 0 once a response has come whole, of whatever status. -1: ERROR_TEMPORARY
 * when the network failed, the transfer broke or stood still for a minute, or an interrupt came; ERROR_ACCESS when
 * the other side's certificate is not to be trusted; ERROR_USAGE for a URL that may not be asked; else what the sink
 * has set. *response is filled as far as it came. */
int http_send(struct http *http, const struct http_request *request, struct http_response *response,
              struct error *err);

/* Whether a URL may be asked: https, or http to a loopback address; no user name in it, at most HTTP_URL_BYTES.
 * `what` names it in the message. The host (lower case, without port) goes to `host` when that is not NULL. */
#define HTTP_HOST_SIZE 256
int http_check_url(const char *url, const char *what, char host[HTTP_HOST_SIZE], struct error *err);

/* Value of a query parameter, decoded, into `out`: true when it is there and fits. */
bool http_query_value(const char *url, const char *name, char *out, size_t size);

/* Appends text to a form or a query with everything but letters, digits and -._~ percent-encoded (RFC 3986, 2.3). */
void http_encode(struct buffer *out, const char *text);

#endif
