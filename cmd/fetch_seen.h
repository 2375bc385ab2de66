/*
 * fetch_seen - what a round has met: an action may stand twice in the list, or on the command line.
 */
#ifndef CMD_FETCH_SEEN_H
#define CMD_FETCH_SEEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum fetch_seen_kind { SEEN_ACTION = 1, SEEN_PENDING, SEEN_RESULT };

struct fetch_seen_entry;

/* All zero is empty. */
struct fetch_seen {
    struct fetch_seen_entry *entries; /* owned */
    size_t count, capacity;
};

/* True when it is met for the first time. `action_id` is a GUID in lower case. */
bool fetch_seen_add(struct fetch_seen *seen, enum fetch_seen_kind kind, const char *action_id,
                    int64_t command_index);

void fetch_seen_release(struct fetch_seen *seen);

#endif
