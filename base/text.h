/*
 * text - UTF-8, and text from strangers made safe to look at.
 */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include "base/buffer.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Borrowed text of a known length, not NUL-terminated; bytes NULL means absent (SQL NULL). */
struct text {
    const char *bytes;
    size_t length;
};

#define TEXT_INVALID 0xFFFFFFFFu

/* Decodes the first character of bytes[0..length), length > 0 (RFC 3629: no surrogates, no
 * overlong forms, at most U+10FFFF). Sets *used to the bytes it takes. For bytes that are not
 * UTF-8: TEXT_INVALID and *used is the length of the maximal subpart (Unicode 15, section 3.9,
 * D93b), at least 1. *more, when not NULL, is set true when the bytes end inside what could still
 * become a character. */
uint32_t text_decode(const char *bytes, size_t length, size_t *used, bool *more);

/* Writes one code point as UTF-8 and returns its length, 1 to 4. */
size_t text_encode(uint32_t code_point, char out[4]);

/* True when bytes[0..length) is wholly valid UTF-8. */
bool text_is_utf8(const char *bytes, size_t length);

/* True for what must never act on a terminal or hide text: C0 and C1 controls (TAB and LF too),
 * DEL, bidirectional controls, line and paragraph separators, zero-width and byte-order marks,
 * interlinear and tag characters. */
bool text_is_hazard(uint32_t code_point);

/* Which hazards text_escape leaves as they are. */
enum text_keep {
    TEXT_KEEP_NONE,      /* for a cell in a table: TAB and LF are shown as \t and \n */
    TEXT_KEEP_LINE_ENDS, /* for running text: TAB and LF stay */
};

/* Appends bytes[0..length) to `out` with every hazard shown as \t \n \r \xHH or \uHHHH(HH) and
 * every byte that is not UTF-8 as \xHH. What does not fit out's limit is dropped. */
void text_escape(struct buffer *out, const char *bytes, size_t length, enum text_keep keep);

/* Columns that escaped, valid UTF-8 takes on a terminal (wcwidth; needs a UTF-8 locale). */
size_t text_columns(const char *bytes, size_t length);

/* Length in bytes of the longest prefix that takes at most `columns` columns. */
size_t text_cut_columns(const char *bytes, size_t length, size_t columns);

/* Compares like strcasecmp for ASCII letters only, on any bytes. */
bool text_equal_fold(const char *a, const char *b);

/* Parses all of `text` as a decimal integer of 64 bits (optional '-', no blanks): 0 or -1. */
int text_parse_int64(const char *text, size_t length, int64_t *value);

/* Parses a size such as 4096, 64K, 16M, 2G, 1T (powers of 1024; an optional i and B): 0 or -1. */
int text_parse_size(const char *text, int64_t *bytes);

/* A count for people, "812,334", into `out`; returns it. */
#define TEXT_COUNT_SIZE 32
const char *text_count(int64_t count, char out[TEXT_COUNT_SIZE]);

/* Appends a printf-formatted text; what does not fit the buffer's limit is dropped. */
void text_printf(struct buffer *out, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
