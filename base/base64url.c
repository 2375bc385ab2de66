#include "base/base64url.h"

#include <stdint.h>

int base64url_encode(struct buffer *out, const void *bytes, size_t length)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    const unsigned char *from = bytes;
    if (length > out->limit || (length * 4 + 2) / 3 > out->limit - out->length)
        return -1;
    uint32_t bits = 0;
    unsigned int held = 0;
    for (size_t i = 0; i < length; i++) {
        bits = (bits << 8 | from[i]) & 0xFFFF;
        for (held += 8; held >= 6; held -= 6)
            buffer_append(out, &digits[bits >> (held - 6) & 63], 1);
    }
    if (held > 0)
        buffer_append(out, &digits[bits << (6 - held) & 63], 1);
    return 0;
}

static int value_of(char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    return c == '-' ? 62 : c == '_' ? 63 : -1;
}

bool base64url_decode(struct buffer *out, const char *text, size_t length)
{
    uint32_t bits = 0;
    unsigned int held = 0;
    for (size_t i = 0; i < length; i++) {
        int value = value_of(text[i]);
        if (value < 0)
            return false;
        bits = (bits << 6 | (uint32_t)value) & 0xFFFF;
        held += 6;
        if (held < 8)
            continue;
        held -= 8;
        unsigned char byte = bits >> held & 0xFF;
        if (buffer_append(out, &byte, 1))
            return false;
    }
    return length % 4 != 1;
}
