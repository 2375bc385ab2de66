/* base/json: what we write, and our own small objects read back. */
#include "base/json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void assert_ended(struct json_writer *writer, const char *wanted)
{
    struct text json = json_writer_end(writer);
    assert_int_equal(json.length, strlen(wanted));
    assert_memory_equal(json.bytes, wanted, json.length);
}

static void an_object_is_written_without_white_space_and_with_escapes(void **state)
{
    (void)state;
    struct json_writer *writer = json_writer_new();
    json_writer_begin(writer);
    json_writer_text(writer, "path", "a\"b\\c\n\x01");
    json_writer_int64(writer, "number", INT64_MIN);
    json_writer_bool(writer, "whole", true);
    json_writer_null(writer, "none");
    json_writer_text_if(writer, "left_out", "");
    json_writer_raw(writer, "raw", "{\"x\":[1]}");
    assert_ended(writer, "{\"path\":\"a\\\"b\\\\c\\n\\u0001\",\"number\":-9223372036854775808,"
                         "\"whole\":true,\"none\":null,\"raw\":{\"x\":[1]}}");
    json_writer_free(writer);
}

static void bytes_that_are_not_utf8_become_replacement_characters(void **state)
{
    (void)state;
    struct json_writer *writer = json_writer_new();
    json_writer_begin(writer);
    json_writer_bytes(writer, "t", (struct text){"a\xFF\xC3", 3});
    assert_ended(writer, "{\"t\":\"a\xEF\xBF\xBD\xEF\xBF\xBD\"}");
    json_writer_free(writer);
}

static void an_unfinished_object_leaves_nothing_in_the_next(void **state)
{
    (void)state;
    struct json_writer *writer = json_writer_new();
    json_writer_begin(writer);
    json_writer_open_array(writer, "left");
    json_writer_begin(writer);
    json_writer_open_array(writer, "rows");
    json_writer_open_element(writer);
    json_writer_int64(writer, "a", 1);
    json_writer_close_element(writer);
    json_writer_close_array(writer);
    assert_ended(writer, "{\"rows\":[{\"a\":1}]}");
    json_writer_free(writer);
}

static void what_was_written_is_read_back(void **state)
{
    (void)state;
    static const char json[] = "{\"number\":7,\"time\":\"x\\u0000y\",\"deep\":{\"number\":8,"
                               "\"a\":[1,{}]},\"flag\":true,\"half\":1.5}";
    struct error err;
    struct json_object *object = json_object_parse(json, strlen(json), &err);
    int64_t number;
    assert_non_null(object);
    assert_true(json_object_int64(object, "number", &number));
    assert_true(number == 7);
    assert_int_equal(json_object_bytes(object, "time").length, 3);
    assert_null(json_object_text(object, "number"));
    assert_null(json_object_text(object, "deep"));
    assert_false(json_object_int64(object, "flag", &number));
    assert_false(json_object_int64(object, "half", &number));
    assert_false(json_object_int64(object, "a", &number));
    json_object_free(object);
}

static void anything_but_one_whole_object_is_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {"",
                                      "{",
                                      "[]",
                                      "7",
                                      "{\"a\":}",
                                      "{}{}",
                                      "{\"a\":1",
                                      "{\"a\":1,\"a\":2}",
                                      "null",
                                      "{} x",
                                      "{\"a\":\"\x01\"}"};
    struct error err = {0};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_null(json_object_parse(bad[i], strlen(bad[i]), &err));
        assert_int_equal(err.code, ERROR_INVALID);
    }
}

static void nesting_and_key_count_have_a_ceiling(void **state)
{
    (void)state;
    struct error err;
    struct buffer deep, wide;
    buffer_init(&deep, 4096);
    buffer_init(&wide, 4096);
    text_printf(&deep, "{\"a\":");
    for (int i = 0; i < 100; i++)
        text_printf(&deep, "[");
    for (int i = 0; i < 100; i++)
        text_printf(&deep, "]");
    text_printf(&deep, "}");
    assert_null(json_object_parse(deep.bytes, deep.length, &err));
    text_printf(&wide, "{\"k\":0");
    for (int i = 0; i < JSON_OBJECT_FIELDS; i++)
        text_printf(&wide, ",\"k%d\":%d", i, i);
    text_printf(&wide, "}");
    assert_null(json_object_parse(wide.bytes, wide.length, &err));
    buffer_release(&deep);
    buffer_release(&wide);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_object_is_written_without_white_space_and_with_escapes),
        cmocka_unit_test(bytes_that_are_not_utf8_become_replacement_characters),
        cmocka_unit_test(an_unfinished_object_leaves_nothing_in_the_next),
        cmocka_unit_test(what_was_written_is_read_back),
        cmocka_unit_test(anything_but_one_whole_object_is_refused),
        cmocka_unit_test(nesting_and_key_count_have_a_ceiling),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
