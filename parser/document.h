/*
 * document - one JSON object of a package: what kind it is, and its events to the one who reads it.
 *
 * A transcript's key decides at once, so that text can flow; an action is handed out at the end of
 * its object, because a transcript's key may still come. Once an element of a list reply was handed
 * out, the kind is action. Until the kind is known both transcript and action listen.
 */
#ifndef PARSER_DOCUMENT_H
#define PARSER_DOCUMENT_H

#include "base/error.h"
#include "parser/action.h"
#include "parser/diagnostics.h"
#include "parser/encoding.h"
#include "parser/json.h"
#include "parser/package.h"
#include "parser/transcript.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct document {
    const struct package_sink *sink;
    struct json_reader *json;
    struct transcript *transcript; /* borrowed */
    struct action *action;         /* borrowed */
    struct error *err;             /* of the call that is going on */
    int64_t member_index;
    struct diagnostics found; /* what is wrong with the bytes, whoever reads them */
    struct diagnostics found_in_actions;
    bool is_whole;      /* its object has ended; known when it is decided */
    bool is_transcript; /* announced */
    bool saw_key;
    bool began_as_transcript; /* its first key is one of the transcript's */
    bool key_is_value;
    bool saw_list;
    bool in_list;              /* in the array `value` */
    bool in_element;           /* in an object of it */
    struct action_marks marks; /* of the object around the list */
    int64_t action_count;      /* handed out */
};

/* Begins a document. `sink`, `encoding`, `transcript` and `action` are borrowed until release. */
void document_init(struct document *document, const struct package_sink *sink,
                   const struct encoding *encoding, struct transcript *transcript,
                   struct action *action, int64_t member_index);
void document_release(struct document *document);

/* The next block of the encoding. JSON_STOPPED: the sink said -1. */
enum json_state document_feed(struct document *document, const char *bytes, size_t length,
                              struct error *err);

/* The input is over: notes what is missing and says what the document is. 0, or the sink's -1. */
int document_decide(struct document *document, enum package_kind *kind, struct error *err);

/* Hands out the record of a transcript, or of an action that is no list, and gives the status. Call
 * it when all diagnostics are in `found`. 0, or the sink's -1. */
int document_end(struct document *document, enum package_kind kind, enum parse_status *status,
                 struct error *err);

#endif
