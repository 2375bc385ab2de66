/*
 * bag_sources - where the files of an export come from: a spool, text, a package in the evidence, the pages of a text.
 */
#ifndef EXPORT_BAG_SOURCES_H
#define EXPORT_BAG_SOURCES_H

#include "export/bag.h"
#include "schema/store.h"

/* What was written into a spool, which is taken over. */
int bag_add_spool(struct bag *bag, const char *path, struct spool *spool, struct error *err);

/* A copy of a text. */
int bag_add_text(struct bag *bag, const char *path, struct text text, struct error *err);

/* Where the bytes of a package lie; borrowed texts are copied. */
struct bag_package {
    const char *evidence_folder; /* borrowed until the bag is freed */
    const char *segment;
    int64_t offset, stored_bytes, size_bytes;
    const char *package_sha256;
};
/* Straight from the segment, as it is compressed there; inflated only to check CRC-32, length and SHA-256 (ERROR_DAMAGED). */
int bag_add_package(struct bag *bag, const char *path, const struct bag_package *package,
                    struct error *err);

/* One stream ("output", "error") of a content, page by page; `sha256` "" where it is not known. */
int bag_add_pages(struct bag *bag, const char *path, struct store *reader, int64_t content_id,
                  const char *stream, int64_t size_bytes, const char *sha256, struct error *err);

#endif
