/*
 * pages - the pages of the texts in a scope, one after the other: all of them, or those where the
 * full-text index knows a phrase.
 *
 * Pages of one stream of one text follow each other in order. A scan reads each page once, in the
 * order of the file where that is faster.
 */
#ifndef SCHEMA_PAGES_H
#define SCHEMA_PAGES_H

#include "schema/phrase.h"
#include "schema/scope.h"

#include <stdbool.h>
#include <stdint.h>

/* Valid until the next page is asked for. */
struct page {
    int64_t page_id;
    int64_t content_id;
    bool is_error;      /* of the stream error, else output */
    int64_t page_no;    /* from 1 in its stream */
    int64_t start_line; /* the line, from 1, that it begins in */
    bool is_continued;  /* it begins inside that line */
    struct text text;
};

struct pages;

/* Every page of the scope, which is borrowed. NULL after an error. */
struct pages *pages_new(struct store *reader, const struct scope *scope, struct error *err);

/* True when looking up each text of the scope reads less than a scan of all pages: then pages_new reads
 * text by text, else in order of page_id. 1, 0 or -1. */
int pages_is_narrow(struct store *reader, const struct scope *scope, struct error *err);

/* Pages of the scope in a range of page_ids; none before pages_set_range. For several threads, each
 * with its own reader; the scope may be shared. */
struct pages *pages_new_range(struct store *reader, const struct scope *scope, struct error *err);
void pages_set_range(struct pages *pages, int64_t first_id, int64_t last_id);

/* The largest page_id; 0 without pages. */
int pages_last_id(struct store *reader, int64_t *page_id, struct error *err);

/* Pages of the scope, in order of page_id, that may hold the phrase: it lies in the page, or ends
 * there having begun in the page before. */
struct pages *pages_new_of_phrase(struct store *reader, const struct scope *scope,
                                  const struct phrase *phrase, struct error *err);

void pages_free(struct pages *pages); /* NULL is fine */

/* 1 and *page, 0 at the end, -1. */
int pages_next(struct pages *pages, struct page *page, struct error *err);

/* Passes over the pages of this text from here on. */
void pages_skip_content(struct pages *pages, int64_t content_id);

/* One page of a text by its number, into `text` (its limit must allow 64 KiB more; appended): 1, 0
 * when there is none, -1. */
int pages_read_one(struct store *reader, int64_t content_id, bool is_error, int64_t page_no,
                   struct buffer *text, struct error *err);

#endif
