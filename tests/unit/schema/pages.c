/* schema/pages: every page of a scope once, in order; those where a phrase may be. */
#include "tests/unit/schema/pages_of_text.h"

#include "base/buffer.h"
#include "schema/pages.h"

static const struct query_filter no_filter;

/* "content stream page_no" a line. */
static void render(struct pages *pages, struct buffer *out, int64_t skip_after)
{
    struct page page;
    int more;
    assert_non_null(pages);
    while ((more = pages_next(pages, &page, &test_error)) == 1) {
        text_printf(out, "%lld %s %lld\n", (long long)page.content_id,
                    page.is_error ? "error" : "output", (long long)page.page_no);
        if (page.content_id == skip_after)
            pages_skip_content(pages, skip_after);
    }
    assert_int_equal(more, 0);
    pages_free(pages);
}

static void assert_pages(struct pages *pages, int64_t skip_after, const char *expected)
{
    struct buffer got;
    buffer_init(&got, 1 << 16);
    render(pages, &got, skip_after);
    assert_string_equal(buffer_text(&got), expected);
    buffer_release(&got);
}

static void put_two_texts(struct store *store)
{
    begin_content(store, 1);
    must(store_put_page(store, 1, "output", 1, T("net "), &test_error));
    must(store_put_page(store, 1, "output", 2, T("user\nnet\n"), &test_error));
    must(store_put_page(store, 1, "output", 3, T("user"), &test_error));
    must(store_put_page(store, 1, "error", 1, T("net user"), &test_error));
    finish_content(store, 1);
    acquire(store, 1, "C1", (struct coming){.machine = "ws-1"});
    begin_content(store, 2);
    must(store_put_page(store, 2, "output", 1, T("a net"), &test_error));
    must(store_put_page(store, 2, "output", 2, T(" user net user"), &test_error));
    must(store_put_page(store, 2, "output", 3, T("user net"), &test_error));
    finish_content(store, 2);
    acquire(store, 2, "C2", (struct coming){.machine = "ws-2"});
}

static void a_scan_gives_every_page_once_and_in_order(void **state)
{
    struct archive *archive = *state;
    struct store *store = archive->store;
    must(store_begin(store, &test_error));
    put_two_texts(store);
    struct scope *all = scope_new(store, &no_filter, &test_error);
    assert_pages(
        pages_new(store, all, &test_error), -1,
        "1 output 1\n1 output 2\n1 output 3\n1 error 1\n2 output 1\n2 output 2\n2 output 3\n");
    assert_pages(pages_new(store, all, &test_error), 1,
                 "1 output 1\n2 output 1\n2 output 2\n2 output 3\n");
    scope_free(all);
    must(store_commit(store, &test_error));
}

static void assert_pages_of_ws_2(struct store *store, int is_narrow)
{
    struct query_filter filter = {.machine = "WS-2"};
    struct scope *scope = scope_new(store, &filter, &test_error);
    assert_int_equal(pages_is_narrow(store, scope, &test_error), is_narrow);
    assert_pages(pages_new(store, scope, &test_error), -1, "2 output 1\n2 output 2\n2 output 3\n");
    assert_pages(pages_new(store, scope, &test_error), 2, "2 output 1\n");
    scope_free(scope);
    filter.machine = "ws-9";
    scope = scope_new(store, &filter, &test_error);
    assert_pages(pages_new(store, scope, &test_error), -1, "");
    scope_free(scope);
}

static void a_filter_lets_its_texts_through_however_they_are_read(void **state)
{
    struct archive *archive = *state;
    struct store *store = archive->store;
    must(store_begin(store, &test_error));
    put_two_texts(store);
    assert_pages_of_ws_2(store, 0);
    /* Among many others, looking it up is cheaper than a scan. */
    for (int64_t id = 3; id < 20; id++) {
        begin_content(store, id);
        must(store_put_page(store, id, "output", 1, T("net user"), &test_error));
        finish_content(store, id);
    }
    assert_pages_of_ws_2(store, 1);
    must(store_commit(store, &test_error));
}

static void an_unfinished_text_has_no_pages(void **state)
{
    struct archive *archive = *state;
    struct store *store = archive->store;
    must(store_begin(store, &test_error));
    put_two_texts(store);
    begin_content(store, 3);
    must(store_put_page(store, 3, "output", 1, T("net user"), &test_error));
    struct scope *all = scope_new(store, &no_filter, &test_error);
    struct phrase *phrase = phrase_new(store, T("net user"), &test_error);
    assert_pages(pages_new(store, all, &test_error), 1,
                 "1 output 1\n2 output 1\n2 output 2\n2 output 3\n");
    /* Where the phrase is, and where it may end: behind a page that ends inside a line. */
    assert_pages(pages_new_of_phrase(store, all, phrase, &test_error), -1,
                 "1 output 2\n1 error 1\n2 output 2\n2 output 3\n");
    assert_pages(pages_new_of_phrase(store, all, phrase, &test_error), 1,
                 "1 output 2\n2 output 2\n2 output 3\n");
    phrase_free(phrase);
    scope_free(all);
    finish_content(store, 3);
    must(store_commit(store, &test_error));
}

static void one_page_is_read_by_its_number(void **state)
{
    struct archive *archive = *state;
    struct store *store = archive->store;
    struct buffer text;
    must(store_begin(store, &test_error));
    put_two_texts(store);
    buffer_init(&text, 1 << 17);
    assert_int_equal(pages_read_one(store, 1, false, 2, &text, &test_error), 1);
    assert_int_equal(pages_read_one(store, 1, true, 1, &text, &test_error), 1);
    assert_string_equal(buffer_text(&text), "user\nnet\nnet user");
    assert_int_equal(pages_read_one(store, 1, false, 4, &text, &test_error), 0);
    assert_int_equal(pages_read_one(store, 1, false, 0, &text, &test_error), 0);
    assert_int_equal(pages_read_one(store, 9, false, 1, &text, &test_error), 0);
    buffer_release(&text);
    must(store_commit(store, &test_error));
}

/* For each page: the line it begins in, and whether inside it. */
static void a_page_knows_its_line(void **state)
{
    struct archive *archive = *state;
    struct store *store = archive->store;
    must(store_begin(store, &test_error));
    for (int64_t id = 1; id <= 20; id++) {
        char bytes[300];
        for (size_t i = 0; i < sizeof bytes; i++)
            bytes[i] = "ab\n"[next_random(id % 2 ? 3 : 2 + next_random(2))];
        begin_content(store, id);
        put_random_pages(store, id, "output", (struct text){bytes, sizeof bytes}, 20);
        finish_content(store, id);
    }
    struct scope *all = scope_new(store, &no_filter, &test_error);
    struct pages *pages = pages_new(store, all, &test_error);
    struct page page;
    int64_t content_id = 0, line = 1;
    bool is_continued = false;
    while (pages_next(pages, &page, &test_error) == 1) {
        if (page.content_id != content_id) {
            content_id = page.content_id;
            line = 1;
            is_continued = false;
        }
        assert_int_equal(page.start_line, line);
        assert_int_equal(page.is_continued, is_continued);
        for (size_t i = 0; i < page.text.length; i++)
            line += page.text.bytes[i] == '\n';
        is_continued = page.text.bytes[page.text.length - 1] != '\n';
    }
    assert_int_equal(content_id, 20);
    pages_free(pages);
    scope_free(all);
    must(store_commit(store, &test_error));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        archive_test(a_scan_gives_every_page_once_and_in_order),
        archive_test(a_filter_lets_its_texts_through_however_they_are_read),
        archive_test(an_unfinished_text_has_no_pages),
        archive_test(one_page_is_read_by_its_number),
        archive_test(a_page_knows_its_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
