/* Identifiers of names. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/uuid.h"

static const unsigned char dns[UUID_SIZE] = {0x6b, 0xa7, 0xb8, 0x10, 0x9d, 0xad, 0x11, 0xd1,
                                             0x80, 0xb4, 0x00, 0xc0, 0x4f, 0xd4, 0x30, 0xc8};

static void the_example_of_the_rfc_comes_out_as_it_is_printed_there(void **state)
{
    char text[UUID_TEXT_SIZE];
    (void)state;
    uuid_of_name(dns, "www.example.com", 15, text);
    assert_string_equal(text, "2ed6657d-e927-568b-95e1-2665a8aea6a2");
}

static void another_name_and_another_name_space_give_another_identifier(void **state)
{
    unsigned char other[UUID_SIZE] = {1};
    char a[UUID_TEXT_SIZE], b[UUID_TEXT_SIZE];
    (void)state;
    uuid_of_name(dns, "www.example.com", 15, a);
    uuid_of_name(dns, "www.example.con", 15, b);
    assert_string_not_equal(a, b);
    uuid_of_name(other, "www.example.com", 15, b);
    assert_string_not_equal(a, b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_example_of_the_rfc_comes_out_as_it_is_printed_there),
        cmocka_unit_test(another_name_and_another_name_space_give_another_identifier),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
