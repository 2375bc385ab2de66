/*
 * segment_layout - what segment writers, readers and the scanner must agree on: names and the
 * member that ends an entry. Private to this room.
 */
#ifndef EVIDENCE_SEGMENT_LAYOUT_H
#define EVIDENCE_SEGMENT_LAYOUT_H

#include "base/buffer.h"
#include "base/error.h"
#include "base/sha256.h"
#include "evidence/member.h"
#include "evidence/segment.h"
#include "evidence/tar_header.h"

#include <stddef.h>
#include <stdint.h>

/* Raw bytes at most in a member that is not package data: padding, headers, receipt, padding. */
#define SEGMENT_LAYOUT_MEMBER_BYTES                                                                \
    (SEGMENT_RECEIPT_BYTES + 5 * TAR_BLOCK_BYTES + TAR_EXTENDED_BYTES)

#define SEGMENT_LAYOUT_NAME_SIZE 80

void segment_layout_package_name(const char *sha256, char name[SEGMENT_LAYOUT_NAME_SIZE]);
void segment_layout_receipt_name(int64_t number, char name[SEGMENT_LAYOUT_NAME_SIZE]);

/* The hash or the number in such a name: 0, or -1 when it is none. *sha256 points into `name`. */
int segment_layout_parse_package_name(const char *name, const char **sha256);
int segment_layout_parse_receipt_name(const char *name, int64_t *number);

/* Takes apart an entry's last member: the padding of a package of `package_bytes` (0 without one),
 * header, receipt, padding, and nothing else. Sets *number and appends the receipt to `receipt`.
 * ERROR_DAMAGED without path and offset. */
int segment_layout_take_receipt(const struct buffer *member, int64_t package_bytes, int64_t *number,
                                struct buffer *receipt, struct error *err);

/* Opens folder/name for reading; *path is the caller's to free, also after -1. A name that is no
 * segment's, a file that is missing, or one that is no regular file: ERROR_DAMAGED. */
int segment_layout_open(const char *folder, const char *name, char **path, struct error *err);

/* Reads the member that comes next, to its end, into `member` (cleared first; its limit counts).
 * The stream stops member by member. ERROR_DAMAGED when the member holds more than the limit. */
int segment_layout_read_member(struct member_stream *stream, struct buffer *member,
                               struct error *err);

/* SHA-256 of bytes [offset, offset + length) of an open file; length -1: to its end. ERROR_DAMAGED
 * when the file ends before. */
int segment_layout_hash(int fd, const char *path, int64_t offset, int64_t length,
                        char sha256[SHA256_HEX_SIZE], struct error *err);

#endif
