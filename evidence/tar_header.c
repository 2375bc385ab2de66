#include "evidence/tar_header.h"

#include "base/text.h"

#include <string.h>

/* Where the fields of a ustar header lie. */
enum {
    NAME_AT = 0,
    NAME_BYTES = 100,
    SIZE_AT = 124,
    NUMBER_BYTES = 12,
    CHECKSUM_AT = 148,
    CHECKSUM_BYTES = 8,
    TYPE_AT = 156,
    MAGIC_AT = 257,
    PREFIX_AT = 345,
};

static int damaged(struct error *err, const char *what)
{
    return error_set(err, ERROR_DAMAGED, "not a tar header of an evidence entry: %s", what);
}

/* Octal digits, then NULs or spaces. */
static int parse_octal(const char *field, size_t length, int64_t *value)
{
    size_t i = 0;
    *value = 0;
    for (; i < length && field[i] >= '0' && field[i] <= '7'; i++)
        *value = *value * 8 + (field[i] - '0');
    if (i == 0)
        return -1;
    for (; i < length; i++)
        if (field[i] != '\0' && field[i] != ' ')
            return -1;
    return 0;
}

/* GNU and star write what needs more than 11 octal digits as binary, big end first, top bit set. */
static int parse_size(const char *field, int64_t *value)
{
    const unsigned char *bytes = (const unsigned char *)field;
    if (!(bytes[0] & 0x80))
        return parse_octal(field, NUMBER_BYTES, value);
    if (bytes[0] != 0x80 || bytes[1] || bytes[2] || bytes[3] || bytes[4] & 0x80)
        return -1;
    *value = 0;
    for (int i = 4; i < NUMBER_BYTES; i++)
        *value = *value * 256 + bytes[i];
    return 0;
}

static bool checksum_fits(const char *block)
{
    int64_t wanted;
    if (parse_octal(block + CHECKSUM_AT, CHECKSUM_BYTES, &wanted))
        return false;
    int64_t sum = 0;
    for (int i = 0; i < TAR_BLOCK_BYTES; i++)
        sum += i >= CHECKSUM_AT && i < CHECKSUM_AT + CHECKSUM_BYTES ? ' ' : (unsigned char)block[i];
    return sum == wanted;
}

/* One block: its checksum, type, name and size. */
static int parse_block(const char *block, char type, struct tar_header *header, struct error *err)
{
    if (!checksum_fits(block) || memcmp(block + MAGIC_AT,
                                        "ustar\0"
                                        "00",
                                        8) != 0)
        return damaged(err, "wrong checksum or magic");
    if (block[TYPE_AT] != type || block[PREFIX_AT] != '\0')
        return damaged(err, "another type of entry");
    if (parse_size(block + SIZE_AT, &header->size_bytes))
        return damaged(err, "its size is no number");
    memcpy(header->name, block + NAME_AT, NAME_BYTES);
    header->name[NAME_BYTES] = '\0';
    return 0;
}

/* One record "LENGTH KEY=VALUE\n" of an extended header; its length, or -1. *size is set by "size". */
static int64_t parse_record(const char *bytes, size_t length, int64_t *size)
{
    const char *space = memchr(bytes, ' ', length < 6 ? length : 6);
    int64_t record_bytes;
    if (!space || text_parse_int64(bytes, (size_t)(space - bytes), &record_bytes) ||
        record_bytes <= space - bytes + 2 || record_bytes > (int64_t)length ||
        bytes[record_bytes - 1] != '\n')
        return -1;
    const char *key = space + 1;
    const char *end = bytes + record_bytes - 1;
    const char *equals = memchr(key, '=', (size_t)(end - key));
    if (!equals)
        return -1;
    size_t key_length = (size_t)(equals - key);
    if (key_length == 4 && memcmp(key, "size", 4) == 0)
        return text_parse_int64(equals + 1, (size_t)(end - equals - 1), size) || *size < 0
                   ? -1
                   : record_bytes;
    /* Any other key could rename or reshape the entry behind our back. */
    return key_length == 5 && memcmp(key, "mtime", 5) == 0 ? record_bytes : -1;
}

/* The extended header at the start: how many bytes it takes (0: there is none), or -1. */
static int64_t parse_extended(const char *bytes, size_t length, int64_t *size, struct error *err)
{
    if (bytes[TYPE_AT] != 'x')
        return 0;
    struct tar_header extended;
    if (parse_block(bytes, 'x', &extended, err))
        return -1;
    if (extended.size_bytes > TAR_EXTENDED_BYTES)
        return damaged(err, "an extended header too large");
    size_t records = (size_t)extended.size_bytes;
    size_t whole = TAR_BLOCK_BYTES + records + tar_padding(extended.size_bytes);
    if (length < whole)
        return damaged(err, "it ends early");
    const char *record = bytes + TAR_BLOCK_BYTES;
    for (size_t at = 0; at < records;) {
        int64_t used = parse_record(record + at, records - at, size);
        if (used < 0)
            return damaged(err, "a wrong extended header");
        at += (size_t)used;
    }
    return tar_is_zero(record + records, tar_padding(extended.size_bytes))
               ? (int64_t)whole
               : damaged(err, "padding that is not zero");
}

int tar_header_parse(const char *bytes, size_t length, struct tar_header *header, struct error *err)
{
    if (length < TAR_BLOCK_BYTES)
        return damaged(err, "it ends early");
    int64_t extended_size = -1;
    int64_t extended_bytes = parse_extended(bytes, length, &extended_size, err);
    if (extended_bytes < 0)
        return -1;
    if (length - (size_t)extended_bytes < TAR_BLOCK_BYTES)
        return damaged(err, "it ends early");
    if (parse_block(bytes + extended_bytes, '0', header, err))
        return -1;
    if (extended_size >= 0)
        header->size_bytes = extended_size;
    header->header_bytes = (size_t)extended_bytes + TAR_BLOCK_BYTES;
    return 0;
}

size_t tar_padding(int64_t size_bytes)
{
    return (size_t)((TAR_BLOCK_BYTES - size_bytes % TAR_BLOCK_BYTES) % TAR_BLOCK_BYTES);
}

bool tar_is_zero(const char *bytes, size_t length)
{
    return length == 0 || (bytes[0] == 0 && memcmp(bytes, bytes + 1, length - 1) == 0);
}

bool tar_is_end(const char *bytes, size_t length)
{
    return length == 2 * (size_t)TAR_BLOCK_BYTES && tar_is_zero(bytes, length);
}
