/*
 * report_axis - a span of time on a line, and the round times that are written below it. All in UTC, in whole seconds and units
 * of the picture.
 */
#ifndef EXPORT_REPORT_AXIS_H
#define EXPORT_REPORT_AXIS_H

#include <stdbool.h>
#include <stdint.h>

struct report_axis {
    int64_t from, to; /* seconds since 1970; from < to */
    int64_t left, width;
    int64_t step;   /* seconds between ticks; 0: months */
    int64_t months; /* between ticks */
};

/* So that both times, the first not behind the last, lie within it with some room beside them. */
void report_axis_init(struct report_axis *axis, int64_t first, int64_t last, int64_t left,
                      int64_t width);

int64_t report_axis_place(const struct report_axis *axis, int64_t seconds);

/* The first tick behind `seconds`; false when there is none on the axis. */
bool report_axis_next(const struct report_axis *axis, int64_t *seconds);

/* True when ticks lie closer than days, so that they need the time of day. */
bool report_axis_has_clock(const struct report_axis *axis);

#endif
