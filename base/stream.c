#include "base/stream.h"

#include "base/interrupt.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

ssize_t stream_read(struct stream *stream, void *bytes, size_t size, struct error *err)
{
    return stream->read(stream, bytes, size, err);
}

ssize_t stream_read_full(struct stream *stream, void *bytes, size_t size, struct error *err)
{
    size_t have = 0;
    while (have < size) {
        ssize_t got = stream_read(stream, (char *)bytes + have, size - have, err);
        if (got < 0)
            return -1;
        if (got == 0)
            break;
        have += (size_t)got;
    }
    return (ssize_t)have;
}

static ssize_t memory_stream_read(struct stream *base, void *bytes, size_t size, struct error *err)
{
    (void)err;
    struct memory_stream *stream = (struct memory_stream *)base;
    size_t left = stream->length - stream->position;
    if (size > left)
        size = left;
    if (stream->block && size > stream->block)
        size = stream->block;
    if (size)
        memcpy(bytes, stream->bytes + stream->position, size);
    stream->position += size;
    return (ssize_t)size;
}

void memory_stream_init(struct memory_stream *stream, const void *bytes, size_t length,
                        size_t block)
{
    *stream = (struct memory_stream){
        .stream = {.read = memory_stream_read}, .bytes = bytes, .length = length, .block = block};
}

static ssize_t file_stream_read(struct stream *base, void *bytes, size_t size, struct error *err)
{
    struct file_stream *stream = (struct file_stream *)base;
    if (stream->remaining >= 0 && (int64_t)size > stream->remaining)
        size = (size_t)stream->remaining;
    if (size == 0)
        return 0;
    ssize_t got;
    do
        got = pread(stream->fd, bytes, size, stream->offset);
    while (got < 0 && errno == EINTR);
    if (got < 0) {
        error_set_errno(err, ERROR_IO, errno, "cannot read");
        error_at_path(err, stream->path);
        return error_at_offset(err, stream->offset);
    }
    stream->offset += got;
    if (stream->remaining >= 0)
        stream->remaining -= got;
    return got;
}

void file_stream_init(struct file_stream *stream, int fd, const char *path, int64_t offset,
                      int64_t length)
{
    *stream = (struct file_stream){.stream = {.read = file_stream_read},
                                   .fd = fd,
                                   .path = path,
                                   .offset = offset,
                                   .remaining = length};
}

/* A signal ends the wait for a slow pipe. */
static ssize_t descriptor_stream_read(struct stream *base, void *bytes, size_t size,
                                      struct error *err)
{
    struct descriptor_stream *stream = (struct descriptor_stream *)base;
    ssize_t got;
    while ((got = read(stream->fd, bytes, size)) < 0 && errno == EINTR)
        if (interrupt_check(err))
            return -1;
    if (got < 0) {
        error_set_errno(err, ERROR_IO, errno, "cannot read");
        return error_at_path(err, stream->path);
    }
    return got;
}

void descriptor_stream_init(struct descriptor_stream *stream, int fd, const char *path)
{
    *stream = (struct descriptor_stream){
        .stream = {.read = descriptor_stream_read}, .fd = fd, .path = path};
}
