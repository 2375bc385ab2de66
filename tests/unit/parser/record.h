/*
 * record - a sink that keeps all a package gave, and its rendering as text, so that two readings
 * can be compared and a test can say what it expects in a few lines.
 */
#ifndef TESTS_UNIT_PARSER_RECORD_H
#define TESTS_UNIT_PARSER_RECORD_H

#include "base/buffer.h"
#include "base/text.h"
#include "parser/package.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <yajl/yajl_parse.h>

#include <cmocka.h>

#define RECORD_LIMIT ((size_t)1 << 30)
#define RECORD_PAGES 8192

/* What one package gave. The last transcript's texts are kept whole. */
struct record {
    struct package_summary summary;
    struct buffer output;
    struct buffer error;
    struct buffer all; /* every record rendered, one field a line */
    size_t page_sizes[RECORD_PAGES];
    size_t page_count;
    int64_t last_page_no;
    enum page_stream last_stream;
    int begun;
    int fail_at; /* the call that says -1; 0: none */
    int calls;
};

static inline int record_call(struct record *record, struct error *err)
{
    if (++record->calls == record->fail_at)
        return error_set(err, ERROR_DATABASE, "the sink is full");
    return 0;
}

static inline void record_line(struct record *record, const char *name, struct text text)
{
    if (!text.bytes)
        return;
    text_printf(&record->all, "%s=", name);
    assert_int_equal(buffer_append(&record->all, text.bytes, text.length), 0);
    text_printf(&record->all, "\n");
}

/* Fails unless the text is absent or one whole JSON value. */
static inline void assert_json(struct text text)
{
    if (!text.bytes)
        return;
    yajl_handle yajl = yajl_alloc(NULL, NULL, NULL);
    bool valid =
        yajl_parse(yajl, (const unsigned char *)text.bytes, text.length) == yajl_status_ok &&
        yajl_complete_parse(yajl) == yajl_status_ok;
    yajl_free(yajl);
    if (!valid)
        print_message("no JSON: %.*s\n", (int)text.length, text.bytes);
    assert_true(valid);
}

static inline void record_words(struct record *record, const char *name, const char *text)
{
    if (text && text[0])
        text_printf(&record->all, "%s=%s\n", name, text);
}

static inline int record_begin(void *context, int64_t member_index, struct error *err)
{
    struct record *record = context;
    assert_int_equal(record->begun, 0);
    record->begun = 1;
    buffer_clear(&record->output);
    buffer_clear(&record->error);
    record->page_count = 0;
    record->last_page_no = 0;
    text_printf(&record->all, "transcript %" PRId64 "\n", member_index);
    return record_call(record, err);
}

static inline int record_page(void *context, enum page_stream stream, int64_t page_no,
                              struct text text, struct error *err)
{
    struct record *record = context;
    assert_int_equal(record->begun, 1);
    assert_true(text.length > 0 && text.length <= PACKAGE_PAGE_BYTES);
    assert_true(text_is_utf8(text.bytes, text.length));
    if (page_no == 1)
        record->last_page_no = 0;
    else
        assert_int_equal(stream, record->last_stream);
    assert_int_equal(page_no, record->last_page_no + 1);
    record->last_page_no = page_no;
    record->last_stream = stream;
    assert_true(record->page_count < RECORD_PAGES);
    record->page_sizes[record->page_count++] = text.length;
    struct buffer *out = stream == PAGE_OUTPUT ? &record->output : &record->error;
    assert_int_equal(buffer_append(out, text.bytes, text.length), 0);
    return record_call(record, err);
}

static inline void record_powershell(struct record *record, const struct powershell_fields *fields)
{
    record_line(record, "ps_path", fields->transcript_path);
    record_line(record, "ps_id", fields->transcript_id);
    record_line(record, "ps_user", fields->user);
    record_words(record, "ps_ended_at", fields->ended_at);
}

static inline int record_end(void *context, const struct transcript_record *transcript,
                             struct error *err)
{
    struct record *record = context;
    assert_int_equal(record->begun, 1);
    record->begun = 0;
    /* What the record says of the pages must be true of the pages. */
    char hex[SHA256_HEX_SIZE];
    assert_int_equal(transcript->output_bytes, record->output.length);
    assert_int_equal(transcript->error_bytes, record->error.length);
    if (transcript->has_output) {
        sha256_of(record->output.bytes, record->output.length, hex);
        assert_string_equal(hex, transcript->output_sha256);
        record_line(record, "output",
                    (struct text){buffer_text(&record->output), record->output.length});
    } else {
        assert_string_equal(transcript->output_sha256, "");
    }
    if (transcript->has_error)
        record_line(record, "error",
                    (struct text){buffer_text(&record->error), record->error.length});
    record_line(record, "name", transcript->script_name);
    if (transcript->has_exit_code)
        text_printf(&record->all, "exit_code=%" PRId64 "\n", transcript->exit_code);
    text_printf(&record->all, "status=%s\n", parse_status_name(transcript->parse_status));
    assert_json(transcript->diagnostics);
    assert_json(transcript->extra);
    assert_true(transcript->extra.length <= PACKAGE_FIELD_BYTES);
    record_line(record, "diagnostics", transcript->diagnostics);
    record_line(record, "extra", transcript->extra);
    if (transcript->nul_stripped || transcript->nul_inside)
        text_printf(&record->all, "nuls=%" PRId64 ",%" PRId64 "\n", transcript->nul_stripped,
                    transcript->nul_inside);
    record_powershell(record, &transcript->powershell);
    return record_call(record, err);
}

static inline void record_command(struct record *record, const struct command_record *command)
{
    assert_json(command->params);
    assert_json(command->errors);
    text_printf(&record->all, "command %" PRId64 "\n", command->command_index);
    record_line(record, " type", command->type);
    record_line(record, " status", command->status);
    record_words(record, " started_at", command->started_at);
    record_words(record, " ended_at", command->ended_at);
    record_line(record, " params", command->params);
    record_line(record, " errors", command->errors);
    record_line(record, " script_name", command->script_name);
}

static inline int record_action(void *context, const struct action_record *action,
                                struct error *err)
{
    struct record *record = context;
    assert_int_equal(record->begun, 0);
    text_printf(&record->all, "action %" PRId64 "\n", action->member_index);
    const struct {
        const char *name;
        struct text text;
    } texts[] = {
        {"action_id", action->action_id},
        {"type", action->type},
        {"status", action->status},
        {"title", action->title},
        {"requestor", action->requestor},
        {"requestor_comment", action->requestor_comment},
        {"machine_id", action->machine_id},
        {"machine_name", action->machine_name},
        {"external_id", action->external_id},
        {"request_source", action->request_source},
        {"cancellation_requestor", action->cancellation_requestor},
        {"cancellation_comment", action->cancellation_comment},
        {"scope", action->scope},
        {"error_hresult", action->error_hresult},
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        record_line(record, texts[i].name, texts[i].text);
    record_words(record, "created_at", action->created_at);
    record_words(record, "last_updated_at", action->last_updated_at);
    record_words(record, "cancelled_at", action->cancelled_at);
    for (size_t i = 0; i < action->command_count; i++)
        record_command(record, &action->commands[i]);
    return record_call(record, err);
}

static inline void record_init(struct record *record)
{
    memset(record, 0, sizeof *record);
    buffer_init(&record->output, RECORD_LIMIT);
    buffer_init(&record->error, RECORD_LIMIT);
    buffer_init(&record->all, RECORD_LIMIT);
}

static inline void record_release(struct record *record)
{
    buffer_release(&record->output);
    buffer_release(&record->error);
    buffer_release(&record->all);
}

/* Reads the package `block` bytes at a time (0: whole). package_read's answer. */
static inline int record_read_limited(struct record *record, const void *bytes, size_t length,
                                      size_t block, int64_t max_unpacked_bytes, struct error *err)
{
    struct memory_stream stream;
    memory_stream_init(&stream, bytes, length, block);
    const struct package_sink sink = {record, record_begin, record_page, record_end, record_action};
    const struct package_options options = {max_unpacked_bytes};
    int result = package_read(&stream.stream, &options, &sink, &record->summary, err);
    if (result == 0) {
        assert_int_equal(record->begun, 0);
        text_printf(&record->all, "package %s", package_kind_name(record->summary.kind));
        const char *status = parse_status_name(record->summary.parse_status);
        text_printf(&record->all, " %s%s\n", status ? status : "-",
                    record->summary.more_values ? " more_values" : "");
        record_words(record, "diagnostics", record->summary.diagnostics);
    }
    return result;
}

static inline int record_read(struct record *record, const void *bytes, size_t length, size_t block)
{
    struct error err = {0};
    return record_read_limited(record, bytes, length, block, 0, &err);
}

/* Fails when the readings differ. */
static inline void assert_same_record(struct record *a, struct record *b)
{
    if (a->all.length != b->all.length || memcmp(a->all.bytes, b->all.bytes, a->all.length) != 0)
        assert_string_equal(buffer_text(&a->all), buffer_text(&b->all));
    assert_int_equal(a->page_count, b->page_count);
    assert_memory_equal(a->page_sizes, b->page_sizes, a->page_count * sizeof *a->page_sizes);
}

#endif
