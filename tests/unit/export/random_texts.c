/* Any bytes in any text column: what is written is still one value a line, one document, and one row. */
#include "tests/unit/export/small_case.h"

#include "base/json.h"
#include "export/case_uco.h"
#include "export/tables.h"
#include "export/timeline.h"

#include <stdint.h>

#define ROUNDS 40

static uint64_t random_state = 0x9E3779B97F4A7C15u;

static uint32_t random_word(void)
{
    random_state ^= random_state >> 12;
    random_state ^= random_state << 25;
    random_state ^= random_state >> 27;
    return (uint32_t)((random_state * 0x2545F4914F6CDD1Du) >> 32);
}

/* What readers stumble over, among bytes of any kind. */
static void noise(sqlite3_context *context, int count, sqlite3_value **values)
{
    static const char signs[] = "=+-@;,\"\\\t\n\r \x00\xE2\x80\xAE\xEF\xBB\xBF\xEF\xBC\x9D/{}[]";
    char bytes[300];
    size_t length = random_word() % (random_word() % 8 ? 12 : sizeof bytes);
    (void)count;
    for (size_t i = 0; i < length; i++)
        bytes[i] = (char)(random_word() % 2 ? signs[random_word() % (sizeof signs - 1)]
                                            : (char)random_word());
    if (random_word() % 4 == 0)
        sqlite3_result_value(context, values[0]);
    else
        sqlite3_result_text64(context, bytes, length, SQLITE_TRANSIENT, SQLITE_UTF8);
}

static void fill_with_noise(const char *path)
{
    static const char *const columns[] = {
        "result.tenant_id",
        "result.machine_id",
        "result.machine_name",
        "result.script_name",
        "result.parse_status",
        "result.command_status",
        "result.operator",
        "result.observed_at",
        "result.acquired_at",
        "content.diagnostics",
        "content.extra",
        "content.output_sha256",
        "content.ps_user",
        "content.ps_started_at",
        "page.text",
        "acquisition.operator",
        "acquisition.os_user",
        "acquisition.host",
        "acquisition.tool",
        "acquisition.source",
        "acquisition.note",
        "acquisition.action_id",
        "acquisition.machine_name",
        "acquisition.machine_id",
        "acquisition.event",
        "acquisition.acquired_at",
        "package.parsed_by",
        "actions.type",
        "actions.status",
        "actions.title",
        "actions.requestor",
        "actions.requestor_comment",
        "actions.machine_name",
        "actions.created_at",
        "actions.last_updated_at",
        "actions.cancelled_at",
        "commands.type",
        "commands.status",
        "commands.script_name",
        "commands.started_at",
        "commands.ended_at",
        "case_record.title",
        "case_record.reference",
        "case_record.operator",
        "case_record.created_at",
        "case_item.operator",
        "case_item.added_at",
        "case_step.event",
        "case_step.event_at",
        "case_step.operator",
        "case_step.words",
    };
    sqlite3 *db;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    sqlite3_create_function(db, "noise", 1, SQLITE_UTF8, NULL, noise, NULL, NULL);
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
        char sql[256];
        const char *dot = strchr(columns[i], '.');
        snprintf(sql, sizeof sql, "UPDATE %.*s SET %s = noise(%s)", (int)(dot - columns[i]),
                 columns[i], dot + 1, dot + 1);
        if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
            fail_msg("%s: %s", sql, sqlite3_errmsg(db));
    }
    sqlite3_close(db);
}

static void put_case(struct store *store)
{
    struct store_case_step step = {.number = 1,
                                   .event = "case_created",
                                   .at = EARLY,
                                   .operator_name = "op",
                                   .case_name = T("IR-7"),
                                   .title = T("title"),
                                   .reference = T("reference")};
    must(store_put_case_step(store, &step, &test_error));
    put_action(store, 1,
               (struct state_of_action){.machine = "ws-1",
                                        .created = EARLY,
                                        .updated = LATE,
                                        .started = EARLY,
                                        .ended = MIDDLE});
    for (int64_t i = 0; i < 4; i++)
        put_in_case(store, 10 + i, (char[]){(char)('P' + i), '\0'},
                    (struct put){.script_name = T("a"),
                                 .output = T("output"),
                                 .error = T("error"),
                                 .coming = {.action = i ? NULL : ACTION, .machine = "ws-1"}});
    acquire(store, 20, "Q", (struct coming){.machine = "ws-2"});
}

static void assert_objects(const char *text, int least)
{
    int count = count_of(text, "\n");
    assert_true(count >= least);
    for (int i = 0; i < count; i++)
        json_object_free(line_object(text, i));
}

/* Fields of a record up to its CRLF; what is in quotes may hold LF and doubled quotes. */
static int count_fields(const char **at)
{
    int count = 1;
    bool in_quotes = false;
    for (; in_quotes || **at != '\r'; (*at)++) {
        if (**at == '\0')
            fail_msg("a record has no end");
        if (**at == '"')
            in_quotes = !in_quotes;
        assert_false(!in_quotes && **at == '\n');
        count += !in_quotes && **at == ',';
    }
    assert_int_equal((*at)[1], '\n');
    *at += 2;
    return count;
}

static void assert_records(const struct buffer *csv, int records)
{
    const char *at = csv->bytes;
    int columns = count_fields(&at);
    assert_int_equal(strlen(csv->bytes), csv->length); /* no NUL */
    assert_true(text_is_utf8(csv->bytes, csv->length));
    for (; *at; records--)
        assert_int_equal(count_fields(&at), columns);
    assert_int_equal(records, 0);
}

/* Each node on a line of its own, between the lines that open and close the graph. */
static void assert_graph(const char *text)
{
    int last = count_of(text, "\n") - 1;
    const char *at = text;
    for (int i = 0; i <= last; i++) {
        const char *end = strchr(at, '\n');
        size_t length = (size_t)(end - at);
        if (i > 1 && i < last) {
            if (at[length - 1] == ',')
                length--;
            struct json_object *node = json_object_parse(at, length, &test_error);
            if (!node)
                fail_msg("%s: %.*s", test_error.message, (int)length, at);
            assert_non_null(json_object_text(node, "@id"));
            json_object_free(node);
        }
        at = end + 1;
    }
}

static void any_bytes_give_whole_files(void **state)
{
    struct archive *archive = *state;
    put_case(archive->store);
    for (int round = 0; round < ROUNDS; round++) {
        struct small_case c;
        struct buffer out;
        small_case_open(&c, archive, NULL);
        store_close(c.subject.reader);
        fill_with_noise(c.path);
        c.subject.reader = store_open_reader(c.path, &test_error);
        assert_objects(written(tables_write_results_jsonl, &c, &out), 5);
        buffer_release(&out);
        assert_objects(written(tables_write_exhibits_jsonl, &c, &out), 4);
        buffer_release(&out);
        assert_objects(written(timeline_write, &c, &out), 0);
        buffer_release(&out);
        (void)written(tables_write_results_csv, &c, &out);
        assert_records(&out, 5);
        buffer_release(&out);
        assert_graph(written(case_uco_write, &c, &out));
        buffer_release(&out);
        small_case_close(&c);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {archive_test(any_bytes_give_whole_files)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
