/*
 * packing - gzip and ZIP made by hand for tests, so that every field can be wrong on purpose.
 */
#ifndef TESTS_UNIT_PACKING_H
#define TESTS_UNIT_PACKING_H

#include "base/buffer.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <zlib.h>

/* Appends `content` as raw deflate (window_bits -15) or as one gzip member (31). */
static inline void pack_deflate(struct buffer *out, const void *content, size_t length,
                                int window_bits)
{
    z_stream deflater = {0};
    deflateInit2(&deflater, 6, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY);
    size_t room = deflateBound(&deflater, length) + 64;
    buffer_reserve(out, out->length + room);
    deflater.next_in = (Bytef *)(uintptr_t)content;
    deflater.avail_in = (uInt)length;
    deflater.next_out = (Bytef *)out->bytes + out->length;
    deflater.avail_out = (uInt)room;
    deflate(&deflater, Z_FINISH);
    out->length += deflater.total_out;
    deflateEnd(&deflater);
}

static inline void pack_gzip(struct buffer *out, const void *content, size_t length)
{
    pack_deflate(out, content, length, 31);
}

static inline void pack_number(struct buffer *out, uint32_t value, int bytes)
{
    for (int i = 0; i < bytes; i++, value >>= 8) {
        char byte = (char)(value & 0xFF);
        (void)buffer_append(out, &byte, 1);
    }
}

#define PACK_STORED 0
#define PACK_DEFLATED 8
#define PACK_ENCRYPTED 1u
#define PACK_LENGTH_AT_END 8u

/* One ZIP entry. `flags`: PACK_ENCRYPTED, PACK_LENGTH_AT_END. Zeroed fields are the usual ones. */
struct pack_entry {
    const char *name;
    const void *content;
    size_t length;
    unsigned method;
    unsigned flags;
    uint32_t crc_error; /* added to the CRC */
    bool no_descriptor; /* PACK_LENGTH_AT_END, and then there is none */
};

/* Appends the entry with its local header; the offset where its data begin is returned. */
static inline size_t pack_entry(struct buffer *out, const struct pack_entry *entry)
{
    struct buffer data;
    buffer_init(&data, SIZE_MAX / 2);
    if (entry->method == PACK_DEFLATED)
        pack_deflate(&data, entry->content, entry->length, -15);
    else
        (void)buffer_append(&data, entry->content, entry->length);
    bool at_end = entry->flags & PACK_LENGTH_AT_END;
    uint32_t crc = (uint32_t)crc32(0, entry->content, (uInt)entry->length) + entry->crc_error;
    pack_number(out, 0x04034b50, 4);
    pack_number(out, 20, 2);
    pack_number(out, entry->flags, 2);
    pack_number(out, entry->method, 2);
    pack_number(out, 0x21 << 16, 4);
    pack_number(out, at_end ? 0 : crc, 4);
    pack_number(out, at_end ? 0 : (uint32_t)data.length, 4);
    pack_number(out, at_end ? 0 : (uint32_t)entry->length, 4);
    pack_number(out, (uint32_t)strlen(entry->name), 2);
    pack_number(out, 0, 2);
    (void)buffer_append(out, entry->name, strlen(entry->name));
    size_t begins = out->length;
    (void)buffer_append(out, data.bytes, data.length);
    if (at_end && !entry->no_descriptor) {
        pack_number(out, 0x08074b50, 4);
        pack_number(out, crc, 4);
        pack_number(out, (uint32_t)data.length, 4);
        pack_number(out, (uint32_t)entry->length, 4);
    }
    buffer_release(&data);
    return begins;
}

/* Appends a central directory of `count` entries (their names and sizes are left out: streaming
 * readers stop here) and the end record. */
static inline void pack_zip_end(struct buffer *out, unsigned count)
{
    size_t begins = out->length;
    for (unsigned i = 0; i < count; i++) {
        pack_number(out, 0x02014b50, 4);
        for (int k = 0; k < 42; k++)
            pack_number(out, 0, 1);
    }
    size_t size = out->length - begins;
    pack_number(out, 0x06054b50, 4);
    pack_number(out, 0, 4);
    pack_number(out, count, 2);
    pack_number(out, count, 2);
    pack_number(out, (uint32_t)size, 4);
    pack_number(out, (uint32_t)begins, 4);
    pack_number(out, 0, 2);
}

/* Appends a whole ZIP. */
static inline void pack_zip(struct buffer *out, const struct pack_entry *entries, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        pack_entry(out, &entries[i]);
    pack_zip_end(out, count);
}

#endif
