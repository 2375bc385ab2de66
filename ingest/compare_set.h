/*
 * compare_set - which lines stand in one of two texts only, wherever they stand. How often a line
 * stands there does not count, and neither does a missing LF at the end (rules.line_end_counts is the
 * caller's to leave off). Holds the keys of all distinct lines: key_table.h has the ceiling.
 */
#ifndef INGEST_COMPARE_SET_H
#define INGEST_COMPARE_SET_H

#include "ingest/compare.h"

struct compare_set;

/* Reads both texts. Everything is borrowed until compare_set_end. NULL with err. */
struct compare_set *compare_set_start(struct store *reader, const struct line_rules *rules,
                                      const struct compare_text texts[2], struct error *err);
void compare_set_end(struct compare_set *set); /* NULL is fine */

/* Distinct lines that are in the text `side` only. */
int64_t compare_set_count(const struct compare_set *set, int side);

/* From the first line of one text; then its lines that the other lacks, each where it stands first:
 * 1 and a line or a piece of it, 0, -1. */
void compare_set_show(struct compare_set *set, int side);
int compare_set_next(struct compare_set *set, struct line *line, struct error *err);

#endif
