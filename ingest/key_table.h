/*
 * key_table - the distinct keys of lines, numbered from 0 in the order of their coming. What is known
 * of a key is kept by the caller, in an array by that number. A key takes 16 bytes, and 6 to 12 more
 * in the index.
 */
#ifndef INGEST_KEY_TABLE_H
#define INGEST_KEY_TABLE_H

#include "base/error.h"
#include "ingest/kept_lines.h"

#include <stdbool.h>
#include <stdint.h>

#define KEY_TABLE_KEYS 4000000 /* at most: about 130 MiB */

struct key_table;

struct key_table *key_table_new(void);
void key_table_free(struct key_table *table); /* NULL is fine */

/* The key's number; a new one's is the count before it. -1 with ERROR_LIMIT when there would be more
 * than KEY_TABLE_KEYS. */
int64_t key_table_put(struct key_table *table, const struct line_key *key, struct error *err);

/* The key's number, or -1. */
int64_t key_table_find(const struct key_table *table, const struct line_key *key);

int64_t key_table_count(const struct key_table *table);

#endif
