#include "export/zip_reader.h"

#include "base/interrupt.h"
#include "base/memory.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <zip.h>

struct zip_reader {
    zip_t *zip;
    int64_t count;
    bool is_password_right; /* it has opened a file */
};

/* What people can do something about; NULL: libzip's own words. */
static const char *words_for(int code, enum error_code *is)
{
    *is = ERROR_USAGE;
    switch (code) {
    case ZIP_ER_NOPASSWD:
        return "is encrypted: --password-file FILE";
    case ZIP_ER_WRONGPASSWD:
        return "is encrypted with another password: put it into the first line of a file and say "
               "--password-file FILE";
    case ZIP_ER_COMPNOTSUPP:
    case ZIP_ER_ENCRNOTSUPP:
        return "is packed by a method that is not read here: unzip it, and verify what `zip -r` "
               "makes of it";
    case ZIP_ER_OPNOTSUPP:
        return "is no regular file: a ZIP is read from its end, and cannot be a folder or a pipe";
    default:
        break;
    }
    *is = ERROR_DAMAGED;
    switch (code) {
    case ZIP_ER_EXISTS:
        return "has two files of one name";
    case ZIP_ER_INCONS:
        return "cannot be read as a ZIP: its directory does not fit its files. It was changed, or "
               "packed anew by a program that writes as a stream: then unzip it, and verify what "
               "`zip -r` makes of it";
    case ZIP_ER_NOZIP:
        return "cannot be read as a ZIP: it is none, or it was cut off; compare its SHA-256 with "
               "the sender's";
    default:
        return NULL;
    }
}

static int refuse(struct error *err, zip_error_t *error, const char *path)
{
    int code = zip_error_code_zip(error);
    enum error_code is;
    const char *words = words_for(code, &is);
    bool is_system = zip_error_system_type(error) == ZIP_ET_SYS || code == ZIP_ER_NOENT;
    if (words)
        error_set(err, is, "%s", words);
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

enum zip_reader_kind zip_reader_kind(const struct zip_reader *reader, int64_t index)
{
    zip_uint8_t system;
    zip_uint32_t attributes;
    zip_stat_t about;
    zip_uint64_t at = (zip_uint64_t)index;
    const char *name = zip_reader_name(reader, index);
    bool is_folder = name[0] && name[strlen(name) - 1] == '/';
    if (zip_file_get_external_attributes(reader->zip, at, 0, &system, &attributes) == 0 &&
        system == ZIP_OPSYS_UNIX) {
        zip_uint32_t type = attributes >> 16 & S_IFMT;
        if (type != 0 && type != (is_folder ? S_IFDIR : S_IFREG))
            return ZIP_READER_OTHER;
    }
    if (!is_folder)
        return ZIP_READER_FILE;
    return zip_stat_index(reader->zip, at, 0, &about) == 0 && about.size == 0 ? ZIP_READER_FOLDER
                                                                              : ZIP_READER_OTHER;
}

static ssize_t zip_stream_read(struct stream *base, void *bytes, size_t size, struct error *err)
{
    struct zip_stream *stream = (struct zip_stream *)base;
    if (interrupt_check(err))
        return -1;
    zip_int64_t got = zip_fread(stream->file, bytes, size);
    if (got >= 0)
        return got;
    zip_error_t *error = zip_file_get_error(stream->file);
    /* libzip compares with the nought that stands in the place, at the end. */
    if (!stream->has_crc && zip_error_code_zip(error) == ZIP_ER_CRC)
        return 0;
    return refuse(err, error, stream->name);
}

int zip_stream_open(struct zip_stream *stream, struct zip_reader *reader, int64_t index,
                    struct error *err)
{
    zip_stat_t about;
    *stream = (struct zip_stream){.stream = {.read = zip_stream_read},
                                  .name = zip_reader_name(reader, index)};
    if (zip_stat_index(reader->zip, (zip_uint64_t)index, 0, &about))
        return refuse(err, zip_get_error(reader->zip), stream->name);
    bool is_encrypted = about.encryption_method != ZIP_EM_NONE;
    stream->has_crc = !is_encrypted || about.crc != 0;
    stream->file = zip_fopen_index(reader->zip, (zip_uint64_t)index, 0);
    if (stream->file) {
        reader->is_password_right |= is_encrypted;
        return 0;
    }
    zip_error_t *error = zip_get_error(reader->zip);
    if (zip_error_code_zip(error) != ZIP_ER_WRONGPASSWD || !reader->is_password_right)
        return refuse(err, error, stream->name);
    error_set(err, ERROR_DAMAGED, "the password that opens other files does not open it");
    return error_at_path(err, stream->name);
}

void zip_stream_close(struct zip_stream *stream)
{
    if (stream->file)
        zip_fclose(stream->file);
    stream->file = NULL;
}
