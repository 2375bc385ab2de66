#include "cmd/key_file.h"

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define KEY_BYTES 4096

char *key_file_path(struct error *err)
{
    const char *config = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
    if (config && config[0] == '/')
        return file_join(config, "lrarchive/key");
    if (home && home[0] == '/')
        return file_join(home, ".config/lrarchive/key");
    error_set(err, ERROR_USAGE, "no place for a key: set HOME, or name a file");
    return NULL;
}

static char *add(const char *path, const char *ending)
{
    size_t size = strlen(path) + strlen(ending) + 1;
    char *out = memory_allocate(size);
    snprintf(out, size, "%s%s", path, ending);
    return out;
}

/* Who copies or steals the archive must not have the key with it. */
static int check_place(const char *path, struct error *err)
{
    char *folder = memory_copy_text(path, strlen(path));
    int result = 0;
    for (char *slash = strrchr(folder, '/'); slash && result == 0; slash = strrchr(folder, '/')) {
        *slash = '\0';
        char *format = file_join(folder, "FORMAT.txt");
        if (file_exists(format) && folder[0])
            result =
                error_set(err, ERROR_USAGE,
                          "a key must not lie in an archive: what it signs would prove nothing");
        free(format);
    }
    free(folder);
    return result ? error_at_path(err, path) : 0;
}

static int write_text(const char *path, const char *ending, struct buffer *text, struct error *err)
{
    char *name = add(path, ending);
    int result = file_create(name, text->bytes, text->length, err);
    explicit_bzero(text->bytes, text->capacity);
    buffer_release(text);
    free(name);
    return result;
}

int key_file_write(const char *path, const struct sign_key *key, const char *name,
                   struct error *err)
{
    struct buffer secret, verifier, pem;
    unsigned char public_key[SIGN_PUBLIC_SIZE];
    char *real = realpath(".", NULL), *full = path[0] == '/' ? add(path, "") : NULL;
    if (!full)
        full = file_join(real ? real : ".", path);
    free(real);
    int result = check_place(full, err) || file_make_folders_above(full, err) ? -1 : 0;
    free(full);
    if (result)
        return -1;
    buffer_init(&secret, KEY_BYTES);
    buffer_init(&verifier, KEY_BYTES);
    buffer_init(&pem, KEY_BYTES);
    sign_key_write(key, &secret);
    checkpoint_write_verifier(key, name, &verifier);
    text_printf(&verifier, "\n");
    sign_key_public(key, public_key);
    sign_write_public(public_key, &pem);
    result = write_text(path, "", &secret, err);
    if (write_text(path, ".pub", &verifier, result ? NULL : err) && result == 0)
        result = -1;
    if (write_text(path, ".pub.pem", &pem, result ? NULL : err) && result == 0)
        result = -1;
    return result;
}

struct sign_key *key_file_read(const char *path, struct checkpoint_verifier *verifier,
                               struct error *err)
{
    unsigned char public_key[SIGN_PUBLIC_SIZE];
    struct buffer text;
    if (!file_exists(path)) {
        error_set(err, ERROR_IO, "there is no such key: `lrarchive key new` makes one");
        error_at_path(err, path);
        return NULL;
    }
    struct sign_key *key = sign_key_load(path, err);
    if (!key)
        return NULL;
    char *name = add(path, ".pub");
    buffer_init(&text, KEY_BYTES);
    int result = file_read(name, &text, err);
    if (result == 0 && checkpoint_read_verifier(verifier, buffer_text(&text), err))
        result = error_at_path(err, name);
    sign_key_public(key, public_key);
    if (result == 0 && memcmp(public_key, verifier->public_key, sizeof public_key) != 0) {
        error_set(err, ERROR_INVALID, "is another key's: it does not belong to %s", path);
        result = error_at_path(err, name);
    }
    buffer_release(&text);
    free(name);
    if (result == 0)
        return key;
    sign_key_free(key);
    return NULL;
}
