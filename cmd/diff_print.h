/*
 * diff_print - the lines that differ, for people (unified hunks) or as JSON.
 */
#ifndef CMD_DIFF_PRINT_H
#define CMD_DIFF_PRINT_H

#include "cmd/diff_side.h"
#include "cmd/output.h"
#include "ingest/compare.h"
#include "ingest/compare_set.h"

struct diff_printer {
    struct store *reader;
    const struct line_rules *rules;
    struct output *output;
    const struct diff_side *sides; /* two */
    int64_t context;               /* lines around a change */
    int64_t counts[2];             /* lines printed so far: taken away, put in */
};

/* Prints every hunk; stops early when nobody reads. */
int diff_print_hunks(struct diff_printer *printer, struct compare *compare, struct error *err);

/* Prints the lines of each text that the other lacks. */
int diff_print_set(struct diff_printer *printer, struct compare_set *set, struct error *err);

#endif
