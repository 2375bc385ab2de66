#include "fetch/http.h"

#include "base/interrupt.h"
#include "base/memory.h"
#include "base/text.h"
#include "fetch/curl_late.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define CONNECT_SECONDS 30L
#define STILL_SECONDS                                                                              \
    60L /* a transfer that brings less than STILL_BYTES a second for so long is over */
#define STILL_BYTES 1L
#define HEADER_BYTES 32768

struct http {
    const struct curl_late *late;
    CURL *curl;
    char message[CURL_ERROR_SIZE];
};

/* One request under way. */
struct transfer {
    struct http *http;
    const struct http_request *request;
    struct http_response *response;
    struct error *err;
    struct error sink_err;
    bool sink_failed, is_interrupted;
};

struct http *http_new(const struct http_options *options, struct error *err)
{
    const struct curl_late *late = curl_late(err);
    if (!late)
        return NULL;
    struct http *http = memory_zeroed(1, sizeof *http);
    http->late = late;
    /* Counted by libcurl; thread-safe there since 7.84. */
    if (late->global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK)
        http->curl = late->easy_init();
    if (!http->curl) {
        free(http);
        error_set(err, ERROR_IO, "libcurl cannot be set up");
        return NULL;
    }
    late->easy_set(http->curl, CURLOPT_PROXY, options->proxy);
    if (options->ca_file)
        late->easy_set(http->curl, CURLOPT_CAINFO, options->ca_file);
    return http;
}

void http_free(struct http *http)
{
    if (!http)
        return;
    http->late->easy_cleanup(http->curl);
    http->late->global_cleanup();
    free(http);
}

/* ---- URLs ---- */

/* The name (RFC 6761, 6.3: libcurl asks no server for it) or an address, never a name that begins as one. */
static bool is_loopback(const char *host)
{
    struct in_addr address;
    if (inet_pton(AF_INET, host, &address) == 1)
        return ntohl(address.s_addr) >> 24 == IN_LOOPBACKNET;
    return strcmp(host, "localhost") == 0 || strcmp(host, "[::1]") == 0;
}

/* A part of a parsed URL in lower case; false when it is absent or too long. */
static bool part(const struct curl_late *late, const CURLU *parsed, CURLUPart which, char *out,
                 size_t size)
{
    char *text = NULL;
    if (late->url_get(parsed, which, &text, 0) != CURLUE_OK)
        return false;
    size_t length = strlen(text);
    bool fits = length < size;
    for (size_t i = 0; fits && i <= length; i++)
        out[i] = (char)tolower((unsigned char)text[i]);
    late->free_text(text);
    return fits;
}

static int check_parsed(const struct curl_late *late, const CURLU *parsed, const char *what,
                        char host[HTTP_HOST_SIZE], struct error *err)
{
    char scheme[16], *user = NULL;
    if (!part(late, parsed, CURLUPART_SCHEME, scheme, sizeof scheme) ||
        !part(late, parsed, CURLUPART_HOST, host, HTTP_HOST_SIZE))
        return error_set(err, ERROR_USAGE, "%s is not a URL with a host", what);
    if (late->url_get(parsed, CURLUPART_USER, &user, 0) == CURLUE_OK) {
        late->free_text(user);
        return error_set(err, ERROR_USAGE, "%s has a user name in it: leave that out", what);
    }
    if (strcmp(scheme, "https") == 0 || (strcmp(scheme, "http") == 0 && is_loopback(host)))
        return 0;
    return error_set(err, ERROR_USAGE, "%s must begin with https:// (http:// is for loopback only)",
                     what);
}

int http_check_url(const char *url, const char *what, char host[HTTP_HOST_SIZE], struct error *err)
{
    char unwanted[HTTP_HOST_SIZE];
    if (strlen(url) > HTTP_URL_BYTES)
        return error_set(err, ERROR_USAGE, "%s is longer than %d bytes", what, HTTP_URL_BYTES);
    const struct curl_late *late = curl_late(err);
    if (!late)
        return -1;
    CURLU *parsed = late->url();
    int result = late->url_set(parsed, CURLUPART_URL, url, 0) == CURLUE_OK
                     ? check_parsed(late, parsed, what, host ? host : unwanted, err)
                     : error_set(err, ERROR_USAGE, "%s is not a URL", what);
    late->url_cleanup(parsed);
    return result;
}

static int hex_digit(char c)
{
    return c >= '0' && c <= '9'         ? c - '0'
           : isxdigit((unsigned char)c) ? (tolower(c) - 'a') + 10
                                        : -1;
}

static bool decode(const char *at, size_t length, char *out, size_t size)
{
    size_t used = 0;
    for (size_t i = 0; i < length; i++) {
        if (used + 1 >= size)
            return false;
        int high = at[i] == '%' && i + 2 < length ? hex_digit(at[i + 1]) : -1;
        int low = high >= 0 ? hex_digit(at[i + 2]) : -1;
        out[used++] = low >= 0 ? (char)(high * 16 + low) : at[i];
        i += low >= 0 ? 2 : 0;
    }
    out[used] = '\0';
    return true;
}

bool http_query_value(const char *url, const char *name, char *out, size_t size)
{
    size_t name_length = strlen(name);
    const char *at = strchr(url, '?');
    out[0] = '\0';
    while (at) {
        at++;
        const char *end = at + strcspn(at, "&#");
        if (strncmp(at, name, name_length) == 0 && at[name_length] == '=')
            return decode(at + name_length + 1, (size_t)(end - at) - name_length - 1, out, size);
        at = *end == '&' ? end : NULL;
    }
    return false;
}

void http_encode(struct buffer *out, const char *text)
{
    for (; *text; text++) {
        unsigned char byte = (unsigned char)*text;
        if ((byte < 0x80 && isalnum(byte)) || strchr("-._~", byte))
            buffer_append(out, text, 1);
        else
            text_printf(out, "%%%02X", byte);
    }
}

/* ---- the response ---- */

struct field {
    const char *name;
    size_t offset;
};

#define FIELD(name, member)                                                                        \
    {                                                                                              \
        name, offsetof(struct http_response, member)                                               \
    }

static const struct field fields[] = {
    FIELD("content-type", content_type),
    FIELD("content-range", content_range),
    FIELD("content-md5", content_md5),
    FIELD("etag", etag),
    FIELD("last-modified", last_modified),
    FIELD("date", date),
    FIELD("retry-after", retry_after),
    FIELD("x-ms-request-id", request_id),
    FIELD("request-id", request_id),
    FIELD("x-ms-error-code", error_code),
    FIELD("x-ms-blob-content-md5", blob_content_md5),
};

static void forget(struct http_response *response)
{
    *response = (struct http_response){.content_length = -1};
}

static void take_field(struct http_response *response, const char *name, size_t name_length,
                       const char *value, size_t length)
{
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        char *out = (char *)response + fields[i].offset;
        if (strlen(fields[i].name) == name_length &&
            strncasecmp(fields[i].name, name, name_length) == 0 && !out[0] &&
            length < HTTP_FIELD_SIZE) {
            memcpy(out, value, length);
            out[length] = '\0';
        }
    }
    int64_t number;
    if (name_length == strlen("content-length") &&
        strncasecmp(name, "content-length", name_length) == 0 &&
        text_parse_int64(value, length, &number) == 0 && number >= 0)
        response->content_length = number;
}

/* A status line begins a response: what an interim one (1xx) or a proxy said is forgotten. */
static size_t on_header(char *bytes, size_t size, size_t count, void *context)
{
    struct transfer *transfer = context;
    size_t length = size * count;
    if (length > 5 && strncasecmp(bytes, "HTTP/", 5) == 0) {
        forget(transfer->response);
        return length;
    }
    const char *colon = memchr(bytes, ':', length);
    if (!colon)
        return length;
    const char *value = colon + 1, *end = bytes + length;
    while (value < end && isspace((unsigned char)*value))
        value++;
    while (end > value && isspace((unsigned char)end[-1]))
        end--;
    take_field(transfer->response, bytes, (size_t)(colon - bytes), value, (size_t)(end - value));
    return length;
}

static void note_status(struct transfer *transfer)
{
    long status = 0;
    transfer->http->late->easy_get(transfer->http->curl, CURLINFO_RESPONSE_CODE, &status);
    transfer->response->status = (int)status;
}

static size_t on_body(char *bytes, size_t size, size_t count, void *context)
{
    struct transfer *transfer = context;
    const struct http_request *request = transfer->request;
    note_status(transfer);
    if (!request->sink || request->sink(request->context, transfer->response, bytes, size * count,
                                        &transfer->sink_err) == 0)
        return size * count;
    transfer->sink_failed = true;
    return CURL_WRITEFUNC_ERROR;
}

static int on_progress(void *context, curl_off_t down_all, curl_off_t down, curl_off_t up_all,
                       curl_off_t up)
{
    struct transfer *transfer = context;
    (void)down_all;
    (void)down;
    (void)up_all;
    (void)up;
    transfer->is_interrupted = interrupt_check(NULL) != 0;
    return transfer->is_interrupted;
}

/* ---- the request ---- */

static struct curl_slist *add_header(const struct curl_late *late, struct curl_slist *headers,
                                     const char *name, const char *value)
{
    struct buffer line;
    if (!value)
        return headers;
    buffer_init(&line, HEADER_BYTES);
    text_printf(&line, "%s: %s", name, value);
    struct curl_slist *more = late->slist_append(headers, buffer_text(&line));
    buffer_release(&line);
    return more ? more : headers;
}

static struct curl_slist *make_headers(const struct curl_late *late,
                                       const struct http_request *request)
{
    struct curl_slist *headers = NULL;
    struct buffer bearer;
    buffer_init(&bearer, HEADER_BYTES);
    if (request->bearer)
        text_printf(&bearer, "Bearer %s", request->bearer);
    headers =
        add_header(late, headers, "Authorization", request->bearer ? buffer_text(&bearer) : NULL);
    headers = add_header(late, headers, "Range", request->range);
    headers = add_header(late, headers, "If-Match", request->if_match);
    buffer_release(&bearer);
    return headers;
}

static void set_up(struct http *http, struct transfer *transfer, struct curl_slist *headers)
{
    CURL *curl = http->curl;
    const struct curl_late *late = http->late;
    const struct http_request *request = transfer->request;
    late->easy_set(curl, CURLOPT_URL, request->url);
    late->easy_set(curl, CURLOPT_PROTOCOLS_STR, "https,http");
    late->easy_set(curl, CURLOPT_FOLLOWLOCATION, 0L);
    late->easy_set(curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    late->easy_set(curl, CURLOPT_SSL_VERIFYPEER, 1L);
    late->easy_set(curl, CURLOPT_SSL_VERIFYHOST, 2L);
    late->easy_set(curl, CURLOPT_NOSIGNAL, 1L);
    late->easy_set(curl, CURLOPT_USERAGENT, "lrarchive/" LRARCHIVE_VERSION);
    late->easy_set(curl, CURLOPT_ERRORBUFFER, http->message);
    late->easy_set(curl, CURLOPT_CONNECTTIMEOUT, CONNECT_SECONDS);
    late->easy_set(curl, CURLOPT_LOW_SPEED_TIME, STILL_SECONDS);
    late->easy_set(curl, CURLOPT_LOW_SPEED_LIMIT, STILL_BYTES);
    late->easy_set(curl, CURLOPT_HTTPHEADER, headers);
    late->easy_set(curl, CURLOPT_HTTPGET, 1L);
    if (request->form) {
        late->easy_set(curl, CURLOPT_POST, 1L);
        late->easy_set(curl, CURLOPT_POSTFIELDSIZE, (long)strlen(request->form));
        late->easy_set(curl, CURLOPT_POSTFIELDS, request->form);
    }
    late->easy_set(curl, CURLOPT_HEADERFUNCTION, on_header);
    late->easy_set(curl, CURLOPT_HEADERDATA, transfer);
    late->easy_set(curl, CURLOPT_WRITEFUNCTION, on_body);
    late->easy_set(curl, CURLOPT_WRITEDATA, transfer);
    late->easy_set(curl, CURLOPT_NOPROGRESS, 0L);
    late->easy_set(curl, CURLOPT_XFERINFOFUNCTION, on_progress);
    late->easy_set(curl, CURLOPT_XFERINFODATA, transfer);
}

/* libcurl's own sentences name host and port at most; its words for a code alone say less. */
static int fail(struct transfer *transfer, CURLcode code, const char *host)
{
    const char *why = transfer->http->message[0] ? transfer->http->message
                                                 : transfer->http->late->easy_strerror(code);
    struct error *err = transfer->err;
    if (transfer->sink_failed) {
        if (err)
            *err = transfer->sink_err;
        return -1;
    }
    if (transfer->is_interrupted)
        return interrupt_check(err);
    switch (code) {
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
        return error_set(err, ERROR_ACCESS,
                         "%s: its certificate is not trusted: %s; is there a proxy that opens TLS? "
                         "Give its authority with --ca-file",
                         host, why);
    case CURLE_OUT_OF_MEMORY:
        return error_set(err, ERROR_IO, "%s: %s", host, why);
    default:
        return error_set(err, ERROR_TEMPORARY, "%s: %s", host, why);
    }
}

int http_send(struct http *http, const struct http_request *request, struct http_response *response,
              struct error *err)
{
    char host[HTTP_HOST_SIZE];
    struct transfer transfer = {.http = http, .request = request, .response = response, .err = err};
    forget(response);
    if (http_check_url(request->url, "the address", host, err))
        return -1;
    struct curl_slist *headers = make_headers(http->late, request);
    http->message[0] = '\0';
    set_up(http, &transfer, headers);
    CURLcode code = http->late->easy_perform(http->curl);
    note_status(&transfer);
    http->late->easy_set(http->curl, CURLOPT_HTTPHEADER, NULL);
    http->late->slist_free_all(headers);
    return code == CURLE_OK ? 0 : fail(&transfer, code, host);
}
