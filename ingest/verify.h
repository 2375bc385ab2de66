/*
 * verify - is everything in the archive what it was? Reads only; takes no lock.
 *
 * Quick: FORMAT.txt, the ledger's numbers and chain, the size of every segment against its lines,
 * history.db's last line against the ledger, SQLite's own check. Full, besides: every entry's
 * stored hash, every package inflated and hashed, every receipt, every sealed segment's hash, every
 * ledger line's hash in history.db, every normalised output's hash.
 */
#ifndef INGEST_VERIFY_H
#define INGEST_VERIFY_H

#include "ingest/archive.h"

struct verify_options {
    bool quick;
    int64_t subset_part, subset_of; /* N/T of the packages and texts; 1/1 is all */
};

enum verify_kind {
    VERIFY_DAMAGE,   /* not what it was */
    VERIFY_TAIL,     /* bytes behind the last acknowledged one: a crash, or a running ingest */
    VERIFY_UNPARSED, /* evidence that no version has been able to read */
};

/* "damage" "tail" "unparsed" */
const char *verify_kind_name(enum verify_kind kind);

/* One finding; borrowed for the call. */
struct verify_finding {
    enum verify_kind kind;
    const char *path; /* file or package */
    int64_t offset;   /* byte, -1 unknown */
    const char *message;
};

struct verify_summary {
    int64_t lines, packages, segments, texts; /* looked at */
    int64_t bytes;                            /* of packages, raw, inflated and hashed */
    int64_t damages, tails, unparsed;
};

typedef int verify_call(void *context, const struct verify_finding *finding, struct error *err);

/* 0 when the whole check could be made, whatever it found. -1: it could not (or the call said so). */
int verify_archive(struct archive *archive, const struct verify_options *options,
                   verify_call *finding, void *context, struct verify_summary *summary,
                   struct error *err);

#endif
