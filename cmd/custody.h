/*
 * custody - the options of verbs that take packages in: who does it, why, and for which case.
 */
#ifndef CMD_CUSTODY_H
#define CMD_CUSTODY_H

#include "cmd/options.h"
#include "ingest/batch.h"

/* For a verb's table of options. */
#define CUSTODY_OPTIONS                                                                            \
    {.name = "operator",                                                                           \
     .value = "NAME",                                                                              \
     .help = "who takes them in; else $LRARCHIVE_OPERATOR, else user@host"},                       \
        {.name = "note", .value = "TEXT", .help = "a remark for the receipt"},                     \
    {                                                                                              \
        .name = "case", .value = "NAME", .help = "add them to this case"                           \
    }

/* ERROR_USAGE unless `name` (NULL is fine) can be a case's: it is part of its exhibits' and of exported files'
 * names. `what` names it in the message. */
int custody_check_case(const struct options *options, const char *what, const char *name,
                       struct error *err);

/* ERROR_USAGE unless `text` (NULL is fine) is UTF-8 of at most 64 KiB; `what` names it. */
int custody_check_words(const struct options *options, const char *what, const char *text,
                        struct error *err);

/* What --operator says, checked, into *operator_name; NULL: archive_open is to find it. */
int custody_operator(const struct options *options, const char **operator_name, struct error *err);

/* Checks them; note and case go into the context, *operator_name is NULL when archive_open is to find it. All are
 * argv's. */
int custody_read(const struct options *options, struct batch_context *context,
                 const char **operator_name, struct error *err);

#endif
