#include "ingest/action_row.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

void action_row_make(struct action_row *row, const struct action_record *record,
                     const char *tenant_id)
{
    struct store_command *commands =
        memory_zeroed(record->command_count, sizeof(struct store_command));
    for (size_t i = 0; i < record->command_count; i++) {
        const struct command_record *from = &record->commands[i];
        commands[i] = (struct store_command){.command_index = from->command_index,
                                             .type = from->type,
                                             .status = from->status,
                                             .params = from->params,
                                             .errors = from->errors,
                                             .script_name = from->script_name,
                                             .started_at = from->started_at,
                                             .ended_at = from->ended_at};
    }
    row->commands = commands;
    row->action = (struct store_action){
        .tenant_id = {tenant_id, tenant_id ? strlen(tenant_id) : 0},
        .action_id = record->action_id,
        .type = record->type,
        .status = record->status,
        .title = record->title,
        .requestor = record->requestor,
        .requestor_comment = record->requestor_comment,
        .machine_id = record->machine_id,
        .machine_name = record->machine_name,
        .external_id = record->external_id,
        .request_source = record->request_source,
        .cancellation_requestor = record->cancellation_requestor,
        .cancellation_comment = record->cancellation_comment,
        .scope = record->scope,
        .error_hresult = record->error_hresult,
        .created_at = record->created_at,
        .last_updated_at = record->last_updated_at,
        .cancelled_at = record->cancelled_at,
        .commands = commands,
        .command_count = (int64_t)record->command_count,
    };
}

void action_row_release(struct action_row *row)
{
    free(row->commands);
    row->commands = NULL;
}

int action_row_is_known(struct store *reader, const struct action_record *record,
                        const char *tenant_id, struct error *err)
{
    struct action_row row;
    action_row_make(&row, record, tenant_id);
    int known = store_knows_action(reader, &row.action, err);
    action_row_release(&row);
    return known;
}
