#include "fetch/token_device.h"

#include "base/clock.h"
#include "base/json_slice.h"
#include "base/memory.h"
#include "base/text.h"
#include "fetch/token_login.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define SECOND_US 1000000LL
#define INTERVAL_SECONDS                                                                           \
    5 /* when the login does not say (RFC 8628, 3.2), and what slow_down adds (3.5) */
#define LIFETIME_SECONDS 900
#define LIFETIME_MOST_SECONDS 3600
#define DEVICE_CODE_SIZE 4096
#define USER_CODE_SIZE 33
#define URL_SIZE 257
#define ERROR_SIZE 64

struct token_device {
    struct token_login login;
    struct buffer refresh; /* the refresh token; empty: none */
    struct error ended;    /* how asking the person ended for good */
};

/* What the login gives for one signing in. */
struct invitation {
    char device_code[DEVICE_CODE_SIZE]; /* a secret */
    char user_code[USER_CODE_SIZE], url[URL_SIZE];
    int64_t end_us, interval_seconds;
};

struct token_device *token_device_new(const struct token_options *from, struct http *http)
{
    struct token_device *device = memory_zeroed(1, sizeof *device);
    device->login = (struct token_login){from, http};
    buffer_init(&device->refresh, TOKEN_BYTES);
    return device;
}

void token_device_free(struct token_device *device)
{
    if (!device)
        return;
    token_login_wipe(&device->refresh);
    buffer_release(&device->refresh);
    free(device);
}

/* ---- what the login says ---- */

static struct text text_of(const struct buffer *answer)
{
    return (struct text){answer->bytes ? answer->bytes : "", answer->length};
}

/* A number of the answer between 1 and `most`; `otherwise` when there is none. */
static int64_t seconds_of(const struct buffer *answer, const char *key, int64_t otherwise,
                          int64_t most)
{
    struct text value;
    int64_t seconds;
    if (json_slice_member(text_of(answer), key, &value, NULL) || !value.bytes ||
        text_parse_int64(value.bytes, value.length, &seconds))
        return otherwise;
    return seconds < 1 ? 1 : seconds > most ? most : seconds;
}

/* A text of printable ASCII without blanks: it is shown to a person, on a terminal. */
static bool word_of(const struct buffer *answer, const char *key, char *out, size_t size)
{
    if (!json_slice_text(text_of(answer), key, out, size))
        return false;
    for (const char *at = out; *at; at++)
        if (*at <= ' ' || *at > '~')
            return false;
    return out[0] != '\0';
}

static int read_invitation(const struct buffer *answer, struct invitation *invitation,
                           struct error *err)
{
    if (!word_of(answer, "device_code", invitation->device_code, DEVICE_CODE_SIZE) ||
        !word_of(answer, "user_code", invitation->user_code, USER_CODE_SIZE))
        return error_set(err, ERROR_ACCESS,
                         "the login gave no code to sign in with: is its address right?");
    if (!word_of(answer, "verification_uri", invitation->url, URL_SIZE) ||
        strncasecmp(invitation->url, "https://", 8) != 0 ||
        http_check_url(invitation->url, "the page", NULL, NULL))
        return error_set(err, ERROR_ACCESS,
                         "the login gave no page to sign in on that begins with https://: is its "
                         "address right?");
    invitation->end_us =
        clock_now_us() +
        SECOND_US * seconds_of(answer, "expires_in", LIFETIME_SECONDS, LIFETIME_MOST_SECONDS);
    invitation->interval_seconds =
        seconds_of(answer, "interval", INTERVAL_SECONDS, LIFETIME_MOST_SECONDS);
    return 0;
}

/* A login that gives no new refresh token goes on with the old one (RFC 6749, 6). */
static void keep_refresh_token(struct token_device *device, const struct buffer *answer)
{
    char *refresh = memory_allocate(TOKEN_BYTES);
    if (word_of(answer, "refresh_token", refresh, TOKEN_BYTES)) {
        token_login_wipe(&device->refresh);
        buffer_append(&device->refresh, refresh, strlen(refresh));
    }
    explicit_bzero(refresh, TOKEN_BYTES);
    free(refresh);
}

/* ---- forms ---- */

static bool has_word(const char *words, const char *word)
{
    size_t length = strlen(word);
    for (const char *at = words; *at; at += strspn(at, " ")) {
        size_t span = strcspn(at, " ");
        if (span == length && memcmp(at, word, length) == 0)
            return true;
        at += span;
    }
    return false;
}

/* offline_access is the wish for a refresh token. */
static void add_scope(const struct token_device *device, struct buffer *form)
{
    static const char wish[] = "offline_access";
    const char *scope = device->login.from->scope;
    struct buffer whole;
    buffer_init(&whole, TOKEN_BYTES);
    text_printf(&whole, "%s%s%s", scope, has_word(scope, wish) ? "" : " ",
                has_word(scope, wish) ? "" : wish);
    token_login_add(form, "scope", buffer_text(&whole));
    buffer_release(&whole);
}

/* A form of one grant, with the secret that it goes by. */
static int post_grant(struct token_device *device, const char *grant, const char *name,
                      const char *secret, struct http_response *response, struct buffer *answer,
                      struct error *err)
{
    struct buffer form;
    buffer_init(&form, TOKEN_LOGIN_FORM_BYTES);
    token_login_begin_form(&device->login, &form);
    token_login_add(&form, "grant_type", grant);
    token_login_add(&form, name, secret);
    add_scope(device, &form);
    int result = token_login_post(&device->login, "token", &form, response, answer, err);
    token_login_wipe(&form);
    buffer_release(&form);
    return result;
}

/* ---- asking the person ---- */

static int invite(struct token_device *device, struct invitation *invitation, struct buffer *answer,
                  struct error *err)
{
    struct buffer form;
    struct http_response response;
    buffer_init(&form, TOKEN_LOGIN_FORM_BYTES);
    token_login_begin_form(&device->login, &form);
    add_scope(device, &form);
    int result = token_login_post(&device->login, "devicecode", &form, &response, answer, err);
    buffer_release(&form);
    if (result)
        return -1;
    if (response.status != 200)
        return token_login_refuse(&response, answer, err);
    return read_invitation(answer, invitation, err);
}

static void show(const struct token_device *device, const struct invitation *invitation)
{
    char sentence[64 + URL_SIZE + USER_CODE_SIZE];
    snprintf(sentence, sizeof sentence, "to sign in, open %s and enter the code %s",
             invitation->url, invitation->user_code);
    device->login.from->prompt(device->login.from->prompt_context, sentence);
}

enum outcome { FAILED = -1, DONE, AGAIN };

static enum outcome come_too_late(struct error *err)
{
    return error_set(err, ERROR_ACCESS,
                     "nobody signed in before the code ended: begin anew, and enter the code soon");
}

/* How the person's part stands, by what the login says of it. */
static enum outcome judge(const struct http_response *response, const struct buffer *answer,
                          struct invitation *invitation, struct error *err)
{
    char error[ERROR_SIZE];
    if (response->status == 200)
        return DONE;
    json_slice_text(text_of(answer), "error", error, sizeof error);
    if (strcmp(error, "authorization_pending") == 0)
        return AGAIN;
    if (strcmp(error, "slow_down") == 0) {
        invitation->interval_seconds += INTERVAL_SECONDS;
        return AGAIN;
    }
    if (strcmp(error, "expired_token") == 0)
        return come_too_late(err);
    if (strcmp(error, "authorization_declined") == 0 || strcmp(error, "access_denied") == 0)
        return error_set(err, ERROR_ACCESS,
                         "signing in was declined in the browser: begin anew, and accept there");
    return token_login_refuse(response, answer, err);
}

/* As long as the login asks, though not past the code's end: there it says how it stands, asked early or not. */
static int wait_to_poll(const struct invitation *invitation, struct error *err)
{
    int64_t wait_us = invitation->interval_seconds * SECOND_US;
    int64_t left_us = invitation->end_us - clock_now_us() + SECOND_US;
    return clock_sleep_us(wait_us < left_us ? wait_us : left_us, err);
}

/* A login that fails in passing is asked half as often (RFC 8628, 3.5), with `err` as it stands. */
static enum outcome poll_once(struct token_device *device, struct invitation *invitation,
                              struct buffer *answer, struct error *err)
{
    struct http_response response;
    if (wait_to_poll(invitation, err))
        return FAILED;
    *err = (struct error){0};
    enum outcome outcome = FAILED;
    if (post_grant(device, "urn:ietf:params:oauth:grant-type:device_code", "device_code",
                   invitation->device_code, &response, answer, err) == 0)
        outcome = judge(&response, answer, invitation, err);
    if (outcome != FAILED || err->code != ERROR_TEMPORARY)
        return outcome;
    invitation->interval_seconds *= 2;
    return AGAIN;
}

static int wait_for_person(struct token_device *device, struct invitation *invitation,
                           struct buffer *answer, struct error *err)
{
    enum outcome outcome = AGAIN;
    while (outcome == AGAIN && clock_now_us() < invitation->end_us)
        outcome = poll_once(device, invitation, answer, err);
    if (outcome == AGAIN && err->code == ERROR_NONE)
        come_too_late(err);
    return outcome == DONE ? 0 : -1;
}

static int ask_person(struct token_device *device, struct buffer *answer, struct error *err)
{
    struct invitation invitation;
    if (device->ended.code != ERROR_NONE) {
        *err = device->ended;
        return -1;
    }
    if (invite(device, &invitation, answer, err))
        return -1;
    show(device, &invitation);
    int result = wait_for_person(device, &invitation, answer, err);
    explicit_bzero(&invitation, sizeof invitation);
    if (result && err->code == ERROR_ACCESS)
        device->ended = *err;
    return result;
}

/* ---- without the person ---- */

static enum outcome refresh(struct token_device *device, struct buffer *answer, struct error *err)
{
    struct http_response response;
    if (post_grant(device, "refresh_token", "refresh_token", buffer_text(&device->refresh),
                   &response, answer, err))
        return FAILED;
    if (response.status == 200)
        return DONE;
    token_login_refuse(&response, answer, err);
    if (err->code == ERROR_TEMPORARY)
        return FAILED;
    token_login_wipe(&device->refresh);
    return AGAIN;
}

int token_device_log_in(struct token_device *device, struct buffer *answer, struct error *err)
{
    struct error own = {0}; /* what is temporary must be known without `err`, too */
    enum outcome outcome = AGAIN;
    if (device->refresh.length > 0)
        outcome = refresh(device, answer, &own);
    if (outcome == AGAIN)
        outcome = ask_person(device, answer, &own) ? FAILED : DONE;
    if (outcome == DONE)
        keep_refresh_token(device, answer);
    else if (err)
        *err = own;
    return outcome == DONE ? 0 : -1;
}
