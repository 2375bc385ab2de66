/*
 * The inner half of relay.h, which lrarchive.so takes into sqlite3: when the environment names a
 * screen, readline writes there, and all else that the program says stays on its stdout and stderr.
 * Does nothing in any other program.
 */
#include "cmd/relay.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

#define MESSAGE_BYTES 4096

static int screen = -1;

/* One message of readline's, shown when this returns. Without a reader the bytes are dropped, as on
 * a closed terminal. */
static ssize_t show(void *context, const char *bytes, size_t length)
{
    char shown;
    (void)context;
    if (length > MESSAGE_BYTES)
        length = MESSAGE_BYTES;
    fflush(stdout);
    if (send(screen, bytes, length, MSG_NOSIGNAL) >= 0)
        while (recv(screen, &shown, 1, 0) < 0 && errno == EINTR)
            ;
    return (ssize_t)length;
}

static bool take_screen(const char *named)
{
    int type = 0;
    socklen_t size = sizeof type;
    char *end;
    screen = (int)strtol(named, &end, 10);
    /* Not for the programs that this one starts. */
    unsetenv(RELAY_SCREEN);
    return *end == '\0' && getsockopt(screen, SOL_SOCKET, SO_TYPE, &type, &size) == 0 &&
           type == SOCK_SEQPACKET && fcntl(screen, F_SETFD, FD_CLOEXEC) == 0;
}

__attribute__((constructor)) static void attach(void)
{
    const char *named = getenv(RELAY_SCREEN);
    if (!named || !take_screen(named))
        return;
    /* As on a terminal: what is said is there when an error follows it on stderr. */
    setvbuf(stdout, NULL, _IOLBF, 0);
    FILE **readline_stream = dlsym(RTLD_DEFAULT, "rl_outstream");
    FILE *stream = fopencookie(NULL, "w", (cookie_io_functions_t){.write = show});
    if (!readline_stream || !stream) {
        /* No readline that can be led there: it would only be shown escaped. */
        setenv("TERM", "dumb", 1);
        return;
    }
    setvbuf(stream, NULL, _IOLBF, MESSAGE_BYTES);
    *readline_stream = stream;
    /* Its bell would go to stderr. */
    int (*set)(const char *, const char *) = NULL;
    *(void **)&set = dlsym(RTLD_DEFAULT, "rl_variable_bind");
    if (set)
        (void)set("bell-style", "none");
}
