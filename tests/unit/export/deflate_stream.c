/* export/deflate_stream: what it packs inflates, with zlib, to the very bytes. */
#include "export/deflate_stream.h"

#include "base/buffer.h"
#include "tests/unit/inflates.h"
#include "tests/unit/random.h"
#include "tests/unit/scratch.h"

#include <string.h>
#include <zlib.h>

#define LIMIT (4 * 1024 * 1024)

enum { TEXT, NOISE, ZEROS, KINDS };

/* The caller frees it. */
static char *make(size_t length, int kind)
{
    char *bytes = noise_new(length + 1);
    for (size_t i = 0; i < length && kind != NOISE; i++)
        bytes[i] = kind == ZEROS ? '\0' : "a line of text, of words\n"[(i + (i / 700)) % 25];
    return bytes;
}

/* How many bytes it is packed into. */
static size_t assert_bytes_come_back(const char *bytes, size_t length, size_t block,
                                     size_t read_size)
{
    struct memory_stream raw;
    struct deflate_stream stream;
    struct buffer packed;
    struct error err = {0};
    char block_of[8192];
    char expected[SHA256_HEX_SIZE], got_sha256[SHA256_HEX_SIZE];
    ssize_t got;
    buffer_init(&packed, LIMIT);
    memory_stream_init(&raw, bytes, length, block);
    deflate_stream_init(&stream, &raw.stream, length % 2 == 0);
    while ((got = stream_read(&stream.stream, block_of, read_size, &err)) > 0)
        assert_int_equal(buffer_append(&packed, block_of, (size_t)got), 0);
    assert_int_equal(got, 0);
    assert_int_equal(stream_read(&stream.stream, block_of, read_size, &err), 0);
    assert_inflates(&packed, bytes, length);
    assert_int_equal(deflate_stream_raw_bytes(&stream), length);
    assert_int_equal(deflate_stream_crc32(&stream),
                     crc32(0, (const unsigned char *)bytes, (unsigned)length));
    sha256_of(bytes, length, expected);
    deflate_stream_sha256(&stream, got_sha256);
    assert_string_equal(got_sha256, expected);
    size_t packed_bytes = packed.length;
    deflate_stream_release(&stream);
    deflate_stream_release(&stream);
    buffer_release(&packed);
    return packed_bytes;
}

static void assert_packs(size_t length, int kind, size_t block, size_t read_size)
{
    char *bytes = make(length, kind);
    size_t packed_bytes = assert_bytes_come_back(bytes, length, block, read_size);
    if (kind != NOISE)
        assert_true(packed_bytes < length / 10 + 100);
    free(bytes);
}

static void every_length_about_a_block_comes_back(void **state)
{
    static const size_t lengths[] = {0,       1,       2,       255,     256,
                                     65535,   65536,   524287,  524288,  524289,
                                     1048576, 1048577, 2097151, 2097152, 3000000};
    (void)state;
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++)
        for (int kind = 0; kind < KINDS; kind++)
            assert_packs(lengths[i], kind, 0, 8192);
}

static void the_size_of_reads_does_not_matter(void **state)
{
    (void)state;
    for (size_t size = 1; size <= 31; size++)
        for (int kind = 0; kind < KINDS; kind++) {
            assert_packs(3000, kind, size, 1 + size * 7 % 31);
            assert_packs(size, kind, 1, 1);
        }
    assert_packs(524289, TEXT, 31, 31);
}

/* Runs of text, noise and zeros: blocks of each kind, stored ones too, one after another and across pieces. */
static void mixtures_of_what_packs_well_and_badly_come_back(void **state)
{
    enum { MOST = 1400000, MIXTURES = 60 };
    char *noise = noise_new(MOST), *bytes = noise_new(MOST);
    (void)state;
    for (int i = 0; i < MIXTURES; i++) {
        size_t length = next_random(MOST), run;
        for (size_t at = 0; at < length; at += run) {
            uint32_t kind = next_random(KINDS);
            run = 1 + next_random(i % 2 ? 90000 : 300);
            for (size_t k = at; k < at + run && k < length; k++)
                bytes[k] = kind == ZEROS   ? '\0'
                           : kind == NOISE ? noise[k]
                                           : "to be, or not "[k % 14];
        }
        assert_bytes_come_back(bytes, length, 0, 8192);
    }
    free(noise);
    free(bytes);
}

static void the_same_bytes_are_packed_alike_whatever_the_reads_and_threads(void **state)
{
    char *bytes = make(3000000, TEXT);
    struct buffer packed[3];
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        struct memory_stream raw;
        struct deflate_stream stream;
        struct error err = {0};
        char block[5000];
        ssize_t got;
        buffer_init(&packed[i], LIMIT);
        memory_stream_init(&raw, bytes, 3000000, i * 77);
        deflate_stream_init(&stream, &raw.stream, i == 1);
        while ((got = stream_read(&stream.stream, block, sizeof block - i * 1001, &err)) > 0)
            assert_int_equal(buffer_append(&packed[i], block, (size_t)got), 0);
        deflate_stream_release(&stream);
        assert_int_equal(packed[i].length, packed[0].length);
        assert_memory_equal(packed[i].bytes, packed[0].bytes, packed[0].length);
    }
    for (size_t i = 0; i < 3; i++)
        buffer_release(&packed[i]);
    free(bytes);
}

/* A key in PEM: its third byte comes again, and the table of what was seen is as small as the text. */
#define SHORT_TEXT "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA\n-----END PUBLIC KEY-----\n"

static void the_same_bytes_are_packed_alike_wherever_the_memory_lies(void **state)
{
    enum { PLACES = 1000, APART = 64 * 1024 };
    static void *apart[PLACES];
    unsigned char first[256], packed[256];
    ssize_t first_bytes = 0;
    (void)state;
    for (size_t i = 0; i < PLACES; i++) {
        struct memory_stream raw;
        struct deflate_stream stream;
        struct error err = {0};
        memory_stream_init(&raw, SHORT_TEXT, sizeof SHORT_TEXT - 1, 0);
        deflate_stream_init(&stream, &raw.stream, false);
        ssize_t got = stream_read_full(&stream.stream, packed, sizeof packed, &err);
        deflate_stream_release(&stream);
        if (i == 0) {
            first_bytes = got;
            memcpy(first, packed, sizeof first);
        }
        assert_int_equal(got, first_bytes);
        assert_memory_equal(packed, first, (size_t)got);
        apart[i] = malloc(APART);
        assert_non_null(apart[i]);
    }
    for (size_t i = 0; i < PLACES; i++)
        free(apart[i]);
}

/* Gives some bytes, and then an error. */
struct broken_stream {
    struct stream stream;
    size_t left;
};

static ssize_t broken_read(struct stream *base, void *bytes, size_t size, struct error *err)
{
    struct broken_stream *broken = (struct broken_stream *)base;
    if (broken->left == 0)
        return error_set(err, ERROR_DAMAGED, "the tape is torn");
    if (size > broken->left)
        size = broken->left;
    memset(bytes, 'x', size);
    broken->left -= size;
    return (ssize_t)size;
}

static void the_error_of_what_is_read_comes_through_and_stays(void **state)
{
    static const size_t lengths[] = {0, 1, 524287, 524288, 524289, 3000000};
    (void)state;
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        struct broken_stream raw = {.stream = {.read = broken_read}, .left = lengths[i]};
        struct deflate_stream stream;
        char block[4096];
        ssize_t got;
        struct error err = {0};
        deflate_stream_init(&stream, &raw.stream, i % 2 == 1);
        while ((got = stream_read(&stream.stream, block, sizeof block, &err)) > 0)
            ;
        for (int again = 0; again < 3; again++) {
            assert_int_equal(got, -1);
            assert_int_equal(err.code, ERROR_DAMAGED);
            assert_string_equal(err.message, "the tape is torn");
            err = (struct error){0};
            got = stream_read(&stream.stream, block, sizeof block, &err);
        }
        deflate_stream_release(&stream);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_length_about_a_block_comes_back),
        cmocka_unit_test(the_size_of_reads_does_not_matter),
        cmocka_unit_test(mixtures_of_what_packs_well_and_badly_come_back),
        cmocka_unit_test(the_same_bytes_are_packed_alike_whatever_the_reads_and_threads),
        cmocka_unit_test(the_same_bytes_are_packed_alike_wherever_the_memory_lies),
        cmocka_unit_test(the_error_of_what_is_read_comes_through_and_stays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
