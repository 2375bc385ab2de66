#include "parser/encoding.h"

#include "base/memory.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

#define BLOCK_BYTES (16 * 1024)
/* Two bytes of UTF-16 become at most three of UTF-8, so this much leaves room for what it becomes. */
#define UTF16_BYTES (6 * 1024)
#define REPLACEMENT 0xFFFD

enum encoding_kind { ENCODING_UNKNOWN, ENCODING_BYTES, ENCODING_UTF16LE, ENCODING_UTF16BE };

struct encoding {
    struct stream *in;
    enum encoding_kind kind;
    bool in_ended;
    bool was_cut;
    int64_t block_offset; /* in the document, of what the present block was made of */
    int64_t next_offset;
    int64_t lone_surrogates;
    int64_t first_lone_surrogate;
    int64_t earlier_lone_surrogates; /* in the blocks before the present one */
    size_t taken;            /* UTF-16 bytes at bytes[0..) that the present block was made of */
    size_t waiting;          /* UTF-16 bytes behind those that are not yet transcoded */
    char bytes[BLOCK_BYTES]; /* UTF-16: UTF16_BYTES of input, then the output */
};

struct encoding *encoding_new(struct stream *in)
{
    struct encoding *encoding = memory_zeroed(1, sizeof *encoding);
    encoding->in = in;
    encoding->first_lone_surrogate = -1;
    return encoding;
}

void encoding_free(struct encoding *encoding)
{
    free(encoding);
}

/* Reads the byte-order mark; what was read and is none stays waiting. */
static int begin(struct encoding *encoding, struct error *err)
{
    ssize_t got = stream_read_full(encoding->in, encoding->bytes, 3, err);
    if (got < 0)
        return -1;
    size_t mark = 0;
    encoding->kind = ENCODING_BYTES;
    if (got == 3 && memcmp(encoding->bytes, "\xEF\xBB\xBF", 3) == 0) {
        mark = 3;
    } else if (got >= 2 && memcmp(encoding->bytes, "\xFF\xFE", 2) == 0) {
        encoding->kind = ENCODING_UTF16LE;
        mark = 2;
    } else if (got >= 2 && memcmp(encoding->bytes, "\xFE\xFF", 2) == 0) {
        encoding->kind = ENCODING_UTF16BE;
        mark = 2;
    }
    encoding->waiting = (size_t)got - mark;
    memmove(encoding->bytes, encoding->bytes + mark, encoding->waiting);
    encoding->next_offset = (int64_t)mark;
    return 0;
}

/* Puts one read behind the waiting bytes, at most `limit` in all. */
static int fill(struct encoding *encoding, size_t limit, struct error *err)
{
    if (encoding->in_ended)
        return 0;
    ssize_t got = stream_read(encoding->in, encoding->bytes + encoding->waiting,
                              limit - encoding->waiting, err);
    if (got < 0)
        return -1;
    encoding->in_ended = got == 0;
    encoding->waiting += (size_t)got;
    return 0;
}

static uint32_t unit_at(const struct encoding *encoding, size_t index)
{
    const unsigned char *bytes = (const unsigned char *)encoding->bytes + index;
    return encoding->kind == ENCODING_UTF16LE ? bytes[0] | (uint32_t)bytes[1] << 8
                                              : bytes[1] | (uint32_t)bytes[0] << 8;
}

static bool is_high(uint32_t unit)
{
    return unit >= 0xD800 && unit <= 0xDBFF;
}

static bool is_low(uint32_t unit)
{
    return unit >= 0xDC00 && unit <= 0xDFFF;
}

/* The character at `index`, with REPLACEMENT for a lone surrogate; *used is 2 or 4, or 0 when its end
 * has not come. */
static uint32_t character_at(const struct encoding *encoding, size_t index, size_t length,
                             size_t *used, bool *is_lone)
{
    uint32_t unit = unit_at(encoding, index);
    *used = 2;
    *is_lone = false;
    if (is_high(unit)) {
        if (length - index < 4) {
            *used = 0;
            return 0;
        }
        uint32_t low = unit_at(encoding, index + 2);
        if (is_low(low)) {
            *used = 4;
            return 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
        }
    }
    *is_lone = is_high(unit) || is_low(unit);
    return *is_lone ? REPLACEMENT : unit;
}

/* Transcodes the whole characters that wait into `out` and returns the length there. */
static size_t transcode(struct encoding *encoding, char *out)
{
    size_t length = 0, index = 0;
    while (encoding->waiting - index >= 2) {
        size_t used;
        bool is_lone;
        uint32_t character = character_at(encoding, index, encoding->waiting, &used, &is_lone);
        if (used == 0)
            break;
        if (is_lone && encoding->lone_surrogates++ == 0)
            encoding->first_lone_surrogate = encoding->block_offset + (int64_t)index;
        length += text_encode(character, out + length);
        index += used;
    }
    encoding->waiting -= index;
    encoding->taken = index;
    encoding->next_offset += (int64_t)index;
    return length;
}

/* The bytes of the last block stay until the next is wanted: encoding_stop_at looks at them. */
static void drop_taken(struct encoding *encoding)
{
    memmove(encoding->bytes, encoding->bytes + encoding->taken, encoding->waiting);
    encoding->taken = 0;
}

ssize_t encoding_next(struct encoding *encoding, const char **bytes, struct error *err)
{
    if (encoding->kind == ENCODING_UNKNOWN && begin(encoding, err))
        return -1;
    encoding->block_offset = encoding->next_offset;
    if (encoding->kind == ENCODING_BYTES) {
        if (fill(encoding, BLOCK_BYTES, err))
            return -1;
        size_t length = encoding->waiting;
        encoding->waiting = 0;
        encoding->next_offset += (int64_t)length;
        *bytes = encoding->bytes;
        return (ssize_t)length;
    }
    *bytes = encoding->bytes + UTF16_BYTES;
    size_t length = 0;
    encoding->earlier_lone_surrogates = encoding->lone_surrogates;
    while (length == 0 && !encoding->in_ended) {
        drop_taken(encoding);
        if (fill(encoding, UTF16_BYTES, err))
            return -1;
        length = transcode(encoding, encoding->bytes + UTF16_BYTES);
    }
    if (encoding->in_ended && encoding->waiting > 0)
        encoding->was_cut = true;
    return (ssize_t)length;
}

int64_t encoding_offset(const struct encoding *encoding, size_t index)
{
    if (encoding->kind == ENCODING_BYTES || encoding->kind == ENCODING_UNKNOWN)
        return encoding->block_offset + (int64_t)index;
    /* Four bytes of UTF-8 were a pair, anything else one unit. */
    const char *out = encoding->bytes + UTF16_BYTES;
    int64_t offset = encoding->block_offset;
    for (size_t at = 0; at < index;) {
        unsigned char lead = (unsigned char)out[at];
        at += lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
        if (at <= index)
            offset += lead < 0xF0 ? 2 : 4;
    }
    return offset;
}

bool encoding_is_utf16(const struct encoding *encoding)
{
    return encoding->kind == ENCODING_UTF16LE || encoding->kind == ENCODING_UTF16BE;
}

int64_t encoding_lone_surrogates(const struct encoding *encoding)
{
    return encoding->lone_surrogates;
}

int64_t encoding_first_lone_surrogate(const struct encoding *encoding)
{
    return encoding->first_lone_surrogate;
}

void encoding_stop_at(struct encoding *encoding, int64_t offset)
{
    if (!encoding_is_utf16(encoding))
        return;
    encoding->lone_surrogates = encoding->earlier_lone_surrogates;
    size_t used;
    for (size_t index = 0; index < encoding->taken; index += used) {
        bool is_lone;
        character_at(encoding, index, encoding->taken, &used, &is_lone);
        if (encoding->block_offset + (int64_t)index >= offset)
            break;
        encoding->lone_surrogates += is_lone;
    }
}

bool encoding_was_cut(const struct encoding *encoding)
{
    return encoding->was_cut;
}

bool encoding_cut_off_is_nul(const struct encoding *encoding)
{
    return encoding->was_cut && encoding->waiting == 1 && encoding->bytes[encoding->taken] == '\0';
}
