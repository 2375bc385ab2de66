/*
 * compare - how two texts differ, line by line in order, or as sets of lines (compare_set.h).
 *
 * Memory does not grow with the texts: here pass keys only (kept_lines.h), and `diff` finds what is
 * common (base/differ.h). Who wants to show lines reads the texts once more, along the hunks. Lines
 * that are ignored are not counted: numbers here are those of kept_lines.
 */
#ifndef INGEST_COMPARE_H
#define INGEST_COMPARE_H

#include "base/differ.h"
#include "base/error.h"
#include "ingest/kept_lines.h"
#include "schema/store.h"

#include <stdbool.h>
#include <stdint.h>

/* A text, with what may tell sooner that two are the same. */
struct compare_text {
    int64_t content_id, result_id;
    char sha256[65]; /* of the whole text; "": not known */
};

/* True without reading: the same content, or the same hash. */
bool compare_is_same_text(const struct compare_text texts[2]);

struct compare;

/* Reads both as far as they are the same, and unless that is all of them, with `with_hunks`, gives
 * the rest to diff. Everything is borrowed until compare_end. NULL with err. */
struct compare *compare_start(struct store *reader, const struct line_rules *rules,
                              const struct compare_text texts[2], bool with_hunks,
                              struct error *err);
void compare_end(struct compare *compare); /* NULL is fine */

bool compare_is_same(const struct compare *compare);

/* The next hunk: 1, 0, -1. */
int compare_next(struct compare *compare, struct differ_hunk *hunk, struct error *err);

/* Lines of each text that were kept; known with hunks. */
void compare_totals(const struct compare *compare, int64_t totals[2]);

#endif
