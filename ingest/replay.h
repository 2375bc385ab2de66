/*
 * replay - a run of ledger lines becomes rows again: for recovery and for rebuild.
 */
#ifndef INGEST_REPLAY_H
#define INGEST_REPLAY_H

#include "ingest/apply.h"

#define REPLAY_LINES 1000 /* in one transaction at most */

struct replay {
    const char *ledger_folder;
    struct store *store;                            /* no transaction may be open */
    struct apply *apply;                            /* on that store */
    void (*progress)(void *context, int64_t lines); /* after each line; may be NULL */
    void *context;
    /* Evidence of a line is damaged; its package is indexed as not read. May be NULL. */
    void (*damaged)(void *context, int64_t number, const struct error *why);
};

/* Replays from behind *place to the end of the last whole line; a torn one is left alone. 0, *place
 * is behind the last line and *lines (may be NULL) how many there were; -1 and what is not
 * committed is rolled back. */
int replay_lines(const struct replay *replay, struct ledger_place *place, int64_t *lines,
                 struct error *err);

#endif
