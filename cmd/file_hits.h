/*
 * file_hits - what was found in fetched files, printed: a row or an object for each file and
 * indicator.
 */
#ifndef CMD_FILE_HITS_H
#define CMD_FILE_HITS_H

#include "cmd/output.h"
#include "ingest/search_files.h"

struct file_hits;

/* All are borrowed until file_hits_free. `indicators` NULL: one text. */
struct file_hits *file_hits_new(struct output *output, const struct indicators *indicators);
void file_hits_free(struct file_hits *file_hits); /* writes what waits; NULL is fine */

/* For search_files; the context is the file_hits. */
int file_hits_take(void *context, const struct search_file_hit *hit, struct error *err);
void file_hits_trouble(void *context, const char *package_sha256, const char *why);

int64_t file_hits_count(const struct file_hits *file_hits);

#endif
