#include "base/file.h"

#include "base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The advice that fits the errno, after a semicolon; "" when there is none. */
static const char *advice(int errno_value)
{
    switch (errno_value) {
    case ENOSPC:
    case EDQUOT:
        return " (make room, then run it again)";
    case EACCES:
    case EPERM:
        return " (check owner and mode)";
    case EROFS:
        return " (the disk is mounted read-only)";
    default:
        return "";
    }
}

static int fail(struct error *err, const char *path, const char *what)
{
    int errno_value = errno;
    error_set(err, ERROR_IO, "%s: %s%s", what, strerror(errno_value), advice(errno_value));
    return error_at_path(err, path);
}

int file_open(const char *path, int flags, struct error *err)
{
    int fd;
    do
        fd = open(path, flags | O_CLOEXEC, 0600);
    while (fd < 0 && errno == EINTR);
    return fd < 0 ? fail(err, path, flags & O_CREAT ? "cannot create or open" : "cannot open") : fd;
}

int file_write(int fd, const char *path, const void *bytes, size_t length, struct error *err)
{
    const char *next = bytes;
    while (length > 0) {
        ssize_t done = write(fd, next, length);
        if (done < 0 && errno == EINTR)
            continue;
        if (done < 0)
            return fail(err, path, "cannot write");
        next += done;
        length -= (size_t)done;
    }
    return 0;
}

int file_sync(int fd, const char *path, struct error *err)
{
    return fsync(fd) ? fail(err, path,
                            "cannot fsync; nothing more is written, check the disk and run "
                            "`lrarchive verify`")
                     : 0;
}

int file_sync_folder_of(const char *path, struct error *err)
{
    const char *slash = strrchr(path, '/');
    char *folder = slash ? memory_copy_text(path, slash == path ? 1 : (size_t)(slash - path))
                         : memory_copy_text(".", 1);
    int fd = file_open(folder, O_RDONLY | O_DIRECTORY, err);
    int result = fd < 0 ? -1 : file_sync(fd, folder, err);
    if (fd >= 0)
        close(fd);
    free(folder);
    return result;
}

int64_t file_size(int fd, const char *path, struct error *err)
{
    struct stat status;
    if (fstat(fd, &status))
        return fail(err, path, "cannot stat");
    return (int64_t)status.st_size;
}

int file_truncate(int fd, const char *path, int64_t size, struct error *err)
{
    return ftruncate(fd, (off_t)size) ? fail(err, path, "cannot cut the file") : 0;
}

bool file_exists(const char *path)
{
    struct stat status;
    return lstat(path, &status) == 0;
}

int file_read(const char *path, struct buffer *out, struct error *err)
{
    int fd = file_open(path, O_RDONLY, err);
    if (fd < 0)
        return -1;
    char block[65536];
    int result = 0;
    for (;;) {
        ssize_t got = read(fd, block, sizeof block);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            result = fail(err, path, "cannot read");
        if (got <= 0)
            break;
        if (buffer_append(out, block, (size_t)got)) {
            error_set(err, ERROR_LIMIT, "larger than %zu bytes", out->limit);
            result = error_at_path(err, path);
            break;
        }
    }
    close(fd);
    return result;
}

int file_create(const char *path, const void *bytes, size_t length, struct error *err)
{
    int fd = file_open(path, O_WRONLY | O_CREAT | O_EXCL, err);
    if (fd < 0)
        return -1;
    int result = file_write(fd, path, bytes, length, err);
    if (result == 0)
        result = file_sync(fd, path, err);
    close(fd);
    return result == 0 ? file_sync_folder_of(path, err) : -1;
}

static int write_and_rename(char *from, const char *path, const void *bytes, size_t length,
                            struct error *err)
{
    int fd = mkostemp(from, O_CLOEXEC);
    if (fd < 0)
        return fail(err, path, "cannot be replaced");
    int result = file_write(fd, path, bytes, length, err);
    if (result == 0)
        result = file_sync(fd, path, err);
    close(fd);
    if (result == 0 && rename(from, path))
        result = fail(err, path, "cannot be replaced");
    if (result)
        unlink(from);
    return result == 0 ? file_sync_folder_of(path, err) : -1;
}

int file_replace(const char *path, const void *bytes, size_t length, struct error *err)
{
    size_t size = strlen(path) + 8;
    char *from = memory_allocate(size);
    snprintf(from, size, "%s.XXXXXX", path);
    int result = write_and_rename(from, path, bytes, length, err);
    free(from);
    return result;
}

int file_open_nameless(const char *folder, struct error *err)
{
    char *path = file_join(folder, "spool-XXXXXX");
    int fd = mkostemp(path, O_CLOEXEC);
    if (fd < 0)
        fail(err, folder, "a temporary file cannot be made in it");
    else
        unlink(path);
    free(path);
    return fd;
}

int file_make_folder(const char *path, struct error *err)
{
    if (mkdir(path, 0700) && errno != EEXIST)
        return fail(err, path, "cannot make the folder");
    return 0;
}

int file_make_folders_above(const char *path, struct error *err)
{
    char *part = memory_copy_text(path, strlen(path));
    int result = 0;
    for (char *slash = strchr(part + 1, '/'); slash && result == 0;
         slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        result = file_exists(part) ? 0 : file_make_folder(part, err);
        *slash = '/';
    }
    free(part);
    return result;
}

char *file_join(const char *folder, const char *name)
{
    size_t size = strlen(folder) + strlen(name) + 2;
    char *path = memory_allocate(size);
    snprintf(path, size, "%s/%s", folder, name);
    return path;
}
