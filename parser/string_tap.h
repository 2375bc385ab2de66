/*
 * string_tap - the content of one JSON string, decoded block by block.
 *
 * The seam between yajl and us. yajl scans a string again from its start at every block, so no
 * string's content ever reaches it; and yajl alone decides the grammar, so nothing here does.
 *
 *      bytes      {"script_output" : "C:\\temp ..."  , "exit_code" : 0 }
 *      to yajl    {""              : ""              , ""          : 0 }
 *      to us        script_output     C:\\temp ...     exit_code
 *
 *   json.c        splits the bytes: all that stands outside strings goes to yajl token by token.
 *                 At an opening quote yajl gets `""`, and its callback says whether a key or a
 *                 value stands there (or that no string may). The content goes to this file.
 *   string_tap.c  decodes: escapes, surrogate pairs, repairs; finds the closing quote.
 *   json.c        collects the content of a key, at most 64 KiB; hands that of a value on in parts.
 *   json_event.c  makes events of what yajl and this file say.
 *   handler       gets events in order (json.h).
 *
 * RFC 8259 section 7, with the repairs that packages need: raw control bytes are taken as they are;
 * a lone surrogate and each maximal subpart of bytes that are not UTF-8 become U+FFFD. Every part
 * given out is whole UTF-8 characters. Runs of NULs, raw or \u0000, are counted, not copied.
 */
#ifndef PARSER_STRING_TAP_H
#define PARSER_STRING_TAP_H

#include "base/text.h"
#include "parser/diagnostics.h"
#include "parser/encoding.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define STRING_TAP_OUT_BYTES 8192
#define STRING_TAP_ESCAPE_BYTES 12 /* a pair of \uXXXX */

enum string_tap_state {
    STRING_TAP_OPEN,     /* the block is over, the string is not */
    STRING_TAP_CLOSED,   /* the closing quote was read */
    STRING_TAP_BROKEN,   /* no escape of JSON; broken_at says where */
    STRING_TAP_NUL,      /* an escape is cut by the NUL at broken_at; the escape is dropped */
    STRING_TAP_TOO_LONG, /* more than `limit` bytes; no more than `limit` were given out, or used */
    STRING_TAP_STOPPED,  /* a callback said -1 */
};

struct string_tap {
    /* Takes decoded text; borrowed for the call. -1 stops. */
    int (*part)(void *context, struct text part);
    int (*nuls)(void *context, int64_t count);
    void *context;
    const struct encoding *encoding; /* for offsets */
    struct diagnostics *diagnostics;
    bool verbatim; /* escapes stay as they are written */
    size_t limit;  /* decoded bytes at most */
    size_t length; /* decoded bytes so far */
    enum string_tap_state state;
    const char *broken_at; /* in the present block */

    const char *block;                     /* the block that encoding_offset is about */
    char pending[STRING_TAP_ESCAPE_BYTES]; /* an escape or character that earlier blocks began */
    size_t pending_length;
    int64_t pending_offset;
    size_t out_length;
    char out[STRING_TAP_OUT_BYTES];
};

/* Callbacks, context, encoding and diagnostics are set once by the owner. Begins a string behind
 * its opening quote. */
void string_tap_begin(struct string_tap *tap, size_t limit, bool verbatim);

/* Decodes from `bytes` up to the closing quote or to block + block_length, whichever comes first;
 * returns how many bytes were used, and tap->state says why it ended. An escape, pair or character
 * that the block cuts waits for the next; at the end of input it is dropped by not asking again. */
size_t string_tap_feed(struct string_tap *tap, const char *block, size_t block_length,
                       const char *bytes);

#endif
