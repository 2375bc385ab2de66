/*
 * zip - the entries of a ZIP one after another, read as a stream (APPNOTE 6.3) by libarchive.
 *
 * Only stored and deflated entries are read; another method ends its entry as INVALID, so that no
 * foreign decompressor decides how much memory is used. Names are never looked at. libarchive goes
 * by local headers; the end-of-central-directory record (APPNOTE 4.3.16) is checked here for a ZIP
 * that ends early or lost an entry. Holds about 330 KiB, 256 KiB of it libarchive's fixed output
 * buffer, and for a moment five times the length of an entry's name.
 */
#ifndef PARSER_ZIP_H
#define PARSER_ZIP_H

#include "parser/container.h"

#define ZIP_MAGIC "PK\3\4"
#define ZIP_MAGIC_LENGTH 4

struct zip;

/* `in` begins with ZIP_MAGIC and is borrowed until free; *left as in gzip_new. Never NULL. */
struct zip *zip_new(struct stream *in, int64_t *left);
void zip_free(struct zip *zip); /* NULL is fine */

/* The next entry, skipping what is unread of the present one: 1, 0 when there is no more (zip_end
 * is then known), -1 when `in` cannot be read. *is_document is false for directories, links and
 * encrypted entries. */
int zip_next(struct zip *zip, bool *is_document, struct error *err);

/* The unpacked bytes of the present entry; owned by `zip`. */
struct stream *zip_stream(struct zip *zip);

/* How the present entry ended, once its stream gave 0. */
enum container_end zip_entry_end(const struct zip *zip);

/* How the ZIP itself ended, once zip_next gave 0: WHOLE, TRAILING (other bytes than NULs behind its
 * end record), TRUNCATED or INVALID. */
enum container_end zip_end(const struct zip *zip);

#endif
