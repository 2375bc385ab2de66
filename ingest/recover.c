#include "ingest/recover.h"

#include "base/file.h"
#include "base/interrupt.h"
#include "base/memory.h"
#include "evidence/location.h"
#include "ingest/replay.h"
#include "ingest/salvage.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- does the index fit the ledger? ---- */

int recover_known_place(struct store *store, struct ledger_place *place, struct error *err)
{
    ledger_place_start(place);
    int64_t number, file, offset;
    char sha256[SHA256_HEX_SIZE];
    int found = store_head(store, &number, sha256, &file, &offset, err);
    if (found <= 0)
        return found;
    place->number = number;
    place->file = (int)file;
    place->offset = offset;
    memcpy(place->sha256, sha256, sizeof sha256);
    return 0;
}

int recover_ledger_holds(const char *ledger_folder, const struct ledger_place *place,
                         struct error *err)
{
    if (place->number == 0)
        return 1;
    char name[32];
    ledger_file_name(place->file, name);
    char *path = file_join(ledger_folder, name);
    int64_t from =
        place->offset > LEDGER_LINE_BYTES + 1 ? place->offset - LEDGER_LINE_BYTES - 1 : 0;
    size_t size = (size_t)(place->offset - from);
    char *bytes = memory_allocate(size);
    int holds = 0;
    if (file_exists(path)) {
        int fd = file_open(path, O_RDONLY, err);
        struct file_stream stream;
        file_stream_init(&stream, fd, path, from, (int64_t)size);
        ssize_t got = fd < 0 ? -1 : stream_read_full(&stream.stream, bytes, size, err);
        if (fd >= 0)
            close(fd);
        if (got < 0)
            holds = -1;
        if (got == (ssize_t)size && size > 0 && bytes[size - 1] == '\n') {
            const char *before = memrchr(bytes, '\n', size - 1);
            const char *line = before ? before + 1 : bytes;
            char sha256[SHA256_HEX_SIZE];
            sha256_of(line, (size_t)(bytes + size - 1 - line), sha256);
            holds = strcmp(sha256, place->sha256) == 0;
        }
    }
    free(bytes);
    free(path);
    return holds;
}

static int check_known_place(struct archive *archive, const struct ledger_place *place,
                             struct error *err)
{
    int holds = recover_ledger_holds(archive->ledger_folder, place, err);
    if (holds)
        return holds < 0 ? -1 : 0;
    error_set(err, ERROR_DAMAGED,
              "history.db knows ledger line %lld, and the ledger does not hold it: the ledger was "
              "cut, changed or replaced. Nothing is written; run `lrarchive verify`, and bring the "
              "ledger back from a copy",
              (long long)place->number);
    return error_at_path(err, archive->ledger_folder);
}

/* The newest ledger file's lines are read again up to the known one: nothing is chained to a line
 * that was changed. `verify` reads the earlier files, too. */
static int check_known_lines(struct archive *archive, const struct ledger_place *known,
                             struct error *err)
{
    struct ledger_place place;
    int64_t file;
    ledger_place_start(&place);
    int found = store_head_of_earlier_file(archive->store, &place.number, place.sha256, &file,
                                           &place.offset, err);
    if (found < 0)
        return -1;
    if (found)
        place.file = (int)file;
    else
        ledger_place_start(&place);
    struct ledger_reader *reader = ledger_reader_open(archive->ledger_folder, &place, err);
    int more = reader ? 1 : -1;
    while (more == 1 && place.number < known->number) {
        struct ledger_line line;
        more = interrupt_check(err) ? -1 : ledger_reader_next(reader, &line, err);
        if (more == 1)
            place = line.place;
    }
    ledger_reader_close(reader);
    return more < 0 ? -1 : 0;
}

/* ---- replay ---- */

static void tell_damaged(void *context, int64_t number, const struct error *why)
{
    archive_notice(context,
                   "the evidence of ledger line %lld is damaged (%s); its package is not read; run "
                   "`lrarchive verify`",
                   (long long)number, why->message);
}

int recover_replay(struct archive *archive, struct error *err)
{
    struct ledger_place place;
    char poison[SHA256_HEX_SIZE];
    if (recover_known_place(archive->store, &place, err) ||
        apply_read_mark(archive->parsing_path, poison, err) < 0)
        return -1;
    struct apply *apply = apply_new(archive->store, archive->store, archive->evidence_folder,
                                    archive->parsing_path, archive->actor.tool, poison, err);
    if (!apply)
        return -1;
    const struct replay replay = {
        .ledger_folder = archive->ledger_folder,
        .store = archive->store,
        .apply = apply,
        .context = archive,
        .damaged = tell_damaged,
    };
    int result = replay_lines(&replay, &place, NULL, err);
    apply_free(apply);
    if (result == 0)
        archive->head = place;
    return result;
}

/* ---- do the segments reach as far as their lines say? ---- */

static int64_t size_on_disk(const struct archive *archive, const char *name)
{
    struct stat status;
    char *path = file_join(archive->evidence_folder, name);
    int64_t size = stat(path, &status) ? -1 : (int64_t)status.st_size;
    free(path);
    return size;
}

static int check_length(const struct archive *archive, const char *name, int64_t needed,
                        struct error *err)
{
    int64_t size = size_on_disk(archive, name);
    if (size >= needed)
        return 0;
    if (size < 0)
        error_set(err, ERROR_DAMAGED, "the ledger tells of this file, and it is not there");
    else
        error_set(err, ERROR_DAMAGED, "%lld bytes long, and the ledger tells of %lld",
                  (long long)size, (long long)needed);
    size_t length = strlen(err->message);
    snprintf(err->message + length, sizeof err->message - length,
             ". Nothing is written; run `lrarchive verify`, and bring it back from a copy");
    char *path = file_join(archive->evidence_folder, name);
    error_at_path(err, path);
    free(path);
    return -1;
}

/* Lines that history.db does not know yet are looked at before anything is replayed. */
static int check_new_lines(struct archive *archive, const struct ledger_place *from,
                           struct error *err)
{
    struct ledger_reader *reader = ledger_reader_open(archive->ledger_folder, from, err);
    int more = reader ? 1 : -1;
    while (more == 1) {
        struct ledger_line line;
        struct location location;
        more = ledger_reader_next(reader, &line, err);
        if (more != 1)
            break;
        int has_entry = location_read(line.object, &location, err);
        const struct segment_entry *entry = &location.entry;
        if (has_entry < 0 ||
            (has_entry && (check_length(archive, entry->segment,
                                        entry->entry_offset + entry->entry_bytes, err) ||
                           check_length(archive, location.data_segment,
                                        entry->offset + entry->stored_bytes, err))))
            more = -1;
    }
    ledger_reader_close(reader);
    return more;
}

/* Every segment up to the last that a line names, sealed ones too. */
static int check_segments(struct archive *archive, enum segment_class family, struct error *err)
{
    int last;
    if (store_last_segment(archive->store, segment_class_name(family), &last, err))
        return -1;
    archive->segment_numbers[family] = last > 0 ? last : 1;
    for (int number = 1; number <= last; number++) {
        char name[SEGMENT_NAME_SIZE];
        int64_t length;
        segment_name(family, number, name);
        if (store_segment_length(archive->store, name, &length, err) ||
            check_length(archive, name, length, err))
            return -1;
        int sealed = store_segment_is_sealed(archive->store, name, err);
        if (sealed < 0)
            return -1;
        if (sealed)
            archive->segment_numbers[family] = number + 1;
    }
    return 0;
}

/* ---- all together ---- */

static void forget_open_files(struct archive *archive)
{
    ledger_close(archive->ledger);
    archive->ledger = NULL;
    for (int family = 0; family < ARCHIVE_CLASSES; family++) {
        segment_close(archive->segments[family]);
        archive->segments[family] = NULL;
    }
}

static void note_sizes(struct archive *archive)
{
    for (int family = 0; family < ARCHIVE_CLASSES; family++) {
        char name[SEGMENT_NAME_SIZE];
        segment_name((enum segment_class)family, archive->segment_numbers[family], name);
        int64_t size = size_on_disk(archive, name);
        archive->segment_sizes[family] = size < 0 ? 0 : size;
    }
}

int recover_archive(struct archive *archive, struct error *err)
{
    struct ledger_place known;
    archive->in_order = false;
    forget_open_files(archive);
    if (recover_known_place(archive->store, &known, err) ||
        check_known_place(archive, &known, err) || check_known_lines(archive, &known, err) ||
        check_new_lines(archive, &known, err) ||
        store_forget_beyond(archive->store, known.number, err) || recover_replay(archive, err))
        return -1;
    for (int family = 0; family < ARCHIVE_CLASSES; family++)
        if (check_segments(archive, (enum segment_class)family, err))
            return -1;
    if (salvage_ledger_tail(archive, err))
        return -1;
    archive->ledger = ledger_open(archive->ledger_folder, &archive->head, err);
    if (!archive->ledger || salvage_segment_tails(archive, err))
        return -1;
    note_sizes(archive);
    archive->in_order = true;
    return 0;
}
