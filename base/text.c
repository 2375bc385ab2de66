#include "base/text.h"

#include "base/memory.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

uint32_t text_decode(const char *bytes, size_t length, size_t *used, bool *more)
{
    const unsigned char *in = (const unsigned char *)bytes;
    unsigned char lead = in[0];
    if (more)
        *more = false;
    *used = 1;
    if (lead < 0x80)
        return lead;
    /* Unicode table 3-7: the second byte's range depends on the lead, the others are 80..BF. */
    unsigned char low = 0x80, high = 0xBF;
    size_t need;
    uint32_t value;
    if (lead >= 0xC2 && lead <= 0xDF) {
        need = 2;
        value = lead & 0x1F;
    } else if (lead >= 0xE0 && lead <= 0xEF) {
        need = 3;
        value = lead & 0x0F;
        if (lead == 0xE0)
            low = 0xA0;
        if (lead == 0xED)
            high = 0x9F;
    } else if (lead >= 0xF0 && lead <= 0xF4) {
        need = 4;
        value = lead & 0x07;
        if (lead == 0xF0)
            low = 0x90;
        if (lead == 0xF4)
            high = 0x8F;
    } else {
        return TEXT_INVALID;
    }
    for (size_t i = 1; i < need; i++) {
        if (i == length) {
            if (more)
                *more = true;
            *used = i;
            return TEXT_INVALID;
        }
        if (in[i] < low || in[i] > high) {
            *used = i;
            return TEXT_INVALID;
        }
        value = (value << 6) | (in[i] & 0x3F);
        low = 0x80;
        high = 0xBF;
    }
    *used = need;
    return value;
}

size_t text_encode(uint32_t c, char out[4])
{
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    if (c < 0x800) {
        out[0] = (char)(0xC0 | (c >> 6));
        out[1] = (char)(0x80 | (c & 0x3F));
        return 2;
    }
    if (c < 0x10000) {
        out[0] = (char)(0xE0 | (c >> 12));
        out[1] = (char)(0x80 | ((c >> 6) & 0x3F));
        out[2] = (char)(0x80 | (c & 0x3F));
        return 3;
    }
    out[0] = (char)(0xF0 | (c >> 18));
    out[1] = (char)(0x80 | ((c >> 12) & 0x3F));
    out[2] = (char)(0x80 | ((c >> 6) & 0x3F));
    out[3] = (char)(0x80 | (c & 0x3F));
    return 4;
}

bool text_is_utf8(const char *bytes, size_t length)
{
    size_t used;
    for (size_t i = 0; i < length; i += used)
        if (text_decode(bytes + i, length - i, &used, NULL) == TEXT_INVALID)
            return false;
    return true;
}

bool text_is_hazard(uint32_t c)
{
    if (c < 0x20 || (c >= 0x7F && c <= 0x9F))
        return true;
    if (c < 0xAD)
        return false;
    return c == 0xAD || c == 0x061C || c == 0x180E || (c >= 0x200B && c <= 0x200F) ||
           (c >= 0x2028 && c <= 0x202E) || (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF ||
           (c >= 0xFFF9 && c <= 0xFFFB) || (c >= 0xE0000 && c <= 0xE007F);
}

void text_escape(struct buffer *out, const char *bytes, size_t length, enum text_keep keep)
{
    size_t used;
    for (size_t i = 0; i < length; i += used) {
        uint32_t c = text_decode(bytes + i, length - i, &used, NULL);
        if (c == TEXT_INVALID) {
            for (size_t k = 0; k < used; k++)
                text_printf(out, "\\x%02x", (unsigned char)bytes[i + k]);
        } else if (!text_is_hazard(c) ||
                   (keep == TEXT_KEEP_LINE_ENDS && (c == '\n' || c == '\t'))) {
            (void)buffer_append(out, bytes + i, used);
        } else if (c == '\n') {
            (void)buffer_append(out, "\\n", 2);
        } else if (c == '\t') {
            (void)buffer_append(out, "\\t", 2);
        } else if (c == '\r') {
            (void)buffer_append(out, "\\r", 2);
        } else if (c < 0x80) {
            text_printf(out, "\\x%02x", (unsigned)c);
        } else {
            text_printf(out, c > 0xFFFF ? "\\u%06x" : "\\u%04x", (unsigned)c);
        }
    }
}

static size_t columns_of(uint32_t c)
{
    int width = wcwidth((wchar_t)c);
    return width > 0 ? (size_t)width : width == 0 ? 0 : 1;
}

size_t text_columns(const char *bytes, size_t length)
{
    size_t columns = 0, used;
    for (size_t i = 0; i < length; i += used)
        columns += columns_of(text_decode(bytes + i, length - i, &used, NULL));
    return columns;
}

size_t text_cut_columns(const char *bytes, size_t length, size_t columns)
{
    size_t used, taken = 0, i = 0;
    for (; i < length; i += used) {
        taken += columns_of(text_decode(bytes + i, length - i, &used, NULL));
        if (taken > columns)
            break;
    }
    return i;
}

static char fold(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

bool text_equal_fold(const char *a, const char *b)
{
    for (; *a && fold(*a) == fold(*b); a++, b++)
        ;
    return fold(*a) == fold(*b);
}

int text_parse_int64(const char *text, size_t length, int64_t *value)
{
    size_t i = length > 0 && text[0] == '-' ? 1 : 0;
    bool negative = i == 1;
    if (i == length)
        return -1;
    int64_t result = 0;
    for (; i < length; i++) {
        if (text[i] < '0' || text[i] > '9')
            return -1;
        int digit = text[i] - '0';
        /* Summed as a negative number: the range below zero is the larger one. */
        if (__builtin_mul_overflow(result, 10, &result) ||
            __builtin_sub_overflow(result, digit, &result))
            return -1;
    }
    if (!negative && __builtin_sub_overflow((int64_t)0, result, &result))
        return -1;
    *value = result;
    return 0;
}

int text_parse_size(const char *text, int64_t *bytes)
{
    size_t digits = strspn(text, "0123456789");
    int64_t value;
    if (digits == 0 || text_parse_int64(text, digits, &value))
        return -1;
    static const char units[] = "KMGT";
    const char *rest = text + digits;
    const char *unit = *rest ? strchr(units, *rest & ~0x20) : NULL;
    int shift = 0;
    if (*rest && unit) {
        shift = 10 * (int)(unit - units + 1);
        rest++;
        if (*rest == 'i')
            rest++;
    }
    if (*rest == 'B' || *rest == 'b')
        rest++;
    if (*rest || value > (INT64_MAX >> shift))
        return -1;
    *bytes = value << shift;
    return 0;
}

void text_printf(struct buffer *out, const char *format, ...)
{
    char small[512];
    va_list args;
    va_start(args, format);
    int length = vsnprintf(small, sizeof small, format, args);
    va_end(args);
    if (length < 0)
        return;
    if ((size_t)length < sizeof small) {
        (void)buffer_append_some(out, small, (size_t)length);
        return;
    }
    char *large = memory_allocate((size_t)length + 1);
    va_start(args, format);
    vsnprintf(large, (size_t)length + 1, format, args);
    va_end(args);
    (void)buffer_append_some(out, large, (size_t)length);
    free(large);
}

const char *text_count(int64_t count, char out[TEXT_COUNT_SIZE])
{
    char digits[TEXT_COUNT_SIZE];
    int length = snprintf(digits, sizeof digits, "%lld", (long long)count), used = 0;
    for (int i = 0; i < length; i++) {
        if (i > 0 && digits[i - 1] != '-' && (length - i) % 3 == 0)
            out[used++] = ',';
        out[used++] = digits[i];
    }
    out[used] = '\0';
    return out;
}
