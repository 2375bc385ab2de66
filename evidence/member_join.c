#include "evidence/member_join.h"

#include "base/memory.h"
#include "evidence/member_zlib.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define PACKED_BYTES 65536
#define RAW_BYTES 65536
#define RAW_DEFLATE_BITS (-15)
/* What zlib tells in data_type. */
#define AT_BLOCK_END 128
#define UNUSED_BITS 7
#define TRAILER_BYTES 8 /* CRC-32 and length (RFC 1952 2.3.1) */

enum place { IN_HEADER, IN_BLOCKS, IN_TRAILER, AT_END };

struct member_joiner {
    z_stream inflater;
    struct stream *packed;
    int64_t packed_base, fetched;
    const char *path;
    enum place place;
    size_t edge_bytes; /* of header or trailer seen */
    unsigned char trailer[TRAILER_BYTES];
    bool is_at_block; /* the next bit begins a block */
    bool is_in_last;  /* within the member's last block */
    int unused;       /* bits of the last byte taken that are the next block's */
    uint32_t member_crc, all_crc;
    int64_t member_raw, all_raw;
    struct sha256 *hash;
    char sha256[SHA256_HEX_SIZE];
    bool failed;
    struct error failure;
    /* What is to be passed on. Its last byte waits until the member's blocks are through: a mark may lie in it. */
    unsigned char out[PACKED_BYTES + 64];
    size_t out_length;
    unsigned char in[PACKED_BYTES];
    unsigned char raw[RAW_BYTES];
};

static int keep_failure(struct member_joiner *joiner)
{
    joiner->failed = true;
    if (joiner->path)
        error_at_path(&joiner->failure, joiner->path);
    return -1;
}

static int damaged(struct member_joiner *joiner, const char *what)
{
    error_set(&joiner->failure, ERROR_DAMAGED,
              "the gzip member is damaged: %s; compare the file with a copy of the archive", what);
    error_at_offset(&joiner->failure,
                    joiner->packed_base + joiner->fetched - joiner->inflater.avail_in);
    return keep_failure(joiner);
}

/* 1 when packed bytes are at hand, 0 at their end, -1. */
static int fetch(struct member_joiner *joiner)
{
    if (joiner->inflater.avail_in > 0)
        return 1;
    ssize_t got = stream_read(joiner->packed, joiner->in, sizeof joiner->in, &joiner->failure);
    if (got < 0)
        return keep_failure(joiner);
    joiner->inflater.next_in = joiner->in;
    joiner->inflater.avail_in = (unsigned)got;
    joiner->fetched += got;
    return got > 0;
}

static void put(struct member_joiner *joiner, const unsigned char *bytes, size_t length)
{
    memcpy(joiner->out + joiner->out_length, bytes, length);
    joiner->out_length += length;
}

static int take_header(struct member_joiner *joiner)
{
    unsigned char byte = *joiner->inflater.next_in;
    if (byte != member_header[joiner->edge_bytes])
        return damaged(joiner, "no member begins here");
    joiner->inflater.next_in++;
    joiner->inflater.avail_in--;
    if (++joiner->edge_bytes < MEMBER_HEADER_BYTES)
        return 0;
    inflateReset(&joiner->inflater);
    joiner->place = IN_BLOCKS;
    joiner->is_at_block = true;
    joiner->unused = 0;
    joiner->member_crc = (uint32_t)crc32(0, NULL, 0);
    joiner->member_raw = 0;
    return 0;
}

static uint32_t little_endian(const unsigned char *bytes)
{
    return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 |
           (uint32_t)bytes[3] << 24;
}

static int take_trailer(struct member_joiner *joiner)
{
    joiner->trailer[joiner->edge_bytes++] = *joiner->inflater.next_in++;
    joiner->inflater.avail_in--;
    if (joiner->edge_bytes < TRAILER_BYTES)
        return 0;
    if (little_endian(joiner->trailer) != joiner->member_crc)
        return damaged(joiner, "wrong CRC-32");
    if (little_endian(joiner->trailer + 4) != (uint32_t)joiner->member_raw)
        return damaged(joiner, "wrong length");
    joiner->all_crc =
        (uint32_t)crc32_combine(joiner->all_crc, joiner->member_crc, (z_off_t)joiner->member_raw);
    joiner->all_raw += joiner->member_raw;
    joiner->place = IN_HEADER;
    joiner->edge_bytes = 0;
    return 0;
}

static void note_raw(struct member_joiner *joiner, size_t length)
{
    joiner->member_crc = (uint32_t)crc32(joiner->member_crc, joiner->raw, (unsigned)length);
    joiner->member_raw += (int64_t)length;
    sha256_update(joiner->hash, joiner->raw, length);
}

/* The member's blocks are through. The empty stored block takes three bits of what is left of the last byte, or one byte more,
 * and its two lengths whole bytes. */
static void close_blocks(struct member_joiner *joiner)
{
    static const unsigned char stored[] = {0x00, 0x00, 0x00, 0xff, 0xff};
    bool fits = joiner->unused >= 3;
    joiner->out[joiner->out_length - 1] &= (unsigned char)(0xff >> joiner->unused);
    put(joiner, fits ? stored + 1 : stored, fits ? 4 : 5);
    joiner->place = IN_TRAILER;
    joiner->edge_bytes = 0;
}

/* The bit that begins a block marks the last one; it is taken away. It lies in the next byte, or in the one before. Where zlib has
 * not seen it yet it never will: that the block is the last is known here. */
static int enter_block(struct member_joiner *joiner)
{
    unsigned char *byte, mark = (unsigned char)(1 << ((8 - joiner->unused) & 7));
    if (joiner->unused == 0) {
        int more = fetch(joiner);
        if (more <= 0)
            return more < 0 ? -1 : damaged(joiner, "it ends early");
        byte = joiner->in + (joiner->inflater.next_in - joiner->in);
    } else {
        byte = &joiner->out[joiner->out_length - 1];
    }
    joiner->is_in_last = (*byte & mark) != 0;
    *byte &= (unsigned char)~mark;
    joiner->is_at_block = false;
    return 0;
}

/* Inflates some, to the end of the block at most, and passes on what was taken for it. */
static int take_blocks(struct member_joiner *joiner)
{
    z_stream *inflater = &joiner->inflater;
    if (joiner->is_at_block && enter_block(joiner))
        return -1;
    int more = fetch(joiner);
    if (more < 0)
        return -1;
    const unsigned char *begin = inflater->next_in;
    inflater->next_out = joiner->raw;
    inflater->avail_out = sizeof joiner->raw;
    int status = inflate(inflater, Z_BLOCK);
    size_t taken = (size_t)(inflater->next_in - begin);
    size_t produced = sizeof joiner->raw - inflater->avail_out;
    if (status != Z_OK && status != Z_BUF_ERROR)
        return damaged(joiner, inflater->msg ? inflater->msg : "not deflate");
    if (more == 0 && taken == 0 && produced == 0)
        return damaged(joiner, "it ends early");
    put(joiner, begin, taken);
    note_raw(joiner, produced);
    if (!(inflater->data_type & AT_BLOCK_END))
        return 0;
    joiner->unused = inflater->data_type & UNUSED_BITS;
    joiner->is_at_block = true;
    if (joiner->is_in_last)
        close_blocks(joiner);
    return 0;
}

/* Between members: another one, or the end. */
static int take_edge(struct member_joiner *joiner)
{
    static const unsigned char last[] = {0x01, 0x00, 0x00, 0xff, 0xff};
    int more = fetch(joiner);
    if (more < 0)
        return -1;
    if (more > 0)
        return joiner->place == IN_HEADER ? take_header(joiner) : take_trailer(joiner);
    if (joiner->place == IN_TRAILER || joiner->edge_bytes > 0 || joiner->fetched == 0)
        return damaged(joiner, "it ends early");
    put(joiner, last, sizeof last);
    joiner->place = AT_END;
    sha256_finish(joiner->hash, joiner->sha256);
    return 0;
}

static ssize_t member_join_read(struct stream *base, void *bytes, size_t size, struct error *err)
{
    struct member_joiner *joiner = ((struct member_join *)base)->joiner;
    size_t kept = 1;
    while (!joiner->failed && joiner->place != AT_END && joiner->out_length <= kept) {
        if (joiner->place == IN_BLOCKS)
            (void)take_blocks(joiner);
        else
            (void)take_edge(joiner);
    }
    if (joiner->failed) {
        if (err)
            *err = joiner->failure;
        return -1;
    }
    if (joiner->place == AT_END)
        kept = 0;
    size_t length = joiner->out_length - kept < size ? joiner->out_length - kept : size;
    memcpy(bytes, joiner->out, length);
    memmove(joiner->out, joiner->out + length, joiner->out_length - length);
    joiner->out_length -= length;
    return (ssize_t)length;
}

void member_join_init(struct member_join *join, struct stream *packed, int64_t packed_base,
                      const char *path)
{
    struct member_joiner *joiner = memory_zeroed(1, sizeof *joiner);
    *join = (struct member_join){.stream = {.read = member_join_read}, .joiner = joiner};
    joiner->packed = packed;
    joiner->packed_base = packed_base;
    joiner->path = path;
    joiner->hash = sha256_new();
    joiner->all_crc = (uint32_t)crc32(0, NULL, 0);
    member_zlib_prepare(&joiner->inflater);
    inflateInit2(&joiner->inflater, RAW_DEFLATE_BITS);
}

void member_join_release(struct member_join *join)
{
    if (!join->joiner)
        return;
    inflateEnd(&join->joiner->inflater);
    sha256_free(join->joiner->hash);
    free(join->joiner);
    join->joiner = NULL;
}

int64_t member_join_raw_bytes(const struct member_join *join)
{
    return join->joiner->all_raw;
}

uint32_t member_join_crc32(const struct member_join *join)
{
    return join->joiner->all_crc;
}

void member_join_sha256(const struct member_join *join, char sha256[SHA256_HEX_SIZE])
{
    memcpy(sha256, join->joiner->sha256, SHA256_HEX_SIZE);
}
