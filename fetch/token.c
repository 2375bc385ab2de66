#include "fetch/token.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "base/memory.h"
#include "base/text.h"
#include "fetch/token_command.h"
#include "fetch/token_device.h"
#include "fetch/token_login.h"

#include <ctype.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define SECOND_US 1000000LL
#define EARLY_SECONDS 300 /* a token is renewed so long before it ends */
#define LIFETIME_MOST_SECONDS INT32_MAX

struct token {
    struct token_options from;
    struct http *http;           /* of a login */
    struct token_device *device; /* NULL: no person signs in */
    pthread_mutex_t mutex;
    struct buffer present; /* empty until one was got */
    int64_t renew_seconds; /* since 1970; 0: when it is refused */
};

static const char *source_name(const struct token *token)
{
    return token->from.command ? "--token-command"
           : token->from.file  ? "--token-file"
           : token->from.fixed ? "$LRARCHIVE_TOKEN"
                               : "the login";
}

static int check_login(const struct token_options *options, struct error *err)
{
    int ways = (options->secret_file != NULL) + (options->certificate_file != NULL) +
               options->is_device_code;
    if (!options->client_id || !options->tenant || ways == 0)
        return error_set(err, ERROR_USAGE,
                         "no token: set $LRARCHIVE_TOKEN, or give --token-file, --token-command, "
                         "or --client-id and --tenant with --client-secret-file, "
                         "--client-certificate or --device-code");
    if (ways > 1)
        return error_set(err, ERROR_USAGE,
                         "more than one way to log in: give only one of --client-secret-file, "
                         "--client-certificate and --device-code");
    if (options->is_device_code && !options->prompt)
        return error_set(err, ERROR_USAGE, "--device-code needs somebody to ask");
    return 0;
}

struct token *token_new(const struct token_options *options, const struct http_options *http,
                        struct error *err)
{
    bool is_login = !options->command && !options->file && !options->fixed;
    if (is_login && check_login(options, err))
        return NULL;
    struct token *token = memory_zeroed(1, sizeof *token);
    token->from = *options;
    buffer_init(&token->present, TOKEN_BYTES);
    pthread_mutex_init(&token->mutex, NULL);
    if (is_login)
        token->http = http_new(http, err);
    if (token->http && options->is_device_code)
        token->device = token_device_new(&token->from, token->http);
    if (!is_login || token->http)
        return token;
    token_free(token);
    return NULL;
}

void token_free(struct token *token)
{
    if (!token)
        return;
    token_login_wipe(&token->present);
    buffer_release(&token->present);
    token_device_free(token->device);
    http_free(token->http);
    pthread_mutex_destroy(&token->mutex);
    free(token);
}

/* ---- getting one ---- */

/* One of a short life is renewed at half of it, not at every call. */
static void plan_renewal(struct token *token, int64_t expires_seconds)
{
    int64_t early = (expires_seconds - clock_now_us() / SECOND_US) / 2;
    early = early < 0 ? 0 : early > EARLY_SECONDS ? EARLY_SECONDS : early;
    token->renew_seconds = expires_seconds - early;
}

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
    token_login_wipe(&token->present);
    buffer_append(&token->present, text, length);
    int64_t expires_seconds = token_expiry(buffer_text(&token->present));
    token->renew_seconds = 0;
    if (expires_seconds > 0)
        plan_renewal(token, expires_seconds);
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
    if (result == 0 && token->renew_seconds == 0 &&
        json_object_int64(object, "expires_in", &lifetime) && lifetime >= 0 &&
        lifetime <= LIFETIME_MOST_SECONDS)
        plan_renewal(token, clock_now_us() / SECOND_US + lifetime);
    json_object_free(object);
    return result;
}

static int read_answer(struct token *token, struct buffer *answer, struct error *err)
{
    if (token->from.command)
        return token_command_run(token->from.command, answer, err);
    if (token->from.file)
        return file_read(token->from.file, answer, err);
    if (token->device)
        return token_device_log_in(token->device, answer, err);
    struct token_login login = {&token->from, token->http};
    return token_login_as_app(&login, answer, err);
}

static int renew(struct token *token, struct error *err)
{
    struct buffer answer;
    if (!token->http && !token->from.command && !token->from.file)
        return take(token, token->from.fixed, strlen(token->from.fixed), err);
    buffer_init(&answer, TOKEN_LOGIN_ANSWER_BYTES);
    /* At once, so that growing leaves no copies behind. */
    buffer_reserve(&answer, answer.limit);
    int result = read_answer(token, &answer, err);
    if (result == 0)
        result = take_answer(token, &answer, err);
    token_login_wipe(&answer);
    buffer_release(&answer);
    return result;
}

static bool is_present(struct token *token, const char *refused)
{
    int64_t now = clock_now_us() / SECOND_US;
    return token->present.length > 0 &&
           (!refused || strcmp(refused, buffer_text(&token->present)) != 0) &&
           (token->renew_seconds == 0 || now < token->renew_seconds);
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
