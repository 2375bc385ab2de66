/*
 * batch - the commit protocol. Start here to learn how a package becomes durable.
 *
 * A batch is many small packages, or one large. However many, it costs a fixed number of fsyncs:
 *
 *   1. entries into the segments                (batch_add: raw bytes, compressed, with receipt)
 *   2. fsync of each segment touched
 *   3. read back from the file, inflate, compare SHA-256; the parser reads along, and its rows wait
 *      in history.db, uncommitted or in no view   (apply.h)
 *   4. ledger lines, fsync                      -- from here on the packages are kept
 *   5. history.db commits
 *   6. acknowledge: the report callback
 *
 * The parser may fail without costing evidence: then its rows are rolled back, the packages are
 * read back without it, and the next writer replays the ledger lines.
 * A crash before 4 leaves whole entries that recovery adopts; a crash after 4 leaves lines that
 * recovery replays. After a failed fsync nothing more is written by this process.
 */
#ifndef INGEST_BATCH_H
#define INGEST_BATCH_H

#include "ingest/apply.h"
#include "ingest/archive.h"
#include "ingest/receipt.h"
#include "ingest/source.h"

/* The more packages, the fewer pages of history.db a batch writes for each of them: their hashes and ids
 * fall all over the indexes. */
#define BATCH_MAX_PACKAGES 4000
#define BATCH_MAX_BYTES (32LL * 1024 * 1024) /* raw; a larger package is a batch of its own */
/* A packed package counts as so many times its size: a batch is one transaction, and a gzip of 1 MiB
 * may hold 1 GiB. */
#define BATCH_PACKED_WEIGHT 32

/* What is said about a package besides its bytes. Borrowed C strings; NULL is absent. */
struct batch_context {
    const char *tenant_id, *action_id, *machine_id, *machine_name, *note, *observed_at, *case_name;
    bool has_command_index;
    int64_t command_index;
    int64_t max_unpacked_bytes;    /* 0: the parser's default */
    const struct fetched *fetched; /* NULL: it was not fetched from the service */
};

enum batch_status { BATCH_INGESTED, BATCH_DUPLICATE };

/* The acknowledgement of one package. Borrowed for the call. */
struct batch_report {
    enum batch_status status;
    const char *path; /* as given */
    const char *package_sha256;
    int64_t size_bytes;
    int64_t ledger_number;
    struct apply_outcome outcome;
};

typedef int batch_report_call(void *context, const struct batch_report *report, struct error *err);

struct batch;

/* The archive and the callback's context are borrowed. */
struct batch *batch_new(struct archive *archive, batch_report_call *report, void *context);
void batch_free(struct batch *batch); /* NULL is fine; what was not committed is left to recovery */

bool batch_is_empty(const struct batch *batch);
/* True when a measured source must not join what is waiting. */
bool batch_is_full_for(const struct batch *batch, const struct source *source);

/* Step 1, for a measured source. Takes the lock when the batch is empty. ERROR_REJECTED: this
 * package is not kept, the batch goes on. Any other error: the batch must be committed (it holds
 * whole packages) and writing must stop. */
int batch_add(struct batch *batch, struct source *source, const struct batch_context *context,
              struct error *err);

/* Steps 2 to 6; then the lock is given back and the batch is empty. */
int batch_commit(struct batch *batch, struct error *err);

#endif
