/*
 * check_files - the files behind check.h, and its first half: the bag.
 */
#ifndef EXPORT_CHECK_FILES_H
#define EXPORT_CHECK_FILES_H

#include "base/line_stream.h"
#include "base/sha256.h"
#include "export/check.h"
#include "export/zip_reader.h"

#include <stdbool.h>

#define CHECK_NAME_SIZE 1024
#define PACKAGES_FOLDER "data/packages/"

struct check {
    const struct check_options *options;
    check_call *finding;
    void *context;
    struct check_summary *summary;
    struct zip_reader *zip;
    char folder[CHECK_NAME_SIZE]; /* the one at the top, with '/' */
    bool *is_listed;              /* for each file: a manifest has it */
    /* Hashes that name packages, in order, and whether a ledger line tells of each. */
    char (*packages)[SHA256_HEX_SIZE];
    bool *is_told;
    size_t package_count, package_capacity;
};

/* A finding about a file; `name` as in the bag or in the ZIP. */
int check_tell(struct check *check, const char *name, struct error *err, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* An error that says that the file is at fault is a finding; any other ends the check. */
int check_tell_error(struct check *check, const char *name, const struct error *why,
                     struct error *err);

/* A file of the bag, to read lines of at most `most` bytes from. 1; 0 when it is not there, which is told; -1. */
struct check_lines {
    struct zip_stream stream;
    struct line_stream lines;
    const char *name;
};
int check_open_lines(struct check *check, struct check_lines *lines, const char *name, size_t most,
                     struct error *err);
void check_close_lines(struct check_lines *lines);
/* 1; 0 at the end, also when the file is at fault, which is told; -1. */
int check_next_line(struct check *check, struct check_lines *lines, struct text *line,
                    struct error *err);

/* The whole of a small file: as check_open_lines. `out` is cleared first. */
int check_read(struct check *check, const char *name, struct buffer *out, struct error *err);

/* Names, manifests, hashes; fills `packages`. */
int check_bag(struct check *check, struct error *err);

/* The second half (check_proofs.c). */
int check_proofs(struct check *check, struct error *err);

#endif
