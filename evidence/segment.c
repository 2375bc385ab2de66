/* Appending to a segment. Names and layout: segment_layout.c; reading: segment_reader.c. */
#include "evidence/segment.h"

#include "base/file.h"
#include "base/memory.h"
#include "evidence/segment_layout.h"
#include "evidence/tar_writer.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define OUTPUT_BYTES (256 * 1024)

struct segment {
    char name[SEGMENT_NAME_SIZE];
    char *path;
    int fd;
    struct tar_writer *tar;
    struct member_writer *member;
    struct sha256 *entry_hash;   /* of the stored bytes of this entry */
    struct sha256 *package_hash; /* of its raw package bytes */
    int64_t written_bytes;       /* in the file */
    struct buffer output;        /* behind them, not written yet */
    bool begun;                  /* an entry is open */
    bool closed;                 /* sealed, or in a state that nobody knows */
    struct segment_entry entry;  /* the open one, as far as known */
    int64_t package_bytes;       /* of it taken so far */
};

/* ---- from tar blocks through members to the file ---- */

static int64_t position(const struct segment *segment)
{
    return segment->written_bytes + (int64_t)segment->output.length;
}

static int flush(struct segment *segment, struct error *err)
{
    if (file_write(segment->fd, segment->path, segment->output.bytes, segment->output.length, err))
        return error_at_offset(err, segment->written_bytes);
    segment->written_bytes += (int64_t)segment->output.length;
    buffer_clear(&segment->output);
    return 0;
}

static int put_stored(void *context, const void *bytes, size_t length, struct error *err)
{
    struct segment *segment = context;
    sha256_update(segment->entry_hash, bytes, length);
    while (length > 0) {
        size_t used = buffer_append_some(&segment->output, bytes, length);
        bytes = (const char *)bytes + used;
        length -= used;
        if (segment->output.length == segment->output.limit && flush(segment, err))
            return -1;
    }
    return 0;
}

static int put_tar(void *context, const void *bytes, size_t length, struct error *err)
{
    struct segment *segment = context;
    return member_write(segment->member, bytes, length, err);
}

/* ---- opening and closing ---- */

/* For reading and writing at its end; sets *created. */
static int open_file(const char *path, bool *created, struct error *err)
{
    struct stat status;
    *created = lstat(path, &status) != 0 && errno == ENOENT;
    if (*created)
        return file_open(path, O_RDWR | O_CREAT | O_EXCL, err);
    int fd = file_open(path, O_RDONLY | O_NONBLOCK, err);
    if (fd < 0)
        return -1;
    bool regular = fstat(fd, &status) == 0 && S_ISREG(status.st_mode);
    close(fd);
    if (!regular)
        error_set(err, ERROR_ARCHIVE, "not a regular file; move it away");
    else if (!(status.st_mode & S_IWUSR))
        /* Asked of the mode, as root may write to a read-only file. */
        error_set(err, ERROR_ARCHIVE, "the segment is sealed: nothing may be added to it");
    else
        return file_open(path, O_RDWR, err);
    return error_at_path(err, path);
}

static struct segment *segment_new(const char *folder, const char *name)
{
    struct segment *segment = memory_zeroed(1, sizeof *segment);
    snprintf(segment->name, sizeof segment->name, "%s", name);
    segment->path = file_join(folder, name);
    segment->fd = -1;
    segment->tar = tar_writer_new(put_tar, segment);
    segment->member = member_writer_new(put_stored, segment);
    segment->entry_hash = sha256_new();
    segment->package_hash = sha256_new();
    buffer_init(&segment->output, OUTPUT_BYTES);
    return segment;
}

static int check_name(const char *name, struct error *err)
{
    enum segment_class class;
    int number;
    if (segment_parse_name(name, &class, &number))
        return error_set(err, ERROR_ARCHIVE, "\"%.60s\" is no name of a segment", name);
    return 0;
}

struct segment *segment_open(const char *folder, const char *name, struct error *err)
{
    if (check_name(name, err))
        return NULL;
    struct segment *segment = segment_new(folder, name);
    bool created;
    segment->fd = open_file(segment->path, &created, err);
    if (segment->fd < 0 || (created && file_sync_folder_of(segment->path, err)))
        goto fail;
    off_t end = lseek(segment->fd, 0, SEEK_END);
    if (end < 0) {
        error_set_errno(err, ERROR_IO, errno, "cannot find the end of the segment");
        error_at_path(err, segment->path);
        goto fail;
    }
    segment->written_bytes = end;
    return segment;
fail:
    segment_close(segment);
    return NULL;
}

struct segment *segment_open_to_seal(const char *folder, const char *name, struct error *err)
{
    if (check_name(name, err))
        return NULL;
    struct segment *segment = segment_new(folder, name);
    segment->closed = true;
    segment->fd = file_open(segment->path, O_RDONLY, err);
    if (segment->fd >= 0)
        segment->written_bytes = file_size(segment->fd, segment->path, err);
    if (segment->fd >= 0 && segment->written_bytes >= 0)
        return segment;
    segment_close(segment);
    return NULL;
}

void segment_close(struct segment *segment)
{
    if (!segment)
        return;
    if (segment->fd >= 0)
        close(segment->fd);
    tar_writer_free(segment->tar);
    member_writer_free(segment->member);
    sha256_free(segment->entry_hash);
    sha256_free(segment->package_hash);
    buffer_release(&segment->output);
    free(segment->path);
    free(segment);
}

int64_t segment_size(const struct segment *segment)
{
    return segment->begun ? segment->entry.entry_offset : position(segment);
}

/* ---- entries ---- */

static int check_open(const struct segment *segment, struct error *err)
{
    if (!segment->closed)
        return 0;
    error_set(err, ERROR_ARCHIVE,
              "nothing may be added to the segment any more: it is sealed, or writing to it failed "
              "before; begin anew");
    return error_at_path(err, segment->path);
}

static void begin_entry(struct segment *segment)
{
    segment->begun = true;
    segment->package_bytes = 0;
    segment->entry = (struct segment_entry){.entry_offset = position(segment)};
    snprintf(segment->entry.segment, sizeof segment->entry.segment, "%s", segment->name);
    sha256_reset(segment->entry_hash);
    sha256_reset(segment->package_hash);
}

int segment_begin_package(struct segment *segment, const char package_sha256[SHA256_HEX_SIZE],
                          int64_t size_bytes, int64_t mtime_seconds, struct error *err)
{
    if (check_open(segment, err))
        return -1;
    if (segment->begun || !sha256_is_hex(package_sha256) || size_bytes < 0)
        return error_set(err, ERROR_USAGE, "a package needs its SHA-256, its size, and its turn");
    begin_entry(segment);
    struct segment_entry *entry = &segment->entry;
    entry->has_package = true;
    entry->size_bytes = size_bytes;
    memcpy(entry->package_sha256, package_sha256, SHA256_HEX_SIZE);
    char name[SEGMENT_LAYOUT_NAME_SIZE];
    segment_layout_package_name(package_sha256, name);
    if (tar_writer_header(segment->tar, name, size_bytes, mtime_seconds, err) ||
        member_finish(segment->member, err))
        return error_at_path(err, segment->path);
    entry->offset = position(segment);
    return 0;
}

/* An input that is being written to while we read it: hash and size no longer fit. */
static int changed(struct segment *segment, struct error *err)
{
    return error_set(err, ERROR_REJECTED,
                     "the package is not the %lld bytes it was at first: it changed while it was "
                     "read; try again when it is complete",
                     (long long)segment->entry.size_bytes);
}

int segment_write(struct segment *segment, const void *bytes, size_t length, struct error *err)
{
    if (!segment->begun || !segment->entry.has_package)
        return error_set(err, ERROR_USAGE, "no package was begun");
    if ((int64_t)length > segment->entry.size_bytes - segment->package_bytes)
        return changed(segment, err);
    sha256_update(segment->package_hash, bytes, length);
    segment->package_bytes += (int64_t)length;
    while (length > 0) {
        size_t room = (size_t)(MEMBER_MAX_RAW_BYTES - member_raw_bytes(segment->member));
        size_t part = length < room ? length : room;
        if (tar_writer_data(segment->tar, bytes, part, err))
            return error_at_path(err, segment->path);
        if (part == room && member_finish(segment->member, err))
            return error_at_path(err, segment->path);
        bytes = (const char *)bytes + part;
        length -= part;
    }
    return 0;
}

void segment_written_sha256(struct segment *segment, char hex[SHA256_HEX_SIZE])
{
    sha256_finish(segment->package_hash, hex);
}

/* Ends the last data member; an empty package is one empty member. */
static int finish_package(struct segment *segment, struct error *err)
{
    struct segment_entry *entry = &segment->entry;
    if (segment->package_bytes != entry->size_bytes)
        return changed(segment, err);
    bool is_open = member_raw_bytes(segment->member) > 0 || entry->size_bytes == 0;
    if (is_open && member_finish(segment->member, err))
        return error_at_path(err, segment->path);
    entry->stored_bytes = position(segment) - entry->offset;
    return 0;
}

int segment_finish_entry(struct segment *segment, int64_t receipt_number, const char *receipt,
                         size_t receipt_length, int64_t mtime_seconds, struct segment_entry *entry,
                         struct error *err)
{
    if (check_open(segment, err))
        return -1;
    if (receipt_number < 1)
        return error_set(err, ERROR_USAGE, "a receipt needs its ledger number");
    if (receipt_length > SEGMENT_RECEIPT_BYTES)
        return error_set(err, ERROR_LIMIT, "the receipt is longer than %d bytes; shorten the note",
                         SEGMENT_RECEIPT_BYTES);
    if (segment->begun) {
        if (finish_package(segment, err))
            return -1;
    } else {
        begin_entry(segment);
    }
    char name[SEGMENT_LAYOUT_NAME_SIZE];
    segment_layout_receipt_name(receipt_number, name);
    /* Written to the file whole, so that abandoning an entry never costs the one before. */
    if (tar_writer_header(segment->tar, name, (int64_t)receipt_length, mtime_seconds, err) ||
        tar_writer_data(segment->tar, receipt, receipt_length, err) ||
        tar_writer_finish_entry(segment->tar, err) || member_finish(segment->member, err) ||
        flush(segment, err))
        return error_at_path(err, segment->path);
    segment->entry.receipt_number = receipt_number;
    sha256_of(receipt, receipt_length, segment->entry.receipt_sha256);
    segment->entry.entry_bytes = position(segment) - segment->entry.entry_offset;
    sha256_finish(segment->entry_hash, segment->entry.entry_sha256);
    segment->begun = false;
    *entry = segment->entry;
    return 0;
}

int segment_cut_back(struct segment *segment, int64_t size, struct error *err)
{
    segment->begun = false;
    member_abandon(segment->member);
    tar_writer_free(segment->tar);
    segment->tar = tar_writer_new(put_tar, segment);
    buffer_clear(&segment->output);
    segment->closed = true;
    if (file_truncate(segment->fd, segment->path, size, err))
        return -1;
    if (lseek(segment->fd, (off_t)size, SEEK_SET) < 0) {
        error_set_errno(err, ERROR_IO, errno, "cannot go back to the last entry");
        return error_at_path(err, segment->path);
    }
    segment->written_bytes = size;
    segment->closed = false;
    return 0;
}

int segment_abandon_entry(struct segment *segment, struct error *err)
{
    return segment->begun ? segment_cut_back(segment, segment->entry.entry_offset, err) : 0;
}

/* ---- durability ---- */

int segment_sync(struct segment *segment, struct error *err)
{
    if (check_open(segment, err))
        return -1;
    if (file_sync(segment->fd, segment->path, err)) {
        segment->closed = true;
        return -1;
    }
    return 0;
}

static int write_end(struct segment *segment, struct error *err)
{
    if (check_open(segment, err))
        return -1;
    if (segment->begun)
        return error_set(err, ERROR_USAGE, "an entry is open; finish it before the seal");
    /* Some of it may be in the file after an error: recovery cuts it off. */
    segment->closed = true;
    if (tar_writer_end(segment->tar, err) || member_finish(segment->member, err) ||
        flush(segment, err))
        return error_at_path(err, segment->path);
    return file_sync(segment->fd, segment->path, err);
}

int segment_seal(struct segment *segment, bool has_end, int64_t *size_bytes,
                 char sha256[SHA256_HEX_SIZE], struct error *err)
{
    if (!has_end && write_end(segment, err))
        return -1;
    segment->closed = true;
    struct stat status;
    if (fstat(segment->fd, &status) || fchmod(segment->fd, status.st_mode & 07555)) {
        error_set_errno(err, ERROR_IO, errno, "cannot make the sealed segment read-only");
        return error_at_path(err, segment->path);
    }
    if (file_sync(segment->fd, segment->path, err))
        return -1;
    *size_bytes = segment->written_bytes;
    return segment_layout_hash(segment->fd, segment->path, 0, *size_bytes, sha256, err);
}
