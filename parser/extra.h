/*
 * extra - the members of an object whose keys nobody asked for, as the text of one JSON object.
 *
 * A member is kept whole or not at all; the object is at most PACKAGE_FIELD_BYTES long. A key that
 * was kept, or was left out for want of room, is known again: the first counts. JSON null is as
 * absent. Holds at most 100 KiB.
 */
#ifndef PARSER_EXTRA_H
#define PARSER_EXTRA_H

#include "base/buffer.h"
#include "base/text.h"
#include "parser/json.h"
#include "parser/json_text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define EXTRA_OMITTED_KEYS 256 /* keys left out that are known again; then no more are kept */

enum extra_outcome {
    EXTRA_NOTHING,
    EXTRA_OMITTED,   /* the value that began will not be kept: no room */
    EXTRA_DUPLICATE, /* the value that began will not be kept: its key was there before */
};

struct extra {
    struct buffer text; /* "{" and members, without the closing bracket */
    struct json_text writer;
    uint16_t *slots; /* hash table of where kept keys begin in `text`; 0 is free */
    uint64_t omitted[EXTRA_OMITTED_KEYS]; /* hashes */
    size_t omitted_count;
    size_t member_start; /* length of `text` before the present member */
    size_t slot;         /* of the present key */
    uint64_t hash;
    enum extra_outcome outcome; /* of the present member */
    bool omitted_already;       /* its key is in `omitted` */
};

void extra_init(struct extra *extra);
void extra_release(struct extra *extra);

/* Begins with no members; keeps the memory. */
void extra_reset(struct extra *extra);

/* A key; its value follows. */
void extra_key(struct extra *extra, const struct json_event *event);

/* The events of the value. Says once, at the event where it is known, what was not kept. */
enum extra_outcome extra_value(struct extra *extra, const struct json_event *event, bool last);

/* Drops the present member, whose value the input's end cut. */
void extra_drop(struct extra *extra);

/* The object; absent when it has no members. Valid until the next change; call it last. */
struct text extra_end(struct extra *extra);

#endif
