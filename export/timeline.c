#include "export/timeline.h"

#include "base/json.h"
#include "base/time.h"
#include "schema/query_export.h"

#include <stdio.h>
#include <string.h>

#define MESSAGE_BYTES (32 * 1024) /* a dozen names, escaped */
#define NAME_BYTES 256
#define FIELDS_BEGIN 2 /* columns before are event_at and event_code */
#define FRACTION_AT 20 /* in a time: "2023-03-18T21:04:01." */

struct line {
    const struct query *row;
    struct buffer message;
    struct json_writer *writer;
};

/* ---- the sentence ---- */

static void say(struct line *line, const char *words)
{
    (void)buffer_append(&line->message, words, strlen(words));
}

/* Cut at a character. */
static void say_text(struct line *line, struct text text)
{
    size_t length = text.length;
    if (length > NAME_BYTES) {
        length = NAME_BYTES;
        for (int i = 0; i < 3 && ((unsigned char)text.bytes[length] & 0xC0) == 0x80; i++)
            length--;
    }
    text_escape(&line->message, text.bytes, length, TEXT_KEEP_NONE);
    if (length < text.length)
        say(line, "…");
}

/* `before`, the column's value, when there is one. */
static bool say_known(struct line *line, const char *before, const char *column)
{
    struct query_value value = query_value_named(line->row, column);
    if (value.type == QUERY_NULL)
        return false;
    say(line, before);
    if (value.type == QUERY_INTEGER)
        text_printf(&line->message, "%lld", (long long)value.integer);
    else
        say_text(line, value.text);
    return true;
}

static void say_machine(struct line *line)
{
    if (!say_known(line, " on ", "machine_name"))
        (void)say_known(line, " on ", "machine_id");
}

static void say_action(struct line *line, const char *what)
{
    say(line, "Machine action");
    (void)say_known(line, " ", "action_type");
    say_machine(line);
    say(line, what);
}

static void say_command(struct line *line, const char *what)
{
    if (!say_known(line, "", "command_type"))
        say(line, "Command");
    (void)say_known(line, " ", "script_name");
    (void)say_known(line, " (command ", "command_index");
    say(line, ")");
    say_machine(line);
    say(line, what);
}

static void say_result(struct line *line)
{
    say(line, "Output");
    (void)say_known(line, " of ", "script_name");
    say_machine(line);
    say(line, " was observed");
    (void)say_known(line, " (time: ", "observed_at_source");
    say(line, ")");
    (void)say_known(line, ", exit code ", "exit_code");
}

static void say_acquisition(struct line *line)
{
    say(line, "Package");
    (void)say_known(line, " ", "package_sha256");
    (void)say_known(line, " (exhibit ", "exhibit");
    say(line, query_value_named(line->row, "exhibit").text.bytes ? ")" : "");
    say(line, " came in");
    say_machine(line);
    (void)say_known(line, " from ", "source");
    (void)say_known(line, ", brought by ", "operator");
}

/* case_added: added; a word that is not known yet reads as well. */
static void say_case(struct line *line)
{
    struct text event = query_value_named(line->row, "event").text;
    if (event.length > 5 && memcmp(event.bytes, "case_", 5) == 0)
        event = (struct text){event.bytes + 5, event.length - 5};
    (void)say_known(line, "Case ", "case_name");
    if (query_value_named(line->row, "exhibit").text.bytes)
        (void)say_known(line, ", exhibit ", "exhibit");
    else
        (void)say_known(line, ", package ", "package_sha256");
    say(line, ": ");
    say_text(line, event);
    (void)say_known(line, " by ", "operator");
    (void)say_known(line, ": ", "words");
}

/* Returns timestamp_desc, and in *data_type what the line is about. */
static const char *say_event(struct line *line, enum export_event event, const char **data_type)
{
    *data_type = "lrarchive:action";
    switch (event) {
    case EXPORT_ACTION_CREATED:
        say_action(line, " was created");
        (void)say_known(line, " by ", "requestor");
        (void)say_known(line, ": ", "requestor_comment");
        return "Action Created";
    case EXPORT_ACTION_UPDATED:
        say_action(line, " was last updated");
        (void)say_known(line, ": ", "action_status");
        return "Action Last Updated";
    case EXPORT_ACTION_CANCELLED:
        say_action(line, " was cancelled");
        (void)say_known(line, " by ", "cancellation_requestor");
        (void)say_known(line, ": ", "cancellation_comment");
        return "Action Cancelled";
    case EXPORT_COMMAND_STARTED:
    case EXPORT_COMMAND_ENDED:
        *data_type = "lrarchive:command";
        if (event == EXPORT_COMMAND_STARTED) {
            say_command(line, " started");
            return "Command Started";
        }
        say_command(line, " ended");
        (void)say_known(line, ": ", "command_status");
        (void)say_known(line, ", exit code ", "exit_code");
        return "Command Ended";
    case EXPORT_RESULT_OBSERVED:
        *data_type = "lrarchive:result";
        say_result(line);
        return "Output Observed";
    case EXPORT_PACKAGE_ACQUIRED:
        *data_type = "lrarchive:acquisition";
        say_acquisition(line);
        return "Package Acquired";
    case EXPORT_CASE_CREATED:
    case EXPORT_CASE_STEP:
    case EXPORT_CASE_COMING:
        break;
    }
    *data_type = "lrarchive:case";
    say_case(line);
    return "Case Event";
}

/* ---- the line ---- */

/* A time as datetime and timestamp; -1 when it is none. */
static int write_time(struct json_writer *writer, struct text at)
{
    char text[TIME_TEXT_SIZE], datetime[TIME_TEXT_SIZE + 8];
    int64_t seconds, fraction;
    if (!at.bytes || time_parse(at.bytes, at.length, text) || time_to_unix(text, &seconds) ||
        text_parse_int64(text + FRACTION_AT, 6, &fraction))
        return -1;
    snprintf(datetime, sizeof datetime, "%.26s+00:00", text);
    json_writer_text(writer, "datetime", datetime);
    json_writer_int64(writer, "timestamp", seconds * 1000000 + fraction);
    return 0;
}

static void write_fields(struct line *line)
{
    for (int i = FIELDS_BEGIN; i < query_column_count(line->row); i++) {
        struct query_value value = query_value(line->row, i);
        const char *name = query_column_name(line->row, i);
        if (value.type == QUERY_INTEGER)
            json_writer_int64(line->writer, name, value.integer);
        else if (value.type != QUERY_NULL)
            json_writer_bytes(line->writer, name, value.text);
    }
}

static void write_line(struct line *line, struct spool *spool)
{
    const char *data_type;
    enum export_event event = (enum export_event)query_value_named(line->row, "event_code").integer;
    buffer_clear(&line->message);
    const char *description = say_event(line, event, &data_type);
    json_writer_begin(line->writer);
    json_writer_text(line->writer, "message", buffer_text(&line->message));
    if (write_time(line->writer, query_value_named(line->row, "event_at").text))
        return;
    json_writer_text(line->writer, "timestamp_desc", description);
    json_writer_text(line->writer, "data_type", data_type);
    write_fields(line);
    spool_text(spool, json_writer_end(line->writer));
    spool_string(spool, "\n");
}

int timeline_write(const struct subject *subject, struct spool *spool, struct error *err)
{
    struct query *query;
    int more;
    if (query_export_events(subject->reader, &query, err))
        return -1;
    struct line line = {.row = query, .writer = json_writer_new()};
    buffer_init(&line.message, MESSAGE_BYTES);
    while ((more = query_next(query, err)) == 1)
        write_line(&line, spool);
    buffer_release(&line.message);
    json_writer_free(line.writer);
    query_free(query);
    return more;
}
