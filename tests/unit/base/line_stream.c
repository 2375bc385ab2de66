/* base/line_stream: lines come whole, whatever the reads, up to a ceiling. */
#include "base/line_stream.h"

#include "base/error.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Gives bytes, and then the same error again and again. */
struct broken_stream {
    struct stream stream;
    struct memory_stream memory;
};

static ssize_t broken_read(struct stream *base, void *bytes, size_t size, struct error *err)
{
    struct broken_stream *broken = (struct broken_stream *)base;
    ssize_t got = stream_read(&broken->memory.stream, bytes, size, err);
    return got > 0 ? got : error_set(err, ERROR_IO, "the cable is out");
}

static void assert_next(struct line_stream *lines, const char *bytes, size_t length)
{
    struct error err = {0};
    struct text line;
    assert_int_equal(line_stream_next(lines, &line, &err), 1);
    assert_int_equal(line.length, length);
    assert_memory_equal(line.bytes, bytes, length);
}

static void assert_end(struct line_stream *lines)
{
    struct error err = {0};
    struct text line;
    for (int i = 0; i < 3; i++)
        assert_int_equal(line_stream_next(lines, &line, &err), 0);
}

static void assert_failure(struct line_stream *lines, enum error_code code)
{
    for (int i = 0; i < 3; i++) {
        struct error err = {0};
        struct text line;
        assert_int_equal(line_stream_next(lines, &line, &err), -1);
        assert_int_equal(err.code, code);
    }
}

static void lines_are_the_same_at_every_read_size(void **state)
{
    static const char text[] = "one\n\ntwo\0and\0NUL\n\r\n1234567890\nlast";
    (void)state;
    for (size_t block = 0; block <= 31; block++) {
        struct memory_stream in;
        struct line_stream lines;
        memory_stream_init(&in, text, sizeof text - 1, block);
        line_stream_init(&lines, &in.stream, 11);
        assert_next(&lines, "one", 3);
        assert_next(&lines, "", 0);
        assert_next(&lines, "two\0and\0NUL", 11);
        assert_next(&lines, "\r", 1);
        assert_next(&lines, "1234567890", 10);
        assert_int_equal(lines.number, 5);
        assert_next(&lines, "last", 4);
        assert_end(&lines);
        assert_int_equal(lines.number, 6);
        line_stream_release(&lines);
    }
}

static void a_line_of_the_ceiling_fits_and_one_byte_more_does_not(void **state)
{
    static const char *const texts[] = {"12345678\nx", "12345678", "x\n12345678\n"};
    static const char *const longer[] = {"123456789\nx", "123456789", "123456789\n"};
    (void)state;
    for (size_t block = 0; block <= 31; block++)
        for (int i = 0; i < 3; i++) {
            struct memory_stream in;
            struct line_stream lines;
            memory_stream_init(&in, texts[i], strlen(texts[i]), block);
            line_stream_init(&lines, &in.stream, 8);
            if (i == 2)
                assert_next(&lines, "x", 1);
            assert_next(&lines, "12345678", 8);
            line_stream_release(&lines);
            memory_stream_init(&in, longer[i], strlen(longer[i]), block);
            line_stream_init(&lines, &in.stream, 8);
            assert_failure(&lines, ERROR_LIMIT);
            line_stream_release(&lines);
        }
}

static void a_line_that_is_too_long_is_named_by_its_number(void **state)
{
    struct memory_stream in;
    struct line_stream lines;
    struct error err = {0};
    struct text line;
    (void)state;
    memory_stream_init(&in, "a\nb\n123456789\nc\n", 16, 0);
    line_stream_init(&lines, &in.stream, 8);
    assert_next(&lines, "a", 1);
    assert_next(&lines, "b", 1);
    assert_int_equal(line_stream_next(&lines, &line, &err), -1);
    assert_string_equal(err.message, "line 3 is longer than 8 bytes");
    line_stream_release(&lines);
}

static void an_empty_stream_has_no_line_and_one_line_end_has_one(void **state)
{
    struct memory_stream in;
    struct line_stream lines;
    (void)state;
    memory_stream_init(&in, "", 0, 0);
    line_stream_init(&lines, &in.stream, 0);
    assert_end(&lines);
    line_stream_release(&lines);
    memory_stream_init(&in, "\n", 1, 0);
    line_stream_init(&lines, &in.stream, 0);
    assert_next(&lines, "", 0);
    assert_end(&lines);
    line_stream_release(&lines);
}

static void what_came_before_an_error_is_given_and_the_error_stays(void **state)
{
    (void)state;
    for (size_t block = 0; block <= 31; block++) {
        struct broken_stream in = {.stream = {.read = broken_read}};
        struct line_stream lines;
        memory_stream_init(&in.memory, "one\ntwo\nthr", 11, block);
        line_stream_init(&lines, &in.stream, 100);
        assert_next(&lines, "one", 3);
        assert_next(&lines, "two", 3);
        assert_failure(&lines, ERROR_IO);
        line_stream_release(&lines);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_are_the_same_at_every_read_size),
        cmocka_unit_test(a_line_of_the_ceiling_fits_and_one_byte_more_does_not),
        cmocka_unit_test(a_line_that_is_too_long_is_named_by_its_number),
        cmocka_unit_test(an_empty_stream_has_no_line_and_one_line_end_has_one),
        cmocka_unit_test(what_came_before_an_error_is_given_and_the_error_stays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
