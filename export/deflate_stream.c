#include "export/deflate_stream.h"

#include "base/memory.h"

#include <isa-l/crc.h>
#include <isa-l/igzip_lib.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define RAW_BYTES (128 * 1024)

struct deflater {
    struct isal_zstream isal;
    struct stream *raw;
    bool is_over;
    int64_t raw_bytes;
    uint32_t crc32;
    struct sha256 *hash;
    char sha256[SHA256_HEX_SIZE];
    unsigned char in[RAW_BYTES];
    unsigned char working[ISAL_DEF_LVL1_DEFAULT]; /* what ISA-L needs for level 1 */
};

/* The next raw bytes into `in`. */
static int take(struct deflater *deflater, struct error *err)
{
    ssize_t got = stream_read_full(deflater->raw, deflater->in, sizeof deflater->in, err);
    if (got < 0)
        return -1;
    sha256_update(deflater->hash, deflater->in, (size_t)got);
    deflater->crc32 = crc32_gzip_refl(deflater->crc32, deflater->in, (uint64_t)got);
    deflater->raw_bytes += got;
    deflater->isal.next_in = deflater->in;
    deflater->isal.avail_in = (uint32_t)got;
    deflater->isal.end_of_stream = (size_t)got < sizeof deflater->in;
    return 0;
}

static ssize_t deflate_stream_read(struct stream *base, void *bytes, size_t size, struct error *err)
{
    struct deflater *deflater = ((struct deflate_stream *)base)->deflater;
    struct isal_zstream *isal = &deflater->isal;
    uint32_t room = size < UINT32_MAX ? (uint32_t)size : UINT32_MAX;
    isal->next_out = bytes;
    isal->avail_out = room;
    while (isal->avail_out == room && isal->internal_state.state != ZSTATE_END) {
        if (isal->avail_in == 0 && !isal->end_of_stream && take(deflater, err))
            return -1;
        /* Cannot fail: the arguments are constants and the buffers are there. */
        (void)isal_deflate(isal);
    }
    if (isal->internal_state.state == ZSTATE_END && !deflater->is_over) {
        deflater->is_over = true;
        sha256_finish(deflater->hash, deflater->sha256);
    }
    return (ssize_t)(room - isal->avail_out);
}

void deflate_stream_init(struct deflate_stream *stream, struct stream *raw)
{
    struct deflater *deflater = memory_zeroed(1, sizeof *deflater);
    *stream =
        (struct deflate_stream){.stream = {.read = deflate_stream_read}, .deflater = deflater};
    deflater->raw = raw;
    deflater->hash = sha256_new();
    isal_deflate_init(&deflater->isal);
    deflater->isal.level = 1;
    deflater->isal.level_buf = deflater->working;
    deflater->isal.level_buf_size = sizeof deflater->working;
}

void deflate_stream_release(struct deflate_stream *stream)
{
    if (!stream->deflater)
        return;
    sha256_free(stream->deflater->hash);
    free(stream->deflater);
    stream->deflater = NULL;
}

int64_t deflate_stream_raw_bytes(const struct deflate_stream *stream)
{
    return stream->deflater->raw_bytes;
}

uint32_t deflate_stream_crc32(const struct deflate_stream *stream)
{
    return stream->deflater->crc32;
}

void deflate_stream_sha256(const struct deflate_stream *stream, char sha256[SHA256_HEX_SIZE])
{
    memcpy(sha256, stream->deflater->sha256, SHA256_HEX_SIZE);
}
