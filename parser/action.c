#include "parser/action.h"

#include "base/memory.h"
#include "parser/field.h"
#include "parser/json_text.h"
#include "parser/params.h"

#include <stdlib.h>
#include <string.h>

enum target_kind { TARGET_NONE, TARGET_TEXT, TARGET_TIME, TARGET_INDEX, TARGET_JSON };

/* A key and where its value goes. Two names of one key share the place. */
struct target {
    const char *key;
    enum target_kind kind;
    size_t place; /* offset in the record */
};

#define IN_ACTION(kind, member) TARGET_##kind, offsetof(struct action_record, member)
#define IN_COMMAND(kind, member) TARGET_##kind, offsetof(struct command_record, member)

static const struct target action_targets[] = {
    {"id", IN_ACTION(TEXT, action_id)},
    {"type", IN_ACTION(TEXT, type)},
    {"status", IN_ACTION(TEXT, status)},
    {"title", IN_ACTION(TEXT, title)},
    {"requestor", IN_ACTION(TEXT, requestor)},
    {"requestorComment", IN_ACTION(TEXT, requestor_comment)},
    {"machineId", IN_ACTION(TEXT, machine_id)},
    {"computerDnsName", IN_ACTION(TEXT, machine_name)},
    {"externalId", IN_ACTION(TEXT, external_id)},
    {"externalID", IN_ACTION(TEXT, external_id)},
    {"requestSource", IN_ACTION(TEXT, request_source)},
    {"cancellationRequestor", IN_ACTION(TEXT, cancellation_requestor)},
    {"cancellationComment", IN_ACTION(TEXT, cancellation_comment)},
    {"scope", IN_ACTION(TEXT, scope)},
    {"errorHResult", IN_ACTION(JSON, error_hresult)},
    {"creationDateTimeUtc", IN_ACTION(TIME, created_at)},
    {"lastUpdateDateTimeUtc", IN_ACTION(TIME, last_updated_at)},
    {"lastUpdateTimeUtc", IN_ACTION(TIME, last_updated_at)},
    {"cancellationDateTimeUtc", IN_ACTION(TIME, cancelled_at)},
    {"commands", IN_ACTION(NONE, commands)},
    {0},
};

/* An element of `commands`, and the object `command` in it. */
static const struct target entry_targets[] = {
    {"index", IN_COMMAND(INDEX, command_index)}, {"startTime", IN_COMMAND(TIME, started_at)},
    {"endTime", IN_COMMAND(TIME, ended_at)},     {"commandStatus", IN_COMMAND(TEXT, status)},
    {"errors", IN_COMMAND(JSON, errors)},        {0},
};

static const struct target command_targets[] = {
    {"type", IN_COMMAND(TEXT, type)},
    {"params", IN_COMMAND(JSON, params)},
    {0},
};

struct action {
    struct json_reader *reader;
    struct diagnostics *diagnostics;
    size_t depth; /* of the object's keys */
    struct action_record record;
    struct action_marks marks;
    /* Room for texts; its limit sinks with every command, which are put behind that limit, the last
     * one first. */
    struct buffer block;
    size_t position;                                   /* in the array `commands` */
    uint32_t action_given, entry_given, command_given; /* a bit for each target with a value */

    bool key_is_commands, in_commands;
    bool in_entry;
    bool key_is_command, in_command;

    const struct target *target; /* of the present key; NULL for none */
    bool open;                   /* its value is going on */
    bool as_json;                /* and kept as JSON text */
    size_t value_depth;
    size_t value_start; /* in the block */
    struct field field;
    struct json_text json;
    struct params params; /* in a command's params */
};

/* ---- the block ---- */

static struct command_record *last_command(struct action *action)
{
    return (struct command_record *)(void *)(action->block.bytes + action->block.limit);
}

static void note(struct action *action, enum diagnostic code)
{
    json_reader_note(action->reader, action->diagnostics, code);
}

/* All at once: the texts must not move. Only when something comes, which in a transcript is mostly
 * never. */
static void make_block(struct action *action)
{
    if (!action->block.bytes)
        buffer_reserve(&action->block, PACKAGE_ACTION_BYTES);
}

static bool add_command(struct action *action)
{
    struct buffer *block = &action->block;
    make_block(action);
    if (block->limit - block->length < sizeof(struct command_record)) {
        note(action, DIAGNOSTIC_ACTION_CUT);
        return false;
    }
    block->limit -= sizeof(struct command_record);
    *last_command(action) = (struct command_record){.command_index = (int64_t)action->position};
    action->record.command_count++;
    return true;
}

/* Back to the order of the array. */
static void reverse(struct command_record *commands, size_t count)
{
    for (size_t i = 0; i < count / 2; i++) {
        struct command_record swap = commands[i];
        commands[i] = commands[count - 1 - i];
        commands[count - 1 - i] = swap;
    }
}

/* ---- one value ---- */

static void *place_of(struct action *action)
{
    bool of_action = action->value_depth == action->depth;
    char *record = of_action ? (char *)&action->record : (char *)last_command(action);
    return record + action->target->place;
}

static void begin_json(struct action *action, const struct json_event *event)
{
    json_text_begin(&action->json, &action->block);
    json_text_event(&action->json, event);
    action->as_json = true;
}

/* Puts the script's name behind the params that hold it. */
static void read_script_name(struct action *action)
{
    struct field field;
    struct buffer *block = &action->block;
    if (!params_has_script_name(&action->params))
        return;
    field_begin(&field, block, false);
    params_read_script_name(&action->params, block, &field);
    field_end(&field);
    if (field.cut)
        note(action, DIAGNOSTIC_FIELD_CUT);
    if (field.overflow) {
        block->length = field.start;
        note(action, DIAGNOSTIC_ACTION_CUT);
        return;
    }
    last_command(action)->script_name =
        (struct text){block->bytes + field.start, block->length - field.start};
}

static void end_time(struct action *action)
{
    const char *bytes = action->block.bytes + action->value_start;
    size_t length = action->block.length - action->value_start;
    if (action->field.overflow)
        note(action, DIAGNOSTIC_ACTION_CUT);
    else if (time_parse(bytes, length, place_of(action)))
        note(action, DIAGNOSTIC_UNREADABLE_TIME);
    action->block.length = action->value_start;
}

static void end_value(struct action *action)
{
    action->open = false;
    if (!action->as_json) {
        field_end(&action->field);
        if (action->field.cut)
            note(action, DIAGNOSTIC_FIELD_CUT);
    }
    if (action->target->kind == TARGET_TIME) {
        end_time(action);
        return;
    }
    if (action->as_json ? action->json.overflow : action->field.overflow) {
        action->block.length = action->value_start;
        note(action, DIAGNOSTIC_ACTION_CUT);
        return;
    }
    struct text *text = place_of(action);
    *text = (struct text){action->block.bytes + action->value_start,
                          action->block.length - action->value_start};
    if (action->as_json)
        read_script_name(action);
}

static bool ends_value(enum json_event_type type)
{
    return type == JSON_STRING_END || type == JSON_OBJECT_END || type == JSON_ARRAY_END;
}

static bool is_scalar(enum json_event_type type)
{
    return type == JSON_BOOLEAN || type == JSON_NUMBER;
}

static void read_index(struct action *action, const struct json_event *event)
{
    if (event->type != JSON_NUMBER ||
        text_parse_int64(event->text.bytes, event->text.length, place_of(action)))
        note(action, DIAGNOSTIC_WRONG_TYPE);
}

/* Marks the target as given; false when it was before. */
static bool take_first(struct action *action)
{
    const struct target *targets = action_targets;
    uint32_t *given = &action->action_given;
    if (action->value_depth > action->depth) {
        targets = action->in_command ? command_targets : entry_targets;
        given = action->in_command ? &action->command_given : &action->entry_given;
    }
    /* The bit is that of the first name. */
    size_t index = 0;
    while (targets[index].place != action->target->place)
        index++;
    bool first = !(*given & 1u << index);
    *given |= 1u << index;
    if (!first)
        note(action, DIAGNOSTIC_DUPLICATE_KEY);
    return first;
}

static void begin_value(struct action *action, const struct json_event *event)
{
    enum target_kind kind = action->target->kind;
    action->value_depth = event->depth;
    if (event->type == JSON_NULL || !take_first(action) || kind == TARGET_NONE)
        return;
    if (kind == TARGET_INDEX) {
        read_index(action, event);
        return;
    }
    bool is_string = event->type == JSON_STRING;
    if (!is_string && kind != TARGET_JSON)
        note(action, DIAGNOSTIC_WRONG_TYPE);
    if (!is_string && kind == TARGET_TIME)
        return;
    make_block(action);
    action->value_start = action->block.length;
    params_begin(&action->params);
    action->as_json = false;
    /* A string under errorHResult is a text like any other. */
    bool is_text = is_string && (kind != TARGET_JSON || event->depth == action->depth);
    if (is_text)
        field_begin(&action->field, &action->block, false);
    else
        begin_json(action, event);
    action->open = true;
    if (is_scalar(event->type))
        end_value(action);
}

static bool is_key(struct text key, const char *name)
{
    return key.length == strlen(name) && memcmp(key.bytes, name, key.length) == 0;
}

static void go_on(struct action *action, const struct json_event *event)
{
    bool is_params = action->as_json && action->in_command && action->target == command_targets + 1;
    size_t depth = event->depth - action->value_depth;
    if (is_params)
        params_before(&action->params, event, depth, &action->block);
    if (action->as_json)
        json_text_event(&action->json, event);
    else if (event->type == JSON_PART)
        field_part(&action->field, event->text.bytes, event->text.length);
    else if (event->type == JSON_NULS)
        field_nuls(&action->field, event->count);
    if (is_params && !action->json.overflow)
        params_behind(&action->params, event, depth, &action->block);
    if (depth == 0 && ends_value(event->type))
        end_value(action);
}

/* ---- the object ---- */

static const struct target *find_target(const struct target *targets, struct text key)
{
    for (; targets->key; targets++)
        if (is_key(key, targets->key))
            return targets;
    return NULL;
}

static void on_key(struct action *action, size_t level, struct text key)
{
    action->target = NULL;
    if (level == 0) {
        action->target = find_target(action_targets, key);
        action->key_is_commands = is_key(key, "commands");
        action->marks.commands |= action->key_is_commands;
        action->marks.machine_id |= is_key(key, "machineId");
        action->marks.type |= is_key(key, "type");
    } else if (level == 2 && action->in_entry) {
        action->target = find_target(entry_targets, key);
        action->key_is_command = is_key(key, "command");
    } else if (level == 3 && action->in_command) {
        action->target = find_target(command_targets, key);
    }
}

static void on_commands(struct action *action, const struct json_event *event)
{
    if (event->type == JSON_ARRAY_END) {
        action->in_commands = false;
        return;
    }
    if (event->type == JSON_NULL || !action->target)
        return;
    action->value_depth = event->depth;
    if (!take_first(action))
        return;
    action->in_commands = event->type == JSON_ARRAY;
    if (!action->in_commands)
        note(action, DIAGNOSTIC_WRONG_TYPE);
}

/* Begins a value that is neither object nor null. */
static bool begins_other(enum json_event_type type)
{
    return type == JSON_STRING || type == JSON_ARRAY || is_scalar(type);
}

/* An element of `commands`. */
static void on_entry(struct action *action, enum json_event_type type)
{
    if (type == JSON_OBJECT) {
        action->entry_given = action->command_given = 0;
        action->key_is_command = false;
        action->in_entry = add_command(action);
        action->position++;
    } else if (type == JSON_OBJECT_END) {
        action->in_entry = false;
    } else if (begins_other(type) || type == JSON_NULL) {
        note(action, DIAGNOSTIC_WRONG_TYPE);
        action->position++;
    }
}

/* The value of `command`. */
static void on_command(struct action *action, enum json_event_type type)
{
    if (type == JSON_OBJECT || type == JSON_OBJECT_END)
        action->in_command = type == JSON_OBJECT;
    else if (begins_other(type))
        note(action, DIAGNOSTIC_WRONG_TYPE);
}

void action_event(struct action *action, const struct json_event *event)
{
    if (event->depth < action->depth)
        return;
    size_t level = event->depth - action->depth;
    if (action->open) {
        go_on(action, event);
    } else if (event->type == JSON_KEY) {
        on_key(action, level, event->text);
    } else if (level == 0 && action->key_is_commands) {
        if (action->target || action->in_commands)
            on_commands(action, event);
        action->target = NULL;
    } else if (level == 1 && action->in_commands) {
        on_entry(action, event->type);
    } else if (level == 2 && action->in_entry && action->key_is_command) {
        on_command(action, event->type);
    } else if (action->target) {
        begin_value(action, event);
        if (!action->open)
            action->target = NULL;
    }
}

struct action_marks *action_marks(struct action *action)
{
    return &action->marks;
}

bool action_qualifies(const struct action *action)
{
    return action->marks.commands || (action->marks.machine_id && action->marks.type);
}

const struct action_record *action_end(struct action *action)
{
    if (action->open && action->target->kind == TARGET_TEXT && !action->as_json)
        end_value(action);
    else if (action->open)
        action->block.length = action->value_start;
    action->open = false;
    struct action_record *record = &action->record;
    if (record->command_count > 0) {
        reverse(last_command(action), record->command_count);
        record->commands = last_command(action);
    }
    return record;
}

void action_begin(struct action *action, struct json_reader *reader,
                  struct diagnostics *diagnostics, size_t depth, int64_t member_index)
{
    struct buffer block = action->block;
    block.limit = PACKAGE_ACTION_BYTES;
    buffer_clear(&block);
    *action = (struct action){.reader = reader,
                              .diagnostics = diagnostics,
                              .depth = depth,
                              .record = {.member_index = member_index},
                              .block = block};
}

void action_release(struct action *action)
{
    buffer_release(&action->block);
    action_begin(action, action->reader, action->diagnostics, action->depth,
                 action->record.member_index);
}

struct action *action_new(void)
{
    struct action *action = memory_zeroed(1, sizeof *action);
    buffer_init(&action->block, PACKAGE_ACTION_BYTES);
    return action;
}

void action_free(struct action *action)
{
    if (!action)
        return;
    buffer_release(&action->block);
    free(action);
}
