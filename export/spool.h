/*
 * spool - bytes that are written first and read later: a temporary file without a name, in a folder that has room for the
 * export. Nothing of it is left when the program ends, however it ends.
 */
#ifndef EXPORT_SPOOL_H
#define EXPORT_SPOOL_H

#include "base/error.h"
#include "base/stream.h"
#include "base/text.h"

#include <stdint.h>

struct spool;

/* A new, empty one (mode 0600). NULL: ERROR_IO. */
struct spool *spool_new(const char *folder, struct error *err);
void spool_free(struct spool *spool); /* NULL is fine */

/* Appends. A failure stays: the calls without `err` remember it for spool_finish. */
void spool_write(struct spool *spool, const void *bytes, size_t length);
void spool_text(struct spool *spool, struct text text);   /* absent text: nothing */
void spool_string(struct spool *spool, const char *text); /* NULL: nothing */
/* At most 4096 bytes a call. */
void spool_format(struct spool *spool, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* After the last byte: -1 with the first failure. Then it can be read. */
int spool_finish(struct spool *spool, struct error *err);

int64_t spool_size(const struct spool *spool);

/* From the beginning; as often as wanted. Borrows the spool. */
void spool_stream(const struct spool *spool, struct file_stream *stream);

#endif
