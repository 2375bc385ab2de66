/*
 * search_record - a hunt in the ledger: what was looked for, by whom, where, and what came of it, so
 * that a later "we looked" can be proved.
 */
#ifndef INGEST_SEARCH_RECORD_H
#define INGEST_SEARCH_RECORD_H

#include "ingest/archive.h"
#include "ingest/search.h"

/* What was looked at, and what of it. */
struct search_coverage {
    struct query_counts counts; /* results and packages that fit the filter */
    int64_t ledger_number;      /* history up to this line */
    int64_t hits, results;      /* a line in two results is two hits; results that have some */
    int64_t searched_files;     /* of counts.files */
    int64_t file_hits;          /* indicators in files, each once a file */
    int64_t long_lines;         /* search_long_lines */
    int64_t limited_lines;      /* search_limited_lines */
    bool reached_limit;         /* the search ended early */
};

/* Writes the event `searched`: into the ledger the mode, the SHA-256 of the list (or of the text) and
 * the counts; into the receipt the reason, the text or the list's path, and the filter. `list_path`
 * NULL without a list. */
int search_record(struct archive *archive, const struct search_spec *spec,
                  const struct search_coverage *coverage, const char *reason, const char *list_path,
                  int64_t *number, struct error *err);

#endif
