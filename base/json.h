/*
 * json - JSON that we write, and our own small JSON read back (ledger lines, receipts).
 *
 * The writer is yajl's generator; text that is not UTF-8 gets U+FFFD, so what is written is always
 * valid. Nothing here reads packages: that is parser/json.h.
 */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include "base/buffer.h"
#include "base/error.h"
#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Writes one object (RFC 8259) without white space. Keys are C strings of ours. */
struct json_writer;

struct json_writer *json_writer_new(void);
void json_writer_free(struct json_writer *writer); /* NULL is fine */

/* Begins anew with '{'. */
void json_writer_begin(struct json_writer *writer);

void json_writer_text(struct json_writer *writer, const char *key, const char *value);
/* value.bytes NULL writes null. */
void json_writer_bytes(struct json_writer *writer, const char *key, struct text value);
void json_writer_int64(struct json_writer *writer, const char *key, int64_t value);
void json_writer_bool(struct json_writer *writer, const char *key, bool value);
void json_writer_null(struct json_writer *writer, const char *key);
/* JSON text that is already valid, put in as it is. */
void json_writer_raw(struct json_writer *writer, const char *key, const char *json);

/* Only when there is something to say: nothing is written for NULL or "". */
void json_writer_text_if(struct json_writer *writer, const char *key, const char *value);

/* Closes the object. The text stays the writer's, valid until the next begin; no LF at its end. */
struct text json_writer_end(struct json_writer *writer);

/* An array of objects is written as text with these two: open an array under `key`, then begin and
 * end each element. */
void json_writer_open_array(struct json_writer *writer, const char *key);
void json_writer_open_element(struct json_writer *writer);
void json_writer_close_element(struct json_writer *writer);
void json_writer_close_array(struct json_writer *writer);
/* An element that is a text. */
void json_writer_element_text(struct json_writer *writer, struct text value);

/* One flat object read whole: keys with text, integer, boolean or null values; nested values are
 * kept as absent. At most JSON_OBJECT_FIELDS keys and 1 MiB of input. */
#define JSON_OBJECT_FIELDS 64
#define JSON_OBJECT_BYTES (1024 * 1024)

struct json_object;

/* Parses bytes[0..length). NULL with `err` (ERROR_INVALID, with the offset) when it is not one
 * whole object within the limits, or gives a key twice. The caller frees the object. */
struct json_object *json_object_parse(const char *bytes, size_t length, struct error *err);
void json_object_free(struct json_object *object); /* NULL is fine */

/* The text of a key, NUL-terminated and owned by the object, or NULL when absent or not a text. */
const char *json_object_text(const struct json_object *object, const char *key);

/* As above with the length, for texts that may hold NULs; bytes NULL when absent. */
struct text json_object_bytes(const struct json_object *object, const char *key);

/* True and *value when the key holds an integer of 64 bits. */
bool json_object_int64(const struct json_object *object, const char *key, int64_t *value);

#endif
