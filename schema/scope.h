/*
 * scope - the texts that a search looks at: those of the results that a filter lets through.
 *
 * Held in memory are 8 bytes a text; without a filter nothing but the few texts that an ingest has
 * not finished yet. A scope belongs to one snapshot (store_begin_read).
 */
#ifndef SCHEMA_SCOPE_H
#define SCHEMA_SCOPE_H

#include "schema/query.h"

#include <stdbool.h>
#include <stddef.h>

struct scope;

/* The filter is borrowed for the call. NULL after an error. */
struct scope *scope_new(struct store *reader, const struct query_filter *filter, struct error *err);
void scope_free(struct scope *scope); /* NULL is fine */

/* True without a filter: every finished text. */
bool scope_is_everything(const struct scope *scope);

bool scope_holds(const struct scope *scope, int64_t content_id);

/* The content_ids in order; only of a scope that is not everything. */
const int64_t *scope_contents(const struct scope *scope, size_t *count);

#endif
