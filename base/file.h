/*
 * file - the few system calls that durability hangs on, with errors that name the file.
 * Paths in messages are borrowed for the length of the call.
 */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include "base/buffer.h"
#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Opens `path` with `flags` (O_CLOEXEC is added; new files get mode 0600): a descriptor or -1. */
int file_open(const char *path, int flags, struct error *err);

/* Writes all bytes at the file's position; -1 on a full disk or another error. */
int file_write(int fd, const char *path, const void *bytes, size_t length, struct error *err);

/* fsync. After -1 the caller must stop: what the disk holds is no longer known. */
int file_sync(int fd, const char *path, struct error *err);

/* fsync of the folder that holds `path`, so that a new name survives power loss. */
int file_sync_folder_of(const char *path, struct error *err);

/* Size in bytes, or -1. */
int64_t file_size(int fd, const char *path, struct error *err);

int file_truncate(int fd, const char *path, int64_t size, struct error *err);

/* True when the path names something that exists. */
bool file_exists(const char *path);

/* The whole file, at most out->limit bytes (more: ERROR_LIMIT). `out` must be initialised. */
int file_read(const char *path, struct buffer *out, struct error *err);

/* Creates `path` (must not exist) with these bytes, fsyncs it and its folder. */
int file_create(const char *path, const void *bytes, size_t length, struct error *err);

/* Puts these bytes in the place of `path`, whole or not at all: through a file beside it, which is
 * fsynced and renamed. Of several at once the last one counts. */
int file_replace(const char *path, const void *bytes, size_t length, struct error *err);

/* A new file without a name in `folder`, to write and read (mode 0600): nothing of it is left when it is closed. A
 * descriptor or -1. */
int file_open_nameless(const char *folder, struct error *err);

/* mkdir with mode 0700; a folder that is there already is fine. */
int file_make_folder(const char *path, struct error *err);

/* file_make_folder for each folder above `path`, the outermost first; `path` itself is not made. */
int file_make_folders_above(const char *path, struct error *err);

/* folder + "/" + name as a new text that the caller frees. */
char *file_join(const char *folder, const char *name);

#endif
