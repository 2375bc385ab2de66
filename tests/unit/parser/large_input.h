#ifndef TESTS_UNIT_PARSER_LARGE_INPUT_H
#define TESTS_UNIT_PARSER_LARGE_INPUT_H

/* Inputs that are put together piece by piece. Each is read in blocks of 1, 7 and 31 bytes, 4 KiB, 64 KiB
 * and whole, and gives the same record and the same pages. */
#include "tests/unit/parser/record.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static struct buffer input;

static inline int begin(void **state)
{
    (void)state;
    buffer_init(&input, RECORD_LIMIT);
    return 0;
}

static inline int end(void **state)
{
    (void)state;
    buffer_release(&input);
    return 0;
}

static inline void put(const char *text)
{
    assert_int_equal(buffer_append(&input, text, strlen(text)), 0);
}

static inline void put_times(const char *text, size_t times)
{
    while (times-- > 0)
        put(text);
}

static inline void put_byte_times(char byte, size_t times)
{
    buffer_reserve(&input, input.length + times);
    memset(input.bytes + input.length, byte, times);
    input.length += times;
}

/* Reads `input` in every block size. The caller releases the record. */
static inline void read_all_ways(struct record *record)
{
    static const size_t blocks[] = {1, 7, 31, 4096, 65536};
    record_init(record);
    assert_int_equal(record_read(record, input.bytes, input.length, 0), 0);
    for (size_t i = 0; i < COUNT(blocks); i++) {
        static struct record other;
        record_init(&other);
        assert_int_equal(record_read(&other, input.bytes, input.length, blocks[i]), 0);
        assert_same_record(record, &other);
        record_release(&other);
    }
}

static inline bool rendered(struct record *record, const char *text)
{
    return strstr(buffer_text(&record->all), text) != NULL;
}

static inline void assert_rendered(struct record *record, const char *text)
{
    if (!rendered(record, text))
        print_message("without \"%s\":\n%.2000s\n", text, buffer_text(&record->all));
    assert_true(rendered(record, text));
}

static struct record record;

#define LARGE(test) cmocka_unit_test_setup_teardown(test, begin, end)

#endif
