/*
 * connection - from the command line and a profile to the service: where it is, whose token is used, and how fast.
 *
 * An option on the line counts before $LRARCHIVE_TOKEN, and that before the profile.
 */
#ifndef CMD_CONNECTION_H
#define CMD_CONNECTION_H

#include "cmd/options.h"
#include "cmd/output.h"
#include "fetch/api.h"
#include "fetch/profile.h"

#include <pthread.h>
#include <stdbool.h>

/* For a verb's table of options. */
#define CONNECTION_OPTIONS                                                                         \
    {.name = "profile",                                                                            \
     .value = "NAME",                                                                              \
     .help = "this section of the config file; else default",                                      \
     .is_connection = true},                                                                       \
        {.name = "tenant",                                                                         \
         .value = "ID",                                                                            \
         .help = "the tenant's id; else the token's",                                              \
         .is_connection = true},                                                                   \
        {.name = "token-file", .value = "FILE", .help = "holds a token", .is_connection = true},   \
        {.name = "token-command",                                                                  \
         .value = "CMD",                                                                           \
         .help = "prints a token",                                                                 \
         .is_connection = true},                                                                   \
        {.name = "client-id",                                                                      \
         .value = "ID",                                                                            \
         .help = "the app that signs in",                                                          \
         .is_connection = true},                                                                   \
        {.name = "client-secret-file",                                                             \
         .value = "FILE",                                                                          \
         .help = "holds the app's secret",                                                         \
         .is_connection = true},                                                                   \
        {.name = "client-certificate",                                                             \
         .value = "FILE",                                                                          \
         .help = "PEM: the app's private key and certificate",                                     \
         .is_connection = true},                                                                   \
        {.name = "device-code", .help = "a person signs in, in a browser", .is_connection = true}, \
        {.name = "cloud",                                                                          \
         .value = "NAME",                                                                          \
         .help = "commercial, us, eu, uk, au, gcc, gcc-high or dod",                               \
         .is_connection = true},                                                                   \
        {.name = "api-url",                                                                        \
         .value = "URL",                                                                           \
         .help = "where the service is",                                                           \
         .is_connection = true},                                                                   \
        {.name = "login-url",                                                                      \
         .value = "URL",                                                                           \
         .help = "where tokens come from",                                                         \
         .is_connection = true},                                                                   \
        {.name = "scope",                                                                          \
         .value = "TEXT",                                                                          \
         .help = "what the token is asked for",                                                    \
         .is_connection = true},                                                                   \
        {.name = "blob-hosts",                                                                     \
         .value = "LIST",                                                                          \
         .help = "hosts that a link may lead to (*.blob.core.windows.net)",                        \
         .is_connection = true},                                                                   \
        {.name = "proxy", .value = "URL", .help = "else $https_proxy", .is_connection = true},     \
        {.name = "ca-file",                                                                        \
         .value = "FILE",                                                                          \
         .help = "PEM: authorities to trust",                                                      \
         .is_connection = true},                                                                   \
    {                                                                                              \
        .name = "max-calls-per-hour", .value = "N", .help = "leaves the rest of 1,500 to others",  \
        .is_connection = true                                                                      \
    }

#define CONNECTION_NOTICES 16

struct connection {
    struct output *output;
    struct profile profile;
    struct http_options http_options;
    struct api api;
    struct http *http; /* of this thread */
    const char *blob_hosts;
    char tenant_id[64]; /* "" when nothing tells it */
    int64_t hour_calls;
    char api_url[HTTP_URL_BYTES + 1];
    /* What other threads have to say, until connection_say. */
    pthread_t speaker;
    pthread_mutex_t mutex;
    char notices[CONNECTION_NOTICES][ERROR_MESSAGE_SIZE];
    int notice_count;
};

/* Reads the profile and the options; asks nothing of the network. ERROR_USAGE for what does not fit together. */
int connection_prepare(struct connection *connection, const struct options *options,
                       struct output *output, struct error *err);

/* Gets a token, learns the tenant from it, and opens the pace. */
int connection_open(struct connection *connection, struct error *err);

/* Whether other threads have something to say, and its printing. */
bool connection_has_notices(struct connection *connection);
void connection_say(struct connection *connection);

void connection_close(struct connection *connection);

#endif
