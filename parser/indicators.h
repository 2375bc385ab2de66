/*
 * indicators - a list of what to look for: a line each, or CSV (RFC 4180) with the columns
 * indicator, name and type.
 *
 * A list is CSV when its first line that counts names a column `indicator`, in any case and order;
 * other columns are passed over. With `is_csv` it is CSV without such a line as well, and the first
 * three columns are indicator, name and type. UTF-8 or UTF-16 (by byte-order mark), lines ended by
 * LF or CRLF; blanks around a field, blank lines and lines that begin with # do not count.
 */
#ifndef PARSER_INDICATORS_H
#define PARSER_INDICATORS_H

#include "base/buffer.h"
#include "base/error.h"
#include "base/sha256.h"
#include "base/stream.h"
#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define INDICATORS_LIST_BYTES (16 * 1024 * 1024) /* of a list, in UTF-8 */

struct indicator {
    struct text indicator;  /* never empty */
    struct text name, type; /* absent when not given */
};

struct indicators {
    struct indicator *of; /* in the order of the list; the texts live in `text` */
    size_t count, capacity;
    bool is_csv;
    char sha256[SHA256_HEX_SIZE]; /* of the list's bytes */
    struct buffer text;
};

/* Reads the whole list; `in` is borrowed. With `refang`, what was written so that nobody clicks it
 * is read as it was: hxxp, [.], (dot) and the like. ERROR_USAGE, with the line in the message, when
 * the list is empty, too large, not UTF-8, holds a NUL, has lines that end with CR alone or columns that
 * are not separated by commas, or an indicator is longer than MATCH_LITERAL_BYTES. To be released in any case. */
int indicators_read(struct indicators *indicators, struct stream *in, bool is_csv, bool refang,
                    struct error *err);
void indicators_release(struct indicators *indicators);

/* Refangs one text in place (it never grows) and returns its new length. */
size_t indicators_refang(char *bytes, size_t length);

#endif
