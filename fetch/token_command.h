/*
 * token_command - a program of the user's that prints a token.
 */
#ifndef FETCH_TOKEN_COMMAND_H
#define FETCH_TOKEN_COMMAND_H

#include "base/buffer.h"
#include "base/error.h"

/* Runs `command` by sh -c without input and appends what it prints to `out`; its stderr is ours. -1 (ERROR_ACCESS)
 * when it cannot be run, fails, or prints more than fits. */
int token_command_run(const char *command, struct buffer *out, struct error *err);

#endif
