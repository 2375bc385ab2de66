/* A line with a key, then any bytes as JSON: what is cut out lies in them and is JSON again. */
#include "base/json_slice.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

#define KEY_SIZE 64
#define SMALL_SIZE 16

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_refusal(const struct error *err)
{
    FUZZ_CHECK((err->code == ERROR_INVALID || err->code == ERROR_LIMIT) && err->message[0]);
}

/* One whole value with nothing around it. */
static void check_slice(struct text whole, struct text slice)
{
    struct text *elements;
    size_t count;
    FUZZ_CHECK(slice.length > 0 && slice.bytes >= whole.bytes &&
               slice.bytes + slice.length <= whole.bytes + whole.length);
    char *array = malloc(slice.length + 2);
    FUZZ_CHECK(array != NULL);
    array[0] = '[';
    memcpy(array + 1, slice.bytes, slice.length);
    array[slice.length + 1] = ']';
    FUZZ_CHECK(
        json_slice_elements((struct text){array, slice.length + 2}, &elements, &count, NULL) == 0);
    FUZZ_CHECK(count == 1 && elements[0].bytes == array + 1 && elements[0].length == slice.length);
    free(elements);
    free(array);
}

static void check_text(struct text object, const char *key, struct text value)
{
    char small[SMALL_SIZE], *large = malloc(object.length + 1);
    FUZZ_CHECK(large != NULL);
    memset(small, 'x', sizeof small);
    memset(large, 'x', object.length + 1);
    bool fits = json_slice_text(object, key, small, sizeof small);
    bool is_text = json_slice_text(object, key, large, object.length + 1);
    FUZZ_CHECK(memchr(small, '\0', sizeof small) && memchr(large, '\0', object.length + 1));
    FUZZ_CHECK(is_text || !large[0]);
    FUZZ_CHECK(!is_text || (value.bytes && value.bytes[0] == '"'));
    FUZZ_CHECK(fits == (is_text && strlen(large) < sizeof small));
    FUZZ_CHECK(fits ? strcmp(small, large) == 0 : !small[0]);
    free(large);
}

static bool check_object(struct text json, const char *key)
{
    struct error err = {0};
    struct text value;
    bool is_object = json_slice_member(json, key, &value, &err) == 0;
    if (!is_object) {
        check_refusal(&err);
        FUZZ_CHECK(!value.bytes);
    }
    if (value.bytes)
        check_slice(json, value);
    check_text(json, key, value);
    return is_object;
}

static bool check_array(struct text json)
{
    struct error err = {0};
    struct text *elements;
    size_t count;
    if (json_slice_elements(json, &elements, &count, &err)) {
        check_refusal(&err);
        FUZZ_CHECK(!elements && count == 0);
        return false;
    }
    FUZZ_CHECK(count <= JSON_SLICE_ELEMENTS && (count == 0) == !elements);
    for (size_t i = 0; i < count; i++) {
        FUZZ_CHECK(i == 0 || elements[i].bytes > elements[i - 1].bytes + elements[i - 1].length);
        /* All of many would take as long as their square. */
        if (i < 16)
            check_slice(json, elements[i]);
    }
    free(elements);
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char key[KEY_SIZE] = "";
    const uint8_t *end = size > 0 ? memchr(data, '\n', size) : NULL;
    size_t length = end ? (size_t)(end - data) : 0;
    if (length >= sizeof key)
        return 0;
    if (length > 0)
        memcpy(key, data, length);
    length += end ? 1 : 0;
    /* Bytes of its own, so that reading one too many is seen. */
    char *bytes = malloc(size - length + (size == length));
    FUZZ_CHECK(bytes != NULL);
    if (size > length)
        memcpy(bytes, data + length, size - length);
    struct text json = {bytes, size - length};
    bool is_object = check_object(json, key);
    FUZZ_CHECK(!check_array(json) || !is_object);
    free(bytes);
    return 0;
}
