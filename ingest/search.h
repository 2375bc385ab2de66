/*
 * search - where the texts of history and what is looked for meet: pages from schema/, matching from
 * parser/ (a phrase is schema/'s, it needs FTS5's tokenizer), hits as whole lines.
 *
 * A hit is a line that holds what was looked for; of several indicators, each has its own hit in the
 * line. A line belongs to a text, and a text to one or more results: query_results_of_content tells
 * which. Memory does not grow with the texts.
 */
#ifndef INGEST_SEARCH_H
#define INGEST_SEARCH_H

#include "base/error.h"
#include "parser/indicators.h"
#include "parser/match.h"
#include "schema/query.h"

#include <stdbool.h>
#include <stdint.h>

#define SEARCH_LINE_BYTES 65536 /* of a longer line so much around the hit is given */

enum search_mode { SEARCH_PHRASE, SEARCH_SUBSTRING, SEARCH_REGEX, SEARCH_INDICATORS };

struct search_spec {
    enum search_mode mode;
    struct text text;                    /* what to look for; not of SEARCH_INDICATORS */
    const struct indicators *indicators; /* of SEARCH_INDICATORS */
    bool is_case_sensitive;              /* SEARCH_SUBSTRING and SEARCH_REGEX */
    bool is_word;                        /* SEARCH_SUBSTRING and SEARCH_INDICATORS: MATCH_WORD */
    const struct query_filter *filter;   /* results to look at */
};

/* Borrowed for the call. */
struct search_hit {
    int64_t content_id;
    bool is_error;    /* in the error text, else in the output */
    int64_t line_no;  /* from 1 */
    struct text line; /* without its LF */
    bool is_cut;      /* the line is longer than what is given of it */
    uint32_t pattern; /* which indicator; 0 for the other modes */
};

enum search_answer { SEARCH_GO_ON, SEARCH_NEXT_CONTENT, SEARCH_STOP, SEARCH_FAILED };

/* SEARCH_FAILED: with err. */
typedef enum search_answer search_call(void *context, const struct search_hit *hit,
                                       struct error *err);

struct search;

/* Checks and compiles what is looked for. The spec's texts, indicators and filter and the reader, whose
 * snapshot (store_begin_read) is searched, are borrowed until search_free; `database_path` is the
 * reader's, for more of them on other cores; NULL: on this one alone. NULL after an error: ERROR_USAGE when it is the asker's. */
struct search *search_new(const char *database_path, struct store *reader,
                          const struct search_spec *spec, struct error *err);
void search_free(struct search *search); /* NULL is fine */

/* Calls for each hit, in the order in which the texts came in, and of their lines. Once. 0 also when
 * a call stopped it. ERROR_LIMIT when a regular expression takes too many steps
 * in too many lines. */
int search_run(struct search *search, search_call *call, void *context, struct error *err);

/* Where the line of a hit holds what was looked for (the hit's pattern), for marking: as matcher_mark.
 * A phrase that goes over the line's ends has no mark. May be called within a search_call. */
int search_mark(struct search *search, uint32_t pattern, struct text line, struct match *matches,
                int most, struct error *err);

/* Lines too long for a regular expression in one piece (matcher_long_lines). */
int64_t search_long_lines(const struct search *search);

/* Lines left out, where a regular expression reached its limit (matcher_limited_lines). */
int64_t search_limited_lines(const struct search *search);

#endif
