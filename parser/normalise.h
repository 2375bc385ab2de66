/*
 * normalise - the text rules that come after decoding: first NULs, then line ends.
 *
 * The run of NULs that ends a text is removed, each run inside becomes one U+2400; CRLF becomes LF,
 * a lone CR stays. Works on parts of any size; what a later part may change is held back.
 */
#ifndef PARSER_NORMALISE_H
#define PARSER_NORMALISE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct normalise {
    /* Takes the normalised text; -1 stops. */
    int (*put)(void *context, const char *bytes, size_t length);
    void *context;
    bool keep_line_ends;  /* JSON text kept as written: only the NUL rule holds */
    int64_t nul_stripped; /* NULs that ended the text */
    int64_t nul_inside;   /* NULs that became U+2400 */
    int64_t pending_nuls;
    bool pending_cr;
};

void normalise_init(struct normalise *normalise,
                    int (*put)(void *context, const char *bytes, size_t length), void *context,
                    bool keep_line_ends);

/* The next bytes of the text: whole UTF-8 characters, no NUL among them. 0, or put's -1. */
int normalise_part(struct normalise *normalise, const char *bytes, size_t length);

/* `count` NULs stand at this place. */
void normalise_nuls(struct normalise *normalise, int64_t count);

/* The text is over. 0, or put's -1. */
int normalise_end(struct normalise *normalise);

#endif
