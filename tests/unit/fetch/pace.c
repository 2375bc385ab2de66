/* fetch/pace: never one call past what the service allows. */
#include "fetch/pace.h"

#include "tests/unit/fetch/clock_by_hand.h"
#include "tests/unit/scratch.h"

#include <pthread.h>
#include <sys/wait.h>

#define SECOND_US 1000000LL
#define MINUTE_US (60 * SECOND_US)
#define HOUR_US (3600 * SECOND_US)
#define CALLS_MOST 20000

static struct pace *open_pace(int64_t hour_calls)
{
    struct error err = {0};
    struct pace *pace = pace_open(scratch_path("state"), "tenant", hour_calls, &err);
    if (!pace)
        fail_msg("%s", err.message);
    return pace;
}

static int64_t take(struct pace *pace)
{
    struct error err = {0};
    if (pace_take(pace, &err))
        fail_msg("%s", err.message);
    return clock_now_us();
}

/* As the service counts: no window of that length, wherever it begins, holds more. */
static void assert_within(const int64_t *calls, size_t count, size_t most, int64_t window_us)
{
    for (size_t i = most; i < count; i++)
        if (calls[i] - calls[i - most] < window_us)
            fail_msg("call %zu is the %zuth within %lld us", i, most + 1,
                     (long long)(calls[i] - calls[i - most]));
}

static void no_minute_and_no_hour_holds_more_than_the_service_allows(void **state)
{
    static int64_t calls[CALLS_MOST];
    struct pace *pace = open_pace(PACE_HOUR_CALLS);
    int64_t begin_us = clock_now_us();
    (void)state;
    for (size_t i = 0; i < 4000; i++) {
        calls[i] = take(pace);
        /* Work of all lengths between the calls, and now and then a pause. */
        clock_sleep_us((int64_t)(i * 7919 % 500) * 1000 + (i % 997 == 0 ? 90 * SECOND_US : 0),
                       NULL);
    }
    assert_within(calls, 4000, PACE_MINUTE_CALLS, MINUTE_US);
    assert_within(calls, 4000, PACE_HOUR_CALLS, HOUR_US);
    /* And what is allowed is used: 4,000 calls need two full hours and the third's part. */
    assert_true(calls[3999] - begin_us < 2 * HOUR_US + HOUR_US / 2);
    pace_close(pace);
}

static void a_burst_is_not_slowed_while_both_windows_allow_it(void **state)
{
    struct pace *pace = open_pace(PACE_HOUR_CALLS);
    int64_t begin_us = clock_now_us();
    (void)state;
    for (int i = 0; i < PACE_MINUTE_CALLS; i++)
        assert_int_equal(take(pace), begin_us);
    assert_true(take(pace) >= begin_us + MINUTE_US);
    pace_close(pace);
}

static void another_run_knows_of_the_calls_before(void **state)
{
    int64_t begin_us = clock_now_us();
    struct pace *pace;
    (void)state;
    for (int run = 0; run < 4; run++) {
        pace = open_pace(PACE_HOUR_CALLS);
        for (int i = 0; i < PACE_MINUTE_CALLS / 4; i++)
            assert_int_equal(take(pace), begin_us);
        pace_close(pace);
    }
    pace = open_pace(PACE_HOUR_CALLS);
    assert_true(take(pace) > begin_us);
    pace_close(pace);
}

/* None is lost and none is free: together they take as long as one alone would. */
static void processes_share_the_limits(void **state)
{
    struct error err = {0};
    struct pace *pace = open_pace(PACE_HOUR_CALLS);
    int64_t begin_us = clock_now_us(), alone_us;
    (void)state;
    assert_int_equal(pace_forecast(pace, 2000, &alone_us, &err), 0);
    pace_close(pace);
    for (int process = 0; process < 4; process++) {
        if (fork() != 0)
            continue;
        pace = open_pace(PACE_HOUR_CALLS);
        for (int i = 0; i < 500; i++)
            if (pace_take(pace, NULL))
                _exit(1);
        _exit(0);
    }
    for (int process = 0, status; process < 4; process++) {
        assert_true(wait(&status) > 0);
        assert_int_equal(status, 0);
    }
    assert_int_equal(clock_now_us() - begin_us, alone_us);
}

static void *take_many(void *context)
{
    for (int i = 0; i < 100; i++)
        if (pace_take(context, NULL))
            abort();
    return NULL;
}

static void threads_of_a_process_lose_no_call(void **state)
{
    struct pace *pace = open_pace(PACE_HOUR_CALLS);
    pthread_t threads[4];
    int64_t begin_us = clock_now_us();
    (void)state;
    for (int i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, take_many, pace), 0);
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    /* 400 calls: the last hundred may begin after three minutes. */
    assert_true(clock_now_us() - begin_us >= 3 * MINUTE_US);
    assert_true(clock_now_us() - begin_us < 4 * MINUTE_US);
    pace_close(pace);
}

static void a_lower_limit_leaves_the_rest_to_others(void **state)
{
    struct pace *pace = open_pace(10);
    int64_t begin_us = clock_now_us();
    (void)state;
    for (int i = 0; i < 10; i++)
        assert_int_equal(take(pace), begin_us);
    assert_true(take(pace) >= begin_us + HOUR_US);
    pace_close(pace);
}

static void what_the_service_says_holds_for_all(void **state)
{
    struct pace *pace = open_pace(PACE_HOUR_CALLS), *other = open_pace(PACE_HOUR_CALLS);
    struct error err = {0};
    int64_t begin_us = clock_now_us();
    (void)state;
    assert_int_equal(pace_hold(pace, 30 * SECOND_US, &err), 0);
    assert_int_equal(pace_hold(pace, 5 * SECOND_US, &err),
                     0); /* a shorter one ends no longer one */
    assert_int_equal(take(other), begin_us + 30 * SECOND_US);
    pace_close(pace);
    pace_close(other);
}

static void tenants_have_limits_of_their_own(void **state)
{
    struct error err = {0};
    struct pace *pace = open_pace(PACE_HOUR_CALLS);
    struct pace *other = pace_open(scratch_path("state"), "another", PACE_HOUR_CALLS, &err);
    int64_t begin_us = clock_now_us();
    (void)state;
    assert_non_null(other);
    for (int i = 0; i < PACE_MINUTE_CALLS; i++)
        take(pace);
    assert_int_equal(take(other), begin_us);
    pace_close(pace);
    pace_close(other);
}

static void a_clock_that_is_set_back_blocks_nobody_for_longer_than_an_hour(void **state)
{
    struct pace *pace = open_pace(PACE_HOUR_CALLS);
    struct error err = {0};
    (void)state;
    for (int i = 0; i < PACE_MINUTE_CALLS; i++)
        take(pace);
    assert_int_equal(pace_hold(pace, 10 * HOUR_US, &err), 0);
    atomic_fetch_sub(hand_us, 24 * 365 * HOUR_US);
    int64_t begin_us = clock_now_us();
    assert_true(take(pace) - begin_us <= HOUR_US + PACE_MARGIN_US);
    pace_close(pace);
}

static void a_file_that_is_not_whole_counts_as_a_full_minute(void **state)
{
    static const char *const broken[] = {"lrarchive-pace 1 0\n17", "\n", "x", "lrarchive-pace 1 ",
                                         "lrarchive-pace 1 0\nabc\n"};
    (void)state;
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
        struct pace *pace = open_pace(PACE_HOUR_CALLS);
        take(pace);
        assert_int_equal(scratch_run("for f in state/pace-*; do printf '%s' >$f; done", broken[i]),
                         0);
        int64_t begin_us = clock_now_us();
        assert_true(take(pace) >= begin_us + MINUTE_US);
        pace_close(pace);
    }
}

static void a_forecast_is_what_then_happens(void **state)
{
    struct pace *pace = open_pace(PACE_HOUR_CALLS);
    struct error err = {0};
    (void)state;
    for (int i = 0; i < 60; i++)
        take(pace);
    for (int64_t count = 1; count < 3000; count = count * 5 + 3) {
        int64_t begin_us = clock_now_us(), forecast_us;
        assert_int_equal(pace_forecast(pace, count, &forecast_us, &err), 0);
        for (int64_t i = 0; i < count; i++)
            take(pace);
        assert_int_equal(clock_now_us() - begin_us, forecast_us);
    }
    pace_close(pace);
}

static void a_folder_that_cannot_be_made_is_an_error(void **state)
{
    struct error err = {0};
    (void)state;
    assert_null(pace_open(scratch_path("no/such/folder"), "tenant", PACE_HOUR_CALLS, &err));
    assert_int_equal(err.code, ERROR_IO);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        scratch_test(no_minute_and_no_hour_holds_more_than_the_service_allows),
        scratch_test(a_burst_is_not_slowed_while_both_windows_allow_it),
        scratch_test(another_run_knows_of_the_calls_before),
        scratch_test(processes_share_the_limits),
        scratch_test(threads_of_a_process_lose_no_call),
        scratch_test(a_lower_limit_leaves_the_rest_to_others),
        scratch_test(what_the_service_says_holds_for_all),
        scratch_test(tenants_have_limits_of_their_own),
        scratch_test(a_clock_that_is_set_back_blocks_nobody_for_longer_than_an_hour),
        scratch_test(a_file_that_is_not_whole_counts_as_a_full_minute),
        scratch_test(a_forecast_is_what_then_happens),
        scratch_test(a_folder_that_cannot_be_made_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
