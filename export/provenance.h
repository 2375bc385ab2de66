/*
 * provenance - what proves a case's ledger lines: the lines themselves, their receipts, and the way from each to the root of the
 * tree over the whole ledger (evidence/merkle.h), so that none of the other lines has to be shown.
 *
 * The files, each with a line for each ledger line of the case, in order:
 *   custody.jsonl   the lines exactly as in the ledger
 *   receipts.jsonl  the receipts exactly as in the evidence; the SHA-256 of each, without LF, is its line's receipt_sha256.
 *                   Left out: the receipts of what is withheld, and one that names another case
 *   proofs.jsonl    number, index (number - 1), hashes in base64, the lowest first (RFC 6962, 2.1.1)
 */
#ifndef EXPORT_PROVENANCE_H
#define EXPORT_PROVENANCE_H

#include "evidence/checkpoint.h"
#include "export/spool.h"
#include "schema/store.h"

struct provenance_sources {
    struct store *copy; /* of the case (schema/case_copy.h), up to last_number */
    const char *case_name;
    const char *ledger_folder, *evidence_folder;
    const char *spool_folder;
    int64_t last_number; /* the tree is over the lines up to this one */
};

struct provenance {
    struct checkpoint checkpoint;              /* of those lines; not signed */
    struct spool *custody, *receipts, *proofs; /* owned; whoever takes one sets NULL */
    int64_t line_count, receipt_count;
};

/* Reads the ledger once. ERROR_DAMAGED when a line or a receipt is not the one that history.db or the ledger tells of. The struct
 * is to be released in any case. */
int provenance_gather(struct provenance *provenance, const struct provenance_sources *sources,
                      struct error *err);
void provenance_release(struct provenance *provenance);

#endif
