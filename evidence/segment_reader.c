/* Reading back what segment.c wrote: packages, receipts, stored bytes. */
#include "evidence/segment.h"

#include "base/file.h"
#include "base/memory.h"
#include "evidence/segment_layout.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BLOCK_BYTES 65536

/* ERROR_DAMAGED unless [offset, offset + length) lies in the file. The numbers are not trusted. */
static int check_range(const struct segment_reader *reader, int64_t offset, int64_t length,
                       struct error *err)
{
    int64_t size = file_size(reader->fd, reader->path, err);
    if (size < 0)
        return -1;
    if (offset >= 0 && offset <= size && length >= 0 && length <= size - offset)
        return 0;
    error_set(err, ERROR_DAMAGED,
              "the segment has %lld bytes, and bytes %lld to %lld of it are asked for: it was cut, "
              "or the place is wrong; bring it back from a copy",
              (long long)size, (long long)offset,
              (long long)(offset >= 0 && length >= 0 && length <= INT64_MAX - offset
                              ? offset + length
                              : INT64_MAX));
    error_at_path(err, reader->path);
    return offset >= 0 ? error_at_offset(err, offset) : -1;
}

int segment_reader_open(struct segment_reader *reader, const char *folder, const char *name,
                        int64_t offset, int64_t stored_bytes, struct error *err)
{
    *reader = (struct segment_reader){.fd = -1};
    reader->fd = segment_layout_open(folder, name, &reader->path, err);
    if (reader->fd < 0 || check_range(reader, offset, stored_bytes, err)) {
        segment_reader_close(reader);
        return -1;
    }
    file_stream_init(&reader->file, reader->fd, reader->path, offset, stored_bytes);
    member_stream_init(&reader->member, &reader->file.stream, offset);
    reader->member.path = reader->path;
    return 0;
}

void segment_reader_close(struct segment_reader *reader)
{
    member_stream_release(&reader->member);
    if (reader->fd >= 0)
        close(reader->fd);
    free(reader->path);
    reader->fd = -1;
    reader->path = NULL;
}

/* ---- receipts ---- */

/* Where the member with the receipt begins; -1 when the entry's numbers do not fit each other. */
static int64_t receipt_offset(const struct segment_entry *entry)
{
    if (entry->entry_offset < 0 || entry->entry_bytes < 1 ||
        entry->entry_bytes > INT64_MAX - entry->entry_offset)
        return -1;
    if (!entry->has_package)
        return entry->entry_offset;
    int64_t end = entry->entry_offset + entry->entry_bytes;
    if (entry->offset < entry->entry_offset || entry->offset > end || entry->stored_bytes < 0 ||
        entry->stored_bytes >= end - entry->offset || entry->size_bytes < 0)
        return -1;
    return entry->offset + entry->stored_bytes;
}

/* The one member that the reader's bytes must be. */
static int take_receipt(struct segment_reader *reader, const struct segment_entry *entry,
                        struct buffer *member, struct buffer *out, struct error *err)
{
    if (segment_layout_read_member(&reader->member, member, err))
        return -1;
    int more = member_stream_next(&reader->member, err);
    if (more < 0)
        return -1;
    if (more > 0)
        return error_set(err, ERROR_DAMAGED, "bytes follow the receipt within its entry");
    int64_t number;
    if (segment_layout_take_receipt(member, entry->has_package ? entry->size_bytes : 0, &number,
                                    out, err))
        return -1;
    if (entry->receipt_number > 0 && number != entry->receipt_number)
        return error_set(err, ERROR_DAMAGED, "here is the receipt of ledger line %lld, not of %lld",
                         (long long)number, (long long)entry->receipt_number);
    return 0;
}

int segment_read_receipt(const char *folder, const struct segment_entry *entry, struct buffer *out,
                         struct error *err)
{
    buffer_clear(out);
    int64_t begin = receipt_offset(entry);
    if (begin < 0)
        return error_set(err, ERROR_DAMAGED, "the entry's offsets and lengths do not fit together");
    struct segment_reader reader;
    int64_t length = entry->entry_offset + entry->entry_bytes - begin;
    if (segment_reader_open(&reader, folder, entry->segment, begin, length, err))
        return -1;
    struct buffer member;
    buffer_init(&member, SEGMENT_LAYOUT_MEMBER_BYTES);
    member_stream_one_by_one(&reader.member);
    int result = take_receipt(&reader, entry, &member, out, err);
    if (result) {
        error_at_path(err, reader.path);
        error_at_offset(err, begin);
    }
    buffer_release(&member);
    segment_reader_close(&reader);
    return result;
}

/* ---- packages and stored bytes ---- */

/* Reads to the end, but never much more than `size_bytes`, and gives size and hash. */
static int hash_package(struct stream *stream, int64_t size_bytes, int64_t *read_bytes,
                        char sha256[SHA256_HEX_SIZE], struct error *err)
{
    struct sha256 *hash = sha256_new();
    char *block = memory_allocate(BLOCK_BYTES);
    ssize_t got = 1;
    *read_bytes = 0;
    while (got > 0 && *read_bytes <= size_bytes) {
        got = stream_read(stream, block, BLOCK_BYTES, err);
        if (got > 0) {
            sha256_update(hash, block, (size_t)got);
            *read_bytes += got;
        }
    }
    sha256_finish(hash, sha256);
    sha256_free(hash);
    free(block);
    return got < 0 ? -1 : 0;
}

int segment_check_package(const char *folder, const char *name, int64_t offset,
                          int64_t stored_bytes, int64_t size_bytes,
                          const char package_sha256[SHA256_HEX_SIZE], struct error *err)
{
    struct segment_reader reader;
    if (segment_reader_open(&reader, folder, name, offset, stored_bytes, err))
        return -1;
    int64_t read_bytes;
    char sha256[SHA256_HEX_SIZE];
    int result = hash_package(&reader.member.stream, size_bytes, &read_bytes, sha256, err);
    if (result == 0 && (read_bytes != size_bytes || strcmp(sha256, package_sha256) != 0)) {
        error_set(err, ERROR_DAMAGED,
                  "the package stored here is not %.64s of %lld bytes any more; bring the segment "
                  "back from a copy",
                  package_sha256, (long long)size_bytes);
        error_at_path(err, reader.path);
        result = error_at_offset(err, offset);
    }
    segment_reader_close(&reader);
    return result;
}

int segment_hash_stored(const char *folder, const char *name, int64_t offset, int64_t length,
                        char sha256[SHA256_HEX_SIZE], struct error *err)
{
    struct segment_reader reader;
    if (segment_reader_open(&reader, folder, name, offset, length < 0 ? 0 : length, err))
        return -1;
    int result = segment_layout_hash(reader.fd, reader.path, offset, length, sha256, err);
    segment_reader_close(&reader);
    return result;
}
