/*
 * ingest - paths, folders, pipes and stdin in; durable packages and their outcomes out.
 *
 * The order is the order given; folders are walked in byte order of the paths below them, links
 * and the archive itself left out. Batches form by themselves (batch.h). An input that cannot be
 * kept is reported as rejected and the rest goes on; only a failure of the archive's own disk or
 * database stops.
 */
#ifndef INGEST_INGEST_H
#define INGEST_INGEST_H

#include "ingest/archive.h"
#include "ingest/batch.h"

#include <stdbool.h>

/* What is known of the input beyond its bytes. `has_action` and so on: given explicitly, and then
 * stronger than what a file's name says (`<action GUID>_<index>.*`). */
struct ingest_options {
    struct batch_context context;
};

/* Each call comes in the order of the input; a rejection comes at once, what is kept with its batch.
 * -1 stops the ingest. */
struct ingest_listener {
    void *context;
    batch_report_call *kept;
    int (*rejected)(void *context, const char *path, const struct error *why);
};

struct ingest;

/* Everything is borrowed until ingest_free. */
struct ingest *ingest_new(struct archive *archive, const struct ingest_options *options,
                          const struct ingest_listener *listener);
void ingest_free(struct ingest *ingest); /* NULL is fine */

/* One argument: a file, a folder, a pipe, or "-" for stdin. -1 only when the archive failed or the
 * listener stopped. */
int ingest_argument(struct ingest *ingest, const char *argument, struct error *err);

/* What was fetched: a spool file, or bytes in memory. It comes from the URL `recorded` and is called `label` in reports
 * and messages. The context is its own; the options' is not used. Errors as ingest_argument's. */
int ingest_spooled(struct ingest *ingest, const char *path, const char *label, const char *recorded,
                   const struct batch_context *context, struct error *err);
int ingest_bytes(struct ingest *ingest, struct text bytes, const char *label, const char *recorded,
                 const struct batch_context *context, struct error *err);

/* Commits what is waiting. Call it at the end, also after an error of the calls above: what was whole before the error is
 * kept. It may be gone on with after 0. */
int ingest_finish(struct ingest *ingest, struct error *err);

/* Splits `<action GUID>_<index>.*` (the last part of a path): true and the action (37 bytes) and
 * index. */
bool ingest_parse_name(const char *path, char action_id[37], int64_t *command_index);

#endif
