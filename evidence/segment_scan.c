/* Walking a segment's tail after a crash: what is a whole entry, and where the whole ones end. */
#include "evidence/segment.h"

#include "base/file.h"
#include "base/json.h"
#include "base/memory.h"
#include "evidence/segment_layout.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BLOCK_BYTES 65536

struct segment_scanner {
    struct segment_reader reader;
    char name[SEGMENT_NAME_SIZE];
    int64_t from;
    int64_t position; /* behind the last whole entry */
    struct sha256 *hash;
    struct buffer member;
    char *block;
    enum segment_scan state; /* SEGMENT_SCAN_ENTRY while it may go on */
    struct error why;
};

struct segment_scanner *segment_scanner_open(const char *folder, const char *name, int64_t from,
                                             struct error *err)
{
    struct segment_scanner *scanner = memory_zeroed(1, sizeof *scanner);
    if (segment_reader_open(&scanner->reader, folder, name, from, 0, err)) {
        free(scanner);
        return NULL;
    }
    file_stream_init(&scanner->reader.file, scanner->reader.fd, scanner->reader.path, from, -1);
    member_stream_one_by_one(&scanner->reader.member);
    snprintf(scanner->name, sizeof scanner->name, "%s", name);
    scanner->from = scanner->position = from;
    scanner->hash = sha256_new();
    scanner->block = memory_allocate(BLOCK_BYTES);
    scanner->state = SEGMENT_SCAN_ENTRY;
    buffer_init(&scanner->member, SEGMENT_LAYOUT_MEMBER_BYTES);
    return scanner;
}

void segment_scanner_close(struct segment_scanner *scanner)
{
    if (!scanner)
        return;
    segment_reader_close(&scanner->reader);
    sha256_free(scanner->hash);
    buffer_release(&scanner->member);
    free(scanner->block);
    free(scanner);
}

/* Offset in the file behind the members read whole. */
static int64_t reached(const struct segment_scanner *scanner)
{
    return scanner->from + member_stream_position(&scanner->reader.member);
}

static int torn(struct segment_scanner *scanner, const char *what)
{
    error_set(&scanner->why, ERROR_DAMAGED, "no whole entry: %s", what);
    return -1;
}

/* The next member of the entry, which must be there. */
static int enter_member(struct segment_scanner *scanner)
{
    int more = member_stream_next(&scanner->reader.member, &scanner->why);
    return more == 0 ? torn(scanner, "it ends early") : more < 0 ? -1 : 0;
}

static int read_member(struct segment_scanner *scanner)
{
    return segment_layout_read_member(&scanner->reader.member, &scanner->member, &scanner->why);
}

/* Hashes one data member; `left` bytes of the package are still to come. */
static int hash_data_member(struct segment_scanner *scanner, int64_t left, int64_t *member_bytes)
{
    if (enter_member(scanner))
        return -1;
    ssize_t got = 1;
    *member_bytes = 0;
    while (got > 0) {
        got =
            stream_read(&scanner->reader.member.stream, scanner->block, BLOCK_BYTES, &scanner->why);
        if (got < 0)
            return -1;
        sha256_update(scanner->hash, scanner->block, (size_t)got);
        *member_bytes += got;
        if (*member_bytes > left || *member_bytes > MEMBER_MAX_RAW_BYTES)
            return torn(scanner, "a data member is too large");
    }
    if (*member_bytes == 0 && left > 0)
        return torn(scanner, "a data member is empty");
    return 0;
}

static int scan_data(struct segment_scanner *scanner, struct segment_entry *entry)
{
    int64_t done = 0, member_bytes;
    entry->offset = reached(scanner);
    sha256_reset(scanner->hash);
    do {
        if (hash_data_member(scanner, entry->size_bytes - done, &member_bytes))
            return -1;
        done += member_bytes;
    } while (done < entry->size_bytes);
    entry->stored_bytes = reached(scanner) - entry->offset;
    char sha256[SHA256_HEX_SIZE];
    sha256_finish(scanner->hash, sha256);
    if (strcmp(sha256, entry->package_sha256) != 0)
        return torn(scanner, "the package's bytes do not match its name");
    return enter_member(scanner) ? -1 : read_member(scanner);
}

/* A receipt is whole when it is JSON that gives its own number. */
static int check_receipt(struct segment_scanner *scanner, const struct buffer *receipt,
                         int64_t number)
{
    struct json_object *object = json_object_parse(receipt->bytes, receipt->length, &scanner->why);
    if (!object)
        return torn(scanner, "the receipt is not JSON");
    int64_t written;
    bool fits = json_object_int64(object, "number", &written) && written == number;
    json_object_free(object);
    return fits ? 0 : torn(scanner, "the receipt's number is not the one in its name");
}

/* An entry whose first member has been read. */
static int scan_entry(struct segment_scanner *scanner, struct segment_entry *entry,
                      struct buffer *receipt)
{
    struct tar_header header;
    const char *sha256;
    *entry = (struct segment_entry){.entry_offset = scanner->position};
    snprintf(entry->segment, sizeof entry->segment, "%s", scanner->name);
    if (tar_header_parse(scanner->member.bytes, scanner->member.length, &header, &scanner->why))
        return -1;
    if (segment_layout_parse_package_name(header.name, &sha256) == 0) {
        if (header.header_bytes != scanner->member.length)
            return torn(scanner, "bytes follow the package's header within its member");
        entry->has_package = true;
        entry->size_bytes = header.size_bytes;
        memcpy(entry->package_sha256, sha256, SHA256_HEX_SIZE);
        if (scan_data(scanner, entry))
            return -1;
    }
    if (segment_layout_take_receipt(&scanner->member, entry->size_bytes, &entry->receipt_number,
                                    receipt, &scanner->why) ||
        check_receipt(scanner, receipt, entry->receipt_number))
        return -1;
    sha256_of(receipt->bytes, receipt->length, entry->receipt_sha256);
    entry->entry_bytes = reached(scanner) - entry->entry_offset;
    /* The members' reader is ahead in the file, so the stored bytes are read once more. */
    return segment_layout_hash(scanner->reader.fd, scanner->reader.path, entry->entry_offset,
                               entry->entry_bytes, entry->entry_sha256, &scanner->why);
}

/* Sets the state that scanner->why stands for. */
static enum segment_scan stop(struct segment_scanner *scanner)
{
    error_at_path(&scanner->why, scanner->reader.path);
    error_at_offset(&scanner->why, scanner->position);
    scanner->state = scanner->why.code == ERROR_DAMAGED ? SEGMENT_SCAN_TORN : SEGMENT_SCAN_ERROR;
    return scanner->state;
}

static enum segment_scan scan(struct segment_scanner *scanner, struct segment_entry *entry,
                              struct buffer *receipt)
{
    int more = member_stream_next(&scanner->reader.member, &scanner->why);
    if (more == 0)
        return scanner->state = SEGMENT_SCAN_END;
    if (more < 0 || read_member(scanner))
        return stop(scanner);
    if (tar_is_end(scanner->member.bytes, scanner->member.length)) {
        more = member_stream_next(&scanner->reader.member, &scanner->why);
        if (more == 0)
            return scanner->state = SEGMENT_SCAN_END_OF_ARCHIVE;
        if (more > 0)
            torn(scanner, "bytes follow the end-of-archive blocks");
        return stop(scanner);
    }
    if (scan_entry(scanner, entry, receipt))
        return stop(scanner);
    scanner->position = reached(scanner);
    return SEGMENT_SCAN_ENTRY;
}

enum segment_scan segment_scan_next(struct segment_scanner *scanner, struct segment_entry *entry,
                                    struct buffer *receipt, int64_t *position, struct error *err)
{
    buffer_clear(receipt);
    enum segment_scan state = scanner->state;
    if (state == SEGMENT_SCAN_ENTRY)
        state = scan(scanner, entry, receipt);
    if (state != SEGMENT_SCAN_ENTRY)
        buffer_clear(receipt);
    if (err && (state == SEGMENT_SCAN_TORN || state == SEGMENT_SCAN_ERROR))
        *err = scanner->why;
    *position = scanner->position;
    return state;
}
