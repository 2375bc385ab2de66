/*
 * help - what `lrarchive --help`, `lrarchive VERB --help` and `lrarchive help VERB` print, made from
 * the verbs' own tables.
 */
#ifndef CMD_HELP_H
#define CMD_HELP_H

#include "base/buffer.h"
#include "cmd/verbs.h"

/* The verb of that exact name, or NULL. */
const struct verb *help_find_verb(const struct verb *const *verbs, const char *name);

/* The name of the verb most like a mistyped one; NULL when none is like it. */
const char *help_nearest_verb(const struct verb *const *verbs, const char *name);

/* Appends the list of verbs. */
void help_overview(struct buffer *out, const struct verb *const *verbs);

/* Appends one verb's usage line, summary and options. */
void help_of_verb(struct buffer *out, const struct verb *verb);

#endif
