#include "export/check_files.h"

#include "base/memory.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MANIFEST_LINE_BYTES (SHA256_HEX_LENGTH + 2 + CHECK_NAME_SIZE)
#define DECLARATION "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
#define TAG_MANIFEST "tagmanifest-sha256.txt"

int check_tell(struct check *check, const char *name, struct error *err, const char *format, ...)
{
    char message[ERROR_MESSAGE_SIZE];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    check->summary->damages++;
    return check->finding(check->context, name, message, err);
}

int check_tell_error(struct check *check, const char *name, const struct error *why,
                     struct error *err)
{
    if (why->code == ERROR_DAMAGED || why->code == ERROR_INVALID || why->code == ERROR_LIMIT)
        return check_tell(check, name, err, "%s", why->message);
    *err = *why;
    return error_at_path(err, name);
}

/* ---- reading ---- */

static int64_t find(const struct check *check, const char *name)
{
    char whole[2 * CHECK_NAME_SIZE];
    snprintf(whole, sizeof whole, "%s%s", check->folder, name);
    return zip_reader_find(check->zip, whole);
}

/* 1 when it is there and open, 0 when not, which is told. */
static int open_file(struct check *check, const char *name, struct zip_stream *stream,
                     struct error *err)
{
    struct error why = {0};
    int64_t index = find(check, name);
    *stream = (struct zip_stream){0};
    if (index < 0)
        return check_tell(check, name, err, "is missing");
    if (zip_stream_open(stream, check->zip, index, &why))
        return check_tell_error(check, name, &why, err);
    return 1;
}

int check_open_lines(struct check *check, struct check_lines *lines, const char *name, size_t most,
                     struct error *err)
{
    *lines = (struct check_lines){.name = name};
    int is_open = open_file(check, name, &lines->stream, err);
    if (is_open == 1)
        line_stream_init(&lines->lines, &lines->stream.stream, most);
    return is_open;
}

void check_close_lines(struct check_lines *lines)
{
    line_stream_release(&lines->lines);
    zip_stream_close(&lines->stream);
}

int check_next_line(struct check *check, struct check_lines *lines, struct text *line,
                    struct error *err)
{
    struct error why = {0};
    int more = line_stream_next(&lines->lines, line, &why);
    return more < 0 ? check_tell_error(check, lines->name, &why, err) : more;
}

int check_read(struct check *check, const char *name, struct buffer *out, struct error *err)
{
    struct zip_stream stream;
    struct error why = {0};
    buffer_clear(out);
    int is_open = open_file(check, name, &stream, err);
    if (is_open != 1)
        return is_open;
    char block[4096];
    ssize_t got;
    while ((got = stream_read(&stream.stream, block, sizeof block, &why)) > 0)
        if (buffer_append(out, block, (size_t)got)) {
            error_set(&why, ERROR_LIMIT, "is longer than %zu bytes", out->limit);
            got = -1;
            break;
        }
    zip_stream_close(&stream);
    return got < 0 ? check_tell_error(check, name, &why, err) : 1;
}

static int hash_file(struct check *check, int64_t index, char sha256[SHA256_HEX_SIZE],
                     struct error *why)
{
    struct zip_stream stream;
    if (zip_stream_open(&stream, check->zip, index, why))
        return -1;
    int64_t bytes;
    int result = sha256_of_stream(&stream.stream, &bytes, sha256, why);
    zip_stream_close(&stream);
    check->summary->bytes += bytes;
    check->summary->files++;
    return result;
}

/* ---- names ---- */

/* The folder that everything lies in: where a bagit.txt is; else the first file's. Programs put folders of their own beside it. */
static int find_folder(struct check *check, struct error *err)
{
    int64_t count = zip_reader_count(check->zip);
    const char *name = count > 0 ? zip_reader_name(check->zip, 0) : "";
    for (int64_t i = 0; i < count; i++) {
        const char *other = zip_reader_name(check->zip, i), *slash = strchr(other, '/');
        if (slash && strcmp(slash, "/bagit.txt") == 0) {
            name = other;
            break;
        }
    }
    const char *slash = strchr(name, '/');
    size_t length = slash ? (size_t)(slash - name) + 1 : 0;
    if (length < 2 || length >= sizeof check->folder || strncmp(name, "./", 2) == 0 ||
        strncmp(name, "../", 3) == 0)
        return error_set(err, ERROR_DAMAGED,
                         "holds no folder with a bagit.txt: it is no export, or the folder is not "
                         "in it");
    memcpy(check->folder, name, length);
    return 0;
}

/* Below the bag's folder: what an export may hold, so that unpacking it harms nobody. */
static bool is_harmless(const char *path)
{
    static const char letters[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                  "._-";
    while (*path) {
        size_t length = strspn(path, letters);
        if (length == 0 || strspn(path, ".") == length || (path[length] && path[length] != '/'))
            return false;
        path += length + (path[length] == '/');
    }
    return true;
}

static int check_name(struct check *check, int64_t index, struct error *err)
{
    const char *name = zip_reader_name(check->zip, index);
    size_t folder = strlen(check->folder);
    if (strncmp(name, check->folder, folder) != 0)
        return check_tell(check, name, err, "lies outside the bag's folder");
    if (strlen(name) >= CHECK_NAME_SIZE)
        return check_tell(check, name, err, "has a name longer than any in an export");
    if (!is_harmless(name + folder))
        return check_tell(check, name, err,
                          "has a name that no export has: do not unpack this one");
    enum zip_reader_kind kind = zip_reader_kind(check->zip, index);
    if (kind == ZIP_READER_OTHER)
        return check_tell(check, name, err,
                          "is a link, a device or a folder with bytes in it: do not unpack this "
                          "one");
    if (kind == ZIP_READER_FOLDER)
        check->is_listed[index] = true;
    return 0;
}

static int check_names(struct check *check, struct error *err)
{
    int64_t count = zip_reader_count(check->zip);
    for (int64_t i = 0; i < count; i++)
        if (check_name(check, i, err))
            return -1;
    return 0;
}

/* ---- manifests ---- */

static void note_package(struct check *check, const char *name)
{
    const char *hash = name + strlen(PACKAGES_FOLDER);
    if (check->package_count == check->package_capacity) {
        check->package_capacity = check->package_capacity ? 2 * check->package_capacity : 64;
        check->packages =
            memory_resize(check->packages, check->package_capacity * sizeof *check->packages);
    }
    memcpy(check->packages[check->package_count++], hash, SHA256_HEX_SIZE);
}

static int check_listed(struct check *check, const char *manifest, const char *name,
                        const char *expected, struct error *err)
{
    char sha256[SHA256_HEX_SIZE];
    struct error why = {0};
    int64_t index = find(check, name);
    if (index < 0)
        return check_tell(check, name, err, "is missing, and %s has it", manifest);
    if (check->is_listed[index])
        return check_tell(check, name, err, "stands in %s again", manifest);
    check->is_listed[index] = true;
    if (hash_file(check, index, sha256, &why))
        return check_tell_error(check, name, &why, err);
    if (strcmp(sha256, expected) != 0)
        return check_tell(check, name, err, "is not what %s says: SHA-256 %s, not %s", manifest,
                          sha256, expected);
    if (strncmp(name, PACKAGES_FOLDER, strlen(PACKAGES_FOLDER)) != 0)
        return 0;
    if (strcmp(name + strlen(PACKAGES_FOLDER), sha256) != 0)
        return check_tell(check, name, err, "is not named by its SHA-256, which is %s", sha256);
    note_package(check, name);
    return 0;
}

/* "<hash>  <path>" (RFC 8493, 2.1.3). The payload manifest has what is below data/, the other one the rest. */
static int check_manifest_line(struct check *check, const char *manifest, bool is_of_payload,
                               int64_t number, struct text line, struct error *err)
{
    char sha256[SHA256_HEX_SIZE] = "", name[CHECK_NAME_SIZE] = "";
    if (line.length > SHA256_HEX_LENGTH + 2 &&
        line.length < SHA256_HEX_LENGTH + 2 + CHECK_NAME_SIZE &&
        memcmp(line.bytes + SHA256_HEX_LENGTH, "  ", 2) == 0 &&
        !memchr(line.bytes, '\0', line.length)) {
        snprintf(sha256, sizeof sha256, "%.*s", SHA256_HEX_LENGTH, line.bytes);
        snprintf(name, sizeof name, "%.*s", (int)(line.length - SHA256_HEX_LENGTH - 2),
                 line.bytes + SHA256_HEX_LENGTH + 2);
    }
    if (!sha256_is_hex(sha256) || (strncmp(name, "data/", 5) == 0) != is_of_payload)
        return check_tell(check, manifest, err, "line %lld is none of a manifest",
                          (long long)number);
    return check_listed(check, manifest, name, sha256, err);
}

static int check_manifest(struct check *check, const char *manifest, bool is_of_payload,
                          struct error *err)
{
    struct check_lines lines;
    struct text line;
    int more = check_open_lines(check, &lines, manifest, MANIFEST_LINE_BYTES, err);
    while (more == 1 && (more = check_next_line(check, &lines, &line, err)) == 1)
        if (check_manifest_line(check, manifest, is_of_payload, lines.lines.number, line, err))
            more = -1;
    check_close_lines(&lines);
    return more;
}

static int check_unlisted(struct check *check, struct error *err)
{
    int64_t count = zip_reader_count(check->zip), tag_manifest = find(check, TAG_MANIFEST);
    for (int64_t i = 0; i < count; i++)
        if (!check->is_listed[i] && i != tag_manifest &&
            check_tell(check, zip_reader_name(check->zip, i), err, "stands in no manifest"))
            return -1;
    return 0;
}

static int check_declaration(struct check *check, struct error *err)
{
    struct buffer text;
    buffer_init(&text, 4096);
    int is_read = check_read(check, "bagit.txt", &text, err);
    if (is_read == 1 && (text.length != sizeof DECLARATION - 1 ||
                         memcmp(text.bytes, DECLARATION, text.length) != 0))
        is_read =
            check_tell(check, "bagit.txt", err, "does not say that this is a bag (BagIt 1.0)");
    buffer_release(&text);
    return is_read < 0 ? -1 : 0;
}

static int compare_hashes(const void *a, const void *b)
{
    return memcmp(a, b, SHA256_HEX_SIZE);
}

int check_bag(struct check *check, struct error *err)
{
    if (find_folder(check, err))
        return -1;
    check->is_listed =
        memory_zeroed((size_t)zip_reader_count(check->zip) + 1, sizeof *check->is_listed);
    if (check_names(check, err) || check_declaration(check, err) ||
        check_manifest(check, TAG_MANIFEST, false, err) ||
        check_manifest(check, "manifest-sha256.txt", true, err) || check_unlisted(check, err))
        return -1;
    if (check->package_count > 0)
        qsort(check->packages, check->package_count, sizeof *check->packages, compare_hashes);
    check->is_told = memory_zeroed(check->package_count + 1, sizeof *check->is_told);
    check->summary->packages = (int64_t)check->package_count;
    return 0;
}
