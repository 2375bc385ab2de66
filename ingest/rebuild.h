/*
 * rebuild - history.db made anew from evidence and ledger alone.
 *
 * The new database is filled beside the old one, then copied over it through SQLite's backup API,
 * so that readers of the old one never meet half a database. A history.db that SQLite cannot open
 * is moved to recovered/ first.
 */
#ifndef INGEST_REBUILD_H
#define INGEST_REBUILD_H

#include "ingest/archive.h"

struct rebuild_options {
    bool retry_unparsed; /* read packages again that crashed this very version */
    void (*progress)(void *context, int64_t lines); /* after each line; may be NULL */
    void (*damaged)(void *context, int64_t number, const struct error *why); /* may be NULL */
    void *context;
};

struct rebuild_summary {
    int64_t lines; /* of the ledger */
    int64_t packages;
    int64_t unparsed;
    int64_t damaged; /* ledger lines whose evidence could not be read */
};

/* Takes the lock. Refuses when the old history.db knows a ledger line that the ledger does not
 * hold. */
int rebuild_archive(struct archive *archive, const struct rebuild_options *options,
                    struct rebuild_summary *summary, struct error *err);

#endif
