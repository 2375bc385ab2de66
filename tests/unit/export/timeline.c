/* What happened, as Timesketch imports it. */
#include "tests/unit/export/small_case.h"

#include "export/timeline.h"

#define OPENED "2023-03-18T09:00:00.0000000Z"

/* "timestamp_desc: message" of every line, joined by LF. */
static const char *sentences(const char *text, char out[8192])
{
    size_t length = 0;
    out[0] = '\0';
    for (int i = 0; i < count_of(text, "\n"); i++) {
        struct json_object *line = line_object(text, i);
        length += (size_t)snprintf(out + length, 8192 - length, "%s%s: %s", i ? "\n" : "",
                                   json_object_text(line, "timestamp_desc"),
                                   json_object_text(line, "message"));
        json_object_free(line);
    }
    return out;
}

static void a_command_tells_its_start_and_its_end_once(void **state)
{
    struct archive *archive = *state;
    struct small_case c;
    struct buffer lines;
    char out[8192];
    put_action(archive->store, 1,
               (struct state_of_action){.machine = "ws-1",
                                        .created = OPENED,
                                        .started = EARLY,
                                        .ended = MIDDLE,
                                        .updated = MIDDLE,
                                        .requestor = "app"});
    put_in_case(
        archive->store, 2, "P",
        (struct put){.script_name = T("who.ps1"), .exit_code = -1, .coming = {.action = ACTION}});
    small_case_open(&c, archive, NULL);
    char expected[4096];
    snprintf(
        expected, sizeof expected,
        "Action Created: Machine action LiveResponse on ws-1 was created by app\n"
        "Command Started: RunScript who.ps1 (command 0) on ws-1 started\n"
        "Command Ended: RunScript who.ps1 (command 0) on ws-1 ended: Completed, exit code -1\n"
        "Action Last Updated: Machine action LiveResponse on ws-1 was last updated\n"
        "Case Event: Case IR-7: created by op@host\n"
        "Package Acquired: Package %s (exhibit IR-7-0001) came in from in/file.json, brought by "
        "op@host\n"
        "Case Event: Case IR-7, exhibit IR-7-0001: added by op@host",
        sha_of("P"));
    assert_string_equal(sentences(written(timeline_write, &c, &lines), out), expected);
    assert_null(strstr(buffer_text(&lines), "2020-01-01")); /* PowerShell's local time */
    buffer_release(&lines);
    small_case_close(&c);
}

static void an_output_without_a_command_tells_when_it_was_observed(void **state)
{
    struct archive *archive = *state;
    struct small_case c;
    struct buffer lines;
    put_in_case(
        archive->store, 2, "P",
        (struct put){.script_name = T("who.ps1"),
                     .coming = {.machine = "ws-1", .observed = "2001-02-03T04:05:06.7891234Z"}});
    small_case_open(&c, archive, NULL);
    struct json_object *line = line_object(written(timeline_write, &c, &lines), 0);
    int64_t time_us = 0;
    assert_string_equal(json_object_text(line, "message"),
                        "Output of who.ps1 on ws-1 was observed (time: given), exit code 0");
    assert_string_equal(json_object_text(line, "datetime"), "2001-02-03T04:05:06.789123+00:00");
    assert_string_equal(json_object_text(line, "data_type"), "lrarchive:result");
    assert_string_equal(json_object_text(line, "observed_at_source"), "given");
    assert_string_equal(json_object_text(line, "exhibit"), "IR-7-0001");
    assert_string_equal(json_object_text(line, "package_sha256"), sha_of("P"));
    assert_true(json_object_int64(line, "timestamp", &time_us));
    assert_int_equal(time_us, 981173106789123);
    json_object_free(line);
    buffer_release(&lines);
    small_case_close(&c);
}

static void a_time_is_right_to_the_microsecond_before_1970_and_in_9999(void **state)
{
    static const struct {
        const char *at, *datetime;
        int64_t time_us;
    } rows[] = {
        {"1601-01-01T00:00:00.0000000Z", "1601-01-01T00:00:00.000000+00:00", -11644473600000000},
        {"1969-12-31T23:59:59.9999999Z", "1969-12-31T23:59:59.999999+00:00", -1},
        {"1970-01-01T00:00:00.0000010Z", "1970-01-01T00:00:00.000001+00:00", 1},
        {"2024-02-29T12:00:00.5000000Z", "2024-02-29T12:00:00.500000+00:00", 1709208000500000},
        {"9999-12-31T23:59:59.9999999Z", "9999-12-31T23:59:59.999999+00:00", 253402300799999999},
    };
    struct archive *archive = *state;
    struct small_case c;
    struct buffer lines;
    for (int64_t i = 0; i < 5; i++)
        put_in_case(archive->store, 10 + i, (char[]){(char)('P' + i), '\0'},
                    (struct put){.coming = {.observed = rows[i].at}});
    small_case_open(&c, archive, NULL);
    const char *text = written(timeline_write, &c, &lines);
    for (int i = 0; i < 5; i++) {
        /* 2023, when all came in, lies between the third and the fourth. */
        struct json_object *line = line_object(text, i < 3 ? i : count_of(text, "\n") - 5 + i);
        int64_t time_us = 0;
        assert_true(json_object_int64(line, "timestamp", &time_us));
        assert_string_equal(json_object_text(line, "datetime"), rows[i].datetime);
        assert_int_equal(time_us, rows[i].time_us);
        json_object_free(line);
    }
    buffer_release(&lines);
    small_case_close(&c);
}

static void every_coming_in_and_every_step_of_the_case_is_told(void **state)
{
    struct archive *archive = *state;
    struct small_case c;
    struct buffer lines;
    char out[8192];
    do_case_step(archive->store, 1, "case_created", NULL, "first words");
    put_in_case(archive->store, 2, "P", (struct put){.coming = {.machine = "ws-1"}});
    acquire(archive->store, 3, "P", (struct coming){.machine = "ws-1"});
    do_case_step(archive->store, 4, "case_noted", NULL, "a note");
    do_case_step(archive->store, 5, "case_closed", NULL, NULL);
    do_case_step(archive->store, 6, "case_reopened", NULL, "more");
    do_case_step(archive->store, 7, "case_removed", "P", "not ours");
    do_case_step(archive->store, 8, "case_added", "P", "ours");
    do_case_step(archive->store, 9, "case_released", NULL, "to the court");
    small_case_open(&c, archive, NULL);
    const char *text = sentences(written(timeline_write, &c, &lines), out);
    assert_int_equal(count_of(text, "Package Acquired: "), 2);
    assert_int_equal(count_of(text, "Case IR-7: created by op@host: first words"), 1);
    assert_int_equal(count_of(text, "Case IR-7: noted by op@host: a note"), 1);
    assert_int_equal(count_of(text, "Case IR-7: closed by op@host"), 1);
    assert_int_equal(count_of(text, "Case IR-7: reopened by op@host: more"), 1);
    assert_int_equal(count_of(text, "exhibit IR-7-0001: removed by op@host: not ours"), 1);
    assert_int_equal(count_of(text, "exhibit IR-7-0001: added by op@host: ours"), 1);
    assert_int_equal(count_of(text, "Case IR-7: released by op@host: to the court"), 1);
    assert_int_equal(count_of(text, "Case Event: "), 7);
    buffer_release(&lines);
    small_case_close(&c);
}

static void a_long_or_hostile_name_is_cut_and_escaped_in_the_sentence_only(void **state)
{
    struct archive *archive = *state;
    struct small_case c;
    struct buffer lines;
    char name[2001];
    memset(name, 'x', 2000);
    name[2000] = '\0';
    memcpy(name, "\x1B[31m\xE2\x80\xAE\"", 9);
    put_in_case(archive->store, 2, "P",
                (struct put){.script_name = T(name), .coming = {.observed = EARLY}});
    small_case_open(&c, archive, NULL);
    struct json_object *line = line_object(written(timeline_write, &c, &lines), 0);
    const char *message = json_object_text(line, "message");
    assert_int_equal(strncmp(message, "Output of \\x1b[31m\\u202e\"xxx", 28), 0);
    assert_true(strlen(message) < 350);
    assert_string_equal(json_object_text(line, "script_name"), name);
    json_object_free(line);
    buffer_release(&lines);
    small_case_close(&c);
}

static void what_has_the_same_time_keeps_its_order(void **state)
{
    struct archive *archive = *state;
    struct small_case c;
    struct buffer first, second;
    for (int64_t i = 0; i < 8; i++)
        put_in_case(archive->store, 10 + i, (char[]){(char)('P' + i), '\0'},
                    (struct put){.coming = {.observed = LATE}});
    small_case_open(&c, archive, NULL);
    const char *text = written(timeline_write, &c, &first);
    assert_string_equal(text, written(timeline_write, &c, &second));
    for (int i = 0; i < 8; i++) {
        struct json_object *line = line_object(text, i);
        int64_t result_id = 0;
        assert_true(json_object_int64(line, "result_id", &result_id));
        assert_int_equal(result_id, 10 + i);
        json_object_free(line);
    }
    buffer_release(&first);
    buffer_release(&second);
    small_case_close(&c);
}

static void of_what_is_withheld_only_that_it_was_added_is_told(void **state)
{
    struct archive *archive = *state;
    struct small_case c;
    struct buffer lines;
    put_in_case(archive->store, 2, "P",
                (struct put){.script_name = T("secret.ps1"), .coming = {.machine = "ws-secret"}});
    do_case_step(archive->store, 3, "case_removed", "P", "secret reason");
    do_case_step(archive->store, 4, "case_added", "P", "secret words");
    small_case_open(&c, archive, "P");
    const char *text = written(timeline_write, &c, &lines);
    assert_null(strstr(text, "secret"));
    assert_int_equal(count_of(text, "exhibit IR-7-0001: added by op@host\""), 1);
    buffer_release(&lines);
    small_case_close(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        archive_test(a_command_tells_its_start_and_its_end_once),
        archive_test(an_output_without_a_command_tells_when_it_was_observed),
        archive_test(a_time_is_right_to_the_microsecond_before_1970_and_in_9999),
        archive_test(every_coming_in_and_every_step_of_the_case_is_told),
        archive_test(a_long_or_hostile_name_is_cut_and_escaped_in_the_sentence_only),
        archive_test(what_has_the_same_time_keeps_its_order),
        archive_test(of_what_is_withheld_only_that_it_was_added_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
