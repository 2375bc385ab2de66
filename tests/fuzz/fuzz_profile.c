/* Any bytes as the file of profiles: it is read whole and alike each time, or refused with a line and nothing loaded. */
#include "fetch/profile.h"
#include "tests/fuzz/fuzz.h"

#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define PATH_MOST (PROFILE_VALUE_BYTES + 256)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A file without a name, as its owner would have it; `path` opens it. */
static int make_config(const uint8_t *data, size_t size, char path[64])
{
    int fd = memfd_create("config", MFD_CLOEXEC);
    FUZZ_CHECK(fd >= 0 && fchmod(fd, 0600) == 0);
    FUZZ_CHECK(write(fd, data, size) == (ssize_t)size);
    snprintf(path, 64, "/proc/self/fd/%d", fd);
    return fd;
}

static const char *const *profile_fields(const struct profile *profile)
{
    return (const char *const *)(const void *)profile;
}

static void check_profile(const char *path, const char *name)
{
    struct profile profile, again;
    struct error err = {0};
    bool is_loaded = profile_load(&profile, path, name, &err) == 0;
    FUZZ_CHECK(is_loaded == (profile_load(&again, path, name, NULL) == 0));
    if (!is_loaded)
        FUZZ_CHECK(err.code == ERROR_USAGE && err.message[0] && strcmp(err.path, path) == 0);
    for (size_t i = 0; i < sizeof profile / sizeof(const char *); i++) {
        const char *value = profile_fields(&profile)[i], *other = profile_fields(&again)[i];
        FUZZ_CHECK(!value == !other && (!value || strcmp(value, other) == 0));
        FUZZ_CHECK(!value || (is_loaded && value[0] && strlen(value) < PATH_MOST));
    }
    profile_free(&profile);
    profile_free(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[64];
    int fd = make_config(data, size, path);
    check_profile(path, NULL);
    check_profile(path, "other");
    close(fd);
    return 0;
}
