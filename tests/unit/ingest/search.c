/* ingest/search: hits as whole lines, wherever the pages end. */
#include "tests/unit/ingest/search_helpers.h"

static void put_output(void **state, int64_t id, const char *output)
{
    struct archive *archive = *state;
    put_text(archive->store, id, T(output), T(NULL));
}

static void a_regular_expression_is_found_many_pages_before_the_end_of_its_line(void **state)
{
    struct archive *archive = *state;
    char *text = long_text("first\nbefore needle1 ", "x y ", 75000, "needle2\nlast");
    struct seen seen;
    put_output(state, 1, text);
    assert_hits(archive->store, regex_of("needle1"), "1 output 2 0\n");
    seen_init(&seen, SEARCH_GO_ON);
    assert_int_equal(look(archive->store, regex_of("needle[1]"), &seen), 0);
    assert_true(seen.is_cut && seen.is_marked);
    assert_memory_equal(seen.line.bytes, "before needle1 x y", 18);
    seen_release(&seen);
    seen_init(&seen, SEARCH_GO_ON);
    assert_int_equal(look(archive->store, regex_of("needle[2]"), &seen), 0);
    assert_string_equal(buffer_text(&seen.hits), "1 output 2 0\n");
    assert_true(seen.is_cut && seen.is_marked);
    seen_release(&seen);
    free(text);
}

/* The end of a text of which the last page is nearly full is known only once the next page is there. */
static void a_caller_that_has_enough_of_a_text_misses_nothing_of_the_next(void **state)
{
    struct archive *archive = *state;
    char *text = long_text("", "line\n", 8000, "needle");
    put_output(state, 1, text);
    put_output(state, 2, "needle\n");
    put_output(state, 3, text);
    put_output(state, 4, "a needle\n");
    struct search_spec specs[] = {regex_of("needle"), word_of("needle"), substring_of("needle")};
    for (size_t i = 0; i < sizeof specs / sizeof *specs; i++) {
        struct seen seen;
        seen_init(&seen, SEARCH_NEXT_CONTENT);
        assert_int_equal(look(archive->store, specs[i], &seen), 0);
        assert_string_equal(buffer_text(&seen.hits),
                            "1 output 8001 0\n2 output 1 0\n3 output 8001 0\n4 output 1 0\n");
        seen_release(&seen);
    }
    free(text);
}

/* FTS5's tokenizer has one buffer, which grows with the longest word: marking a line within a call must
 * not pull it away. */
static void a_phrase_can_be_marked_while_its_page_is_read(void **state)
{
    struct archive *archive = *state;
    char *text = long_text("a needle ", "long", 50, " needle\nneedle");
    put_output(state, 1, text);
    assert_hits(archive->store, phrase_of("needle"), "1 output 1 0\n1 output 2 0\n");
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        archive_test(a_regular_expression_is_found_many_pages_before_the_end_of_its_line),
        archive_test(a_phrase_can_be_marked_while_its_page_is_read),
        archive_test(a_caller_that_has_enough_of_a_text_misses_nothing_of_the_next),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
