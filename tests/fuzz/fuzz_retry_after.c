/* Four bytes of a time, then any text as a Retry-After: between one second and an hour. */
#include "fetch/api.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

#define SECOND_US 1000000LL

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const int64_t fallbacks_us[] = {0, 7 * SECOND_US, 7200 * SECOND_US, -1};
    uint32_t now_seconds;
    if (size < sizeof now_seconds || size >= HTTP_FIELD_SIZE)
        return 0;
    memcpy(&now_seconds, data, sizeof now_seconds);
    size -= sizeof now_seconds;
    char *text = malloc(size + 1);
    FUZZ_CHECK(text != NULL);
    memcpy(text, data + sizeof now_seconds, size);
    text[size] = '\0';
    for (size_t i = 0; i < sizeof fallbacks_us / sizeof *fallbacks_us; i++) {
        int64_t wait_us =
            api_retry_after_us(text, (int64_t)now_seconds * SECOND_US, fallbacks_us[i]);
        FUZZ_CHECK(wait_us >= SECOND_US && wait_us <= 3600 * SECOND_US);
    }
    free(text);
    return 0;
}
