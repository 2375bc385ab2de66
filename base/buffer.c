#include "base/buffer.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

void buffer_init(struct buffer *buffer, size_t limit)
{
    *buffer = (struct buffer){.limit = limit};
}

/* One byte more than asked, so that buffer_text always has room for its NUL. */
void buffer_reserve(struct buffer *buffer, size_t length)
{
    if (length + 1 <= buffer->capacity)
        return;
    size_t capacity = buffer->capacity ? buffer->capacity : 256;
    while (capacity < length + 1)
        capacity *= 2;
    if (capacity > buffer->limit + 1)
        capacity = buffer->limit + 1;
    if (capacity < length + 1)
        capacity = length + 1;
    buffer->bytes = memory_resize(buffer->bytes, capacity);
    buffer->capacity = capacity;
}

int buffer_append(struct buffer *buffer, const void *bytes, size_t length)
{
    if (length > buffer->limit - buffer->length)
        return -1;
    if (length == 0)
        return 0;
    buffer_reserve(buffer, buffer->length + length);
    memcpy(buffer->bytes + buffer->length, bytes, length);
    buffer->length += length;
    return 0;
}

size_t buffer_append_some(struct buffer *buffer, const void *bytes, size_t length)
{
    size_t room = buffer->limit - buffer->length;
    if (length > room)
        length = room;
    buffer_append(buffer, bytes, length);
    return length;
}

void buffer_clear(struct buffer *buffer)
{
    buffer->length = 0;
}

const char *buffer_text(struct buffer *buffer)
{
    buffer_reserve(buffer, buffer->length);
    buffer->bytes[buffer->length] = '\0';
    return buffer->bytes;
}

void buffer_release(struct buffer *buffer)
{
    free(buffer->bytes);
    buffer_init(buffer, buffer->limit);
}
