/*
 * container - gzip and ZIP seen as a row of documents, each a stream of unpacked bytes.
 *
 * Kind by magic bytes (RFC 1952: 1f 8b 08; ZIP: "PK\3\4"), never by name; at most two containers
 * deep (a gzip in a ZIP, say; a third is handed out as bytes). gzip is zlib's (parser/gzip.h), ZIP
 * is libarchive's streaming reader (parser/zip.h).
 *
 * Heap held at most, libraries included [measured]: 110 KiB for two gzips, 330 KiB for a ZIP, 660
 * KiB for a deflated ZIP in a deflated ZIP (libarchive keeps 256 KiB of output for each), 1.1 MiB
 * when their names are 64 KiB long on purpose.
 */
#ifndef PARSER_CONTAINER_H
#define PARSER_CONTAINER_H

#include "base/error.h"
#include "base/stream.h"

#include <stdbool.h>
#include <stdint.h>

/* How a document's bytes ended, known once its stream has given 0. Worst counts. */
enum container_end {
    CONTAINER_WHOLE,     /* as the format says */
    CONTAINER_TRAILING,  /* whole, then other bytes than NULs behind a gzip's or ZIP's end */
    CONTAINER_TRUNCATED, /* the packed bytes end early */
    CONTAINER_BOUND,     /* max_unpacked_bytes, or PACKAGE_MAX_MEMBERS, was reached */
    CONTAINER_INVALID,   /* deflate error, wrong CRC or length, foreign method, broken ZIP */
};

struct container;

/* Looks at the first bytes of `in` (borrowed until free). Never NULL. `max_unpacked_bytes` bounds
 * the sum of all bytes that come out of any container; bytes in no container are not bounded. */
struct container *container_new(struct stream *in, int64_t max_unpacked_bytes);
void container_free(struct container *container); /* NULL is fine */

/* The next document: 1 and *document (owned by the container, valid until the next call), 0 when
 * there is no more, -1 when `in` cannot be read. A plain package is one document. Directories and
 * encrypted entries of a ZIP are no documents (they count in the index). A damaged container gives
 * what it can: its documents end with the container_end that says why. A document that was not read
 * to its end is skipped. */
int container_next(struct container *container, struct stream **document, struct error *err);

/* Of the current document. The index counts every entry of every ZIP from 0 in reading order:
 * directories, encrypted entries, and a ZIP in the ZIP, whose own entries follow it. 0 outside. */
int64_t container_member_index(const struct container *container);
bool container_in_zip(const struct container *container);
bool container_is_packed(const struct container *container); /* gzip or ZIP around it */
/* Trouble further out counts only when the document's own ZIP entry is not whole. */
enum container_end container_end(const struct container *container);
/* Unpacked offset in the document at which the trouble named by container_end stands: its end. */
int64_t container_end_offset(const struct container *container);

/* Worst end of the whole package, once container_next gave 0 (a torn ZIP with no document). */
enum container_end container_worst_end(const struct container *container);

#endif
