/*
 * pace - never more calls than the service allows: 100 a minute and 1,500 an hour for a tenant, counted over every
 * process of this user on the machine.
 *
 * The times of the last hour's calls stand in a file of the tenant's in a folder of state; it is read, judged and
 * written under flock. A burst is fine while both windows allow it. A window is PACE_MARGIN_US longer than the
 * service's own: a call that was slow to arrive still counts there when the next ones are quick. What the service
 * itself says (429 with Retry-After) holds for all processes, too.
 */
#ifndef FETCH_PACE_H
#define FETCH_PACE_H

#include "base/error.h"

#include <stdint.h>

#define PACE_MINUTE_CALLS 100
#define PACE_HOUR_CALLS 1500
#define PACE_MARGIN_US 2000000

struct pace;

/* The pace of `tenant` (a tenant's id, or what stands for it; any text) with its file in `folder`, which is made when
 * it is missing. `hour_calls`: at most so many in an hour, 1 to PACE_HOUR_CALLS, so that others have the rest.
 * NULL on an error of the disk. The caller closes. */
struct pace *pace_open(const char *folder, const char *tenant, int64_t hour_calls,
                       struct error *err);
void pace_close(struct pace *pace); /* NULL is fine */

/* Waits until a call may be made and puts it on record: the caller makes it at once. May be called by several
 * threads. -1: interrupted (ERROR_TEMPORARY), or the disk failed; then no call may be made. */
int pace_take(struct pace *pace, struct error *err);

/* The service said to wait: no process takes a call for so many microseconds from now. */
int pace_hold(struct pace *pace, int64_t duration_us, struct error *err);

/* Microseconds until `calls` calls more could all have been made, one after the other without other delay. */
int pace_forecast(struct pace *pace, int64_t calls, int64_t *duration_us, struct error *err);

#endif
