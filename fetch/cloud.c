#include "fetch/cloud.h"

#include "base/text.h"

#define SCOPE "https://api.securitycenter.microsoft.com/.default"
#define LOGIN "https://login.microsoftonline.com"
#define LOGIN_GOVERNMENT "https://login.microsoftonline.us"
#define GCC "https://api-gcc.securitycenter.microsoft.us"
#define GOVERNMENT "https://api-gov.securitycenter.microsoft.us"
/* GCC lies partly in the commercial cloud, so link_parse's own hosts, which are of both, hold for it. The other two
 * are a cloud of their own: a link that leads out of it is not followed. */
#define BLOBS_GOVERNMENT "*.blob.core.usgovcloudapi.net"

static const struct cloud clouds[] = {
    {"commercial", "https://api.security.microsoft.com", LOGIN, SCOPE, NULL},
    {"us", "https://us.api.security.microsoft.com", LOGIN, SCOPE, NULL},
    {"eu", "https://eu.api.security.microsoft.com", LOGIN, SCOPE, NULL},
    {"uk", "https://uk.api.security.microsoft.com", LOGIN, SCOPE, NULL},
    {"au", "https://au.api.security.microsoft.com", LOGIN, SCOPE, NULL},
    {"gcc", GCC, LOGIN, GCC "/.default", NULL},
    {"gcc-high", GOVERNMENT, LOGIN_GOVERNMENT, GOVERNMENT "/.default", BLOBS_GOVERNMENT},
    {"dod", GOVERNMENT, LOGIN_GOVERNMENT, GOVERNMENT "/.default", BLOBS_GOVERNMENT},
};

#define CLOUD_COUNT (sizeof clouds / sizeof *clouds)

const struct cloud *cloud_find(const char *name)
{
    for (size_t i = 0; i < CLOUD_COUNT; i++)
        if (text_equal_fold(name, clouds[i].name))
            return &clouds[i];
    return NULL;
}

void cloud_names(struct buffer *out)
{
    for (size_t i = 0; i < CLOUD_COUNT; i++)
        text_printf(out, "%s%s",
                    i == 0                 ? ""
                    : i + 1 == CLOUD_COUNT ? " or "
                                           : ", ",
                    clouds[i].name);
}
