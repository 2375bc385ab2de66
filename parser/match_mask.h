/*
 * match_mask - regular expressions that say which lines, or which parts of a line, do not count.
 *
 * PCRE2 over UTF-8; bytes that are not UTF-8 match nothing. A search takes at most MATCH_MASK_STEPS
 * steps from each place it may begin at (PCRE2's match limit; its depth limit is the same), and
 * MATCH_MASK_SECONDS of the processor for a piece of text: what passes them is ERROR_LIMIT that names
 * the limit, never a "no match".
 */
#ifndef PARSER_MATCH_MASK_H
#define PARSER_MATCH_MASK_H

#include "base/buffer.h"
#include "base/error.h"
#include "base/text.h"

#include <stdbool.h>

#define MATCH_MASK_STEPS 1000000
#define MATCH_MASK_SECONDS 2
#define MATCH_MASK_PATTERNS 64
#define MATCH_MASK_PATTERN_BYTES (16 * 1024)

/* What stands for masked parts in match_mask_apply: no character, so in no text. */
#define MATCH_MASK_MARK '\xFF'

/* Several expressions that count as one: any of them may match. */
struct match_mask;

struct match_mask *match_mask_new(void);
void match_mask_free(struct match_mask *mask); /* NULL is fine */

/* Adds an expression: ERROR_USAGE with PCRE2's message and the offset of the byte when it is none,
 * when it is too long, or when there are MATCH_MASK_PATTERNS already. */
int match_mask_add(struct match_mask *mask, const char *pattern, struct error *err);

/* True without any expression: then nothing matches. */
bool match_mask_is_empty(const struct match_mask *mask);

/* A line, or a piece of a long one: ^ matches at the beginning only when `begins`, $ at the end only
 * when `ends`. */
struct match_piece {
    struct text text;
    bool begins, ends;
};

/* 1 when an expression matches somewhere in the piece, 0 when none does, -1. */
int match_mask_test(struct match_mask *mask, const struct match_piece *piece, struct error *err);

/* The piece with one MATCH_MASK_MARK for each run of bytes that expressions match; they all look at
 * the piece as it is, so their order does not count, and matches that touch are one run. An empty
 * match masks nothing. *masked is the piece's own text when nothing matches, else it lies in the mask
 * until the next call. */
int match_mask_apply(struct match_mask *mask, const struct match_piece *piece, struct text *masked,
                     struct error *err);

#endif
