/* Any bytes as a package: what the sink is given keeps the promises of parser/package.h, and is the
 * same at every read size. */
#include "parser/package.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

#define PACKAGE_BOUND_BYTES 300000

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct sink_state {
    struct sha256 *all;    /* everything that came */
    struct sha256 *output; /* the output of the present transcript */
    bool in_transcript;
    int64_t pages[2]; /* of the present transcript, by stream */
    int64_t bytes[2];
    int64_t transcripts;
    int64_t actions;
};

static void add_number(struct sink_state *state, int64_t number)
{
    sha256_update(state->all, &number, sizeof number);
}

static void add_text(struct sink_state *state, struct text text)
{
    add_number(state, text.bytes ? (int64_t)text.length : -1);
    FUZZ_CHECK(text_is_utf8(text.bytes, text.length));
    sha256_update(state->all, text.bytes, text.length);
}

static void add_string(struct sink_state *state, const char *string)
{
    add_text(state, (struct text){string, strlen(string)});
}

static int on_begin(void *context, int64_t member_index, struct error *err)
{
    (void)err;
    struct sink_state *state = context;
    FUZZ_CHECK(!state->in_transcript && member_index >= 0);
    state->in_transcript = true;
    memset(state->pages, 0, sizeof state->pages);
    memset(state->bytes, 0, sizeof state->bytes);
    sha256_reset(state->output);
    return 0;
}

static int on_page(void *context, enum page_stream stream, int64_t page_no, struct text text,
                   struct error *err)
{
    (void)err;
    struct sink_state *state = context;
    FUZZ_CHECK(state->in_transcript);
    FUZZ_CHECK(page_no == ++state->pages[stream]);
    FUZZ_CHECK(text.length > 0 && text.length <= PACKAGE_PAGE_BYTES);
    FUZZ_CHECK(!memchr(text.bytes, 0, text.length));
    state->bytes[stream] += (int64_t)text.length;
    if (stream == PAGE_OUTPUT)
        sha256_update(state->output, text.bytes, text.length);
    add_number(state, stream);
    add_text(state, text);
    return 0;
}

static void add_powershell(struct sink_state *state, const struct powershell_fields *fields)
{
    add_text(state, fields->transcript_path);
    add_text(state, fields->transcript_id);
    add_text(state, fields->user);
    add_text(state, fields->runas_user);
    add_text(state, fields->machine);
    add_text(state, fields->host_application);
    add_text(state, fields->version);
    add_number(state, fields->has_process_id ? fields->process_id : -1);
    add_string(state, fields->started_at);
    add_string(state, fields->ended_at);
}

static int on_end(void *context, const struct transcript_record *record, struct error *err)
{
    (void)err;
    struct sink_state *state = context;
    FUZZ_CHECK(state->in_transcript);
    state->in_transcript = false;
    state->transcripts++;
    FUZZ_CHECK(record->parse_status != PARSE_NONE);
    FUZZ_CHECK((record->has_output ? record->output_bytes : 0) == state->bytes[PAGE_OUTPUT]);
    FUZZ_CHECK((record->has_error ? record->error_bytes : 0) == state->bytes[PAGE_ERROR]);
    char hex[SHA256_HEX_SIZE];
    sha256_finish(state->output, hex);
    FUZZ_CHECK(!record->has_output || strcmp(hex, record->output_sha256) == 0);
    FUZZ_CHECK(record->script_name.length <= PACKAGE_FIELD_BYTES);
    add_number(state, record->member_index);
    add_text(state, record->script_name);
    add_number(state, record->has_exit_code ? record->exit_code : -1);
    add_number(state, record->parse_status);
    add_text(state, record->diagnostics);
    add_text(state, record->extra);
    add_number(state, record->nul_stripped);
    add_number(state, record->nul_inside);
    add_powershell(state, &record->powershell);
    return 0;
}

static int on_action(void *context, const struct action_record *record, struct error *err)
{
    (void)err;
    struct sink_state *state = context;
    FUZZ_CHECK(!state->in_transcript);
    state->actions++;
    add_number(state, record->member_index);
    add_text(state, record->action_id);
    add_text(state, record->type);
    add_text(state, record->status);
    add_text(state, record->machine_id);
    add_text(state, record->machine_name);
    add_string(state, record->created_at);
    for (size_t i = 0; i < record->command_count; i++) {
        const struct command_record *command = &record->commands[i];
        add_number(state, command->command_index);
        add_text(state, command->type);
        add_text(state, command->params);
        add_text(state, command->errors);
        add_text(state, command->script_name);
        add_string(state, command->started_at);
    }
    return 0;
}

static void hash_package(const uint8_t *data, size_t size, size_t block, char hex[SHA256_HEX_SIZE])
{
    struct sink_state state = {.all = sha256_new(), .output = sha256_new()};
    const struct package_sink sink = {&state, on_begin, on_page, on_end, on_action};
    const struct package_options options = {.max_unpacked_bytes = PACKAGE_BOUND_BYTES};
    struct package_summary summary;
    struct error err = {0};
    struct memory_stream in;
    memory_stream_init(&in, data, size, block);
    FUZZ_CHECK(package_read(&in.stream, &options, &sink, &summary, &err) == 0);
    FUZZ_CHECK(!state.in_transcript);
    FUZZ_CHECK(summary.transcript_count == state.transcripts);
    FUZZ_CHECK(summary.action_count == state.actions);
    FUZZ_CHECK(memchr(summary.diagnostics, 0, sizeof summary.diagnostics));
    add_number(&state, summary.kind);
    add_number(&state, summary.parse_status);
    add_number(&state, summary.more_values);
    add_string(&state, summary.diagnostics);
    sha256_finish(state.all, hex);
    sha256_free(state.all);
    sha256_free(state.output);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char once[SHA256_HEX_SIZE], again[SHA256_HEX_SIZE];
    (void)package_looks_like_json(data, size);
    hash_package(data, size, 0, once);
    hash_package(data, size, 1 + size % 31, again);
    FUZZ_CHECK(strcmp(once, again) == 0);
    return 0;
}
