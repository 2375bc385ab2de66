/*
 * verbs - what a verb is, and all of them. Each lives in the file of its name.
 *
 * To add one: write cmd/<verb>.c with its struct verb, declare it here, put it into the table in
 * main.c, describe it in docs/manual.md, and test it under tests/cli/<verb>/.
 */
#ifndef CMD_VERBS_H
#define CMD_VERBS_H

#include "cmd/options.h"
#include "cmd/output.h"

struct verb {
    const char *name;
    const char *arguments;             /* as the usage line shows them, "" for none */
    int least, most;                   /* how many of them; most -1: any number */
    const char *summary;               /* one line, in the list of verbs and above the options */
    const struct option_spec *options; /* ends with a name of NULL; NULL: none */
    /* Does the work and prints its answer, its errors too. Returns the exit status. */
    enum exit_status (*run)(const struct options *options, struct output *output);
};

extern const struct verb init_verb;
extern const struct verb ingest_verb;
extern const struct verb fetch_verb;
extern const struct verb watch_verb;
extern const struct verb status_verb;
extern const struct verb list_verb;
extern const struct verb show_verb;
extern const struct verb cat_verb;
extern const struct verb search_verb;
extern const struct verb query_verb;
extern const struct verb shell_verb;
extern const struct verb diff_verb;
extern const struct verb stack_verb;
extern const struct verb stats_verb;
extern const struct verb case_verb;
extern const struct verb export_verb;
extern const struct verb checkpoint_verb;
extern const struct verb key_verb;
extern const struct verb verify_verb;
extern const struct verb log_verb;
extern const struct verb rebuild_verb;
extern const struct verb help_verb;

#endif
