#include "cmd/password_file.h"

#include "base/file.h"
#include "base/text.h"

#include <stdbool.h>
#include <string.h>

#define PASSWORD_BYTES 1024

/* Editors on Windows begin a file with it; nobody means it. */
static void drop_mark(struct buffer *text)
{
    static const char mark[] = "\xef\xbb\xbf";
    size_t length = sizeof mark - 1;
    if (text->length < length || memcmp(text->bytes, mark, length) != 0)
        return;
    text->length -= length;
    memmove(text->bytes, text->bytes + length, text->length);
}

int password_file_read(const char *path, struct buffer *password, struct error *err)
{
    buffer_init(password, PASSWORD_BYTES);
    if (file_read(path, password, err))
        return error_at_path(err, path);
    drop_mark(password);
    size_t length = 0;
    /* strchr finds a NUL, too. */
    while (length < password->length && !strchr("\r\n", password->bytes[length]))
        length++;
    bool is_cut = length < password->length && password->bytes[length] == '\0';
    password->length = length;
    if (is_cut || !text_is_utf8(buffer_text(password), length))
        error_set(err, ERROR_USAGE,
                  "the first line, which is the password, is not UTF-8 text; save the file as "
                  "UTF-8");
    else if (length == 0)
        error_set(err, ERROR_USAGE, "the first line, which is the password, is empty");
    else
        return 0;
    return error_at_path(err, path);
}

void password_file_release(struct buffer *password)
{
    if (password->bytes)
        explicit_bzero(password->bytes, password->capacity);
    buffer_release(password);
}
