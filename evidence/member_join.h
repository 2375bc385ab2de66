/*
 * member_join - the gzip members of a package as one raw deflate stream (RFC 1951), without compressing again: what a ZIP entry
 * holds.
 *
 * The members' deflate data is passed on with the mark of the last block taken from each, each brought to a whole byte by an
 * empty stored block (3.2.4), and an empty last block behind them all. On the way everything is inflated, so the raw bytes'
 * SHA-256, CRC-32 and count are known at the end, and each member's own CRC-32 and length were checked.
 */
#ifndef EVIDENCE_MEMBER_JOIN_H
#define EVIDENCE_MEMBER_JOIN_H

#include "base/sha256.h"
#include "base/stream.h"

#include <stdint.h>

struct member_join {
    struct stream stream;         /* gives the deflate stream */
    struct member_joiner *joiner; /* private */
};

/* `packed` gives whole members and nothing else, and is borrowed; `packed_base` is the offset of its first byte in the file
 * `path`, for messages. Damage is ERROR_DAMAGED, as of a member_stream (member.h). */
void member_join_init(struct member_join *join, struct stream *packed, int64_t packed_base,
                      const char *path);
void member_join_release(struct member_join *join);

/* Of the raw bytes, after the stream has ended. */
int64_t member_join_raw_bytes(const struct member_join *join);
uint32_t member_join_crc32(const struct member_join *join);
void member_join_sha256(const struct member_join *join, char sha256[SHA256_HEX_SIZE]);

#endif
