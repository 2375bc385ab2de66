/*
 * kept_lines - the lines of a text that count, and for each a key that stands for it in comparisons:
 * equal keys are equal lines, but for the parts that are masked. Here lines (schema/) meet masks
 * (parser/).
 */
#ifndef INGEST_KEPT_LINES_H
#define INGEST_KEPT_LINES_H

#include "base/error.h"
#include "parser/match_mask.h"
#include "schema/lines.h"

#include <stdbool.h>
#include <stdint.h>

#define LINE_KEY_BYTES 16

/* 128 bits of SHA-256 over a secret of this run, the line, and its LF where that counts. Without the
 * secret nobody can prepare two lines that have one key. */
struct line_key {
    unsigned char bytes[LINE_KEY_BYTES];
};

/* What counts. A line is left out when `ignore` matches in its first piece (schema/lines.h); masks
 * look at each piece by itself. Borrowed by all that is made with it. */
struct line_rules {
    const char *stream; /* "output" or "error" */
    struct match_mask *ignore, *mask;
    bool line_end_counts; /* a last line without LF differs from one with it */
    unsigned char secret[LINE_KEY_BYTES];
};

/* Rules without expressions, for the caller to add to. */
int line_rules_init(struct line_rules *rules, const char *stream, struct error *err);
void line_rules_release(struct line_rules *rules); /* zeroed is fine */

struct kept_lines;

/* Without `with_keys` the texts only: faster. */
struct kept_lines *kept_lines_new(struct store *reader, const struct line_rules *rules,
                                  bool with_keys, struct error *err);
void kept_lines_free(struct kept_lines *kept); /* NULL is fine */

/* From the first line of this content; `result_id` is what an error about a line names. */
void kept_lines_start(struct kept_lines *kept, int64_t content_id, int64_t result_id);

/* 1 and a line that counts, or a piece of it; 0; -1, also when the program is asked to end. *key is
 * set with the line's last piece, and only with keys; it may be NULL without. */
int kept_lines_next(struct kept_lines *kept, struct line *line, struct line_key *key,
                    struct error *err);

/* 1 and the key of the next whole line; 0; -1. */
int kept_lines_next_key(struct kept_lines *kept, struct line_key *key, struct error *err);

/* Whole lines given since kept_lines_start. */
int64_t kept_lines_count(const struct kept_lines *kept);

#endif
