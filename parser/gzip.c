#include "parser/gzip.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#define INPUT_BYTES 16384
#define GZIP_WINDOW_BITS 31 /* 15, and 16 for a gzip header and trailer */

enum gzip_place { IN_MEMBER, BETWEEN_MEMBERS, IN_PADDING, AT_END };

struct gzip {
    struct stream stream;
    struct stream *in;
    int64_t *left;
    z_stream inflater;
    enum gzip_place place;
    enum container_end end;
    bool input_ended;
    unsigned char input[INPUT_BYTES];
};

static void *give(void *context, unsigned count, unsigned size)
{
    (void)context;
    return memory_zeroed(count, size);
}

static void take_back(void *context, void *pointer)
{
    (void)context;
    free(pointer);
}

static void finish(struct gzip *gzip, enum container_end end)
{
    gzip->end = end;
    gzip->place = AT_END;
}

/* Fills the input behind what is still unread. Whole blocks make the order in which two gzips take
 * from the same bound independent of how the stream cuts its bytes. */
static int refill(struct gzip *gzip, struct error *err)
{
    z_stream *inflater = &gzip->inflater;
    memmove(gzip->input, inflater->next_in, inflater->avail_in);
    inflater->next_in = gzip->input;
    ssize_t got = stream_read_full(gzip->in, gzip->input + inflater->avail_in,
                                   INPUT_BYTES - inflater->avail_in, err);
    if (got < 0)
        return -1;
    inflater->avail_in += (unsigned)got;
    gzip->input_ended = inflater->avail_in < INPUT_BYTES;
    return 0;
}

/* Inflates into bytes[0..size): how many came, which may be none. */
static size_t inflate_some(struct gzip *gzip, unsigned char *bytes, size_t size)
{
    z_stream *inflater = &gzip->inflater;
    /* One byte more than allowed is asked for, to tell "just fits" from "too much". */
    if ((int64_t)size > *gzip->left)
        size = (size_t)*gzip->left + 1;
    if (size > 1u << 30)
        size = 1u << 30;
    inflater->next_out = bytes;
    inflater->avail_out = (unsigned)size;
    int status = inflate(inflater, Z_NO_FLUSH);
    size_t got = size - inflater->avail_out;
    if (status == Z_STREAM_END)
        gzip->place = BETWEEN_MEMBERS;
    else if (status != Z_OK && status != Z_BUF_ERROR)
        finish(gzip, CONTAINER_INVALID);
    else if (got == 0 && inflater->avail_in == 0 && gzip->input_ended)
        finish(gzip, CONTAINER_TRUNCATED);
    if ((int64_t)got > *gzip->left) {
        got = (size_t)*gzip->left;
        finish(gzip, CONTAINER_BOUND);
    }
    *gzip->left -= (int64_t)got;
    return got;
}

/* What follows a member: another one, padding, the end, or bytes that do not belong here. */
static void look_behind_member(struct gzip *gzip)
{
    z_stream *inflater = &gzip->inflater;
    size_t have = inflater->avail_in < GZIP_MAGIC_LENGTH ? inflater->avail_in : GZIP_MAGIC_LENGTH;
    if (have == 0)
        finish(gzip, CONTAINER_WHOLE);
    else if (inflater->next_in[0] == 0)
        gzip->place = IN_PADDING;
    else if (memcmp(inflater->next_in, GZIP_MAGIC, have) != 0)
        finish(gzip, CONTAINER_TRAILING);
    else if (have < GZIP_MAGIC_LENGTH)
        finish(gzip, CONTAINER_TRUNCATED);
    else if (inflateReset(inflater) == Z_OK)
        gzip->place = IN_MEMBER;
}

static void skip_padding(struct gzip *gzip)
{
    z_stream *inflater = &gzip->inflater;
    while (inflater->avail_in > 0 && *inflater->next_in == 0) {
        inflater->next_in++;
        inflater->avail_in--;
    }
    if (inflater->avail_in > 0)
        finish(gzip, CONTAINER_TRAILING);
    else if (gzip->input_ended)
        finish(gzip, CONTAINER_WHOLE);
}

static ssize_t read_unpacked(struct stream *stream, void *bytes, size_t size, struct error *err)
{
    struct gzip *gzip = (struct gzip *)stream;
    size_t got = 0;
    while (got == 0 && gzip->place != AT_END) {
        /* The magic of the next member may lie across two blocks of input. */
        size_t need = gzip->place == BETWEEN_MEMBERS ? GZIP_MAGIC_LENGTH : 1;
        while (gzip->inflater.avail_in < need && !gzip->input_ended)
            if (refill(gzip, err))
                return -1;
        if (gzip->place == IN_MEMBER)
            got = inflate_some(gzip, bytes, size);
        else if (gzip->place == BETWEEN_MEMBERS)
            look_behind_member(gzip);
        else
            skip_padding(gzip);
    }
    return (ssize_t)got;
}

struct gzip *gzip_new(struct stream *in, int64_t *left)
{
    struct gzip *gzip = memory_zeroed(1, sizeof *gzip);
    gzip->stream.read = read_unpacked;
    gzip->in = in;
    gzip->left = left;
    gzip->inflater.zalloc = give;
    gzip->inflater.zfree = take_back;
    gzip->inflater.next_in = gzip->input;
    /* With an allocator that cannot fail this fails only for a zlib that is not the one built for. */
    if (inflateInit2(&gzip->inflater, GZIP_WINDOW_BITS) != Z_OK)
        abort();
    return gzip;
}

void gzip_free(struct gzip *gzip)
{
    if (!gzip)
        return;
    inflateEnd(&gzip->inflater);
    free(gzip);
}

struct stream *gzip_stream(struct gzip *gzip)
{
    return &gzip->stream;
}

enum container_end gzip_end(const struct gzip *gzip)
{
    return gzip->end;
}
