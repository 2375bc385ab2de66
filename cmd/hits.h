/*
 * hits - the hits of a search, printed: as lines under their result on a terminal, as a row each into
 * a pipe, as objects with --json; or counted by result, or the results alone.
 *
 * Hits of one text wait until the text is done, since each result that shares it has them all; from
 * 1 MiB on they are printed in portions.
 */
#ifndef CMD_HITS_H
#define CMD_HITS_H

#include "cmd/output.h"
#include "ingest/search.h"

enum hits_form { HITS_LINES, HITS_COUNTS, HITS_RESULTS };

struct hits_options {
    enum hits_form form;
    int64_t context; /* lines before and behind a hit; of HITS_LINES */
    int64_t limit;   /* hits printed at most (of HITS_COUNTS and HITS_RESULTS: results); 0: all */
    const struct indicators *indicators; /* what a hit's `pattern` is; NULL: one text */
    const struct query_filter *filter;
};

struct hits;

/* All are borrowed until hits_free. NULL after an error. */
struct hits *hits_new(struct output *output, struct store *reader, struct search *search,
                      const struct hits_options *options, struct error *err);
void hits_free(struct hits *hits); /* NULL is fine */

/* For search_run; the context is the hits. */
enum search_answer hits_take(void *context, const struct search_hit *hit, struct error *err);

/* Prints what waits. */
int hits_end(struct hits *hits, struct error *err);

int64_t hits_count(const struct hits *hits);   /* hits told, a line in two results twice */
int64_t hits_results(const struct hits *hits); /* results that have some */
bool hits_reached_limit(const struct hits *hits);

#endif
