/* base/json_slice: parts of a JSON text as they stand. */
#include "base/json_slice.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct text text_of(const char *string)
{
    return (struct text){string, strlen(string)};
}

static void assert_member(const char *object, const char *key, const char *wanted)
{
    struct text value;
    struct error err = {0};
    if (json_slice_member(text_of(object), key, &value, &err))
        fail_msg("%s", err.message);
    if (!wanted) {
        assert_null(value.bytes);
        return;
    }
    assert_int_equal(value.length, strlen(wanted));
    assert_memory_equal(value.bytes, wanted, value.length);
}

static void a_member_is_cut_out_as_it_stands(void **state)
{
    static const char object[] =
        " { \"a\" : [1, {\"b\":2} ] ,\"b\":\"x\\u0041\\\"\" ,\n\"c\" :-1.50e+3,"
        "\"d\":true,\"e\":null , \"f\":{ } , \"g\":7}  ";
    (void)state;
    assert_member(object, "a", "[1, {\"b\":2} ]");
    assert_member(object, "b", "\"x\\u0041\\\"\"");
    assert_member(object, "c", "-1.50e+3");
    assert_member(object, "d", "true");
    assert_member(object, "e", "null");
    assert_member(object, "f", "{ }");
    assert_member(object, "g", "7");
    assert_member(object, "h", NULL);
    assert_member("{}", "a", NULL);
}

/* Which JSON does not know, but yajl. */
static void a_vertical_tab_or_a_form_feed_is_white_space(void **state)
{
    (void)state;
    assert_member("{\"a\"\v:\f\"x\"\v,\v\"b\":\v[\f]\f}", "a", "\"x\"");
    assert_member("{\"a\"\v:\f\"x\"\v,\v\"b\":\v[\f]\f}", "b", "[\f]");
}

static void of_a_key_given_twice_the_first_counts(void **state)
{
    (void)state;
    assert_member("{\"a\":1,\"b\":{\"a\":2},\"a\":3}", "a", "1");
    assert_member("{\"\\u0061\":1}", "a", "1");
}

static void assert_elements(const char *array, const char *wanted)
{
    struct text *elements;
    size_t count;
    struct error err = {0};
    char got[512] = "";
    if (json_slice_elements(text_of(array), &elements, &count, &err))
        fail_msg("%s", err.message);
    for (size_t i = 0; i < count; i++) {
        size_t length = strlen(got);
        snprintf(got + length, sizeof got - length, "<%.*s>", (int)elements[i].length,
                 elements[i].bytes);
    }
    free(elements);
    assert_string_equal(got, wanted);
}

static void elements_are_cut_out_in_order(void **state)
{
    (void)state;
    assert_elements("[]", "");
    assert_elements(" [ 1 , \"a,b\" ,[ ],{\"k\":[2]}, null,false,12 ] ",
                    "<1><\"a,b\"><[ ]><{\"k\":[2]}><null><false><12>");
}

static void assert_refused(const char *json, const char *message)
{
    struct text *elements = NULL, value;
    size_t count;
    struct error err = {0};
    assert_int_equal(json_slice_elements(text_of(json), &elements, &count, &err), -1);
    assert_null(elements);
    assert_non_null(strstr(err.message, message));
    assert_int_equal(json_slice_member(text_of(json), "a", &value, &err), -1);
    assert_null(value.bytes);
}

static void what_is_broken_is_an_error(void **state)
{
    static const char *const broken[] = {"",     "[1,2",       "{\"a\":1",   "{\"a\" 1}",
                                         "[1]x", "{\"a\":1}{", "[\"a\nb\"]", "{\"a\":tru}"};
    (void)state;
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++)
        assert_refused(broken[i], "not ");
    assert_refused("7", "not a JSON array");
    assert_refused("\"a\"", "not a JSON array");
    char deep[2 * JSON_SLICE_DEPTH + 4] = "";
    memset(deep, '[', JSON_SLICE_DEPTH + 1);
    memset(deep + JSON_SLICE_DEPTH + 1, ']', JSON_SLICE_DEPTH + 1);
    assert_refused(deep, "nested deeper than 64");
}

static void an_object_is_no_array_and_an_array_no_object(void **state)
{
    struct text *elements, value;
    size_t count;
    struct error err = {0};
    (void)state;
    assert_int_equal(json_slice_elements(text_of("{\"a\":1}"), &elements, &count, &err), -1);
    assert_non_null(strstr(err.message, "not a JSON array"));
    assert_int_equal(json_slice_member(text_of("[1]"), "a", &value, &err), -1);
    assert_non_null(strstr(err.message, "not a JSON object"));
}

static void a_text_is_decoded_when_it_is_one_and_fits(void **state)
{
    static const char object[] = "{\"a\":\"x\\u00e9\\n\",\"n\":1,\"z\":\"a\\u0000b\",\"long\":"
                                 "\"12345678\",\"e\":\"\",\"0\":null}";
    char out[8];
    (void)state;
    assert_true(json_slice_text(text_of(object), "a", out, sizeof out));
    assert_string_equal(out, "x\xC3\xA9\n");
    assert_true(json_slice_text(text_of(object), "e", out, sizeof out));
    assert_string_equal(out, "");
    static const char *const none[] = {"n", "z", "long", "0", "absent"};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        assert_false(json_slice_text(text_of(object), none[i], out, sizeof out));
        assert_string_equal(out, "");
    }
    assert_false(json_slice_text(text_of("[1]"), "a", out, sizeof out));
}

static void elements_have_a_ceiling(void **state)
{
    struct text *elements;
    size_t count, most = JSON_SLICE_ELEMENTS;
    struct error err = {0};
    char *json = malloc(2 * most + 8);
    (void)state;
    assert_non_null(json);
    for (size_t i = 0; i <= most; i++)
        memcpy(json + 2 * i, i == 0 ? "[1" : ",1", 2);
    memcpy(json + 2 * most, "]", 2);
    assert_int_equal(json_slice_elements(text_of(json), &elements, &count, &err), 0);
    assert_int_equal(count, most);
    free(elements);
    memcpy(json + 2 * most, ",1]", 4);
    assert_int_equal(json_slice_elements(text_of(json), &elements, &count, &err), -1);
    assert_int_equal(err.code, ERROR_LIMIT);
    free(json);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_member_is_cut_out_as_it_stands),
        cmocka_unit_test(a_vertical_tab_or_a_form_feed_is_white_space),
        cmocka_unit_test(of_a_key_given_twice_the_first_counts),
        cmocka_unit_test(elements_are_cut_out_in_order),
        cmocka_unit_test(what_is_broken_is_an_error),
        cmocka_unit_test(an_object_is_no_array_and_an_array_no_object),
        cmocka_unit_test(a_text_is_decoded_when_it_is_one_and_fits),
        cmocka_unit_test(elements_have_a_ceiling),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
