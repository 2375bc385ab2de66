#include "cmd/fetch_check.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/json_slice.h"
#include "base/memory.h"
#include "cmd/fetch_action.h"
#include "cmd/fetch_bars.h"
#include "fetch/link.h"
#include "fetch/token_claims.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

#define SKEW_SECONDS 120 /* tokens and links are judged by the other side's clock */
#define LISTED 100       /* actions that are looked through for a result */

struct check {
    struct output *output;
    struct connection *connection;
    const struct fetch_options *fetch;
    const struct options *options;
    enum exit_status status;
    struct buffer list; /* the newest actions */
};

/* ---- what is said ---- */

static void say(struct check *check, const char *name, const char *verdict, const char *sentence)
{
    struct output *output = check->output;
    struct text text = {sentence, strlen(sentence)};
    if (output->json) {
        struct json_writer *writer = output_object(output);
        json_writer_text(writer, "check", name);
        json_writer_text(writer, "status", verdict);
        json_writer_bytes(writer, "message", text);
        output_object_end(output);
        return;
    }
    output_format(output, "%-8s %-12s ", verdict, name);
    output_line_of(output, text);
    output_bytes(output, "\n", 1);
    output_flush(output);
}

static void fail(struct check *check, const char *name, const struct error *err)
{
    check->status = output_worse(check->status, output_status(err->code));
    say(check, name, "FAILED", err->message);
}

/* ---- the things ---- */

static bool has_word(const char *words, const char *word)
{
    size_t length = strlen(word);
    for (const char *at = words; (at = strstr(at, word)) != NULL; at += length)
        if ((at == words || at[-1] == ' ') && (at[length] == ' ' || at[length] == '\0'))
            return true;
    return false;
}

static void check_roles(struct check *check, const struct token_claims *claims)
{
    char sentence[ERROR_MESSAGE_SIZE];
    struct error err = {0};
    if (has_word(claims->roles, "Machine.ReadWrite.All") ||
        has_word(claims->roles, "Machine.Read.All") ||
        has_word(claims->scopes, "Machine.LiveResponse")) {
        snprintf(sentence, sizeof sentence, "%.480s%s%.480s", claims->roles,
                 claims->roles[0] && claims->scopes[0] ? ", " : "", claims->scopes);
        say(check, "permissions", "ok", sentence);
    } else if (claims->roles[0] || claims->scopes[0]) {
        error_set(&err, ERROR_ACCESS,
                  "the token has '%.200s', and results need the application permission "
                  "Machine.ReadWrite.All, or Machine.LiveResponse for a person: "
                  "Machine.LiveResponse alone lets an app run commands and not read what they gave",
                  claims->roles[0] ? claims->roles : claims->scopes);
        fail(check, "permissions", &err);
    } else {
        say(check, "permissions", "unknown", "the token does not tell them");
    }
}

/* False when there is no token: then nothing can be asked. */
static bool check_token(struct check *check)
{
    struct token_claims claims;
    struct error err = {0};
    char sentence[256], span[FETCH_SPAN_SIZE];
    struct buffer token;
    buffer_init(&token, TOKEN_BYTES);
    bool has = connection_open(check->connection, &err) == 0 &&
               token_get(check->connection->api.token, NULL, &token, &err) == 0;
    bool tells = has && token_read_claims(buffer_text(&token), &claims);
    if (token.bytes)
        explicit_bzero(token.bytes, token.capacity);
    buffer_release(&token);
    if (!has) {
        fail(check, "token", &err);
        return false;
    }
    int64_t left_us =
        tells && claims.expires_seconds ? claims.expires_seconds * 1000000 - clock_now_us() : 0;
    if (left_us > 0)
        snprintf(sentence, sizeof sentence, "of tenant %s, ends in %s",
                 claims.tenant_id[0] ? claims.tenant_id : "(not told)", fetch_span(left_us, span));
    else
        snprintf(sentence, sizeof sentence, "there; when it ends is not told");
    say(check, "token", "ok", sentence);
    if (tells)
        check_roles(check, &claims);
    else
        say(check, "permissions", "unknown", "the token does not tell them");
    return true;
}

/* Asks without the token: only the answer's date counts. */
static void check_clock(struct check *check)
{
    struct http_request request = {.url = check->connection->api.url};
    struct http_response response;
    struct error err = {0};
    struct tm parts = {0};
    char sentence[128];
    if (http_send(check->connection->http, &request, &response, &err)) {
        fail(check, "clock", &err);
        return;
    }
    if (!strptime(response.date, "%a, %d %b %Y %H:%M:%S GMT", &parts)) {
        say(check, "clock", "unknown", "the service does not tell the time");
        return;
    }
    long long off = (long long)(clock_now_us() / 1000000) - (long long)timegm(&parts);
    if (off > SKEW_SECONDS || off < -SKEW_SECONDS) {
        error_set(&err, ERROR_IO, "this machine's clock is %lld s %s the service's: set it (NTP)",
                  llabs(off), off > 0 ? "ahead of" : "behind");
        fail(check, "clock", &err);
        return;
    }
    snprintf(sentence, sizeof sentence, "%lld s off the service's", llabs(off));
    say(check, "clock", "ok", sentence);
}

static bool check_api(struct check *check)
{
    char path[64];
    struct error err = {0};
    snprintf(path, sizeof path, "/api/machineactions?$top=%d", LISTED);
    if (api_get(&check->connection->api, check->connection->http, path, false, &check->list,
                &err)) {
        fail(check, "API", &err);
        return false;
    }
    say(check, "API", "ok", check->connection->api.url);
    return true;
}

/* A command of the list that has a result: its link's path, or "". */
static void find_result(struct text action, char *path, size_t size)
{
    struct text commands, *elements;
    size_t count;
    char id[FETCH_ID_SIZE], status[32], index[24], type[32];
    struct text command, number;
    path[0] = '\0';
    if (!json_slice_text(action, "id", id, sizeof id) ||
        json_slice_member(action, "commands", &commands, NULL) || !commands.bytes ||
        json_slice_elements(commands, &elements, &count, NULL))
        return;
    for (size_t i = 0; i < count && !path[0]; i++) {
        if (!json_slice_text(elements[i], "commandStatus", status, sizeof status) ||
            json_slice_member(elements[i], "command", &command, NULL) || !command.bytes ||
            !json_slice_text(command, "type", type, sizeof type) ||
            json_slice_member(elements[i], "index", &number, NULL) || !number.bytes ||
            number.length >= sizeof index || strcmp(status, "Completed") != 0 ||
            strcmp(type, "PutFile") == 0)
            continue;
        snprintf(path, size, "/api/machineactions/%s/GetLiveResponseResultDownloadLink(index=%.*s)",
                 id, (int)number.length, number.bytes);
    }
    free(elements);
}

static int get_first_byte(struct check *check, const struct link *link, struct error *err)
{
    struct http_request request = {.url = link->url, .range = "bytes=0-0"};
    struct http_response response;
    if (http_send(check->connection->http, &request, &response, err))
        return -1;
    if (response.status == 200 || response.status == 206)
        return 0;
    return error_set(err, ERROR_ACCESS, "%s answers %d %s", link->host, response.status,
                     response.error_code);
}

static void try_link(struct check *check, const char *path)
{
    struct link *link = memory_zeroed(1, sizeof *link);
    struct buffer answer;
    struct error err = {0};
    buffer_init(&answer, API_ANSWER_BYTES);
    int found =
        api_get(&check->connection->api, check->connection->http, path, false, &answer, &err);
    if (found == 0)
        found = link_parse(link, (struct text){buffer_text(&answer), answer.length},
                           check->connection->blob_hosts, &err);
    if (found == 0)
        error_set(&err, ERROR_TEMPORARY, "the service gave no link; that passes");
    if (found == 1 && get_first_byte(check, link, &err) == 0)
        say(check, "downloads", "ok", link->host);
    else
        fail(check, "downloads", &err);
    if (answer.bytes)
        explicit_bzero(answer.bytes, answer.capacity);
    buffer_release(&answer);
    explicit_bzero(link, sizeof *link);
    free(link);
}

static void check_downloads(struct check *check)
{
    struct text value, *actions = NULL;
    size_t count = 0;
    char path[256] = "";
    struct text list = {buffer_text(&check->list), check->list.length};
    if (json_slice_member(list, "value", &value, NULL) == 0 && value.bytes &&
        json_slice_elements(value, &actions, &count, NULL) == 0)
        for (size_t i = 0; i < count && !path[0]; i++)
            find_result(actions[i], path, sizeof path);
    free(actions);
    if (path[0])
        try_link(check, path);
    else
        say(check, "downloads", "unknown", "no action has a result to try with");
}

static void check_disk(struct check *check)
{
    bool is_default;
    struct error err = {0};
    struct statvfs disk;
    char sentence[512], size[FETCH_BYTES_SIZE];
    const char *named =
        check->options->archive ? check->options->archive : check->connection->profile.archive;
    char *folder = archive_find(named, &is_default, &err);
    if (!folder) {
        fail(check, "archive", &err);
        return;
    }
    int64_t bytes = -1;
    char *format = file_join(folder, "FORMAT.txt");
    if (file_exists(format) && statvfs(folder, &disk) == 0)
        bytes = (int64_t)disk.f_bavail * (int64_t)disk.f_frsize;
    if (bytes < 0 && is_default)
        say(check, "archive", "ok", "the first fetch makes it");
    else if (bytes < 0)
        error_set(&err, ERROR_ARCHIVE,
                  "no archive in %.400s: is the disk mounted? (`lrarchive init` makes one)",
                  folder);
    else if (access(folder, W_OK))
        error_set_errno(&err, ERROR_IO, errno, "%.400s cannot be written to", folder);
    else if (bytes < check->fetch->round.min_free_bytes)
        error_set(&err, ERROR_IO, "only %s free, less than --min-free asks for",
                  fetch_bytes(bytes, size));
    snprintf(sentence, sizeof sentence, "%.400s, %s free", folder, fetch_bytes(bytes, size));
    if (err.code != ERROR_NONE)
        fail(check, "archive", &err);
    else if (bytes >= 0)
        say(check, "archive", "ok", sentence);
    free(format);
    free(folder);
}

enum exit_status fetch_check(struct connection *connection, const struct fetch_options *fetch,
                             const struct options *options, struct output *output)
{
    struct check check = {
        .output = output, .connection = connection, .fetch = fetch, .options = options};
    buffer_init(&check.list, API_ANSWER_BYTES);
    bool has_token = check_token(&check);
    check_clock(&check);
    if (has_token && check_api(&check))
        check_downloads(&check);
    check_disk(&check);
    buffer_release(&check.list);
    return check.status;
}
