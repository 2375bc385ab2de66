/*
 * event - something that somebody did to the archive and that is about no package's bytes: a hunt
 * that was recorded, say. A ledger line with hashes and counts, and a receipt with the words.
 *
 * The steps are those of a batch (batch.h), with the same durability: receipt into the segment of
 * results, fsync; ledger line, fsync; history.db.
 */
#ifndef INGEST_EVENT_H
#define INGEST_EVENT_H

#include "base/json.h"
#include "ingest/archive.h"

struct event {
    const char *name; /* as the ledger has it: "searched" */
    /* Add the event's own fields behind those that every line and receipt has. The ledger holds
     * hashes, ids and counts only; names of machines, scripts, paths and notes go into the receipt. */
    void (*add_to_line)(const void *context, struct json_writer *line);
    void (*add_to_receipt)(const void *context, struct json_writer *receipt);
    const void *context; /* borrowed */
};

#define EVENT_BATCH 1000 /* events at once, at most */

/* Takes the lock for it and gives it back. 0 and the number of its line, once it is kept. After -1
 * with `broken` set in the archive nothing more may be written. */
int event_record(struct archive *archive, const struct event *event, int64_t *number,
                 struct error *err);

/* The same for 1 to EVENT_BATCH events, as one step with as many fsyncs as a single one: their lines follow each other from
 * *first_number on. After -1 none or all of them are kept. */
int event_record_all(struct archive *archive, const struct event *events, size_t count,
                     int64_t *first_number, struct error *err);

#endif
