/*
 * zip_reader - the files in a ZIP by name, read as streams. None of it is trusted. One of the two users of libzip.
 */
#ifndef EXPORT_ZIP_READER_H
#define EXPORT_ZIP_READER_H

#include "base/error.h"
#include "base/stream.h"

#include <stdbool.h>
#include <stdint.h>

#define ZIP_READER_FILES 1000000 /* at most */

struct zip_reader;

/* `password` for what is encrypted; NULL: none. NULL: ERROR_DAMAGED when it is no ZIP, its directory does not fit its files, or two
 * have one name; ERROR_USAGE when it is a pipe or a folder; ERROR_LIMIT, ERROR_IO. */
struct zip_reader *zip_reader_open(const char *path, const char *password, struct error *err);
void zip_reader_close(struct zip_reader *reader); /* NULL is fine */

int64_t zip_reader_count(const struct zip_reader *reader);
/* The name as it stands there: any bytes but NUL; "" when it has none. Valid until the close. */
const char *zip_reader_name(const struct zip_reader *reader, int64_t index);
enum zip_reader_kind {
    ZIP_READER_FILE,
    ZIP_READER_FOLDER, /* its name ends in a slash */
    ZIP_READER_OTHER,  /* a link or a device by its mode; a folder that holds bytes */
};
enum zip_reader_kind zip_reader_kind(const struct zip_reader *reader, int64_t index);
/* -1: there is none of that name. */
int64_t zip_reader_find(const struct zip_reader *reader, const char *name);

/* A file's bytes, unpacked; CRC-32, where there is one, and, where encrypted, the authentication code are checked at their end. */
struct zip_stream {
    struct stream stream;
    struct zip_file *file;
    const char *name;
    bool has_crc; /* AE-2 has none */
};

/* -1: ERROR_DAMAGED, or ERROR_USAGE when the password is wrong, or it is packed by a method that is not read here. A password that
 * has opened another file is right. `stream` must not move while open. */
int zip_stream_open(struct zip_stream *stream, struct zip_reader *reader, int64_t index,
                    struct error *err);
void zip_stream_close(struct zip_stream *stream); /* not open is fine */

#endif
