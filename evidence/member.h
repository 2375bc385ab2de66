/*
 * member - gzip members (RFC 1952): the unit in which evidence is compressed and cut out.
 *
 * Written with no name, mtime 0 and OS 255, so the same bytes give the same member. Read back with
 * zlib (windowBits 31), which checks CRC32 and length; libarchive's gzip reader checks neither.
 * Nothing checks the header's time and OS, so any other header than the writer's is damage, too.
 */
#ifndef EVIDENCE_MEMBER_H
#define EVIDENCE_MEMBER_H

#include "base/error.h"
#include "base/stream.h"

#include <stddef.h>
#include <stdint.h>

#define MEMBER_MAX_RAW_BYTES (16 * 1024 * 1024) /* of package data in one member */

/* Takes compressed bytes as they come; -1 stops with its error. */
typedef int member_output(void *context, const void *bytes, size_t length, struct error *err);

/* Compresses one member after another with zlib level 1. */
struct member_writer;

struct member_writer *member_writer_new(member_output *output, void *context);
void member_writer_free(struct member_writer *writer); /* NULL is fine; writes nothing */

/* Adds raw bytes to the current member; begins one when none is open. */
int member_write(struct member_writer *writer, const void *bytes, size_t length, struct error *err);

/* Ends the current member (an empty one when nothing was written). */
int member_finish(struct member_writer *writer, struct error *err);

/* Raw bytes in the member that is open: 0 when none is. */
int64_t member_raw_bytes(const struct member_writer *writer);

/* Forgets the open member without writing its rest. */
void member_abandon(struct member_writer *writer);

/* The raw bytes of one or more whole members pulled from `packed` (borrowed), one after another.
 * An early end, a wrong CRC or length, a deflate error, or anything else than a member is
 * ERROR_DAMAGED at its packed offset. */
struct member_stream {
    struct stream stream;
    struct stream *packed;
    struct member_inflater *inflater; /* private */
    int64_t packed_base;              /* packed offset of the first byte, for messages */
    const char *path;                 /* file of the packed bytes, borrowed; NULL: unknown */
};

void member_stream_init(struct member_stream *stream, struct stream *packed, int64_t packed_base);
void member_stream_release(struct member_stream *stream);

/* For walking: stop at the end of each member instead of running on. Before the first read, and
 * after a read gave 0, member_stream_next says whether another member follows: 1 (reads go on in
 * it), 0 (the packed bytes end here), -1. */
void member_stream_one_by_one(struct member_stream *stream);
int member_stream_next(struct member_stream *stream, struct error *err);
/* Packed bytes taken so far by whole members: where the next one begins, less packed_base. */
int64_t member_stream_position(const struct member_stream *stream);

#endif
