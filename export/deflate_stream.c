#include "export/deflate_stream.h"

#include "base/memory.h"

#include <isa-l/crc.h>
#include <isa-l/igzip_lib.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define RAW_BYTES (128 * 1024)
#define PACKED_BYTES (3 * RAW_BYTES) /* ISA-L may hold back what the piece before became */

struct piece {
    size_t raw_bytes, packed_bytes;
    bool is_last;
    unsigned char raw[RAW_BYTES];
    unsigned char packed[PACKED_BYTES];
};

struct deflater {
    struct stream *raw;
    int64_t raw_bytes;
    uint32_t crc32;
    struct sha256 *hash;
    char sha256[SHA256_HEX_SIZE];
    /* One is packed while the other is given away and then filled anew. */
    struct piece pieces[2];
    struct piece *packing, *giving; /* NULL: none yet */
    size_t given;
    /* The packer, and what it shares: `job` is its own until it sets NULL. */
    bool is_beside, has_thread;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    struct piece *job;
    bool is_stopping;
    struct isal_zstream isal;
    unsigned char working[ISAL_DEF_LVL1_DEFAULT]; /* what ISA-L needs for level 1 */
};

/* ---- the packer ---- */

static void pack(struct deflater *deflater, struct piece *piece)
{
    struct isal_zstream *isal = &deflater->isal;
    isal->next_in = piece->raw;
    isal->avail_in = (uint32_t)piece->raw_bytes;
    isal->end_of_stream = piece->is_last;
    isal->next_out = piece->packed;
    isal->avail_out = PACKED_BYTES;
    /* Cannot fail: the arguments are constants and the buffers are there. */
    do
        (void)isal_deflate(isal);
    while (isal->avail_out > 0 &&
           (isal->avail_in > 0 || (piece->is_last && isal->internal_state.state != ZSTATE_END)));
    piece->packed_bytes = PACKED_BYTES - isal->avail_out;
}

static void *pack_all(void *context)
{
    struct deflater *deflater = context;
    pthread_mutex_lock(&deflater->lock);
    while (!deflater->is_stopping) {
        if (deflater->job) {
            pthread_mutex_unlock(&deflater->lock);
            pack(deflater, deflater->job);
            pthread_mutex_lock(&deflater->lock);
            deflater->job = NULL;
            pthread_cond_signal(&deflater->changed);
        } else {
            pthread_cond_wait(&deflater->changed, &deflater->lock);
        }
    }
    pthread_mutex_unlock(&deflater->lock);
    return NULL;
}

/* Where no thread is wanted, or worth it, or to be had, it is packed at once. */
static void start_packing(struct deflater *deflater, struct piece *piece)
{
    if (deflater->is_beside && !deflater->has_thread && !piece->is_last)
        deflater->has_thread = pthread_create(&deflater->thread, NULL, pack_all, deflater) == 0;
    deflater->packing = piece;
    if (!deflater->has_thread) {
        pack(deflater, piece);
        return;
    }
    pthread_mutex_lock(&deflater->lock);
    deflater->job = piece;
    pthread_cond_signal(&deflater->changed);
    pthread_mutex_unlock(&deflater->lock);
}

static void wait_for_packer(struct deflater *deflater)
{
    pthread_mutex_lock(&deflater->lock);
    while (deflater->job)
        pthread_cond_wait(&deflater->changed, &deflater->lock);
    pthread_mutex_unlock(&deflater->lock);
}

static void stop_packer(struct deflater *deflater)
{
    if (!deflater->has_thread)
        return;
    pthread_mutex_lock(&deflater->lock);
    deflater->is_stopping = true;
    pthread_cond_signal(&deflater->changed);
    pthread_mutex_unlock(&deflater->lock);
    pthread_join(deflater->thread, NULL);
}

/* ---- the stream ---- */

/* The next raw bytes into a piece. */
static int take(struct deflater *deflater, struct piece *piece, struct error *err)
{
    ssize_t got = stream_read_full(deflater->raw, piece->raw, sizeof piece->raw, err);
    if (got < 0)
        return -1;
    sha256_update(deflater->hash, piece->raw, (size_t)got);
    deflater->crc32 = crc32_gzip_refl(deflater->crc32, piece->raw, (uint64_t)got);
    deflater->raw_bytes += got;
    piece->raw_bytes = (size_t)got;
    piece->is_last = (size_t)got < sizeof piece->raw;
    if (piece->is_last)
        sha256_finish(deflater->hash, deflater->sha256);
    return 0;
}

/* The next packed piece; the one behind it is read meanwhile. */
static int turn(struct deflater *deflater, struct error *err)
{
    struct piece *pieces = deflater->pieces, *next = NULL;
    if (!deflater->packing) {
        if (take(deflater, &pieces[0], err))
            return -1;
        start_packing(deflater, &pieces[0]);
    }
    struct piece *packed = deflater->packing;
    if (!packed->is_last) {
        next = packed == &pieces[0] ? &pieces[1] : &pieces[0];
        if (take(deflater, next, err))
            return -1;
    }
    wait_for_packer(deflater);
    if (packed->packed_bytes == PACKED_BYTES)
        return error_set(err, ERROR_LIMIT, "cannot be packed: it grows too much");
    deflater->giving = packed;
    deflater->given = 0;
    if (next)
        start_packing(deflater, next);
    return 0;
}

static ssize_t deflate_stream_read(struct stream *base, void *bytes, size_t size, struct error *err)
{
    struct deflater *deflater = ((struct deflate_stream *)base)->deflater;
    while (!deflater->giving || deflater->given == deflater->giving->packed_bytes) {
        if (deflater->giving && deflater->giving->is_last)
            return 0;
        if (turn(deflater, err))
            return -1;
    }
    size_t left = deflater->giving->packed_bytes - deflater->given;
    if (size > left)
        size = left;
    memcpy(bytes, deflater->giving->packed + deflater->given, size);
    deflater->given += size;
    return (ssize_t)size;
}

void deflate_stream_init(struct deflate_stream *stream, struct stream *raw, bool is_beside)
{
    struct deflater *deflater = memory_zeroed(1, sizeof *deflater);
    *stream =
        (struct deflate_stream){.stream = {.read = deflate_stream_read}, .deflater = deflater};
    deflater->raw = raw;
    deflater->is_beside = is_beside;
    deflater->hash = sha256_new();
    pthread_mutex_init(&deflater->lock, NULL);
    pthread_cond_init(&deflater->changed, NULL);
    isal_deflate_init(&deflater->isal);
    deflater->isal.level = 1;
    deflater->isal.level_buf = deflater->working;
    deflater->isal.level_buf_size = sizeof deflater->working;
}

void deflate_stream_release(struct deflate_stream *stream)
{
    if (!stream->deflater)
        return;
    stop_packer(stream->deflater);
    pthread_mutex_destroy(&stream->deflater->lock);
    pthread_cond_destroy(&stream->deflater->changed);
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
