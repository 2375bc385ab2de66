/*
 * merkle - the tree over the ledger's lines: one hash that stands for all of them, and for each beginning of them
 * (RFC 6962, 2.1, with SHA-256).
 *
 * Lines are added in order; nothing but a hash for each bit of the count is held.
 */
#ifndef EVIDENCE_MERKLE_H
#define EVIDENCE_MERKLE_H

#include "base/sha256.h"

#include <stddef.h>
#include <stdint.h>

#define MERKLE_LEVELS 63

/* A zeroed struct is the empty tree. */
struct merkle {
    int64_t size; /* leaves */
    unsigned char complete[MERKLE_LEVELS]
                          [SHA256_SIZE]; /* roots of the whole subtrees, the largest first */
    int count;                           /* of them */
};

/* Adds a leaf: the bytes of a line, without its LF. */
void merkle_add(struct merkle *tree, const void *bytes, size_t length);

/* The root of what was added. */
void merkle_root(const struct merkle *tree, unsigned char root[SHA256_SIZE]);

#endif
