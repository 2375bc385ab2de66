/*
 * json - a JSON object (RFC 8259) as a row of events, from blocks of bytes of any size.
 *
 * yajl decides the grammar and string_tap decodes the strings (string_tap.h has the map of how the
 * two share the bytes). Bounds: nesting JSON_DEPTH, a key JSON_KEY_BYTES, a number
 * JSON_NUMBER_BYTES. What is wrong ends in diagnostics, never in an error. The only user of yajl's
 * parser here. Holds at most 100 KiB.
 */
#ifndef PARSER_JSON_H
#define PARSER_JSON_H

#include "base/text.h"
#include "parser/diagnostics.h"
#include "parser/encoding.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define JSON_DEPTH 512
#define JSON_KEY_BYTES 65536 /* decoded */
#define JSON_NUMBER_BYTES 1024

enum json_event_type {
    JSON_KEY, /* `text` decoded, NULs in it as they are */
    JSON_NULL,
    JSON_BOOLEAN, /* `text` as written */
    JSON_NUMBER,  /* `text` as written */
    JSON_STRING,  /* begins; PARTs and NULS follow, then STRING_END */
    JSON_PART,    /* `text`: more of the string: whole characters, no NUL */
    JSON_NULS,    /* `count` NULs stand here */
    JSON_STRING_END,
    JSON_OBJECT,
    JSON_OBJECT_END,
    JSON_ARRAY,
    JSON_ARRAY_END,
};

struct json_event {
    enum json_event_type type;
    size_t depth; /* objects and arrays open around the key or value; the first object's is 0 */
    struct text text;
    int64_t count;
};

struct json_handler {
    /* The event is borrowed for the call. -1 stops the reading. */
    int (*event)(void *context, const struct json_event *event);
    void *context;
};

enum json_state {
    JSON_READING, /* more bytes are wanted */
    JSON_ENDED,   /* the object was whole; what stands behind it is looked at */
    JSON_DONE,    /* nothing more to learn: the grammar is broken, or it is known what follows */
    JSON_STOPPED, /* the handler said -1 */
};

struct json_reader;

/* Reads one object. `encoding` (whose blocks will be fed, for offsets) and `diagnostics` are
 * borrowed until free. Never NULL. */
struct json_reader *json_reader_new(const struct encoding *encoding,
                                    struct diagnostics *diagnostics, struct json_handler handler);
void json_reader_free(struct json_reader *reader); /* NULL is fine */

/* The next block: all bytes that encoding_next gave. */
enum json_state json_reader_feed(struct json_reader *reader, const char *bytes, size_t length);

/* The input is over: notes what is missing, or that the grammar broke in the last number or word.
 * True when the object was whole. */
bool json_reader_finish(struct json_reader *reader);

/* After json_reader_finish: where the reading ended before the input did (the grammar or a bound
 * broke, or other bytes were found behind the object); -1 when it did not. */
int64_t json_reader_stop_offset(const struct json_reader *reader);

/* In a JSON_OBJECT or JSON_ARRAY event: what follows up to its end is given as JSON text, as it is
 * written, in PART and NULS events (only bytes that are not UTF-8 are replaced) instead of as
 * events of its own; then comes the end event. */
void json_reader_capture(struct json_reader *reader);

/* Notes a code at the key or value of the present event. */
void json_reader_note(const struct json_reader *reader, struct diagnostics *diagnostics,
                      enum diagnostic code);

#endif
