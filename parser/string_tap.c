#include "parser/string_tap.h"

#include <stdint.h>
#include <string.h>

#define REPLACEMENT 0xFFFD
#define ESCAPED_NUL "\\u0000"
#define ESCAPED_NUL_LENGTH 6

/* ---- scanning ---- */

typedef unsigned char vector __attribute__((vector_size(16)));

static bool is_special(unsigned char byte)
{
    return byte < 0x20 || byte >= 0x80 || byte == '"' || byte == '\\';
}

/* How many bytes stand for themselves: ASCII but for controls, quote and backslash. */
static size_t clean_length(const char *bytes, size_t length)
{
    size_t i = 0;
    for (; length - i >= sizeof(vector); i += sizeof(vector)) {
        vector v;
        memcpy(&v, bytes + i, sizeof v);
        vector special = (vector)((v < 0x20) | (v >= 0x80) | (v == '"') | (v == '\\'));
        uint64_t half[2];
        memcpy(half, &special, sizeof half);
        if (!(half[0] | half[1]))
            continue;
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
        return i + (size_t)(half[0] ? __builtin_ctzll(half[0]) : 64 + __builtin_ctzll(half[1])) / 8;
#else
        break;
#endif
    }
    while (i < length && !is_special((unsigned char)bytes[i]))
        i++;
    return i;
}

/* How many times bytes[0..length) begins with the unit that stands 16 times in `pattern`. */
static size_t repeats(const char *bytes, size_t length, const char *pattern, size_t unit)
{
    size_t i = 0;
    while (length - i >= 16 * unit && memcmp(bytes + i, pattern, 16 * unit) == 0)
        i += 16 * unit;
    while (length - i >= unit && memcmp(bytes + i, pattern, unit) == 0)
        i += unit;
    return i / unit;
}

static size_t raw_nuls(const char *bytes, size_t length)
{
    static const char pattern[16];
    return repeats(bytes, length, pattern, 1);
}

static size_t escaped_nuls(const char *bytes, size_t length)
{
#define FOUR ESCAPED_NUL ESCAPED_NUL ESCAPED_NUL ESCAPED_NUL
    static const char pattern[] = FOUR FOUR FOUR FOUR;
#undef FOUR
    return repeats(bytes, length, pattern, ESCAPED_NUL_LENGTH);
}

/* Length of the well-formed characters of two and three bytes that bytes[0..length) begins with;
 * the leads whose second byte has a range of its own are left to text_decode. */
static size_t foreign_length(const char *bytes, size_t length)
{
    const unsigned char *in = (const unsigned char *)bytes;
    size_t i = 0;
    for (;;) {
        if (length - i >= 3 && in[i] > 0xE0 && in[i] < 0xF0 && in[i] != 0xED &&
            (in[i + 1] & 0xC0) == 0x80 && (in[i + 2] & 0xC0) == 0x80)
            i += 3;
        else if (length - i >= 2 && in[i] >= 0xC2 && in[i] < 0xE0 && (in[i + 1] & 0xC0) == 0x80)
            i += 2;
        else
            return i;
    }
}

/* ---- giving out ---- */

/* The first reason counts, but nothing goes on behind a callback that said -1. */
static void stop(struct string_tap *tap, enum string_tap_state state)
{
    if (tap->state == STRING_TAP_OPEN || state == STRING_TAP_STOPPED)
        tap->state = state;
}

static void give(struct string_tap *tap, const char *bytes, size_t length)
{
    if (length > 0 && tap->part(tap->context, (struct text){bytes, length}))
        stop(tap, STRING_TAP_STOPPED);
}

static void flush(struct string_tap *tap)
{
    size_t length = tap->out_length;
    tap->out_length = 0;
    give(tap, tap->out, length);
}

static inline void put(struct string_tap *tap, const char *bytes, size_t length)
{
    if (length > sizeof tap->out - tap->out_length)
        flush(tap);
    if (length > sizeof tap->out) {
        give(tap, bytes, length);
        return;
    }
    memcpy(tap->out + tap->out_length, bytes, length);
    tap->out_length += length;
}

/* Counts decoded bytes: how many of `length` are within the limit. */
static size_t admit(struct string_tap *tap, size_t length)
{
    size_t room = tap->limit - tap->length;
    if (length > room) {
        length = room;
        stop(tap, STRING_TAP_TOO_LONG);
    }
    tap->length += length;
    return length;
}

/* A run of bytes that stand for themselves: how many are within the limit. */
static size_t put_run(struct string_tap *tap, const char *bytes, size_t length)
{
    size_t admitted = admit(tap, length);
    while (admitted > 0 && admitted < length && ((unsigned char)bytes[admitted] & 0xC0) == 0x80)
        admitted--;
    put(tap, bytes, admitted);
    return admitted;
}

/* One character, from `written` in the source. */
static void put_character(struct string_tap *tap, uint32_t character, const char *written,
                          size_t written_length)
{
    char encoded[4];
    size_t length = text_encode(character, encoded);
    if (admit(tap, length) < length)
        return;
    if (tap->verbatim)
        put(tap, written, written_length);
    else
        put(tap, encoded, length);
}

static void put_raw_nuls(struct string_tap *tap, size_t count)
{
    flush(tap);
    count = admit(tap, count);
    if (tap->nuls(tap->context, (int64_t)count))
        stop(tap, STRING_TAP_STOPPED);
}

static void put_escaped_nuls(struct string_tap *tap, const char *bytes, size_t count)
{
    if (tap->verbatim)
        put(tap, bytes, admit(tap, count) * ESCAPED_NUL_LENGTH);
    else
        put_raw_nuls(tap, count);
}

/* ---- what does not stand for itself ---- */

/* `at` is a source position: in the present block, or `pending`. */
static void note(struct string_tap *tap, enum diagnostic code, size_t count, const char *at)
{
    int64_t offset = tap->diagnostics->of[code].offset;
    /* Working out an offset takes time, and only the first counts. */
    if (tap->diagnostics->of[code].count == 0)
        offset = at == tap->pending ? tap->pending_offset
                                    : encoding_offset(tap->encoding, (size_t)(at - tap->block));
    diagnostics_note(tap->diagnostics, code, (int64_t)count, offset);
}

/* No escape of JSON goes on with the byte at `at`; a NUL is what padding puts behind a cut. */
static void break_at(struct string_tap *tap, const char *at)
{
    tap->broken_at = at;
    stop(tap, *at ? STRING_TAP_BROKEN : STRING_TAP_NUL);
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

enum unit { UNIT_WHOLE, UNIT_CUT, UNIT_WRONG };

/* The four digits of a \uXXXX; *wrong is the index of the first that is none. */
static enum unit read_hex(const char *digits, size_t length, uint32_t *value, size_t *wrong)
{
    *value = 0;
    for (size_t i = 0; i < 4; i++) {
        if (i == length)
            return UNIT_CUT;
        int digit = hex_digit(digits[i]);
        if (digit < 0) {
            *wrong = i;
            return UNIT_WRONG;
        }
        *value = *value << 4 | (uint32_t)digit;
    }
    return UNIT_WHOLE;
}

/* What follows a high surrogate: the low one of its pair, or (WRONG) anything else. */
static enum unit read_low(const char *bytes, size_t length, uint32_t *low)
{
    static const char escape[] = "\\u";
    size_t wrong;
    for (size_t i = 0; i < 2; i++) {
        if (i == length)
            return UNIT_CUT;
        if (bytes[i] != escape[i])
            return UNIT_WRONG;
    }
    enum unit unit = read_hex(bytes + 2, length - 2, low, &wrong);
    if (unit == UNIT_WHOLE && (*low < 0xDC00 || *low > 0xDFFF))
        return UNIT_WRONG;
    return unit;
}

/* \uXXXX at bytes[0..length): how many bytes it takes; 0 when the bytes end inside it, or it is
 * broken. */
static size_t take_unicode_escape(struct string_tap *tap, const char *bytes, size_t length)
{
    uint32_t character, low;
    size_t wrong = 0, used = 6;
    enum unit unit = read_hex(bytes + 2, length - 2, &character, &wrong);
    if (unit == UNIT_CUT)
        return 0;
    if (unit == UNIT_WRONG) {
        break_at(tap, bytes + 2 + wrong);
        return 0;
    }
    bool lone = character >= 0xDC00 && character <= 0xDFFF;
    if (character >= 0xD800 && character <= 0xDBFF) {
        unit = read_low(bytes + 6, length - 6, &low);
        if (unit == UNIT_CUT)
            return 0;
        lone = unit == UNIT_WRONG;
        if (!lone) {
            character = 0x10000 + ((character - 0xD800) << 10) + (low - 0xDC00);
            used = 12;
        }
    }
    if (lone)
        note(tap, DIAGNOSTIC_LONE_SURROGATE, 1, bytes);
    if (character == 0)
        put_escaped_nuls(tap, bytes, 1);
    else
        put_character(tap, lone ? REPLACEMENT : character, bytes, used);
    return used;
}

/* What the letter behind a backslash stands for; 0: no such escape. */
static const char short_escapes[256] = {
    ['"'] = '"',  ['\\'] = '\\', ['/'] = '/',  ['b'] = '\b',
    ['f'] = '\f', ['n'] = '\n',  ['r'] = '\r', ['t'] = '\t',
};

static size_t take_escape(struct string_tap *tap, const char *bytes, size_t length)
{
    if (length < 2)
        return 0;
    if (bytes[1] == 'u')
        return take_unicode_escape(tap, bytes, length);
    char value = short_escapes[(unsigned char)bytes[1]];
    if (!value)
        break_at(tap, bytes + 1);
    else if (admit(tap, 1) == 1)
        put(tap, tap->verbatim ? bytes : &value, tap->verbatim ? 2 : 1);
    return value ? 2 : 0;
}

static size_t take_foreign(struct string_tap *tap, const char *bytes, size_t length)
{
    size_t used;
    bool more;
    if (text_decode(bytes, length, &used, &more) != TEXT_INVALID)
        return put_run(tap, bytes, used);
    if (more)
        return 0;
    note(tap, DIAGNOSTIC_INVALID_UTF8, 1, bytes);
    put_character(tap, REPLACEMENT, "\xEF\xBF\xBD", 3);
    return used;
}

/* An escape or a character that is not ASCII: the bytes it takes; 0 when it is cut, or broken. */
static size_t take_special(struct string_tap *tap, const char *bytes, size_t length)
{
    return bytes[0] == '\\' ? take_escape(tap, bytes, length) : take_foreign(tap, bytes, length);
}

/* Adds bytes of the block one by one until the pending unit can be read. What it does not take of
 * them is left in the block: how many were used. */
static size_t take_pending(struct string_tap *tap, const char *bytes, size_t length)
{
    size_t used = 0, added = 0;
    while (tap->pending_length > 0 && used < length && tap->state == STRING_TAP_OPEN) {
        tap->pending[tap->pending_length++] = bytes[used++];
        added++;
        size_t taken = take_special(tap, tap->pending, tap->pending_length);
        if (taken == 0)
            continue;
        /* What is left began in an earlier block only as an escape behind a lone surrogate. */
        size_t left = tap->pending_length - taken;
        size_t back = left < added ? left : added;
        used -= back;
        added = 0;
        tap->pending_length = left - back;
        memmove(tap->pending, tap->pending + taken, tap->pending_length);
        tap->pending_offset += (int64_t)taken * (encoding_is_utf16(tap->encoding) ? 2 : 1);
    }
    /* Every byte before the last was looked at before. */
    if (tap->state == STRING_TAP_BROKEN || tap->state == STRING_TAP_NUL)
        tap->broken_at = bytes + used - 1;
    return used;
}

static void keep_pending(struct string_tap *tap, const char *bytes, size_t length)
{
    memcpy(tap->pending, bytes, length);
    tap->pending_length = length;
    tap->pending_offset = encoding_offset(tap->encoding, (size_t)(bytes - tap->block));
}

/* One step at a byte that is no clean ASCII and no closing quote: the bytes it takes; 0 when the
 * rest of the block waits for the next. */
static size_t take_one(struct string_tap *tap, const char *bytes, size_t length)
{
    size_t count;
    if (bytes[0] == '\\') {
        count = length > 1 && bytes[1] == 'u' ? escaped_nuls(bytes, length) : 0;
        if (count > 0) {
            put_escaped_nuls(tap, bytes, count);
            return count * ESCAPED_NUL_LENGTH;
        }
    } else if (bytes[0] == '\0') {
        count = raw_nuls(bytes, length);
        note(tap, DIAGNOSTIC_RAW_CONTROL, count, bytes);
        put_raw_nuls(tap, count);
        return count;
    } else if ((unsigned char)bytes[0] < 0x20) {
        note(tap, DIAGNOSTIC_RAW_CONTROL, 1, bytes);
        return put_run(tap, bytes, 1);
    } else {
        count = foreign_length(bytes, length);
        if (count > 0)
            return put_run(tap, bytes, count);
    }
    return take_special(tap, bytes, length);
}

void string_tap_begin(struct string_tap *tap, size_t limit, bool verbatim)
{
    tap->verbatim = verbatim;
    tap->limit = limit;
    tap->length = 0;
    tap->state = STRING_TAP_OPEN;
    tap->pending_length = 0;
    tap->out_length = 0;
}

size_t string_tap_feed(struct string_tap *tap, const char *block, size_t block_length,
                       const char *bytes)
{
    const char *end = block + block_length;
    tap->block = block;
    const char *at = bytes + take_pending(tap, bytes, (size_t)(end - bytes));
    while (at < end && tap->state == STRING_TAP_OPEN) {
        size_t clean = clean_length(at, (size_t)(end - at));
        if (clean > 0)
            at += put_run(tap, at, clean);
        if (at == end || tap->state != STRING_TAP_OPEN)
            break;
        if (*at == '"') {
            at++;
            stop(tap, STRING_TAP_CLOSED);
            break;
        }
        size_t used = take_one(tap, at, (size_t)(end - at));
        if (used == 0 && tap->state == STRING_TAP_OPEN) {
            keep_pending(tap, at, (size_t)(end - at));
            used = (size_t)(end - at);
        }
        at += used;
    }
    flush(tap);
    return (size_t)(at - bytes);
}
