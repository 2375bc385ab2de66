/* The service and the blob host on loopback (tests/fetch/server.py), in the scratch of a test; their clock is ours. A
 * test that defines CLOCK_IS_REAL before brings a clock of its own, and theirs is the machine's. */
#ifndef TESTS_UNIT_FETCH_SERVICE_H
#define TESTS_UNIT_FETCH_SERVICE_H

#include "fetch/api.h"
#ifndef CLOCK_IS_REAL
#include "tests/unit/fetch/clock_by_hand.h"
#endif
#include "tests/unit/scratch.h"

#include <signal.h>
#include <sys/wait.h>

#define ACTION "11111111-2222-4333-8444-555555555555"

static struct service {
    pid_t child;
    int input_fd;
    char url[64];
    struct http_options http_options;
    struct http *http;
    struct api api;
    struct error err;
    int notices;
    char notice[512];
} service;

static void service_notice(void *context, const char *sentence)
{
    (void)context;
    service.notices++;
    snprintf(service.notice, sizeof service.notice, "%s", sentence);
}

static void service_start(void)
{
    int in[2] = {-1, -1}, out[2] = {-1, -1};
    char port[16] = "", server[512];
    snprintf(server, sizeof server, "%s/tests/fetch/server.py",
             getenv("ROOT") ? getenv("ROOT") : ".");
    assert_int_equal(pipe(in) || pipe(out), 0);
    service.child = fork();
    assert_true(service.child >= 0);
    if (service.child == 0) {
        dup2(in[0], 0);
        dup2(out[1], 1);
        for (int fd = 3; fd < 32; fd++)
            close(fd);
        execlp("python3", "python3", server, scratch, (char *)NULL);
        _exit(127);
    }
    close(in[0]);
    close(out[1]);
    service.input_fd = in[1];
    for (size_t used = 0; used + 1 < sizeof port && !strchr(port, '\n'); used++)
        if (read(out[0], port + used, 1) != 1)
            fail_msg("the server does not start");
    close(out[0]);
    port[strcspn(port, "\n")] = '\0';
    snprintf(service.url, sizeof service.url, "http://127.0.0.1:%s", port);
}

/* As a person whose token is in the environment would have it. */
static void service_use_token(const struct token_options *options)
{
    token_free(service.api.token);
    service.api.token = token_new(options, &service.http_options, &service.err);
    assert_non_null(service.api.token);
}

static int service_open(void **state)
{
    memset(&service, 0, sizeof service);
    if (scratch_open(state) || scratch_run("mkdir actions blobs state && touch log.jsonl"))
        return -1;
#ifndef CLOCK_IS_REAL
    hand_share(scratch_path("clock"));
#endif
    service_start();
    service.api.url = service.url;
    service.http = http_new(&service.http_options, &service.err);
    service.api.pace = pace_open(scratch_path("state"), "tenant", PACE_HOUR_CALLS, &service.err);
    service.api.notice = service_notice;
    service_use_token(&(struct token_options){.fixed = "good"});
    return service.http && service.api.pace ? 0 : -1;
}

static int service_close(void **state)
{
    close(service.input_fd); /* it ends with its input */
    waitpid(service.child, NULL, 0);
    token_free(service.api.token);
    pace_close(service.api.pace);
    http_free(service.http);
    return scratch_close(state);
}

#define service_test(function)                                                                     \
    cmocka_unit_test_setup_teardown(function, service_open, service_close)

static void service_faults(const char *json)
{
    scratch_write("faults.json", json, strlen(json));
}

/* How many requests of the log a jq condition fits. */
static int service_count(const char *condition)
{
    char script[512];
    snprintf(script, sizeof script, "jq -s '[.[] | select(%s)] | length' log.jsonl >count",
             condition);
    assert_int_equal(scratch_run("%s", script), 0);
    struct buffer text = scratch_read("count");
    int count = (int)strtol(buffer_text(&text), NULL, 10);
    buffer_release(&text);
    return count;
}

#endif
