/*
 * fts_join - what one FTS5 index holds, added to another one: so that an index can be made in parts, on several threads.
 *
 * An FTS5 index is a list of segments, each whole in itself: leaves and doclist indexes in the table output_fts_data under ids that
 * begin with the segment's number, its first terms in output_fts_idx. Which segments count, and in which order, is told by one
 * record, the structure; how many rows and tokens there are, by another, the averages (fts5_index.c of SQLite, "Overview" and
 * "Details": format 4 of FTS5, the one that all its releases read and write). Segments are copied under new numbers, the two
 * records are added up.
 */
#ifndef SCHEMA_FTS_JOIN_H
#define SCHEMA_FTS_JOIN_H

#include "schema/statement.h"

#define FTS_JOIN_SEGMENTS 2000 /* what FTS5 takes in one index */

/* Adds output_fts of `from` to that of `into`, of the same declaration, in one transaction of its own. Both are committed and in no
 * transaction, and have no row in common, which is not checked. From then on this connection must not use that table of `into`,
 * since it knows the old structure: others may. ERROR_DATABASE when a record is not as described above, or a merge was left
 * unfinished; ERROR_LIMIT. */
int fts_join(struct store *into, struct store *from, struct error *err);

#endif
