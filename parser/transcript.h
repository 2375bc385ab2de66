/*
 * transcript - the events of a JSON object read as the result of a script.
 *
 * Keys in any order, first one counts, JSON null is as absent (DESIGN of the package: script_output,
 * script_errors | script_error, script_name | name, exit_code; all others go to `extra`). Text is
 * normalised and leaves in pages as it comes; the record follows at the end. What stands before
 * transcript_announce is kept back: the object may still be something else.
 */
#ifndef PARSER_TRANSCRIPT_H
#define PARSER_TRANSCRIPT_H

#include "base/error.h"
#include "base/text.h"
#include "parser/diagnostics.h"
#include "parser/json.h"
#include "parser/package.h"

#include <stdbool.h>
#include <stdint.h>

struct transcript;

/* `sink` is borrowed until free. One transcript after another is read with it. Never NULL. */
struct transcript *transcript_new(const struct package_sink *sink);
void transcript_free(struct transcript *transcript); /* NULL is fine */

/* Begins another document; `reader` is borrowed until transcript_end. */
void transcript_begin(struct transcript *transcript, struct json_reader *reader,
                      int64_t member_index);

/* True for a key that makes its object a transcript wherever it stands. */
bool transcript_key_decides(struct text key);

/* True for `name`: makes a transcript only of an object that begins with it and has no whole end. */
bool transcript_key_suggests(struct text key);

/* The object is a transcript: tells the sink so. 0, or the sink's -1. */
int transcript_announce(struct transcript *transcript, struct error *err);

/* An event of the document, from the first object's on. 0, or the sink's -1. */
int transcript_event(struct transcript *transcript, const struct json_event *event,
                     struct error *err);

/* The announced transcript is over, whole or not. `document` holds what was found by others; the
 * record's status is the worst of both. 0, or the sink's -1. */
int transcript_end(struct transcript *transcript, const struct diagnostics *document,
                   enum parse_status *status, struct error *err);

#endif
