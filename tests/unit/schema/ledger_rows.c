/* The ledger's lines as rows, and what they say of segments. */
#include "tests/unit/schema/helpers.h"

static void put_line(struct store *store, int64_t number, struct store_line line)
{
    char sha256[65];
    snprintf(sha256, sizeof sha256, "%064lld", (long long)number);
    line.number = number;
    line.time = LATE;
    line.prev = sha256;
    line.line_sha256 = sha256;
    line.ledger_file = 1 + number / 10;
    line.ledger_offset = number * 100;
    if (!line.event)
        line.event = "ingested";
    if (!line.line.bytes)
        line.line = T("{}");
    must(store_put_line(store, &line, &test_error));
}

static void an_empty_ledger_has_no_head(void **state)
{
    struct archive *archive = *state;
    int64_t number, file, offset;
    char sha256[65];
    assert_int_equal(store_head(archive->store, &number, sha256, &file, &offset, &test_error), 0);
    assert_int_equal(store_line_sha256(archive->store, 1, sha256, &test_error), 0);
}

static void the_head_is_the_last_line(void **state)
{
    struct archive *archive = *state;
    int64_t number, file, offset;
    char sha256[65];
    put_line(archive->store, 1, (struct store_line){.size_bytes = -1});
    put_line(archive->store, 12, (struct store_line){.size_bytes = -1});
    assert_int_equal(store_head(archive->store, &number, sha256, &file, &offset, &test_error), 1);
    assert_int_equal(number, 12);
    assert_int_equal(file, 2);
    assert_int_equal(offset, 1200);
    assert_string_equal(sha256, "0000000000000000000000000000000000000000000000000000000000000012");
    assert_int_equal(store_line_sha256(archive->store, 1, sha256, &test_error), 1);
    assert_string_equal(sha256, "0000000000000000000000000000000000000000000000000000000000000001");
    assert_int_equal(store_line_sha256(archive->store, 2, sha256, &test_error), 0);
}

static void a_line_is_kept_as_it_stands(void **state)
{
    struct archive *archive = *state;
    put_line(
        archive->store, 1,
        (struct store_line){.event = "noted", .size_bytes = -1, .line = T("{\"a\":\"ä\\u0000\"}")});
    assert_rows(
        archive->store,
        "SELECT event, line, size_bytes, segment, offset, entry_bytes, operator FROM ledger",
        "noted|{\"a\":\"ä\\u0000\"}|-|-|-|-|-");
}

static void a_line_about_bytes_has_their_place(void **state)
{
    struct archive *archive = *state;
    put_line(archive->store, 1,
             (struct store_line){.package_sha256 = "ab",
                                 .size_bytes = 0,
                                 .segment = "files-000002.tar.gz",
                                 .offset = 0,
                                 .stored_bytes = 20,
                                 .entry_segment = "files-000002.tar.gz",
                                 .entry_offset = 0,
                                 .entry_bytes = 50,
                                 .entry_sha256 = "cd",
                                 .operator_name = "op"});
    assert_rows(archive->store,
                "SELECT package_sha256, size_bytes, segment, offset, stored_bytes, entry_segment,"
                " entry_offset, entry_bytes, entry_sha256, operator FROM ledger",
                "ab|0|files-000002.tar.gz|0|20|files-000002.tar.gz|0|50|cd|op");
}

static void a_number_cannot_be_given_twice(void **state)
{
    struct archive *archive = *state;
    put_line(archive->store, 1, (struct store_line){.size_bytes = -1});
    struct store_line line = {
        .number = 1, .event = "x", .time = LATE, .prev = "p", .line_sha256 = "s", .line = T("{}")};
    assert_int_equal(store_put_line(archive->store, &line, &test_error), -1);
    assert_int_equal(test_error.code, ERROR_DATABASE);
    assert_string_equal(test_error.path, archive->path);
}

static void a_segment_is_as_long_as_its_last_entry_ends(void **state)
{
    struct archive *archive = *state;
    struct store *store = archive->store;
    static const char name[] = "results-000001.tar.gz";
    int64_t length = 7;
    must(store_segment_length(store, name, &length, &test_error));
    assert_int_equal(length, 0);
    assert_int_equal(store_segment_is_sealed(store, name, &test_error), 0);
    put_line(store, 1,
             (struct store_line){.entry_segment = name, .entry_offset = 0, .entry_bytes = 50});
    put_line(store, 2,
             (struct store_line){.entry_segment = name, .entry_offset = 50, .entry_bytes = 25});
    must(store_segment_length(store, name, &length, &test_error));
    assert_int_equal(length, 75);
    assert_int_equal(store_segment_is_sealed(store, name, &test_error), 0);
    put_line(store, 3, (struct store_line){.event = "sealed", .segment = name, .size_bytes = 101});
    must(store_segment_length(store, name, &length, &test_error));
    assert_int_equal(length, 101);
    assert_int_equal(store_segment_is_sealed(store, name, &test_error), 1);
    assert_int_equal(store_segment_is_sealed(store, "results-000002.tar.gz", &test_error), 0);
}

static void bytes_that_lie_elsewhere_do_not_lengthen_their_segment(void **state)
{
    struct archive *archive = *state;
    int64_t length;
    put_line(archive->store, 1,
             (struct store_line){.event = "duplicate",
                                 .size_bytes = 10,
                                 .segment = "files-000001.tar.gz",
                                 .offset = 500,
                                 .stored_bytes = 9,
                                 .entry_segment = "files-000003.tar.gz",
                                 .entry_offset = 10,
                                 .entry_bytes = 5});
    must(store_segment_length(archive->store, "files-000001.tar.gz", &length, &test_error));
    assert_int_equal(length, 0);
    must(store_segment_length(archive->store, "files-000003.tar.gz", &length, &test_error));
    assert_int_equal(length, 15);
}

static void the_last_segment_of_a_class_is_the_highest_number(void **state)
{
    struct archive *archive = *state;
    struct store *store = archive->store;
    int number = 7;
    must(store_last_segment(store, "results", &number, &test_error));
    assert_int_equal(number, 0);
    put_line(store, 1, (struct store_line){.entry_segment = "results-000009.tar.gz"});
    put_line(store, 2, (struct store_line){.entry_segment = "results-000010.tar.gz"});
    put_line(store, 3, (struct store_line){.entry_segment = "files-000011.tar.gz"});
    must(store_last_segment(store, "results", &number, &test_error));
    assert_int_equal(number, 10);
    must(store_last_segment(store, "files", &number, &test_error));
    assert_int_equal(number, 11);
    put_line(store, 4, (struct store_line){.entry_segment = "results-999999.tar.gz"});
    put_line(store, 5, (struct store_line){.entry_segment = "results-1000000.tar.gz"});
    must(store_last_segment(store, "results", &number, &test_error));
    assert_int_equal(number, 1000000);
}

static void a_package_is_found_where_it_was_put(void **state)
{
    struct archive *archive = *state;
    int64_t size, offset, stored;
    char segment[40];
    put_package(archive->store, 1, "P");
    assert_int_equal(store_find_package(archive->store, sha_of("P"), &size, segment, &offset,
                                        &stored, &test_error),
                     1);
    assert_int_equal(size, 100);
    assert_int_equal(offset, 512);
    assert_int_equal(stored, 80);
    assert_string_equal(segment, "results-000001.tar.gz");
    assert_int_equal(store_find_package(archive->store, sha_of("Q"), &size, segment, &offset,
                                        &stored, &test_error),
                     0);
}

static void reading_an_unknown_package_is_an_error(void **state)
{
    struct archive *archive = *state;
    assert_int_equal(store_put_reading(archive->store, sha_of("P"), "file", NULL, T(NULL), NULL,
                                       "t", &test_error),
                     -1);
    assert_int_equal(test_error.code, ERROR_DATABASE);
    assert_int_equal(store_begin_content(archive->store, 1, sha_of("P"), 0, &test_error), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        archive_test(an_empty_ledger_has_no_head),
        archive_test(the_head_is_the_last_line),
        archive_test(a_line_is_kept_as_it_stands),
        archive_test(a_line_about_bytes_has_their_place),
        archive_test(a_number_cannot_be_given_twice),
        archive_test(a_segment_is_as_long_as_its_last_entry_ends),
        archive_test(bytes_that_lie_elsewhere_do_not_lengthen_their_segment),
        archive_test(the_last_segment_of_a_class_is_the_highest_number),
        archive_test(a_package_is_found_where_it_was_put),
        archive_test(reading_an_unknown_package_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
