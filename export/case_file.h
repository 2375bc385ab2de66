/*
 * case_file - case.sqlite of an export: its rows are copied first, for all that is told of the case; its full-text index is made on
 * threads of its own while the packages and texts are packed; the file is read last.
 */
#ifndef EXPORT_CASE_FILE_H
#define EXPORT_CASE_FILE_H

#include "export/bag.h"
#include "schema/case_copy.h"

#include <pthread.h>
#include <stdbool.h>

struct case_file {
    struct store *copy; /* for questions, until the indexing begins */
    struct store *part; /* of its index */
    int fd;
    bool is_indexing;
    pthread_t thread;
    struct error failure;
};

/* Its file has a name in `folder` only until it is open. After -1 there is nothing to release. */
int case_file_make(struct case_file *file, const char *folder, struct store *reader,
                   const struct case_copy *what, struct error *err);
/* Ends the indexing, if need be. */
void case_file_release(struct case_file *file);

/* From here on nothing may be asked of the copy. */
int case_file_start_index(struct case_file *file, struct error *err);

/* Adds it; the indexing is waited for when its turn comes. `file` must outlive the bag. */
int case_file_add(struct case_file *file, struct bag *bag, const char *path, struct error *err);

#endif
