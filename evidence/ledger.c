/* Appending to the ledger. Reading it: ledger_reader.c. */
#include "evidence/ledger.h"

#include "base/file.h"
#include "base/memory.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define WAITING_BYTES (64 * 1024 * 1024)

struct ledger {
    char *folder;
    char *path; /* of the file that is written now */
    int fd;     /* -1: not created yet */
    int file;
    int64_t written_bytes; /* in that file */
    int64_t file_limit;
    bool failed;
    struct ledger_place place; /* behind the last line, written or waiting */
    struct json_writer *writer;
    struct buffer waiting; /* whole lines with LF */
    struct buffer line;    /* the last one, for the caller */
};

void ledger_place_start(struct ledger_place *place)
{
    *place = (struct ledger_place){.file = 1};
    memset(place->sha256, '0', SHA256_HEX_LENGTH);
}

void ledger_file_name(int file, char name[32])
{
    snprintf(name, 32, "%06d.jsonl", file);
}

/* ---- opening and closing ---- */

static char *file_path(const char *folder, int file)
{
    char name[32];
    ledger_file_name(file, name);
    return file_join(folder, name);
}

static int refuse(struct error *err, const char *path, int64_t offset, const char *what)
{
    error_set(err, ERROR_DAMAGED, "%s; run verify, and compare with a copy of the archive", what);
    error_at_path(err, path);
    return error_at_offset(err, offset);
}

/* Opens the file of ledger->file, which must end at `offset`. */
static int open_existing(struct ledger *ledger, int64_t offset, struct error *err)
{
    ledger->path = file_path(ledger->folder, ledger->file);
    if (!file_exists(ledger->path))
        /* The very first file comes with the first line. */
        return ledger->place.number == 0 && offset == 0
                   ? 0
                   : refuse(err, ledger->path, -1, "a file of the ledger is missing");
    ledger->fd = file_open(ledger->path, O_WRONLY, err);
    if (ledger->fd < 0)
        return -1;
    int64_t size = file_size(ledger->fd, ledger->path, err);
    if (size < 0)
        return -1;
    if (size < offset)
        return refuse(err, ledger->path, size, "the ledger is shorter than it was");
    if (size > offset)
        return refuse(err, ledger->path, offset,
                      "something follows the last line that is known, and was not recovered");
    if (lseek(ledger->fd, (off_t)offset, SEEK_SET) < 0)
        return refuse(err, ledger->path, offset, "cannot find the end of the ledger");
    ledger->written_bytes = offset;
    return 0;
}

/* A crash may have come between the making of the next file and its first line. Readers take a file
 * as complete when there is a next one, so the next line goes there. */
static int move_to_next_if_there(struct ledger *ledger, struct error *err)
{
    char *next = file_path(ledger->folder, ledger->file + 1);
    int result = 0;
    if (file_exists(next)) {
        if (ledger->fd >= 0)
            close(ledger->fd);
        free(ledger->path);
        ledger->fd = -1;
        ledger->file++;
        ledger->place.file++;
        ledger->place.offset = 0;
        result = open_existing(ledger, 0, err);
    }
    free(next);
    return result;
}

struct ledger *ledger_open(const char *folder, const struct ledger_place *place, struct error *err)
{
    if (place->number < 0 || place->file < 1 || place->file > INT32_MAX - 2 || place->offset < 0 ||
        !sha256_is_hex(place->sha256)) {
        error_set(err, ERROR_DAMAGED, "this is no place in a ledger; run rebuild");
        return NULL;
    }
    struct ledger *ledger = memory_zeroed(1, sizeof *ledger);
    ledger->folder = memory_copy_text(folder, strlen(folder));
    ledger->fd = -1;
    ledger->place = *place;
    ledger->file = place->file;
    ledger->file_limit = LEDGER_FILE_BYTES;
    ledger->writer = json_writer_new();
    /* The line that reaches WAITING_BYTES still fits. */
    buffer_init(&ledger->waiting, WAITING_BYTES + LEDGER_LINE_BYTES + 1);
    buffer_init(&ledger->line, LEDGER_LINE_BYTES);
    if (open_existing(ledger, place->offset, err) || move_to_next_if_there(ledger, err)) {
        ledger_close(ledger);
        return NULL;
    }
    return ledger;
}

void ledger_close(struct ledger *ledger)
{
    if (!ledger)
        return;
    if (ledger->fd >= 0)
        close(ledger->fd);
    json_writer_free(ledger->writer);
    buffer_release(&ledger->waiting);
    buffer_release(&ledger->line);
    free(ledger->path);
    free(ledger->folder);
    free(ledger);
}

void ledger_set_file_limit(struct ledger *ledger, int64_t bytes)
{
    ledger->file_limit = bytes;
}

int64_t ledger_next_number(const struct ledger *ledger)
{
    return ledger->place.number + 1;
}

/* ---- lines ---- */

struct json_writer *ledger_begin(struct ledger *ledger, const char *event,
                                 const char time[TIME_TEXT_SIZE], const struct ledger_actor *actor)
{
    json_writer_begin(ledger->writer);
    json_writer_int64(ledger->writer, "number", ledger_next_number(ledger));
    json_writer_text(ledger->writer, "event", event);
    json_writer_text(ledger->writer, "time", time);
    json_writer_text(ledger->writer, "operator", actor->operator_name);
    json_writer_text(ledger->writer, "os_user", actor->os_user);
    json_writer_text(ledger->writer, "host", actor->host);
    json_writer_text(ledger->writer, "tool", actor->tool);
    json_writer_text(ledger->writer, "prev", ledger->place.sha256);
    return ledger->writer;
}

static int check_usable(const struct ledger *ledger, struct error *err)
{
    if (!ledger->failed)
        return 0;
    error_set(err, ERROR_IO, "writing to the ledger failed before; begin anew");
    return error_at_path(err, ledger->path);
}

static int write_waiting(struct ledger *ledger, struct error *err);

int ledger_end(struct ledger *ledger, struct text *line, struct ledger_place *place,
               struct error *err)
{
    if (check_usable(ledger, err))
        return -1;
    struct text text = json_writer_end(ledger->writer);
    buffer_clear(&ledger->line);
    if (buffer_append(&ledger->line, text.bytes, text.length))
        return error_set(err, ERROR_LIMIT, "a ledger line of %zu bytes is too long: %d at most",
                         text.length, LEDGER_LINE_BYTES);
    (void)buffer_append(&ledger->waiting, text.bytes, text.length);
    (void)buffer_append(&ledger->waiting, "\n", 1);
    if (ledger->place.offset >= ledger->file_limit) {
        ledger->place.file++;
        ledger->place.offset = 0;
    }
    ledger->place.offset += (int64_t)text.length + 1;
    ledger->place.number++;
    sha256_of(text.bytes, text.length, ledger->place.sha256);
    *line = (struct text){ledger->line.bytes, ledger->line.length};
    *place = ledger->place;
    return ledger->waiting.length >= WAITING_BYTES ? write_waiting(ledger, err) : 0;
}

/* ---- durability ---- */

/* A new name must survive before anything is said to be in it. */
static int create_file(struct ledger *ledger, struct error *err)
{
    ledger->fd = file_open(ledger->path, O_WRONLY | O_CREAT | O_EXCL, err);
    ledger->written_bytes = 0;
    return ledger->fd < 0 ? -1 : file_sync_folder_of(ledger->path, err);
}

/* Makes sure that the next line may go into ledger->fd. */
static int ready_file(struct ledger *ledger, struct error *err)
{
    if (ledger->fd >= 0 && ledger->written_bytes < ledger->file_limit)
        return 0;
    if (ledger->fd >= 0) {
        if (file_sync(ledger->fd, ledger->path, err))
            return -1;
        close(ledger->fd);
        ledger->fd = -1;
        free(ledger->path);
        ledger->path = file_path(ledger->folder, ++ledger->file);
    }
    return create_file(ledger, err);
}

/* Bytes of the whole lines at the start of bytes[0..length) that still belong into the file. */
static size_t lines_for_file(const struct ledger *ledger, const char *bytes, size_t length)
{
    int64_t room = ledger->file_limit - ledger->written_bytes;
    if ((int64_t)length <= room)
        return length;
    size_t last = room > 0 ? (size_t)room - 1 : 0; /* the line over this byte fills the file */
    const char *end = memchr(bytes + last, '\n', length - last);
    return end ? (size_t)(end - bytes) + 1 : length;
}

static int write_some(struct ledger *ledger, const char *bytes, size_t length, struct error *err)
{
    if (file_write(ledger->fd, ledger->path, bytes, length, err)) {
        error_at_offset(err, ledger->written_bytes);
        /* A full disk leaves half a line; without it there is nothing to recover. Should this fail,
         * recovery cuts it off. */
        (void)file_truncate(ledger->fd, ledger->path, ledger->written_bytes, NULL);
        return -1;
    }
    ledger->written_bytes += (int64_t)length;
    return 0;
}

static int write_waiting(struct ledger *ledger, struct error *err)
{
    const char *bytes = ledger->waiting.bytes;
    size_t left = ledger->waiting.length;
    while (left > 0) {
        size_t length = 0;
        if (ready_file(ledger, err) == 0) {
            length = lines_for_file(ledger, bytes, left);
            if (write_some(ledger, bytes, length, err))
                length = 0;
        }
        if (length == 0) {
            ledger->failed = true;
            return -1;
        }
        bytes += length;
        left -= length;
    }
    buffer_clear(&ledger->waiting);
    return 0;
}

int ledger_sync(struct ledger *ledger, struct error *err)
{
    if (check_usable(ledger, err))
        return -1;
    if (write_waiting(ledger, err))
        return -1;
    if (ledger->fd >= 0 && file_sync(ledger->fd, ledger->path, err)) {
        ledger->failed = true;
        return -1;
    }
    return 0;
}
