#include "parser/match_word.h"

#include <ctype.h>
#include <string.h>
#include <wctype.h>

bool match_word_is_ipv6(struct text literal)
{
    int colons = 0;
    for (size_t i = 0; i < literal.length; i++) {
        unsigned char c = (unsigned char)literal.bytes[i];
        colons += c == ':';
        if (!isxdigit(c) && c != ':' && c != '.')
            return false;
    }
    return colons >= 2;
}

/* The character that ends at `end`, or begins at `start`; 0 where there is none. *used is its
 * length. */
static uint32_t before(struct text text, size_t end, int unit, size_t *used)
{
    if (end < (size_t)unit)
        return 0;
    if (unit == 2) {
        *used = 2;
        return (unsigned char)text.bytes[end - 2] | (uint32_t)(unsigned char)text.bytes[end - 1]
                                                        << 8;
    }
    for (size_t length = 1; length <= 4 && length <= end; length++) {
        uint32_t c = text_decode(text.bytes + end - length, length, used, NULL);
        if (c != TEXT_INVALID && *used == length)
            return c;
    }
    *used = 1;
    return TEXT_INVALID;
}

static uint32_t behind(struct text text, size_t start, int unit, size_t *used)
{
    if (text.length - start < (size_t)unit)
        return 0;
    if (unit == 2) {
        *used = 2;
        return (unsigned char)text.bytes[start] | (uint32_t)(unsigned char)text.bytes[start + 1]
                                                      << 8;
    }
    return text_decode(text.bytes + start, text.length - start, used, NULL);
}

/* Any two bytes are a UTF-16 unit, and most are some letter: before a text in a binary only Latin ones
 * are taken for letters. */
static bool is_word(uint32_t c, int unit)
{
    if (c < 0x80)
        return isalnum((int)c) || c == '_';
    return c != TEXT_INVALID && (unit == 1 || c < 0x250) && iswalnum((wint_t)c);
}

static bool joins(uint32_t c, bool is_ipv6)
{
    return c == '.' || c == '-' || (is_ipv6 && c == ':');
}

static bool begins_alone(struct text text, size_t start, bool is_ipv6, int unit)
{
    size_t used = 0;
    if (!is_word(behind(text, start, unit, &used), unit) && !is_ipv6)
        return true;
    uint32_t c = before(text, start, unit, &used);
    if (is_word(c, unit))
        return false;
    return !joins(c, is_ipv6) || !is_word(before(text, start - used, unit, &used), unit);
}

static bool ends_alone(struct text text, size_t end, bool is_ipv6, int unit)
{
    size_t used = 0;
    if (!is_word(before(text, end, unit, &used), unit) && !is_ipv6)
        return true;
    uint32_t c = behind(text, end, unit, &used);
    if (is_word(c, unit))
        return false;
    return !joins(c, is_ipv6) || !is_word(behind(text, end + used, unit, &used), unit);
}

bool match_word_stands_alone(struct text text, size_t start, size_t end, bool is_ipv6, int unit)
{
    return begins_alone(text, start, is_ipv6, unit) && ends_alone(text, end, is_ipv6, unit);
}
