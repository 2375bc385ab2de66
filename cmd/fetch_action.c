#include "cmd/fetch_action.h"

#include "base/memory.h"
#include "base/text.h"
#include "ingest/action_row.h"
#include "parser/package.h"

#include <ctype.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define GUID_LENGTH 36

struct reading {
    struct fetch_action *action;
    struct store *reader;
    const char *tenant_id;
    int count;
};

bool fetch_parse_guid(const char *text, size_t length, char id[FETCH_ID_SIZE])
{
    if (length != GUID_LENGTH)
        return false;
    for (size_t i = 0; i < GUID_LENGTH; i++) {
        bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        if (dash ? text[i] != '-' : !isxdigit((unsigned char)text[i]))
            return false;
        id[i] = (char)tolower((unsigned char)text[i]);
    }
    id[GUID_LENGTH] = '\0';
    return true;
}

static void copy(char *out, size_t size, struct text text)
{
    size_t length = text.bytes ? text.length : 0;
    if (length >= size)
        length = size - 1;
    memcpy(out, text.bytes ? text.bytes : "", length);
    out[length] = '\0';
}

static void copy_commands(struct fetch_action *action, const struct action_record *record)
{
    action->commands = memory_zeroed(record->command_count, sizeof *action->commands);
    for (size_t i = 0; i < record->command_count; i++) {
        const struct command_record *from = &record->commands[i];
        struct fetch_command *to = &action->commands[action->command_count++];
        to->command_index = from->command_index;
        copy(to->type, sizeof to->type, from->type);
        copy(to->status, sizeof to->status, from->status);
        copy(to->script_name, sizeof to->script_name, from->script_name);
    }
}

static int on_action(void *context, const struct action_record *record, struct error *err)
{
    struct reading *reading = context;
    struct fetch_action *action = reading->action;
    if (reading->count++ > 0)
        return 0;
    if (record->action_id.bytes)
        (void)fetch_parse_guid(record->action_id.bytes, record->action_id.length, action->id);
    copy(action->status, sizeof action->status, record->status);
    copy(action->machine_id, sizeof action->machine_id, record->machine_id);
    copy(action->machine_name, sizeof action->machine_name, record->machine_name);
    copy(action->requestor, sizeof action->requestor, record->requestor);
    copy(action->requestor_comment, sizeof action->requestor_comment, record->requestor_comment);
    memcpy(action->created_at, record->created_at, sizeof action->created_at);
    copy_commands(action, record);
    int known = action_row_is_known(reading->reader, record, reading->tenant_id, err);
    action->is_known = known == 1;
    return known < 0 ? -1 : 0;
}

int fetch_action_read(struct fetch_action *action, struct text json, struct store *reader,
                      const char *tenant_id, struct error *err)
{
    struct reading reading = {.action = action, .reader = reader, .tenant_id = tenant_id};
    struct package_sink sink = {.context = &reading, .action = on_action};
    struct package_options options = {0};
    struct package_summary summary;
    struct memory_stream stream;
    *action = (struct fetch_action){0};
    memory_stream_init(&stream, json.bytes, json.length, 0);
    if (package_read(&stream.stream, &options, &sink, &summary, err))
        return -1;
    if (summary.kind == PACKAGE_ACTION && reading.count == 1 && action->id[0])
        return 0;
    return error_set(err, ERROR_INVALID,
                     "the service's answer is no machine action whose id is a GUID");
}

void fetch_action_release(struct fetch_action *action)
{
    free(action->commands);
    *action = (struct fetch_action){0};
}

bool fetch_action_is_final(const struct fetch_action *action)
{
    static const char *const final[] = {"Succeeded", "Failed", "TimeOut", "Cancelled"};
    for (size_t i = 0; i < sizeof final / sizeof *final; i++)
        if (text_equal_fold(action->status, final[i]))
            return true;
    return false;
}

bool fetch_command_has_result(const struct fetch_command *command)
{
    return text_equal_fold(command->status, "Completed") &&
           !text_equal_fold(command->type, "PutFile");
}

static bool fits(const char *pattern, const char *text)
{
    if (fnmatch(pattern, text, FNM_CASEFOLD) == 0)
        return true;
    size_t length = strcspn(text, ".");
    if (strchr(pattern, '.') || length == strlen(text) || length >= FETCH_TEXT_SIZE)
        return false;
    char name[FETCH_TEXT_SIZE]; /* the short name for the full one */
    snprintf(name, sizeof name, "%.*s", (int)length, text);
    return fnmatch(pattern, name, FNM_CASEFOLD) == 0;
}

bool fetch_action_fits(const struct fetch_action *action, const char *machine, const char *script,
                       const char *comment)
{
    bool has_script = !script;
    for (size_t i = 0; i < action->command_count && !has_script; i++)
        has_script = fnmatch(script, action->commands[i].script_name, FNM_CASEFOLD) == 0;
    return has_script &&
           (!machine || fits(machine, action->machine_name) || fits(machine, action->machine_id)) &&
           (!comment || fnmatch(comment, action->requestor_comment, FNM_CASEFOLD) == 0);
}
