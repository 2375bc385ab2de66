/*
 * sieve - all pages, read and probed on all cores, so that only those that may hold a hit are
 * searched.
 *
 * Each thread has its own connection to history.db and takes a range of pages after the other; what
 * may hold a hit comes out in the order of page_id. What was left out has no hit that begins or ends
 * in it. Holds a connection (some 8 MiB) and at most 4 MiB of pages a core, of 4 cores at most.
 */
#ifndef INGEST_SIEVE_H
#define INGEST_SIEVE_H

#include "parser/match.h"
#include "schema/pages.h"

struct sieve;

/* `reader`, whose snapshot (store_begin_read) the others must see, too, and the rest are borrowed until
 * sieve_free. NULL when there is nothing to gain or it cannot be done: one core, a history of few
 * pages, somebody wrote just now; then read the pages themselves. */
struct sieve *sieve_new(const char *database_path, struct store *reader, const struct scope *scope,
                        const struct matcher *matcher);
void sieve_free(struct sieve *sieve); /* NULL is fine; ends the threads */

/* As pages_next; the page is valid until the next call. */
int sieve_next(struct sieve *sieve, struct page *page, struct error *err);

/* As pages_skip_content. */
void sieve_skip_content(struct sieve *sieve, int64_t content_id);

#endif
