#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void start(struct error *err, enum error_code code)
{
    err->code = code;
    err->offset = -1;
    err->path[0] = '\0';
    err->message[0] = '\0';
}

int error_set(struct error *err, enum error_code code, const char *format, ...)
{
    if (!err)
        return -1;
    start(err, code);
    va_list args;
    va_start(args, format);
    vsnprintf(err->message, sizeof err->message, format, args);
    va_end(args);
    return -1;
}

int error_set_errno(struct error *err, enum error_code code, int errno_value, const char *format,
                    ...)
{
    if (!err)
        return -1;
    start(err, code);
    va_list args;
    va_start(args, format);
    vsnprintf(err->message, sizeof err->message, format, args);
    va_end(args);
    size_t length = strlen(err->message);
    snprintf(err->message + length, sizeof err->message - length, ": %s", strerror(errno_value));
    return -1;
}

int error_at_path(struct error *err, const char *path)
{
    if (err && err->path[0] == '\0')
        snprintf(err->path, sizeof err->path, "%s", path);
    return -1;
}

int error_at_offset(struct error *err, int64_t offset)
{
    if (err && err->offset < 0)
        err->offset = offset;
    return -1;
}

const char *error_code_name(enum error_code code)
{
    switch (code) {
    case ERROR_NONE:
        return "none";
    case ERROR_USAGE:
        return "usage";
    case ERROR_NOT_FOUND:
        return "not_found";
    case ERROR_DAMAGED:
        return "damaged";
    case ERROR_ARCHIVE:
        return "archive";
    case ERROR_IO:
        return "io";
    case ERROR_DATABASE:
        return "database";
    case ERROR_REJECTED:
        return "rejected";
    case ERROR_TEMPORARY:
        return "temporary";
    case ERROR_ACCESS:
        return "access";
    case ERROR_INVALID:
        return "invalid";
    case ERROR_LIMIT:
        return "limit";
    }
    return "unknown";
}
