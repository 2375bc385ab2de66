#include "ingest/source.h"

#include "base/file.h"
#include "base/interrupt.h"
#include "base/memory.h"
#include "base/stream.h"
#include "base/text.h"
#include "parser/package.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BLOCK_BYTES (256 * 1024)

static int reject(struct error *err, const char *path, int errno_value, const char *what)
{
    error_set(err, ERROR_REJECTED, "not kept: %s: %s", what, strerror(errno_value));
    return error_at_path(err, path);
}

/* The path as somebody must find it months later. */
static void record_path(struct source *source, const char *path)
{
    if (path[0] != '/') {
        char *here = getcwd(NULL, 0);
        while (strncmp(path, "./", 2) == 0)
            path += 2;
        source->recorded = here ? file_join(strcmp(here, "/") ? here : "", path)
                                : memory_copy_text(path, strlen(path));
        free(here);
    } else {
        source->recorded = memory_copy_text(path, strlen(path));
    }
    size_t length = strlen(source->recorded);
    if (text_is_utf8(source->recorded, length))
        return;
    source->hex = memory_allocate(2 * length + 1);
    for (size_t i = 0; i <= length; i++)
        snprintf(source->hex + 2 * i, i < length ? 3 : 1, "%02x",
                 (unsigned char)source->recorded[i]);
}

/* Waits until a read would not block, so that a signal finds nobody asleep in it. */
static int wait_for_bytes(int in, struct error *err)
{
    struct pollfd wanted = {.fd = in, .events = POLLIN};
    for (;;) {
        if (interrupt_check(err))
            return -1;
        if (poll(&wanted, 1, 200) > 0)
            return 0;
    }
}

/* A file without a name in the archive's folder becomes the source's. */
static int open_spool(struct source *source, const char *spool_folder, struct error *err)
{
    source->fd = file_open_nameless(spool_folder, err);
    source->is_spooled = true;
    return source->fd < 0 ? -1 : 0;
}

/* Copies everything that `in` gives into the spool. */
static int spool(struct source *source, int in, const char *spool_folder, struct error *err)
{
    int result = open_spool(source, spool_folder, err);
    char *block = memory_allocate(BLOCK_BYTES);
    while (result == 0) {
        ssize_t got = 0;
        result = wait_for_bytes(in, err);
        if (result == 0)
            got = read(in, block, BLOCK_BYTES);
        if (result || got == 0)
            break;
        if (got < 0 && errno == EINTR)
            continue;
        result = got < 0 ? reject(err, source->path, errno, "cannot read")
                         : file_write(source->fd, spool_folder, block, (size_t)got, err);
    }
    free(block);
    return result;
}

int source_open(struct source *source, const char *path, bool follow, const char *spool_folder,
                struct error *err)
{
    *source = (struct source){.fd = -1, .path = memory_copy_text(path, strlen(path))};
    record_path(source, path);
    struct stat status;
    if (follow ? stat(path, &status) : lstat(path, &status))
        return reject(err, path, errno, "cannot open");
    if (!S_ISREG(status.st_mode) && !(follow && S_ISFIFO(status.st_mode))) {
        error_set(err, ERROR_REJECTED, "not kept: neither a regular file, a folder, nor a pipe");
        return error_at_path(err, path);
    }
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | (follow ? 0 : O_NOFOLLOW | O_NONBLOCK));
    if (fd < 0 && errno == EINTR && interrupt_check(err))
        return -1;
    if (fd < 0)
        return reject(err, path, errno, "cannot open");
    if (!S_ISFIFO(status.st_mode)) {
        source->fd = fd;
        return 0;
    }
    int result = spool(source, fd, spool_folder, err);
    close(fd);
    return result;
}

int source_open_stdin(struct source *source, const char *spool_folder, struct error *err)
{
    *source = (struct source){
        .fd = -1, .path = memory_copy_text("stdin", 5), .recorded = memory_copy_text("stdin", 5)};
    return spool(source, STDIN_FILENO, spool_folder, err);
}

static struct source source_from(const char *label, const char *recorded)
{
    return (struct source){.fd = -1,
                           .path = memory_copy_text(label, strlen(label)),
                           .recorded = memory_copy_text(recorded, strlen(recorded)),
                           .is_spooled = true};
}

int source_open_spooled(struct source *source, const char *path, const char *label,
                        const char *recorded, struct error *err)
{
    *source = source_from(label, recorded);
    source->fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    return source->fd < 0 ? reject(err, path, errno, "cannot open") : 0;
}

int source_open_bytes(struct source *source, struct text bytes, const char *label,
                      const char *recorded, const char *spool_folder, struct error *err)
{
    *source = source_from(label, recorded);
    return open_spool(source, spool_folder, err) ||
                   file_write(source->fd, spool_folder, bytes.bytes, bytes.length, err)
               ? -1
               : 0;
}

int source_measure(struct source *source, struct error *err)
{
    struct stat status;
    if (fstat(source->fd, &status))
        return reject(err, source->path, errno, "cannot stat");
    if (!source->is_spooled)
        time_from_unix(status.st_mtim.tv_sec, (int32_t)status.st_mtim.tv_nsec, source->mtime);
    struct sha256 *hash = sha256_new();
    char *block = memory_allocate(BLOCK_BYTES);
    struct file_stream stream;
    file_stream_init(&stream, source->fd, source->path, 0, -1);
    int result = 0;
    source->size_bytes = 0;
    while (result == 0) {
        ssize_t got = stream_read_full(&stream.stream, block, BLOCK_BYTES, err);
        if (got < 0) {
            err->code = ERROR_REJECTED;
            result = -1;
        }
        if (got <= 0)
            break;
        if (source->size_bytes == 0) {
            size_t look = (size_t)got < SOURCE_LOOK_BYTES ? (size_t)got : SOURCE_LOOK_BYTES;
            source->looks_like_json = package_looks_like_json(block, look);
            source->is_packed = package_is_packed(block, look);
        }
        sha256_update(hash, block, (size_t)got);
        source->size_bytes += got;
        result = interrupt_check(err);
    }
    sha256_finish(hash, source->sha256);
    sha256_free(hash);
    free(block);
    return result;
}

static int changed(const struct source *source, struct error *err)
{
    error_set(err, ERROR_REJECTED,
              "not kept: the file changed while it was read; ingest it again once it is complete");
    return error_at_path(err, source->path);
}

int source_copy(struct source *source, struct segment *segment, struct error *err)
{
    char *block = memory_allocate(BLOCK_BYTES);
    struct file_stream stream;
    file_stream_init(&stream, source->fd, source->path, 0, -1);
    int64_t left = source->size_bytes;
    int result = 0;
    for (;;) {
        ssize_t got = stream_read(&stream.stream, block, BLOCK_BYTES, err);
        if (got < 0) {
            err->code = ERROR_REJECTED;
            result = -1;
            break;
        }
        if (got == 0)
            break;
        left -= got;
        if (left < 0)
            break;
        if (segment_write(segment, block, (size_t)got, err) || interrupt_check(err)) {
            result = -1;
            break;
        }
    }
    free(block);
    if (result)
        return -1;
    char sha256[SHA256_HEX_SIZE];
    segment_written_sha256(segment, sha256);
    return left || strcmp(sha256, source->sha256) != 0 ? changed(source, err) : 0;
}

void source_close(struct source *source)
{
    if (source->fd >= 0)
        close(source->fd);
    free(source->path);
    free(source->recorded);
    free(source->hex);
    *source = (struct source){.fd = -1};
}
