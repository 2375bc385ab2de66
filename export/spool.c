#include "export/spool.h"

#include "base/buffer.h"
#include "base/file.h"
#include "base/memory.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define HELD_BYTES (64 * 1024)
#define FORMAT_BYTES 4096

struct spool {
    int fd;
    char *path; /* of the folder, for messages */
    int64_t size;
    size_t held; /* bytes that wait in memory */
    struct error failure;
    char bytes[HELD_BYTES];
};

struct spool *spool_new(const char *folder, struct error *err)
{
    int fd = file_open_nameless(folder, err);
    if (fd < 0)
        return NULL;
    struct spool *spool = memory_zeroed(1, sizeof *spool);
    spool->fd = fd;
    spool->path = memory_copy_text(folder, strlen(folder));
    return spool;
}

void spool_free(struct spool *spool)
{
    if (!spool)
        return;
    close(spool->fd);
    free(spool->path);
    free(spool);
}

static void flush(struct spool *spool)
{
    if (spool->failure.code == ERROR_NONE && spool->held > 0)
        (void)file_write(spool->fd, spool->path, spool->bytes, spool->held, &spool->failure);
    spool->held = 0;
}

void spool_write(struct spool *spool, const void *bytes, size_t length)
{
    const char *at = bytes;
    spool->size += (int64_t)length;
    while (length > 0) {
        size_t room = HELD_BYTES - spool->held, part = length < room ? length : room;
        memcpy(spool->bytes + spool->held, at, part);
        spool->held += part;
        at += part;
        length -= part;
        if (spool->held == HELD_BYTES)
            flush(spool);
    }
}

void spool_text(struct spool *spool, struct text text)
{
    if (text.bytes)
        spool_write(spool, text.bytes, text.length);
}

void spool_string(struct spool *spool, const char *text)
{
    if (text)
        spool_write(spool, text, strlen(text));
}

void spool_format(struct spool *spool, const char *format, ...)
{
    char text[FORMAT_BYTES];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (length > 0)
        spool_write(spool, text, (size_t)length < sizeof text ? (size_t)length : sizeof text - 1);
}

int spool_finish(struct spool *spool, struct error *err)
{
    flush(spool);
    if (spool->failure.code == ERROR_NONE)
        return 0;
    if (err)
        *err = spool->failure;
    return -1;
}

int64_t spool_size(const struct spool *spool)
{
    return spool->size;
}

void spool_stream(const struct spool *spool, struct file_stream *stream)
{
    file_stream_init(stream, spool->fd, spool->path, 0, spool->size);
}
