/*
 * naive_match - what a matcher for literals must find, found by trying every place: slow, and with
 * nothing in common with what it is compared with but match.h.
 */
#ifndef TESTS_UNIT_PARSER_NAIVE_MATCH_H
#define TESTS_UNIT_PARSER_NAIVE_MATCH_H

#include "base/buffer.h"
#include "base/text.h"
#include "parser/match.h"

#include <stdlib.h>
#include <string.h>
#include <wctype.h>

/* Of the dotted and the dotless i no case is the other's without a language. */
static inline uint32_t naive_fold(uint32_t c)
{
    return c == 0x130 || c == 0x131 || c == TEXT_INVALID
               ? c
               : (uint32_t)towlower((wint_t)towupper((wint_t)c));
}

static inline bool naive_is_ascii(struct text text)
{
    for (size_t i = 0; i < text.length; i++)
        if ((unsigned char)text.bytes[i] >= 0x80)
            return false;
    return true;
}

/* In UTF-16LE. The caller releases. */
static inline void naive_widen(struct buffer *wide, struct text text)
{
    size_t used;
    buffer_init(wide, 2 * text.length + 16);
    for (size_t i = 0; i < text.length; i += used) {
        uint32_t c = text_decode(text.bytes + i, text.length - i, &used, NULL);
        uint32_t units[2] = {c, 0};
        if (c > 0xFFFF) {
            units[0] = 0xD7C0 + (c >> 10);
            units[1] = 0xDC00 + (c & 0x3FF);
        }
        for (int k = 0; k < (c > 0xFFFF ? 2 : 1); k++) {
            char bytes[2] = {(char)(units[k] & 0xFF), (char)(units[k] >> 8)};
            (void)buffer_append(wide, bytes, 2);
        }
    }
}

static inline unsigned char naive_lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (unsigned char)(c + 32) : (unsigned char)c;
}

/* Unit 1: bytes, in ASCII's cases; 2: UTF-16LE, in ASCII's cases. */
static inline bool naive_equal_units(const char *a, const char *b, size_t length, int unit,
                                     bool with_case)
{
    for (size_t i = 0; i < length; i += (size_t)unit) {
        bool is_letter = !with_case && (unit == 1 || (a[i + 1] == 0 && b[i + 1] == 0));
        if (unit == 2 && a[i + 1] != b[i + 1])
            return false;
        if (is_letter ? naive_lower(a[i]) != naive_lower(b[i]) : a[i] != b[i])
            return false;
    }
    return true;
}

/* The end of the literal at `start` of the text; 0: it is not there. */
static inline size_t naive_end(struct text text, size_t start, struct text literal, unsigned flags)
{
    if (flags & MATCH_BYTES || flags & MATCH_CASE || naive_is_ascii(literal))
        return text.length - start >= literal.length &&
                       naive_equal_units(text.bytes + start, literal.bytes, literal.length, 1,
                                         flags & MATCH_CASE)
                   ? start + literal.length
                   : 0;
    size_t at = start, used, used_by_text;
    for (size_t i = 0; i < literal.length; i += used, at += used_by_text) {
        uint32_t c = text_decode(literal.bytes + i, literal.length - i, &used, NULL);
        if (at >= text.length || naive_fold(text_decode(text.bytes + at, text.length - at,
                                                        &used_by_text, NULL)) != naive_fold(c))
            return 0;
    }
    return at;
}

static inline uint32_t naive_next(struct text text, size_t at, int unit, size_t *used)
{
    *used = (size_t)unit;
    if (text.length < at + (size_t)unit)
        return 0;
    if (unit == 2)
        return (unsigned char)text.bytes[at] | (uint32_t)(unsigned char)text.bytes[at + 1] << 8;
    return text_decode(text.bytes + at, text.length - at, used, NULL);
}

static inline uint32_t naive_last(struct text text, size_t end, int unit, size_t *used)
{
    *used = (size_t)unit;
    if (end < (size_t)unit)
        return 0;
    if (unit == 2)
        return naive_next(text, end - 2, 2, used);
    for (size_t back = 1; back <= 4 && back <= end; back++) {
        uint32_t c = text_decode(text.bytes + end - back, back, used, NULL);
        if (c != TEXT_INVALID && *used == back)
            return c;
    }
    *used = 1;
    return TEXT_INVALID;
}

/* In UTF-16 up to the end of Latin. */
static inline bool naive_in_word(uint32_t c, int unit)
{
    if (unit == 2 && c > 0x24F)
        return false;
    if (c < 128)
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
               c == '_';
    return c != TEXT_INVALID && iswalnum((wint_t)c);
}

static inline bool naive_is_ipv6(struct text literal)
{
    int colons = 0;
    for (size_t i = 0; i < literal.length; i++) {
        if (!strchr("0123456789abcdefABCDEF:.", literal.bytes[i]) || !literal.bytes[i])
            return false;
        colons += literal.bytes[i] == ':';
    }
    return colons >= 2;
}

static inline bool naive_alone(struct text text, size_t start, size_t end, bool is_ipv6, int unit)
{
    size_t used;
    const char *joints = is_ipv6 ? ".-:" : ".-";
    if (naive_in_word(naive_next(text, start, unit, &used), unit) || is_ipv6) {
        uint32_t c = naive_last(text, start, unit, &used);
        if (naive_in_word(c, unit))
            return false;
        if (c && c < 128 && strchr(joints, (int)c)) {
            size_t ignored;
            if (naive_in_word(naive_last(text, start - used, unit, &ignored), unit))
                return false;
        }
    }
    if (naive_in_word(naive_last(text, end, unit, &used), unit) || is_ipv6) {
        uint32_t c = naive_next(text, end, unit, &used);
        if (naive_in_word(c, unit))
            return false;
        if (c && c < 128 && strchr(joints, (int)c)) {
            size_t ignored;
            if (naive_in_word(naive_next(text, end + used, unit, &ignored), unit))
                return false;
        }
    }
    return true;
}

/* struct match after struct match into `found`, in no order. */
static inline void naive_find(struct text text, const struct text *literals, size_t count,
                              unsigned flags, struct buffer *found)
{
    for (size_t i = 0; i < count; i++) {
        bool is_ipv6 = naive_is_ipv6(literals[i]);
        struct buffer wide;
        naive_widen(&wide, literals[i]);
        for (size_t start = 0; start < text.length; start++) {
            struct match match;
            memset(&match, 0, sizeof match); /* its padding, too */
            match.start = (int64_t)start;
            match.pattern = (uint32_t)i;
            size_t end = naive_end(text, start, literals[i], flags);
            if (!(flags & MATCH_BYTES) && ((unsigned char)text.bytes[start] & 0xC0) == 0x80)
                end = 0;
            if (end && (!(flags & MATCH_WORD) || naive_alone(text, start, end, is_ipv6, 1))) {
                match.end = (int64_t)end;
                (void)buffer_append(found, &match, sizeof match);
            }
            end = start + wide.length;
            if (flags & MATCH_BYTES && end <= text.length &&
                naive_equal_units(text.bytes + start, wide.bytes, wide.length, 2,
                                  flags & MATCH_CASE) &&
                (!(flags & MATCH_WORD) || naive_alone(text, start, end, is_ipv6, 2))) {
                match.end = (int64_t)end;
                (void)buffer_append(found, &match, sizeof match);
            }
        }
        buffer_release(&wide);
    }
}

static inline int naive_order(const void *a, const void *b)
{
    const struct match *x = a, *y = b;
    if (x->end != y->end)
        return x->end < y->end ? -1 : 1;
    if (x->start != y->start)
        return x->start < y->start ? -1 : 1;
    return x->pattern < y->pattern ? -1 : x->pattern > y->pattern;
}

static inline void naive_sort(struct buffer *found)
{
    if (found->length > 0)
        qsort(found->bytes, found->length / sizeof(struct match), sizeof(struct match),
              naive_order);
}

#endif
