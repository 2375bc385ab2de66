#include "cmd/relay.h"

#include "base/buffer.h"
#include "base/interrupt.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/pidfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#define BLOCK_BYTES 65536 /* a screen's message is shorter */
#define CHARACTER_BYTES 4

struct relay {
    pid_t child;
    int child_fd;                   /* readable when the child has ended */
    int words;                      /* read end of the pipe */
    int screen;                     /* our end; -1: none, or closed */
    int to;                         /* the terminal */
    char cut[CHARACTER_BYTES];      /* a character's bytes that have come so far */
    size_t cut_length;              /* of them */
    struct termios modes;           /* of stdin before the child */
    bool has_modes, has_passed_end; /* a signal was passed on */
};

static int cannot_run(const char *name, int errno_value, struct error *err)
{
    if (errno_value == ENOENT)
        return error_set(err, ERROR_IO,
                         "there is no %s in PATH; install it (Debian: apt-get install %s)", name,
                         name);
    return error_set_errno(err, ERROR_IO, errno_value, "cannot run %s", name);
}

int relay_become(char *const argv[], struct error *err)
{
    /* Ignored signals would stay ignored. */
    signal(SIGPIPE, SIG_DFL);
    execvp(argv[0], argv);
    return cannot_run(argv[0], errno, err);
}

/* ---- showing ---- */

/* A terminal that is gone takes nothing; the program is told by its own signal. */
static void show(const struct relay *relay, const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t done = write(relay->to, bytes, length);
        if (done < 0 && errno != EINTR)
            return;
        bytes += done > 0 ? done : 0;
        length -= done > 0 ? (size_t)done : 0;
    }
}

/* How many bytes at the end are the beginning of a character. */
static size_t cut_at_end(const char *bytes, size_t length)
{
    for (size_t back = 1; back < CHARACTER_BYTES && back <= length; back++) {
        size_t used;
        bool more;
        (void)text_decode(bytes + length - back, back, &used, &more);
        if (more && used == back)
            return back;
    }
    return 0;
}

/* `is_over`: no character goes on behind these bytes. */
static void show_escaped(struct relay *relay, const char *bytes, size_t length, bool is_over)
{
    struct buffer words, escaped;
    buffer_init(&words, BLOCK_BYTES + CHARACTER_BYTES);
    buffer_init(&escaped, (BLOCK_BYTES + CHARACTER_BYTES) * 10);
    (void)buffer_append(&words, relay->cut, relay->cut_length);
    (void)buffer_append(&words, bytes, length);
    relay->cut_length = is_over ? 0 : cut_at_end(words.bytes, words.length);
    size_t whole = words.length - relay->cut_length;
    if (relay->cut_length > 0)
        memcpy(relay->cut, words.bytes + whole, relay->cut_length);
    text_escape(&escaped, words.bytes, whole, TEXT_KEEP_LINE_ENDS);
    show(relay, escaped.bytes, escaped.length);
    buffer_release(&words);
    buffer_release(&escaped);
}

/* Up to `most` bytes of the pipe: how many, 0 at its end. */
static size_t show_words(struct relay *relay, size_t most)
{
    char block[BLOCK_BYTES];
    ssize_t got = read(relay->words, block, most < sizeof block ? most : sizeof block);
    if (got > 0)
        show_escaped(relay, block, (size_t)got, false);
    return got > 0 ? (size_t)got : 0;
}

/* All that is in the pipe now. More may come from what the program has started: that waits. */
static void show_waiting_words(struct relay *relay)
{
    int waiting = 0;
    if (ioctl(relay->words, FIONREAD, &waiting) < 0)
        return;
    for (size_t left = (size_t)waiting, got = 1; left > 0 && got > 0; left -= got)
        got = show_words(relay, left);
    show_escaped(relay, NULL, 0, true);
}

static void show_screen(struct relay *relay)
{
    char message[BLOCK_BYTES];
    ssize_t got = recv(relay->screen, message, sizeof message, 0);
    if (got < 0 && errno == EINTR)
        return;
    if (got <= 0) {
        close(relay->screen);
        relay->screen = -1;
        return;
    }
    show_waiting_words(relay);
    show(relay, message, (size_t)got);
    (void)send(relay->screen, "", 1, MSG_NOSIGNAL);
}

static void show_until_child_ends(struct relay *relay)
{
    struct pollfd fds[] = {
        {.fd = relay->child_fd, .events = POLLIN},
        {.fd = relay->words, .events = POLLIN},
        {.fd = relay->screen, .events = POLLIN},
    };
    /* The pipe ends with the child, too, unless something that it started goes on. */
    while (!fds[0].revents && fds[1].fd >= 0) {
        fds[2].fd = relay->screen;
        if (poll(fds, 3, -1) < 0)
            fds[0].revents = fds[1].revents = fds[2].revents = 0;
        if (!relay->has_passed_end && interrupt_check(NULL)) {
            relay->has_passed_end = true;
            kill(relay->child, SIGTERM);
        }
        if (fds[2].revents)
            show_screen(relay);
        else if (fds[1].revents && show_words(relay, BLOCK_BYTES) == 0)
            fds[1].fd = -1;
    }
    show_waiting_words(relay);
}

/* ---- the child ---- */

static void ignore_terminal_signals(void (*handler)(int))
{
    signal(SIGINT, handler);
    signal(SIGQUIT, handler);
}

/* `words` and `screen` are the child's ends; screen -1: none. 0 or an errno. */
static int spawn(const struct relay_plan *plan, int words, int screen, pid_t *child)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t defaults;
    sigemptyset(&defaults);
    sigaddset(&defaults, SIGINT);
    sigaddset(&defaults, SIGQUIT);
    sigaddset(&defaults, SIGPIPE);
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
    posix_spawnattr_setsigdefault(&attributes, &defaults);
    int result = 0;
    if (plan->escape_stdout)
        result = posix_spawn_file_actions_adddup2(&actions, words, STDOUT_FILENO);
    if (result == 0 && plan->escape_stderr)
        result = posix_spawn_file_actions_adddup2(&actions, words, STDERR_FILENO);
    /* Onto itself: that keeps it open in the child. */
    if (result == 0 && screen >= 0)
        result = posix_spawn_file_actions_adddup2(&actions, screen, screen);
    if (result == 0)
        result = posix_spawnp(child, plan->argv[0], &actions, &attributes, plan->argv, environ);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return result;
}

static int start(struct relay *relay, const struct relay_plan *plan, struct error *err)
{
    int words[2], screens[2] = {-1, -1};
    if (pipe2(words, O_CLOEXEC) < 0)
        return error_set_errno(err, ERROR_IO, errno, "cannot make a pipe");
    relay->words = words[0];
    if (plan->has_screen && socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, screens) < 0) {
        close(words[1]);
        return error_set_errno(err, ERROR_IO, errno, "cannot make a pair of sockets");
    }
    relay->screen = screens[0];
    if (plan->has_screen) {
        char number[16];
        snprintf(number, sizeof number, "%d", screens[1]);
        setenv(RELAY_SCREEN, number, 1);
    }
    int failure = spawn(plan, words[1], screens[1], &relay->child);
    unsetenv(RELAY_SCREEN);
    close(words[1]);
    if (screens[1] >= 0)
        close(screens[1]);
    return failure ? cannot_run(plan->argv[0], failure, err) : 0;
}

static int wait_for_child(struct relay *relay, const char *name, int *status, struct error *err)
{
    int ended;
    while (waitpid(relay->child, &ended, 0) < 0)
        if (errno != EINTR)
            return error_set_errno(err, ERROR_IO, errno, "cannot wait for %s", name);
    if (!WIFEXITED(ended))
        return error_set(err, ERROR_IO, "%s was ended by signal %d (%s)", name, WTERMSIG(ended),
                         strsignal(WTERMSIG(ended)));
    *status = WEXITSTATUS(ended);
    return 0;
}

int relay_run(const struct relay_plan *plan, int *status, struct error *err)
{
    struct relay relay = {.words = -1,
                          .screen = -1,
                          .child_fd = -1,
                          .to = plan->escape_stdout ? STDOUT_FILENO : STDERR_FILENO};
    relay.has_modes = tcgetattr(STDIN_FILENO, &relay.modes) == 0;
    ignore_terminal_signals(SIG_IGN);
    int result = start(&relay, plan, err);
    if (result == 0) {
        relay.child_fd = pidfd_open(relay.child, 0);
        show_until_child_ends(&relay);
        result = wait_for_child(&relay, plan->argv[0], status, err);
        if (relay.has_modes)
            tcsetattr(STDIN_FILENO, TCSADRAIN, &relay.modes);
    }
    int fds[] = {relay.words, relay.screen, relay.child_fd};
    for (size_t i = 0; i < sizeof fds / sizeof *fds; i++)
        if (fds[i] >= 0)
            close(fds[i]);
    return result;
}
