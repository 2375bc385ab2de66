/*
 * merkle_record - a tree (merkle.h) of which every whole subtree's hash is kept, in a file without a name, so that any leaf's
 * proof can be read from it.
 *
 * First all leaves, then the finish, then root and proofs. The file holds 64 bytes a leaf; memory holds one block.
 */
#ifndef EVIDENCE_MERKLE_RECORD_H
#define EVIDENCE_MERKLE_RECORD_H

#include "base/error.h"
#include "evidence/merkle.h"

struct merkle_record;

/* Its file is made in `folder`. NULL: ERROR_IO. */
struct merkle_record *merkle_record_new(const char *folder, struct error *err);
void merkle_record_free(struct merkle_record *record); /* NULL is fine */

/* As merkle_add. */
int merkle_record_add(struct merkle_record *record, const void *bytes, size_t length,
                      struct error *err);
int merkle_record_finish(struct merkle_record *record, struct error *err);

int64_t merkle_record_size(const struct merkle_record *record);
void merkle_record_root(const struct merkle_record *record, unsigned char root[SHA256_SIZE]);

/* The proof of leaf `index`, which must be below the size. */
int merkle_record_prove(const struct merkle_record *record, int64_t index,
                        struct merkle_proof *proof, struct error *err);

#endif
