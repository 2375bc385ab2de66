/* Results and exhibits as CSV and JSON Lines. */
#include "tests/unit/export/small_case.h"

#include "export/tables.h"

static void assert_field(struct text text, const char *expected)
{
    struct buffer out;
    struct spool *spool = spool_new("/tmp", &test_error);
    tables_write_csv_text(spool, text);
    assert_string_equal(spooled(spool, &out), expected);
    buffer_release(&out);
}

static void what_a_spreadsheet_would_run_is_made_harmless(void **state)
{
    static const struct {
        const char *text, *field;
    } rows[] = {
        {"=1+1", "\"'=1+1\""},
        {"+1", "\"'+1\""},
        {"-1", "\"'-1\""},
        {"@SUM(A1)", "\"'@SUM(A1)\""},
        {"\tx", "\"'\tx\""},
        {"\rx", "\"'\\rx\""},
        {"\nx", "\"'\nx\""},
        {"  =1", "\"'  =1\""},
        {"\xC2\xA0=1", "\"'\xC2\xA0=1\""},         /* no-break space */
        {"\xE3\x80\x80=1", "\"'\xE3\x80\x80=1\""}, /* ideographic space */
        {"\xEF\xBB\xBF=1", "\"'\\ufeff=1\""},      /* byte-order mark */
        {"\xE2\x80\xAE=1", "\"'\\u202e=1\""},      /* override */
        {"\xEF\xBC\x9D"
         "1",
         "\"'\xEF\xBC\x9D"
         "1\""}, /* fullwidth = + - @ */
        {"\xEF\xBC\x8B"
         "1",
         "\"'\xEF\xBC\x8B"
         "1\""},
        {"\xEF\xBC\x8D"
         "1",
         "\"'\xEF\xBC\x8D"
         "1\""},
        {"\xEF\xBC\xA0"
         "1",
         "\"'\xEF\xBC\xA0"
         "1\""},
        {"\xFF=1", "\"'\\xff=1\""},
        {"a\n=1", "\"a\n'=1\""},
        {"a;=1;b", "\"a;'=1;b\""},
        {"\n\n=1", "\"'\n\n'=1\""},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_field(T(rows[i].text), rows[i].field);
}

static void a_text_that_is_no_formula_stays_as_it_is(void **state)
{
    static const char *const texts[] = {
        "whoami.ps1", "a=1", "1-2", "x@corp.example", "C:\\x", "", "\xC3\xA9t\xC3\xA9"};
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        assert_field(T(texts[i]), texts[i][0] ? texts[i] : "\"\"");
    assert_field(T(NULL), "");
}

static void a_field_is_quoted_where_rfc_4180_has_it_so(void **state)
{
    (void)state;
    assert_field(T("a,b"), "\"a,b\"");
    assert_field(T("say \"no\""), "\"say \"\"no\"\"\"");
    assert_field(T("two\nlines"), "\"two\nlines\"");
    assert_field(T(" blank"), "\" blank\"");
}

static void control_characters_are_shown_and_do_not_act(void **state)
{
    (void)state;
    assert_field((struct text){"a\0b", 3}, "a\\x00b");
    assert_field(T("\x1B[31mred\x7F"), "\\x1b[31mred\\x7f");
    assert_field(T("a\rb"), "\"a\\rb\"");
}

static void a_long_text_is_shown_whole(void **state)
{
    char *text = malloc(100000);
    struct buffer field, shown;
    struct spool *spool = spool_new("/tmp", &test_error);
    (void)state;
    for (size_t i = 0; i < 100000; i++)
        text[i] = "\xE2\x82\xAC\x01\xF0\x9F\x98\x80z"[i % 9];
    buffer_init(&shown, WRITTEN_BYTES);
    text_escape(&shown, text, 99999, TEXT_KEEP_LINE_ENDS);
    tables_write_csv_text(spool, (struct text){text, 99999});
    assert_string_equal(spooled(spool, &field), buffer_text(&shown));
    buffer_release(&field);
    buffer_release(&shown);
    free(text);
}

/* ---- of a case ---- */

#define WILD "=a\x01\t\"\\\x7F\xE2\x80\xAE\xEF\xBC\x9D,b"

static void put_case(struct store *store)
{
    put_action(store, 1,
               (struct state_of_action){.machine = "ws-1", .machine_id = "m1", .ended = MIDDLE});
    put_in_case(store, 2, "P",
                (struct put){.script_name = T(WILD),
                             .output = T("some output"),
                             .error = T(""),
                             .extra = T("{\"a\":[1]}"),
                             .exit_code = -1,
                             .output_sha256 = sha_of("text"),
                             .coming = {.action = ACTION}});
    put_in_case(store, 3, "Q",
                (struct put){.script_name = T("secret.ps1"),
                             .exit_code = 7,
                             .coming = {.machine = "ws-secret", .source = "in/secret"}});
}

static void every_column_of_the_view_is_there_in_its_order(void **state)
{
    struct archive *archive = *state;
    struct small_case c;
    struct buffer csv, expected;
    put_case(archive->store);
    small_case_open(&c, archive, NULL);
    buffer_init(&expected, WRITTEN_BYTES);
    text_printf(&expected, "exhibit,%s,output_file,error_file,package_file\r\n",
                rows(c.subject.reader,
                     "SELECT group_concat(name) FROM (SELECT name FROM pragma_table_info('results')"
                     " WHERE name NOT IN ('script_output', 'script_error') ORDER BY cid)"));
    const char *text = written(tables_write_results_csv, &c, &csv);
    assert_memory_equal(text, buffer_text(&expected), expected.length);
    assert_int_equal(count_of(text, "\r\n"), 3);
    buffer_release(&csv);
    buffer_release(&expected);
    small_case_close(&c);
}

static void a_negative_exit_code_stays_a_number(void **state)
{
    struct archive *archive = *state;
    struct small_case c;
    struct buffer csv, lines;
    int64_t exit_code = 0;
    put_case(archive->store);
    small_case_open(&c, archive, NULL);
    assert_non_null(strstr(written(tables_write_results_csv, &c, &csv), ",b\",-1,ok,"));
    struct json_object *line = line_object(written(tables_write_results_jsonl, &c, &lines), 0);
    assert_true(json_object_int64(line, "exit_code", &exit_code));
    assert_int_equal(exit_code, -1);
    json_object_free(line);
    buffer_release(&csv);
    buffer_release(&lines);
    small_case_close(&c);
}

static void json_lines_hold_every_character_and_name_the_files(void **state)
{
    struct archive *archive = *state;
    struct small_case c;
    struct buffer lines;
    char path[256];
    int64_t number = 0;
    put_case(archive->store);
    small_case_open(&c, archive, NULL);
    const char *text = written(tables_write_results_jsonl, &c, &lines);
    struct json_object *line = line_object(text, 0);
    assert_string_equal(json_object_text(line, "exhibit"), "IR-7-0001");
    assert_string_equal(json_object_text(line, "script_name"), WILD);
    assert_string_equal(json_object_text(line, "extra"), "{\"a\":[1]}");
    assert_string_equal(json_object_text(line, "output_file"), "data/text/IR-7-0001-output.txt");
    assert_string_equal(json_object_text(line, "error_file"), "data/text/IR-7-0001-error.txt");
    snprintf(path, sizeof path, "data/packages/%s", sha_of("P"));
    assert_string_equal(json_object_text(line, "package_file"), path);
    assert_true(json_object_int64(line, "command_index", &number));
    json_object_free(line);
    line = line_object(text, 1);
    assert_null(json_object_text(line, "output_file"));
    assert_null(json_object_text(line, "action_id"));
    json_object_free(line);
    assert_int_equal(count_of(text, "\"action_id\":null"), 1);
    assert_int_equal(count_of(text, "\"output_file\":null"), 1);
    assert_int_equal(count_of(text, "\"has_output\""), 0);
    buffer_release(&lines);
    small_case_close(&c);
}

static void an_exhibit_tells_who_added_it_and_what_it_is(void **state)
{
    struct archive *archive = *state;
    struct small_case c;
    struct buffer lines;
    int64_t number = 0;
    put_case(archive->store);
    small_case_open(&c, archive, NULL);
    struct json_object *line = line_object(written(tables_write_exhibits_jsonl, &c, &lines), 0);
    assert_string_equal(json_object_text(line, "exhibit"), "IR-7-0001");
    assert_string_equal(json_object_text(line, "kind"), "transcript");
    assert_string_equal(json_object_text(line, "operator"), "op@host");
    assert_string_equal(json_object_text(line, "added_at"), LATE);
    assert_string_equal(json_object_text(line, "machine_name"), "ws-1");
    assert_string_equal(json_object_text(line, "script_name"), WILD);
    assert_null(json_object_text(line, "reason"));
    assert_true(json_object_int64(line, "added_number", &number));
    assert_int_equal(number, 2);
    assert_true(json_object_int64(line, "size_bytes", &number));
    assert_int_equal(number, 100);
    json_object_free(line);
    assert_int_equal(count_of(buffer_text(&lines), "\"withheld\":false"), 2);
    buffer_release(&lines);
    small_case_close(&c);
}

static void a_file_has_the_machine_that_it_came_in_for(void **state)
{
    struct archive *archive = *state;
    struct small_case c;
    struct buffer lines;
    put_package(archive->store, 2, "F");
    put_reading(archive->store, "F", "file");
    acquire(archive->store, 2, "F", (struct coming){.case_name = "IR-7"});
    acquire(archive->store, 3, "F", (struct coming){.machine = "ws-5"});
    small_case_open(&c, archive, NULL);
    struct json_object *line = line_object(written(tables_write_exhibits_jsonl, &c, &lines), 0);
    assert_string_equal(json_object_text(line, "machine_name"), "ws-5");
    assert_null(json_object_text(line, "script_name"));
    json_object_free(line);
    buffer_release(&lines);
    small_case_close(&c);
}

static void of_what_is_withheld_no_name_is_told(void **state)
{
    struct archive *archive = *state;
    struct small_case c;
    struct buffer exhibits, results, csv;
    put_case(archive->store);
    small_case_open(&c, archive, "Q");
    struct json_object *line = line_object(written(tables_write_exhibits_jsonl, &c, &exhibits), 1);
    assert_string_equal(json_object_text(line, "exhibit"), "IR-7-0002");
    assert_string_equal(json_object_text(line, "package_sha256"), sha_of("Q"));
    assert_string_equal(json_object_text(line, "reason"), "a reason to withhold");
    assert_null(json_object_text(line, "package_file"));
    json_object_free(line);
    assert_int_equal(count_of(buffer_text(&exhibits), "\"withheld\":true"), 1);
    assert_null(strstr(buffer_text(&exhibits), "secret"));
    assert_null(strstr(written(tables_write_results_jsonl, &c, &results), "secret"));
    assert_null(strstr(written(tables_write_results_csv, &c, &csv), "secret"));
    assert_int_equal(count_of(buffer_text(&results), "\n"), 1);
    buffer_release(&exhibits);
    buffer_release(&results);
    buffer_release(&csv);
    small_case_close(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_spreadsheet_would_run_is_made_harmless),
        cmocka_unit_test(a_text_that_is_no_formula_stays_as_it_is),
        cmocka_unit_test(a_field_is_quoted_where_rfc_4180_has_it_so),
        cmocka_unit_test(control_characters_are_shown_and_do_not_act),
        cmocka_unit_test(a_long_text_is_shown_whole),
        archive_test(every_column_of_the_view_is_there_in_its_order),
        archive_test(a_negative_exit_code_stays_a_number),
        archive_test(json_lines_hold_every_character_and_name_the_files),
        archive_test(an_exhibit_tells_who_added_it_and_what_it_is),
        archive_test(a_file_has_the_machine_that_it_came_in_for),
        archive_test(of_what_is_withheld_no_name_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
