/* base/time: one text form for every instant. */
#include "base/time.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void assert_parsed(const char *input, const char *wanted)
{
    char text[TIME_TEXT_SIZE];
    assert_int_equal(time_parse(input, strlen(input), text), 0);
    assert_string_equal(text, wanted);
}

static void fractions_of_any_length_become_seven_digits(void **state)
{
    (void)state;
    assert_parsed("2023-03-18T21:04:01Z", "2023-03-18T21:04:01.0000000Z");
    assert_parsed("2023-03-18T21:04:01.92Z", "2023-03-18T21:04:01.9200000Z");
    assert_parsed("2023-03-18T21:02:00.3538594Z", "2023-03-18T21:02:00.3538594Z");
    assert_parsed("2023-03-18T21:02:00.353859499Z", "2023-03-18T21:02:00.3538594Z");
}

static void offsets_are_taken_into_account_and_no_offset_means_utc(void **state)
{
    (void)state;
    assert_parsed("2024-01-01T00:30:00+02:00", "2023-12-31T22:30:00.0000000Z");
    assert_parsed("2024-02-28t23:30:00-01:00", "2024-02-29T00:30:00.0000000Z");
    assert_parsed("2024-01-01 00:00:00", "2024-01-01T00:00:00.0000000Z");
    assert_parsed("0001-01-01T00:00:00Z", "0001-01-01T00:00:00.0000000Z");
}

static void what_is_no_time_is_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {"",
                                      "2023",
                                      "2023-02-29T00:00:00Z",
                                      "2023-13-01T00:00:00Z",
                                      "2023-01-01T24:00:00Z",
                                      "2023-01-01T00:00Z",
                                      "2023-01-01T00:00:00.Z",
                                      "2023-01-01T00:00:00.1234567890Z",
                                      "2023-01-01T00:00:00Zx",
                                      "2023-01-01T00:00:00+2:00",
                                      "20230101T000000Z"};
    char text[TIME_TEXT_SIZE];
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(time_parse(bad[i], strlen(bad[i]), text), -1);
}

static void a_person_may_type_a_date_or_a_span_back(void **state)
{
    (void)state;
    char text[TIME_TEXT_SIZE], now[TIME_TEXT_SIZE], day[TIME_TEXT_SIZE];
    assert_int_equal(time_parse_argument("2024-05-06", text), 0);
    assert_string_equal(text, "2024-05-06T00:00:00.0000000Z");
    time_now(now);
    assert_int_equal(time_parse_argument("36h", text), 0);
    assert_int_equal(time_parse_argument("1d", day), 0);
    assert_true(strcmp(text, day) < 0 && strcmp(day, now) < 0);
    assert_int_equal(time_parse_argument("2024-05-06T07:08:09+02:00", text), 0);
    assert_string_equal(text, "2024-05-06T05:08:09.0000000Z");
    assert_int_equal(time_parse_argument("2024-05-06T07:08:09", text), -1);
    assert_int_equal(time_parse_argument("h", text), -1);
    assert_int_equal(time_parse_argument("7y", text), -1);
    assert_int_equal(time_parse_argument("7d ", text), -1);
}

static void a_time_becomes_seconds_since_1970(void **state)
{
    (void)state;
    int64_t seconds;
    assert_int_equal(time_to_unix("1970-01-01T00:00:00.0000000Z", &seconds), 0);
    assert_int_equal(seconds, 0);
    assert_int_equal(time_to_unix("2024-02-29T12:34:56.7890000Z", &seconds), 0);
    assert_int_equal(seconds, 1709210096);
    assert_int_equal(time_to_unix("2024-02-29", &seconds), -1);
    assert_int_equal(time_to_unix("", &seconds), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fractions_of_any_length_become_seven_digits),
        cmocka_unit_test(offsets_are_taken_into_account_and_no_offset_means_utc),
        cmocka_unit_test(what_is_no_time_is_refused),
        cmocka_unit_test(a_person_may_type_a_date_or_a_span_back),
        cmocka_unit_test(a_time_becomes_seconds_since_1970),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
