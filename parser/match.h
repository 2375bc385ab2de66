/*
 * match - where a text holds what somebody looks for: literals, one or a hundred thousand in one
 * pass (Vectorscan), or a regular expression (PCRE2).
 *
 * A text comes in pieces of any size; what straddles pieces is found. A text of lines (UTF-8, LF)
 * is searched line by line: no hit goes over a LF. Letters match in any case unless asked for
 * otherwise: of a regular expression, and of a literal with letters beyond ASCII in a text of lines,
 * in Unicode's cases; of other literals in ASCII's (the Kelvin sign is no k).
 *
 * Heap held: for literals about 150 bytes each (with letters beyond ASCII 1 KiB, and 16 KiB while the
 * matcher is made) and 1 MiB, or a piece and the longest literal; for a regular expression 1.2 MiB
 * and one piece, and up to 32 MiB while it repeats in a long line.
 */
#ifndef PARSER_MATCH_H
#define PARSER_MATCH_H

#include "base/error.h"
#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MATCH_LITERALS 100000    /* at most in one matcher */
#define MATCH_LITERAL_BYTES 4096 /* of one */
#define MATCH_REGEX_BYTES 65536  /* of a regular expression */
#define MATCH_ORDERED 16384      /* so many of literals' matches in a piece are told in order */
#define MATCH_LIMITED_LINES 100  /* where a regular expression reached its limit */
#define MATCH_LINE_BYTES                                                                           \
    (1024 * 1024) /* a longer line meets a regular expression in pieces of this
                                          size, each with the last 64 KiB of the one before */

/* What literals may be asked to do. */
enum {
    MATCH_CASE = 1,  /* letters match in their own case only */
    MATCH_WORD = 2,  /* not inside a longer word, host name, address or hash; see match_word.h */
    MATCH_BYTES = 4, /* the texts are bytes, not lines; UTF-16LE forms of the literals match, too */
};

/* Bytes [start, end) of the text, counted from its beginning; which literal, from 0. */
struct match {
    int64_t start, end;
    uint32_t pattern;
};

/* 0 goes on; -1 stops with err. */
typedef int match_call(void *context, const struct match *match, struct error *err);

struct matcher;

/* ERROR_USAGE when a literal is empty, too long, holds a LF (in lines) or a NUL, or there are too
 * many; ERROR_LIMIT when Vectorscan cannot run here (it needs SSSE3). The texts are copied. NULL after
 * an error. */
struct matcher *matcher_new_literals(const struct text *literals, size_t count, unsigned flags,
                                     struct error *err);

/* PCRE2's syntax, UTF-8. ERROR_USAGE with PCRE2's message and the offset when it is wrong. */
struct matcher *matcher_new_regex(struct text pattern, bool is_case_sensitive, struct error *err);

void matcher_free(struct matcher *matcher); /* NULL is fine */

/* Begins a text. Of literals every match is told, in each piece in order of their ends (of more than
 * MATCH_ORDERED, so many at a time); of a regular expression the first in each line. */
void matcher_begin(struct matcher *matcher, match_call *call, void *context);

/* The next bytes of the text, whole UTF-8 characters where it has lines (else ERROR_DAMAGED, where it
 * matters). Matches at the end may wait for the next piece. A line in which
 * a regular expression takes too many steps, or more than a second, is left out and counted; after
 * MATCH_LIMITED_LINES the next one is ERROR_LIMIT, with its offset. After -1 only matcher_begin may follow. */
int matcher_feed(struct matcher *matcher, struct text piece, struct error *err);
int matcher_end(struct matcher *matcher, struct error *err);

/* Asks of one text of whole lines, from any thread, whether the matcher may match in it at all. */
struct match_probe;

/* The matcher is borrowed and may be at work meanwhile; each thread needs a probe of its own. NULL
 * when there is no memory for it. */
struct match_probe *match_probe_new(const struct matcher *matcher);
void match_probe_free(struct match_probe *probe); /* NULL is fine */

/* False only when nothing in the text matches, whatever MATCH_WORD says of it. */
bool match_probe_finds(struct match_probe *probe, struct text text);

/* Lines longer than MATCH_LINE_BYTES that a regular expression has met in pieces. */
int64_t matcher_long_lines(const struct matcher *matcher);

/* Lines that were left out, since a regular expression reached its limit in them. */
int64_t matcher_limited_lines(const struct matcher *matcher);

/* All matches in one line, for marking them: at most `most` into `matches`, in order, from the first
 * byte of the line. How many (fewer where a regular expression reaches its limit), or -1. */
int matcher_mark(struct matcher *matcher, struct text line, struct match *matches, int most,
                 struct error *err);

#endif
