/* base/base64url: bytes as text that fits a URL. */
#include "base/base64url.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void the_vectors_of_rfc_4648_come_out_and_go_back(void **state)
{
    static const char *const vectors[][2] = {
        {"", ""},           {"f", "Zg"},          {"fo", "Zm8"},          {"foo", "Zm9v"},
        {"foob", "Zm9vYg"}, {"fooba", "Zm9vYmE"}, {"foobar", "Zm9vYmFy"}, {"\xFB\xFF\xBE", "-_--"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
        struct buffer text, bytes;
        buffer_init(&text, 64);
        buffer_init(&bytes, 64);
        assert_int_equal(base64url_encode(&text, vectors[i][0], strlen(vectors[i][0])), 0);
        assert_string_equal(buffer_text(&text), vectors[i][1]);
        assert_true(base64url_decode(&bytes, vectors[i][1], strlen(vectors[i][1])));
        assert_string_equal(buffer_text(&bytes), vectors[i][0]);
        buffer_release(&text);
        buffer_release(&bytes);
    }
}

static void every_byte_survives(void **state)
{
    unsigned char all[256];
    struct buffer text, bytes;
    (void)state;
    for (size_t i = 0; i < sizeof all; i++)
        all[i] = (unsigned char)i;
    buffer_init(&text, 1024);
    buffer_init(&bytes, 1024);
    assert_int_equal(base64url_encode(&text, all, sizeof all), 0);
    assert_int_equal(text.length, 342);
    assert_true(base64url_decode(&bytes, text.bytes, text.length));
    assert_int_equal(bytes.length, sizeof all);
    assert_memory_equal(bytes.bytes, all, sizeof all);
    buffer_release(&text);
    buffer_release(&bytes);
}

static bool is_decoded(const char *text, size_t limit)
{
    struct buffer bytes;
    buffer_init(&bytes, limit);
    bool is = base64url_decode(&bytes, text, strlen(text));
    buffer_release(&bytes);
    return is;
}

static void what_is_not_base64url_is_refused(void **state)
{
    (void)state;
    assert_false(is_decoded("Zm+v", 64));
    assert_false(is_decoded("Zm/v", 64));
    assert_false(is_decoded("Zg==", 64));
    assert_false(is_decoded("Zm9v\n", 64));
    assert_false(is_decoded("Zm9vZ", 64));
}

static void what_does_not_fit_is_refused(void **state)
{
    struct buffer text;
    (void)state;
    buffer_init(&text, 3);
    assert_int_equal(base64url_encode(&text, "foo", 3), -1);
    assert_int_equal(base64url_encode(&text, "foo", SIZE_MAX), -1);
    assert_int_equal(text.length, 0);
    assert_int_equal(base64url_encode(&text, "fo", 2), 0);
    buffer_release(&text);
    assert_true(is_decoded("Zm9v", 3));
    assert_false(is_decoded("Zm9v", 2));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_vectors_of_rfc_4648_come_out_and_go_back),
        cmocka_unit_test(every_byte_survives),
        cmocka_unit_test(what_is_not_base64url_is_refused),
        cmocka_unit_test(what_does_not_fit_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
