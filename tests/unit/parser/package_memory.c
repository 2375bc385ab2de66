/* How much heap reading a package holds at its worst, yajl's, zlib's and libarchive's share
 * included: what package.h promises, whatever comes in. */
#include "base/buffer.h"
#include "parser/package.h"
#include "tests/unit/packing.h"
#include "tests/unit/parser/heap.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define MOST_BYTES (1024 * 1024)
/* Of an object in no container. */
#define MOST_PLAIN_BYTES (400 * 1024)

static struct buffer input;

static int begin(void **state)
{
    (void)state;
    buffer_init(&input, (size_t)1 << 30);
    return 0;
}

static int end(void **state)
{
    (void)state;
    buffer_release(&input);
    return 0;
}

static int on_begin(void *context, int64_t member_index, struct error *err)
{
    (void)context, (void)member_index, (void)err;
    return 0;
}

static int on_page(void *context, enum page_stream stream, int64_t page_no, struct text text,
                   struct error *err)
{
    (void)context, (void)stream, (void)page_no, (void)text, (void)err;
    return 0;
}

static int on_end(void *context, const struct transcript_record *transcript, struct error *err)
{
    (void)context, (void)transcript, (void)err;
    return 0;
}

static int on_action(void *context, const struct action_record *action, struct error *err)
{
    (void)context, (void)action, (void)err;
    return 0;
}

static void read_input(void)
{
    const struct package_sink sink = {NULL, on_begin, on_page, on_end, on_action};
    struct package_summary summary;
    struct memory_stream stream;
    struct error err = {0};
    memory_stream_init(&stream, input.bytes, input.length, 0);
    assert_int_equal(package_read(&stream.stream, NULL, &sink, &summary, &err), 0);
}

/* The most that is held while `input` is read. */
static int64_t most_held(void)
{
    /* What libcrypto and libarchive make once is none of ours. */
    read_input();
    int64_t before = held;
    most = held;
    read_input();
    assert_int_equal(held, before);
    return most - before;
}

static void put(const char *text)
{
    assert_int_equal(buffer_append(&input, text, strlen(text)), 0);
}

static void put_byte_times(char byte, size_t times)
{
    buffer_reserve(&input, input.length + times);
    memset(input.bytes + input.length, byte, times);
    input.length += times;
}

/* Every reader full at once: 64 KiB of name, of extra, of an action's texts and of a key. */
static void put_everything(const char *last)
{
    put("{\"name\":\"");
    put_byte_times('n', 100000);
    put("\",\"id\":\"");
    put_byte_times('i', 65000);
    static const char *const keys[] = {"title",         "status", "requestor", "machineId",
                                       "requestSource", "scope",  "type",      "computerDnsName"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        put("\",\"");
        put(keys[i]);
        put("\":\"");
        put_byte_times('t', 70000);
    }
    put("\",\"commands\":[{},{},{}],\"");
    put_byte_times('k', 65536);
    put("\":1,");
    put(last);
}

static void an_object_that_fills_every_reader_stays_below_the_bound(void **state)
{
    (void)state;
    put_everything("\"script_output\":\"");
    put_byte_times('o', 300000);
    put("\\n\",\"script_errors\":\"");
    put_byte_times('e', 300000);
    put("\"}");
    int64_t bytes = most_held();
    print_message("%lld KiB\n", (long long)(bytes / 1024));
    assert_true(bytes <= MOST_PLAIN_BYTES);
}

static void many_fields_of_64_kib_stay_below_the_bound(void **state)
{
    (void)state;
    put("{\"exit_code\":1");
    for (int i = 0; i < 20; i++) {
        char key[32];
        snprintf(key, sizeof key, ",\"field%d\":\"", i);
        put(key);
        put_byte_times('f', 65536);
        put("\"");
    }
    put("}");
    assert_true(most_held() <= MOST_PLAIN_BYTES);
}

static void long_keys_of_control_characters_stay_below_the_bound(void **state)
{
    (void)state;
    put("{\"exit_code\":1,\"a\":{");
    for (int i = 0; i < 5; i++) {
        put(i ? ",\"" : "\"");
        put_byte_times('\001', 65536);
        put("\":[]");
    }
    put("}}");
    assert_true(most_held() <= MOST_PLAIN_BYTES);
}

static void deep_nesting_stays_below_the_bound(void **state)
{
    (void)state;
    put("{\"commands\":");
    put_byte_times('[', 1000000);
    assert_true(most_held() <= MOST_PLAIN_BYTES);
}

static void a_huge_number_stays_below_the_bound(void **state)
{
    (void)state;
    put("{\"exit_code\":");
    put_byte_times('1', 5000000);
    put("}");
    assert_true(most_held() <= MOST_PLAIN_BYTES);
}

static void a_huge_text_stays_below_the_bound(void **state)
{
    (void)state;
    put("{\"script_output\":\"");
    put_byte_times('x', 20000000);
    assert_true(most_held() <= MOST_PLAIN_BYTES);
}

static void a_flood_of_commands_stays_below_the_bound(void **state)
{
    (void)state;
    put("{\"commands\":[");
    for (int i = 0; i < 100000; i++)
        put("{\"errors\":[]},");
    put("{}]}");
    assert_true(most_held() <= MOST_PLAIN_BYTES);
}

static void a_flood_of_keys_stays_below_the_bound(void **state)
{
    (void)state;
    put("{\"exit_code\":1");
    for (int i = 0; i < 100000; i++) {
        char key[32];
        snprintf(key, sizeof key, ",\"%d\":%d", i, i);
        put(key);
    }
    put("}");
    assert_true(most_held() <= MOST_PLAIN_BYTES);
}

static void a_full_object_in_a_gzip_in_a_zip_stays_below_the_bound(void **state)
{
    (void)state;
    put_everything("\"script_output\":\"x\"}");
    struct buffer gzip;
    buffer_init(&gzip, (size_t)1 << 30);
    pack_gzip(&gzip, input.bytes, input.length);
    const struct pack_entry entry = {.name = "x.gz",
                                     .content = gzip.bytes,
                                     .length = gzip.length,
                                     .method = PACK_DEFLATED,
                                     .flags = PACK_LENGTH_AT_END};
    buffer_clear(&input);
    pack_zip(&input, &entry, 1);
    buffer_release(&gzip);
    int64_t bytes = most_held();
    assert_true(bytes <= MOST_BYTES);
}

static void a_full_object_in_a_zip_in_a_zip_stays_below_the_bound(void **state)
{
    (void)state;
    put_everything("\"script_output\":\"x\"}");
    struct pack_entry entry = {.name = "x.json",
                               .content = input.bytes,
                               .length = input.length,
                               .method = PACK_DEFLATED,
                               .flags = PACK_LENGTH_AT_END};
    struct buffer inner;
    buffer_init(&inner, (size_t)1 << 30);
    pack_zip(&inner, &entry, 1);
    entry.content = inner.bytes;
    entry.length = inner.length;
    buffer_clear(&input);
    pack_zip(&input, &entry, 1);
    buffer_release(&inner);
    int64_t bytes = most_held();
    print_message("%lld KiB\n", (long long)(bytes / 1024));
    assert_true(bytes <= MOST_BYTES);
}

#define BOUND(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOUND(an_object_that_fills_every_reader_stays_below_the_bound),
        BOUND(many_fields_of_64_kib_stay_below_the_bound),
        BOUND(long_keys_of_control_characters_stay_below_the_bound),
        BOUND(deep_nesting_stays_below_the_bound),
        BOUND(a_huge_number_stays_below_the_bound),
        BOUND(a_huge_text_stays_below_the_bound),
        BOUND(a_flood_of_commands_stays_below_the_bound),
        BOUND(a_flood_of_keys_stays_below_the_bound),
        BOUND(a_full_object_in_a_gzip_in_a_zip_stays_below_the_bound),
        BOUND(a_full_object_in_a_zip_in_a_zip_stays_below_the_bound),
    };
    return cmocka_run_group_tests_name("package_memory", tests, NULL, NULL);
}
