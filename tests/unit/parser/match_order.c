/* parser/match: literals at random, and the order in which matches are told. */
#include "base/memory.h"
#include "tests/unit/parser/match_check.h"
#include "tests/unit/random.h"

#include <locale.h>

static void add_random(struct buffer *out, const char *const *letters, size_t count, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        const char *letter = letters[next_random((uint32_t)count)];
        (void)buffer_append(out, letter, strlen(letter));
    }
}

static void random_texts_hold_what_a_naive_search_finds(void **state)
{
    (void)state;
    static const char *const letters[] = {"a",
                                          "A",
                                          "b",
                                          ".",
                                          "-",
                                          "\n",
                                          "_",
                                          "1",
                                          ":",
                                          "k",
                                          "\xC3\xBC",
                                          "\xC3\x9C",
                                          "\xE2\x84\xAA",
                                          "s",
                                          "\xCF\x83",
                                          "\xCE\xA3",
                                          "\xC8\xBA",
                                          "\xE2\xB1\xA5",
                                          "\xC3\x9F"};
    for (int round = 0; round < 60; round++) {
        size_t count = 1 + next_random(5), kinds = 2 + next_random(17);
        struct text literals[5];
        struct buffer words[5], text;
        for (size_t i = 0; i < count; i++) {
            buffer_init(&words[i], 64);
            add_random(&words[i], letters, kinds < 5 ? kinds : 5, 1);
            for (size_t more = next_random(4); more > 0; more--) {
                size_t letter = next_random((uint32_t)kinds);
                if (letters[letter][0] != '\n')
                    text_printf(&words[i], "%s", letters[letter]);
            }
            literals[i] = (struct text){words[i].bytes, words[i].length};
        }
        buffer_init(&text, 1024);
        add_random(&text, letters, kinds, 60);
        for (unsigned flags = 0; flags < 8; flags++)
            assert_as_naive(literals, count, flags, (struct text){text.bytes, text.length});
        for (size_t i = 0; i < count; i++)
            buffer_release(&words[i]);
        buffer_release(&text);
    }
}

/* ---- order ---- */

/* Vectorscan tells of the last text's `Ak` behind the `A` that follows it. */
static void matches_are_told_in_order_of_their_ends_with_letters_beyond_ascii_too(void **state)
{
    (void)state;
    struct text literals[] = {T("A-"), T("ab\xC3\x9C"), T("a\xE2\x84\xAA"), T("a"), T("a..")};
    static const char *const texts[] = {"k1aA-kA--A-.-ba\u212Aa.a1", "\n1A.A1-\nbakA.b1k1A_--",
                                        "a1..bkk_.1Ab\n_bbAkAA"};
    struct matcher *matcher = new_matcher(literals, 5, 0);
    struct buffer found;
    buffer_init(&found, 1024);
    for (size_t i = 0; i < 3; i++) {
        buffer_clear(&found);
        matcher_begin(matcher, keep, &found);
        feed(matcher, T(texts[i]), 0, strlen(texts[i]), &found);
        assert_true(found.length > 0);
    }
    matcher_free(matcher);
    buffer_release(&found);
}

static void none_is_lost_where_a_piece_holds_more_matches_than_are_put_in_order(void **state)
{
    (void)state;
    char *text = memory_allocate(3 * MATCH_ORDERED);
    memset(text, 'a', 3 * MATCH_ORDERED);
    struct matcher *matcher = new_matcher(TEXTS({"a", 1}, {"aa", 2}, {"\xC3\xBC", 2}), 3, 0);
    struct buffer found;
    buffer_init(&found, 1 << 24);
    matcher_begin(matcher, keep, &found);
    assert_int_equal(matcher_feed(matcher, (struct text){text, 3 * MATCH_ORDERED}, &err), 0);
    assert_int_equal(matcher_end(matcher, &err), 0);
    assert_int_equal(found.length / sizeof(struct match), 2 * 3 * MATCH_ORDERED - 1);
    assert_in_order(&found, 0);
    matcher_free(matcher);
    buffer_release(&found);
    free(text);
}

int main(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_texts_hold_what_a_naive_search_finds),
        cmocka_unit_test(matches_are_told_in_order_of_their_ends_with_letters_beyond_ascii_too),
        cmocka_unit_test(none_is_lost_where_a_piece_holds_more_matches_than_are_put_in_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
