/*
 * apply - one ledger line becomes rows: the only way into history.db.
 *
 * Ingest, recovery and rebuild all come through here, in ledger order and with nothing but the line,
 * its receipt and the evidence, which is why rebuild gives the same rows.
 *
 * While a package is read its hash stands in the file `parsing`. Found there when the archive is
 * opened, the package crashed the parser: it is indexed unparsed and not tried again by this
 * version, so a poison package costs one crash and no evidence.
 */
#ifndef INGEST_APPLY_H
#define INGEST_APPLY_H

#include "base/error.h"
#include "base/sha256.h"
#include "base/text.h"
#include "evidence/ledger.h"
#include "schema/store.h"

#include <stdbool.h>
#include <stdint.h>

#define APPLY_STEP_BYTES (64LL * 1024 * 1024) /* of text; then a large package commits a step */

/* What a line did, for whom it interests. */
struct apply_outcome {
    int64_t result_id;            /* 0: no result stands for it */
    struct store_reading reading; /* kind "" when the line is not about a package */
    bool is_checked;              /* the package was read back whole, and its hash is right */
};

struct apply;

/* `store` is open for writing; `unparsed` is asked which packages crashed this version before (the
 * same, or the old database in a rebuild); both are borrowed. `poison` is the hash that stood in
 * `parsing`, or "". */
struct apply *apply_new(struct store *store, struct store *unparsed, const char *evidence_folder,
                        const char *parsing_path, const char *tool, const char *poison,
                        struct error *err);
void apply_free(struct apply *apply); /* NULL is fine */

/* No package commits a step from now on: the transaction holds other packages' rows, too, and none of
 * them may be seen, or be known to history.db, before all their ledger lines are written. */
void apply_without_steps(struct apply *apply);

/* True when the last apply_line committed a step, also when it failed then: the lines before it are in
 * history.db. */
bool apply_has_stepped(const struct apply *apply);

/* Puts the line's rows. While it reads a package it hashes it, to the end: ERROR_DAMAGED when the
 * evidence does not hold the bytes that the line tells of. A transaction must be open; a large package
 * commits it in steps and begins the next, with the line itself in the last one. `receipt.bytes` NULL:
 * it is read from the evidence. `outcome` may be NULL. */
int apply_line(struct apply *apply, const struct ledger_line *line, struct text receipt,
               struct apply_outcome *outcome, struct error *err);

/* Puts the rows of a line whose evidence apply_line found damaged: the package is indexed as not
 * read, for the reason given, and is tried again by the next rebuild. */
int apply_damaged_line(struct apply *apply, const struct ledger_line *line, const char *reason,
                       struct error *err);

/* The hash that stands in `parsing`: 1 and *poison, else 0. */
int apply_read_mark(const char *parsing_path, char poison[SHA256_HEX_SIZE], struct error *err);

#endif
