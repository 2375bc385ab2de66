#include "evidence/member.h"
#include "base/buffer.h"
#include "tests/unit/packing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static int collect(void *context, const void *bytes, size_t length, struct error *err)
{
    (void)err;
    return buffer_append(context, bytes, length);
}

static struct buffer new_buffer(void)
{
    struct buffer buffer;
    buffer_init(&buffer, SIZE_MAX / 2);
    return buffer;
}

static void pack(struct buffer *out, const char *bytes, size_t length)
{
    struct error err = {0};
    struct member_writer *writer = member_writer_new(collect, out);
    assert_int_equal(member_write(writer, bytes, length, &err), 0);
    assert_int_equal(member_finish(writer, &err), 0);
    member_writer_free(writer);
}

/* Inflates all of `packed`, `block` bytes at a time on both sides (0: many). */
static int unpack(const struct buffer *packed, size_t block, struct buffer *out, struct error *err)
{
    struct memory_stream memory;
    struct member_stream stream;
    char some[8192];
    ssize_t got;
    memory_stream_init(&memory, packed->bytes, packed->length, block);
    member_stream_init(&stream, &memory.stream, 1000);
    stream.path = "some.gz";
    while ((got = stream_read(&stream.stream, some, block ? block : sizeof some, err)) > 0)
        assert_int_equal(buffer_append(out, some, (size_t)got), 0);
    member_stream_release(&stream);
    return (int)got;
}

static void the_same_bytes_give_the_same_members(void **state)
{
    (void)state;
    struct buffer a = new_buffer(), b = new_buffer();
    struct error err = {0};
    pack(&a, "one", 3);
    pack(&a, "second", 6);
    struct member_writer *writer = member_writer_new(collect, &b);
    member_write(writer, "o", 1, &err);
    member_write(writer, "ne", 2, &err);
    assert_int_equal(member_raw_bytes(writer), 3);
    member_finish(writer, &err);
    assert_int_equal(member_raw_bytes(writer), 0);
    member_write(writer, "forgotten", 9, &err);
    member_abandon(writer);
    member_write(writer, "second", 6, &err);
    member_finish(writer, &err);
    member_writer_free(writer);
    assert_int_equal(a.length, b.length);
    assert_memory_equal(a.bytes, b.bytes, a.length);
    buffer_release(&a);
    buffer_release(&b);
}

static void a_member_has_no_name_no_time_and_no_system(void **state)
{
    (void)state;
    struct buffer packed = new_buffer();
    pack(&packed, "text", 4);
    assert_memory_equal(packed.bytes, "\x1f\x8b\x08\0\0\0\0\0\x04\xff", 10);
    buffer_release(&packed);
}

static void a_member_stream_reads_concatenated_members_at_every_read_size(void **state)
{
    (void)state;
    struct buffer packed = new_buffer(), raw = new_buffer();
    struct error err = {0};
    static const char *const parts[] = {"first", "", "third part", "", ""};
    for (size_t i = 0; i < 5; i++)
        pack(&packed, parts[i], strlen(parts[i]));
    for (size_t block = 0; block <= 31; block++) {
        buffer_clear(&raw);
        assert_int_equal(unpack(&packed, block, &raw, &err), 0);
        assert_string_equal(buffer_text(&raw), "firstthird part");
    }
    buffer_release(&packed);
    buffer_release(&raw);
}

static void one_by_one_gives_each_member_and_where_the_next_begins(void **state)
{
    (void)state;
    struct buffer packed = new_buffer();
    struct error err = {0};
    static const char *const parts[] = {"first", "", "third"};
    size_t ends[3];
    for (size_t i = 0; i < 3; i++) {
        pack(&packed, parts[i], strlen(parts[i]));
        ends[i] = packed.length;
    }
    for (size_t block = 1; block <= 31; block++) {
        struct memory_stream memory;
        struct member_stream stream;
        char some[64];
        memory_stream_init(&memory, packed.bytes, packed.length, block);
        member_stream_init(&stream, &memory.stream, 0);
        member_stream_one_by_one(&stream);
        for (size_t i = 0; i < 3; i++) {
            assert_int_equal(member_stream_next(&stream, &err), 1);
            ssize_t got = stream_read_full(&stream.stream, some, sizeof some, &err);
            assert_int_equal(got, strlen(parts[i]));
            assert_memory_equal(some, parts[i], (size_t)got);
            assert_int_equal(member_stream_position(&stream), ends[i]);
        }
        assert_int_equal(member_stream_next(&stream, &err), 0);
        member_stream_release(&stream);
    }
    buffer_release(&packed);
}

/* All ten header bytes are compared with the writer's, so only the few bits between the end of the
 * deflate data and the CRC mean nothing to anybody; entry_sha256 covers those. */
static void a_flipped_bit_in_any_byte_is_damage_but_for_the_bits_that_fill_a_byte(void **state)
{
    (void)state;
    static const char text[] = "Transcript started, output file is here";
    struct buffer packed = new_buffer(), raw = new_buffer();
    pack(&packed, text, strlen(text));
    size_t last_deflate_byte = packed.length - 8 - 1;
    for (size_t i = 0; i < packed.length * 8; i++) {
        struct error err = {0};
        buffer_clear(&raw);
        packed.bytes[i / 8] = (char)(packed.bytes[i / 8] ^ (1 << i % 8));
        if (unpack(&packed, 0, &raw, &err) == 0) {
            assert_int_equal(i / 8, last_deflate_byte);
            assert_string_equal(buffer_text(&raw), text);
        } else {
            assert_int_equal(err.code, ERROR_DAMAGED);
            assert_string_equal(err.path, "some.gz");
            assert_in_range(err.offset, 1000, 1000 + packed.length);
        }
        packed.bytes[i / 8] = (char)(packed.bytes[i / 8] ^ (1 << i % 8));
    }
    buffer_release(&packed);
    buffer_release(&raw);
}

static void a_cut_at_any_byte_is_damage(void **state)
{
    (void)state;
    struct buffer packed = new_buffer(), raw = new_buffer();
    pack(&packed, "whole", 5);
    size_t first = packed.length;
    pack(&packed, "cut", 3);
    size_t whole = packed.length;
    for (packed.length = 0; packed.length < whole; packed.length++) {
        struct error err = {0};
        buffer_clear(&raw);
        int wanted = packed.length == first ? 0 : -1;
        assert_int_equal(unpack(&packed, 1, &raw, &err), wanted);
        if (packed.length > first)
            assert_memory_equal(raw.bytes, "whole", 5);
    }
    buffer_release(&packed);
    buffer_release(&raw);
}

static void bytes_behind_the_last_member_are_damage(void **state)
{
    (void)state;
    struct buffer packed = new_buffer(), raw = new_buffer();
    struct error err = {0};
    pack(&packed, "whole", 5);
    buffer_append(&packed, "\0", 1);
    assert_int_equal(unpack(&packed, 0, &raw, &err), -1);
    assert_int_equal(err.code, ERROR_DAMAGED);
    assert_int_equal(err.offset, 1000 + (int)packed.length - 1);
    buffer_release(&packed);
    buffer_release(&raw);
}

/* Somebody's own gzip is no member of ours, however whole it is. */
static void a_member_of_another_writer_is_damage(void **state)
{
    (void)state;
    struct buffer packed = new_buffer(), raw = new_buffer();
    struct error err = {0};
    pack_gzip(&packed, "text", 4);
    assert_int_equal(unpack(&packed, 0, &raw, &err), -1);
    assert_int_equal(err.code, ERROR_DAMAGED);
    buffer_release(&packed);
    buffer_release(&raw);
}

static void damage_is_told_again_at_every_later_read(void **state)
{
    (void)state;
    struct memory_stream memory;
    struct member_stream stream;
    char some[8];
    memory_stream_init(&memory, "no member", 9, 0);
    member_stream_init(&stream, &memory.stream, 0);
    for (int i = 0; i < 3; i++) {
        struct error err = {0};
        assert_int_equal(stream_read(&stream.stream, some, sizeof some, &err), -1);
        assert_int_equal(err.code, ERROR_DAMAGED);
    }
    struct error err = {0};
    assert_int_equal(member_stream_next(&stream, &err), -1);
    assert_int_equal(err.code, ERROR_DAMAGED);
    member_stream_release(&stream);
}

static int refuse(void *context, const void *bytes, size_t length, struct error *err)
{
    (void)context;
    (void)bytes;
    (void)length;
    return error_set(err, ERROR_IO, "disk full");
}

static void an_error_of_the_output_comes_through(void **state)
{
    (void)state;
    struct error err = {0};
    struct member_writer *writer = member_writer_new(refuse, NULL);
    assert_int_equal(member_write(writer, "x", 1, &err), 0);
    assert_int_equal(member_finish(writer, &err), -1);
    assert_string_equal(err.message, "disk full");
    member_writer_free(writer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_bytes_give_the_same_members),
        cmocka_unit_test(a_member_has_no_name_no_time_and_no_system),
        cmocka_unit_test(a_member_stream_reads_concatenated_members_at_every_read_size),
        cmocka_unit_test(one_by_one_gives_each_member_and_where_the_next_begins),
        cmocka_unit_test(a_flipped_bit_in_any_byte_is_damage_but_for_the_bits_that_fill_a_byte),
        cmocka_unit_test(a_cut_at_any_byte_is_damage),
        cmocka_unit_test(bytes_behind_the_last_member_are_damage),
        cmocka_unit_test(a_member_of_another_writer_is_damage),
        cmocka_unit_test(damage_is_told_again_at_every_later_read),
        cmocka_unit_test(an_error_of_the_output_comes_through),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
