/*
 * merkle - the tree over the ledger's lines: one hash that stands for all of them, and for each beginning of them
 * (RFC 6962, 2.1, with SHA-256).
 *
 * Lines are added in order; nothing but a hash for each bit of the count is held.
 */
#ifndef EVIDENCE_MERKLE_H
#define EVIDENCE_MERKLE_H

#include "base/sha256.h"

#include <stdbool.h>
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

/* The hash of a leaf, and of a node over two others (`out` may be one of them). */
void merkle_leaf(const void *bytes, size_t length, unsigned char out[SHA256_SIZE]);
void merkle_node(const unsigned char left[SHA256_SIZE], const unsigned char right[SHA256_SIZE],
                 unsigned char out[SHA256_SIZE]);

/* That one leaf is in the tree (RFC 6962, 2.1.1): the hashes beside its way up to the root, the lowest first. */
struct merkle_proof {
    int64_t index; /* of the leaf, from 0 */
    int count;
    unsigned char hashes[MERKLE_LEVELS][SHA256_SIZE];
};

/* Whether the proof leads from the leaf's hash to the root of the tree of `size` leaves. Trusts none of it. */
bool merkle_is_included(const struct merkle_proof *proof, int64_t size,
                        const unsigned char leaf[SHA256_SIZE],
                        const unsigned char root[SHA256_SIZE]);

#endif
