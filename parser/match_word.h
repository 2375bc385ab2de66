/*
 * match_word - whether a match stands by itself or inside something longer.
 *
 * A match that begins with a letter or digit must not have a letter, digit or `_` before it, nor a
 * `.` or `-` that joins it to one: `evil.example` is not in `notevil.example` or
 * `www.evil.example`. The same behind its end: not in `evil.example.org`, but at the end of a
 * sentence it is. Of an IPv6 address `:` joins, too. In UTF-16, which is looked for in any bytes, only
 * Latin letters count.
 */
#ifndef PARSER_MATCH_WORD_H
#define PARSER_MATCH_WORD_H

#include "base/text.h"

#include <stdbool.h>

#define MATCH_WORD_CONTEXT 8 /* bytes before and behind a match that decide: two characters */

/* True for what can only be an IPv6 address, or a part of one: two or more `:`, else hexadecimal
 * digits and dots. */
bool match_word_is_ipv6(struct text literal);

/* Bytes [start, end) of `text`, end > start; before and behind the text is nothing. `unit` is 1 for
 * UTF-8, 2 for UTF-16LE. */
bool match_word_stands_alone(struct text text, size_t start, size_t end, bool is_ipv6, int unit);

#endif
