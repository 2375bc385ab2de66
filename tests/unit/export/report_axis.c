/* The axis of the report's picture. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/time.h"
#include "export/report_axis.h"

#include <stdio.h>
#include <string.h>

static struct report_axis axis_of(const char *first, const char *last)
{
    struct report_axis axis;
    int64_t from, to;
    assert_int_equal(time_to_unix(first, &from), 0);
    assert_int_equal(time_to_unix(last, &to), 0);
    report_axis_init(&axis, from, to, 100, 600);
    assert_in_range(report_axis_place(&axis, from), 100, 700);
    assert_in_range(report_axis_place(&axis, to), 100, 700);
    return axis;
}

static void assert_ticks(const char *first, const char *last, const char *expected)
{
    struct report_axis axis = axis_of(first, last);
    char ticks[1024] = "", time[TIME_TEXT_SIZE];
    int64_t at = axis.from - 1;
    while (report_axis_next(&axis, &at)) {
        time_from_unix(at, 0, time);
        snprintf(ticks + strlen(ticks), sizeof ticks - strlen(ticks), "%s%.16s",
                 ticks[0] ? " " : "", time);
    }
    assert_string_equal(ticks, expected);
}

static void one_instant_stands_in_the_middle_of_an_hour(void **state)
{
    (void)state;
    struct report_axis axis = axis_of("2023-03-18T10:30:00Z", "2023-03-18T10:30:00Z");
    assert_int_equal(report_axis_place(&axis, (axis.from + axis.to) / 2), 400);
    assert_ticks("2023-03-18T10:30:00Z", "2023-03-18T10:30:00Z",
                 "2023-03-18T10:00 2023-03-18T10:10 2023-03-18T10:20 2023-03-18T10:30 "
                 "2023-03-18T10:40 2023-03-18T10:50 2023-03-18T11:00");
    assert_true(report_axis_has_clock(&axis));
}

static void weeks_begin_on_mondays(void **state)
{
    (void)state;
    assert_ticks("2026-03-01T00:00:00Z", "2026-03-30T00:00:00Z",
                 "2026-03-02T00:00 2026-03-09T00:00 2026-03-16T00:00 2026-03-23T00:00 "
                 "2026-03-30T00:00");
}

static void months_and_years_begin_on_their_first_day(void **state)
{
    (void)state;
    assert_ticks("2023-11-20T00:00:00Z", "2024-03-20T00:00:00Z",
                 "2023-12-01T00:00 2024-01-01T00:00 2024-02-01T00:00 2024-03-01T00:00");
    assert_ticks("2019-06-01T00:00:00Z", "2023-06-01T00:00:00Z",
                 "2020-01-01T00:00 2021-01-01T00:00 2022-01-01T00:00 2023-01-01T00:00");
}

static void days_before_1970_are_days_too(void **state)
{
    (void)state;
    assert_ticks("1969-12-30T12:00:00Z", "1970-01-02T12:00:00Z",
                 "1969-12-30T12:00 1969-12-31T00:00 1969-12-31T12:00 1970-01-01T00:00 "
                 "1970-01-01T12:00 1970-01-02T00:00 1970-01-02T12:00");
}

static void the_longest_span_has_few_ticks(void **state)
{
    (void)state;
    struct report_axis axis = axis_of("0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z");
    int ticks = 0;
    for (int64_t at = axis.from - 1; report_axis_next(&axis, &at);)
        ticks++;
    assert_in_range(ticks, 3, 9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_instant_stands_in_the_middle_of_an_hour),
        cmocka_unit_test(weeks_begin_on_mondays),
        cmocka_unit_test(months_and_years_begin_on_their_first_day),
        cmocka_unit_test(days_before_1970_are_days_too),
        cmocka_unit_test(the_longest_span_has_few_ticks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
