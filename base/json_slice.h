/*
 * json_slice - parts of a JSON text, cut out as they stand: what a service answers is archived byte for byte, and what
 * we need of it is read from the same bytes.
 *
 * The text must be whole, valid JSON (RFC 8259) of at most JSON_SLICE_BYTES, nested at most JSON_SLICE_DEPTH deep.
 * Slices are borrowed from it: nothing is copied or decoded.
 */
#ifndef BASE_JSON_SLICE_H
#define BASE_JSON_SLICE_H

#include "base/error.h"
#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>

#define JSON_SLICE_BYTES (64 * 1024 * 1024)
#define JSON_SLICE_DEPTH 64
#define JSON_SLICE_ELEMENTS 100000

/* The value of `key` in an object, without white space around it, into *value; bytes NULL when the key is absent. Given
 * twice, the first counts. -1 (ERROR_INVALID with the offset) when `object` is no valid JSON object. */
int json_slice_member(struct text object, const char *key, struct text *value, struct error *err);

/* As json_slice_member, and the value's text decoded, when it is a string without U+0000 of at most `size` - 1 bytes:
 * true. Else false and out "". Never an error: what is not there and what is broken are both no text. A lone surrogate
 * (\uDC00) makes a text that is no UTF-8. */
bool json_slice_text(struct text object, const char *key, char *out, size_t size);

/* The elements of an array, in order: *elements is a new array of *count slices that the caller frees (NULL when there
 * is none). -1 when `array` is no valid JSON array (ERROR_INVALID) or has more than JSON_SLICE_ELEMENTS (ERROR_LIMIT). */
int json_slice_elements(struct text array, struct text **elements, size_t *count,
                        struct error *err);

#endif
