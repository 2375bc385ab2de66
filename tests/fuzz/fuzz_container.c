/* Any bytes as a container: it ends, keeps its bound, and says the same at every read size. */
#include "base/sha256.h"
#include "parser/container.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

#define CONTAINER_BOUND_BYTES 300000

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void hash_container(const uint8_t *data, size_t size, size_t block,
                           char hex[SHA256_HEX_SIZE])
{
    static char some[5000];
    struct sha256 *hash = sha256_new();
    struct error err = {0};
    struct memory_stream in;
    memory_stream_init(&in, data, size, block);
    struct container *container = container_new(&in.stream, CONTAINER_BOUND_BYTES);
    struct stream *document;
    int status;
    int64_t last_index = -1;
    while ((status = container_next(container, &document, &err)) == 1) {
        int64_t bytes = 0;
        ssize_t got;
        while ((got = stream_read(document, some, sizeof some, &err)) > 0) {
            bytes += got;
            sha256_update(hash, some, (size_t)got);
        }
        FUZZ_CHECK(got == 0);
        FUZZ_CHECK(bytes <= CONTAINER_BOUND_BYTES || !container_is_packed(container));
        FUZZ_CHECK(bytes == container_end_offset(container));
        FUZZ_CHECK(container_end(container) <= container_worst_end(container));
        int64_t facts[] = {container_member_index(container), container_end(container), bytes};
        FUZZ_CHECK(facts[0] > last_index);
        last_index = facts[0];
        sha256_update(hash, facts, sizeof facts);
    }
    FUZZ_CHECK(status == 0);
    enum container_end worst = container_worst_end(container);
    sha256_update(hash, &worst, sizeof worst);
    container_free(container);
    sha256_finish(hash, hex);
    sha256_free(hash);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char once[SHA256_HEX_SIZE], again[SHA256_HEX_SIZE];
    hash_container(data, size, 0, once);
    hash_container(data, size, 1 + size % 31, again);
    FUZZ_CHECK(strcmp(once, again) == 0);
    return 0;
}
