/*
 * lines - the lines of one text after the other, put together from its pages in order.
 *
 * Lines end with LF; the text's last line may lack it. A line of more than LINES_PIECE_BYTES comes in
 * pieces: memory does not grow with the longest line. Pieces end where pages end, never inside a
 * character. Nothing else is done to the bytes.
 */
#ifndef SCHEMA_LINES_H
#define SCHEMA_LINES_H

#include "base/error.h"
#include "base/text.h"
#include "schema/store.h"

#include <stdbool.h>
#include <stdint.h>

#define LINES_PIECE_BYTES (1024 * 1024) /* at most, unless a page alone is larger */

/* A line, or a piece of one. The text is without the LF and valid until the next call. */
struct line {
    struct text text;
    int64_t number;    /* of the line, from 1 */
    bool begins, ends; /* the line's first piece, its last piece; a whole line is both */
    bool has_line_end; /* with `ends`: a LF follows; else it is the end of the text */
};

struct lines;

/* `stream` ("output" or "error") is borrowed. Holds no text before lines_start. */
struct lines *lines_new(struct store *reader, const char *stream, struct error *err);
void lines_free(struct lines *lines); /* NULL is fine */

/* From the first line of this content's text; again, for the next one. */
void lines_start(struct lines *lines, int64_t content_id);

/* The same from line `first` on, without reading what lies far before it. */
void lines_start_at(struct lines *lines, int64_t content_id, int64_t first);

/* 1 and a line or a piece; 0 at the end: an absent or empty text has no lines; -1. */
int lines_next(struct lines *lines, struct line *line, struct error *err);

#endif
