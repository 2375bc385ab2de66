/* Any bytes as a ledger line: what is read of it can be written and read back. */
#include "base/json.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const keys[] = {"event", "prev", "package_sha256", "operator"};
    struct error err = {0};
    struct json_object *object = json_object_parse((const char *)data, size, &err);
    if (!object) {
        FUZZ_CHECK(err.code == ERROR_INVALID && err.message[0]);
        return 0;
    }
    struct json_writer *writer = json_writer_new();
    json_writer_begin(writer);
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        json_writer_bytes(writer, keys[i], json_object_bytes(object, keys[i]));
    int64_t number = 0;
    bool has_number = json_object_int64(object, "number", &number);
    json_writer_int64(writer, "number", number);
    struct text line = json_writer_end(writer);
    struct json_object *again = json_object_parse(line.bytes, line.length, &err);
    FUZZ_CHECK(again);
    int64_t number_again;
    FUZZ_CHECK(json_object_int64(again, "number", &number_again));
    FUZZ_CHECK(!has_number || number == number_again);
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        struct text a = json_object_bytes(object, keys[i]);
        struct text b = json_object_bytes(again, keys[i]);
        FUZZ_CHECK(!a.bytes == !b.bytes);
        /* Text that is not UTF-8 is replaced when it is written. */
        if (a.bytes && text_is_utf8(a.bytes, a.length))
            FUZZ_CHECK(a.length == b.length && memcmp(a.bytes, b.bytes, a.length) == 0);
    }
    json_object_free(again);
    json_object_free(object);
    json_writer_free(writer);
    return 0;
}
