/* Walking the ledger: whole lines, their numbers and their chain. */
#include "evidence/ledger.h"

#include "base/file.h"
#include "base/memory.h"
#include "base/stream.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define WINDOW_BYTES (4 * (size_t)LEDGER_LINE_BYTES) /* more than the longest line and its LF */

struct ledger_reader {
    char *folder;
    struct ledger_place place; /* behind the last line given */
    int file;                  /* being read: place.file or a later one */
    int64_t offset;            /* in it, of the next line */
    int fd;                    /* -1: not open */
    char *path;
    struct json_object *object;
    int64_t torn_bytes;
    size_t start, end; /* read ahead: the bytes at `offset` are window[start..end) */
    char window[WINDOW_BYTES];
};

static void choose_file(struct ledger_reader *reader, int file, int64_t offset)
{
    if (reader->fd >= 0)
        close(reader->fd);
    free(reader->path);
    char name[32];
    ledger_file_name(file, name);
    reader->path = file_join(reader->folder, name);
    reader->fd = -1;
    reader->file = file;
    reader->offset = offset;
    reader->start = reader->end = 0;
}

struct ledger_reader *ledger_reader_open(const char *folder, const struct ledger_place *from,
                                         struct error *err)
{
    if (from->number < 0 || from->file < 1 || from->file > INT32_MAX - 2 || from->offset < 0 ||
        !sha256_is_hex(from->sha256)) {
        error_set(err, ERROR_DAMAGED, "this is no place in a ledger; run `lrarchive rebuild`");
        error_at_path(err, folder);
        return NULL;
    }
    struct ledger_reader *reader = memory_zeroed(1, sizeof *reader);
    reader->folder = memory_copy_text(folder, strlen(folder));
    reader->place = *from;
    reader->fd = -1;
    choose_file(reader, from->file, from->offset);
    return reader;
}

void ledger_reader_close(struct ledger_reader *reader)
{
    if (!reader)
        return;
    if (reader->fd >= 0)
        close(reader->fd);
    json_object_free(reader->object);
    free(reader->path);
    free(reader->folder);
    free(reader);
}

static int damaged(const struct ledger_reader *reader, struct error *err, const char *what)
{
    error_set(err, ERROR_DAMAGED,
              "ledger line %lld: %s; change nothing here, and compare with a copy of the archive",
              (long long)reader->place.number + 1, what);
    error_at_path(err, reader->path);
    return error_at_offset(err, reader->offset);
}

/* ---- files ---- */

/* The number in such a name, or 0. */
static int parse_file_name(const char *name)
{
    int64_t number;
    char wanted[32];
    size_t digits = strspn(name, "0123456789");
    if (text_parse_int64(name, digits, &number) || number < 1 || number > INT32_MAX)
        return 0;
    ledger_file_name((int)number, wanted);
    return strcmp(name, wanted) == 0 ? (int)number : 0;
}

/* 1 when a file after the current one holds bytes, 0, -1. An empty one was only begun. */
static int has_later_file(const struct ledger_reader *reader, struct error *err)
{
    DIR *directory = opendir(reader->folder);
    if (!directory) {
        error_set_errno(err, ERROR_IO, errno, "cannot look into the ledger's folder");
        return error_at_path(err, reader->folder);
    }
    int found = 0;
    for (struct dirent *entry = readdir(directory); entry && !found; entry = readdir(directory)) {
        struct stat status;
        found = parse_file_name(entry->d_name) > reader->file &&
                fstatat(dirfd(directory), entry->d_name, &status, 0) == 0 && status.st_size > 0;
    }
    closedir(directory);
    return found;
}

/* 1 when the current file is open, 0 when the ledger has no file yet, -1. */
static int open_current(struct ledger_reader *reader, struct error *err)
{
    if (reader->fd >= 0)
        return 1;
    if (!file_exists(reader->path)) {
        int later = has_later_file(reader, err);
        if (later == 0 && reader->place.number == 0 && reader->file == 1)
            return 0;
        return later < 0 ? -1 : damaged(reader, err, "the file that should hold it is missing");
    }
    reader->fd = file_open(reader->path, O_RDONLY | O_NONBLOCK, err);
    return reader->fd < 0 ? -1 : 1;
}

/* ---- bytes ---- */

/* Reads on from the start of the next line, forgetting what was read ahead of it: recovery may have
 * cut a torn line off since. */
static int fill(struct ledger_reader *reader, struct error *err)
{
    struct file_stream stream;
    file_stream_init(&stream, reader->fd, reader->path, reader->offset, -1);
    reader->start = reader->end = 0;
    ssize_t got = stream_read_full(&stream.stream, reader->window, WINDOW_BYTES, err);
    if (got < 0)
        return -1;
    reader->end = (size_t)got;
    int64_t size = got > 0 ? reader->offset : file_size(reader->fd, reader->path, err);
    if (size < 0)
        return -1;
    return size < reader->offset ? damaged(reader, err, "the file was cut before it") : 0;
}

/* The LF of the next line, or NULL when the window does not hold it. */
static const char *line_end(const struct ledger_reader *reader)
{
    return memchr(reader->window + reader->start, '\n', reader->end - reader->start);
}

/* Bytes from the start of the next line, whose LF is not in the window just filled, to the file's
 * end, or -1. A line too long that ends after all is damage. */
static int64_t count_torn(struct ledger_reader *reader, struct error *err)
{
    int64_t torn = (int64_t)reader->end;
    bool is_all = reader->end < WINDOW_BYTES;
    struct file_stream stream;
    file_stream_init(&stream, reader->fd, reader->path, reader->offset + torn, -1);
    reader->start = reader->end = 0;
    while (!is_all) {
        ssize_t got = stream_read(&stream.stream, reader->window, WINDOW_BYTES, err);
        if (got < 0)
            return -1;
        if (memchr(reader->window, '\n', (size_t)got))
            return damaged(reader, err, "it is too long");
        torn += got;
        is_all = got == 0;
    }
    return torn;
}

/* ---- lines ---- */

/* Gets a whole line into the window: 1, 0 at the ledger's end, -1. */
static int find_line(struct ledger_reader *reader, struct error *err)
{
    int is_open = open_current(reader, err);
    while (is_open == 1 && !line_end(reader)) {
        /* Asked before the file is read on: once there is a later one, the writer is done here. */
        int later = has_later_file(reader, err);
        if (later < 0 || fill(reader, err))
            return -1;
        if (line_end(reader))
            break;
        int64_t torn = count_torn(reader, err);
        if (torn < 0)
            return -1;
        if (later && torn > 0)
            return damaged(reader, err, "it has no end, and yet a later file follows");
        if (!later) {
            reader->torn_bytes = torn;
            return 0;
        }
        choose_file(reader, reader->file + 1, 0);
        is_open = open_current(reader, err);
    }
    return is_open;
}

static int check_line(struct ledger_reader *reader, struct text line, struct error *err)
{
    if (line.length > LEDGER_LINE_BYTES)
        return damaged(reader, err, "it is too long");
    json_object_free(reader->object);
    reader->object = json_object_parse(line.bytes, line.length, NULL);
    if (!reader->object)
        return damaged(reader, err, "it is no JSON object");
    int64_t number;
    if (!json_object_int64(reader->object, "number", &number) || number != reader->place.number + 1)
        return damaged(reader, err, "its number is not the next");
    struct text prev = json_object_bytes(reader->object, "prev");
    if (prev.length != SHA256_HEX_LENGTH ||
        memcmp(prev.bytes, reader->place.sha256, SHA256_HEX_LENGTH) != 0)
        return damaged(
            reader, err,
            "its prev is not the SHA-256 of the line before; one of the two was changed");
    return 0;
}

int ledger_reader_next(struct ledger_reader *reader, struct ledger_line *line, struct error *err)
{
    reader->torn_bytes = 0;
    int more = find_line(reader, err);
    if (more != 1)
        return more;
    struct text text = {reader->window + reader->start, 0};
    text.length = (size_t)(line_end(reader) - text.bytes);
    if (check_line(reader, text, err))
        return -1;
    line->line_offset = reader->offset;
    reader->start += text.length + 1;
    reader->offset += (int64_t)text.length + 1;
    reader->place.number++;
    reader->place.file = reader->file;
    reader->place.offset = reader->offset;
    sha256_of(text.bytes, text.length, reader->place.sha256);
    line->place = reader->place;
    line->line = text;
    line->object = reader->object;
    return 1;
}

int64_t ledger_reader_torn(const struct ledger_reader *reader, int *file, int64_t *offset)
{
    *file = reader->file;
    *offset = reader->offset;
    return reader->torn_bytes;
}
