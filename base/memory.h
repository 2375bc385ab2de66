/*
 * memory - allocation that does not fail. Every size that input controls has a ceiling before it
 * gets here, so running out means the machine is out: the program ends (abort) and the commit
 * protocol makes that safe. The caller frees with free().
 */
#ifndef BASE_MEMORY_H
#define BASE_MEMORY_H

#include <stddef.h>

/* `size` bytes, uninitialised; size 0 gives a unique pointer. Never NULL. */
void *memory_allocate(size_t size);

/* `count` * `size` zeroed bytes; an overflowing product ends the program. Never NULL. */
void *memory_zeroed(size_t count, size_t size);

/* As realloc; never NULL. */
void *memory_resize(void *pointer, size_t size);

/* A NUL-terminated copy of text[0..length). */
char *memory_copy_text(const char *text, size_t length);

#endif
