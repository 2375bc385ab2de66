/*
 * json_scalar - the bytes of a JSON number, or of true, false and null (RFC 8259 sections 3 and 6).
 */
#ifndef PARSER_JSON_SCALAR_H
#define PARSER_JSON_SCALAR_H

#include <stdbool.h>
#include <stddef.h>

/* A byte that belongs to a number or word, right or wrong, that is going on. */
bool json_scalar_goes_on(char byte);

/* Numbers begin like this; words do not. */
bool json_scalar_is_number(char first_byte);

/* True when bytes[0..length), at least one, are how a number or one of the three words begins: what
 * an input that ends too early leaves of it, maybe all. */
bool json_scalar_may_begin(const char *bytes, size_t length);

#endif
