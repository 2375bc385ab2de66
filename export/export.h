/*
 * export - a case as one ZIP file that a stranger can verify: a BagIt bag with the packages as they were downloaded, their texts,
 * tables, a report, the case's own database, and the ledger lines of it all with proofs that lead to a signed checkpoint.
 * docs/formats.md says what each file is.
 *
 * The same case, checkpoint and time give the same bytes, unless a package that came in since tells more of an exhibit's machine or
 * action: history.db keeps what is known now. Memory does not grow with the packages and texts; some 3 KiB for each exhibit.
 */
#ifndef EXPORT_EXPORT_H
#define EXPORT_EXPORT_H

#include "evidence/checkpoint.h"
#include "schema/store.h"

#include <stdbool.h>

#define EXPORT_EXHIBITS 200000 /* at most */

/* All borrowed until export_make returns. */
struct export_order {
    const char *path; /* of the ZIP; nothing may be there */
    const char *case_name;
    struct store *reader; /* history.db */
    const char *evidence_folder, *ledger_folder;
    const char *made_at; /* base/time.h: stands for now in all files */
    const char *made_by, *tool;
    const char *timezone;       /* the report shows times in it, too; NULL: UTC only */
    const char (*withheld)[65]; /* package hashes */
    size_t withheld_count;
    const char *withheld_reason;
    bool include_files;   /* packages of kind file go in; else they are refused (ERROR_USAGE) */
    const char *password; /* AES-256 for all files in the ZIP; NULL: none */
    /* The checkpoint over the first last_number lines of the ledger: signed here with `key`, or `checkpoint`, which was signed
     * before and is compared (ERROR_DAMAGED; ERROR_USAGE when the case has changed since). */
    int64_t last_number;
    const struct sign_key *key;
    const struct checkpoint *checkpoint;
    struct text checkpoint_text;
    const struct checkpoint_verifier *verifier; /* of either */
};

struct export_outcome {
    char sha256[SHA256_HEX_SIZE]; /* of the ZIP */
    int64_t size_bytes;           /* of the ZIP */
    int64_t exhibits, withheld, lines;
};

struct export;

/* Writes it all, to the disk, into a file that has no name yet. NULL with err. */
struct export *export_make(const struct export_order *order, struct export_outcome *outcome,
                           struct error *err);

/* Gives the file its name, when it is on disk. */
int export_publish(struct export *export, struct error *err);

/* What was not published is gone. */
void export_free(struct export *export); /* NULL is fine */

#endif
