/*
 * error - what went wrong, in one sentence, carried upward without allocation.
 *
 * Every function that can fail returns 0 or -1 (iterators: 1 row, 0 end, -1 error) and takes
 * `struct error *err` last. The function that fails says what is wrong and what to do; each level
 * above may add the path or the byte once. Only cmd/ prints an error.
 */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

#include <stdint.h>

enum error_code {
    ERROR_NONE = 0,
    ERROR_USAGE,     /* the command line, or a value given on it, is wrong */
    ERROR_NOT_FOUND, /* the answer is no: nothing matches */
    ERROR_DAMAGED,   /* bytes in the archive are not what they were */
    ERROR_ARCHIVE,   /* no archive here, or one this version must not touch */
    ERROR_IO,        /* the operating system refused: disk full, permission, read error */
    ERROR_DATABASE,  /* SQLite refused */
    ERROR_REJECTED,  /* an input could not be kept */
    ERROR_TEMPORARY, /* trying again later may help */
    ERROR_ACCESS,    /* the remote side refuses access */
    ERROR_INVALID,   /* bytes that do not follow their format */
    ERROR_LIMIT,     /* a ceiling was reached */
};

#define ERROR_MESSAGE_SIZE 1024
#define ERROR_PATH_SIZE 1024

/* A zeroed struct is "no error". Owned by the caller, usually on its stack. */
struct error {
    enum error_code code;
    int64_t offset;                   /* byte in `path` that the message is about; -1 unknown */
    char path[ERROR_PATH_SIZE];       /* file the message is about; "" unknown; cut when longer */
    char message[ERROR_MESSAGE_SIZE]; /* what is wrong; what to do. No final full stop or LF */
};

/* Sets code and message (cut to the size above) and forgets path and offset. Returns -1, so that a
 * caller can `return error_set(...)`. `err` may be NULL: then only -1 is returned. */
int error_set(struct error *err, enum error_code code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* As error_set, then appends ": " and the text of `errno_value`. */
int error_set_errno(struct error *err, enum error_code code, int errno_value, const char *format,
                    ...) __attribute__((format(printf, 4, 5)));

/* Names the file when no deeper level has named one. Returns -1. */
int error_at_path(struct error *err, const char *path);

/* Names the byte when no deeper level has named one. Returns -1. */
int error_at_offset(struct error *err, int64_t offset);

/* The code's stable name for machines: "usage", "not_found", ... Static text. */
const char *error_code_name(enum error_code code);

#endif
