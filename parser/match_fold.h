/*
 * match_fold - texts that are the same but for the case of their letters, one character after the
 * other (Unicode's simple case folding, as the C library knows it).
 */
#ifndef PARSER_MATCH_FOLD_H
#define PARSER_MATCH_FOLD_H

#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>

/* True when `literal` (UTF-8) ends at byte `end` of the text; *start is then where it begins there,
 * which its length alone does not say: letters may take other lengths in another case. */
bool match_fold_ends(struct text text, size_t end, struct text literal, bool any_case,
                     size_t *start);

/* True when the UTF-16LE form of `literal` (UTF-8) is at `bytes`, which are as many as it takes;
 * `any_case`: of ASCII's letters only. */
bool match_fold_is_wide(const char *bytes, struct text literal, bool any_case);

/* Writes the UTF-16LE form, at most twice as long, and returns its length. */
size_t match_fold_widen(struct text literal, char *out);

#endif
