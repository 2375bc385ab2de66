/*
 * case - what the files of the verb `case` share.
 */
#ifndef CMD_CASE_H
#define CMD_CASE_H

#include "cmd/options.h"
#include "cmd/output.h"
#include "ingest/case_event.h"

/* One call of the verb, its archive open. */
struct case_call {
    const struct options *options;
    struct output *output;
    struct archive *archive;
    struct store *reader;
    const char *name; /* of the case; NULL: none was given */
    const char *reason;
    struct store_case found;
};

/* Prints the cases, or one with its exhibits and its history. */
enum exit_status case_list(struct case_call *call);
enum exit_status case_show(struct case_call *call);

/* Adds or removes what the arguments behind the case's name, or --search and filters, name. */
enum exit_status case_change_items(struct case_call *call, const char *event);

#endif
