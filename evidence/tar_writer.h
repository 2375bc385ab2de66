/*
 * tar_writer - tar blocks from libarchive (pax restricted), handed on as they are made.
 *
 * Headers and padding never depend on anything but name, size and time, so that the same entry
 * gives the same blocks. The only file that writes with libarchive.
 */
#ifndef EVIDENCE_TAR_WRITER_H
#define EVIDENCE_TAR_WRITER_H

#include "base/error.h"

#include <stddef.h>
#include <stdint.h>

/* Takes blocks as they come; -1 stops with its error. */
typedef int tar_output(void *context, const void *bytes, size_t length, struct error *err);

struct tar_writer;

struct tar_writer *tar_writer_new(tar_output *output, void *context);

/* Writes nothing more, whatever is open. NULL is fine. */
void tar_writer_free(struct tar_writer *writer);

/* Pads the entry before, then writes the header of a regular file: mode 0400, uid and gid 0, no
 * user names. mtime_seconds outside 0 to 2^33-1 is moved to the nearer end. */
int tar_writer_header(struct tar_writer *writer, const char *name, int64_t size_bytes,
                      int64_t mtime_seconds, struct error *err);

/* Data of the entry; the caller keeps to the size in the header. */
int tar_writer_data(struct tar_writer *writer, const void *bytes, size_t length, struct error *err);

/* Pads the entry to whole blocks. */
int tar_writer_finish_entry(struct tar_writer *writer, struct error *err);

/* Writes the end-of-archive blocks. Only tar_writer_free may follow. */
int tar_writer_end(struct tar_writer *writer, struct error *err);

#endif
