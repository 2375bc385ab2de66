/*
 * tally - how often each name was seen.
 *
 * SQLite would sort a million rows for every GROUP BY; a tally takes them in one reading. Names that
 * differ in the case of ASCII letters only are one, as the columns compare.
 */
#ifndef SCHEMA_TALLY_H
#define SCHEMA_TALLY_H

#include "base/error.h"
#include "base/text.h"

#include <stddef.h>
#include <stdint.h>

#define TALLY_BYTES (128 * 1024 * 1024) /* of all names of one tally */

struct tally;

struct tally_entry {
    struct text name; /* as it was first shown; absent: SQL NULL */
    int64_t count;
};

struct tally *tally_new(void);
void tally_free(struct tally *tally); /* NULL is fine */

/* One more of `key`, which is shown as `name`; either may be absent. The key's number, from 0 in the
 * order of their coming; -1 with ERROR_LIMIT when the names take more than TALLY_BYTES. */
int64_t tally_add(struct tally *tally, struct text key, struct text name, struct error *err);

/* Distinct keys, the absent one not counted. */
int64_t tally_count(const struct tally *tally);

/* The name that a key is shown as, by its number; valid until the next tally_add. */
struct text tally_name(const struct tally *tally, int64_t number);

/* The `most` entries seen most often, then by name, into `entries`: how many. The names live as long
 * as the tally, which must not be added to any more. */
size_t tally_top(const struct tally *tally, struct tally_entry *entries, size_t most);

#endif
