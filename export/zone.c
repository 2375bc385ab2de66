#include "export/zone.h"

#include "base/file.h"
#include "base/memory.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

bool zone_is_known(const char *name)
{
    const char *folder = getenv("TZDIR");
    struct stat status;
    if (strcmp(name, "UTC") == 0)
        return true;
    if (name[0] == '\0' || name[0] == '/' || name[0] == ':' || strstr(name, ".."))
        return false;
    char *path = file_join(folder && folder[0] ? folder : "/usr/share/zoneinfo", name);
    bool known = stat(path, &status) == 0 && S_ISREG(status.st_mode);
    free(path);
    return known;
}

int zone_enter(struct zone *zone, const char *name, struct error *err)
{
    const char *before = getenv("TZ");
    if (!zone_is_known(name))
        return error_set(err, ERROR_USAGE, "there is no time zone %.100s on this machine", name);
    zone->before = before ? memory_copy_text(before, strlen(before)) : NULL;
    setenv("TZ", name, 1);
    tzset();
    return 0;
}

void zone_leave(struct zone *zone)
{
    if (zone->before)
        setenv("TZ", zone->before, 1);
    else
        unsetenv("TZ");
    free(zone->before);
    tzset();
}
