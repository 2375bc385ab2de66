#include "fetch/profile.h"

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "fetch/cloud.h"
#include "fetch/pace.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BOM "\xEF\xBB\xBF"
#define SHOWN_KEY_BYTES 32 /* of an unknown key; what is longer might be a secret */

/* ---- the keys ---- */

enum kind { PLAIN, FILE_NAME, YES_OR_NO, CLOUD, CALLS };

static const struct key {
    const char *name;
    enum kind kind;
    size_t offset; /* of its field */
} keys[] = {
    {"tenant", PLAIN, offsetof(struct profile, tenant)},
    {"client-id", PLAIN, offsetof(struct profile, client_id)},
    {"client-secret-file", FILE_NAME, offsetof(struct profile, client_secret_file)},
    {"client-certificate", FILE_NAME, offsetof(struct profile, client_certificate)},
    {"token-file", FILE_NAME, offsetof(struct profile, token_file)},
    {"token-command", PLAIN, offsetof(struct profile, token_command)},
    {"device-code", YES_OR_NO, offsetof(struct profile, device_code)},
    {"cloud", CLOUD, offsetof(struct profile, cloud)},
    {"api-url", PLAIN, offsetof(struct profile, api_url)},
    {"login-url", PLAIN, offsetof(struct profile, login_url)},
    {"scope", PLAIN, offsetof(struct profile, scope)},
    {"blob-hosts", PLAIN, offsetof(struct profile, blob_hosts)},
    {"proxy", PLAIN, offsetof(struct profile, proxy)},
    {"ca-file", FILE_NAME, offsetof(struct profile, ca_file)},
    {"archive", FILE_NAME, offsetof(struct profile, archive)},
    {"operator", PLAIN, offsetof(struct profile, operator)},
    {"max-calls-per-hour", CALLS, offsetof(struct profile, max_calls_per_hour)},
};

#define KEY_COUNT (sizeof keys / sizeof *keys)

static const char **field_of(struct profile *profile, size_t key)
{
    return (const char **)(void *)((char *)profile + keys[key].offset);
}

void profile_free(struct profile *profile)
{
    for (size_t i = 0; i < KEY_COUNT; i++)
        free((char *)*field_of(profile, i));
    *profile = (struct profile){0};
}

/* ---- one pass over the file ---- */

struct reader {
    struct profile *profile;
    const char *path, *name;
    int64_t line;
    struct text sections[PROFILE_SECTIONS];
    size_t section_count;
    bool is_wanted;          /* the section that the line is in */
    bool has_found;          /* the wanted section was there */
    bool has_key[KEY_COUNT]; /* in this section */
};

static bool equals(struct text text, const char *word)
{
    return text.length == strlen(word) && memcmp(text.bytes, word, text.length) == 0;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

static struct text trim(struct text text)
{
    while (text.length > 0 && is_blank(text.bytes[0])) {
        text.bytes++;
        text.length--;
    }
    while (text.length > 0 && is_blank(text.bytes[text.length - 1]))
        text.length--;
    return text;
}

__attribute__((format(printf, 3, 4))) static int wrong(const struct reader *reader,
                                                       struct error *err, const char *format, ...)
{
    char what[ERROR_MESSAGE_SIZE - 32];
    va_list args;
    va_start(args, format);
    vsnprintf(what, sizeof what, format, args);
    va_end(args);
    error_set(err, ERROR_USAGE, "line %lld: %s", (long long)reader->line, what);
    return error_at_path(err, reader->path);
}

/* ---- a section ---- */

static int begin_section(struct reader *reader, struct text line, struct error *err)
{
    if (line.bytes[line.length - 1] != ']')
        return wrong(reader, err, "a section's name ends with ], and nothing stands behind it");
    struct text name = trim((struct text){line.bytes + 1, line.length - 2});
    if (name.length == 0 || name.length > PROFILE_NAME_BYTES)
        return wrong(reader, err, "a section's name has 1 to %d bytes", PROFILE_NAME_BYTES);
    for (size_t i = 0; i < reader->section_count; i++)
        if (reader->sections[i].length == name.length &&
            memcmp(reader->sections[i].bytes, name.bytes, name.length) == 0)
            return wrong(reader, err, "this section is there already: make the two one");
    if (reader->section_count == PROFILE_SECTIONS)
        return wrong(reader, err, "more than %d sections", PROFILE_SECTIONS);
    reader->sections[reader->section_count++] = name;
    reader->is_wanted = equals(name, reader->name ? reader->name : "default");
    reader->has_found = reader->has_found || reader->is_wanted;
    memset(reader->has_key, 0, sizeof reader->has_key);
    return 0;
}

/* ---- a key and its value ---- */

static bool is_secret(struct text key)
{
    static const char *const names[] = {"client-secret", "client_secret", "secret",
                                        "password",      "token",         "access-token"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (equals(key, names[i]))
            return true;
    return false;
}

static bool is_word(struct text text)
{
    for (size_t i = 0; i < text.length; i++)
        if (!isalnum((unsigned char)text.bytes[i]) && text.bytes[i] != '-' && text.bytes[i] != '_')
            return false;
    return text.length > 0 && text.length <= SHOWN_KEY_BYTES;
}

static int unknown_key(const struct reader *reader, struct text key, struct error *err)
{
    struct buffer names;
    if (is_secret(key))
        return wrong(reader, err,
                     "%.*s: a secret belongs in a file of its own that only you may read (chmod "
                     "600); take it out here and name that file with client-secret-file or "
                     "token-file",
                     (int)key.length, key.bytes);
    buffer_init(&names, ERROR_MESSAGE_SIZE / 2);
    for (size_t i = 0; i < KEY_COUNT; i++)
        text_printf(&names, "%s%s", i == 0 ? "" : ", ", keys[i].name);
    bool is_shown = is_word(key);
    int result = wrong(reader, err, "unknown key%s%.*s; the keys are %s", is_shown ? " " : "",
                       is_shown ? (int)key.length : 0, key.bytes, buffer_text(&names));
    buffer_release(&names);
    return result;
}

/* A quote at the beginning and another thing at the end might mean either: `"a b" c`. */
static int unquote(const struct reader *reader, struct text *value, struct error *err)
{
    if (value->length == 0 || value->bytes[0] != '"')
        return 0;
    const char *end = memchr(value->bytes + 1, '"', value->length - 1);
    if (!end || end != value->bytes + value->length - 1)
        return wrong(reader, err,
                     "a value that begins with a double quote ends with the next one; a command "
                     "may use single quotes");
    *value = (struct text){value->bytes + 1, value->length - 2};
    return 0;
}

static int unknown_cloud(const struct reader *reader, struct error *err)
{
    struct buffer names;
    buffer_init(&names, ERROR_MESSAGE_SIZE / 2);
    cloud_names(&names);
    int result = wrong(reader, err, "the cloud is one of %s", buffer_text(&names));
    buffer_release(&names);
    return result;
}

static int check_value(const struct reader *reader, const struct key *key, const char *value,
                       struct error *err)
{
    int64_t calls;
    if (key->kind == YES_OR_NO && strcmp(value, "yes") != 0 && strcmp(value, "no") != 0)
        return wrong(reader, err, "%s is yes or no", key->name);
    if (key->kind == CLOUD && !cloud_find(value))
        return unknown_cloud(reader, err);
    if (key->kind == CALLS &&
        (text_parse_int64(value, strlen(value), &calls) || calls < 1 || calls > PACE_HOUR_CALLS))
        return wrong(reader, err, "%s is a whole number from 1 to %d", key->name, PACE_HOUR_CALLS);
    return 0;
}

/* A new text; NULL when it needs a home and there is none. */
static char *resolve(const char *path, const char *name)
{
    const char *home = getenv("HOME");
    if (strncmp(name, "~/", 2) == 0)
        return home && home[0] ? file_join(home, name + 2) : NULL;
    const char *slash = strrchr(path, '/');
    if (name[0] == '/' || !slash)
        return memory_copy_text(name, strlen(name));
    char *folder = memory_copy_text(path, (size_t)(slash - path));
    char *resolved = file_join(folder, name);
    free(folder);
    return resolved;
}

static int keep(struct reader *reader, size_t key, struct text value, struct error *err)
{
    char *text = memory_copy_text(value.bytes, value.length), *resolved;
    int result = check_value(reader, &keys[key], text, err);
    if (result == 0 && reader->is_wanted && keys[key].kind == FILE_NAME) {
        resolved = resolve(reader->path, text);
        free(text);
        text = resolved;
        if (!text)
            result = wrong(reader, err, "~/ needs $HOME, which is not set; write the whole path");
    }
    if (result == 0 && reader->is_wanted)
        *field_of(reader->profile, key) = text;
    else
        free(text);
    return result;
}

static int read_key(struct reader *reader, struct text line, const char *equals_sign,
                    struct error *err)
{
    struct text name = trim((struct text){line.bytes, (size_t)(equals_sign - line.bytes)});
    struct text value =
        trim((struct text){equals_sign + 1, line.length - (size_t)(equals_sign + 1 - line.bytes)});
    size_t key = 0;
    while (key < KEY_COUNT && !equals(name, keys[key].name))
        key++;
    if (key == KEY_COUNT)
        return unknown_key(reader, name, err);
    if (reader->section_count == 0)
        return wrong(reader, err, "a key before any section: begin with [default]");
    if (reader->has_key[key])
        return wrong(reader, err, "this key is in the section already: leave one of the two");
    reader->has_key[key] = true;
    if (unquote(reader, &value, err))
        return -1;
    if (value.length == 0)
        return wrong(reader, err, "a key without a value: give it one, or take the line out");
    if (value.length > PROFILE_VALUE_BYTES)
        return wrong(reader, err, "a value longer than %d bytes", PROFILE_VALUE_BYTES);
    return keep(reader, key, value, err);
}

/* ---- the lines ---- */

static int read_line(struct reader *reader, struct text line, struct error *err)
{
    line = trim(line);
    for (size_t i = 0; i < line.length; i++)
        if (line.bytes[i] != '\t' && ((unsigned char)line.bytes[i] < ' ' || line.bytes[i] == 0x7F))
            return wrong(reader, err, "a control character in it; save the file as plain text");
    if (line.length == 0 || line.bytes[0] == '#' || line.bytes[0] == ';')
        return 0;
    if (line.bytes[0] == '[')
        return begin_section(reader, line, err);
    const char *equals_sign = memchr(line.bytes, '=', line.length);
    if (!equals_sign)
        return wrong(reader, err, "neither [section], nor key = value, nor a comment with # first");
    return read_key(reader, line, equals_sign, err);
}

static int read_lines(struct reader *reader, struct text rest, struct error *err)
{
    if (rest.length >= strlen(BOM) && memcmp(rest.bytes, BOM, strlen(BOM)) == 0)
        rest = (struct text){rest.bytes + strlen(BOM), rest.length - strlen(BOM)};
    while (rest.length > 0) {
        const char *end = memchr(rest.bytes, '\n', rest.length);
        size_t length = end ? (size_t)(end - rest.bytes) : rest.length;
        reader->line++;
        if (read_line(reader, (struct text){rest.bytes, length}, err))
            return -1;
        length += end ? 1 : 0;
        rest = (struct text){rest.bytes + length, rest.length - length};
    }
    return 0;
}

/* ---- the file ---- */

static int check_owner(int fd, const char *path, struct error *err)
{
    struct stat status;
    if (fstat(fd, &status)) {
        error_set_errno(err, ERROR_IO, errno, "cannot stat");
        return error_at_path(err, path);
    }
    if (!S_ISREG(status.st_mode))
        error_set(err, ERROR_USAGE, "no regular file; put a file of text there");
    else if (status.st_mode & (S_IWGRP | S_IWOTH))
        error_set(err, ERROR_USAGE,
                  "others than its owner may write it, and it may name a command to run: chmod "
                  "go-w it");
    else if (status.st_uid != 0 && status.st_uid != geteuid())
        error_set(err, ERROR_USAGE,
                  "it belongs to another user, and it may name a command to run: chown it, or use "
                  "a copy of your own");
    else
        return 0;
    return error_at_path(err, path);
}

static int read_all(int fd, const char *path, struct buffer *bytes, struct error *err)
{
    char block[4096];
    ssize_t got;
    while ((got = read(fd, block, sizeof block)) > 0)
        if (buffer_append(bytes, block, (size_t)got)) {
            error_set(err, ERROR_USAGE, "longer than %d bytes; is it another file?",
                      PROFILE_FILE_BYTES);
            return error_at_path(err, path);
        }
    if (got == 0)
        return 0;
    error_set_errno(err, ERROR_IO, errno, "cannot read");
    return error_at_path(err, path);
}

static int read_file(const char *path, struct buffer *bytes, struct error *err)
{
    /* Without O_NONBLOCK a FIFO would wait for its writer before it can be refused. */
    int fd = file_open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY, err);
    if (fd < 0)
        return -1;
    int result = check_owner(fd, path, err) || read_all(fd, path, bytes, err) ? -1 : 0;
    close(fd);
    return result;
}

static bool is_absent(const char *path)
{
    struct stat status;
    return !path || (lstat(path, &status) && (errno == ENOENT || errno == ENOTDIR));
}

static int no_such_name(const struct reader *reader, struct error *err)
{
    struct buffer names;
    buffer_init(&names, ERROR_MESSAGE_SIZE / 2);
    for (size_t i = 0; i < reader->section_count; i++)
        text_printf(&names, "%s%.*s", i == 0 ? "" : ", ", (int)reader->sections[i].length,
                    reader->sections[i].bytes);
    error_set(err, ERROR_USAGE, "no profile \"%.*s\" in it; %s%s", PROFILE_NAME_BYTES, reader->name,
              names.length > 0 ? "there are: " : "there is none", buffer_text(&names));
    buffer_release(&names);
    return error_at_path(err, reader->path);
}

static int load(struct profile *profile, const char *path, const char *name, struct error *err)
{
    struct reader reader = {.profile = profile, .path = path, .name = name};
    struct buffer bytes;
    buffer_init(&bytes, PROFILE_FILE_BYTES);
    int result = read_file(path, &bytes, err);
    if (result == 0)
        result = read_lines(&reader, (struct text){buffer_text(&bytes), bytes.length}, err);
    if (result == 0 && name && !reader.has_found)
        result = no_such_name(&reader, err);
    buffer_release(&bytes);
    return result;
}

int profile_load(struct profile *profile, const char *path, const char *name, struct error *err)
{
    *profile = (struct profile){0};
    if (is_absent(path)) {
        if (!name)
            return 0;
        error_set(err, ERROR_USAGE, "no profile \"%.*s\": there is no %s", PROFILE_NAME_BYTES, name,
                  path ? "such file; write it" : "home folder to look for it in; set $HOME");
        return path ? error_at_path(err, path) : -1;
    }
    if (load(profile, path, name, err) == 0)
        return 0;
    profile_free(profile);
    return -1;
}

char *profile_path(void)
{
    const char *config = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
    if (config && config[0] == '/')
        return file_join(config, "lrarchive/config");
    return home && home[0] ? file_join(home, ".config/lrarchive/config") : NULL;
}
