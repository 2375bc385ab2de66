#include "cmd/connection.h"

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "fetch/cloud.h"
#include "fetch/token_claims.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CLOUD_NAMES_BYTES 256

/* ---- what is said while waiting ---- */

static void on_notice(void *context, const char *sentence)
{
    struct connection *connection = context;
    if (pthread_equal(connection->speaker, pthread_self())) {
        output_notice(connection->output, "%s", sentence);
        return;
    }
    pthread_mutex_lock(&connection->mutex);
    bool is_new = connection->notice_count < CONNECTION_NOTICES;
    for (int i = 0; is_new && i < connection->notice_count; i++)
        is_new = strcmp(connection->notices[i], sentence) != 0;
    if (is_new)
        snprintf(connection->notices[connection->notice_count++], ERROR_MESSAGE_SIZE, "%s",
                 sentence);
    pthread_mutex_unlock(&connection->mutex);
}

bool connection_has_notices(struct connection *connection)
{
    pthread_mutex_lock(&connection->mutex);
    bool has = connection->notice_count > 0;
    pthread_mutex_unlock(&connection->mutex);
    return has;
}

void connection_say(struct connection *connection)
{
    pthread_mutex_lock(&connection->mutex);
    for (int i = 0; i < connection->notice_count; i++)
        output_notice(connection->output, "%s", connection->notices[i]);
    connection->notice_count = 0;
    pthread_mutex_unlock(&connection->mutex);
}

/* ---- options and profile ---- */

/* The option, else what the profile says. */
static const char *choose(const struct options *options, const char *name, const char *of_profile)
{
    const char *given = options_text(options, name);
    return given ? given : of_profile;
}

static bool names_token(const struct options *options)
{
    return options_text(options, "token-file") || options_text(options, "token-command") ||
           options_text(options, "client-id") || options_text(options, "client-secret-file") ||
           options_text(options, "client-certificate") || options_flag(options, "device-code");
}

static void choose_token(struct token_options *token, const struct connection *connection,
                         const struct options *options)
{
    const struct profile *profile = &connection->profile;
    const char *fixed = getenv("LRARCHIVE_TOKEN");
    if (!names_token(options) && fixed && fixed[0]) {
        token->fixed = fixed;
        return;
    }
    token->client_id = choose(options, "client-id", profile->client_id);
    if (names_token(options)) {
        token->file = options_text(options, "token-file");
        token->command = options_text(options, "token-command");
        token->secret_file = options_text(options, "client-secret-file");
        token->certificate_file = options_text(options, "client-certificate");
        token->is_device_code = options_flag(options, "device-code");
        if (!token->client_id || token->file || token->command || token->secret_file ||
            token->certificate_file || token->is_device_code)
            return;
    } else {
        token->file = profile->token_file;
        token->command = profile->token_command;
    }
    /* --client-id alone takes its proof from the profile. */
    token->secret_file = profile->client_secret_file;
    token->certificate_file = profile->client_certificate;
    token->is_device_code = profile->device_code && strcmp(profile->device_code, "yes") == 0;
}

static int choose_cloud(const struct options *options, const struct profile *profile,
                        const struct cloud **cloud, struct error *err)
{
    const char *name = choose(options, "cloud", profile->cloud);
    *cloud = cloud_find(name ? name : "commercial");
    if (*cloud)
        return 0;
    struct buffer names;
    buffer_init(&names, CLOUD_NAMES_BYTES);
    cloud_names(&names);
    options_error(options, err, "there is no cloud '%.64s': it is one of %s", name,
                  buffer_text(&names));
    buffer_release(&names);
    return -1;
}

/* Without '/' at its end. */
static int take_api_url(struct connection *connection, const char *url, struct error *err)
{
    size_t length = strlen(url);
    if (http_check_url(url, "--api-url", NULL, err))
        return -1;
    while (length > 0 && url[length - 1] == '/')
        length--;
    memcpy(connection->api_url, url, length);
    connection->api_url[length] = '\0';
    connection->api.url = connection->api_url;
    return 0;
}

static int load_profile(struct connection *connection, const struct options *options,
                        struct error *err)
{
    char *path = profile_path();
    int result = profile_load(&connection->profile, path, options_text(options, "profile"), err);
    free(path);
    return result;
}

static void on_sign_in(void *context, const char *sentence)
{
    struct connection *connection = context;
    output_notice(connection->output, "%s", sentence);
}

static int choose_pace(struct connection *connection, const struct options *options,
                       struct error *err)
{
    bool given;
    const char *of_profile = connection->profile.max_calls_per_hour;
    connection->hour_calls = PACE_HOUR_CALLS;
    if (options_int64(options, "max-calls-per-hour", 1, PACE_HOUR_CALLS, &given,
                      &connection->hour_calls, err))
        return -1;
    if (!given && of_profile) /* profile_load has seen that it is a number */
        (void)text_parse_int64(of_profile, strlen(of_profile), &connection->hour_calls);
    return 0;
}

static int read_options(struct connection *connection, const struct options *options,
                        struct error *err)
{
    const struct profile *profile = &connection->profile;
    struct token_options token = {.prompt = on_sign_in, .prompt_context = connection};
    const struct cloud *cloud;
    if (choose_cloud(options, profile, &cloud, err) || choose_pace(connection, options, err))
        return -1;
    const char *tenant = choose(options, "tenant", profile->tenant);
    const char *api_url = choose(options, "api-url", profile->api_url);
    const char *login_url = choose(options, "login-url", profile->login_url);
    const char *scope = choose(options, "scope", profile->scope);
    const char *blob_hosts = choose(options, "blob-hosts", profile->blob_hosts);
    if (tenant && strlen(tenant) >= sizeof connection->tenant_id)
        return options_error(options, err, "--tenant is longer than %zu bytes",
                             sizeof connection->tenant_id - 1);
    snprintf(connection->tenant_id, sizeof connection->tenant_id, "%s", tenant ? tenant : "");
    connection->blob_hosts = blob_hosts ? blob_hosts : cloud->blob_hosts;
    connection->http_options.proxy = choose(options, "proxy", profile->proxy);
    connection->http_options.ca_file = choose(options, "ca-file", profile->ca_file);
    token.tenant = tenant;
    token.login_url = login_url ? login_url : cloud->login_url;
    token.scope = scope ? scope : cloud->scope;
    choose_token(&token, connection, options);
    if (take_api_url(connection, api_url ? api_url : cloud->api_url, err) ||
        (login_url && http_check_url(login_url, "--login-url", NULL, err)))
        return -1;
    connection->api.token = token_new(&token, &connection->http_options, err);
    return connection->api.token ? 0 : -1;
}

int connection_prepare(struct connection *connection, const struct options *options,
                       struct output *output, struct error *err)
{
    *connection = (struct connection){.output = output, .speaker = pthread_self()};
    pthread_mutex_init(&connection->mutex, NULL);
    connection->api.notice = on_notice;
    connection->api.notice_context = connection;
    if (load_profile(connection, options, err) == 0 && read_options(connection, options, err) == 0)
        connection->http = http_new(&connection->http_options, err);
    if (connection->http)
        return 0;
    connection_close(connection);
    return -1;
}

/* ---- the network ---- */

/* The tenant that the token is of; another than the one that was named is a mistake. */
static int learn_tenant(struct connection *connection, struct error *err)
{
    struct token_claims claims;
    struct buffer token;
    buffer_init(&token, TOKEN_BYTES);
    int result = token_get(connection->api.token, NULL, &token, err);
    bool tells =
        result == 0 && token_read_claims(buffer_text(&token), &claims) && claims.tenant_id[0];
    if (token.bytes)
        explicit_bzero(token.bytes, token.capacity);
    buffer_release(&token);
    if (!tells)
        return result;
    /* A tenant may be named by a domain, too; its results and its limits are the same ones. */
    if (!connection->tenant_id[0] || strchr(connection->tenant_id, '.'))
        snprintf(connection->tenant_id, sizeof connection->tenant_id, "%s", claims.tenant_id);
    if (text_equal_fold(connection->tenant_id, claims.tenant_id))
        return 0;
    return error_set(err, ERROR_ACCESS, "the token is of tenant %s, not of %s: sign in there",
                     claims.tenant_id, connection->tenant_id);
}

/* The caller frees. NULL when there is no home folder. */
static char *state_folder(struct error *err)
{
    const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
    if (state && state[0] == '/')
        return file_join(state, "lrarchive");
    if (home && home[0] == '/')
        return file_join(home, ".local/state/lrarchive");
    error_set(err, ERROR_USAGE,
              "no place for the pace of calls: set HOME or XDG_STATE_HOME to a full path");
    return NULL;
}

static int open_pace(struct connection *connection, struct error *err)
{
    char *folder = state_folder(err);
    if (!folder)
        return -1;
    const char *name = connection->tenant_id[0] ? connection->tenant_id : connection->api_url;
    if (file_make_folders_above(folder, err) == 0)
        connection->api.pace = pace_open(folder, name, connection->hour_calls, err);
    free(folder);
    return connection->api.pace ? 0 : -1;
}

int connection_open(struct connection *connection, struct error *err)
{
    return learn_tenant(connection, err) || open_pace(connection, err) ? -1 : 0;
}

void connection_close(struct connection *connection)
{
    connection_say(connection);
    token_free(connection->api.token);
    pace_close(connection->api.pace);
    http_free(connection->http);
    profile_free(&connection->profile);
    pthread_mutex_destroy(&connection->mutex);
    *connection = (struct connection){0};
}
