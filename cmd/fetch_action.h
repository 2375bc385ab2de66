/*
 * fetch_action - what fetching must know of a machine action.
 */
#ifndef CMD_FETCH_ACTION_H
#define CMD_FETCH_ACTION_H

#include "base/error.h"
#include "base/time.h"
#include "schema/store.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FETCH_ID_SIZE 37 /* a GUID */
#define FETCH_TEXT_SIZE 1024

struct fetch_command {
    int64_t command_index;
    char type[32], status[32];
    char script_name[FETCH_TEXT_SIZE];
};

/* Texts are "" when absent and cut to their size. */
struct fetch_action {
    char id[FETCH_ID_SIZE]; /* in lower case */
    char status[32];
    char machine_id[FETCH_TEXT_SIZE], machine_name[FETCH_TEXT_SIZE];
    char requestor[FETCH_TEXT_SIZE], requestor_comment[FETCH_TEXT_SIZE];
    char created_at[TIME_TEXT_SIZE];
    struct fetch_command *commands; /* owned */
    size_t command_count;
    bool is_known; /* history.db has it in this very state */
};

/* Copies a GUID in lower case: true, or false when `text` is none. */
bool fetch_parse_guid(const char *text, size_t length, char id[FETCH_ID_SIZE]);

/* Reads the action, as the parser reads it, and asks `reader` whether it is known. ERROR_INVALID when the bytes are no
 * action with a GUID. The caller releases, also after -1. */
int fetch_action_read(struct fetch_action *action, struct text json, struct store *reader,
                      const char *tenant_id, struct error *err);
void fetch_action_release(struct fetch_action *action);

/* Nothing about it will change any more. */
bool fetch_action_is_final(const struct fetch_action *action);

/* The command is done and has a result: a PutFile has none. */
bool fetch_command_has_result(const struct fetch_command *command);

/* Globs in any case; NULL: any. A machine's short name stands for the full one; one script of several is enough. */
bool fetch_action_fits(const struct fetch_action *action, const char *machine, const char *script,
                       const char *comment);

#endif
