/*
 * stream - bytes pulled from somewhere: memory, a file, a range of a segment, an inflater.
 *
 * A stream is a struct whose first field is `struct stream`; streams stack on streams. An error is
 * sticky: after -1 every later read is -1 with the same error.
 */
#ifndef BASE_STREAM_H
#define BASE_STREAM_H

#include "base/error.h"

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct stream {
    /* Up to `size` bytes (size > 0) into `bytes`: how many (fewer is no end), 0 at the end, -1 error. */
    ssize_t (*read)(struct stream *stream, void *bytes, size_t size, struct error *err);
};

/* See stream.read. */
ssize_t stream_read(struct stream *stream, void *bytes, size_t size, struct error *err);

/* Reads until `size` bytes or the end: how many, or -1. */
ssize_t stream_read_full(struct stream *stream, void *bytes, size_t size, struct error *err);

/* Bytes in memory, borrowed; `block` bytes at most a read (0: no bound), so that tests can choose
 * the read size. */
struct memory_stream {
    struct stream stream;
    const unsigned char *bytes;
    size_t length;
    size_t position;
    size_t block;
};

void memory_stream_init(struct memory_stream *stream, const void *bytes, size_t length,
                        size_t block);

/* Bytes [offset, offset + length) of an open file (pread; the file position is untouched);
 * length -1: to the end. The descriptor and the path (for messages) are borrowed. A file that ends
 * before `length` simply ends. */
struct file_stream {
    struct stream stream;
    int fd;
    const char *path;
    int64_t offset;
    int64_t remaining; /* -1: to the end */
};

void file_stream_init(struct file_stream *stream, int fd, const char *path, int64_t offset,
                      int64_t length);

/* What read() gives: for pipes and stdin. Descriptor and path (for messages) are borrowed. */
struct descriptor_stream {
    struct stream stream;
    int fd;
    const char *path;
};

void descriptor_stream_init(struct descriptor_stream *stream, int fd, const char *path);

#endif
