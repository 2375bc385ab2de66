/* Any bytes as an export: the check ends, and says of all but whole ones that they are damaged. */
#include "export/check.h"
#include "tests/fuzz/fuzz.h"

#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int count(void *context, const char *name, const char *message, struct error *err)
{
    (void)err;
    FUZZ_CHECK(name && message && message[0]);
    ++*(int64_t *)context;
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[] = "/tmp/lrarchive-fuzz-export.XXXXXX";
    int fd = mkstemp(path);
    FUZZ_CHECK(fd >= 0 && write(fd, data, size) == (ssize_t)size);
    struct check_options options = {.path = path};
    struct check_summary summary;
    struct error err = {0};
    int64_t findings = 0;
    int result = check_export(&options, count, &findings, &summary, &err);
    FUZZ_CHECK(findings == summary.damages);
    FUZZ_CHECK(result == 0 || err.message[0]);
    /* Whole it is only with a checkpoint that is signed, and lines that lead to it. */
    if (result == 0 && findings == 0)
        FUZZ_CHECK(summary.checkpoint.size > 0 && summary.lines >= 0 && summary.files > 0);
    close(fd);
    unlink(path);
    return 0;
}
