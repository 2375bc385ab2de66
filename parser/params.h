/*
 * params - finds the script's name in a command's `params`, [{"key":…,"value":…}…], while json_text
 * writes them: the value of the first param whose key is ScriptName in any case.
 */
#ifndef PARSER_PARAMS_H
#define PARSER_PARAMS_H

#include "base/buffer.h"
#include "parser/field.h"
#include "parser/json.h"

#include <stdbool.h>
#include <stddef.h>

/* Where a JSON string with its quotes stands in the text; `end` 0: nowhere. */
struct params_span {
    size_t start;
    size_t end;
};

struct params {
    struct params_span key, value; /* of the present param */
    struct params_span script_name;
    struct params_span *part; /* key or value, whichever comes; NULL for another member */
};

void params_begin(struct params *params);

/* Each event, before and behind json_text_event for it; not when that ran out of room. `depth`
 * counts from the array's own, `written` is where json_text writes. */
void params_before(struct params *params, const struct json_event *event, size_t depth,
                   const struct buffer *written);
void params_behind(struct params *params, const struct json_event *event, size_t depth,
                   const struct buffer *written);

bool params_has_script_name(const struct params *params);

/* Puts the name, decoded, into a field that was begun (it may lie in `written`, too, which then
 * must not move). */
void params_read_script_name(const struct params *params, const struct buffer *written,
                             struct field *field);

#endif
