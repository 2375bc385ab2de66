/*
 * buffer - bytes that grow up to a ceiling.
 */
#ifndef BASE_BUFFER_H
#define BASE_BUFFER_H

#include <stddef.h>

/* `bytes` is owned by the buffer and moves when it grows; NULL while nothing was ever appended. */
struct buffer {
    char *bytes;
    size_t length;
    size_t capacity;
    size_t limit; /* bytes at most */
};

/* An empty buffer that never holds more than `limit` bytes. Allocates nothing. */
void buffer_init(struct buffer *buffer, size_t limit);

/* Appends all `length` bytes, or nothing and returns -1 when the ceiling would be passed. */
int buffer_append(struct buffer *buffer, const void *bytes, size_t length);

/* Appends as many leading bytes as fit and returns how many. */
size_t buffer_append_some(struct buffer *buffer, const void *bytes, size_t length);

/* Makes room for `length` bytes in all (at most the limit) without changing the content. */
void buffer_reserve(struct buffer *buffer, size_t length);

/* Length back to 0; keeps the memory. */
void buffer_clear(struct buffer *buffer);

/* The bytes as a C string (a NUL is put behind them, not counted); valid until the next change. */
const char *buffer_text(struct buffer *buffer);

/* Frees the memory; the buffer is then as after buffer_init. */
void buffer_release(struct buffer *buffer);

#endif
