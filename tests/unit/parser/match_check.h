/*
 * match_check - literals' matches, compared with those of the naive search, whole and in pieces. For
 * cmocka tests.
 */
#ifndef TESTS_UNIT_PARSER_MATCH_CHECK_H
#define TESTS_UNIT_PARSER_MATCH_CHECK_H

#include "base/error.h"
#include "tests/unit/parser/naive_match.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct error err;

static inline struct text T(const char *text) {
    return (struct text){text, strlen(text)};
}

static inline int
keep(void *context, const struct match *match, struct error *why)
{
    struct match copy;
    (void)why;
    memset(&copy, 0, sizeof copy); /* its padding, too: matches are compared as bytes */
    copy.start = match->start;
    copy.end = match->end;
    copy.pattern = match->pattern;
    return buffer_append(context, &copy, sizeof copy);
}

/* Literals in place. */
#define TEXTS(...) ((const struct text[]){__VA_ARGS__})

static inline struct matcher *new_matcher(const struct text *literals, size_t count, unsigned flags)
{
    struct matcher *matcher = matcher_new_literals(literals, count, flags, &err);
    if (!matcher)
        fail_msg("%s", err.message);
    return matcher;
}

/* In lines a piece ends where a character does. */
static inline size_t piece_end(struct text text, size_t wanted, unsigned flags)
{
    if (wanted >= text.length)
        return text.length;
    while (!(flags & MATCH_BYTES) && wanted < text.length &&
           ((unsigned char)text.bytes[wanted] & 0xC0) == 0x80)
        wanted++;
    return wanted;
}

static inline void assert_in_order(const struct buffer *found, size_t from)
{
    const struct match *matches = (const struct match *)found->bytes;
    for (size_t i = from / sizeof *matches + 1; i < found->length / sizeof *matches; i++)
        assert_true(matches[i - 1].end <= matches[i].end);
}

static inline void feed(struct matcher *matcher, struct text text, size_t start, size_t end,
                        struct buffer *found)
{
    size_t before = found->length;
    if (matcher_feed(matcher, (struct text){text.bytes + start, end - start}, &err))
        fail_msg("bytes %zu to %zu of %.200s: %s", start, end, text.bytes, err.message);
    assert_in_order(found, before);
}

/* The matches in pieces: the first of `first` bytes, then of `size`. */
static inline void find(struct matcher *matcher, struct text text, size_t first, size_t size,
                        unsigned flags, struct buffer *found)
{
    size_t start = 0, end = piece_end(text, first, flags);
    buffer_clear(found);
    matcher_begin(matcher, keep, found);
    while (start < text.length) {
        feed(matcher, text, start, end, found);
        start = end;
        end = piece_end(text, end + size, flags);
    }
    assert_int_equal(matcher_end(matcher, &err), 0);
    naive_sort(found);
}

static inline void assert_found(const struct buffer *expected, const struct buffer *found,
                                struct text text, const char *how, size_t size)
{
    if (expected->length == found->length &&
        (expected->length == 0 || memcmp(expected->bytes, found->bytes, found->length) == 0))
        return;
    const struct match *e = (const struct match *)expected->bytes;
    const struct match *f = (const struct match *)found->bytes;
    for (size_t i = 0; i < expected->length / sizeof *e; i++)
        print_message("expected %d-%d of %u\n", (int)e[i].start, (int)e[i].end, e[i].pattern);
    for (size_t i = 0; i < found->length / sizeof *f; i++)
        print_message("found    %d-%d of %u\n", (int)f[i].start, (int)f[i].end, f[i].pattern);
    fail_msg("%s %zu of %.*s", how, size, (int)text.length, text.bytes);
}

/* The same matches as the naive search, at every size of pieces and every cut. */
static inline void assert_as_naive(const struct text *literals, size_t count, unsigned flags,
                                   struct text text)
{
    struct buffer expected, found;
    struct matcher *matcher = new_matcher(literals, count, flags);
    buffer_init(&expected, 1 << 24);
    buffer_init(&found, 1 << 24);
    naive_find(text, literals, count, flags, &expected);
    naive_sort(&expected);
    find(matcher, text, text.length, 1, flags, &found);
    assert_found(&expected, &found, text, "the whole", 0);
    for (size_t size = 1; size <= 31; size++) {
        find(matcher, text, size, size, flags, &found);
        assert_found(&expected, &found, text, "in pieces of", size);
    }
    for (size_t cut = 1; cut < text.length; cut++) {
        find(matcher, text, cut, text.length, flags, &found);
        assert_found(&expected, &found, text, "cut at", cut);
    }
    buffer_release(&expected);
    buffer_release(&found);
    matcher_free(matcher);
}

#endif
