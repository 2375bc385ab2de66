#include "export/deflate_stream.h"

#include "base/memory.h"

#include <isa-l/crc.h>
#include <isa-l/igzip_lib.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define RAW_BYTES (512 * 1024)
#define PACKED_BYTES                                                                               \
    (RAW_BYTES + RAW_BYTES / 64) /* at worst: stored blocks of 64 KiB (RFC 1951, 3.2.4) */
#define FIRST_BYTES 6            /* of a piece's packed bytes: its first raw one */
#define PACKERS 2
#define PIECES (PACKERS + 2) /* one is filled and one given away meanwhile */

/* Deflated for itself up to a whole byte, so that the pieces one after another are one stream. */
struct piece {
    size_t raw_bytes, packed_bytes;
    bool is_last, is_packed;
    unsigned char raw[RAW_BYTES];
    unsigned char packed[PACKED_BYTES];
};

struct packer {
    struct deflater *deflater;
    pthread_t thread;
    struct isal_zstream isal;
    unsigned char working[ISAL_DEF_LVL1_DEFAULT]; /* what ISA-L needs for level 1 */
};

struct deflater {
    struct stream *raw;
    int64_t raw_bytes;
    uint32_t crc32;
    struct sha256 *hash;
    char sha256[SHA256_HEX_SIZE];
    /* In a ring, made when first used. Counted from the stream's begin: read, and given away. */
    struct piece *pieces[PIECES];
    size_t read_count, gone_count;
    bool is_giving; /* the piece that is next to go */
    size_t given;
    /* The packers and, under the lock, what they share: pieces handed over, and taken by one of them. */
    bool is_beside;
    size_t thread_count;
    struct packer *packers[PACKERS];
    pthread_mutex_t lock;
    pthread_cond_t was_queued, was_packed;
    size_t queued_count, taken_count;
    bool is_stopping;
};

static struct piece *piece_of(const struct deflater *deflater, size_t count)
{
    return deflater->pieces[count % PIECES];
}

/* ---- the packers ---- */

static struct packer *packer_of(struct deflater *deflater, size_t i)
{
    if (!deflater->packers[i]) {
        deflater->packers[i] = memory_zeroed(1, sizeof *deflater->packers[i]);
        deflater->packers[i]->deflater = deflater;
    }
    return deflater->packers[i];
}

/* The first byte goes as a stored block and is then the dictionary of the rest: without a history, ISA-L 2.30 looks the third byte up
 * by a register that nobody set (igzip_icf_body_h1_gr_bt.asm, write_first_byte), and what it packs into hangs on where memory lies. */
static size_t put_first(const struct piece *piece, unsigned char *packed)
{
    if (piece->raw_bytes == 0)
        return 0;
    /* Not the last one, of one byte: the length and its complement (RFC 1951, 3.2.4). */
    memcpy(packed, (unsigned char[]){0x00, 0x01, 0x00, 0xfe, 0xff, piece->raw[0]}, FIRST_BYTES);
    return FIRST_BYTES;
}

static void pack(struct packer *packer, struct piece *piece)
{
    struct isal_zstream *isal = &packer->isal;
    size_t first = put_first(piece, piece->packed);
    isal_deflate_init(isal);
    isal->level = 1;
    isal->level_buf = packer->working;
    isal->level_buf_size = sizeof packer->working;
    isal->flush = FULL_FLUSH;
    isal->end_of_stream = piece->is_last;
    if (first)
        isal_deflate_set_dict(isal, piece->raw, 1);
    isal->next_in = piece->raw + (first > 0);
    isal->avail_in = (uint32_t)(piece->raw_bytes - (first > 0));
    isal->next_out = piece->packed + first;
    isal->avail_out = (uint32_t)(sizeof piece->packed - first);
    int code = isal_deflate(isal);
    /* 0: it did not fit, which cannot be. */
    bool is_whole = code == COMP_OK && isal->avail_in == 0 && isal->avail_out > 0;
    piece->packed_bytes = is_whole ? sizeof piece->packed - isal->avail_out : 0;
}

static void *pack_all(void *context)
{
    struct packer *packer = context;
    struct deflater *deflater = packer->deflater;
    pthread_mutex_lock(&deflater->lock);
    while (!deflater->is_stopping) {
        if (deflater->taken_count == deflater->queued_count) {
            pthread_cond_wait(&deflater->was_queued, &deflater->lock);
            continue;
        }
        struct piece *piece = piece_of(deflater, deflater->taken_count++);
        pthread_mutex_unlock(&deflater->lock);
        pack(packer, piece);
        pthread_mutex_lock(&deflater->lock);
        piece->is_packed = true;
        pthread_cond_signal(&deflater->was_packed);
    }
    pthread_mutex_unlock(&deflater->lock);
    return NULL;
}

static void start_threads(struct deflater *deflater)
{
    while (deflater->thread_count < PACKERS) {
        struct packer *packer = packer_of(deflater, deflater->thread_count);
        if (pthread_create(&packer->thread, NULL, pack_all, packer))
            return;
        deflater->thread_count++;
    }
}

/* Where no thread is wanted, or worth it, or to be had, it is packed at once. */
static void start_packing(struct deflater *deflater, struct piece *piece)
{
    if (deflater->is_beside && !piece->is_last)
        start_threads(deflater);
    if (deflater->thread_count == 0) {
        pack(packer_of(deflater, 0), piece);
        piece->is_packed = true;
        return;
    }
    pthread_mutex_lock(&deflater->lock);
    deflater->queued_count++;
    pthread_cond_signal(&deflater->was_queued);
    pthread_mutex_unlock(&deflater->lock);
}

static void wait_for(struct deflater *deflater, const struct piece *piece)
{
    pthread_mutex_lock(&deflater->lock);
    while (!piece->is_packed)
        pthread_cond_wait(&deflater->was_packed, &deflater->lock);
    pthread_mutex_unlock(&deflater->lock);
}

static void stop_packers(struct deflater *deflater)
{
    pthread_mutex_lock(&deflater->lock);
    deflater->is_stopping = true;
    pthread_cond_broadcast(&deflater->was_queued);
    pthread_mutex_unlock(&deflater->lock);
    for (size_t i = 0; i < deflater->thread_count; i++)
        pthread_join(deflater->packers[i]->thread, NULL);
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
    piece->is_packed = false;
    piece->is_last = (size_t)got < sizeof piece->raw;
    if (piece->is_last)
        sha256_finish(deflater->hash, deflater->sha256);
    return 0;
}

/* As many as the ring holds, or one when it is packed at once. */
static int read_ahead(struct deflater *deflater, struct error *err)
{
    size_t most = deflater->is_beside ? PIECES : 1;
    while (deflater->read_count - deflater->gone_count < most &&
           (deflater->read_count == 0 || !piece_of(deflater, deflater->read_count - 1)->is_last)) {
        struct piece **next = &deflater->pieces[deflater->read_count % PIECES];
        if (!*next)
            *next = memory_zeroed(1, sizeof **next);
        if (take(deflater, *next, err))
            return -1;
        deflater->read_count++;
        start_packing(deflater, *next);
    }
    return 0;
}

/* The next packed piece; those behind it are read and packed meanwhile. */
static int turn(struct deflater *deflater, struct error *err)
{
    if (deflater->is_giving)
        deflater->gone_count++;
    deflater->is_giving = false;
    if (read_ahead(deflater, err))
        return -1;
    const struct piece *piece = piece_of(deflater, deflater->gone_count);
    wait_for(deflater, piece);
    if (piece->packed_bytes == 0)
        return error_set(err, ERROR_LIMIT, "cannot be packed: it grows too much");
    deflater->is_giving = true;
    deflater->given = 0;
    return 0;
}

static ssize_t deflate_stream_read(struct stream *base, void *bytes, size_t size, struct error *err)
{
    struct deflater *deflater = ((struct deflate_stream *)base)->deflater;
    const struct piece *piece = piece_of(deflater, deflater->gone_count);
    while (!deflater->is_giving || deflater->given == piece->packed_bytes) {
        if (deflater->is_giving && piece->is_last)
            return 0;
        if (turn(deflater, err))
            return -1;
        piece = piece_of(deflater, deflater->gone_count);
    }
    size_t left = piece->packed_bytes - deflater->given;
    if (size > left)
        size = left;
    memcpy(bytes, piece->packed + deflater->given, size);
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
    pthread_cond_init(&deflater->was_queued, NULL);
    pthread_cond_init(&deflater->was_packed, NULL);
}

void deflate_stream_release(struct deflate_stream *stream)
{
    struct deflater *deflater = stream->deflater;
    if (!deflater)
        return;
    stop_packers(deflater);
    pthread_mutex_destroy(&deflater->lock);
    pthread_cond_destroy(&deflater->was_queued);
    pthread_cond_destroy(&deflater->was_packed);
    for (size_t i = 0; i < PIECES; i++)
        free(deflater->pieces[i]);
    for (size_t i = 0; i < PACKERS; i++)
        free(deflater->packers[i]);
    sha256_free(deflater->hash);
    free(deflater);
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
