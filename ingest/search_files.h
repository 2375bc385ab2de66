/*
 * search_files - literals in packages of kind file: fetched files, as they lie in the evidence, out of
 * gzip and ZIP (two deep), as UTF-8 and as UTF-16LE.
 */
#ifndef INGEST_SEARCH_FILES_H
#define INGEST_SEARCH_FILES_H

#include "ingest/archive.h"
#include "ingest/search.h"

/* Borrowed for the call. */
struct search_file_hit {
    const char *package_sha256;
    const char *machine_name, *source; /* of its first coming-in; NULL where not known */
    int64_t member_index;              /* which document of the package's ZIP; 0 outside */
    int64_t offset;                    /* of the first, in the unpacked bytes */
    int64_t count;                     /* how often it is in there */
    uint32_t pattern;
};

/* 0 goes on, 1 stops, -1 failed. */
typedef int search_file_call(void *context, const struct search_file_hit *hit, struct error *err);

/* Looks through every file whose coming-in fits the filter (schema/query.h, struct query_counts); a
 * hit for each pattern of each document. The spec's mode is SEARCH_SUBSTRING or SEARCH_INDICATORS.
 * *searched counts files that were read whole. A file whose evidence is damaged, or that ends early,
 * is told through `trouble` and does not count. */
int search_files(struct archive *archive, struct store *reader, const struct search_spec *spec,
                 search_file_call *call,
                 void (*trouble)(void *context, const char *package_sha256, const char *why),
                 void *context, int64_t *searched, struct error *err);

#endif
