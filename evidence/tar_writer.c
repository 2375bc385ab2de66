#include "evidence/tar_writer.h"

#include "base/memory.h"

#include <archive.h>
#include <archive_entry.h>
#include <stdbool.h>
#include <stdlib.h>

#define MTIME_MAX_SECONDS ((1LL << 33) - 1) /* 11 octal digits (POSIX ustar) */

struct tar_writer {
    struct archive *archive;
    struct archive_entry *entry;
    tar_output *output;
    void *context;
    bool discarding;
    struct error failure; /* of the output, carried past libarchive */
};

static la_ssize_t pass_on(struct archive *archive, void *context, const void *bytes, size_t length)
{
    (void)archive;
    struct tar_writer *writer = context;
    if (writer->discarding || writer->output(writer->context, bytes, length, &writer->failure))
        return -1;
    return (la_ssize_t)length;
}

struct tar_writer *tar_writer_new(tar_output *output, void *context)
{
    struct tar_writer *writer = memory_zeroed(1, sizeof *writer);
    writer->output = output;
    writer->context = context;
    writer->archive = archive_write_new();
    writer->entry = archive_entry_new();
    if (!writer->archive || !writer->entry)
        abort();
    archive_write_set_format_pax_restricted(writer->archive);
    archive_write_add_filter_none(writer->archive);
    /* No blocking: otherwise the blocks wait in libarchive and the file is padded to 10,240. */
    archive_write_set_bytes_per_block(writer->archive, 0);
    archive_write_set_bytes_in_last_block(writer->archive, 1);
    archive_write_open(writer->archive, writer, NULL, pass_on, NULL);
    return writer;
}

void tar_writer_free(struct tar_writer *writer)
{
    if (!writer)
        return;
    /* libarchive frees its output state only when closed, and closing writes: into nothing. */
    writer->discarding = true;
    archive_write_fail(writer->archive);
    archive_write_close(writer->archive);
    archive_write_free(writer->archive);
    archive_entry_free(writer->entry);
    free(writer);
}

static int check(struct tar_writer *writer, la_ssize_t status, struct error *err)
{
    if (status >= ARCHIVE_OK)
        return 0;
    if (writer->failure.code != ERROR_NONE) {
        if (err)
            *err = writer->failure;
        return -1;
    }
    const char *text = archive_error_string(writer->archive);
    return error_set(err, ERROR_IO, "cannot write the tar entry: %s", text ? text : "libarchive");
}

int tar_writer_header(struct tar_writer *writer, const char *name, int64_t size_bytes,
                      int64_t mtime_seconds, struct error *err)
{
    if (mtime_seconds < 0)
        mtime_seconds = 0;
    if (mtime_seconds > MTIME_MAX_SECONDS)
        mtime_seconds = MTIME_MAX_SECONDS;
    archive_entry_clear(writer->entry);
    archive_entry_set_pathname(writer->entry, name);
    archive_entry_set_filetype(writer->entry, AE_IFREG);
    archive_entry_set_perm(writer->entry, 0400);
    archive_entry_set_size(writer->entry, size_bytes);
    archive_entry_set_mtime(writer->entry, (time_t)mtime_seconds, 0);
    return check(writer, archive_write_header(writer->archive, writer->entry), err);
}

int tar_writer_data(struct tar_writer *writer, const void *bytes, size_t length, struct error *err)
{
    return check(writer, archive_write_data(writer->archive, bytes, length), err);
}

int tar_writer_finish_entry(struct tar_writer *writer, struct error *err)
{
    return check(writer, archive_write_finish_entry(writer->archive), err);
}

int tar_writer_end(struct tar_writer *writer, struct error *err)
{
    return check(writer, archive_write_close(writer->archive), err);
}
