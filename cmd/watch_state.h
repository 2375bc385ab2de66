/*
 * watch_state - what `watch` leaves behind after each round, in state/watch.json of the archive: for `status`, for
 * whoever watches over it, and for its own next start.
 */
#ifndef CMD_WATCH_STATE_H
#define CMD_WATCH_STATE_H

#include "base/error.h"
#include "base/time.h"

#include <stdint.h>

/* "" is absent; the names are the file's keys. */
struct watch_state {
    char last_round_at[TIME_TEXT_SIZE]; /* ended, well or not */
    char last_success_at
        [TIME_TEXT_SIZE];          /* the list was read to its end, and what it had was tried */
    char bookmark[TIME_TEXT_SIZE]; /* actions created before are final and wholly archived */
    char oldest_missing_at[TIME_TEXT_SIZE];
    int64_t missing, failed; /* results and actions that are not there yet; of those, what failed */
    int64_t bytes_free;
    char filters[1024];                  /* which the bookmark is for */
    char last_error[ERROR_MESSAGE_SIZE]; /* of the last round */
};

/* 1, or 0 when there is none yet. */
int watch_state_read(struct watch_state *state, const char *archive_folder, struct error *err);

int watch_state_write(const struct watch_state *state, const char *archive_folder,
                      struct error *err);

#endif
