/*
 * cases - a table of inputs and the records they must give. Each case is read whole and in blocks
 * of 1 to 31 bytes: the same record; and cut at every byte: one clean end.
 */
#ifndef TESTS_UNIT_PARSER_CASES_H
#define TESTS_UNIT_PARSER_CASES_H

#include "base/memory.h"
#include "tests/unit/parser/record.h"

#include <stdlib.h>

struct parser_case {
    const char *name;
    const char *input;
    size_t length;
    const char *expected; /* the rendering of record.h */
};

#define CASE(name, input, expected)                                                                \
    {                                                                                              \
#name, input, sizeof(input) - 1, expected                                                  \
    }

static inline void assert_same_at_every_read_size(const struct parser_case *parser_case)
{
    for (size_t block = 0; block <= 31; block++) {
        struct record record;
        record_init(&record);
        assert_int_equal(record_read(&record, parser_case->input, parser_case->length, block), 0);
        if (strcmp(buffer_text(&record.all), parser_case->expected) != 0)
            print_message("%s in blocks of %zu bytes\n", parser_case->name, block);
        assert_string_equal(buffer_text(&record.all), parser_case->expected);
        record_release(&record);
    }
}

/* What came of a text is how the whole text begins; a CR may wait for its LF. */
static inline void assert_begins(struct buffer *whole, struct buffer *part)
{
    size_t length = part->length;
    if (length > 0 && part->bytes[length - 1] == '\r' &&
        (length > whole->length || whole->bytes[length - 1] != '\r'))
        length--;
    assert_true(length <= whole->length);
    if (length > 0)
        assert_memory_equal(whole->bytes, part->bytes, length);
}

/* Length of the input up to the end of its first object, of one byte or of two a character. */
static inline size_t object_length(const struct parser_case *parser_case)
{
    int depth = 0;
    bool in_string = false, escaped = false;
    for (size_t i = 0; i < parser_case->length; i++) {
        char byte = parser_case->input[i];
        if (byte == '\0')
            continue;
        if (in_string) {
            in_string = escaped || byte != '"';
            escaped = !escaped && byte == '\\';
            continue;
        }
        in_string = byte == '"';
        depth += byte == '{' || byte == '[';
        depth -= byte == '}' || byte == ']';
        if (depth == 0 && byte == '}')
            return i + 1;
    }
    return parser_case->length;
}

static inline void assert_clean_at_every_cut(const struct parser_case *parser_case)
{
    static struct record whole, record, bytewise;
    record_init(&whole);
    record_read(&whole, parser_case->input, parser_case->length, 0);
    bool was_whole = whole.summary.parse_status < PARSE_TRUNCATED;
    for (size_t length = 0; length < parser_case->length; length++) {
        /* A copy of just this size, so that a sanitizer sees every byte read too far. */
        char *cut = memory_allocate(length);
        memcpy(cut, parser_case->input, length);
        record_init(&record);
        record_init(&bytewise);
        assert_int_equal(record_read(&record, cut, length, 0), 0);
        assert_int_equal(record_read(&bytewise, cut, length, 1), 0);
        assert_same_record(&record, &bytewise);
        if (whole.summary.kind == PACKAGE_TRANSCRIPT) {
            assert_begins(&whole.output, &record.output);
            assert_begins(&whole.error, &record.error);
        }
        bool inside = was_whole && length < object_length(parser_case);
        if (inside && record.summary.kind == PACKAGE_TRANSCRIPT)
            assert_int_equal(record.summary.parse_status, PARSE_TRUNCATED);
        if (record.summary.kind == PACKAGE_FILE)
            assert_int_equal(record.summary.parse_status, PARSE_NONE);
        else
            assert_int_not_equal(record.summary.parse_status, PARSE_NONE);
        record_release(&record);
        record_release(&bytewise);
        free(cut);
    }
    record_release(&whole);
}

static inline void run_case(void **state)
{
    const struct parser_case *parser_case = *state;
    assert_same_at_every_read_size(parser_case);
    assert_clean_at_every_cut(parser_case);
}

/* Runs the table: one test a case. */
static inline int run_cases(const char *group, struct parser_case *cases, size_t count)
{
    struct CMUnitTest *tests = memory_zeroed(count, sizeof *tests);
    for (size_t i = 0; i < count; i++)
        tests[i] = (struct CMUnitTest){
            .name = cases[i].name, .test_func = run_case, .initial_state = &cases[i]};
    int failed = _cmocka_run_group_tests(group, tests, count, NULL, NULL);
    free(tests);
    return failed;
}

#endif
