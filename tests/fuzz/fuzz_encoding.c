/* Any bytes in any encoding: UTF-16 becomes valid UTF-8, all else passes, offsets rise. */
#include "base/buffer.h"
#include "base/text.h"
#include "parser/encoding.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_encoding(const uint8_t *data, size_t size, size_t block, struct buffer *out)
{
    struct error err = {0};
    struct memory_stream in;
    const char *bytes;
    ssize_t got;
    int64_t last_offset = 0;
    memory_stream_init(&in, data, size, block);
    struct encoding *encoding = encoding_new(&in.stream);
    while ((got = encoding_next(encoding, &bytes, &err)) > 0) {
        FUZZ_CHECK(got <= 65536);
        FUZZ_CHECK(buffer_append(out, bytes, (size_t)got) == 0);
        int64_t first = encoding_offset(encoding, 0);
        int64_t last = encoding_offset(encoding, (size_t)got - 1);
        FUZZ_CHECK(first >= last_offset && last >= first && last < (int64_t)size);
        last_offset = last;
    }
    FUZZ_CHECK(got == 0);
    if (encoding_is_utf16(encoding))
        FUZZ_CHECK(text_is_utf8(out->bytes, out->length));
    else
        FUZZ_CHECK(out->length == size || out->length + 3 == size);
    FUZZ_CHECK((encoding_lone_surrogates(encoding) > 0) ==
               (encoding_first_lone_surrogate(encoding) >= 0));
    encoding_free(encoding);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct buffer once, again;
    buffer_init(&once, size * 2 + 16);
    buffer_init(&again, size * 2 + 16);
    read_encoding(data, size, 0, &once);
    read_encoding(data, size, 1 + size % 31, &again);
    FUZZ_CHECK(once.length == again.length);
    FUZZ_CHECK(once.length == 0 || memcmp(once.bytes, again.bytes, once.length) == 0);
    buffer_release(&once);
    buffer_release(&again);
    return 0;
}
