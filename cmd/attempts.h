/*
 * attempts - why a result could not be fetched, and when it is tried again: what `status` tells and `watch` goes by.
 *
 * A file each in state/attempts/ of the archive, JSON with the names of struct attempt's fields. It is no evidence: to
 * delete it costs a try. Nothing in it is a secret.
 */
#ifndef CMD_ATTEMPTS_H
#define CMD_ATTEMPTS_H

#include "base/error.h"
#include "base/time.h"

#include <stdint.h>

struct attempt {
    char action_id[64];
    int64_t command_index;
    int64_t attempts;
    char failed_at[TIME_TEXT_SIZE], next_try_at[TIME_TEXT_SIZE];
    char code[32]; /* error_code_name */
    char message[ERROR_MESSAGE_SIZE];
};

/* Notes one more failure. What passes is tried again after a minute, then twice as long each time, up to six hours; what
 * does not, after a day. */
int attempts_note(const char *archive_folder, const char *action_id, int64_t command_index,
                  const struct error *why, struct error *err);

/* 1 and the last failure; 0 when there was none since the last success, and for an id that is no GUID: the service has
 * none of those, and nothing else becomes a file's name. */
int attempts_find(const char *archive_folder, const char *action_id, int64_t command_index,
                  struct attempt *attempt, struct error *err);

/* It has succeeded. */
void attempts_forget(const char *archive_folder, const char *action_id, int64_t command_index);

#endif
