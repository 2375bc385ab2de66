#include "base/clock.h"

#include "base/interrupt.h"

#include <time.h>

#define SECOND_US 1000000
#define SLICE_US 100000 /* a signal that another thread took is seen after so long */

int64_t clock_now_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * SECOND_US + now.tv_nsec / 1000;
}

/* On the monotonic clock: setting the other one makes no wait longer. */
static int64_t monotonic_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * SECOND_US + now.tv_nsec / 1000;
}

int clock_sleep_us(int64_t duration_us, struct error *err)
{
    int64_t end = monotonic_us() + duration_us, left;
    while (interrupt_check(err) == 0) {
        left = end - monotonic_us();
        if (left <= 0)
            return 0;
        if (left > SLICE_US)
            left = SLICE_US;
        struct timespec pause = {.tv_nsec = left * 1000};
        nanosleep(&pause, NULL);
    }
    return -1;
}
