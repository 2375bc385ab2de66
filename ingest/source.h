/*
 * source - where a package comes from: a file, a pipe or stdin, read twice.
 *
 * First the bytes are measured (size, SHA-256, a look at their beginning), then they are copied
 * into the evidence and hashed again; a file that changed in between is rejected. What cannot be
 * read twice is spooled into the archive's folder first, as a file without a name.
 */
#ifndef INGEST_SOURCE_H
#define INGEST_SOURCE_H

#include "base/error.h"
#include "base/sha256.h"
#include "base/text.h"
#include "base/time.h"
#include "evidence/segment.h"

#include <stdbool.h>
#include <stdint.h>

#define SOURCE_LOOK_BYTES 65536 /* of the beginning decide the segment's family */

struct source {
    int fd;
    char *path;     /* as given, for messages; owned */
    char *recorded; /* absolute, for the receipt; owned */
    char *hex;      /* the absolute path's bytes in hex when it is not UTF-8, else NULL; owned */
    bool is_spooled;
    int64_t size_bytes;
    char sha256[SHA256_HEX_SIZE];
    char mtime[TIME_TEXT_SIZE]; /* "" when spooled */
    bool looks_like_json;
    bool is_packed; /* a gzip or a ZIP */
};

/* Opens a regular file, or spools a FIFO. With `follow` false a symbolic link is refused, too.
 * ERROR_REJECTED when it cannot be read or is of another type. */
int source_open(struct source *source, const char *path, bool follow, const char *spool_folder,
                struct error *err);

/* Spools all of stdin. */
int source_open_stdin(struct source *source, const char *spool_folder, struct error *err);

/* Opens a file that was spooled before, whose bytes come from `recorded` and are called `label` in messages: its own
 * path and time say nothing. ERROR_REJECTED when it cannot be opened. */
int source_open_spooled(struct source *source, const char *path, const char *label,
                        const char *recorded, struct error *err);

/* Spools bytes in memory that come from `recorded`, called `label` in messages. */
int source_open_bytes(struct source *source, struct text bytes, const char *label,
                      const char *recorded, const char *spool_folder, struct error *err);

/* First reading: size, hash, mtime, look. ERROR_REJECTED when it cannot be read. */
int source_measure(struct source *source, struct error *err);

/* Second reading, into the entry that segment_begin_package has begun. ERROR_REJECTED when the
 * bytes are not the ones that were measured; another code when the segment cannot be written. */
int source_copy(struct source *source, struct segment *segment, struct error *err);

void source_close(struct source *source);

#endif
