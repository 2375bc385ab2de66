#include "parser/json_scalar.h"

#include <string.h>

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

bool json_scalar_goes_on(char byte)
{
    return is_digit(byte) || (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
           byte == '-' || byte == '+' || byte == '.';
}

bool json_scalar_is_number(char first_byte)
{
    return is_digit(first_byte) || first_byte == '-';
}

static bool may_begin_word(const char *bytes, size_t length)
{
    static const char *const words[] = {"true", "false", "null"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (length <= strlen(words[i]) && memcmp(bytes, words[i], length) == 0)
            return true;
    return false;
}

static size_t skip_digits(const char *bytes, size_t length, size_t i)
{
    while (i < length && is_digit(bytes[i]))
        i++;
    return i;
}

/* Each of the three runs of digits may be empty only where the bytes end. */
static bool may_begin_number(const char *bytes, size_t length)
{
    size_t from = bytes[0] == '-' ? 1 : 0;
    size_t i = skip_digits(bytes, length, from);
    if (i - from > 1 && bytes[from] == '0')
        return false;
    if (i > from && i < length && bytes[i] == '.') {
        from = i + 1;
        i = skip_digits(bytes, length, from);
    }
    if (i > from && i < length && (bytes[i] == 'e' || bytes[i] == 'E')) {
        i++;
        if (i < length && (bytes[i] == '+' || bytes[i] == '-'))
            i++;
        i = skip_digits(bytes, length, i);
    }
    return i == length;
}

bool json_scalar_may_begin(const char *bytes, size_t length)
{
    return json_scalar_is_number(bytes[0]) ? may_begin_number(bytes, length)
                                           : may_begin_word(bytes, length);
}
