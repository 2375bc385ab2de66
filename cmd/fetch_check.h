/*
 * fetch_check - is everything there that fetching needs? A line for each thing, with what to do where it is not.
 */
#ifndef CMD_FETCH_CHECK_H
#define CMD_FETCH_CHECK_H

#include "cmd/fetch_options.h"

/* Checks and prints all of them, also behind one that fails. The status is that of the worst. */
enum exit_status fetch_check(struct connection *connection, const struct fetch_options *fetch,
                             const struct options *options, struct output *output);

#endif
