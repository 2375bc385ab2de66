#include "fetch/token.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "base/memory.h"
#include "base/text.h"
#include "fetch/token_command.h"

#include <ctype.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define SECOND_US 1000000LL
#define EARLY_SECONDS 300 /* a token is renewed so long before it ends */
#define ANSWER_BYTES (256 * 1024)

struct token {
    struct token_options from;
    struct http *http; /* of client credentials */
    pthread_mutex_t mutex;
    struct buffer present;   /* empty until one was got */
    int64_t expires_seconds; /* since 1970; 0 unknown */
};

static const char *source_name(const struct token *token)
{
    return token->from.command ? "--token-command"
           : token->from.file  ? "--token-file"
           : token->from.fixed ? "$LRARCHIVE_TOKEN"
                               : "the login";
}

struct token *token_new(const struct token_options *options, const struct http_options *http,
                        struct error *err)
{
    bool is_login = !options->command && !options->file && !options->fixed;
    if (is_login && (!options->client_id || !options->secret_file || !options->tenant)) {
        error_set(err, ERROR_USAGE,
                  "no token: set $LRARCHIVE_TOKEN, or give --token-file, --token-command, or "
                  "--client-id, --client-secret-file and --tenant together");
        return NULL;
    }
    struct token *token = memory_zeroed(1, sizeof *token);
    token->from = *options;
    buffer_init(&token->present, TOKEN_BYTES);
    pthread_mutex_init(&token->mutex, NULL);
    if (is_login)
        token->http = http_new(http, err);
    if (!is_login || token->http)
        return token;
    token_free(token);
    return NULL;
}

static void wipe(struct buffer *buffer)
{
    if (buffer->bytes)
        explicit_bzero(buffer->bytes, buffer->capacity);
    buffer_clear(buffer);
}

void token_free(struct token *token)
{
    if (!token)
        return;
    wipe(&token->present);
    buffer_release(&token->present);
    http_free(token->http);
    pthread_mutex_destroy(&token->mutex);
    free(token);
}

/* ---- getting one ---- */

/* Takes `text` as the token, white space around it left out. */
static int take(struct token *token, const char *text, size_t length, struct error *err)
{
    while (length > 0 && isspace((unsigned char)text[0])) {
        text++;
        length--;
    }
    while (length > 0 && isspace((unsigned char)text[length - 1]))
        length--;
    bool is_token = length > 0 && length < TOKEN_BYTES;
    for (size_t i = 0; i < length && is_token; i++)
        is_token = text[i] > ' ' && text[i] <= '~';
    if (!is_token)
        return error_set(err, ERROR_ACCESS, "%s gave no token of one line of at most %d bytes",
                         source_name(token), TOKEN_BYTES);
    wipe(&token->present);
    buffer_append(&token->present, text, length);
    token->expires_seconds = token_expiry(buffer_text(&token->present));
    return 0;
}

/* As a service or a program answers: an object that has the token, or a text that is it. */
static int take_answer(struct token *token, const struct buffer *answer, struct error *err)
{
    int64_t lifetime;
    struct json_object *object =
        json_object_parse(answer->bytes ? answer->bytes : "", answer->length, NULL);
    if (!object)
        return take(token, answer->bytes ? answer->bytes : "", answer->length, err);
    struct text value = json_object_bytes(object, "access_token");
    if (!value.bytes)
        value = json_object_bytes(object, "accessToken");
    int result = take(token, value.bytes ? value.bytes : "", value.length, err);
    if (result == 0 && token->expires_seconds == 0 &&
        json_object_int64(object, "expires_in", &lifetime))
        token->expires_seconds = clock_now_us() / SECOND_US + lifetime;
    json_object_free(object);
    return result;
}

static int collect(void *context, const struct http_response *response, const void *bytes,
                   size_t length, struct error *err)
{
    (void)response;
    if (buffer_append(context, bytes, length) == 0)
        return 0;
    return error_set(err, ERROR_ACCESS, "the login's answer is longer than %d bytes", ANSWER_BYTES);
}

/* The login's own words name what is wrong (a tenant, an expired secret) and hold no secret. */
static int refuse(const struct http_response *response, const struct buffer *answer,
                  struct error *err)
{
    struct json_object *object =
        json_object_parse(answer->bytes ? answer->bytes : "", answer->length, NULL);
    const char *why = object ? json_object_text(object, "error_description") : NULL;
    error_set(
        err, response->status >= 500 || response->status == 429 ? ERROR_TEMPORARY : ERROR_ACCESS,
        "the login refused with status %d: %.300s", response->status, why ? why : "no reason");
    json_object_free(object);
    return -1;
}

static int read_secret(const char *path, struct buffer *secret, struct error *err)
{
    if (file_read(path, secret, err))
        return -1;
    while (secret->length > 0 && isspace((unsigned char)secret->bytes[secret->length - 1]))
        secret->length--;
    return 0;
}

static void write_form(struct buffer *form, const struct token_options *from, struct buffer *secret)
{
    text_printf(form, "grant_type=client_credentials&client_id=");
    http_encode(form, from->client_id);
    text_printf(form, "&client_secret=");
    http_encode(form, buffer_text(secret));
    text_printf(form, "&scope=");
    http_encode(form, from->scope);
}

static int post(struct token *token, const char *url, const char *form, struct error *err)
{
    struct buffer answer;
    struct http_response response;
    buffer_init(&answer, ANSWER_BYTES);
    struct http_request request = {.url = url, .form = form, .sink = collect, .context = &answer};
    int result = http_send(token->http, &request, &response, err);
    if (result == 0)
        result = response.status == 200 ? take_answer(token, &answer, err)
                                        : refuse(&response, &answer, err);
    wipe(&answer);
    buffer_release(&answer);
    return result;
}

static int log_in(struct token *token, struct error *err)
{
    struct buffer secret, form, url;
    buffer_init(&secret, TOKEN_BYTES);
    buffer_init(&form, 4 * TOKEN_BYTES);
    buffer_init(&url, HTTP_URL_BYTES);
    int result = read_secret(token->from.secret_file, &secret, err);
    if (result == 0) {
        write_form(&form, &token->from, &secret);
        text_printf(&url, "%s/", token->from.login_url);
        http_encode(&url, token->from.tenant);
        text_printf(&url, "/oauth2/v2.0/token");
        result = post(token, buffer_text(&url), buffer_text(&form), err);
    }
    wipe(&secret);
    wipe(&form);
    buffer_release(&secret);
    buffer_release(&form);
    buffer_release(&url);
    return result;
}

static int read_answer(struct token *token, struct error *err)
{
    struct buffer answer;
    buffer_init(&answer, ANSWER_BYTES);
    int result = token->from.command ? token_command_run(token->from.command, &answer, err)
                                     : file_read(token->from.file, &answer, err);
    if (result == 0)
        result = take_answer(token, &answer, err);
    wipe(&answer);
    buffer_release(&answer);
    return result;
}

static int renew(struct token *token, struct error *err)
{
    if (token->from.command || token->from.file)
        return read_answer(token, err);
    if (token->from.fixed)
        return take(token, token->from.fixed, strlen(token->from.fixed), err);
    return log_in(token, err);
}

static bool is_present(struct token *token, const char *refused)
{
    int64_t now = clock_now_us() / SECOND_US;
    return token->present.length > 0 &&
           (!refused || strcmp(refused, buffer_text(&token->present)) != 0) &&
           (token->expires_seconds == 0 || now < token->expires_seconds - EARLY_SECONDS);
}

static int get(struct token *token, const char *refused, struct error *err)
{
    if (is_present(token, refused))
        return 0;
    if (renew(token, err))
        return -1;
    if (refused && strcmp(refused, buffer_text(&token->present)) == 0)
        return error_set(
            err, ERROR_ACCESS,
            "the service refuses the token of %s: has it ended, or is it another API's?",
            source_name(token));
    return 0;
}

int token_get(struct token *token, const char *refused, struct buffer *out, struct error *err)
{
    pthread_mutex_lock(&token->mutex);
    int result = get(token, refused, err);
    buffer_clear(out);
    if (result == 0)
        buffer_append(out, token->present.bytes, token->present.length);
    pthread_mutex_unlock(&token->mutex);
    return result;
}
