#include "export/report_axis.h"

#include <stddef.h>
#include <time.h>

#define TICKS_MOST 7
#define MINUTE 60
#define HOUR 3600
#define DAY 86400LL
#define FIRST_MONDAY (4 * DAY) /* 1970-01-05 */
#define SMALLEST_SPAN HOUR

static void choose_step(struct report_axis *axis)
{
    static const int64_t steps[] = {10 * MINUTE, 15 * MINUTE, 30 * MINUTE, HOUR,
                                    2 * HOUR,    3 * HOUR,    6 * HOUR,    12 * HOUR,
                                    DAY,         2 * DAY,     7 * DAY,     14 * DAY};
    static const int64_t months[] = {1, 3, 6, 12, 24, 60, 120, 240, 600, 1200, 6000, 24000};
    int64_t span = axis->to - axis->from;
    size_t i = 0, count = sizeof steps / sizeof *steps;
    while (i < count && span / steps[i] > TICKS_MOST)
        i++;
    axis->step = i < count ? steps[i] : 0;
    count = sizeof months / sizeof *months;
    for (i = 0; i + 1 < count && span / (months[i] * 30 * DAY) > TICKS_MOST; i++)
        ;
    axis->months = months[i];
}

void report_axis_init(struct report_axis *axis, int64_t first, int64_t last, int64_t left,
                      int64_t width)
{
    int64_t room = (last - first) / 40;
    if (last - first < SMALLEST_SPAN)
        room = (SMALLEST_SPAN - (last - first)) / 2 + 1;
    *axis =
        (struct report_axis){.from = first - room, .to = last + room, .left = left, .width = width};
    choose_step(axis);
}

int64_t report_axis_place(const struct report_axis *axis, int64_t seconds)
{
    return axis->left + (seconds - axis->from) * axis->width / (axis->to - axis->from);
}

static int64_t next_month(const struct report_axis *axis, int64_t seconds)
{
    struct tm utc = {0};
    time_t instant = (time_t)seconds;
    if (!gmtime_r(&instant, &utc))
        return axis->to + 1;
    int64_t month = (int64_t)(utc.tm_year + 1900) * 12 + utc.tm_mon;
    month = (month / axis->months + 1) * axis->months;
    utc =
        (struct tm){.tm_year = (int)(month / 12) - 1900, .tm_mon = (int)(month % 12), .tm_mday = 1};
    return (int64_t)timegm(&utc);
}

bool report_axis_next(const struct report_axis *axis, int64_t *seconds)
{
    int64_t next;
    if (axis->step > 0) {
        int64_t zero = axis->step >= 7 * DAY ? FIRST_MONDAY : 0, past = *seconds - zero;
        /* Rounded down, also before 1970. */
        int64_t steps = past / axis->step - (past % axis->step < 0 ? 1 : 0);
        next = (steps + 1) * axis->step + zero;
    } else {
        next = next_month(axis, *seconds);
    }
    *seconds = next;
    return next <= axis->to;
}

bool report_axis_has_clock(const struct report_axis *axis)
{
    return axis->step > 0 && axis->step < DAY;
}
