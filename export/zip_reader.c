#include "export/zip_reader.h"

#include "base/interrupt.h"
#include "base/memory.h"

#include <stdbool.h>
#include <stdlib.h>
#include <zip.h>

struct zip_reader {
    zip_t *zip;
    int64_t count;
};

static int refuse(struct error *err, zip_error_t *error, const char *path)
{
    bool is_system =
        zip_error_system_type(error) == ZIP_ET_SYS || zip_error_code_zip(error) == ZIP_ER_NOENT;
    if (zip_error_code_zip(error) == ZIP_ER_NOPASSWD)
        error_set(err, ERROR_USAGE, "is encrypted: --password-file FILE");
    else if (zip_error_code_zip(error) == ZIP_ER_WRONGPASSWD)
        error_set(err, ERROR_USAGE, "is encrypted with another password");
    else if (zip_error_code_zip(error) == ZIP_ER_EXISTS)
        error_set(err, ERROR_DAMAGED, "has two files of one name");
    else
        error_set(err, is_system ? ERROR_IO : ERROR_DAMAGED, "cannot be read as a ZIP: %s",
                  zip_error_strerror(error));
    return error_at_path(err, path);
}

struct zip_reader *zip_reader_open(const char *path, const char *password, struct error *err)
{
    int code;
    zip_t *zip = zip_open(path, ZIP_RDONLY | ZIP_CHECKCONS, &code);
    if (!zip) {
        zip_error_t error;
        zip_error_init_with_code(&error, code);
        refuse(err, &error, path);
        zip_error_fini(&error);
        return NULL;
    }
    struct zip_reader *reader = memory_zeroed(1, sizeof *reader);
    reader->zip = zip;
    reader->count = zip_get_num_entries(zip, 0);
    if (reader->count > ZIP_READER_FILES) {
        error_set(err, ERROR_LIMIT, "has more than %d files", ZIP_READER_FILES);
        error_at_path(err, path);
    } else if (!password || zip_set_default_password(zip, password) == 0) {
        return reader;
    } else {
        refuse(err, zip_get_error(zip), path);
    }
    zip_reader_close(reader);
    return NULL;
}

void zip_reader_close(struct zip_reader *reader)
{
    if (!reader)
        return;
    zip_discard(reader->zip);
    free(reader);
}

int64_t zip_reader_count(const struct zip_reader *reader)
{
    return reader->count;
}

const char *zip_reader_name(const struct zip_reader *reader, int64_t index)
{
    const char *name = zip_get_name(reader->zip, (zip_uint64_t)index, ZIP_FL_ENC_RAW);
    return name ? name : "";
}

int64_t zip_reader_find(const struct zip_reader *reader, const char *name)
{
    return zip_name_locate(reader->zip, name, ZIP_FL_ENC_RAW);
}

static ssize_t zip_stream_read(struct stream *base, void *bytes, size_t size, struct error *err)
{
    struct zip_stream *stream = (struct zip_stream *)base;
    if (interrupt_check(err))
        return -1;
    zip_int64_t got = zip_fread(stream->file, bytes, size);
    return got < 0 ? refuse(err, zip_file_get_error(stream->file), stream->name) : got;
}

int zip_stream_open(struct zip_stream *stream, struct zip_reader *reader, int64_t index,
                    struct error *err)
{
    *stream = (struct zip_stream){.stream = {.read = zip_stream_read},
                                  .name = zip_reader_name(reader, index)};
    stream->file = zip_fopen_index(reader->zip, (zip_uint64_t)index, 0);
    return stream->file ? 0 : refuse(err, zip_get_error(reader->zip), stream->name);
}

void zip_stream_close(struct zip_stream *stream)
{
    if (stream->file)
        zip_fclose(stream->file);
    stream->file = NULL;
}
