/*
 * field - a short text (script_name, an action's requestor): normalised, and cut behind its first
 * PACKAGE_FIELD_BYTES at a character boundary.
 */
#ifndef PARSER_FIELD_H
#define PARSER_FIELD_H

#include "base/buffer.h"
#include "base/text.h"
#include "parser/normalise.h"

#include <stdbool.h>

struct field {
    struct normalise normalise;
    struct buffer *out;
    size_t start;  /* the text is out->bytes[start..length) */
    bool cut;      /* longer than PACKAGE_FIELD_BYTES */
    bool overflow; /* `out` had no room: what is there is not the text */
};

/* The text is appended to `out` (borrowed until field_end; nothing else may be appended
 * meanwhile). The field must not move before field_end. */
void field_begin(struct field *field, struct buffer *out, bool keep_line_ends);
void field_part(struct field *field, const char *bytes, size_t length);
void field_nuls(struct field *field, int64_t count);
void field_end(struct field *field);

#endif
