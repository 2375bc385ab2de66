/*
 * case_copy - one case cut out of history.db into a database of its own, for whoever gets the case and nothing else.
 *
 * The copy has the same schema: the views and the full-text index of history.db, over the rows of this case alone. It is a
 * single file (journal_mode=DELETE). The same case up to the same ledger line gives the same bytes, as
 * long as the same is known of its results.
 *
 * What is in it: the case, its exhibits, what was done to it; of each exhibit the package, how it came in, its contents with
 * their pages, its results; the machine actions and machines that those results name; the ledger lines of all that. Left out:
 * what was removed from the case; of what is withheld, all but its exhibit number, hash, kind and size; the words of steps about
 * either; the name of another case that a package came in for.
 */
#ifndef SCHEMA_CASE_COPY_H
#define SCHEMA_CASE_COPY_H

#include "base/error.h"
#include "schema/query.h"

#include <stddef.h>
#include <stdint.h>

struct case_copy {
    const char *case_name;
    int64_t last_number;        /* nothing of ledger lines behind this one */
    const char (*withheld)[65]; /* package hashes */
    size_t withheld_count;
};

/* A new, empty file `path`, which must not exist (mode 0600). Once it is open it needs its name no more.
 * The caller closes it. After NULL the file may be there and is of no use. */
struct store *case_copy_open(const char *path, struct error *err);

/* Its file has lost its name: messages name the folder that it takes room in. `folder` is copied. */
void case_copy_set_folder(struct store *copy, const char *folder);

/* Copies all but the full-text index from what the reader has open, as it is at this moment. Then the copy answers the questions
 * below and of query.h. Once. */
int case_copy_fill(struct store *copy, const struct store *reader, const struct case_copy *what,
                   struct error *err);

/* Makes its full-text index, which takes longer than the rest, and with it the file whole: also on another thread, while nobody
 * else uses the copy. `part`: a second new one (case_copy_open), which holds a part of the index meanwhile; then it is of no use.
 * case_copy_stop ends it early, from any thread: then it is -1 with ERROR_TEMPORARY or another, as this and the copying are when a
 * signal comes (base/interrupt.h). Memory as of two writers (store.h). */
int case_copy_index(struct store *copy, struct store *part, struct error *err);
void case_copy_stop(struct store *copy);

/* Questions to a copy. */

/* Its exhibits by number: exhibit, package_sha256, kind, size_bytes, segment, offset, stored_bytes. */
int case_copy_packages(struct store *copy, struct query **query, struct error *err);

/* Their contents, by exhibit and member: package_sha256, content_id, has_output, has_error, output_bytes, error_bytes,
 * output_sha256. */
int case_copy_contents(struct store *copy, struct query **query, struct error *err);

/* Its ledger lines, in order: number, line_sha256, has_receipt (1: the receipt tells of the case or of what is in it and not
 * withheld). */
int case_copy_lines(struct store *copy, struct query **query, struct error *err);

#endif
