/* The entries of a ZIP, whole and damaged. */
#include "tests/unit/parser/documents.h"

static void every_entry_of_a_zip_is_a_document_in_order(void **state)
{
    (void)state;
    char noise[50000];
    fill_with_noise(noise, sizeof noise, 1);
    for (unsigned method = 0; method <= 8; method += 8)
        for (unsigned flags = 0; flags <= 8; flags += 8) {
            struct pack_entry entries[] = {
                {.name = "a", .content = "first", .length = 5, .method = method, .flags = flags},
                {.name = "folder/", .content = ""},
                {.name = "b", .content = noise, .length = 50000, .method = method, .flags = flags},
                {.name = "c", .content = "", .method = method, .flags = flags},
            };
            struct buffer packed = new_buffer();
            pack_zip(&packed, entries, 4);
            for (size_t block = 0; block < 4; block++) {
                struct result result;
                read_all(&result, packed.bytes, packed.length, NO_BOUND, block);
                assert_int_equal(result.count, 3);
                assert_text(&result, 0, "first", CONTAINER_WHOLE);
                assert_document(&result, 1, noise, sizeof noise, CONTAINER_WHOLE);
                assert_text(&result, 2, "", CONTAINER_WHOLE);
                assert_int_equal(result.index[0], 0);
                assert_int_equal(result.index[1], 2);
                assert_int_equal(result.index[2], 3);
                assert_true(result.in_zip[0] && result.packed[0]);
                assert_int_equal(result.worst, CONTAINER_WHOLE);
                result_release(&result);
            }
            buffer_release(&packed);
        }
}

static void encrypted_entries_count_but_are_no_documents(void **state)
{
    (void)state;
    struct pack_entry entries[] = {
        {.name = "a", .content = "secret", .length = 6, .flags = PACK_ENCRYPTED},
        {.name = "b", .content = "open", .length = 4},
    };
    struct buffer packed = new_buffer();
    struct result result;
    pack_zip(&packed, entries, 2);
    read_buffer(&result, &packed);
    assert_int_equal(result.count, 1);
    assert_text(&result, 0, "open", CONTAINER_WHOLE);
    assert_int_equal(result.index[0], 1);
    result_release(&result);
    buffer_clear(&packed);
    pack_zip(&packed, entries, 1);
    read_buffer(&result, &packed);
    assert_int_equal(result.count, 0);
    assert_int_equal(result.worst, CONTAINER_WHOLE);
    buffer_release(&packed);
}

static void a_foreign_compression_method_is_invalid_and_the_next_entry_is_read(void **state)
{
    (void)state;
    static const unsigned methods[] = {1, 12, 14, 93, 95, 98, 99};
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++) {
        struct pack_entry entries[] = {
            {.name = "a",
             .content = "\x09\x14\x05\0]\0\0\0\1xxxx",
             .length = 13,
             .method = methods[i]},
            {.name = "b", .content = "next", .length = 4},
        };
        struct buffer packed = new_buffer();
        struct result result;
        pack_zip(&packed, entries, 2);
        read_buffer(&result, &packed);
        assert_int_equal(result.count, 2);
        assert_text(&result, 0, "", CONTAINER_INVALID);
        assert_text(&result, 1, "next", CONTAINER_WHOLE);
        assert_int_equal(result.worst, CONTAINER_INVALID);
        result_release(&result);
        buffer_release(&packed);
    }
}

static void a_wrong_crc_in_a_zip_is_invalid_and_the_next_entry_is_read(void **state)
{
    (void)state;
    for (unsigned method = 0; method <= 8; method += 8)
        for (unsigned flags = 0; flags <= (method ? 8 : 0); flags += 8) {
            struct pack_entry entries[] = {
                {.name = "a",
                 .content = "damaged",
                 .length = 7,
                 .method = method,
                 .flags = flags,
                 .crc_error = 1},
                {.name = "b", .content = "next", .length = 4, .method = method, .flags = flags},
            };
            struct buffer packed = new_buffer();
            struct result result;
            pack_zip(&packed, entries, 2);
            read_buffer(&result, &packed);
            assert_int_equal(result.count, 2);
            assert_text(&result, 0, "damaged", CONTAINER_INVALID);
            assert_text(&result, 1, "next", CONTAINER_WHOLE);
            result_release(&result);
            buffer_release(&packed);
        }
}

static void a_deflate_error_in_a_zip_is_invalid_and_the_next_entry_is_read(void **state)
{
    (void)state;
    struct pack_entry entries[] = {
        {.name = "a", .content = "damaged", .length = 7, .method = PACK_DEFLATED},
        {.name = "b", .content = "next", .length = 4},
    };
    struct buffer packed = new_buffer();
    struct result result;
    size_t data = pack_entry(&packed, &entries[0]);
    memset(packed.bytes + data, 0xFF, 3);
    pack_entry(&packed, &entries[1]);
    pack_zip_end(&packed, 2);
    read_buffer(&result, &packed);
    assert_int_equal(result.count, 2);
    assert_int_equal(result.end[0], CONTAINER_INVALID);
    assert_text(&result, 1, "next", CONTAINER_WHOLE);
    result_release(&result);
    buffer_release(&packed);
}

/* libarchive looks for the descriptor to find the end; without it the rest is swallowed. */
static void a_stored_entry_without_its_descriptor_is_invalid(void **state)
{
    (void)state;
    struct pack_entry entries[] = {
        {.name = "a",
         .content = "stored",
         .length = 6,
         .flags = PACK_LENGTH_AT_END,
         .no_descriptor = true},
        {.name = "b", .content = "next", .length = 4},
    };
    struct buffer packed = new_buffer();
    struct result result;
    pack_zip(&packed, entries, 2);
    read_buffer(&result, &packed);
    assert_int_equal(result.end[0], CONTAINER_INVALID);
    assert_int_equal(result.worst, CONTAINER_INVALID);
    result_release(&result);
    buffer_release(&packed);
}

static void a_zip_cut_anywhere_gives_what_came_and_is_truncated(void **state)
{
    (void)state;
    char noise[600];
    fill_with_noise(noise, sizeof noise, 5);
    for (unsigned method = 0; method <= 8; method += 8)
        for (unsigned flags = 0; flags <= 8; flags += 8) {
            struct pack_entry entries[] = {
                {.name = "a", .content = noise, .length = 300, .method = method, .flags = flags},
                {.name = "b", .content = noise, .length = 600, .method = method, .flags = flags},
            };
            struct buffer packed = new_buffer();
            pack_zip(&packed, entries, 2);
            for (size_t cut = 4; cut < packed.length; cut++) {
                struct result result;
                read_all(&result, packed.bytes, cut, NO_BOUND, 0);
                assert_int_equal(result.worst, CONTAINER_TRUNCATED);
                assert_true(result.count <= 2);
                for (int i = 0; i < 2 && i < result.count; i++) {
                    bool whole = result.content[i].length == entries[i].length;
                    /* Of a stored entry the bytes up to the cut may be those of its descriptor. */
                    if (method == PACK_DEFLATED || flags == 0)
                        assert_true(is_prefix(&result.content[i], noise, entries[i].length));
                    assert_true(result.end[i] == CONTAINER_TRUNCATED ||
                                (whole && result.end[i] == CONTAINER_WHOLE));
                }
                result_release(&result);
            }
            buffer_release(&packed);
        }
}

static void a_changed_byte_of_a_zip_never_passes_for_whole(void **state)
{
    (void)state;
    struct pack_entry entries[] = {
        {.name = "a", .content = "aaaaaaaaaaaaaaaaaaaabbbb", .length = 24, .method = PACK_DEFLATED},
        {.name = "b", .content = "0123456789", .length = 10},
        {.name = "c", .content = "zzzzzzzzz", .length = 9, .flags = PACK_LENGTH_AT_END},
    };
    struct buffer packed = new_buffer();
    size_t data[3];
    for (int i = 0; i < 3; i++)
        data[i] = pack_entry(&packed, &entries[i]);
    size_t directory = packed.length;
    pack_zip_end(&packed, 3);
    for (size_t at = 4; at < directory; at++) {
        size_t in_header = 0;
        for (int i = 0; i < 3; i++)
            if (at < data[i] && at + 31 >= data[i])
                in_header = at + 31 - data[i];
        /* The encryption flag takes an entry out by design, a name ending in '/' too. */
        if (in_header == 6 || in_header == 30)
            continue;
        packed.bytes[at] ^= 0x21;
        struct result result;
        read_buffer(&result, &packed);
        bool same = result.count == 3;
        for (int i = 0; same && i < 3; i++)
            same = result.content[i].length == entries[i].length &&
                   is_prefix(&result.content[i], entries[i].content, entries[i].length);
        if (!same)
            assert_int_not_equal(result.worst, CONTAINER_WHOLE);
        result_release(&result);
        packed.bytes[at] ^= 0x21;
    }
    buffer_release(&packed);
}

static void an_end_record_that_counts_more_entries_is_invalid(void **state)
{
    (void)state;
    struct pack_entry entry = {.name = "a", .content = "text", .length = 4};
    struct buffer packed = new_buffer();
    struct result result;
    pack_entry(&packed, &entry);
    pack_zip_end(&packed, 2);
    read_buffer(&result, &packed);
    assert_text(&result, 0, "text", CONTAINER_WHOLE);
    assert_int_equal(result.worst, CONTAINER_INVALID);
    result_release(&result);
    buffer_release(&packed);
}

static void bytes_behind_the_end_record_are_trailing_but_nuls_and_comments_are_not(void **state)
{
    (void)state;
    struct pack_entry entry = {.name = "a", .content = "text", .length = 4};
    struct buffer packed = new_buffer();
    struct result result;
    pack_zip(&packed, &entry, 1);
    packed.bytes[packed.length - 2] = 7;
    (void)buffer_append(&packed, "comment\0\0\0", 10);
    read_buffer(&result, &packed);
    assert_int_equal(result.worst, CONTAINER_WHOLE);
    result_release(&result);
    (void)buffer_append(&packed, "x", 1);
    read_buffer(&result, &packed);
    assert_text(&result, 0, "text", CONTAINER_WHOLE);
    assert_int_equal(result.worst, CONTAINER_TRAILING);
    result_release(&result);
    buffer_release(&packed);
}

static void an_end_record_is_found_wherever_the_blocks_fall(void **state)
{
    (void)state;
    /* The record crosses the border between two blocks at every possible byte. */
    static char content[16384];
    for (size_t length = 16384 - 140; length < 16384 - 60; length++) {
        struct pack_entry entry = {.name = "a", .content = content, .length = length};
        struct buffer packed = new_buffer();
        struct result result;
        pack_zip(&packed, &entry, 1);
        read_buffer(&result, &packed);
        assert_int_equal(result.worst, CONTAINER_WHOLE);
        result_release(&result);
        buffer_release(&packed);
    }
}

static void garbage_behind_the_magic_of_a_zip_gives_nothing_and_ends(void **state)
{
    (void)state;
    static char garbage[100000];
    for (uint32_t seed = 1; seed < 40; seed++) {
        fill_with_noise(garbage, sizeof garbage, seed);
        memcpy(garbage, "PK\3\4", 4);
        struct result result;
        read_all(&result, garbage, sizeof garbage, NO_BOUND, 0);
        assert_true(result.worst >= CONTAINER_TRUNCATED);
        result_release(&result);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_entry_of_a_zip_is_a_document_in_order),
        cmocka_unit_test(encrypted_entries_count_but_are_no_documents),
        cmocka_unit_test(a_foreign_compression_method_is_invalid_and_the_next_entry_is_read),
        cmocka_unit_test(a_wrong_crc_in_a_zip_is_invalid_and_the_next_entry_is_read),
        cmocka_unit_test(a_deflate_error_in_a_zip_is_invalid_and_the_next_entry_is_read),
        cmocka_unit_test(a_stored_entry_without_its_descriptor_is_invalid),
        cmocka_unit_test(a_zip_cut_anywhere_gives_what_came_and_is_truncated),
        cmocka_unit_test(a_changed_byte_of_a_zip_never_passes_for_whole),
        cmocka_unit_test(an_end_record_that_counts_more_entries_is_invalid),
        cmocka_unit_test(bytes_behind_the_end_record_are_trailing_but_nuls_and_comments_are_not),
        cmocka_unit_test(an_end_record_is_found_wherever_the_blocks_fall),
        cmocka_unit_test(garbage_behind_the_magic_of_a_zip_gives_nothing_and_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
