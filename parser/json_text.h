/*
 * json_text - events of the JSON reader written back as compact JSON text: white space dropped,
 * control characters escaped, always valid UTF-8.
 */
#ifndef PARSER_JSON_TEXT_H
#define PARSER_JSON_TEXT_H

#include "base/buffer.h"
#include "parser/json.h"

#include <stdbool.h>

/* Longest escape of one byte: \u00XX. */
#define JSON_TEXT_ESCAPE_BYTES 6

struct json_text {
    struct buffer *out;
    bool after_value; /* the next key or value takes a comma */
    bool overflow;    /* `out` is full: what is there is not the whole text */
};

/* Writes to the end of `out` (borrowed). */
void json_text_begin(struct json_text *writer, struct buffer *out);

/* Writes one event; after an overflow nothing. */
void json_text_event(struct json_text *writer, const struct json_event *event);

/* How one byte of a string is written: the length, 1 to JSON_TEXT_ESCAPE_BYTES. */
size_t json_text_escape(char byte, char out[JSON_TEXT_ESCAPE_BYTES]);

/* Reads back one byte of a string that json_text wrote; `written` is left behind it. */
char json_text_unescape(const char **written);

#endif
