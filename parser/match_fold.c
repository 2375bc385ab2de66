#include "parser/match_fold.h"

#include <string.h>
#include <wctype.h>

static uint32_t fold(uint32_t c)
{
    /* The dotted and the dotless i are another letter's case in Turkish only. */
    if (c == 0x130 || c == 0x131)
        return c;
    return (uint32_t)towlower((wint_t)towupper((wint_t)c));
}

/* The character that ends at `end` > 0, as far as the bytes are UTF-8. */
static uint32_t last_of(const char *bytes, size_t end, size_t *used)
{
    size_t start = end - 1;
    while (start > 0 && end - start < 4 && ((unsigned char)bytes[start] & 0xC0) == 0x80)
        start--;
    uint32_t c = text_decode(bytes + start, end - start, used, NULL);
    return *used == end - start ? c : TEXT_INVALID;
}

bool match_fold_ends(struct text text, size_t end, struct text literal, bool any_case,
                     size_t *start)
{
    size_t used;
    for (size_t left = literal.length; left > 0; left -= used) {
        uint32_t wanted = last_of(literal.bytes, left, &used), c = TEXT_INVALID;
        size_t used_by_text = 0;
        if (end > 0)
            c = last_of(text.bytes, end, &used_by_text);
        if (c == TEXT_INVALID || !(c == wanted || (any_case && fold(c) == fold(wanted))))
            return false;
        end -= used_by_text;
    }
    *start = end;
    return true;
}

static size_t units_of(uint32_t c, char out[4])
{
    uint32_t high = 0xD7C0 + (c >> 10), low = 0xDC00 + (c & 0x3FF);
    if (c <= 0xFFFF)
        high = c;
    out[0] = (char)(high & 0xFF);
    out[1] = (char)(high >> 8);
    out[2] = (char)(low & 0xFF);
    out[3] = (char)(low >> 8);
    return c <= 0xFFFF ? 2 : 4;
}

bool match_fold_is_wide(const char *bytes, struct text literal, bool any_case)
{
    size_t used;
    for (size_t i = 0; i < literal.length; i += used) {
        char units[4];
        uint32_t c = text_decode(literal.bytes + i, literal.length - i, &used, NULL);
        size_t length = units_of(c, units);
        bool is_letter = any_case && c < 0x80 && fold(c) == fold((unsigned char)bytes[0]);
        if (memcmp(bytes, units, length) != 0 && !(is_letter && bytes[1] == 0))
            return false;
        bytes += length;
    }
    return true;
}

size_t match_fold_widen(struct text literal, char *out)
{
    size_t length = 0, used;
    for (size_t i = 0; i < literal.length; i += used) {
        char units[4];
        uint32_t c = text_decode(literal.bytes + i, literal.length - i, &used, NULL);
        size_t size = units_of(c, units);
        memcpy(out + length, units, size);
        length += size;
    }
    return length;
}
