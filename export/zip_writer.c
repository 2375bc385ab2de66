#include "export/zip_writer.h"

#include "base/file.h"
#include "base/interrupt.h"
#include "base/memory.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <zip.h>

#define HELD_BYTES (256 * 1024)
/* What a ZIP's date can say: 1980-01-01 to 2107-12-31T23:59:58 (APPNOTE 4.4.6). */
#define ZIP_FIRST_SECOND 315532800
#define ZIP_LAST_SECOND 4354819198
#define UNIX_MODE ((zip_uint32_t)0100644 << 16) /* a regular file that its owner may write */

struct zip_writer {
    zip_t *zip;
    int fd;
    char *path;
    struct zip_options options;
    char *password;
    struct error failure; /* the first one of an input or of the file */
    int64_t position;     /* where the held bytes go */
    size_t held;
    char bytes[HELD_BYTES];
};

/* What libzip calls for an input. */
struct input_source {
    struct zip_writer *writer;
    struct zip_input *input;
    bool was_read;
};

static zip_int64_t fail(struct zip_writer *writer, const struct error *why)
{
    if (writer->failure.code == ERROR_NONE)
        writer->failure = *why;
    return -1;
}

/* ---- inputs ---- */

static zip_int64_t tell_about(const struct input_source *source, void *data)
{
    const struct zip_input *input = source->input;
    zip_stat_t *about = data;
    zip_stat_init(about);
    about->valid = ZIP_STAT_MTIME | ZIP_STAT_COMP_METHOD;
    about->mtime = (time_t)source->writer->options.mtime;
    about->comp_method = ZIP_CM_DEFLATE;
    if (input->size_bytes >= 0) {
        about->size = (zip_uint64_t)input->size_bytes;
        about->valid |= ZIP_STAT_SIZE;
    }
    if (source->was_read) {
        about->crc = input->crc32;
        about->valid |= ZIP_STAT_CRC;
    }
    return sizeof *about;
}

static zip_int64_t read_input(struct input_source *source, void *data, zip_uint64_t length)
{
    struct error err = {0};
    ssize_t got =
        interrupt_check(&err) ? -1 : source->input->read(source->input, data, length, &err);
    if (got == 0)
        source->was_read = true;
    return got < 0 ? fail(source->writer, &err) : got;
}

static zip_int64_t input_callback(void *context, void *data, zip_uint64_t length,
                                  zip_source_cmd_t command)
{
    struct input_source *source = context;
    struct error err = {0};
    switch (command) {
    case ZIP_SOURCE_OPEN:
        if (source->input->open(source->input, &err) == 0)
            return 0;
        source->input->close(source->input);
        return fail(source->writer, &err);
    case ZIP_SOURCE_READ:
        return read_input(source, data, length);
    case ZIP_SOURCE_CLOSE:
        source->input->close(source->input);
        return 0;
    case ZIP_SOURCE_STAT:
        return tell_about(source, data);
    case ZIP_SOURCE_ERROR: {
        int codes[2] = {ZIP_ER_READ, EIO};
        memcpy(data, codes, sizeof codes);
        return sizeof codes;
    }
    case ZIP_SOURCE_FREE:
        source->input->free(source->input);
        free(source);
        return 0;
    case ZIP_SOURCE_SUPPORTS:
        return zip_source_make_command_bitmap(ZIP_SOURCE_OPEN, ZIP_SOURCE_READ, ZIP_SOURCE_CLOSE,
                                              ZIP_SOURCE_STAT, ZIP_SOURCE_ERROR, ZIP_SOURCE_FREE,
                                              -1);
    default:
        return -1;
    }
}

/* ---- the file ---- */

static int flush(struct zip_writer *writer)
{
    struct error err = {0};
    const char *at = writer->bytes;
    while (writer->held > 0) {
        ssize_t wrote = pwrite(writer->fd, at, writer->held, (off_t)writer->position);
        if (wrote < 0 && errno == EINTR)
            continue;
        if (wrote < 0) {
            error_set_errno(&err, ERROR_IO, errno,
                            errno == ENOSPC ? "cannot be written; make room, then export again"
                                            : "cannot be written");
            error_at_path(&err, writer->path);
            return (int)fail(writer, &err);
        }
        at += wrote;
        writer->position += wrote;
        writer->held -= (size_t)wrote;
    }
    return 0;
}

static zip_int64_t put_bytes(struct zip_writer *writer, const char *bytes, zip_uint64_t length)
{
    for (zip_uint64_t left = length; left > 0;) {
        size_t room = HELD_BYTES - writer->held, part = left < room ? (size_t)left : room;
        memcpy(writer->bytes + writer->held, bytes, part);
        writer->held += part;
        bytes += part;
        left -= part;
        if (writer->held == HELD_BYTES && flush(writer))
            return -1;
    }
    return (zip_int64_t)length;
}

static zip_int64_t seek(struct zip_writer *writer, void *data, zip_uint64_t length)
{
    zip_error_t error;
    zip_error_init(&error);
    int64_t size = -1;
    struct error err = {0};
    if (flush(writer) || (size = file_size(writer->fd, writer->path, &err)) < 0)
        return -1;
    zip_int64_t to = zip_source_seek_compute_offset((zip_uint64_t)writer->position,
                                                    (zip_uint64_t)size, data, length, &error);
    if (to >= 0)
        writer->position = to;
    return to < 0 ? -1 : 0;
}

static zip_int64_t file_callback(void *context, void *data, zip_uint64_t length,
                                 zip_source_cmd_t command)
{
    struct zip_writer *writer = context;
    switch (command) {
    case ZIP_SOURCE_BEGIN_WRITE:
    case ZIP_SOURCE_ROLLBACK_WRITE:
    case ZIP_SOURCE_FREE:
        return 0;
    case ZIP_SOURCE_WRITE:
        return put_bytes(writer, data, length);
    case ZIP_SOURCE_SEEK_WRITE:
        return seek(writer, data, length);
    case ZIP_SOURCE_TELL_WRITE:
        return writer->position + (zip_int64_t)writer->held;
    case ZIP_SOURCE_COMMIT_WRITE:
        return flush(writer);
    case ZIP_SOURCE_ERROR: { /* it is not there yet */
        int codes[2] = {ZIP_ER_READ, writer->failure.code == ERROR_NONE ? ENOENT : EIO};
        memcpy(data, codes, sizeof codes);
        return sizeof codes;
    }
    case ZIP_SOURCE_SUPPORTS:
        return ZIP_SOURCE_SUPPORTS_WRITABLE;
    default:
        return -1;
    }
}

/* ---- the writer ---- */

static int refuse(struct zip_writer *writer, zip_error_t *error, struct error *err)
{
    if (writer->failure.code != ERROR_NONE) {
        if (err)
            *err = writer->failure;
        return -1;
    }
    error_set(err, ERROR_IO, "the ZIP cannot be made: %s", zip_error_strerror(error));
    return error_at_path(err, writer->path);
}

struct zip_writer *zip_writer_new(int fd, const char *path, const struct zip_options *options,
                                  struct error *err)
{
    struct zip_writer *writer = memory_zeroed(1, sizeof *writer);
    zip_error_t error;
    zip_error_init(&error);
    writer->fd = fd;
    writer->path = memory_copy_text(path, strlen(path));
    writer->options = *options;
    /* libzip writes another date in the place of one that does not fit. */
    if (options->mtime < ZIP_FIRST_SECOND)
        writer->options.mtime = ZIP_FIRST_SECOND;
    else if (options->mtime > ZIP_LAST_SECOND)
        writer->options.mtime = ZIP_LAST_SECOND;
    if (options->password)
        writer->password = memory_copy_text(options->password, strlen(options->password));
    zip_source_t *file = zip_source_function_create(file_callback, writer, &error);
    writer->zip = file ? zip_open_from_source(file, ZIP_CREATE | ZIP_TRUNCATE, &error) : NULL;
    if (writer->zip)
        return writer;
    if (file)
        zip_source_free(file);
    refuse(writer, &error, err);
    zip_error_fini(&error);
    zip_writer_free(writer);
    return NULL;
}

void zip_writer_free(struct zip_writer *writer)
{
    if (!writer)
        return;
    if (writer->zip)
        zip_discard(writer->zip);
    if (writer->password)
        explicit_bzero(writer->password, strlen(writer->password));
    free(writer->password);
    free(writer->path);
    free(writer);
}

int zip_writer_add(struct zip_writer *writer, const char *name, struct zip_input *input,
                   struct error *err)
{
    struct input_source *about = memory_zeroed(1, sizeof *about);
    *about = (struct input_source){.writer = writer, .input = input};
    zip_source_t *source = zip_source_function(writer->zip, input_callback, about);
    zip_int64_t place = source ? zip_file_add(writer->zip, name, source, ZIP_FL_ENC_UTF_8) : -1;
    if (place < 0) {
        if (source) {
            zip_source_free(source);
        } else {
            input->free(input);
            free(about);
        }
        return refuse(writer, zip_get_error(writer->zip), err);
    }
    zip_uint64_t at = (zip_uint64_t)place;
    if (zip_set_file_compression(writer->zip, at, ZIP_CM_DEFLATE, 0) ||
        zip_file_set_mtime(writer->zip, at, (time_t)writer->options.mtime, 0) ||
        zip_file_set_external_attributes(writer->zip, at, 0, ZIP_OPSYS_UNIX, UNIX_MODE) ||
        (writer->password &&
         zip_file_set_encryption(writer->zip, at, ZIP_EM_AES_256, writer->password)))
        return refuse(writer, zip_get_error(writer->zip), err);
    return 0;
}

int zip_writer_finish(struct zip_writer *writer, struct error *err)
{
    if (zip_close(writer->zip))
        return refuse(writer, zip_get_error(writer->zip), err);
    writer->zip = NULL;
    return writer->failure.code == ERROR_NONE ? 0 : refuse(writer, NULL, err);
}
