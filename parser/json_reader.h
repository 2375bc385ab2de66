/*
 * json_reader - the state of a JSON reader, shared by the two files it has: json.c splits the bytes and
 * hands them to yajl and the tap, json_event.c makes events for the handler of what those two say.
 * Nobody else includes this.
 */
#ifndef PARSER_JSON_READER_H
#define PARSER_JSON_READER_H

#include "base/buffer.h"
#include "parser/json.h"
#include "parser/string_tap.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <yajl/yajl_parse.h>

enum place {
    IN_STRUCTURE, /* outside strings: the bytes are yajl's */
    IN_STRING,    /* the bytes are the tap's */
    IN_NULS,      /* NULs stand where JSON should go on */
    BEHIND,       /* the object has ended */
    DONE,
    STOPPED,
};

/* Where the present token begins. Its offset is only worked out when somebody asks. */
struct token {
    const char *at; /* in the present block; NULL when `offset` is set */
    int64_t offset;
};

struct json_reader {
    const struct encoding *encoding;
    struct diagnostics *diagnostics;
    struct json_handler handler;
    yajl_handle yajl;
    enum place place;
    size_t depth;
    bool whole;

    const char *block;
    size_t block_length;
    struct token token;
    size_t scalar_length; /* of the number or word that is going on */
    char scalar[JSON_NUMBER_BYTES + 1];
    bool probing; /* yajl reads what is not in the input: no events */
    int64_t nul_count;
    int64_t nul_offset;
    bool nuls_in_string;
    int64_t stop_offset;

    bool string_is_key;
    struct buffer key;

    bool capturing;
    size_t capture_depth;

    struct string_tap tap;
};

/* Ends the reading: `code` at the present token. */
void json_reader_break(struct json_reader *reader, enum diagnostic code);

/* To the handler: an event of the present depth, or JSON text of a captured value. 0, or the handler's
 * -1, after which the reader has stopped. */
int json_event_give(struct json_reader *reader, enum json_event_type type, struct text text);
int json_event_give_raw(struct json_reader *reader, const char *bytes, size_t length);

/* For yajl and the tap; the context is the reader. */
extern const yajl_callbacks json_event_callbacks;
int json_event_string_part(void *context, struct text part);
int json_event_string_nuls(void *context, int64_t count);

#endif
