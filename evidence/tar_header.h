/*
 * tar_header - reads the tar headers that tar_writer makes, and no others.
 *
 * POSIX.1-2017 pax interchange format: a ustar header, before it an extended header ('x') when the
 * size needs more than 33 bits.
 */
#ifndef EVIDENCE_TAR_HEADER_H
#define EVIDENCE_TAR_HEADER_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TAR_BLOCK_BYTES 512
#define TAR_NAME_SIZE 101       /* with the NUL */
#define TAR_EXTENDED_BYTES 4096 /* an extended header's records at most */

struct tar_header {
    char name[TAR_NAME_SIZE];
    int64_t size_bytes;
    size_t header_bytes; /* whole blocks that the headers take */
};

/* Reads the header of a regular file at the start of bytes[0..length). ERROR_DAMAGED when there is
 * none, or one that tar_writer never writes (a link, a prefix, an extended header with a path). */
int tar_header_parse(const char *bytes, size_t length, struct tar_header *header,
                     struct error *err);

/* Zero bytes between an entry's data and the next block. */
size_t tar_padding(int64_t size_bytes);

/* True for bytes that are all zero. */
bool tar_is_zero(const char *bytes, size_t length);

/* True for exactly the two zero blocks that end an archive. */
bool tar_is_end(const char *bytes, size_t length);

#endif
