/* Pages: where a text is cut, whatever the size of the pieces it comes in. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "parser/package.h"
#include "parser/pager.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PAGE PACKAGE_PAGE_BYTES
#define PAGES_MOST 8

struct pages {
    size_t ends[PAGES_MOST]; /* bytes of the text up to the end of each */
    size_t count;
    const char *text;
};

static int on_page(void *context, int64_t page_no, struct text text)
{
    struct pages *pages = context;
    size_t begin = pages->count ? pages->ends[pages->count - 1] : 0;
    assert_int_equal(page_no, (int64_t)pages->count + 1);
    assert_true(pages->count < PAGES_MOST && text.length > 0 && text.length <= PAGE);
    assert_memory_equal(text.bytes, pages->text + begin, text.length);
    pages->ends[pages->count++] = begin + text.length;
    return 0;
}

/* Whole characters at a time, as pager_put wants them. */
static struct pages pages_of(const char *text, size_t length, size_t piece)
{
    struct pages pages = {.text = text};
    struct pager pager;
    pager_init(&pager, on_page, &pages);
    for (size_t at = 0, take; at < length; at += take) {
        size_t left = length - at;
        take = pager_character_break(text + at, left, piece < left ? piece : left);
        assert_int_equal(pager_put(&pager, text + at, take), 0);
    }
    assert_int_equal(pager_end(&pager), 0);
    pager_release(&pager);
    return pages;
}

/* A text of `length` bytes of `fill`, with `inside` written over it at `at`. */
static char *text_with(size_t length, const char *fill, const char *inside, size_t at)
{
    char *text = malloc(length + 1);
    for (size_t i = 0; i < length; i++)
        text[i] = fill[i % strlen(fill)];
    text[length] = '\0';
    memcpy(text + at, inside, strlen(inside));
    return text;
}

/* The first page ends at `end`, in pieces of any size. */
static void assert_first_end(char *text, size_t length, size_t end)
{
    static const size_t pieces[] = {4, 7, 31, 1000, PAGE - 1, PAGE, PAGE + 1, 10 * PAGE};
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        struct pages pages = pages_of(text, length, pieces[i]);
        if (pages.ends[0] != end || pages.ends[pages.count - 1] != length)
            fail_msg("pieces of %zu: first page ends at %zu, not %zu", pieces[i], pages.ends[0],
                     end);
    }
    free(text);
}

static void a_page_ends_behind_the_last_line_end_of_its_later_half(void **state)
{
    (void)state;
    assert_first_end(text_with(PAGE + 9, "abc, ", "\n", PAGE / 2), PAGE + 9, PAGE / 2 + 1);
    assert_first_end(text_with(PAGE + 9, "abc\n", "x\nyyyyyyy", PAGE - 9), PAGE + 9, PAGE - 7);
}

static void else_behind_the_last_blank_there(void **state)
{
    (void)state;
    assert_first_end(text_with(PAGE + 9, "abc,", " ", PAGE / 2 + 5), PAGE + 9, PAGE / 2 + 6);
    assert_first_end(text_with(PAGE + 9, "abc,", "\t", PAGE - 20), PAGE + 9, PAGE - 19);
    assert_first_end(text_with(PAGE + 9, "abc,", "\n", PAGE / 2 - 1), PAGE + 9, PAGE);
}

/* A compact JSON has neither: the word at the page's end stays whole, so that it is found. */
static void else_where_no_word_is_cut(void **state)
{
    (void)state;
    assert_first_end(text_with(PAGE + 9, "a1Zz", ",\"word\":{\"word", PAGE - 13), PAGE + 9,
                     PAGE - 3);
    assert_first_end(text_with(PAGE + 9, "a", "_", PAGE / 2), PAGE + 9, PAGE / 2 + 1);
    assert_first_end(text_with(PAGE + 9, "a", "\x7F", PAGE - 1), PAGE + 9, PAGE);
    /* A letter outside ASCII is no separator, whatever its bytes are. */
    assert_first_end(text_with(PAGE + 9, "a", "-\xC3\xA9\xC3\xA9", PAGE - 30), PAGE + 9, PAGE - 29);
}

static void else_at_the_last_character_boundary(void **state)
{
    (void)state;
    assert_first_end(text_with(PAGE + 9, "a", "", 0), PAGE + 9, PAGE);
    assert_first_end(text_with(PAGE + 9, "a", "-", PAGE / 2 - 1), PAGE + 9, PAGE);
    assert_first_end(text_with(PAGE + 9, "a", "\xE2\x82\xAC", PAGE - 2), PAGE + 9, PAGE - 2);
    assert_first_end(text_with(PAGE + 9, "a", "\xE2\x82\xAC", PAGE - 3), PAGE + 9, PAGE);
    assert_first_end(text_with(PAGE + 9, "a", "\xF0\x9F\x92\xBE", PAGE - 1), PAGE + 9, PAGE - 1);
}

static void a_short_text_is_one_page_and_an_empty_one_none(void **state)
{
    (void)state;
    char *text = text_with(PAGE, "abc, ", "", 0);
    assert_int_equal(pages_of(text, PAGE, 100).count, 1);
    assert_int_equal(pages_of(text, 1, 100).count, 1);
    assert_int_equal(pages_of(text, 0, 100).count, 0);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_page_ends_behind_the_last_line_end_of_its_later_half),
        cmocka_unit_test(else_behind_the_last_blank_there),
        cmocka_unit_test(else_where_no_word_is_cut),
        cmocka_unit_test(else_at_the_last_character_boundary),
        cmocka_unit_test(a_short_text_is_one_page_and_an_empty_one_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
