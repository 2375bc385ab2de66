/*
 * walk - the regular files below a folder, in byte order of their paths.
 *
 * Symbolic links and special files are left out without a word; a folder that cannot be read is
 * told to the listener. One folder's names are held at a time on each level.
 */
#ifndef INGEST_WALK_H
#define INGEST_WALK_H

#include "base/error.h"

#define WALK_MAX_DEPTH 256 /* folders below the first */

/* -1 from a call stops the walk with its error. */
struct walk_listener {
    void *context;
    int (*file)(void *context, const char *path, struct error *err);
    int (*trouble)(void *context, const char *path, const struct error *why);
};

/* `excluded` is a folder that is not entered, by what it is, not by its name; NULL: none. */
int walk_folder(const char *folder, const char *excluded, const struct walk_listener *listener,
                struct error *err);

#endif
