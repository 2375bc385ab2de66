/*
 * draft - a file that appears under its name whole, or not at all.
 *
 * Until it is published it has no name where the file system can do that, so that nothing is left of it however the program ends;
 * else a name beside the final one.
 */
#ifndef BASE_DRAFT_H
#define BASE_DRAFT_H

#include "base/error.h"
#include "base/sha256.h"

#include <stdint.h>

struct draft {
    int fd;          /* to write and read; mode 0600 */
    char *path;      /* the final name */
    char *temporary; /* NULL: it has none */
};

/* ERROR_USAGE when there is something under that name already, or it is a folder's; ERROR_IO. After -1 there is nothing to drop. */
int draft_open(struct draft *draft, const char *path, struct error *err);

/* When all is written: fsyncs it, and tells its size in bytes and its hash, as it reads. ERROR_IO. */
int draft_settle(struct draft *draft, int64_t *bytes, char sha256[SHA256_HEX_SIZE],
                 struct error *err);

/* fsyncs, gives it its name, and fsyncs the folder. Never replaces what has come under the name meanwhile: ERROR_USAGE. The draft
 * is to be dropped in any case. */
int draft_publish(struct draft *draft, struct error *err);

/* Closes it; what was not published is gone. */
void draft_drop(struct draft *draft);

#endif
