#include "ingest/salvage.h"

#include "base/file.h"
#include "base/memory.h"
#include "base/time.h"
#include "evidence/location.h"
#include "ingest/receipt.h"
#include "ingest/recover.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- setting aside ---- */

/* Copies [offset, end) of `path` to recovered/ under a name that says where it was, fsyncs it, and
 * gives its hash. */
static int copy_aside(struct archive *archive, int fd, const char *path, int64_t offset,
                      char *copy_name, size_t copy_name_size, char sha256[SHA256_HEX_SIZE],
                      int64_t *size_bytes, struct error *err)
{
    if (file_make_folder(archive->recovered_folder, err) ||
        file_sync_folder_of(archive->recovered_folder, err))
        return -1;
    const char *base = strrchr(path, '/') + 1;
    char *copy_path = NULL;
    int out = -1;
    for (int attempt = 0; out < 0 && attempt < 10000; attempt++) {
        snprintf(copy_name, copy_name_size, "%s.%lld.%d", base, (long long)offset, attempt);
        free(copy_path);
        copy_path = file_join(archive->recovered_folder, copy_name);
        if (!file_exists(copy_path)) {
            out = file_open(copy_path, O_WRONLY | O_CREAT | O_EXCL, err);
            break;
        }
    }
    int result = out < 0 ? -1 : 0;
    struct file_stream stream;
    struct sha256 *hash = sha256_new();
    char *block = memory_allocate(65536);
    file_stream_init(&stream, fd, path, offset, -1);
    *size_bytes = 0;
    while (result == 0) {
        ssize_t got = stream_read(&stream.stream, block, 65536, err);
        if (got == 0)
            break;
        if (got < 0 || file_write(out, copy_path, block, (size_t)got, err)) {
            result = -1;
            break;
        }
        sha256_update(hash, block, (size_t)got);
        *size_bytes += got;
    }
    if (result == 0 && (file_sync(out, copy_path, err) || file_sync_folder_of(copy_path, err)))
        result = -1;
    if (out >= 0)
        close(out);
    sha256_finish(hash, sha256);
    sha256_free(hash);
    free(block);
    free(copy_path);
    return result;
}

struct set_aside {
    char name[128];
    char sha256[SHA256_HEX_SIZE];
    int64_t size_bytes;
};

/* Copies and cuts. What is cut was never acknowledged. */
static int set_aside(struct archive *archive, const char *path, int64_t offset,
                     struct set_aside *what, struct error *err)
{
    int fd = file_open(path, O_RDWR, err);
    if (fd < 0)
        return -1;
    int result = copy_aside(archive, fd, path, offset, what->name, sizeof what->name, what->sha256,
                            &what->size_bytes, err);
    if (result == 0 && (file_truncate(fd, path, offset, err) || file_sync(fd, path, err)))
        result = -1;
    close(fd);
    if (result == 0)
        archive_notice(archive,
                       "recovered: %lld bytes that a crash left at the end of %s are now in "
                       "recovered/%s",
                       (long long)what->size_bytes, strrchr(path, '/') + 1, what->name);
    return result;
}

static int record_set_aside(struct archive *archive, const struct set_aside *what,
                            struct error *err)
{
    char now[TIME_TEXT_SIZE];
    time_now(now);
    struct json_writer *writer = ledger_begin(archive->ledger, "recovered", now, &archive->actor);
    json_writer_text(writer, "recovered_as", what->name);
    json_writer_int64(writer, "size_bytes", what->size_bytes);
    json_writer_text(writer, "sha256", what->sha256);
    struct text line;
    struct ledger_place place;
    if (ledger_end(archive->ledger, &line, &place, err) || ledger_sync(archive->ledger, err))
        return -1;
    return recover_replay(archive, err);
}

int salvage_ledger_tail(struct archive *archive, struct error *err)
{
    char name[32];
    ledger_file_name(archive->head.file, name);
    char *path = file_join(archive->ledger_folder, name);
    struct stat status;
    int result = 0;
    struct set_aside what = {0};
    if (stat(path, &status) == 0 && (int64_t)status.st_size > archive->head.offset)
        result = set_aside(archive, path, archive->head.offset, &what, err);
    free(path);
    /* A file that was begun for the next lines and holds only a torn one. */
    ledger_file_name(archive->head.file + 1, name);
    path = file_join(archive->ledger_folder, name);
    if (result == 0 && stat(path, &status) == 0 && status.st_size > 0)
        result = set_aside(archive, path, 0, &what, err);
    free(path);
    if (result || !what.name[0])
        return result;
    archive->ledger = ledger_open(archive->ledger_folder, &archive->head, err);
    result = archive->ledger ? record_set_aside(archive, &what, err) : -1;
    ledger_close(archive->ledger);
    archive->ledger = NULL;
    return result;
}

/* ---- adopting ---- */

/* The tail of one family's segment, walked one entry ahead. */
struct tail {
    enum segment_class family;
    char name[SEGMENT_NAME_SIZE];
    char *path;
    struct segment_scanner *scanner; /* NULL: there is no tail */
    enum segment_scan state;
    struct segment_entry entry;
    struct buffer receipt;
    int64_t position; /* behind the last entry scanned */
    int64_t adopted;  /* behind the last entry adopted */
};

static int tail_advance(struct tail *tail, struct error *err)
{
    struct error why = {0};
    tail->state =
        segment_scan_next(tail->scanner, &tail->entry, &tail->receipt, &tail->position, &why);
    if (tail->state != SEGMENT_SCAN_ERROR)
        return 0;
    *err = why;
    return -1;
}

static int tail_open(struct archive *archive, enum segment_class family, struct tail *tail,
                     struct error *err)
{
    *tail = (struct tail){.family = family, .state = SEGMENT_SCAN_END};
    buffer_init(&tail->receipt, SEGMENT_RECEIPT_BYTES);
    segment_name(family, archive->segment_numbers[family], tail->name);
    tail->path = file_join(archive->evidence_folder, tail->name);
    int64_t acknowledged;
    if (store_segment_length(archive->store, tail->name, &acknowledged, err))
        return -1;
    struct stat status;
    tail->adopted = tail->position = acknowledged;
    if (stat(tail->path, &status) || (int64_t)status.st_size <= acknowledged)
        return 0;
    tail->scanner = segment_scanner_open(archive->evidence_folder, tail->name, acknowledged, err);
    return tail->scanner ? tail_advance(tail, err) : -1;
}

static void tail_close(struct tail *tail)
{
    segment_scanner_close(tail->scanner);
    buffer_release(&tail->receipt);
    free(tail->path);
}

/* A receipt alone is the repeat of a package that must be known, and at the place it names. */
static int locate_repeat(struct archive *archive, struct segment_entry *entry,
                         const struct receipt *receipt, char data_segment[SEGMENT_NAME_SIZE],
                         struct error *err)
{
    memcpy(entry->package_sha256, receipt->package_sha256, SHA256_HEX_SIZE);
    return store_find_package(archive->store, entry->package_sha256, &entry->size_bytes,
                              data_segment, &entry->offset, &entry->stored_bytes, err);
}

/* 1 adopted, 0 cannot be, -1. */
static int adopt(struct archive *archive, struct tail *tail, struct error *err)
{
    struct segment_entry *entry = &tail->entry;
    struct receipt receipt;
    struct json_object *object = NULL;
    struct error ignored;
    struct text json = {tail->receipt.bytes, tail->receipt.length};
    if (entry->receipt_number != ledger_next_number(archive->ledger) ||
        receipt_parse(json, &receipt, &object, &ignored))
        return 0;
    char data_segment[SEGMENT_NAME_SIZE];
    memcpy(data_segment, tail->name, sizeof data_segment);
    int known = 1;
    if (!entry->has_package && receipt.package_sha256[0])
        known = locate_repeat(archive, entry, &receipt, data_segment, err);
    else if (entry->has_package && strcmp(entry->package_sha256, receipt.package_sha256) != 0)
        known = 0;
    json_object_free(object);
    if (known <= 0)
        return known;
    char now[TIME_TEXT_SIZE];
    time_now(now);
    struct json_writer *writer = ledger_begin(archive->ledger, "adopted", now, &archive->actor);
    location_write(writer, entry, data_segment);
    struct text line;
    struct ledger_place place;
    if (ledger_end(archive->ledger, &line, &place, err) || ledger_sync(archive->ledger, err) ||
        recover_replay(archive, err))
        return -1;
    tail->adopted = tail->position;
    archive_notice(archive,
                   "recovered: %s%s, written before a crash, is adopted as ledger line %lld",
                   entry->package_sha256[0] ? "package " : "a receipt", entry->package_sha256,
                   (long long)place.number);
    return 1;
}

/* Adopts from both tails in the order of the receipts' numbers, as long as they follow on. */
static int adopt_all(struct archive *archive, struct tail tails[ARCHIVE_CLASSES], struct error *err)
{
    for (bool progress = true; progress;) {
        progress = false;
        for (int family = 0; family < ARCHIVE_CLASSES; family++) {
            struct tail *tail = &tails[family];
            while (tail->state == SEGMENT_SCAN_ENTRY) {
                int adopted = adopt(archive, tail, err);
                if (adopted < 0)
                    return -1;
                if (adopted == 0)
                    break;
                progress = true;
                if (tail_advance(tail, err))
                    return -1;
            }
        }
    }
    return 0;
}

/* What is left of a tail: a half-made seal, or bytes that are no whole entry. */
static int finish_tail(struct archive *archive, struct tail *tail, struct error *err)
{
    struct stat status;
    if (!tail->scanner)
        return 0;
    if (tail->state == SEGMENT_SCAN_END_OF_ARCHIVE && tail->position == tail->adopted) {
        archive_notice(archive, "recovered: the sealing of %s is finished", tail->name);
        return archive_seal(archive, tail->family, true, err);
    }
    if (stat(tail->path, &status) || (int64_t)status.st_size <= tail->adopted)
        return 0;
    struct set_aside what = {0};
    if (set_aside(archive, tail->path, tail->adopted, &what, err))
        return -1;
    return record_set_aside(archive, &what, err);
}

int salvage_segment_tails(struct archive *archive, struct error *err)
{
    struct tail tails[ARCHIVE_CLASSES] = {{0}};
    int result = 0;
    for (int family = 0; family < ARCHIVE_CLASSES && result == 0; family++)
        result = tail_open(archive, (enum segment_class)family, &tails[family], err);
    if (result == 0)
        result = adopt_all(archive, tails, err);
    for (int family = 0; family < ARCHIVE_CLASSES && result == 0; family++)
        result = finish_tail(archive, &tails[family], err);
    for (int family = 0; family < ARCHIVE_CLASSES; family++)
        tail_close(&tails[family]);
    return result;
}
