#include "evidence/member.h"

#include "base/memory.h"
#include "evidence/member_zlib.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define PACKED_BLOCK_BYTES 65536
#define ZLIB_BLOCK_BYTES (1u << 30) /* zlib counts in unsigned int */
#define GZIP_WINDOW_BITS 31

const unsigned char member_header[MEMBER_HEADER_BYTES] = {0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 4, 255};

static void *zlib_allocate(void *context, unsigned count, unsigned size)
{
    (void)context;
    return memory_zeroed(count, size);
}

static void zlib_free(void *context, void *pointer)
{
    (void)context;
    free(pointer);
}

void member_zlib_prepare(z_stream *stream)
{
    stream->zalloc = zlib_allocate;
    stream->zfree = zlib_free;
}

/* ---- writing ---- */

struct member_writer {
    z_stream deflater;
    gz_header header;
    member_output *output;
    void *context;
    bool open;
    int64_t raw_bytes;
    unsigned char packed[PACKED_BLOCK_BYTES];
};

struct member_writer *member_writer_new(member_output *output, void *context)
{
    struct member_writer *writer = memory_zeroed(1, sizeof *writer);
    writer->output = output;
    writer->context = context;
    writer->header.os = 255;
    member_zlib_prepare(&writer->deflater);
    /* Cannot fail: the arguments are constants and the allocator never gives NULL. */
    deflateInit2(&writer->deflater, 1, Z_DEFLATED, GZIP_WINDOW_BITS, 8, Z_DEFAULT_STRATEGY);
    return writer;
}

void member_writer_free(struct member_writer *writer)
{
    if (!writer)
        return;
    deflateEnd(&writer->deflater);
    free(writer);
}

static void begin_member(struct member_writer *writer)
{
    deflateReset(&writer->deflater);
    deflateSetHeader(&writer->deflater, &writer->header);
    writer->deflater.next_out = writer->packed;
    writer->deflater.avail_out = sizeof writer->packed;
    writer->open = true;
    writer->raw_bytes = 0;
}

static int put_out(struct member_writer *writer, struct error *err)
{
    size_t length = sizeof writer->packed - writer->deflater.avail_out;
    writer->deflater.next_out = writer->packed;
    writer->deflater.avail_out = sizeof writer->packed;
    return length ? writer->output(writer->context, writer->packed, length, err) : 0;
}

int member_write(struct member_writer *writer, const void *bytes, size_t length, struct error *err)
{
    if (!writer->open)
        begin_member(writer);
    const unsigned char *next = bytes;
    while (length > 0) {
        unsigned block = length < ZLIB_BLOCK_BYTES ? (unsigned)length : ZLIB_BLOCK_BYTES;
        writer->deflater.next_in = (unsigned char *)next; /* zlib only reads it */
        writer->deflater.avail_in = block;
        while (writer->deflater.avail_in > 0) {
            deflate(&writer->deflater, Z_NO_FLUSH);
            if (writer->deflater.avail_out == 0 && put_out(writer, err))
                return -1;
        }
        writer->raw_bytes += block;
        next += block;
        length -= block;
    }
    return 0;
}

int member_finish(struct member_writer *writer, struct error *err)
{
    if (!writer->open)
        begin_member(writer);
    writer->deflater.avail_in = 0;
    int status;
    do {
        status = deflate(&writer->deflater, Z_FINISH);
        if (put_out(writer, err))
            return -1;
    } while (status != Z_STREAM_END);
    member_abandon(writer);
    return 0;
}

int64_t member_raw_bytes(const struct member_writer *writer)
{
    return writer->raw_bytes;
}

void member_abandon(struct member_writer *writer)
{
    writer->open = false;
    writer->raw_bytes = 0;
}

/* ---- reading ---- */

enum place {
    BEFORE_MEMBER, /* a read begins one */
    IN_MEMBER,
    BEHIND_MEMBER,
};

struct member_inflater {
    z_stream inflater;
    enum place place;
    bool one_by_one;
    bool failed;
    size_t header_checked; /* bytes of this member's header seen */
    int64_t fetched;       /* bytes pulled from packed */
    int64_t taken;         /* bytes of whole members */
    struct error failure;
    unsigned char packed[PACKED_BLOCK_BYTES];
};

static int64_t consumed(const struct member_inflater *inflater)
{
    return inflater->fetched - inflater->inflater.avail_in;
}

/* Keeps the error, as every later read must give it again. */
static int keep_failure(struct member_stream *stream, struct error *err)
{
    stream->inflater->failed = true;
    if (stream->path)
        error_at_path(&stream->inflater->failure, stream->path);
    if (err)
        *err = stream->inflater->failure;
    return -1;
}

static int damaged(struct member_stream *stream, int64_t offset, const char *what,
                   struct error *err)
{
    error_set(&stream->inflater->failure, ERROR_DAMAGED,
              "the gzip member is damaged: %s; compare the file with a copy of the archive", what);
    error_at_offset(&stream->inflater->failure, stream->packed_base + offset);
    return keep_failure(stream, err);
}

/* 1 when packed bytes are at hand, 0 at their end, -1. */
static int fetch(struct member_stream *stream, struct error *err)
{
    struct member_inflater *inflater = stream->inflater;
    if (inflater->inflater.avail_in > 0)
        return 1;
    ssize_t got =
        stream_read(stream->packed, inflater->packed, sizeof inflater->packed, &inflater->failure);
    if (got < 0)
        return keep_failure(stream, err);
    inflater->inflater.next_in = inflater->packed;
    inflater->inflater.avail_in = (unsigned)got;
    inflater->fetched += got;
    return got > 0;
}

/* zlib does not look at time and OS, so a changed bit there would pass. It takes header bytes as
 * they come, so the next one is always at next_in. */
static int check_header(struct member_stream *stream, struct error *err)
{
    struct member_inflater *inflater = stream->inflater;
    const unsigned char *next = inflater->inflater.next_in;
    for (unsigned i = 0; i < inflater->inflater.avail_in; i++) {
        if (inflater->header_checked == MEMBER_HEADER_BYTES)
            break;
        if (next[i] != member_header[inflater->header_checked])
            return damaged(stream, consumed(inflater) + i, "no member begins here", err);
        inflater->header_checked++;
    }
    return 0;
}

static void enter_member(struct member_inflater *inflater)
{
    inflateReset(&inflater->inflater);
    inflater->header_checked = 0;
    inflater->place = IN_MEMBER;
}

/* Inflates some; *produced may be 0. */
static int inflate_some(struct member_stream *stream, void *bytes, size_t size, size_t *produced,
                        struct error *err)
{
    struct member_inflater *inflater = stream->inflater;
    int more = fetch(stream, err);
    if (more < 0)
        return -1;
    if (more == 0)
        return damaged(stream, consumed(inflater), "it ends early", err);
    if (check_header(stream, err))
        return -1;
    unsigned room = size < ZLIB_BLOCK_BYTES ? (unsigned)size : ZLIB_BLOCK_BYTES;
    inflater->inflater.next_out = bytes;
    inflater->inflater.avail_out = room;
    int status = inflate(&inflater->inflater, Z_NO_FLUSH);
    *produced = room - inflater->inflater.avail_out;
    if (status == Z_STREAM_END) {
        inflater->place = BEHIND_MEMBER;
        inflater->taken = consumed(inflater);
    } else if (status != Z_OK && status != Z_BUF_ERROR) {
        const char *what = inflater->inflater.msg;
        return damaged(stream, consumed(inflater), what ? what : "not deflate", err);
    }
    return 0;
}

static ssize_t member_stream_read(struct stream *base, void *bytes, size_t size, struct error *err)
{
    struct member_stream *stream = (struct member_stream *)base;
    struct member_inflater *inflater = stream->inflater;
    if (inflater->failed)
        return keep_failure(stream, err);
    size_t produced = 0;
    while (produced == 0) {
        if (inflater->place == BEHIND_MEMBER) {
            int more = inflater->one_by_one ? 0 : fetch(stream, err);
            if (more <= 0)
                return more;
            inflater->place = BEFORE_MEMBER;
        }
        if (inflater->place == BEFORE_MEMBER)
            enter_member(inflater);
        if (inflate_some(stream, bytes, size, &produced, err))
            return -1;
    }
    return (ssize_t)produced;
}

void member_stream_init(struct member_stream *stream, struct stream *packed, int64_t packed_base)
{
    *stream = (struct member_stream){
        .stream = {.read = member_stream_read}, .packed = packed, .packed_base = packed_base};
    stream->inflater = memory_zeroed(1, sizeof *stream->inflater);
    member_zlib_prepare(&stream->inflater->inflater);
    inflateInit2(&stream->inflater->inflater, GZIP_WINDOW_BITS);
}

void member_stream_release(struct member_stream *stream)
{
    if (!stream->inflater)
        return;
    inflateEnd(&stream->inflater->inflater);
    free(stream->inflater);
    stream->inflater = NULL;
}

void member_stream_one_by_one(struct member_stream *stream)
{
    stream->inflater->one_by_one = true;
}

int member_stream_next(struct member_stream *stream, struct error *err)
{
    struct member_inflater *inflater = stream->inflater;
    if (inflater->failed)
        return keep_failure(stream, err);
    int more = fetch(stream, err);
    if (more > 0 && inflater->place == BEHIND_MEMBER)
        inflater->place = BEFORE_MEMBER;
    return more;
}

int64_t member_stream_position(const struct member_stream *stream)
{
    return stream->inflater->taken;
}
