/*
 * zone - the time zone that localtime_r goes by, for a while. It is the whole process's: no other thread may ask for local times
 * meanwhile.
 */
#ifndef EXPORT_ZONE_H
#define EXPORT_ZONE_H

#include "base/error.h"

#include <stdbool.h>

struct zone {
    char *before; /* of TZ; NULL: it was not set */
};

/* Whether this machine's zoneinfo has it; UTC is always known. */
bool zone_is_known(const char *name);

/* From now on `name` ("Europe/Berlin"), as this machine's zoneinfo has it. ERROR_USAGE when it has none of that name: libc would
 * take UTC for it. After -1 nothing is changed. */
int zone_enter(struct zone *zone, const char *name, struct error *err);

/* As it was before. */
void zone_leave(struct zone *zone);

#endif
