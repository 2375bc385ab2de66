/* Appending, sealing, and what stock tools make of the result. */
#include "evidence/segment.h"
#include "tests/unit/scratch.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>

static const int64_t sizes[] = {0, 1, 511, 512, 513, 16 * 1024 * 1024, 16 * 1024 * 1024 + 1};
#define SIZES (sizeof sizes / sizeof *sizes)

/* Packages of all sizes, then a receipt alone. */
static void make_segment(struct segment *segment, struct segment_entry entries[SIZES + 1],
                         const char *noise)
{
    for (size_t i = 0; i < SIZES; i++) {
        char receipt[64];
        snprintf(receipt, sizeof receipt, "{\"number\":%zu}", i + 1);
        entries[i] = append_entry(segment, noise, (size_t)sizes[i], (int64_t)i + 1, receipt);
    }
    entries[SIZES] = append_entry(segment, NULL, 0, SIZES + 1, "{\"number\":8}");
}

static void packages_of_all_sizes_are_cut_out_by_offset_and_length_with_stock_tools(void **state)
{
    (void)state;
    char *noise = noise_new(16 * 1024 * 1024 + 1);
    struct segment *segment = open_segment();
    struct segment_entry entries[SIZES + 1];
    struct error err = {0};
    make_segment(segment, entries, noise);
    assert_int_equal(segment_sync(segment, &err), 0);
    for (size_t i = 0; i < SIZES; i++) {
        const struct segment_entry *entry = &entries[i];
        assert_true(entry->has_package);
        assert_int_equal(entry->size_bytes, sizes[i]);
        assert_int_equal(entry->entry_offset,
                         i ? entries[i - 1].entry_offset + entries[i - 1].entry_bytes : 0);
        assert_int_equal(scratch_run("tail -c +%lld " WORKPLACE_SEGMENT
                                     " | head -c %lld | gzip -dc | sha256sum >sum && "
                                     "grep -q '^%s ' sum",
                                     (long long)entry->offset + 1, (long long)entry->stored_bytes,
                                     entry->package_sha256),
                         0);
        assert_int_equal(scratch_run("tail -c +%lld " WORKPLACE_SEGMENT
                                     " | head -c %lld | sha256sum >sum && grep -q '^%s ' sum",
                                     (long long)entry->entry_offset + 1,
                                     (long long)entry->entry_bytes, entry->entry_sha256),
                         0);
        assert_int_equal(segment_check_package(scratch, WORKPLACE_SEGMENT, entry->offset,
                                               entry->stored_bytes, entry->size_bytes,
                                               entry->package_sha256, &err),
                         0);
    }
    segment_close(segment);
    free(noise);
}

static void check_listing(const struct segment_entry entries[SIZES + 1])
{
    struct buffer wanted;
    buffer_init(&wanted, 65536);
    for (size_t i = 0; i <= SIZES; i++) {
        if (entries[i].has_package)
            text_printf(&wanted, "packages/%s\n", entries[i].package_sha256);
        text_printf(&wanted, "receipts/%zu.json\n", i + 1);
    }
    scratch_write("wanted", wanted.bytes, wanted.length);
    buffer_release(&wanted);
    assert_int_equal(scratch_run("gzip -t " WORKPLACE_SEGMENT), 0);
    assert_int_equal(scratch_run("tar tzf " WORKPLACE_SEGMENT
                                 " >listed 2>said && cmp listed wanted && "
                                 "! test -s said"),
                     0);
    assert_int_equal(scratch_run("bsdtar tzf " WORKPLACE_SEGMENT
                                 " >listed 2>said && cmp listed wanted && "
                                 "! test -s said"),
                     0);
}

static void stock_tools_list_every_entry_before_and_after_the_seal(void **state)
{
    (void)state;
    char *noise = noise_new(16 * 1024 * 1024 + 1);
    struct segment *segment = open_segment();
    struct segment_entry entries[SIZES + 1];
    struct error err = {0};
    make_segment(segment, entries, noise);
    check_listing(entries);
    int64_t size;
    char sha256[SHA256_HEX_SIZE];
    assert_int_equal(segment_seal(segment, false, &size, sha256, &err), 0);
    check_listing(entries);
    segment_close(segment);
    assert_int_equal(scratch_run("test \"$(tar xzOf " WORKPLACE_SEGMENT
                                 " receipts/8.json)\" = '{\"number\":8}'"),
                     0);
    free(noise);
}

static void a_seal_gives_the_hash_of_sha256sum_and_a_read_only_file(void **state)
{
    (void)state;
    struct segment *segment = open_segment();
    struct error err = {0};
    struct stat status;
    int64_t size;
    char sha256[SHA256_HEX_SIZE];
    append_entry(segment, "package", 7, 1, "{\"number\":1}");
    assert_int_equal(stat(scratch_path(WORKPLACE_SEGMENT), &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    int64_t unsealed = segment_size(segment);
    assert_int_equal(segment_seal(segment, false, &size, sha256, &err), 0);
    assert_int_equal(stat(scratch_path(WORKPLACE_SEGMENT), &status), 0);
    assert_int_equal(status.st_mode & 0777, 0400);
    assert_int_equal(status.st_size, size);
    assert_true(size > unsealed);
    assert_int_equal(scratch_run("test \"$(sha256sum <" WORKPLACE_SEGMENT ")\" = '%s  -'", sha256),
                     0);
    segment_close(segment);
}

static void nothing_is_added_to_a_sealed_segment(void **state)
{
    (void)state;
    struct segment *segment = open_segment();
    struct segment_entry entry;
    struct error err = {0};
    int64_t size;
    char sha256[SHA256_HEX_SIZE];
    append_entry(segment, "package", 7, 1, "{\"number\":1}");
    assert_int_equal(segment_seal(segment, false, &size, sha256, &err), 0);
    assert_int_equal(segment_finish_entry(segment, 2, "{}", 2, 0, &entry, &err), -1);
    assert_int_equal(err.code, ERROR_ARCHIVE);
    segment_close(segment);
    assert_null(segment_open(scratch, WORKPLACE_SEGMENT, &err));
    assert_int_equal(err.code, ERROR_ARCHIVE);
    assert_string_equal(err.path, scratch_path(WORKPLACE_SEGMENT));
}

static void a_half_made_seal_is_finished(void **state)
{
    (void)state;
    for (int read_only = 0; read_only <= 1; read_only++) {
        struct segment *segment = open_segment();
        struct error err = {0};
        int64_t size, again;
        char sha256[SHA256_HEX_SIZE], sha256_again[SHA256_HEX_SIZE];
        append_entry(segment, "package", 7, 1, "{\"number\":1}");
        assert_int_equal(segment_seal(segment, false, &size, sha256, &err), 0);
        segment_close(segment);
        if (!read_only)
            assert_int_equal(chmod(scratch_path(WORKPLACE_SEGMENT), 0600), 0);
        segment = segment_open_to_seal(scratch, WORKPLACE_SEGMENT, &err);
        assert_non_null(segment);
        assert_int_equal(segment_seal(segment, true, &again, sha256_again, &err), 0);
        segment_close(segment);
        assert_int_equal(again, size);
        assert_string_equal(sha256_again, sha256);
        struct stat status;
        assert_int_equal(stat(scratch_path(WORKPLACE_SEGMENT), &status), 0);
        assert_int_equal(status.st_mode & 0777, 0400);
        assert_int_equal(status.st_size, size);
        assert_int_equal(unlink(scratch_path(WORKPLACE_SEGMENT)), 0);
    }
}

static void the_same_entries_give_the_same_bytes_also_over_a_reopen(void **state)
{
    (void)state;
    struct segment *segment = open_segment();
    append_entry(segment, "package", 7, 1, "{\"number\":1}");
    append_entry(segment, "another", 7, 2, "{\"number\":2}");
    segment_close(segment);
    assert_int_equal(scratch_run("mv " WORKPLACE_SEGMENT " first"), 0);
    segment = open_segment();
    append_entry(segment, "package", 7, 1, "{\"number\":1}");
    segment_close(segment);
    segment = open_segment();
    append_entry(segment, "another", 7, 2, "{\"number\":2}");
    segment_close(segment);
    assert_int_equal(scratch_run("cmp first " WORKPLACE_SEGMENT), 0);
}

static void an_abandoned_entry_leaves_no_trace(void **state)
{
    (void)state;
    char *noise = noise_new(3000000);
    char sha256[SHA256_HEX_SIZE];
    struct error err = {0};
    sha256_of("x", 1, sha256);
    struct segment *segment = open_segment();
    append_entry(segment, "package", 7, 1, "{\"number\":1}");
    int64_t before = segment_size(segment);
    static const size_t lengths[] = {0, 1, 1000, 3000000};
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(segment_begin_package(segment, sha256, 3000000, 0, &err), 0);
        assert_int_equal(segment_write(segment, noise, lengths[i], &err), 0);
        assert_int_equal(segment_size(segment), before);
        assert_int_equal(segment_abandon_entry(segment, &err), 0);
        assert_int_equal(segment_size(segment), before);
    }
    append_entry(segment, "another", 7, 2, "{\"number\":2}");
    segment_close(segment);
    assert_int_equal(scratch_run("mv " WORKPLACE_SEGMENT " abandoned"), 0);
    segment = open_segment();
    append_entry(segment, "package", 7, 1, "{\"number\":1}");
    append_entry(segment, "another", 7, 2, "{\"number\":2}");
    segment_close(segment);
    assert_int_equal(scratch_run("cmp abandoned " WORKPLACE_SEGMENT), 0);
    free(noise);
}

static void a_full_disk_costs_only_the_entry_that_is_written(void **state)
{
    (void)state;
    size_t length = 3000000;
    char *noise = noise_new(length);
    char sha256[SHA256_HEX_SIZE];
    sha256_of(noise, length, sha256);
    struct segment *segment = open_segment();
    append_entry(segment, "package", 7, 1, "{\"number\":1}");
    int64_t before = segment_size(segment);
    struct rlimit all, tight;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &all), 0);
    signal(SIGXFSZ, SIG_IGN);
    static const rlim_t rooms[] = {0, 1000003, 2000006, 3000000, 4000000};
    for (size_t i = 0; i < sizeof rooms / sizeof *rooms; i++) {
        struct error err = {0};
        struct segment_entry entry;
        tight = all;
        tight.rlim_cur = (rlim_t)before + rooms[i];
        assert_int_equal(segment_begin_package(segment, sha256, (int64_t)length, 0, &err), 0);
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &tight), 0);
        int result = segment_write(segment, noise, length, &err);
        if (result == 0)
            result = segment_finish_entry(segment, 2, "{\"number\":2}", 12, 0, &entry, &err);
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &all), 0);
        assert_int_equal(result, rooms[i] > length ? 0 : -1);
        if (result == 0)
            break;
        assert_int_equal(err.code, ERROR_IO);
        assert_string_equal(err.path, scratch_path(WORKPLACE_SEGMENT));
        assert_int_equal(segment_abandon_entry(segment, &err), 0);
        assert_int_equal(segment_size(segment), before);
        struct stat status;
        assert_int_equal(stat(scratch_path(WORKPLACE_SEGMENT), &status), 0);
        assert_int_equal(status.st_size, before);
    }
    assert_int_equal(scratch_run("tar tzf " WORKPLACE_SEGMENT " | wc -l | grep -qx 4"), 0);
    segment_close(segment);
    free(noise);
}

static void a_package_that_changed_while_it_was_read_is_rejected(void **state)
{
    (void)state;
    char sha256[SHA256_HEX_SIZE];
    struct error err = {0};
    struct segment_entry entry;
    sha256_of("package", 7, sha256);
    struct segment *segment = open_segment();
    assert_int_equal(segment_begin_package(segment, sha256, 7, 0, &err), 0);
    assert_int_equal(segment_write(segment, "package!", 8, &err), -1);
    assert_int_equal(err.code, ERROR_REJECTED);
    assert_int_equal(segment_abandon_entry(segment, &err), 0);
    assert_int_equal(segment_begin_package(segment, sha256, 7, 0, &err), 0);
    assert_int_equal(segment_write(segment, "pack", 4, &err), 0);
    assert_int_equal(segment_finish_entry(segment, 1, "{}", 2, 0, &entry, &err), -1);
    assert_int_equal(err.code, ERROR_REJECTED);
    assert_int_equal(segment_abandon_entry(segment, &err), 0);
    assert_int_equal(segment_size(segment), 0);
    segment_close(segment);
}

static void a_receipt_too_long_is_refused(void **state)
{
    (void)state;
    char *receipt = memory_zeroed(1, SEGMENT_RECEIPT_BYTES + 1);
    struct error err = {0};
    struct segment_entry entry;
    struct segment *segment = open_segment();
    assert_int_equal(
        segment_finish_entry(segment, 1, receipt, SEGMENT_RECEIPT_BYTES + 1, 0, &entry, &err), -1);
    assert_int_equal(err.code, ERROR_LIMIT);
    assert_int_equal(segment_size(segment), 0);
    assert_int_equal(
        segment_finish_entry(segment, 1, receipt, SEGMENT_RECEIPT_BYTES, 0, &entry, &err), 0);
    segment_close(segment);
    free(receipt);
}

static void only_the_names_of_segments_are_names_of_segments(void **state)
{
    (void)state;
    enum segment_class class;
    int number;
    char name[SEGMENT_NAME_SIZE];
    segment_name(SEGMENT_RESULTS, 1234567, name);
    assert_string_equal(name, "results-1234567.tar.gz");
    assert_int_equal(segment_parse_name(name, &class, &number), 0);
    assert_int_equal(class, SEGMENT_RESULTS);
    assert_int_equal(number, 1234567);
    static const char *const wrong[] = {"",
                                        "files",
                                        "files-",
                                        "files-1.tar.gz",
                                        "files-000000.tar.gz",
                                        "files-0000001.tar.gz",
                                        "files--00001.tar.gz",
                                        "files-000001.tar.gz/",
                                        "files-000001.tar",
                                        "../files-000001.tar.gz",
                                        "other-000001.tar.gz",
                                        "files-99999999999.tar.gz",
                                        "files-99999999999999999999.tar.gz"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct error err = {0};
        assert_int_equal(segment_parse_name(wrong[i], &class, &number), -1);
        assert_null(segment_open(scratch, wrong[i], &err));
    }
    assert_int_equal(scratch_run("test -z \"$(ls)\""), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        scratch_test(packages_of_all_sizes_are_cut_out_by_offset_and_length_with_stock_tools),
        scratch_test(stock_tools_list_every_entry_before_and_after_the_seal),
        scratch_test(a_seal_gives_the_hash_of_sha256sum_and_a_read_only_file),
        scratch_test(nothing_is_added_to_a_sealed_segment),
        scratch_test(a_half_made_seal_is_finished),
        scratch_test(the_same_entries_give_the_same_bytes_also_over_a_reopen),
        scratch_test(an_abandoned_entry_leaves_no_trace),
        scratch_test(a_full_disk_costs_only_the_entry_that_is_written),
        scratch_test(a_package_that_changed_while_it_was_read_is_rejected),
        scratch_test(a_receipt_too_long_is_refused),
        scratch_test(only_the_names_of_segments_are_names_of_segments),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
