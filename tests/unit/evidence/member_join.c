/* evidence/member_join: members become one deflate stream without being compressed again. */
#include "evidence/member_join.h"

#include "base/buffer.h"
#include "evidence/member.h"
#include "tests/unit/inflates.h"
#include "tests/unit/scratch.h"

#include <string.h>
#include <zlib.h>

#define LIMIT (8 * 1024 * 1024)

static int collect(void *context, const void *bytes, size_t length, struct error *err)
{
    (void)err;
    return buffer_append(context, bytes, length);
}

/* Text, noise, or one letter, by `kind`: blocks of each type. */
static void fill(char *bytes, size_t length, int kind)
{
    unsigned state = 7 + (unsigned)kind;
    for (size_t i = 0; i < length; i++) {
        state = state * 1103515245 + 12345;
        bytes[i] = kind % 3 == 0   ? (char)('a' + (state >> 16) % 17)
                   : kind % 3 == 1 ? (char)(state >> 16)
                                   : 'x';
    }
}

static void pack(struct buffer *packed, const char *bytes, size_t length)
{
    struct error err = {0};
    struct member_writer *writer = member_writer_new(collect, packed);
    assert_int_equal(member_write(writer, bytes, length, &err), 0);
    assert_int_equal(member_finish(writer, &err), 0);
    member_writer_free(writer);
}

static int join_all(const struct buffer *packed, size_t block, size_t read_size,
                    struct buffer *joined, struct member_join *join, struct error *err)
{
    struct memory_stream stream;
    char bytes[4096];
    ssize_t got = 1;
    memory_stream_init(&stream, packed->bytes, packed->length, block);
    member_join_init(join, &stream.stream, 0, "segment");
    while (got > 0) {
        got = stream_read(&join->stream, bytes, read_size, err);
        if (got > 0)
            assert_int_equal(buffer_append(joined, bytes, (size_t)got), 0);
    }
    return (int)got;
}

static void assert_joins(const size_t *lengths, int count, int kind, size_t block, size_t read_size)
{
    struct buffer packed, joined;
    struct member_join join;
    struct error err = {0};
    char expected[SHA256_HEX_SIZE], got[SHA256_HEX_SIZE];
    size_t total = 0, at = 0;
    for (int i = 0; i < count; i++)
        total += lengths[i];
    char *raw = malloc(total + 1);
    buffer_init(&packed, LIMIT);
    buffer_init(&joined, LIMIT);
    for (int i = 0; i < count; i++) {
        fill(raw + at, lengths[i], kind + i);
        pack(&packed, raw + at, lengths[i]);
        at += lengths[i];
    }
    assert_int_equal(join_all(&packed, block, read_size, &joined, &join, &err), 0);
    assert_inflates(&joined, raw, total);
    assert_int_equal(member_join_raw_bytes(&join), total);
    assert_int_equal(member_join_crc32(&join), crc32(0, (unsigned char *)raw, (unsigned)total));
    sha256_of(raw, total, expected);
    member_join_sha256(&join, got);
    assert_string_equal(expected, got);
    /* Five bytes a member to join, and five at the end: nothing was compressed again. */
    assert_true(joined.length <= packed.length + 5);
    member_join_release(&join);
    buffer_release(&packed);
    buffer_release(&joined);
    free(raw);
}

static void one_member_is_one_stream(void **state)
{
    (void)state;
    for (size_t length = 0; length < 700; length++)
        assert_joins(&length, 1, (int)length % 3, 0, 4096);
}

static void several_members_of_every_kind_of_block_are_one_stream(void **state)
{
    static const size_t lengths[] = {300000, 1, 70000, 0, 200000, 13, 65535};
    (void)state;
    for (int kind = 0; kind < 3; kind++)
        assert_joins(lengths, 7, kind, 0, 4096);
}

static void the_size_of_reads_does_not_matter(void **state)
{
    static const size_t lengths[] = {4000, 1, 3000, 0, 700};
    (void)state;
    for (size_t block = 1; block <= 31; block++)
        for (int kind = 0; kind < 3; kind++)
            assert_joins(lengths, 5, kind, block, 1 + (block * 7) % 32);
}

/* Whatever bits the blocks end at. */
static void many_small_members_are_one_stream(void **state)
{
    size_t lengths[400];
    (void)state;
    for (size_t i = 0; i < 400; i++)
        lengths[i] = i;
    for (int kind = 0; kind < 3; kind++)
        assert_joins(lengths, 400, kind, 0, 4096);
}

static void members_cut_anywhere_are_damage(void **state)
{
    struct buffer packed, joined;
    char raw[900];
    (void)state;
    buffer_init(&packed, LIMIT);
    buffer_init(&joined, LIMIT);
    fill(raw, sizeof raw, 0);
    pack(&packed, raw, 500);
    size_t first = packed.length;
    pack(&packed, raw + 500, 400);
    for (size_t length = 0; length < packed.length; length++) {
        struct member_join join;
        struct error err = {0};
        struct buffer cut = {.bytes = packed.bytes, .length = length};
        buffer_clear(&joined);
        int result = join_all(&cut, 0, 4096, &joined, &join, &err);
        assert_int_equal(result, length == first ? 0 : -1);
        if (length != first) {
            assert_int_equal(err.code, ERROR_DAMAGED);
            assert_string_equal(err.path, "segment");
        }
        member_join_release(&join);
    }
    buffer_release(&packed);
    buffer_release(&joined);
}

static void a_changed_byte_is_damage_or_changes_the_hash(void **state)
{
    struct buffer packed, joined;
    char raw[900], expected[SHA256_HEX_SIZE], got[SHA256_HEX_SIZE];
    (void)state;
    buffer_init(&packed, LIMIT);
    buffer_init(&joined, LIMIT);
    fill(raw, sizeof raw, 0);
    sha256_of(raw, sizeof raw, expected);
    pack(&packed, raw, sizeof raw);
    for (size_t i = 0; i < packed.length; i++) {
        struct member_join join;
        struct error err = {0};
        packed.bytes[i] ^= 0x10;
        buffer_clear(&joined);
        if (join_all(&packed, 0, 4096, &joined, &join, &err) == 0) {
            member_join_sha256(&join, got);
            assert_string_equal(expected, got);
        } else {
            assert_int_equal(err.code, ERROR_DAMAGED);
        }
        member_join_release(&join);
        packed.bytes[i] ^= 0x10;
    }
    buffer_release(&packed);
    buffer_release(&joined);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_member_is_one_stream),
        cmocka_unit_test(several_members_of_every_kind_of_block_are_one_stream),
        cmocka_unit_test(the_size_of_reads_does_not_matter),
        cmocka_unit_test(many_small_members_are_one_stream),
        cmocka_unit_test(members_cut_anywhere_are_damage),
        cmocka_unit_test(a_changed_byte_is_damage_or_changes_the_hash),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
