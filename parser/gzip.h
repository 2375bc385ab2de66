/*
 * gzip - a stream that inflates the members of a gzip file one after another (RFC 1952).
 *
 * zlib checks each member's header, CRC-32 and length. What inflated before a trouble is handed
 * out; then the stream gives 0 and gzip_end says why. Holds about 64 KiB.
 */
#ifndef PARSER_GZIP_H
#define PARSER_GZIP_H

#include "parser/container.h"

#include <stddef.h>

#define GZIP_MAGIC "\x1f\x8b\x08"
#define GZIP_MAGIC_LENGTH 3

struct gzip;

/* `in` begins with GZIP_MAGIC and is borrowed until free. *left is how many more bytes may come out
 * of this and all other containers that share it; each byte handed out is taken off. Never NULL. */
struct gzip *gzip_new(struct stream *in, int64_t *left);
void gzip_free(struct gzip *gzip); /* NULL is fine */

/* The unpacked bytes; owned by `gzip`. */
struct stream *gzip_stream(struct gzip *gzip);

/* Why the stream gave 0; CONTAINER_WHOLE until then. After the last member NULs are padding. */
enum container_end gzip_end(const struct gzip *gzip);

#endif
