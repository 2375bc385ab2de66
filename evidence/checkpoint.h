/*
 * checkpoint - a signed statement of what the ledger is: so many lines, and the root of the tree over them. Whoever has
 * one can tell later that those lines are still the same and in the same order.
 *
 * The text is a C2SP tlog-checkpoint (https://c2sp.org/tlog-checkpoint) in a signed note (https://c2sp.org/signed-note)
 * with Ed25519: origin, size, root in base64; an empty line; "— NAME " and base64 of the key's 4-byte id and the
 * signature. The origin is "lrarchive/" and the SHA-256 of the ledger's first line, so each archive has its own.
 */
#ifndef EVIDENCE_CHECKPOINT_H
#define EVIDENCE_CHECKPOINT_H

#include "base/buffer.h"
#include "base/error.h"
#include "base/text.h"
#include "evidence/merkle.h"
#include "evidence/sign.h"

#include <stdint.h>

#define CHECKPOINT_BYTES (64 * 1024) /* of a file at most */
#define CHECKPOINT_NAME_SIZE 128     /* of a key, with the NUL */
#define CHECKPOINT_ORIGIN_SIZE 256

struct checkpoint {
    char origin[CHECKPOINT_ORIGIN_SIZE];
    int64_t size; /* lines */
    unsigned char root[SHA256_SIZE];
};

/* Reads the ledger from its beginning: its first `size` lines, or all of them (-1). ERROR_NOT_FOUND when it has none;
 * ERROR_DAMAGED as ledger_reader_next, and when it has fewer. */
int checkpoint_of_ledger(struct checkpoint *checkpoint, const char *ledger_folder, int64_t size,
                         struct error *err);

/* Appends the signed text. */
void checkpoint_sign(const struct checkpoint *checkpoint, const struct sign_key *key,
                     const char *name, struct buffer *out);

/* A key's name: 1 to CHECKPOINT_NAME_SIZE - 1 bytes without blanks, control characters and '+'. */
bool checkpoint_is_name(const char *name);

/* The verifier key of a signed note, NAME+ID+KEY, that belongs to a private key. */
void checkpoint_write_verifier(const struct sign_key *key, const char *name, struct buffer *out);

struct checkpoint_verifier {
    char name[CHECKPOINT_NAME_SIZE];
    unsigned char id[4];
    unsigned char public_key[SIGN_PUBLIC_SIZE];
};

/* Its text again. */
void checkpoint_rewrite_verifier(const struct checkpoint_verifier *verifier, struct buffer *out);

/* Reads one (white space around it does not count). ERROR_INVALID when it is none. */
int checkpoint_read_verifier(struct checkpoint_verifier *verifier, const char *text,
                             struct error *err);

/* Reads a checkpoint. ERROR_INVALID when it is none; ERROR_DAMAGED when none of its signatures is this key's and good. */
int checkpoint_read(struct checkpoint *checkpoint, struct text text,
                    const struct checkpoint_verifier *verifier, struct error *err);

#endif
