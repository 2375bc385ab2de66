/*
 * text_index - what goes into the full-text index: a page, or all pages of a new copy on two threads.
 */
#ifndef SCHEMA_TEXT_INDEX_H
#define SCHEMA_TEXT_INDEX_H

#include "schema/statement.h"

/* One page, in the store's transaction; it must not be in the index yet. */
int text_index_add(struct store *store, int64_t page_id, struct text text, struct error *err);

/* Indexes all pages of `copy` and commits; `part`, a store fresh from store_open_copy, takes those of every second page
 * meanwhile, unless there are few. The same pages give the same bytes, however fast either thread was. sqlite3_interrupt on
 * the copy's connection ends it early. */
int text_index_make(struct store *copy, struct store *part, struct error *err);

#endif
