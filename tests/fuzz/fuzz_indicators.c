/* Any bytes as a list of indicators: the same list in any blocks, and only what may be looked for. The
 * first byte says whether it is CSV by name, and whether it is refanged. */
#include "parser/indicators.h"
#include "parser/match.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int read_list(struct indicators *list, const uint8_t *data, size_t size, size_t block)
{
    struct error err = {0};
    struct memory_stream in;
    memory_stream_init(&in, data + 1, size - 1, block);
    int result = indicators_read(list, &in.stream, data[0] & 1, data[0] & 2, &err);
    if (result)
        FUZZ_CHECK(err.code == ERROR_USAGE && err.message[0]);
    return result;
}

static bool is_same(struct text a, struct text b)
{
    return a.length == b.length && (a.length == 0 || memcmp(a.bytes, b.bytes, a.length) == 0) &&
           !a.bytes == !b.bytes;
}

static void check_indicator(const struct indicators *list, const struct indicator *of)
{
    struct text text = of->indicator;
    FUZZ_CHECK(text.length > 0 && text.length <= MATCH_LITERAL_BYTES);
    FUZZ_CHECK(text.bytes >= list->text.bytes &&
               text.bytes + text.length <= list->text.bytes + list->text.length);
    FUZZ_CHECK(text_is_utf8(text.bytes, text.length));
    FUZZ_CHECK(!memchr(text.bytes, '\0', text.length));
    FUZZ_CHECK(list->is_csv || !memchr(text.bytes, '\n', text.length));
    FUZZ_CHECK(list->is_csv || (!of->name.bytes && !of->type.bytes));
    FUZZ_CHECK(!of->name.bytes || of->name.length > 0);
    FUZZ_CHECK(!of->type.bytes || of->type.length > 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct indicators once, again;
    if (size == 0)
        return 0;
    int result = read_list(&once, data, size, 0);
    FUZZ_CHECK(read_list(&again, data, size, 1 + size % 31) == result);
    FUZZ_CHECK(result || (once.count > 0 && once.count <= MATCH_LITERALS));
    FUZZ_CHECK(result || once.count == again.count);
    for (size_t i = 0; result == 0 && i < once.count; i++) {
        check_indicator(&once, &once.of[i]);
        FUZZ_CHECK(is_same(once.of[i].indicator, again.of[i].indicator));
        FUZZ_CHECK(is_same(once.of[i].name, again.of[i].name));
        FUZZ_CHECK(is_same(once.of[i].type, again.of[i].type));
    }
    indicators_release(&once);
    indicators_release(&again);
    return 0;
}
