/*
 * bag - a BagIt 1.0 bag (RFC 8493) in a ZIP file: one folder with bagit.txt, bag-info.txt, the payload below data/, and SHA-256
 * manifests of payload and tag files.
 *
 * Files are added in the order in which they stand in the ZIP and read when it is finished; the manifests are written from what
 * was read. Paths are ours: [0-9A-Za-z._/-] only.
 */
#ifndef EXPORT_BAG_H
#define EXPORT_BAG_H

#include "base/sha256.h"
#include "base/stream.h"
#include "export/spool.h"
#include "export/zip_writer.h"

#define BAG_PATH_SIZE 320

/* A file whose bytes come as they are; the first field of the struct of who gives it. */
struct bag_source {
    /* Once, when its turn comes; the stream is the source's. */
    int (*open)(struct bag_source *source, struct stream **stream, struct error *err);
    /* When it was read, or could not be opened. */
    void (*close)(struct bag_source *source);
    /* In the end, whether it was opened or not. */
    void (*free)(struct bag_source *source);
    bool is_beside;     /* deflated on threads of its own (deflate_stream.h) */
    int64_t size_bytes; /* -1: not known before; else it must be so long (ERROR_DAMAGED) */
    char sha256[SHA256_HEX_SIZE]; /* what its hash must be (ERROR_DAMAGED); "": nothing is known */
};

struct bag;

/* `folder`: the one folder in the ZIP; manifests grow in files without a name in `spool_folder`. The rest as of
 * zip_writer_new. */
struct bag *bag_new(int fd, const char *path, const char *folder, const char *spool_folder,
                    const struct zip_options *options, struct error *err);
void bag_free(struct bag *bag); /* NULL is fine */

/* Adds a file of the bag, "data/…" or a tag file at its top. The source is taken over, also after -1. */
int bag_add(struct bag *bag, const char *path, struct bag_source *source, struct error *err);

/* The same for what is deflated already. By the end of its reading `sha256` holds the raw bytes' hash. */
struct bag_packed {
    struct zip_input zip;
    char sha256[SHA256_HEX_SIZE];
};
int bag_add_packed(struct bag *bag, const char *path, struct bag_packed *packed, struct error *err);

/* A line of bag-info.txt, "Label: value" (RFC 8493, 2.2.2); line ends in the value become blanks. */
void bag_note(struct bag *bag, const char *label, const char *value);

/* Adds what a bag has besides, reads all of it and writes the ZIP: -1 with the first error of a source. Once. */
int bag_finish(struct bag *bag, struct error *err);

#endif
