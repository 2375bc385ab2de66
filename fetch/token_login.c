#include "fetch/token_login.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/json_slice.h"
#include "base/text.h"
#include "fetch/token_certificate.h"

#include <ctype.h>
#include <string.h>

#define SECOND_US 1000000LL

void token_login_wipe(struct buffer *buffer)
{
    if (buffer->bytes)
        explicit_bzero(buffer->bytes, buffer->capacity);
    buffer_clear(buffer);
}

/* ---- requests ---- */

void token_login_begin_form(const struct token_login *login, struct buffer *form)
{
    buffer_clear(form);
    /* At once, so that growing leaves no copies behind. */
    buffer_reserve(form, form->limit);
    text_printf(form, "client_id=");
    http_encode(form, login->from->client_id);
}

void token_login_add(struct buffer *form, const char *name, const char *value)
{
    text_printf(form, "&%s=", name);
    http_encode(form, value);
}

static void write_url(const struct token_login *login, const char *endpoint, struct buffer *url)
{
    buffer_init(url, HTTP_URL_BYTES);
    text_printf(url, "%s/", login->from->login_url);
    http_encode(url, login->from->tenant);
    text_printf(url, "/oauth2/v2.0/%s", endpoint);
}

static int collect(void *context, const struct http_response *response, const void *bytes,
                   size_t length, struct error *err)
{
    (void)response;
    if (buffer_append(context, bytes, length) == 0)
        return 0;
    return error_set(err, ERROR_ACCESS, "the login's answer is longer than %d bytes",
                     TOKEN_LOGIN_ANSWER_BYTES);
}

int token_login_post(const struct token_login *login, const char *endpoint, struct buffer *form,
                     struct http_response *response, struct buffer *answer, struct error *err)
{
    struct buffer url;
    write_url(login, endpoint, &url);
    token_login_wipe(answer);
    buffer_reserve(answer, answer->limit);
    struct http_request request = {
        .url = buffer_text(&url), .form = buffer_text(form), .sink = collect, .context = answer};
    int result = http_send(login->http, &request, response, err);
    buffer_release(&url);
    return result;
}

/* The login's own words name what is wrong (a tenant, an expired secret) and hold no secret. Its first line is the reason;
 * trace ids follow. */
int token_login_refuse(const struct http_response *response, const struct buffer *answer,
                       struct error *err)
{
    char why[1024];
    if (!json_slice_text((struct text){answer->bytes ? answer->bytes : "", answer->length},
                         "error_description", why, sizeof why))
        strcpy(why, "no reason");
    return error_set(
        err, response->status >= 500 || response->status == 429 ? ERROR_TEMPORARY : ERROR_ACCESS,
        "the login refused with status %d: %.*s", response->status, (int)strcspn(why, "\r\n"), why);
}

/* ---- an app's token ---- */

static int add_secret(const char *path, struct buffer *form, struct error *err)
{
    struct buffer secret;
    buffer_init(&secret, TOKEN_BYTES);
    int result = file_read(path, &secret, err);
    while (secret.length > 0 && isspace((unsigned char)secret.bytes[secret.length - 1]))
        secret.length--;
    if (result == 0)
        token_login_add(form, "client_secret", buffer_text(&secret));
    token_login_wipe(&secret);
    buffer_release(&secret);
    return result;
}

static int add_assertion(const struct token_login *login, struct buffer *form, struct error *err)
{
    struct buffer audience, assertion;
    write_url(login, "token", &audience);
    buffer_init(&assertion, TOKEN_BYTES);
    int result = token_certificate_assert(login->from->certificate_file, login->from->client_id,
                                          buffer_text(&audience), clock_now_us() / SECOND_US,
                                          &assertion, err);
    if (result == 0) {
        token_login_add(form, "client_assertion_type",
                        "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
        token_login_add(form, "client_assertion", buffer_text(&assertion));
    }
    token_login_wipe(&assertion);
    buffer_release(&assertion);
    buffer_release(&audience);
    return result;
}

int token_login_as_app(const struct token_login *login, struct buffer *answer, struct error *err)
{
    const struct token_options *from = login->from;
    struct buffer form;
    struct http_response response;
    buffer_init(&form, TOKEN_LOGIN_FORM_BYTES);
    token_login_begin_form(login, &form);
    token_login_add(&form, "grant_type", "client_credentials");
    token_login_add(&form, "scope", from->scope);
    int result = from->certificate_file ? add_assertion(login, &form, err)
                                        : add_secret(from->secret_file, &form, err);
    if (result == 0)
        result = token_login_post(login, "token", &form, &response, answer, err);
    if (result == 0 && response.status != 200)
        result = token_login_refuse(&response, answer, err);
    token_login_wipe(&form);
    buffer_release(&form);
    return result;
}
