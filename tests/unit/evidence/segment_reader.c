/* Reading packages, receipts and stored bytes back. */
#include "evidence/segment.h"
#include "tests/unit/scratch.h"

#define FIRST_RECEIPT "{\"number\":1,\"note\":\"first\"}"
#define SECOND_RECEIPT "{\"number\":2}"

/* A package of `size_bytes` with its receipt, then a receipt alone. */
static void make_two(struct segment_entry entries[2], size_t size_bytes)
{
    char *noise = noise_new(size_bytes);
    struct segment *segment = open_segment();
    entries[0] = append_entry(segment, noise, size_bytes, 1, FIRST_RECEIPT);
    entries[1] = append_entry(segment, NULL, 0, 2, SECOND_RECEIPT);
    segment_close(segment);
    free(noise);
}

static void receipts_read_back_with_and_without_a_package(void **state)
{
    (void)state;
    static const size_t sizes[] = {0, 1, 511, 512, 513, 100000};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct segment_entry entries[2];
        struct error err = {0};
        struct buffer receipt;
        buffer_init(&receipt, SEGMENT_RECEIPT_BYTES);
        make_two(entries, sizes[i]);
        assert_int_equal(segment_read_receipt(scratch, &entries[0], &receipt, &err), 0);
        assert_string_equal(buffer_text(&receipt), FIRST_RECEIPT);
        assert_int_equal(segment_read_receipt(scratch, &entries[1], &receipt, &err), 0);
        assert_string_equal(buffer_text(&receipt), SECOND_RECEIPT);
        buffer_release(&receipt);
        assert_int_equal(unlink(scratch_path(WORKPLACE_SEGMENT)), 0);
    }
}

static void a_receipt_of_the_greatest_length_reads_back(void **state)
{
    (void)state;
    char *text = memory_allocate(SEGMENT_RECEIPT_BYTES + 1);
    memset(text, 'n', SEGMENT_RECEIPT_BYTES);
    text[SEGMENT_RECEIPT_BYTES] = '\0';
    struct error err = {0};
    struct buffer receipt;
    buffer_init(&receipt, SEGMENT_RECEIPT_BYTES);
    struct segment *segment = open_segment();
    struct segment_entry entry = append_entry(segment, "package", 7, 1, text);
    segment_close(segment);
    assert_int_equal(segment_read_receipt(scratch, &entry, &receipt, &err), 0);
    assert_int_equal(receipt.length, SEGMENT_RECEIPT_BYTES);
    assert_memory_equal(receipt.bytes, text, SEGMENT_RECEIPT_BYTES);
    buffer_release(&receipt);
    free(text);
}

static void assert_no_receipt(const struct segment_entry *entry)
{
    struct error err = {0};
    struct buffer receipt;
    buffer_init(&receipt, SEGMENT_RECEIPT_BYTES);
    assert_int_equal(segment_read_receipt(scratch, entry, &receipt, &err), -1);
    assert_int_equal(err.code, ERROR_DAMAGED);
    buffer_release(&receipt);
}

static void another_lines_receipt_is_damage(void **state)
{
    (void)state;
    struct segment_entry entries[2];
    make_two(entries, 10);
    entries[0].receipt_number = 2;
    assert_no_receipt(&entries[0]);
}

static void an_entry_that_reaches_into_the_next_is_damage(void **state)
{
    (void)state;
    struct segment_entry entries[2];
    make_two(entries, 10);
    entries[0].entry_bytes += entries[1].entry_bytes;
    assert_no_receipt(&entries[0]);
}

/* What a forged ledger line may hold. */
static void numbers_that_do_not_fit_are_damage(void **state)
{
    (void)state;
    static const int64_t wrong[] = {INT64_MIN, -1, 0, 1, 1000000, INT64_MAX - 1, INT64_MAX};
    struct segment_entry entries[2];
    make_two(entries, 10);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct segment_entry entry = entries[0];
        entry.offset = wrong[i];
        assert_no_receipt(&entry);
        entry = entries[0];
        entry.stored_bytes = wrong[i];
        assert_no_receipt(&entry);
        entry = entries[0];
        entry.entry_bytes = wrong[i];
        assert_no_receipt(&entry);
        entry = entries[1];
        entry.entry_offset = wrong[i];
        assert_no_receipt(&entry);
        entry = entries[1];
        entry.entry_bytes = wrong[i];
        assert_no_receipt(&entry);
        entry = entries[0];
        entry.size_bytes = wrong[i] == 10 ? 11 : wrong[i];
        assert_no_receipt(&entry);
    }
}

static void a_name_that_is_no_segments_never_becomes_a_path(void **state)
{
    (void)state;
    static const char *const names[] = {"",
                                        "../secret",
                                        "secret",
                                        "/etc/hostname",
                                        "files-000001.tar.gz/../secret",
                                        "files-000002.tar.gz"};
    struct segment_entry entries[2];
    make_two(entries, 10);
    scratch_write("secret", "secret", 6);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct error err = {0};
        struct segment_reader reader;
        char sha256[SHA256_HEX_SIZE];
        assert_int_equal(segment_hash_stored(scratch, names[i], 0, -1, sha256, &err), -1);
        assert_int_equal(err.code, ERROR_DAMAGED);
        assert_int_equal(segment_reader_open(&reader, scratch, names[i], 0, 0, &err), -1);
        assert_int_equal(err.code, ERROR_DAMAGED);
        snprintf(entries[1].segment, sizeof entries[1].segment, "%s", names[i]);
        assert_no_receipt(&entries[1]);
    }
}

static void a_package_reads_back_as_a_stream(void **state)
{
    (void)state;
    struct segment_entry entries[2];
    struct segment_reader reader;
    struct error err = {0};
    size_t size = MEMBER_MAX_RAW_BYTES + 70000;
    char *noise = noise_new(size);
    char *bytes = memory_allocate(size + 1);
    make_two(entries, size);
    assert_int_equal(segment_reader_open(&reader, scratch, WORKPLACE_SEGMENT, entries[0].offset,
                                         entries[0].stored_bytes, &err),
                     0);
    assert_int_equal(stream_read_full(&reader.member.stream, bytes, size + 1, &err), size);
    assert_memory_equal(bytes, noise, size);
    segment_reader_close(&reader);
    free(noise);
    free(bytes);
}

static void a_package_that_is_not_what_it_was_is_damage(void **state)
{
    (void)state;
    struct segment_entry entries[2];
    make_two(entries, 1000);
    const struct segment_entry *entry = &entries[0];
    struct buffer whole = scratch_read(WORKPLACE_SEGMENT);
    for (int64_t i = 0; i < entry->stored_bytes; i += 7) {
        struct error err = {0};
        char *byte = whole.bytes + entry->offset + i;
        *byte = (char)(*byte ^ 1);
        scratch_write(WORKPLACE_SEGMENT, whole.bytes, whole.length);
        assert_int_equal(segment_check_package(scratch, WORKPLACE_SEGMENT, entry->offset,
                                               entry->stored_bytes, 1000, entry->package_sha256,
                                               &err),
                         -1);
        assert_int_equal(err.code, ERROR_DAMAGED);
        assert_string_equal(err.path, scratch_path(WORKPLACE_SEGMENT));
        assert_in_range(err.offset, entry->offset, entry->offset + entry->stored_bytes);
        *byte = (char)(*byte ^ 1);
    }
    buffer_release(&whole);
}

static void another_size_or_another_hash_is_damage(void **state)
{
    (void)state;
    struct segment_entry entries[2];
    struct error err = {0};
    char sha256[SHA256_HEX_SIZE];
    make_two(entries, 1000);
    const struct segment_entry *entry = &entries[0];
    sha256_of("other", 5, sha256);
    for (int64_t size = 0; size <= 2000; size += 500)
        assert_int_equal(segment_check_package(scratch, WORKPLACE_SEGMENT, entry->offset,
                                               entry->stored_bytes, size, entry->package_sha256,
                                               &err),
                         size == 1000 ? 0 : -1);
    assert_int_equal(segment_check_package(scratch, WORKPLACE_SEGMENT, entry->offset,
                                           entry->stored_bytes, 1000, sha256, &err),
                     -1);
    assert_int_equal(err.code, ERROR_DAMAGED);
}

static void stored_bytes_are_hashed_and_a_short_file_is_damage(void **state)
{
    (void)state;
    struct segment_entry entries[2];
    struct error err = {0};
    char sha256[SHA256_HEX_SIZE], wanted[SHA256_HEX_SIZE];
    make_two(entries, 100000);
    struct buffer whole = scratch_read(WORKPLACE_SEGMENT);
    sha256_of(whole.bytes, whole.length, wanted);
    assert_int_equal(segment_hash_stored(scratch, WORKPLACE_SEGMENT, 0, -1, sha256, &err), 0);
    assert_string_equal(sha256, wanted);
    assert_int_equal(segment_hash_stored(scratch, WORKPLACE_SEGMENT, entries[1].entry_offset,
                                         entries[1].entry_bytes, sha256, &err),
                     0);
    assert_string_equal(sha256, entries[1].entry_sha256);
    assert_int_equal(
        segment_hash_stored(scratch, WORKPLACE_SEGMENT, 0, (int64_t)whole.length + 1, sha256, &err),
        -1);
    assert_int_equal(err.code, ERROR_DAMAGED);
    assert_int_equal(segment_hash_stored(scratch, WORKPLACE_SEGMENT, (int64_t)whole.length + 1, -1,
                                         sha256, &err),
                     -1);
    assert_int_equal(err.code, ERROR_DAMAGED);
    buffer_release(&whole);
}

static void what_is_no_regular_file_is_damage(void **state)
{
    (void)state;
    struct error err = {0};
    char sha256[SHA256_HEX_SIZE];
    assert_int_equal(scratch_run("mkfifo " WORKPLACE_SEGMENT), 0);
    assert_int_equal(segment_hash_stored(scratch, WORKPLACE_SEGMENT, 0, -1, sha256, &err), -1);
    assert_int_equal(err.code, ERROR_DAMAGED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        scratch_test(receipts_read_back_with_and_without_a_package),
        scratch_test(a_receipt_of_the_greatest_length_reads_back),
        scratch_test(another_lines_receipt_is_damage),
        scratch_test(an_entry_that_reaches_into_the_next_is_damage),
        scratch_test(numbers_that_do_not_fit_are_damage),
        scratch_test(a_name_that_is_no_segments_never_becomes_a_path),
        scratch_test(a_package_reads_back_as_a_stream),
        scratch_test(a_package_that_is_not_what_it_was_is_damage),
        scratch_test(another_size_or_another_hash_is_damage),
        scratch_test(stored_bytes_are_hashed_and_a_short_file_is_damage),
        scratch_test(what_is_no_regular_file_is_damage),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
