/*
 * encoding - the bytes of a document as UTF-8 by its byte-order mark: UTF-8 (mark removed),
 * UTF-16LE and UTF-16BE (transcoded, Unicode 15 section 3.10), else as they are.
 *
 * Bytes that are not UTF-8 pass unchanged: only the JSON reader knows whether they stand in a
 * string. A lone UTF-16 surrogate becomes U+FFFD and is counted. A unit or pair cut off by the end
 * of input is dropped and reported as cut. Holds at most 64 KiB.
 */
#ifndef PARSER_ENCODING_H
#define PARSER_ENCODING_H

#include "base/error.h"
#include "base/stream.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct encoding;

/* `in` is borrowed until free. Never NULL. */
struct encoding *encoding_new(struct stream *in);
void encoding_free(struct encoding *encoding); /* NULL is fine */

/* The next block of UTF-8: *bytes (owned by the reader, valid until the next call) and its length;
 * 0 at the end, -1 when `in` cannot be read. At most 64 KiB a block. UTF-8 input is handed on in
 * the blocks it is read in, without a copy. */
ssize_t encoding_next(struct encoding *encoding, const char **bytes, struct error *err);

/* Offset in the document's own (unpacked) bytes of byte `index` of the current block. */
int64_t encoding_offset(const struct encoding *encoding, size_t index);

bool encoding_is_utf16(const struct encoding *encoding);
/* The reader goes no further than `offset`: what stands behind it does not count as seen. It is in
 * the present block, or no lone surrogate stands between it and that. */
void encoding_stop_at(struct encoding *encoding, int64_t offset);

int64_t encoding_lone_surrogates(const struct encoding *encoding);      /* so far */
int64_t encoding_first_lone_surrogate(const struct encoding *encoding); /* offset; -1 none */
bool encoding_was_cut(const struct encoding *encoding); /* the end fell inside a unit or pair */
/* What was cut off is a single NUL byte: half of a U+0000, or padding. */
bool encoding_cut_off_is_nul(const struct encoding *encoding);

#endif
