/*
 * uuid - identifiers made of names: RFC 9562, section 5.5 (version 5). The same name gives the same identifier everywhere.
 */
#ifndef BASE_UUID_H
#define BASE_UUID_H

#include <stddef.h>

#define UUID_SIZE 16
#define UUID_TEXT_SIZE 37 /* with the NUL */

/* As text in lower case. Who chooses names can make two with one SHA-1, on which this rests: let a stranger's bytes in only as
 * their SHA-256. */
void uuid_of_name(const unsigned char name_space[UUID_SIZE], const void *name, size_t length,
                  char text[UUID_TEXT_SIZE]);

#endif
