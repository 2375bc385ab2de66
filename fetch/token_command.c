#include "fetch/token_command.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdbool.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static int start(const char *command, int output_fd, pid_t *child)
{
    char *const arguments[] = {"sh", "-c", (char *)command, NULL};
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, output_fd, 1);
    int code = posix_spawn(child, "/bin/sh", &actions, NULL, arguments, environ);
    posix_spawn_file_actions_destroy(&actions);
    return code;
}

/* True when all of it fitted. */
static bool read_all(int fd, struct buffer *out)
{
    char bytes[4096];
    bool fits = true;
    for (;;) {
        ssize_t got = read(fd, bytes, sizeof bytes);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            break;
        fits = fits && buffer_append(out, bytes, (size_t)got) == 0;
    }
    explicit_bzero(bytes, sizeof bytes);
    return fits;
}

int token_command_run(const char *command, struct buffer *out, struct error *err)
{
    int pipe_fds[2], status = 0;
    pid_t child;
    if (pipe2(pipe_fds, O_CLOEXEC))
        return error_set_errno(err, ERROR_ACCESS, errno, "--token-command cannot be run");
    int code = start(command, pipe_fds[1], &child);
    close(pipe_fds[1]);
    bool fits = code == 0 && read_all(pipe_fds[0], out);
    close(pipe_fds[0]);
    if (code)
        return error_set_errno(err, ERROR_ACCESS, code, "--token-command cannot be run");
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        ;
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        return error_set(err, ERROR_ACCESS, "--token-command failed: %s %d",
                         WIFEXITED(status) ? "exit status" : "signal",
                         WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status));
    return fits ? 0 : error_set(err, ERROR_ACCESS, "--token-command printed more than a token");
}
