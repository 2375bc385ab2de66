/*
 * clock - the time that waiting goes by. Everything that paces, backs off or watches a deadline asks here, so
 * that a test can put another clock in its place when it links (tests/unit/fetch/clock_by_hand.h).
 */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include "base/error.h"

#include <stdint.h>

/* Microseconds since 1970, UTC; goes back when the machine's clock is set back. */
int64_t clock_now_us(void);

/* Sleeps so many microseconds (none when negative). -1 with ERROR_TEMPORARY as soon as an interrupt has come
 * (interrupt.h). */
int clock_sleep_us(int64_t duration_us, struct error *err);

#endif
