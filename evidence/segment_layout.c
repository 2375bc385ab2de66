#include "evidence/segment_layout.h"

#include "base/file.h"
#include "base/memory.h"
#include "base/stream.h"
#include "base/text.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PACKAGES "packages/"
#define RECEIPTS "receipts/"

const char *segment_class_name(enum segment_class class)
{
    return class == SEGMENT_RESULTS ? "results" : "files";
}

void segment_name(enum segment_class class, int number, char name[SEGMENT_NAME_SIZE])
{
    snprintf(name, SEGMENT_NAME_SIZE, "%s-%06d.tar.gz", segment_class_name(class), number);
}

int segment_parse_name(const char *name, enum segment_class *class, int *number)
{
    const char *dash = strchr(name, '-');
    if (!dash)
        return -1;
    size_t digits = strspn(dash + 1, "0123456789");
    int64_t value;
    if (text_parse_int64(dash + 1, digits, &value) || value < 1 || value > INT32_MAX)
        return -1;
    /* A name is right when it is what we would have written. */
    char wanted[SEGMENT_NAME_SIZE];
    for (enum segment_class each = SEGMENT_RESULTS; each <= SEGMENT_FILES; each++) {
        segment_name(each, (int)value, wanted);
        if (strcmp(name, wanted) == 0) {
            *class = each;
            *number = (int)value;
            return 0;
        }
    }
    return -1;
}

void segment_layout_package_name(const char *sha256, char name[SEGMENT_LAYOUT_NAME_SIZE])
{
    snprintf(name, SEGMENT_LAYOUT_NAME_SIZE, PACKAGES "%s", sha256);
}

void segment_layout_receipt_name(int64_t number, char name[SEGMENT_LAYOUT_NAME_SIZE])
{
    snprintf(name, SEGMENT_LAYOUT_NAME_SIZE, RECEIPTS "%" PRId64 ".json", number);
}

int segment_layout_parse_package_name(const char *name, const char **sha256)
{
    size_t prefix = strlen(PACKAGES);
    if (strncmp(name, PACKAGES, prefix) != 0 || !sha256_is_hex(name + prefix))
        return -1;
    *sha256 = name + prefix;
    return 0;
}

int segment_layout_parse_receipt_name(const char *name, int64_t *number)
{
    size_t prefix = strlen(RECEIPTS);
    if (strncmp(name, RECEIPTS, prefix) != 0)
        return -1;
    size_t digits = strspn(name + prefix, "0123456789");
    if (text_parse_int64(name + prefix, digits, number) || *number < 1)
        return -1;
    char wanted[SEGMENT_LAYOUT_NAME_SIZE];
    segment_layout_receipt_name(*number, wanted);
    return strcmp(name, wanted) == 0 ? 0 : -1;
}

int segment_layout_take_receipt(const struct buffer *member, int64_t package_bytes, int64_t *number,
                                struct buffer *receipt, struct error *err)
{
    size_t padding = tar_padding(package_bytes);
    if (member->length < padding || !tar_is_zero(member->bytes, padding))
        return error_set(err, ERROR_DAMAGED, "the package is not padded with zeros");
    if (member->length == padding)
        return error_set(err, ERROR_DAMAGED, "the receipt is missing");
    const char *next = member->bytes + padding;
    size_t left = member->length - padding;
    struct tar_header header;
    if (tar_header_parse(next, left, &header, err))
        return -1;
    if (segment_layout_parse_receipt_name(header.name, number))
        return error_set(err, ERROR_DAMAGED, "the tar entry is no receipt");
    next += header.header_bytes;
    left -= header.header_bytes;
    if (header.size_bytes > SEGMENT_RECEIPT_BYTES)
        return error_set(err, ERROR_DAMAGED, "the receipt is larger than %d bytes",
                         SEGMENT_RECEIPT_BYTES);
    size_t length = (size_t)header.size_bytes;
    if (left != length + tar_padding(header.size_bytes) ||
        !tar_is_zero(next + length, left - length))
        return error_set(err, ERROR_DAMAGED, "the receipt and its padding do not fill the member");
    if (buffer_append(receipt, next, length))
        return error_set(err, ERROR_LIMIT, "the receipt does not fit %zu bytes", receipt->limit);
    return 0;
}

int segment_layout_open(const char *folder, const char *name, char **path, struct error *err)
{
    enum segment_class class;
    int number;
    *path = file_join(folder, name);
    if (segment_parse_name(name, &class, &number))
        return error_set(err, ERROR_DAMAGED, "\"%.60s\" is no name of a segment", name);
    if (!file_exists(*path)) {
        error_set(err, ERROR_DAMAGED, "the segment is missing; bring it back from a copy");
        return error_at_path(err, *path);
    }
    int fd = file_open(*path, O_RDONLY | O_NONBLOCK, err);
    if (fd < 0)
        return -1;
    struct stat status;
    if (fstat(fd, &status) || !S_ISREG(status.st_mode)) {
        close(fd);
        error_set(err, ERROR_DAMAGED, "the segment is no regular file; bring it back from a copy");
        return error_at_path(err, *path);
    }
    return fd;
}

#define HASH_BLOCK_BYTES (256 * 1024)

int segment_layout_hash(int fd, const char *path, int64_t offset, int64_t length,
                        char sha256[SHA256_HEX_SIZE], struct error *err)
{
    struct file_stream file;
    file_stream_init(&file, fd, path, offset, length);
    struct sha256 *hash = sha256_new();
    char *block = memory_allocate(HASH_BLOCK_BYTES);
    int64_t hashed = 0;
    ssize_t got;
    while ((got = stream_read(&file.stream, block, HASH_BLOCK_BYTES, err)) > 0) {
        sha256_update(hash, block, (size_t)got);
        hashed += got;
    }
    sha256_finish(hash, sha256);
    free(block);
    sha256_free(hash);
    if (got < 0)
        return -1;
    if (length >= 0 && hashed != length) {
        error_set(err, ERROR_DAMAGED,
                  "the segment ends early; bring it back from a copy of the archive");
        error_at_path(err, path);
        return error_at_offset(err, offset + hashed);
    }
    return 0;
}

int segment_layout_read_member(struct member_stream *stream, struct buffer *member,
                               struct error *err)
{
    char block[4096];
    buffer_clear(member);
    for (;;) {
        ssize_t got = stream_read(&stream->stream, block, sizeof block, err);
        if (got <= 0)
            return (int)got;
        if (buffer_append(member, block, (size_t)got))
            return error_set(err, ERROR_DAMAGED,
                             "the gzip member holds more than a header and a receipt can");
    }
}
