/*
 * check - is an export what it was? Reads the ZIP alone, without any archive, and trusts none of it.
 *
 * The bag: one folder, every file in exactly one manifest and with the hash that stands there, nothing missing and nothing
 * besides. The proofs: the checkpoint is signed by the key, each line of custody.jsonl is one of the lines it stands for, each
 * receipt's hash and each package's stand in such a line, packages are named by their hash.
 *
 * What is read out of the originals (texts, tables, report) is held by the manifests only, and those by no signature.
 */
#ifndef EXPORT_CHECK_H
#define EXPORT_CHECK_H

#include "base/error.h"
#include "evidence/checkpoint.h"

#include <stdint.h>

struct check_options {
    const char *path;
    const char *password;                       /* NULL: none */
    const struct checkpoint_verifier *verifier; /* NULL: the key that lies in the export */
};

struct check_summary {
    int64_t files, bytes; /* read; unpacked */
    int64_t packages, lines, receipts;
    int64_t damages;
    struct checkpoint checkpoint; /* size 0: none could be read */
    struct checkpoint_verifier verifier;
};

/* One finding: the file in the ZIP, and what is wrong with it. Borrowed for the call. */
typedef int check_call(void *context, const char *name, const char *message, struct error *err);

/* 0 when the whole check could be made, whatever it found. */
int check_export(const struct check_options *options, check_call *finding, void *context,
                 struct check_summary *summary, struct error *err);

#endif
