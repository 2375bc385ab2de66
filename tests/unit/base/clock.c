/* base/clock: the clock that waiting goes by. */
#include "base/clock.h"

#include "base/interrupt.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <time.h>

#include <cmocka.h>

static void a_sleep_lasts_at_least_as_long_as_it_should(void **state)
{
    int64_t begin_us = clock_now_us();
    (void)state;
    assert_int_equal(clock_sleep_us(250000, NULL), 0);
    assert_true(clock_now_us() - begin_us >= 249000);
    begin_us = clock_now_us();
    assert_int_equal(clock_sleep_us(-5, NULL), 0);
    assert_int_equal(clock_sleep_us(0, NULL), 0);
    assert_true(clock_now_us() - begin_us < 30000000);
}

static void it_is_the_time_of_the_machine(void **state)
{
    (void)state;
    assert_in_range(clock_now_us() / 1000000, time(NULL) - 1, time(NULL) + 1);
}

/* The last one: the flag stays. */
static void an_interrupt_ends_a_sleep(void **state)
{
    struct error err = {0};
    (void)state;
    interrupt_install();
    raise(SIGTERM);
    assert_int_equal(clock_sleep_us(3600LL * 1000000, &err), -1);
    assert_int_equal(err.code, ERROR_TEMPORARY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sleep_lasts_at_least_as_long_as_it_should),
        cmocka_unit_test(it_is_the_time_of_the_machine),
        cmocka_unit_test(an_interrupt_ends_a_sleep),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
