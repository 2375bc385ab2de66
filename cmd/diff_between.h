/*
 * diff_between - a line for every script and machine: how its results at two times differ.
 */
#ifndef CMD_DIFF_BETWEEN_H
#define CMD_DIFF_BETWEEN_H

#include "cmd/output.h"
#include "ingest/kept_lines.h"
#include "schema/query.h"

struct diff_between {
    struct store *reader;
    const struct line_rules *rules;
    struct output *output;
    bool as_set;
    int64_t pairs, differing; /* so far */
};

/* Compares and prints every pair between the two times (base/time.h texts). */
int diff_between(struct diff_between *between, const struct query_filter *filter, const char *from,
                 const char *to, struct error *err);

#endif
