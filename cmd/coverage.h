/*
 * coverage - the denominator that every search ends with: what was searched, what was not, and what of
 * it is not whole. A sentence on stderr, or with --json the last object on stdout.
 */
#ifndef CMD_COVERAGE_H
#define CMD_COVERAGE_H

#include "cmd/output.h"
#include "ingest/search_record.h"

/* `recorded_number`: the ledger line that the search is recorded in; 0: it is not. */
void coverage_print(struct output *output, const struct search_coverage *coverage,
                    int64_t recorded_number);

#endif
