/* Any bytes as gzip members: joined they end, and inflate to what the members hold; and members made of any bytes join. */
#include "evidence/member_join.h"

#include "base/buffer.h"
#include "evidence/member.h"
#include "evidence/member_zlib.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

#define MOST_MEMBERS 24
#define LIMIT ((size_t)256 * 1024 * 1024)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int collect(void *context, const void *bytes, size_t length, struct error *err)
{
    (void)err;
    return buffer_append(context, bytes, length);
}

/* 0 and the hash of the raw bytes, or -1: damage. */
static int join(const void *bytes, size_t size, size_t block, struct buffer *joined,
                char sha256[SHA256_HEX_SIZE], int64_t *raw_bytes)
{
    static char some[3000];
    struct memory_stream packed;
    struct member_join stream;
    struct error err = {0};
    ssize_t got;
    memory_stream_init(&packed, bytes, size, block);
    member_join_init(&stream, &packed.stream, 0, "packed");
    while ((got = stream_read(&stream.stream, some, block ? block : sizeof some, &err)) > 0)
        FUZZ_CHECK(buffer_append(joined, some, (size_t)got) == 0);
    FUZZ_CHECK(got == 0 || err.code == ERROR_DAMAGED);
    member_join_sha256(&stream, sha256);
    *raw_bytes = member_join_raw_bytes(&stream);
    member_join_release(&stream);
    return got == 0 ? 0 : -1;
}

/* The one stream has these bytes in it. */
static void check_inflates(const struct buffer *joined, const char *sha256, int64_t raw_bytes)
{
    static unsigned char raw[65536];
    char got[SHA256_HEX_SIZE];
    struct sha256 *hash = sha256_new();
    z_stream inflater = {.next_in = (unsigned char *)joined->bytes,
                         .avail_in = (unsigned)joined->length};
    int status = Z_OK;
    FUZZ_CHECK(inflateInit2(&inflater, -15) == Z_OK);
    while (status == Z_OK) {
        inflater.next_out = raw;
        inflater.avail_out = sizeof raw;
        status = inflate(&inflater, Z_NO_FLUSH);
        sha256_update(hash, raw, sizeof raw - inflater.avail_out);
    }
    FUZZ_CHECK(status == Z_STREAM_END && inflater.avail_in == 0);
    FUZZ_CHECK((int64_t)inflater.total_out == raw_bytes);
    sha256_finish(hash, got);
    FUZZ_CHECK(strcmp(got, sha256) == 0);
    inflateEnd(&inflater);
    sha256_free(hash);
}

static void check(const void *bytes, size_t size, bool must_join)
{
    struct buffer joined, again;
    char sha256[SHA256_HEX_SIZE], sha256_again[SHA256_HEX_SIZE];
    int64_t raw_bytes, raw_bytes_again;
    buffer_init(&joined, LIMIT);
    buffer_init(&again, LIMIT);
    int result = join(bytes, size, 0, &joined, sha256, &raw_bytes);
    FUZZ_CHECK(join(bytes, size, 1 + size % 31, &again, sha256_again, &raw_bytes_again) == result);
    FUZZ_CHECK(!must_join || result == 0);
    if (result == 0) {
        FUZZ_CHECK(joined.length == again.length &&
                   memcmp(joined.bytes, again.bytes, joined.length) == 0);
        FUZZ_CHECK(raw_bytes == raw_bytes_again && strcmp(sha256, sha256_again) == 0);
        check_inflates(&joined, sha256, raw_bytes);
    }
    buffer_release(&joined);
    buffer_release(&again);
}

/* A member for each part, the first byte of which says how long it is. */
static void check_members(const uint8_t *data, size_t size)
{
    struct buffer packed;
    struct error err = {0};
    buffer_init(&packed, LIMIT);
    for (int i = 0; i < MOST_MEMBERS && size > 0; i++) {
        size_t part = 1 + (size_t)*data * *data;
        part = part < size ? part : size;
        struct member_writer *writer = member_writer_new(collect, &packed);
        FUZZ_CHECK(member_write(writer, data + 1, part - 1, &err) == 0);
        FUZZ_CHECK(member_finish(writer, &err) == 0);
        member_writer_free(writer);
        data += part;
        size -= part;
    }
    if (packed.length > 0)
        check(packed.bytes, packed.length, true);
    buffer_release(&packed);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct buffer wrapped;
    check(data, size, false);
    check_members(data, size);
    /* With the header that every member has, and whatever trailer. */
    buffer_init(&wrapped, LIMIT);
    struct member_writer *writer = member_writer_new(collect, &wrapped);
    FUZZ_CHECK(member_finish(writer, NULL) == 0);
    member_writer_free(writer);
    wrapped.length = MEMBER_HEADER_BYTES;
    FUZZ_CHECK(buffer_append(&wrapped, data, size) == 0);
    check(wrapped.bytes, wrapped.length, false);
    buffer_release(&wrapped);
    return 0;
}
