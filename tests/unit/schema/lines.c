/* schema/lines: the lines of one text, whatever its pages. */
#include "schema/lines.h"
#include "tests/unit/schema/helpers.h"

/* A content whose output is these pages; NULL ends them. */
static void put_pages(struct store *store, const char *const *pages)
{
    int64_t bytes = 0;
    put_package(store, 1, "p");
    must(store_begin_content(store, 1, sha_of("p"), 0, &test_error));
    for (int64_t i = 0; pages[i]; i++) {
        must(store_put_page(store, 1, "output", i + 1, T(pages[i]), &test_error));
        bytes += (int64_t)strlen(pages[i]);
    }
    struct store_content content = {.content_id = 1,
                                    .package_sha256 = sha_of("p"),
                                    .parse_status = "ok",
                                    .has_output = true,
                                    .output_bytes = bytes,
                                    .output_sha256 = sha_of("text")};
    must(store_finish_content(store, &content, &test_error));
    put_reading(store, "p", "transcript");
}

/* All lines as "number:text", a '$' behind those with a line end, '(' and ')' around a whole line. */
static const char *read_all(struct lines *lines)
{
    static char all[4096];
    struct line line;
    int more;
    size_t length = 0;
    all[0] = '\0';
    while ((more = lines_next(lines, &line, &test_error)) == 1)
        length += (size_t)snprintf(all + length, sizeof all - length, "%s%lld:%.*s%s%s",
                                   line.begins ? "(" : "", (long long)line.number,
                                   (int)line.text.length, line.text.bytes,
                                   line.ends && line.has_line_end ? "$" : "", line.ends ? ")" : "");
    must(more);
    assert_int_equal(lines_next(lines, &line, &test_error), 0);
    return all;
}

static void assert_lines(struct archive *archive, const char *const *pages, const char *wanted)
{
    put_pages(archive->store, pages);
    struct lines *lines = lines_new(archive->store, "output", &test_error);
    assert_non_null(lines);
    for (int again = 0; again < 2; again++) {
        lines_start(lines, 1);
        assert_string_equal(read_all(lines), wanted);
    }
    lines_free(lines);
}

static void pages_may_break_anywhere_in_a_line(void **state)
{
    static const char *const pages[] = {"a", "b\nc", "\n", "\nd\re", "f\n", NULL};
    assert_lines(*state, pages, "(1:ab$)(2:c$)(3:$)(4:d\ref$)");
}

static void the_last_line_may_lack_its_end(void **state)
{
    static const char *const pages[] = {"a\nb", NULL};
    assert_lines(*state, pages, "(1:a$)(2:b)");
}

static void an_empty_text_has_no_lines(void **state)
{
    static const char *const pages[] = {NULL};
    assert_lines(*state, pages, "");
}

static void an_absent_text_has_no_lines(void **state)
{
    struct archive *archive = *state;
    put_transcript(archive->store, 1, "p");
    struct lines *lines = lines_new(archive->store, "error", &test_error);
    lines_start(lines, 1);
    assert_string_equal(read_all(lines), "");
    lines_start(lines, 999);
    assert_string_equal(read_all(lines), "");
    lines_free(lines);
}

/* 40 pages of 64 KiB in one line: three pieces, and all bytes come through. */
static void a_line_beyond_the_bound_comes_in_pieces(void **state)
{
    struct archive *archive = *state;
    enum { PAGES = 40, PAGE = 65536 };
    char *page = malloc(PAGE + 1);
    const char *pages[PAGES + 2];
    memset(page, 'x', PAGE);
    page[PAGE] = '\0';
    for (int i = 0; i < PAGES; i++)
        pages[i] = page;
    pages[PAGES] = "y\nz";
    pages[PAGES + 1] = NULL;
    put_pages(archive->store, pages);
    struct lines *lines = lines_new(archive->store, "output", &test_error);
    struct line line;
    size_t bytes = 0;
    int pieces = 0;
    lines_start(lines, 1);
    do {
        must(lines_next(lines, &line, &test_error));
        assert_int_equal(line.begins, pieces == 0);
        assert_int_equal(line.number, 1);
        assert_in_range(line.text.length, 1, LINES_PIECE_BYTES);
        bytes += line.text.length;
        pieces++;
    } while (!line.ends);
    assert_true(line.has_line_end);
    assert_int_equal(line.text.bytes[line.text.length - 1], 'y');
    assert_int_equal(bytes, PAGES * PAGE + 1);
    assert_int_equal(pieces, 3);
    assert_string_equal(read_all(lines), "(2:z)");
    lines_free(lines);
    free(page);
}

static void reading_may_begin_at_a_line(void **state)
{
    static const char *const pages[] = {"a\nb\n", "c", "c\nd\n", NULL};
    struct archive *archive = *state;
    put_pages(archive->store, pages);
    struct lines *lines = lines_new(archive->store, "output", &test_error);
    lines_start_at(lines, 1, 3);
    assert_string_equal(read_all(lines), "(3:cc$)(4:d$)");
    lines_start_at(lines, 1, 5);
    assert_string_equal(read_all(lines), "");
    lines_free(lines);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        archive_test(pages_may_break_anywhere_in_a_line),
        archive_test(the_last_line_may_lack_its_end),
        archive_test(an_empty_text_has_no_lines),
        archive_test(an_absent_text_has_no_lines),
        archive_test(a_line_beyond_the_bound_comes_in_pieces),
        archive_test(reading_may_begin_at_a_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
