#include "cmd/password_file.h"

#include "base/file.h"

#include <string.h>

#define PASSWORD_BYTES 1024

int password_file_read(const char *path, struct buffer *password, struct error *err)
{
    buffer_init(password, PASSWORD_BYTES);
    if (file_read(path, password, err))
        return error_at_path(err, path);
    password->length = strcspn(buffer_text(password), "\r\n");
    if (buffer_text(password)[0])
        return 0;
    error_set(err, ERROR_USAGE, "the first line, which is the password, is empty");
    return error_at_path(err, path);
}

void password_file_release(struct buffer *password)
{
    if (password->bytes)
        explicit_bzero(password->bytes, password->capacity);
    buffer_release(password);
}
