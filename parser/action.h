/*
 * action - the events of a JSON object read as a machine action of the service.
 *
 * All texts and commands of one action live in one block of PACKAGE_ACTION_BYTES: texts from its
 * start, commands from its end. What does not fit is dropped and counted (action_cut). A text keeps
 * its first PACKAGE_FIELD_BYTES, normalised; of another JSON type it keeps its JSON text. The first
 * of equal keys counts, JSON null is as absent.
 */
#ifndef PARSER_ACTION_H
#define PARSER_ACTION_H

#include "parser/diagnostics.h"
#include "parser/json.h"
#include "parser/package.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct action;

/* Which of the keys that make an object an action it has. */
struct action_marks {
    bool commands;
    bool machine_id;
    bool type;
};

struct action *action_new(void);         /* never NULL */
void action_free(struct action *action); /* NULL is fine */

/* Begins an object whose keys have `depth`. `reader` and `diagnostics` are borrowed until the next
 * begin. */
void action_begin(struct action *action, struct json_reader *reader,
                  struct diagnostics *diagnostics, size_t depth, int64_t member_index);

/* Gives the block back, and with it the object: it is a transcript. */
void action_release(struct action *action);

/* An event of the document; those outside the object are passed over. */
void action_event(struct action *action, const struct json_event *event);

/* Readable and writable: an object that is left for another can be gone on with. */
struct action_marks *action_marks(struct action *action);

/* True when the object is an action: it has `commands`, or `machineId` and `type`. */
bool action_qualifies(const struct action *action);

/* The record, valid until the next begin. Ends the object, also in the middle of a value: what came
 * of a text is kept. */
const struct action_record *action_end(struct action *action);

#endif
