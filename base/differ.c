#include "base/differ.h"

#include "base/interrupt.h"
#include "base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define BLOCK_BYTES 65536
#define KEY_LINE_BYTES (2 * DIFFER_KEY_BYTES + 1) /* hex digits and a LF */
#define COMPLAINT_BYTES 256                       /* of what diff says on stderr */

/* A sequence on its way into diff. */
struct feed {
    struct differ_source source;
    int fd; /* our end of the pipe; -1: closed */
    int64_t lines;
    size_t length, written; /* of the block */
    char block[BLOCK_BYTES];
};

struct differ {
    pid_t pid; /* 0: not running, or waited for */
    int status;
    int answer_fd, complaint_fd;
    struct feed feeds[2];
    size_t length, position; /* of the answer */
    char answer[BLOCK_BYTES];
};

/* ---- the process ---- */

static void close_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

/* Both ends are closed on exec: diff gets copies of its own. */
static int make_pipe(int *ours, int *theirs, bool we_write, struct error *err)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC))
        return error_set_errno(err, ERROR_IO, errno, "cannot make a pipe to `diff`");
    *ours = ends[we_write ? 1 : 0];
    *theirs = ends[we_write ? 0 : 1];
    /* diff reads its two inputs in an order of its own: a full pipe must not stop the other. */
    if (we_write && fcntl(*ours, F_SETFL, O_NONBLOCK))
        return error_set_errno(err, ERROR_IO, errno, "cannot set up a pipe to `diff`");
    return 0;
}

static int spawn(struct differ *differ, const int theirs[4], struct error *err)
{
    char name[32];
    char *argv[] = {"diff", "-", name, NULL};
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t defaults;
    snprintf(name, sizeof name, "/dev/fd/%d", theirs[1]);
    sigemptyset(&defaults);
    sigaddset(&defaults, SIGPIPE);
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    /* Onto itself: the copy stays open in diff. */
    int code = posix_spawn_file_actions_adddup2(&actions, theirs[0], STDIN_FILENO) ||
               posix_spawn_file_actions_adddup2(&actions, theirs[1], theirs[1]) ||
               posix_spawn_file_actions_adddup2(&actions, theirs[2], 1) ||
               posix_spawn_file_actions_adddup2(&actions, theirs[3], 2) ||
               posix_spawnattr_setsigdefault(&attributes, &defaults) ||
               posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
    if (code)
        code = ENOMEM;
    else
        code = posix_spawnp(&differ->pid, argv[0], &actions, &attributes, argv, environ);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    if (code == 0)
        return 0;
    differ->pid = 0;
    if (code == ENOENT)
        return error_set(err, ERROR_IO, "the program `diff` is not on the PATH; install diffutils");
    return error_set_errno(err, ERROR_IO, code, "cannot start `diff`");
}

static int start(struct differ *differ, struct error *err)
{
    int theirs[4] = {-1, -1, -1, -1};
    int result = make_pipe(&differ->feeds[0].fd, &theirs[0], true, err) ||
                 make_pipe(&differ->feeds[1].fd, &theirs[1], true, err) ||
                 make_pipe(&differ->answer_fd, &theirs[2], false, err) ||
                 make_pipe(&differ->complaint_fd, &theirs[3], false, err) ||
                 spawn(differ, theirs, err);
    for (int i = 0; i < 4; i++)
        close_fd(&theirs[i]);
    return result ? -1 : 0;
}

static void wait_for(struct differ *differ)
{
    while (differ->pid > 0 && waitpid(differ->pid, &differ->status, 0) < 0 && errno == EINTR)
        ;
    differ->pid = 0;
}

/* diff is at its end: was it a good one? */
static int check_end(struct differ *differ, struct error *err)
{
    char complaint[COMPLAINT_BYTES];
    wait_for(differ);
    if (WIFEXITED(differ->status) && WEXITSTATUS(differ->status) <= 1)
        return 0;
    if (WIFSIGNALED(differ->status))
        return error_set(err, ERROR_IO,
                         "`diff` was ended by signal %d; if memory ran out, leave lines out with "
                         "--ignore or compare with --set",
                         WTERMSIG(differ->status));
    ssize_t got = read(differ->complaint_fd, complaint, sizeof complaint);
    while (got > 0 && complaint[got - 1] == '\n')
        got--;
    return error_set(err, ERROR_IO, "`diff` failed with status %d: %.*s",
                     WEXITSTATUS(differ->status), got > 0 ? (int)got : 0, complaint);
}

void differ_end(struct differ *differ)
{
    if (!differ)
        return;
    close_fd(&differ->feeds[0].fd);
    close_fd(&differ->feeds[1].fd);
    close_fd(&differ->answer_fd);
    close_fd(&differ->complaint_fd);
    if (differ->pid > 0)
        kill(differ->pid, SIGKILL);
    wait_for(differ);
    free(differ);
}

/* ---- the keys go in ---- */

static int fill(struct feed *feed, bool *is_over, struct error *err)
{
    static const char digits[] = "0123456789abcdef";
    unsigned char key[DIFFER_KEY_BYTES];
    int more = 1;
    feed->length = feed->written = 0;
    while (feed->length + KEY_LINE_BYTES <= sizeof feed->block &&
           (more = feed->source.next(feed->source.context, key, err)) == 1) {
        if (feed->lines++ == DIFFER_LINES)
            return error_set(err, ERROR_LIMIT,
                             "more than %d lines to compare in order; compare with --set, or leave "
                             "lines out with --ignore",
                             DIFFER_LINES);
        for (int i = 0; i < DIFFER_KEY_BYTES; i++) {
            feed->block[feed->length++] = digits[key[i] >> 4];
            feed->block[feed->length++] = digits[key[i] & 15];
        }
        feed->block[feed->length++] = '\n';
    }
    *is_over = more == 0;
    return more < 0 ? -1 : 0;
}

/* Writes what the pipe takes: 0, also when diff went away, which its end tells; -1. */
static int push(struct feed *feed, bool *is_over, struct error *err)
{
    while (!*is_over || feed->written < feed->length) {
        if (feed->written == feed->length && fill(feed, is_over, err))
            return -1;
        ssize_t done = write(feed->fd, feed->block + feed->written, feed->length - feed->written);
        if (done < 0 && errno == EINTR)
            continue;
        if (done < 0 && errno == EAGAIN)
            return 0;
        if (done < 0 && errno == EPIPE)
            break;
        if (done < 0)
            return error_set_errno(err, ERROR_IO, errno, "cannot write to `diff`");
        feed->written += (size_t)done;
    }
    close_fd(&feed->fd);
    return 0;
}

static int feed_both(struct differ *differ, struct error *err)
{
    bool is_over[2] = {false, false};
    while (differ->feeds[0].fd >= 0 || differ->feeds[1].fd >= 0) {
        struct pollfd polls[2] = {{differ->feeds[0].fd, POLLOUT, 0},
                                  {differ->feeds[1].fd, POLLOUT, 0}};
        if (interrupt_check(err))
            return -1;
        if (poll(polls, 2, -1) < 0 && errno != EINTR)
            return error_set_errno(err, ERROR_IO, errno, "cannot wait for `diff`");
        for (int side = 0; side < 2; side++)
            if (polls[side].revents && push(&differ->feeds[side], &is_over[side], err))
                return -1;
    }
    return 0;
}

struct differ *differ_start(const struct differ_source sources[2], struct error *err)
{
    struct differ *differ = memory_zeroed(1, sizeof *differ);
    differ->answer_fd = differ->complaint_fd = -1;
    for (int side = 0; side < 2; side++) {
        differ->feeds[side].fd = -1;
        differ->feeds[side].source = sources[side];
    }
    if (start(differ, err) == 0 && feed_both(differ, err) == 0)
        return differ;
    differ_end(differ);
    return NULL;
}

/* ---- the hunks come out ---- */

/* The next line of the answer, at most size - 1 bytes of it: 1, 0 at the end, -1. */
static int read_line(struct differ *differ, char *line, size_t size, struct error *err)
{
    size_t length = 0;
    for (;;) {
        if (differ->position == differ->length) {
            ssize_t got = read(differ->answer_fd, differ->answer, sizeof differ->answer);
            if (got < 0 && errno == EINTR) {
                if (interrupt_check(err))
                    return -1;
                continue;
            }
            if (got < 0)
                return error_set_errno(err, ERROR_IO, errno, "cannot read from `diff`");
            if (got == 0)
                return 0;
            differ->length = (size_t)got;
            differ->position = 0;
        }
        char c = differ->answer[differ->position++];
        if (c == '\n') {
            line[length] = '\0';
            return 1;
        }
        if (length < size - 1)
            line[length++] = c;
    }
}

/* "12" or "12,14"; *at moves behind it. */
static void read_range(const char **at, int64_t *first, int64_t *last)
{
    char *end;
    *first = *last = strtoll(*at, &end, 10);
    if (*end == ',')
        *last = strtoll(end + 1, &end, 10);
    *at = end;
}

/* POSIX's normal format: "5a6,7", "8d7", "12,14c20,21". */
static int read_hunk(const char *line, struct differ_hunk *hunk, struct error *err)
{
    int64_t first[2], last[2];
    const char *at = line;
    read_range(&at, &first[0], &last[0]);
    char kind = *at;
    if (kind)
        at++;
    read_range(&at, &first[1], &last[1]);
    if (!kind || !strchr("acd", kind) || *at)
        return error_set(err, ERROR_IO, "`diff` answers with \"%s\", which is not POSIX", line);
    for (int side = 0; side < 2; side++) {
        /* An empty run is named by the line before it. */
        bool is_empty = kind == (side == 0 ? 'a' : 'd');
        hunk->firsts[side] = first[side] + (is_empty ? 1 : 0);
        hunk->counts[side] = is_empty ? 0 : last[side] - first[side] + 1;
    }
    return 1;
}

int differ_next(struct differ *differ, struct differ_hunk *hunk, struct error *err)
{
    char line[128];
    int more;
    while ((more = read_line(differ, line, sizeof line, err)) == 1)
        if (line[0] >= '0' && line[0] <= '9')
            return read_hunk(line, hunk, err);
    return more < 0 ? -1 : check_end(differ, err);
}
