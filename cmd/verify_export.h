/*
 * verify_export - `verify FILE`: an export, without any archive; and how findings are printed.
 */
#ifndef CMD_VERIFY_EXPORT_H
#define CMD_VERIFY_EXPORT_H

#include "cmd/options.h"
#include "cmd/output.h"

#include <stdint.h>

enum exit_status verify_export(const struct options *options, struct output *output);

/* One finding: what kind, in which file (NULL: none), at which byte (-1: not known), and what. */
void verify_print(struct output *output, const char *kind, const char *path, int64_t offset,
                  const char *message);

#endif
