/* schema/lines: from any line on, the lines that the joined text has. */
#include "tests/unit/schema/pages_of_text.h"

#include "base/buffer.h"
#include "schema/lines.h"

/* "number:text" and "." where a line end follows, a line each. */
static void render(struct lines *lines, struct buffer *out)
{
    struct line line;
    int more;
    while ((more = lines_next(lines, &line, &test_error)) == 1) {
        assert_true(line.begins && line.ends);
        text_printf(out, "%lld:%.*s%s\n", (long long)line.number, (int)line.text.length,
                    line.text.bytes ? line.text.bytes : "", line.has_line_end ? "." : "");
    }
    assert_int_equal(more, 0);
}

static void expect(struct buffer *out, struct text text, int64_t first)
{
    const char *at = text.bytes, *end = at + text.length;
    for (int64_t number = 1; at < end; number++) {
        const char *line_end = memchr(at, '\n', (size_t)(end - at));
        size_t length = (size_t)((line_end ? line_end : end) - at);
        if (number >= first)
            text_printf(out, "%lld:%.*s%s\n", (long long)number, (int)length, at,
                        line_end ? "." : "");
        at += length + 1;
    }
}

static void any_line_can_be_the_first(void **state)
{
    struct archive *archive = *state;
    struct store *store = archive->store;
    static const char *const alphabets[] = {"ab\n", "abcdefgh\n", "\n\na", "ab"};
    must(store_begin(store, &test_error));
    struct lines *output = lines_new(store, "output", &test_error);
    struct lines *error = lines_new(store, "error", &test_error);
    for (int64_t id = 1; id <= 40; id++) {
        char bytes[200];
        uint32_t length = next_random(sizeof bytes);
        const char *alphabet = alphabets[id % 4];
        for (uint32_t i = 0; i < length; i++)
            bytes[i] = alphabet[next_random((uint32_t)strlen(alphabet))];
        struct text text = {bytes, length};
        begin_content(store, id);
        put_random_pages(store, id, "output", text, id % 3 ? 9 : 60);
        put_random_pages(store, id, "error", T("other\nlines"), 3);
        finish_content(store, id);
        for (int64_t first = 1; first < 60; first++) {
            struct buffer expected, got;
            buffer_init(&expected, 1 << 16);
            buffer_init(&got, 1 << 16);
            lines_start_at(output, id, first);
            render(output, &got);
            expect(&expected, text, first);
            assert_string_equal(buffer_text(&got), buffer_text(&expected));
            buffer_release(&expected);
            buffer_release(&got);
        }
    }
    struct buffer got;
    buffer_init(&got, 1024);
    lines_start_at(error, 40, 2);
    render(error, &got);
    assert_string_equal(buffer_text(&got), "2:lines\n");
    buffer_clear(&got);
    lines_start(error, 40);
    render(error, &got);
    assert_string_equal(buffer_text(&got), "1:other.\n2:lines\n");
    buffer_release(&got);
    lines_free(output);
    lines_free(error);
    must(store_commit(store, &test_error));
}

static void a_text_without_pages_has_no_lines(void **state)
{
    struct archive *archive = *state;
    struct store *store = archive->store;
    struct line line;
    must(store_begin(store, &test_error));
    begin_content(store, 1);
    finish_content(store, 1);
    struct lines *lines = lines_new(store, "output", &test_error);
    for (int64_t id = 1; id <= 2; id++)
        for (int64_t first = 1; first <= 2; first++) {
            lines_start_at(lines, id, first);
            assert_int_equal(lines_next(lines, &line, &test_error), 0);
        }
    lines_free(lines);
    must(store_commit(store, &test_error));
}

static void a_long_line_comes_in_pieces_of_one_number(void **state)
{
    struct archive *archive = *state;
    struct store *store = archive->store;
    size_t page = 65536, pages = 40;
    char *bytes = malloc(page);
    memset(bytes, 'x', page);
    must(store_begin(store, &test_error));
    begin_content(store, 1);
    must(store_put_page(store, 1, "output", 1, T("one\ntwo"), &test_error));
    for (size_t i = 0; i < pages; i++)
        must(store_put_page(store, 1, "output", (int64_t)i + 2, (struct text){bytes, page},
                            &test_error));
    must(store_put_page(store, 1, "output", (int64_t)pages + 2, T("\nthree"), &test_error));
    finish_content(store, 1);
    struct lines *lines = lines_new(store, "output", &test_error);
    for (int64_t first = 1; first <= 3; first++) {
        struct line line;
        size_t length = 0;
        int more, begins = 0, ends = 0;
        int64_t last = 0;
        lines_start_at(lines, 1, first);
        while ((more = lines_next(lines, &line, &test_error)) == 1) {
            assert_true(line.number >= first && line.number >= last);
            assert_true(line.text.length <= LINES_PIECE_BYTES);
            last = line.number;
            if (line.number != 2)
                continue;
            length += line.text.length;
            begins += line.begins;
            ends += line.ends;
        }
        assert_int_equal(more, 0);
        assert_int_equal(last, 3);
        assert_int_equal(begins, first <= 2);
        assert_int_equal(ends, first <= 2);
        assert_int_equal(length, first <= 2 ? 3 + pages * page : 0);
    }
    lines_free(lines);
    free(bytes);
    must(store_commit(store, &test_error));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        archive_test(any_line_can_be_the_first),
        archive_test(a_text_without_pages_has_no_lines),
        archive_test(a_long_line_comes_in_pieces_of_one_number),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
