#include "base/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *checked(void *pointer)
{
    if (!pointer) {
        fputs("lrarchive: out of memory; nothing acknowledged is lost\n", stderr);
        abort();
    }
    return pointer;
}

void *memory_allocate(size_t size)
{
    return checked(malloc(size ? size : 1));
}

void *memory_zeroed(size_t count, size_t size)
{
    return checked(calloc(count ? count : 1, size ? size : 1));
}

void *memory_resize(void *pointer, size_t size)
{
    return checked(realloc(pointer, size ? size : 1));
}

char *memory_copy_text(const char *text, size_t length)
{
    char *copy = memory_allocate(length + 1);
    if (length)
        memcpy(copy, text, length);
    copy[length] = '\0';
    return copy;
}
