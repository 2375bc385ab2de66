/*
 * kept - what is said of each package that came in, or did not: a row for people, an object with --json.
 */
#ifndef CMD_KEPT_H
#define CMD_KEPT_H

#include "cmd/output.h"
#include "ingest/ingest.h"
#include "schema/query.h"

struct kept {
    struct output *output;
    struct archive *archive;
    int64_t ingested, duplicates, rejected;
    enum exit_status status; /* of the packages */
    struct query *result;    /* prepared once: it costs more than the rest of a line */
};

void kept_release(struct kept *kept);

/* For struct ingest_listener; the context is the struct kept. */
int kept_on_kept(void *context, const struct batch_report *report, struct error *err);
int kept_on_rejected(void *context, const char *path, const struct error *why);

#endif
