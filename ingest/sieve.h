/*
 * sieve - pages read ahead and probed on all cores, so that only those that may hold a hit are
 * searched.
 *
 * One thread reads (SQLite is that thread's alone), the others ask of each page whether any of the
 * literals is in it. Pages come out in the order they went in; what was left out has no hit that
 * begins or ends in it. Holds 1 MiB a core and 2 more.
 */
#ifndef INGEST_SIEVE_H
#define INGEST_SIEVE_H

#include "parser/match.h"
#include "schema/pages.h"

struct sieve;

/* Both are borrowed until sieve_free, and `pages` is then read through the sieve only. With one core,
 * or a matcher that has no probe, every page comes out. */
struct sieve *sieve_new(struct pages *pages, const struct matcher *matcher);
void sieve_free(struct sieve *sieve); /* NULL is fine; ends the threads */

/* As pages_next; the page is valid until the next call. */
int sieve_next(struct sieve *sieve, struct page *page, struct error *err);

/* As pages_skip_content, for the text of the page that came out last. */
void sieve_skip_content(struct sieve *sieve);

#endif
