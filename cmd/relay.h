/*
 * relay - another program on this terminal, whose words reach it only escaped (base/text.h).
 *
 * The program keeps the terminal as its stdin, and gets a pipe to us in place of every terminal
 * that it would write to. A program that edits lines with readline must move the cursor all the
 * same: those bytes come over a socket of their own (the screen), which relay_inside.c, loaded into
 * the program as part of lrarchive.so, gives to readline. It waits after each message until we have
 * shown it and all that was in the pipe before, so that prompts stand behind results.
 */
#ifndef CMD_RELAY_H
#define CMD_RELAY_H

#include "base/error.h"

#include <stdbool.h>

/* Names the screen's descriptor to relay_inside.c. */
#define RELAY_SCREEN "LRARCHIVE_SCREEN"

/* Becomes the program (found in PATH): bytes unchanged. Returns only on an error. */
int relay_become(char *const argv[], struct error *err);

struct relay_plan {
    char *const *argv;
    bool escape_stdout, escape_stderr; /* what the program says there goes through us */
    bool has_screen;                   /* for readline; its stdin is a terminal */
};

/* Runs the program (found in PATH) and waits for it. The first SIGTERM or SIGHUP that we get is
 * passed on; SIGINT and SIGQUIT come to the program from the terminal and are ignored here from now
 * on. The terminal's modes are put back. 0 and *status, the program's own; -1 when it cannot be run
 * or a signal ended it. */
int relay_run(const struct relay_plan *plan, int *status, struct error *err);

#endif
