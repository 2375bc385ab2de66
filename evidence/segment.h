/*
 * segment - one evidence file: a tar of packages and receipts, cut into gzip members.
 *
 * An entry is what one ledger event adds. With a package: member 1 holds the tar header of
 * `packages/<sha256>`, then data members of at most 16 MiB raw, then one member with the tar
 * padding, the header of `receipts/<ledger number>.json`, the receipt and its padding. Without one
 * (the bytes are stored already): only a member with the receipt's header, text and padding. So a
 * package is cut out by offset and length, inflates to exactly its bytes (an empty package is one
 * empty member), and `tar tzf` lists everything. libarchive makes the tar blocks (pax restricted,
 * mode 0400, uid and gid 0, mtime the acquisition's second), zlib the members. Nobody locks here:
 * the caller holds the archive's lock.
 */
#ifndef EVIDENCE_SEGMENT_H
#define EVIDENCE_SEGMENT_H

#include "base/buffer.h"
#include "base/error.h"
#include "base/sha256.h"
#include "base/stream.h"
#include "evidence/member.h"

#include <stdbool.h>
#include <stdint.h>

#define SEGMENT_NAME_SIZE 40
#define SEGMENT_RECEIPT_BYTES (512 * 1024) /* a receipt's text at most */

enum segment_class { SEGMENT_RESULTS, SEGMENT_FILES };

/* "results" or "files" */
const char *segment_class_name(enum segment_class class);

/* "results-000001.tar.gz" */
void segment_name(enum segment_class class, int number, char name[SEGMENT_NAME_SIZE]);

/* Parses such a name: 0, or -1 when it is none. */
int segment_parse_name(const char *name, enum segment_class *class, int *number);

/* Where an entry and its package's data lie, in bytes of the segment file. */
struct segment_entry {
    char segment[SEGMENT_NAME_SIZE];
    bool has_package;
    char package_sha256[SHA256_HEX_SIZE]; /* "" without a package */
    int64_t size_bytes;                   /* raw */
    int64_t offset;                       /* of the first data member */
    int64_t stored_bytes;                 /* of the data members together */
    int64_t entry_offset;
    int64_t entry_bytes;
    char entry_sha256[SHA256_HEX_SIZE]; /* of the entry as stored */
    int64_t receipt_number;
    char receipt_sha256[SHA256_HEX_SIZE]; /* of the receipt's text */
};

/* A segment open for appending. */
struct segment;

/* Opens or creates `folder`/`name` and positions at its end. A new file's folder is fsynced.
 * NULL with err on failure (also when the file is read-only because it is sealed: ERROR_ARCHIVE). */
struct segment *segment_open(const char *folder, const char *name, struct error *err);
/* As segment_open for a file that already ends in whole end-of-archive blocks, also when it is
 * read-only already (the crash came between the seal and its ledger line). Only
 * segment_seal(has_end true) and segment_close may follow. */
struct segment *segment_open_to_seal(const char *folder, const char *name, struct error *err);
void segment_close(struct segment *segment); /* NULL is fine; never fsyncs */

int64_t segment_size(const struct segment *segment); /* bytes in the file, all entries written */

/* Begins an entry with a package whose SHA-256 and size are known. */
int segment_begin_package(struct segment *segment, const char package_sha256[SHA256_HEX_SIZE],
                          int64_t size_bytes, int64_t mtime_seconds, struct error *err);
/* Its bytes, in order; together exactly size_bytes (else ERROR_REJECTED, here or at the end: the
 * input changed while it was read). After any -1 up to segment_finish_entry: abandon the entry. */
int segment_write(struct segment *segment, const void *bytes, size_t length, struct error *err);
/* SHA-256 of the bytes written since begin_package; once, after the last. The caller compares. */
void segment_written_sha256(struct segment *segment, char hex[SHA256_HEX_SIZE]);
/* Ends the entry with its receipt, or makes an entry of a receipt alone. The entry's bytes are then
 * in the file, though not fsynced. A receipt too long is ERROR_LIMIT. */
int segment_finish_entry(struct segment *segment, int64_t receipt_number, const char *receipt,
                         size_t receipt_length, int64_t mtime_seconds, struct segment_entry *entry,
                         struct error *err);
/* Cuts the begun entry off again. */
int segment_abandon_entry(struct segment *segment, struct error *err);
/* Cuts off all that was added since the file had `size` bytes (segment_size): whole entries, too, that no ledger line tells of. */
int segment_cut_back(struct segment *segment, int64_t size, struct error *err);

int segment_sync(struct segment *segment, struct error *err);

/* Writes the end-of-archive blocks as a member of their own, fsyncs, makes the file read-only and
 * gives its size and SHA-256 (read back from the file). Finishes a half-made seal, too: when the
 * file already ends in whole end-of-archive blocks (`has_end`), they are not written again. */
int segment_seal(struct segment *segment, bool has_end, int64_t *size_bytes,
                 char sha256[SHA256_HEX_SIZE], struct error *err);

/* A package's raw bytes as a stream, straight from the segment. Must not move while open. */
struct segment_reader {
    struct file_stream file;
    struct member_stream member; /* read from &reader.member.stream */
    int fd;
    char *path;
};

int segment_reader_open(struct segment_reader *reader, const char *folder, const char *name,
                        int64_t offset, int64_t stored_bytes, struct error *err);
void segment_reader_close(struct segment_reader *reader);

/* The receipt of an entry into `out` (cleared first; its limit at least SEGMENT_RECEIPT_BYTES).
 * Only `segment`, `entry_offset`, `entry_bytes`, and for entries with a package has_package,
 * size_bytes, offset and stored_bytes are used; none of them is trusted. Checks the tar name
 * against receipt_number when that is > 0. */
int segment_read_receipt(const char *folder, const struct segment_entry *entry, struct buffer *out,
                         struct error *err);

/* Reads package data back, inflates, and compares SHA-256 and size: ERROR_DAMAGED if they differ. */
int segment_check_package(const char *folder, const char *name, int64_t offset,
                          int64_t stored_bytes, int64_t size_bytes,
                          const char package_sha256[SHA256_HEX_SIZE], struct error *err);

/* SHA-256 of stored bytes [offset, offset + length) of a segment; ERROR_DAMAGED when the file is
 * shorter. length -1: to the end of the file. */
int segment_hash_stored(const char *folder, const char *name, int64_t offset, int64_t length,
                        char sha256[SHA256_HEX_SIZE], struct error *err);

/* Walks entries from an offset to the end of the file, checking everything: members inflate, tar
 * names and sizes fit, data matches its name, receipts are whole. */
enum segment_scan {
    SEGMENT_SCAN_ENTRY,          /* *entry and *receipt are set */
    SEGMENT_SCAN_END,            /* the file ends cleanly here */
    SEGMENT_SCAN_END_OF_ARCHIVE, /* whole end-of-archive blocks end the file */
    SEGMENT_SCAN_TORN,           /* what follows `*position` is no whole entry */
    SEGMENT_SCAN_ERROR,          /* the file could not be read */
};

struct segment_scanner;

struct segment_scanner *segment_scanner_open(const char *folder, const char *name, int64_t from,
                                             struct error *err);
void segment_scanner_close(struct segment_scanner *scanner);
/* `receipt` is cleared first. *position is the offset behind the last whole entry; for TORN, err
 * says why. */
enum segment_scan segment_scan_next(struct segment_scanner *scanner, struct segment_entry *entry,
                                    struct buffer *receipt, int64_t *position, struct error *err);

#endif
