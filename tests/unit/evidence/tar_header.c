#include "evidence/tar_header.h"
#include "base/buffer.h"
#include "evidence/tar_writer.h"

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

/* The header blocks of one entry. */
static void make(struct buffer *blocks, const char *name, int64_t size_bytes, int64_t mtime)
{
    struct error err = {0};
    buffer_init(blocks, 1024 * 1024);
    struct tar_writer *writer = tar_writer_new(collect, blocks);
    assert_int_equal(tar_writer_header(writer, name, size_bytes, mtime, &err), 0);
    tar_writer_free(writer);
}

static void a_written_header_reads_back(void **state)
{
    (void)state;
    static const int64_t sizes[] = {0,          1,          511,        512,
                                    0x7fffffff, 0x80000000, 0xffffffff, 0x1ffffffff};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct buffer blocks;
        struct tar_header header;
        struct error err = {0};
        make(&blocks, "receipts/12.json", sizes[i], 1700000000);
        assert_int_equal(tar_header_parse(blocks.bytes, blocks.length, &header, &err), 0);
        assert_string_equal(header.name, "receipts/12.json");
        assert_int_equal(header.size_bytes, sizes[i]);
        assert_int_equal(header.header_bytes, blocks.length);
        assert_int_equal(header.header_bytes, 512);
        buffer_release(&blocks);
    }
}

static void a_header_of_more_than_8_gib_is_parsed(void **state)
{
    (void)state;
    static const int64_t sizes[] = {0x200000000, 10000000000, 1LL << 40, 1LL << 62};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct buffer blocks;
        struct tar_header header;
        struct error err = {0};
        const char *name =
            "packages/e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        make(&blocks, name, sizes[i], 1700000000);
        assert_int_equal(tar_header_parse(blocks.bytes, blocks.length, &header, &err), 0);
        assert_string_equal(header.name, name);
        assert_int_equal(header.size_bytes, sizes[i]);
        assert_true(blocks.length > 512);
        assert_int_equal(header.header_bytes, blocks.length);
        buffer_release(&blocks);
    }
}

static void a_time_that_tar_cannot_hold_is_moved_to_the_nearer_end(void **state)
{
    (void)state;
    static const int64_t times[] = {INT64_MIN, -1, 0, 0x7fffffff, 0x80000000, INT64_MAX};
    for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
        struct buffer blocks;
        struct tar_header header;
        struct error err = {0};
        make(&blocks, "receipts/1.json", 5, times[i]);
        assert_int_equal(tar_header_parse(blocks.bytes, blocks.length, &header, &err), 0);
        assert_int_equal(header.size_bytes, 5);
        assert_int_equal(header.header_bytes, blocks.length);
        buffer_release(&blocks);
    }
}

static void a_cut_header_is_damage(void **state)
{
    (void)state;
    struct buffer blocks;
    struct tar_header header;
    make(&blocks, "receipts/1.json", 10000000000, 1);
    for (size_t length = 0; length < blocks.length; length++) {
        struct error err = {0};
        assert_int_equal(tar_header_parse(blocks.bytes, length, &header, &err), -1);
        assert_int_equal(err.code, ERROR_DAMAGED);
    }
    buffer_release(&blocks);
}

static void a_changed_byte_of_a_header_is_damage(void **state)
{
    (void)state;
    struct buffer blocks;
    struct tar_header header;
    make(&blocks, "receipts/1.json", 10, 1700000000);
    for (size_t i = 0; i < blocks.length; i++) {
        struct error err = {0};
        blocks.bytes[i]++;
        /* The two bytes behind the checksum's digits say nothing. */
        if (i != 148 + 6 && i != 148 + 7)
            assert_int_equal(tar_header_parse(blocks.bytes, blocks.length, &header, &err), -1);
        blocks.bytes[i]--;
    }
    buffer_release(&blocks);
}

/* Puts in the checksum that fits. */
static void sign(char *block)
{
    unsigned sum = 0;
    memset(block + 148, ' ', 8);
    for (int i = 0; i < 512; i++)
        sum += (unsigned char)block[i];
    snprintf(block + 148, 8, "%06o", sum);
}

static void another_type_a_prefix_or_a_foreign_size_is_damage(void **state)
{
    (void)state;
    struct buffer blocks;
    struct tar_header header;
    static const struct {
        size_t at;
        char byte;
    } changes[] = {{156, '1'}, {156, '2'}, {156, '5'}, {156, 'L'},        {156, 'g'},
                   {156, 0},   {345, 'p'}, {257, 'x'}, {124, (char)0xff}, {124, '9'}};
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        struct error err = {0};
        make(&blocks, "receipts/1.json", 10, 1);
        blocks.bytes[changes[i].at] = changes[i].byte;
        sign(blocks.bytes);
        assert_int_equal(tar_header_parse(blocks.bytes, blocks.length, &header, &err), -1);
        assert_int_equal(err.code, ERROR_DAMAGED);
        buffer_release(&blocks);
    }
}

static void an_extended_header_that_renames_or_lies_is_damage(void **state)
{
    (void)state;
    static const char *const records[] = {"20 path=../evil.txt\n",
                                          "12 size=-12\n",
                                          "99 size=12\n",
                                          "11 size=12",
                                          "3 s\n",
                                          "size=12\n",
                                          " size=12\n",
                                          "20 size=99999999999999999999\n"};
    for (size_t i = 0; i < sizeof records / sizeof *records; i++) {
        struct buffer blocks;
        struct tar_header header;
        struct error err = {0};
        make(&blocks, "receipts/1.json", 10000000000, 1);
        memset(blocks.bytes + 512, 0, 512);
        memcpy(blocks.bytes + 512, records[i], strlen(records[i]));
        snprintf(blocks.bytes + 124, 12, "%011o", (unsigned)strlen(records[i]));
        sign(blocks.bytes);
        assert_int_equal(tar_header_parse(blocks.bytes, blocks.length, &header, &err), -1);
        assert_int_equal(err.code, ERROR_DAMAGED);
        buffer_release(&blocks);
    }
}

static void padding_fills_whole_blocks(void **state)
{
    (void)state;
    assert_int_equal(tar_padding(0), 0);
    assert_int_equal(tar_padding(1), 511);
    assert_int_equal(tar_padding(511), 1);
    assert_int_equal(tar_padding(512), 0);
    assert_int_equal(tar_padding(10000000001), 511);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_written_header_reads_back),
        cmocka_unit_test(a_header_of_more_than_8_gib_is_parsed),
        cmocka_unit_test(a_time_that_tar_cannot_hold_is_moved_to_the_nearer_end),
        cmocka_unit_test(a_cut_header_is_damage),
        cmocka_unit_test(a_changed_byte_of_a_header_is_damage),
        cmocka_unit_test(another_type_a_prefix_or_a_foreign_size_is_damage),
        cmocka_unit_test(an_extended_header_that_renames_or_lies_is_damage),
        cmocka_unit_test(padding_fills_whole_blocks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
