/*
 * heap - malloc with a count, for tests that hold a room to its memory: `held` bytes now, and the
 * `most` since it was last set. Included by one file of a program. The sanitizers have an allocator
 * of their own; COUNTS_MEMORY is 0 then.
 */
#ifndef TESTS_UNIT_PARSER_HEAP_H
#define TESTS_UNIT_PARSER_HEAP_H

#include <malloc.h>
#include <stddef.h>
#include <stdint.h>

#if defined(__SANITIZE_ADDRESS__)
#define COUNTS_MEMORY 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define COUNTS_MEMORY 0
#endif
#endif
#ifndef COUNTS_MEMORY
#define COUNTS_MEMORY 1
#endif

static int64_t held, most;

#if COUNTS_MEMORY
/* glibc's own allocator under the names that it keeps for replacements like this one. */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *pointer, size_t size);
void __libc_free(void *pointer);

static void *note(void *pointer)
{
    held += (int64_t)malloc_usable_size(pointer);
    if (held > most)
        most = held;
    return pointer;
}

void *malloc(size_t size)
{
    return note(__libc_malloc(size));
}

void *calloc(size_t count, size_t size)
{
    return note(__libc_calloc(count, size));
}

/* Old and new block may be there together while one is copied to the other. */
void *realloc(void *pointer, size_t size)
{
    int64_t old = (int64_t)malloc_usable_size(pointer);
    void *moved = note(__libc_realloc(pointer, size));
    held -= old;
    return moved;
}

void free(void *pointer)
{
    held -= (int64_t)malloc_usable_size(pointer);
    __libc_free(pointer);
}
#endif

#endif
