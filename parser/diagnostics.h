/*
 * diagnostics - what was found out of order in one document: a code, how often, and where first.
 *
 * The codes are part of the contract (column `diagnostics`); each implies the parse_status that it
 * brings. The one list of them is here and in diagnostics.c.
 */
#ifndef PARSER_DIAGNOSTICS_H
#define PARSER_DIAGNOSTICS_H

#include "base/buffer.h"
#include "parser/package.h"

#include <stdint.h>

enum diagnostic {
    /* nothing lost but what the limits say */
    DIAGNOSTIC_EXTRA_OMITTED,   /* unknown keys that did not fit into `extra` */
    DIAGNOSTIC_FIELD_CUT,       /* a short text keeps its first 64 KiB */
    DIAGNOSTIC_ACTION_CUT,      /* fields or commands past PACKAGE_ACTION_BYTES */
    DIAGNOSTIC_UNREADABLE_TIME, /* a time of an action that is no RFC 3339 date-time */
    /* repaired */
    DIAGNOSTIC_UTF16,
    DIAGNOSTIC_RAW_CONTROL, /* a control byte in a string that should have been escaped */
    DIAGNOSTIC_INVALID_UTF8,
    DIAGNOSTIC_LONE_SURROGATE,
    DIAGNOSTIC_DUPLICATE_KEY,
    DIAGNOSTIC_WRONG_TYPE,
    DIAGNOSTIC_EXIT_CODE_NOT_INTEGER,
    DIAGNOSTIC_EXIT_CODE_OUT_OF_RANGE,
    DIAGNOSTIC_TRAILING_BYTES,
    DIAGNOSTIC_MORE_VALUES, /* a second JSON value, not read */
    /* truncated */
    DIAGNOSTIC_INPUT_CUT,
    DIAGNOSTIC_STRUCTURAL_NULS, /* NULs where JSON should go on, up to the end */
    DIAGNOSTIC_CONTAINER_TRUNCATED,
    DIAGNOSTIC_UNPACKED_LIMIT, /* --max-unpacked, or PACKAGE_MAX_MEMBERS, was reached */
    /* invalid */
    DIAGNOSTIC_SYNTAX_ERROR,
    DIAGNOSTIC_NESTING_TOO_DEEP,
    DIAGNOSTIC_KEY_TOO_LONG,
    DIAGNOSTIC_NUMBER_TOO_LONG,
    DIAGNOSTIC_CONTAINER_INVALID,
    DIAGNOSTIC_CODES
};

/* Zeroed: none. */
struct diagnostics {
    struct {
        int64_t count;
        int64_t offset; /* of the first, in unpacked bytes of the document */
    } of[DIAGNOSTIC_CODES];
};

/* Counts `count` more of a code; the smallest offset stays. */
void diagnostics_note(struct diagnostics *diagnostics, enum diagnostic code, int64_t count,
                      int64_t offset);

/* Notes all that `from` holds. */
void diagnostics_add(struct diagnostics *diagnostics, const struct diagnostics *from);

/* The worst that the codes imply; PARSE_OK when they imply nothing. */
enum parse_status diagnostics_status(const struct diagnostics *diagnostics);

/* Appends the JSON array of {"code","count","offset"}, the worst first; nothing when there are
 * none. Elements that do not fit out's limit are left out whole. */
void diagnostics_write(const struct diagnostics *diagnostics, struct buffer *out);

#endif
