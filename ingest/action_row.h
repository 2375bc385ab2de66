/*
 * action_row - a machine action as the parser gives it, as schema takes it.
 */
#ifndef INGEST_ACTION_ROW_H
#define INGEST_ACTION_ROW_H

#include "base/error.h"
#include "parser/package.h"
#include "schema/store.h"

struct action_row {
    struct store_action action; /* texts borrowed from the record */
    struct store_command *commands;
};

/* `tenant_id` (NULL: unknown) is borrowed, too. The caller releases. */
void action_row_make(struct action_row *row, const struct action_record *record,
                     const char *tenant_id);
void action_row_release(struct action_row *row);

/* 1 when history.db knows the action in this very state, 0 when not. */
int action_row_is_known(struct store *reader, const struct action_record *record,
                        const char *tenant_id, struct error *err);

#endif
