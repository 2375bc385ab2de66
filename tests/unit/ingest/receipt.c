/* ingest/receipt, evidence/location and the names of files: small formats, written and read back. */
#include "ingest/receipt.h"
#include "evidence/location.h"
#include "ingest/ingest.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define HASH "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define GUID "5a1e0c2d-1111-4222-8333-0123456789AB"

static void a_receipt_is_read_back_as_it_was_written(void **state)
{
    (void)state;
    struct receipt in = {.number = 12,
                         .event = "ingested",
                         .time = "2024-01-01T00:00:00.0000000Z",
                         .package_sha256 = HASH,
                         .size_bytes = 0,
                         .source = "/x/y\nz",
                         .note = "two\nlines",
                         .has_command_index = true,
                         .command_index = 0};
    static const struct ledger_actor actor = {"a \"quoted\" operator", "root", "h",
                                              "lrarchive 0.1.0"};
    struct json_writer *writer = json_writer_new();
    struct text json = receipt_write(&in, &actor, writer);
    struct receipt out;
    struct json_object *object;
    struct error err;
    assert_int_equal(receipt_parse(json, &out, &object, &err), 0);
    assert_true(out.number == 12 && out.size_bytes == 0);
    assert_string_equal(out.operator_name, actor.operator_name);
    assert_string_equal(out.source, in.source);
    assert_string_equal(out.note, in.note);
    assert_null(out.machine_id);
    assert_true(out.has_command_index);
    json_object_free(object);
    json_writer_free(writer);
}

static void a_receipt_without_its_package_is_refused(void **state)
{
    (void)state;
    static const char json[] = "{\"number\":1,\"event\":\"ingested\",\"time\":\"t\","
                               "\"operator\":\"o\",\"size_bytes\":1,\"package_sha256\":\"xyz\"}";
    struct receipt out;
    struct json_object *object;
    struct error err;
    assert_int_equal(receipt_parse((struct text){json, strlen(json)}, &out, &object, &err), -1);
    assert_int_equal(err.code, ERROR_DAMAGED);
    assert_null(object);
}

static int read_location(const char *json, struct location *location)
{
    struct error err;
    struct json_object *object = json_object_parse(json, strlen(json), &err);
    assert_non_null(object);
    int result = location_read(object, location, &err);
    json_object_free(object);
    return result;
}

#define LINE(segment, offset)                                                                      \
    "{\"number\":3,\"package_sha256\":\"" HASH "\",\"size_bytes\":5,\"segment\":\"" segment        \
    "\",\"offset\":" offset ",\"stored_bytes\":25,\"entry_segment\":\"results-000002.tar.gz\","    \
    "\"entry_offset\":100,\"entry_bytes\":500,\"entry_sha256\":\"" HASH "\"}"

static void a_line_tells_whether_its_event_stored_the_bytes(void **state)
{
    (void)state;
    struct location location;
    assert_int_equal(read_location(LINE("results-000002.tar.gz", "180"), &location), 1);
    assert_true(location.entry.has_package);
    assert_int_equal(read_location(LINE("results-000002.tar.gz", "20"), &location), 1);
    assert_false(location.entry.has_package);
    assert_int_equal(read_location(LINE("results-000001.tar.gz", "180"), &location), 1);
    assert_false(location.entry.has_package);
    assert_int_equal(read_location("{\"number\":3,\"event\":\"sealed\"}", &location), 0);
}

static void a_line_with_a_hostile_segment_or_offset_is_refused(void **state)
{
    (void)state;
    struct location location;
    assert_int_equal(read_location(LINE("../../etc/passwd", "180"), &location), -1);
    assert_int_equal(read_location(LINE("results-000001.tar.gz/x", "180"), &location), -1);
    assert_int_equal(read_location(LINE("results-000002.tar.gz", "-1"), &location), -1);
    assert_int_equal(read_location(LINE("results-000002.tar.gz", "9223372036854775807"), &location),
                     -1);
    assert_int_equal(read_location(LINE("results-000002.tar.gz", "\"180\""), &location), -1);
}

static void a_file_name_gives_action_and_index_only_in_its_whole_form(void **state)
{
    (void)state;
    char action_id[37];
    int64_t command_index;
    assert_true(ingest_parse_name("/a/b/" GUID "_12.json.gz", action_id, &command_index));
    assert_string_equal(action_id, GUID);
    assert_true(command_index == 12);
    assert_true(ingest_parse_name(GUID "_0.x", action_id, &command_index));
    static const char *const others[] = {
        GUID "_0",       GUID "-0.json",          GUID "_.json", "x" GUID "_0.json",
        GUID "_1x.json", GUID "_1234567890.json", "_0.json",     ""};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        assert_false(ingest_parse_name(others[i], action_id, &command_index));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_receipt_is_read_back_as_it_was_written),
        cmocka_unit_test(a_receipt_without_its_package_is_refused),
        cmocka_unit_test(a_line_tells_whether_its_event_stored_the_bytes),
        cmocka_unit_test(a_line_with_a_hostile_segment_or_offset_is_refused),
        cmocka_unit_test(a_file_name_gives_action_and_index_only_in_its_whole_form),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
