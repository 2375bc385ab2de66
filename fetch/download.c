#include "fetch/download.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/md5.h"
#include "base/memory.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#define SECOND_US 1000000LL
#define BLOCK_BYTES 65536
#define EMPTY_STEP_US (5 * SECOND_US)
#define ANEW_MOST 5 /* times that a transfer may begin anew for want of a fit */

struct run {
    const struct api *api;
    struct http *http;
    const struct download_request *request;
    struct download *download;
    char *etag_path;
    int fd;
    struct sha256 *sha256;
    struct md5 *md5;
    int64_t size_bytes;     /* written and hashed */
    int64_t total_bytes;    /* told; -1 not */
    int64_t farthest_bytes; /* that any transfer of this run came to */
    char etag[HTTP_FIELD_SIZE];
    struct link link;
    /* of the transfer under way */
    bool is_body; /* what comes is the package */
    int failures, anew, refused;
};

/* ---- the spool file ---- */

static int hash_what_is_there(struct run *run, struct error *err)
{
    char *block = memory_allocate(BLOCK_BYTES);
    ssize_t got;
    while ((got = pread(run->fd, block, BLOCK_BYTES, run->size_bytes)) > 0) {
        sha256_update(run->sha256, block, (size_t)got);
        md5_update(run->md5, block, (size_t)got);
        run->size_bytes += got;
    }
    int why = errno;
    free(block);
    if (got == 0)
        return 0;
    error_set_errno(err, ERROR_IO, why, "cannot be read");
    return error_at_path(err, run->request->path);
}

static int begin_anew(struct run *run, struct error *err)
{
    sha256_reset(run->sha256);
    md5_reset(run->md5);
    run->size_bytes = 0;
    run->total_bytes = -1;
    run->etag[0] = '\0';
    run->download->content_md5[0] = '\0';
    unlink(run->etag_path);
    return file_truncate(run->fd, run->request->path, 0, err);
}

static void copy_field(char field[HTTP_FIELD_SIZE], const char *text, size_t length)
{
    if (length < HTTP_FIELD_SIZE)
        snprintf(field, HTTP_FIELD_SIZE, "%.*s", (int)length, text);
}

/* Only what is known to be of one package can be gone on with. */
static int read_etag(struct run *run, struct error *err)
{
    struct buffer text;
    buffer_init(&text, (size_t)2 * HTTP_FIELD_SIZE);
    if (file_exists(run->etag_path) && file_read(run->etag_path, &text, NULL) == 0) {
        const char *line = buffer_text(&text), *next = line + strcspn(line, "\n");
        copy_field(run->etag, line, (size_t)(next - line));
        next += *next ? 1 : 0;
        copy_field(run->download->content_md5, next, strcspn(next, "\n"));
    }
    buffer_release(&text);
    return run->etag[0] ? hash_what_is_there(run, err) : begin_anew(run, err);
}

/* What an answer tells of the whole package. Content-MD5 of a part is the part's. */
static int note_told(struct run *run, const struct http_response *response, struct error *err)
{
    struct download *download = run->download;
    const char *etag = response->status == 200 ? response->etag : run->etag;
    const char *md5 = response->status == 200 && response->content_md5[0]
                          ? response->content_md5
                          : response->blob_content_md5;
    if (strcmp(run->etag, etag) == 0 && (!md5[0] || strcmp(download->content_md5, md5) == 0))
        return 0;
    copy_field(run->etag, etag, strlen(etag));
    if (md5[0])
        copy_field(download->content_md5, md5, strlen(md5));
    if (!run->etag[0])
        return 0;
    struct buffer lines;
    buffer_init(&lines, (size_t)2 * HTTP_FIELD_SIZE);
    text_printf(&lines, "%s\n%s\n", run->etag, download->content_md5);
    int result = file_replace(run->etag_path, lines.bytes, lines.length, err);
    buffer_release(&lines);
    return result;
}

static int open_spool(struct run *run, struct error *err)
{
    run->fd = file_open(run->request->path, O_RDWR | O_CREAT, err);
    if (run->fd < 0)
        return -1;
    run->sha256 = sha256_new();
    run->md5 = md5_new();
    run->total_bytes = -1;
    return read_etag(run, err);
}

void download_forget(const char *path)
{
    struct buffer name;
    buffer_init(&name, strlen(path) + 8);
    text_printf(&name, "%s.etag", path);
    unlink(buffer_text(&name));
    unlink(path);
    buffer_release(&name);
}

/* ---- what comes ---- */

/* Of "bytes 5-9/10": where it begins, and how long all is (-1 unknown). */
static bool parse_content_range(const char *text, int64_t *begin, int64_t *total)
{
    char *end;
    if (strncasecmp(text, "bytes ", 6) != 0)
        return false;
    *begin = text[6] == '*' ? -1 : strtoll(text + 6, &end, 10);
    const char *slash = strchr(text, '/');
    *total = slash && slash[1] != '*' ? strtoll(slash + 1, &end, 10) : -1;
    return slash != NULL;
}

static bool is_page(const struct http_response *response)
{
    return !response->etag[0] && (strncasecmp(response->content_type, "text/html", 9) == 0 ||
                                  strncasecmp(response->content_type, "application/xml", 15) == 0 ||
                                  strncasecmp(response->content_type, "text/xml", 8) == 0);
}

/* The first bytes of a body: is it the package, and from where on? */
static int begin_body(struct run *run, const struct http_response *response, struct error *err)
{
    int64_t begin = 0;
    if (response->status == 206 &&
        (!parse_content_range(response->content_range, &begin, &run->total_bytes) ||
         begin != run->size_bytes || (response->etag[0] && strcmp(response->etag, run->etag) != 0)))
        return begin_anew(run, err)
                   ? -1
                   : error_set(err, ERROR_TEMPORARY, "another part came than asked for");
    if (response->status == 200) {
        if (run->size_bytes > 0 && begin_anew(run, err))
            return -1;
        run->total_bytes = response->content_length;
    }
    run->is_body = true;
    return note_told(run, response, err);
}

static int write_body(struct run *run, const void *bytes, size_t length, struct error *err)
{
    const struct download_request *request = run->request;
    if (request->most_bytes > 0 && run->size_bytes + (int64_t)length > request->most_bytes)
        return error_set(err, ERROR_LIMIT, "the package is longer than %lld bytes",
                         (long long)request->most_bytes);
    if (lseek(run->fd, run->size_bytes, SEEK_SET) < 0 ||
        file_write(run->fd, request->path, bytes, length, err))
        return -1;
    sha256_update(run->sha256, bytes, length);
    md5_update(run->md5, bytes, length);
    run->size_bytes += (int64_t)length;
    if (request->progress)
        request->progress(request->progress_context, run->size_bytes, run->total_bytes);
    return 0;
}

static int on_bytes(void *context, const struct http_response *response, const void *bytes,
                    size_t length, struct error *err)
{
    struct run *run = context;
    bool is_package = (response->status == 200 || response->status == 206) && !is_page(response);
    /* Of a page of error the headers say enough. */
    if (!is_package)
        return 0;
    if (!run->is_body && begin_body(run, response, err))
        return -1;
    return write_body(run, bytes, length, err);
}

/* ---- how it ends ---- */

enum outcome { FAILED = -1, DONE, AGAIN, NEW_LINK };

static enum outcome give_up_or(enum outcome next, struct run *run, struct error *err)
{
    if (++run->failures >= API_ATTEMPTS)
        return FAILED;
    return api_back_off(run->failures, err) ? FAILED : next;
}

static enum outcome anew(struct run *run, const char *why, struct error *err)
{
    if (++run->anew > ANEW_MOST)
        return error_set(err, ERROR_TEMPORARY, "%s, %d times in a row", why, ANEW_MOST);
    return begin_anew(run, err) ? FAILED : AGAIN;
}

/* Whole: as long as was told, and with the checksum that was told. */
static enum outcome finish(struct run *run, struct error *err)
{
    char md5[MD5_BASE64_SIZE];
    struct download *download = run->download;
    if (run->total_bytes >= 0 && run->size_bytes < run->total_bytes) {
        error_set(err, ERROR_TEMPORARY, "the transfer ended after %lld of %lld bytes",
                  (long long)run->size_bytes, (long long)run->total_bytes);
        return give_up_or(AGAIN, run, err);
    }
    if (run->total_bytes >= 0 && run->size_bytes > run->total_bytes)
        return anew(run, "more bytes came than were told", err);
    md5_finish(run->md5, md5);
    if (download->content_md5[0] && md5[0] && strcmp(download->content_md5, md5) != 0)
        return anew(run, "the package's Content-MD5 does not fit its bytes", err);
    if (file_sync(run->fd, run->request->path, err))
        return FAILED;
    sha256_finish(run->sha256, download->sha256);
    download->size_bytes = run->size_bytes;
    return DONE;
}

static enum outcome fail(struct run *run, enum error_code code, const char *advice,
                         struct error *err)
{
    const struct http_response *response = &run->download->response;
    error_set(err, code, "the host of the package, %s, answered %d%s%s%s%s%s%s", run->link.host,
              response->status, response->error_code[0] ? " " : "", response->error_code,
              response->request_id[0] ? " (request id " : "", response->request_id,
              response->request_id[0] ? ")" : "", advice);
    return FAILED;
}

/* 403 is what a link that has ended gives, and one that never was right. */
static enum outcome refused(struct run *run, struct error *err)
{
    fail(run, ERROR_ACCESS,
         ": its link is refused even when it is new; is this machine's clock right, and may it "
         "reach that host?",
         err);
    return ++run->refused > 2 ? FAILED : NEW_LINK;
}

static enum outcome judge(struct run *run, struct error *err)
{
    const struct http_response *response = &run->download->response;
    int status = response->status;
    int64_t begin, total;
    if ((status == 200 || status == 206) && is_page(response)) {
        fail(run, ERROR_TEMPORARY, ": a page, no package; is there a proxy in between?", err);
        return give_up_or(NEW_LINK, run, err);
    }
    if (status == 200 || status == 206) {
        /* An empty package has no first bytes. */
        return !run->is_body && begin_body(run, response, err) ? FAILED : finish(run, err);
    }
    if (status == 416 && parse_content_range(response->content_range, &begin, &total) &&
        total == run->size_bytes && total > 0) {
        run->total_bytes = total;
        return finish(run, err); /* all of it was there */
    }
    if (status == 412 || status == 416)
        return anew(run, "the package changes while it is brought", err);
    if (status == 403)
        return refused(run, err);
    if (status == 429 || status >= 500) {
        fail(run, ERROR_TEMPORARY, "", err);
        return give_up_or(AGAIN, run, err);
    }
    fail(run, status == 404 ? ERROR_NOT_FOUND : ERROR_INVALID, "", err);
    return status == 404 ? give_up_or(NEW_LINK, run, err) : FAILED;
}

static enum outcome transfer(struct run *run, struct error *err)
{
    char range[64];
    struct http_request request = {.url = run->link.url, .sink = on_bytes, .context = run};
    if (run->size_bytes > 0 && !run->etag[0] && begin_anew(run, err))
        return FAILED;
    if (run->size_bytes > 0) {
        snprintf(range, sizeof range, "bytes=%lld-", (long long)run->size_bytes);
        request.range = range;
        request.if_match = run->etag;
    }
    run->is_body = false;
    run->download->transfers++;
    if (http_send(run->http, &request, &run->download->response, err) == 0)
        return judge(run, err);
    /* What gets on each time is no failure in a row. */
    if (run->size_bytes > run->farthest_bytes) {
        run->farthest_bytes = run->size_bytes;
        run->failures = 0;
    }
    return err->code == ERROR_TEMPORARY ? give_up_or(AGAIN, run, err) : FAILED;
}

/* ---- the link ---- */

static int ask_link(struct run *run, struct error *err)
{
    char path[256];
    struct buffer answer;
    const struct download_request *request = run->request;
    snprintf(path, sizeof path,
             "/api/machineactions/%.64s/GetLiveResponseResultDownloadLink(index=%lld)",
             request->action_id, (long long)request->command_index);
    if (++run->download->links > DOWNLOAD_LINKS_MOST)
        return error_set(err, ERROR_TEMPORARY, "no transfer came to its end with %d links",
                         DOWNLOAD_LINKS_MOST);
    buffer_init(&answer, API_ANSWER_BYTES);
    int result = api_get(run->api, run->http, path, request->is_fresh, &answer, err);
    if (result == 0)
        result =
            link_parse(&run->link, (struct text){answer.bytes ? answer.bytes : "", answer.length},
                       request->blob_hosts, err);
    else
        result = -1;
    if (answer.bytes)
        explicit_bzero(answer.bytes, answer.capacity);
    buffer_release(&answer);
    if (result == 1)
        snprintf(run->download->link, sizeof run->download->link, "%s", run->link.plain);
    return result;
}

static int get_link(struct run *run, struct error *err)
{
    for (int i = 0; i < DOWNLOAD_EMPTY_MOST; i++) {
        int found = ask_link(run, err);
        if (found != 0)
            return found == 1 ? 0 : -1;
        if (clock_sleep_us(EMPTY_STEP_US, err))
            return -1;
    }
    return error_set(err, ERROR_TEMPORARY,
                     "the service gives no link to this result, %d times in a row",
                     DOWNLOAD_EMPTY_MOST);
}

static int bring(struct run *run, struct error *err)
{
    enum outcome outcome = NEW_LINK;
    while (outcome == AGAIN || outcome == NEW_LINK) {
        if ((outcome == NEW_LINK || link_ends_soon(&run->link, clock_now_us())) &&
            get_link(run, err))
            return -1;
        outcome = transfer(run, err);
    }
    return outcome == DONE ? 0 : -1;
}

int download_run(const struct api *api, struct http *http, const struct download_request *request,
                 struct download *download, struct error *err)
{
    struct error own = {0};
    struct buffer etag_path;
    struct run run = {.api = api, .http = http, .request = request, .download = download, .fd = -1};
    *download = (struct download){0};
    buffer_init(&etag_path, strlen(request->path) + 8);
    text_printf(&etag_path, "%s.etag", request->path);
    run.etag_path = memory_copy_text(etag_path.bytes, etag_path.length);
    buffer_release(&etag_path);
    time_now(download->started_at);
    int result = open_spool(&run, &own) || bring(&run, &own) ? -1 : 0;
    time_now(download->ended_at);
    explicit_bzero(&run.link, sizeof run.link);
    if (run.fd >= 0)
        close(run.fd);
    sha256_free(run.sha256);
    md5_free(run.md5);
    free(run.etag_path);
    /* Nothing came, or nothing that can be gone on with. */
    if (result && run.fd >= 0 && (run.size_bytes == 0 || !run.etag[0]))
        download_forget(request->path);
    if (result && err)
        *err = own;
    return result;
}
