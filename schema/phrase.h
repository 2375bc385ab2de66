/*
 * phrase - words in a row, as FTS5 sees them: in any case, on the boundaries of tokens, whatever
 * stands between them.
 *
 * The tokens are cut by FTS5's own tokenizer, the one of output_fts, so that what is found in a text
 * is what the index has of it (https://sqlite.org/fts5.html sections 3.2 and 4.3).
 */
#ifndef SCHEMA_PHRASE_H
#define SCHEMA_PHRASE_H

#include "base/error.h"
#include "base/text.h"
#include "schema/store.h"

#include <stddef.h>

#define PHRASE_BYTES 4096 /* of what was asked for */
#define PHRASE_WORDS 64   /* in it: FTS5 bounds how deep an expression may be */

struct phrase;

/* Nothing in the text is syntax. ERROR_USAGE when it holds no token or passes a bound above. The store is borrowed. NULL after an error. */
struct phrase *phrase_new(struct store *reader, struct text text, struct error *err);
void phrase_free(struct phrase *phrase); /* NULL is fine */

/* An expression for MATCH that finds pages with the phrase; owned by the phrase. */
const char *phrase_match(const struct phrase *phrase);

/* An expression for MATCH that finds pages which begin with the last part of the phrase, so that the
 * first part may end the page before; NULL for a phrase of one word. Owned by the phrase. */
const char *phrase_match_tail(const struct phrase *phrase);

/* Tells where the phrase is in a text: bytes [start, end), in order. 0 goes on, else it stops. */
typedef int phrase_call(void *context, size_t start, size_t end);

/* 0, or what `call` stopped with; -1 with err when FTS5 fails. */
int phrase_find(struct phrase *phrase, struct text text, phrase_call *call, void *context,
                struct error *err);

#endif
