/* Walking a segment's tail. */
#include "evidence/segment.h"
#include "tests/unit/scratch.h"

struct scanned {
    enum segment_scan end;
    int entries;
    int64_t position;
    struct segment_entry last;
    struct error why;
};

static struct scanned scan_from(int64_t from)
{
    struct scanned scanned = {0};
    struct buffer receipt;
    buffer_init(&receipt, SEGMENT_RECEIPT_BYTES);
    struct segment_scanner *scanner =
        segment_scanner_open(scratch, WORKPLACE_SEGMENT, from, &scanned.why);
    assert_non_null(scanner);
    struct segment_entry entry;
    while ((scanned.end = segment_scan_next(scanner, &entry, &receipt, &scanned.position,
                                            &scanned.why)) == SEGMENT_SCAN_ENTRY) {
        char wanted[64];
        scanned.entries++;
        scanned.last = entry;
        snprintf(wanted, sizeof wanted, "{\"number\":%lld}", (long long)entry.receipt_number);
        assert_string_equal(buffer_text(&receipt), wanted);
        assert_int_equal(scanned.position, entry.entry_offset + entry.entry_bytes);
    }
    /* It stays where it ended. */
    int64_t position;
    assert_int_equal(segment_scan_next(scanner, &entry, &receipt, &position, &scanned.why),
                     scanned.end);
    assert_int_equal(position, scanned.position);
    if (scanned.end == SEGMENT_SCAN_TORN) {
        assert_int_equal(scanned.why.code, ERROR_DAMAGED);
        assert_string_equal(scanned.why.path, scratch_path(WORKPLACE_SEGMENT));
    }
    segment_scanner_close(scanner);
    buffer_release(&receipt);
    return scanned;
}

static void assert_same_entry(const struct segment_entry *a, const struct segment_entry *b)
{
    assert_string_equal(a->segment, b->segment);
    assert_int_equal(a->has_package, b->has_package);
    assert_string_equal(a->package_sha256, b->package_sha256);
    assert_int_equal(a->size_bytes, b->size_bytes);
    assert_int_equal(a->offset, b->offset);
    assert_int_equal(a->stored_bytes, b->stored_bytes);
    assert_int_equal(a->entry_offset, b->entry_offset);
    assert_int_equal(a->entry_bytes, b->entry_bytes);
    assert_string_equal(a->entry_sha256, b->entry_sha256);
    assert_int_equal(a->receipt_number, b->receipt_number);
}

static void entries_are_found_as_they_were_written(void **state)
{
    (void)state;
    static const size_t sizes[] = {0, 1, 511, 512, 513, 16 * 1024 * 1024, 16 * 1024 * 1024 + 1};
    char *noise = noise_new(16 * 1024 * 1024 + 1);
    struct segment *segment = open_segment();
    int64_t number = 0;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        for (int alone = 0; alone <= 1; alone++) {
            char receipt[64];
            snprintf(receipt, sizeof receipt, "{\"number\":%lld}", (long long)++number);
            struct segment_entry entry =
                append_entry(segment, alone ? NULL : noise, sizes[i], number, receipt);
            struct scanned scanned = scan_from(entry.entry_offset);
            assert_int_equal(scanned.end, SEGMENT_SCAN_END);
            assert_int_equal(scanned.entries, 1);
            assert_same_entry(&scanned.last, &entry);
        }
    }
    struct scanned all = scan_from(0);
    assert_int_equal(all.end, SEGMENT_SCAN_END);
    assert_int_equal(all.entries, number);
    assert_int_equal(all.position, segment_size(segment));
    segment_close(segment);
    free(noise);
}

/* Three entries; ends[] are the offsets behind them. */
static struct buffer make_three(int64_t ends[3])
{
    struct segment *segment = open_segment();
    append_entry(segment, "first package", 13, 1, "{\"number\":1}");
    ends[0] = segment_size(segment);
    append_entry(segment, NULL, 0, 2, "{\"number\":2}");
    ends[1] = segment_size(segment);
    append_entry(segment, "", 0, 3, "{\"number\":3}");
    ends[2] = segment_size(segment);
    segment_close(segment);
    return scratch_read(WORKPLACE_SEGMENT);
}

static void a_cut_at_any_byte_costs_nothing_before_it(void **state)
{
    (void)state;
    int64_t ends[3];
    struct buffer whole = make_three(ends);
    for (size_t length = 0; length <= whole.length; length++) {
        scratch_write(WORKPLACE_SEGMENT, whole.bytes, length);
        int entries = 0;
        while (entries < 3 && ends[entries] <= (int64_t)length)
            entries++;
        int64_t behind = entries ? ends[entries - 1] : 0;
        struct scanned scanned = scan_from(0);
        assert_int_equal(scanned.entries, entries);
        assert_int_equal(scanned.position, behind);
        assert_int_equal(scanned.end,
                         behind == (int64_t)length ? SEGMENT_SCAN_END : SEGMENT_SCAN_TORN);
    }
    buffer_release(&whole);
}

static void zeros_and_garbage_behind_whole_entries_are_torn(void **state)
{
    (void)state;
    int64_t ends[3];
    struct buffer whole = make_three(ends);
    char *noise = noise_new(100000);
    static const char zeros[100000];
    static const size_t lengths[] = {1, 10, 18, 512, 1024, 100000};
    for (int i = 0; i < 3; i++) {
        for (size_t j = 0; j < sizeof lengths / sizeof *lengths; j++) {
            for (int garbage = 0; garbage <= 1; garbage++) {
                struct buffer torn;
                buffer_init(&torn, SIZE_MAX / 2);
                buffer_append(&torn, whole.bytes, (size_t)ends[i]);
                buffer_append(&torn, garbage ? noise : zeros, lengths[j]);
                scratch_write(WORKPLACE_SEGMENT, torn.bytes, torn.length);
                struct scanned scanned = scan_from(0);
                assert_int_equal(scanned.end, SEGMENT_SCAN_TORN);
                assert_int_equal(scanned.entries, i + 1);
                assert_int_equal(scanned.position, ends[i]);
                buffer_release(&torn);
            }
        }
    }
    buffer_release(&whole);
    free(noise);
}

/* After power loss the length may be there and the bytes not. */
static void an_end_that_became_zeros_is_torn(void **state)
{
    (void)state;
    int64_t ends[3];
    struct buffer whole = make_three(ends);
    for (size_t length = (size_t)ends[1]; length < whole.length; length++) {
        /* The length of an empty member's data ends in zeros anyway. */
        bool is_same = true;
        for (size_t i = length; i < whole.length; i++)
            is_same = is_same && whole.bytes[i] == 0;
        char *copy = memory_copy_text(whole.bytes, whole.length);
        memset(copy + length, 0, whole.length - length);
        scratch_write(WORKPLACE_SEGMENT, copy, whole.length);
        struct scanned scanned = scan_from(0);
        assert_int_equal(scanned.end, is_same ? SEGMENT_SCAN_END : SEGMENT_SCAN_TORN);
        assert_int_equal(scanned.position, is_same ? ends[2] : ends[1]);
        free(copy);
    }
    buffer_release(&whole);
}

/* Deflate can say the same bytes in several ways (a run of zeros, from any distance), so an altered
 * byte may inflate to the same entry: then the SHA-256 of the stored bytes tells. */
static void an_altered_byte_of_an_entry_is_torn_or_changes_its_hash(void **state)
{
    (void)state;
    int64_t ends[3];
    struct buffer whole = make_three(ends);
    struct scanned before = scan_from(ends[1]);
    for (size_t i = (size_t)ends[1]; i < whole.length; i++) {
        whole.bytes[i] = (char)(whole.bytes[i] ^ 0x80);
        scratch_write(WORKPLACE_SEGMENT, whole.bytes, whole.length);
        struct scanned scanned = scan_from(0);
        if (scanned.end == SEGMENT_SCAN_END) {
            assert_int_equal(scanned.entries, 3);
            assert_string_equal(scanned.last.package_sha256, before.last.package_sha256);
            assert_int_equal(scanned.last.receipt_number, 3);
            assert_string_not_equal(scanned.last.entry_sha256, before.last.entry_sha256);
        } else {
            assert_int_equal(scanned.end, SEGMENT_SCAN_TORN);
            assert_int_equal(scanned.position, ends[1]);
        }
        whole.bytes[i] = (char)(whole.bytes[i] ^ 0x80);
    }
    buffer_release(&whole);
}

static void whole_end_of_archive_blocks_are_known(void **state)
{
    (void)state;
    struct error err = {0};
    int64_t size;
    char sha256[SHA256_HEX_SIZE];
    struct segment *segment = open_segment();
    append_entry(segment, "package", 7, 1, "{\"number\":1}");
    int64_t behind = segment_size(segment);
    assert_int_equal(segment_seal(segment, false, &size, sha256, &err), 0);
    segment_close(segment);
    struct scanned scanned = scan_from(0);
    assert_int_equal(scanned.end, SEGMENT_SCAN_END_OF_ARCHIVE);
    assert_int_equal(scanned.entries, 1);
    assert_int_equal(scanned.position, behind);
    struct buffer whole = scratch_read(WORKPLACE_SEGMENT);
    for (size_t length = (size_t)behind + 1; length < whole.length; length++) {
        scratch_write(WORKPLACE_SEGMENT, whole.bytes, length);
        scanned = scan_from(0);
        assert_int_equal(scanned.end, SEGMENT_SCAN_TORN);
        assert_int_equal(scanned.position, behind);
    }
    buffer_release(&whole);
}

static void an_end_of_archive_with_more_behind_it_is_torn_at_its_start(void **state)
{
    (void)state;
    struct error err = {0};
    int64_t size;
    char sha256[SHA256_HEX_SIZE];
    struct segment *segment = open_segment();
    append_entry(segment, "package", 7, 1, "{\"number\":1}");
    int64_t behind = segment_size(segment);
    assert_int_equal(segment_seal(segment, false, &size, sha256, &err), 0);
    segment_close(segment);
    struct buffer whole = scratch_read(WORKPLACE_SEGMENT);
    size_t sealed = whole.length;
    buffer_append(&whole, whole.bytes + behind, sealed - (size_t)behind);
    for (size_t length = sealed + 1; length <= whole.length; length++) {
        scratch_write(WORKPLACE_SEGMENT, whole.bytes, length);
        struct scanned scanned = scan_from(0);
        assert_int_equal(scanned.end, SEGMENT_SCAN_TORN);
        assert_int_equal(scanned.position, behind);
    }
    buffer_release(&whole);
}

static void a_receipt_that_is_not_its_own_is_torn(void **state)
{
    (void)state;
    static const char *const receipts[] = {"",   "{",   "{\"number\":2}", "{\"number\":\"1\"}", "1",
                                           "{}", "[1]", "{\"number\":1}{"};
    for (size_t i = 0; i < sizeof receipts / sizeof *receipts; i++) {
        for (int alone = 0; alone <= 1; alone++) {
            struct segment *segment = open_segment();
            append_entry(segment, alone ? NULL : "package", 7, 1, receipts[i]);
            segment_close(segment);
            struct scanned scanned = scan_from(0);
            assert_int_equal(scanned.end, SEGMENT_SCAN_TORN);
            assert_int_equal(scanned.entries, 0);
            assert_int_equal(scanned.position, 0);
            assert_int_equal(unlink(scratch_path(WORKPLACE_SEGMENT)), 0);
        }
    }
}

static void a_package_that_does_not_match_its_name_is_torn(void **state)
{
    (void)state;
    struct error err = {0};
    struct segment_entry entry;
    char sha256[SHA256_HEX_SIZE];
    sha256_of("one", 3, sha256);
    struct segment *segment = open_segment();
    assert_int_equal(segment_begin_package(segment, sha256, 3, 0, &err), 0);
    assert_int_equal(segment_write(segment, "two", 3, &err), 0);
    assert_int_equal(segment_finish_entry(segment, 1, "{\"number\":1}", 12, 0, &entry, &err), 0);
    segment_close(segment);
    assert_int_equal(scan_from(0).end, SEGMENT_SCAN_TORN);
}

/* Members of our own making, in an order that segment.c never writes. */
static int put(void *context, const void *bytes, size_t length, struct error *err)
{
    (void)err;
    return buffer_append(context, bytes, length);
}

static void data_that_is_not_cut_as_the_writer_cuts_it_is_torn(void **state)
{
    (void)state;
    size_t length = MEMBER_MAX_RAW_BYTES + 1;
    char *noise = noise_new(length);
    struct error err = {0};
    struct segment *segment = open_segment();
    struct segment_entry entry = append_entry(segment, noise, length, 1, "{\"number\":1}");
    segment_close(segment);
    struct buffer whole = scratch_read(WORKPLACE_SEGMENT);
    /* parts[i]: raw lengths of the data members; the first row is the writer's. */
    size_t parts[][3] = {{MEMBER_MAX_RAW_BYTES, 1, SIZE_MAX},
                         {length, SIZE_MAX},
                         {MEMBER_MAX_RAW_BYTES, 0, 1},
                         {MEMBER_MAX_RAW_BYTES, SIZE_MAX}};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        struct buffer made;
        buffer_init(&made, SIZE_MAX / 2);
        buffer_append(&made, whole.bytes, (size_t)entry.offset);
        struct member_writer *writer = member_writer_new(put, &made);
        const char *next = noise;
        for (size_t j = 0; j < 3 && parts[i][j] != SIZE_MAX; j++) {
            assert_int_equal(member_write(writer, next, parts[i][j], &err), 0);
            assert_int_equal(member_finish(writer, &err), 0);
            next += parts[i][j];
        }
        member_writer_free(writer);
        size_t behind = (size_t)(entry.offset + entry.stored_bytes);
        buffer_append(&made, whole.bytes + behind, whole.length - behind);
        scratch_write(WORKPLACE_SEGMENT, made.bytes, made.length);
        struct scanned scanned = scan_from(0);
        assert_int_equal(scanned.end, i == 0 ? SEGMENT_SCAN_END : SEGMENT_SCAN_TORN);
        assert_int_equal(scanned.entries, i == 0);
        buffer_release(&made);
    }
    buffer_release(&whole);
    free(noise);
}

/* The raw bytes of the entry's last member. */
static struct buffer inflate_receipt_member(const struct segment_entry *entry)
{
    struct buffer raw;
    struct segment_reader reader;
    struct error err = {0};
    char some[4096];
    int64_t begin = entry->offset + entry->stored_bytes;
    buffer_init(&raw, SIZE_MAX / 2);
    assert_int_equal(segment_reader_open(&reader, scratch, WORKPLACE_SEGMENT, begin,
                                         entry->entry_offset + entry->entry_bytes - begin, &err),
                     0);
    for (ssize_t got = 1; got > 0;) {
        got = stream_read(&reader.member.stream, some, sizeof some, &err);
        assert_true(got >= 0);
        buffer_append(&raw, some, (size_t)got);
    }
    segment_reader_close(&reader);
    return raw;
}

static void padding_that_is_not_zero_or_not_all_is_torn(void **state)
{
    (void)state;
    struct error err = {0};
    struct segment *segment = open_segment();
    struct segment_entry entry = append_entry(segment, "package", 7, 1, "{\"number\":1}");
    segment_close(segment);
    struct buffer whole = scratch_read(WORKPLACE_SEGMENT);
    struct buffer raw = inflate_receipt_member(&entry);
    size_t length = raw.length;
    assert_int_equal(length, 505 + 512 + 512);
    /* Raw bytes: package padding 0 to 504, header to 1016, receipt 12 bytes, padding to the end. */
    static const size_t at[] = {SIZE_MAX, 0, 504, 505, 1017 + 12, 1528};
    for (size_t i = 0; i < sizeof at / sizeof *at; i++) {
        for (int more = -1; more <= 1; more++) {
            struct buffer made;
            buffer_init(&made, SIZE_MAX / 2);
            buffer_append(&made, whole.bytes, (size_t)(entry.offset + entry.stored_bytes));
            raw.length = length;
            buffer_append(&raw, "\0", 1);
            if (at[i] != SIZE_MAX)
                raw.bytes[at[i]] ^= 1;
            struct member_writer *writer = member_writer_new(put, &made);
            assert_int_equal(member_write(writer, raw.bytes, length + (size_t)more, &err), 0);
            assert_int_equal(member_finish(writer, &err), 0);
            member_writer_free(writer);
            if (at[i] != SIZE_MAX)
                raw.bytes[at[i]] ^= 1;
            scratch_write(WORKPLACE_SEGMENT, made.bytes, made.length);
            bool is_right = at[i] == SIZE_MAX && more == 0;
            assert_int_equal(scan_from(0).end, is_right ? SEGMENT_SCAN_END : SEGMENT_SCAN_TORN);
            buffer_release(&made);
        }
    }
    buffer_release(&raw);
    buffer_release(&whole);
}

static void a_member_that_inflates_without_end_is_torn(void **state)
{
    (void)state;
    struct error err = {0};
    struct buffer bomb;
    buffer_init(&bomb, SIZE_MAX / 2);
    struct member_writer *writer = member_writer_new(put, &bomb);
    static const char zeros[65536];
    for (int i = 0; i < 1024; i++)
        assert_int_equal(member_write(writer, zeros, sizeof zeros, &err), 0);
    assert_int_equal(member_finish(writer, &err), 0);
    member_writer_free(writer);
    scratch_write(WORKPLACE_SEGMENT, bomb.bytes, bomb.length);
    assert_int_equal(scan_from(0).end, SEGMENT_SCAN_TORN);
    buffer_release(&bomb);
}

static void an_offset_behind_the_end_of_the_file_is_damage(void **state)
{
    (void)state;
    struct error err = {0};
    scratch_write(WORKPLACE_SEGMENT, "", 0);
    assert_int_equal(scan_from(0).end, SEGMENT_SCAN_END);
    assert_null(segment_scanner_open(scratch, WORKPLACE_SEGMENT, 1, &err));
    assert_int_equal(err.code, ERROR_DAMAGED);
    assert_null(segment_scanner_open(scratch, WORKPLACE_SEGMENT, -1, &err));
    assert_null(segment_scanner_open(scratch, "results-000001.tar.gz", 0, &err));
    assert_int_equal(err.code, ERROR_DAMAGED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        scratch_test(entries_are_found_as_they_were_written),
        scratch_test(a_cut_at_any_byte_costs_nothing_before_it),
        scratch_test(zeros_and_garbage_behind_whole_entries_are_torn),
        scratch_test(an_end_that_became_zeros_is_torn),
        scratch_test(an_altered_byte_of_an_entry_is_torn_or_changes_its_hash),
        scratch_test(whole_end_of_archive_blocks_are_known),
        scratch_test(an_end_of_archive_with_more_behind_it_is_torn_at_its_start),
        scratch_test(a_receipt_that_is_not_its_own_is_torn),
        scratch_test(a_package_that_does_not_match_its_name_is_torn),
        scratch_test(data_that_is_not_cut_as_the_writer_cuts_it_is_torn),
        scratch_test(padding_that_is_not_zero_or_not_all_is_torn),
        scratch_test(a_member_that_inflates_without_end_is_torn),
        scratch_test(an_offset_behind_the_end_of_the_file_is_damage),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
