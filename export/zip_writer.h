/*
 * zip_writer - a ZIP file (APPNOTE 6.3), made of files that are read one after the other when it is finished.
 *
 * The same files with the same options give the same bytes, unless it is encrypted. Past 4 GiB it is ZIP64. One of the two users
 * of libzip. Memory: some 600 bytes a file.
 */
#ifndef EXPORT_ZIP_WRITER_H
#define EXPORT_ZIP_WRITER_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* A file that goes in, as a raw deflate stream (RFC 1951); the first field of the struct of who gives it. */
struct zip_input {
    /* Called once each, in this order, when its turn comes; read as a stream's (base/stream.h). */
    int (*open)(struct zip_input *input, struct error *err);
    ssize_t (*read)(struct zip_input *input, void *bytes, size_t size, struct error *err);
    void (*close)(struct zip_input *input); /* also after an error in open or read */
    /* In the end, whether it was read or not. */
    void (*free)(struct zip_input *input);
    /* Of the raw bytes: the size beforehand, or -1, and both when all was read. */
    int64_t size_bytes;
    uint32_t crc32;
};

struct zip_options {
    /* Of all files, seconds since 1970, in the process's time zone. A ZIP has even ones from 1980 to 2107: before and after, the
     * first and the last of them stand there. */
    int64_t mtime;
    const char *password; /* AES-256 (WinZip AE-2); NULL: none */
};

struct zip_writer;

/* Into the open file `fd` (borrowed, empty), called `path` in messages. */
struct zip_writer *zip_writer_new(int fd, const char *path, const struct zip_options *options,
                                  struct error *err);
void zip_writer_free(struct zip_writer *writer); /* NULL is fine */

/* Takes the input over, also after -1. `name`: the path in the ZIP, ASCII. */
int zip_writer_add(struct zip_writer *writer, const char *name, struct zip_input *input,
                   struct error *err);

/* Reads all inputs and writes the file; no fsync. -1: the first error of an input, or ERROR_IO. Once. */
int zip_writer_finish(struct zip_writer *writer, struct error *err);

#endif
