#include "base/interrupt.h"

#include <signal.h>
#include <stddef.h>

static volatile sig_atomic_t requested;

static void note(int signal_number)
{
    (void)signal_number;
    requested = 1;
}

void interrupt_install(void)
{
    /* SA_RESETHAND: the second signal finds the default action. */
    struct sigaction polite = {.sa_handler = note, .sa_flags = (int)(SA_RESETHAND)};
    sigemptyset(&polite.sa_mask);
    sigaction(SIGINT, &polite, NULL);
    sigaction(SIGTERM, &polite, NULL);
    sigaction(SIGHUP, &polite, NULL);
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    sigaction(SIGPIPE, &ignore, NULL);
}

void interrupt_request(void)
{
    requested = 1;
}

int interrupt_check(struct error *err)
{
    if (!requested)
        return 0;
    return error_set(err, ERROR_TEMPORARY,
                     "interrupted; what was acknowledged is kept, run it again to go on");
}
