#include "ingest/apply.h"

#include "base/file.h"
#include "base/interrupt.h"
#include "base/memory.h"
#include "base/sha256.h"
#include "base/stream.h"
#include "evidence/location.h"
#include "evidence/segment.h"
#include "ingest/action_row.h"
#include "ingest/case_event.h"
#include "ingest/receipt.h"
#include "parser/package.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MEMBER_STEP 1000000000000LL /* result_id = ledger number + this * member index */
struct apply {
    struct store *store;
    struct store *unparsed;
    char *evidence_folder;
    char *parsing_path;
    char tool[64];
    char poison[SHA256_HEX_SIZE];
    int mark_fd;
    bool without_steps, has_stepped;
    struct buffer receipt;
    /* the package being read */
    const struct receipt *about;
    const char *event; /* the line's: a receipt cannot know that it was adopted */
    int64_t number;
    int64_t content_id;
    int64_t step_bytes;
    bool is_checked;
    bool has_actions;
};

/* ---- the mark ---- */

static int mark(struct apply *apply, const char *sha256, struct error *err)
{
    char content[SHA256_HEX_SIZE];
    memset(content, ' ', sizeof content);
    if (sha256)
        memcpy(content, sha256, SHA256_HEX_LENGTH);
    content[SHA256_HEX_LENGTH] = '\n';
    if (pwrite(apply->mark_fd, content, sizeof content, 0) != (ssize_t)sizeof content) {
        error_set(err, ERROR_IO, "cannot note which package is being read (is the disk full?)");
        return error_at_path(err, apply->parsing_path);
    }
    return 0;
}

int apply_read_mark(const char *parsing_path, char poison[SHA256_HEX_SIZE], struct error *err)
{
    poison[0] = '\0';
    if (!file_exists(parsing_path))
        return 0;
    struct buffer content;
    buffer_init(&content, 4096);
    int result = file_read(parsing_path, &content, err);
    if (result == 0 && content.length >= SHA256_HEX_LENGTH) {
        memcpy(poison, content.bytes, SHA256_HEX_LENGTH);
        poison[SHA256_HEX_LENGTH] = '\0';
        result = sha256_is_hex(poison);
        if (!result)
            poison[0] = '\0';
    }
    buffer_release(&content);
    return result;
}

struct apply *apply_new(struct store *store, struct store *unparsed, const char *evidence_folder,
                        const char *parsing_path, const char *tool, const char *poison,
                        struct error *err)
{
    int fd = file_open(parsing_path, O_RDWR | O_CREAT, err);
    if (fd < 0)
        return NULL;
    struct apply *apply = memory_zeroed(1, sizeof *apply);
    apply->store = store;
    apply->unparsed = unparsed;
    apply->evidence_folder = memory_copy_text(evidence_folder, strlen(evidence_folder));
    apply->parsing_path = memory_copy_text(parsing_path, strlen(parsing_path));
    apply->mark_fd = fd;
    snprintf(apply->tool, sizeof apply->tool, "%s", tool);
    snprintf(apply->poison, sizeof apply->poison, "%s", poison);
    buffer_init(&apply->receipt, SEGMENT_RECEIPT_BYTES);
    return apply;
}

void apply_free(struct apply *apply)
{
    if (!apply)
        return;
    close(apply->mark_fd);
    buffer_release(&apply->receipt);
    free(apply->evidence_folder);
    free(apply->parsing_path);
    free(apply);
}

void apply_without_steps(struct apply *apply)
{
    apply->without_steps = true;
}

bool apply_has_stepped(const struct apply *apply)
{
    return apply->has_stepped;
}

/* ---- the parser's records as rows ---- */

static int on_begin(void *context, int64_t member_index, struct error *err)
{
    struct apply *apply = context;
    apply->content_id = apply->number + MEMBER_STEP * member_index;
    return store_begin_content(apply->store, apply->content_id, apply->about->package_sha256,
                               member_index, err);
}

static int on_page(void *context, enum page_stream stream, int64_t page_no, struct text text,
                   struct error *err)
{
    struct apply *apply = context;
    if (interrupt_check(err) || store_put_page(apply->store, apply->content_id,
                                               page_stream_name(stream), page_no, text, err))
        return -1;
    apply->step_bytes += (int64_t)text.length;
    /* Actions are in sight at once, so a package that holds some stays in one transaction. */
    if (apply->step_bytes < APPLY_STEP_BYTES || apply->has_actions || apply->without_steps)
        return 0;
    apply->step_bytes = 0;
    apply->has_stepped = true;
    return store_commit(apply->store, err) ? -1 : store_begin(apply->store, err);
}

static int on_end(void *context, const struct transcript_record *record, struct error *err)
{
    struct apply *apply = context;
    const struct powershell_fields *ps = &record->powershell;
    struct store_content content = {
        .content_id = apply->content_id,
        .package_sha256 = apply->about->package_sha256,
        .member_index = record->member_index,
        .script_name = record->script_name,
        .has_exit_code = record->has_exit_code,
        .exit_code = record->exit_code,
        .parse_status = parse_status_name(record->parse_status),
        .diagnostics = record->diagnostics,
        .extra = record->extra,
        .has_output = record->has_output,
        .has_error = record->has_error,
        .output_bytes = record->output_bytes,
        .error_bytes = record->error_bytes,
        .output_sha256 = record->has_output ? record->output_sha256 : NULL,
        .nul_stripped = record->nul_stripped,
        .nul_inside = record->nul_inside,
        .ps_transcript_path = ps->transcript_path,
        .ps_transcript_id = ps->transcript_id,
        .ps_user = ps->user,
        .ps_runas_user = ps->runas_user,
        .ps_machine = ps->machine,
        .ps_host_application = ps->host_application,
        .ps_version = ps->version,
        .has_ps_process_id = ps->has_process_id,
        .ps_process_id = ps->process_id,
        .ps_started_at = ps->started_at,
        .ps_ended_at = ps->ended_at,
    };
    return store_finish_content(apply->store, &content, err);
}

static int on_action(void *context, const struct action_record *record, struct error *err)
{
    struct apply *apply = context;
    /* What a command brought from a machine is not the service's word about actions. */
    if (apply->about->action_id)
        return 0;
    struct action_row row;
    action_row_make(&row, record, apply->about->tenant_id);
    row.action.number = apply->number;
    row.action.package_sha256 = apply->about->package_sha256;
    apply->has_actions = true;
    int result = store_put_action(apply->store, &row.action, err);
    action_row_release(&row);
    return result;
}

/* ---- one line ---- */

static struct text text_of(const char *text)
{
    return (struct text){text, text ? strlen(text) : 0};
}

/* Passes a stream on and hashes what goes by. */
struct hashing_stream {
    struct stream stream;
    struct stream *in;
    struct sha256 *hash;
    int64_t size_bytes;
};

static ssize_t hashing_stream_read(struct stream *base, void *bytes, size_t size, struct error *err)
{
    struct hashing_stream *stream = (struct hashing_stream *)base;
    ssize_t got = stream_read(stream->in, bytes, size, err);
    if (got > 0) {
        sha256_update(stream->hash, bytes, (size_t)got);
        stream->size_bytes += got;
    }
    return got;
}

/* Reads what the parser had no need of, then compares. */
static int finish_hash(struct apply *apply, struct hashing_stream *stream,
                       const struct segment_entry *entry, struct error *err)
{
    char block[16384], sha256[SHA256_HEX_SIZE];
    ssize_t got;
    do
        got = interrupt_check(err) ? -1 : stream_read(&stream->stream, block, sizeof block, err);
    while (got > 0);
    sha256_finish(stream->hash, sha256);
    if (got < 0)
        return -1;
    if (stream->size_bytes == entry->size_bytes && strcmp(sha256, entry->package_sha256) == 0) {
        apply->is_checked = true;
        return 0;
    }
    return error_set(err, ERROR_DAMAGED,
                     "package %s of ledger line %lld does not read back as it was stored; run "
                     "`lrarchive verify`",
                     entry->package_sha256, (long long)apply->number);
}

/* Reads the package from the evidence, not from where it came: what is indexed is what is kept. */
static int read_package(struct apply *apply, const struct location *location,
                        struct package_summary *summary, struct error *err)
{
    static const struct package_sink calls = {.transcript_begin = on_begin,
                                              .page = on_page,
                                              .transcript_end = on_end,
                                              .action = on_action};
    struct package_sink sink = calls;
    sink.context = apply;
    struct package_options options = {.max_unpacked_bytes = apply->about->max_unpacked_bytes};
    struct segment_reader reader;
    if (segment_reader_open(&reader, apply->evidence_folder, location->data_segment,
                            location->entry.offset, location->entry.stored_bytes, err))
        return -1;
    struct hashing_stream stream = {
        .stream = {.read = hashing_stream_read}, .in = &reader.member.stream, .hash = sha256_new()};
    int result = mark(apply, apply->about->package_sha256, err);
    if (result == 0)
        result = package_read(&stream.stream, &options, &sink, summary, err);
    struct error ignored;
    if (mark(apply, NULL, result ? &ignored : err))
        result = -1;
    if (result == 0)
        result = finish_hash(apply, &stream, &location->entry, err);
    sha256_free(stream.hash);
    segment_reader_close(&reader);
    return result;
}

static int read_and_note(struct apply *apply, const struct location *location, struct error *err)
{
    const char *sha256 = apply->about->package_sha256;
    /* A large package that was cut short by a crash has left steps behind. */
    if (store_drop_package_contents(apply->store, sha256, err))
        return -1;
    int unparsed = store_is_unparsed(apply->unparsed, sha256, apply->tool, err);
    if (unparsed < 0)
        return -1;
    if (unparsed || strcmp(sha256, apply->poison) == 0)
        return store_put_reading(apply->store, sha256, "file", NULL, (struct text){0},
                                 "reading it did not end: a crash, or the program was killed; "
                                 "`lrarchive rebuild --retry-unparsed` tries again",
                                 apply->tool, err);
    struct package_summary summary;
    apply->step_bytes = 0;
    if (read_package(apply, location, &summary, err))
        return -1;
    return store_put_reading(apply->store, sha256, package_kind_name(summary.kind),
                             parse_status_name(summary.parse_status),
                             text_of(summary.diagnostics[0] ? summary.diagnostics : NULL), NULL,
                             apply->tool, err);
}

static int put_acquisition(struct apply *apply, int64_t *result_id, struct error *err)
{
    const struct receipt *about = apply->about;
    struct store_acquisition acquisition = {
        .number = apply->number,
        .event = apply->event,
        .package_sha256 = about->package_sha256,
        .acquired_at = about->time,
        .operator_name = about->operator_name,
        .os_user = about->os_user,
        .host = about->host,
        .tool = about->tool,
        .source = text_of(about->source),
        .file_mtime = about->file_mtime,
        .given_observed_at = about->observed_at,
        .tenant_id = text_of(about->tenant_id),
        .action_id = text_of(about->action_id),
        .machine_id = text_of(about->machine_id),
        .machine_name = text_of(about->machine_name),
        .note = text_of(about->note),
        .case_name = text_of(about->case_name),
        .has_command_index = about->has_command_index,
        .command_index = about->command_index,
    };
    return store_put_acquisition(apply->store, &acquisition, result_id, err);
}

static int put_package(struct apply *apply, const struct location *location, struct error *err)
{
    const struct segment_entry *entry = &location->entry;
    struct store_package package = {.package_sha256 = entry->package_sha256,
                                    .size_bytes = entry->size_bytes,
                                    .first_number = apply->number,
                                    .segment = location->data_segment,
                                    .offset = entry->offset,
                                    .stored_bytes = entry->stored_bytes};
    return store_put_package(apply->store, &package, err);
}

static int apply_package(struct apply *apply, const struct location *location,
                         struct apply_outcome *outcome, struct error *err)
{
    const struct segment_entry *entry = &location->entry;
    if (strcmp(apply->about->package_sha256, entry->package_sha256) != 0 ||
        apply->about->number != apply->number)
        return error_set(err, ERROR_DAMAGED, "the receipt of ledger line %lld is another line's",
                         (long long)apply->number);
    if (entry->has_package && put_package(apply, location, err))
        return -1;
    int needs_reading = store_needs_reading(apply->store, entry->package_sha256,
                                            apply->about->action_id != NULL, apply->tool, err);
    if (needs_reading < 0 || (needs_reading && read_and_note(apply, location, err)))
        return -1;
    int64_t result_id;
    if (put_acquisition(apply, &result_id, err))
        return -1;
    if (!outcome)
        return 0;
    outcome->result_id = result_id;
    outcome->is_checked = apply->is_checked;
    return store_get_reading(apply->store, entry->package_sha256, &outcome->reading, err) < 0 ? -1
                                                                                              : 0;
}

static int put_line(struct apply *apply, const struct ledger_line *line,
                    const struct location *location, struct error *err)
{
    const struct json_object *in = line->object;
    struct store_line row = {
        .number = line->place.number,
        .event = json_object_text(in, "event"),
        .time = json_object_text(in, "time"),
        .operator_name = json_object_text(in, "operator"),
        .os_user = json_object_text(in, "os_user"),
        .host = json_object_text(in, "host"),
        .tool = json_object_text(in, "tool"),
        .prev = json_object_text(in, "prev"),
        .line_sha256 = line->place.sha256,
        .ledger_file = line->place.file,
        .ledger_offset = line->place.offset,
        .size_bytes = -1,
        .segment = json_object_text(in, "segment"),
        .offset = -1,
        .stored_bytes = -1,
        .entry_offset = -1,
        .entry_bytes = -1,
        .line = line->line,
    };
    json_object_int64(in, "size_bytes", &row.size_bytes);
    if (location && location->entry.package_sha256[0]) {
        row.package_sha256 = location->entry.package_sha256;
        row.offset = location->entry.offset;
        row.stored_bytes = location->entry.stored_bytes;
    }
    if (location) {
        row.entry_segment = location->entry.segment;
        row.entry_offset = location->entry.entry_offset;
        row.entry_bytes = location->entry.entry_bytes;
        row.entry_sha256 = location->entry.entry_sha256;
    }
    return store_put_line(apply->store, &row, err);
}

/* What was done to a case, when that is what the line tells. */
static int apply_case(struct apply *apply, const struct ledger_line *line,
                      const struct location *location, struct error *err)
{
    const char *event = json_object_text(line->object, "event");
    if (!event || !case_event_is(event))
        return 0;
    if (segment_read_receipt(apply->evidence_folder, &location->entry, &apply->receipt, err))
        return -1;
    struct text receipt = {apply->receipt.bytes, apply->receipt.length};
    return case_event_apply(apply->store, line->place.number, event, receipt, err);
}

int apply_line(struct apply *apply, const struct ledger_line *line, struct text receipt,
               struct apply_outcome *outcome, struct error *err)
{
    struct location location;
    if (outcome)
        *outcome = (struct apply_outcome){0};
    apply->has_stepped = false;
    int has_entry = location_read(line->object, &location, err);
    if (has_entry < 0)
        return -1;
    /* The line goes in last: once history.db knows it, everything it stands for is there. */
    if (!has_entry || !location.entry.package_sha256[0])
        return (has_entry && apply_case(apply, line, &location, err)) ||
                       put_line(apply, line, has_entry ? &location : NULL, err)
                   ? -1
                   : 0;
    if (!receipt.bytes) {
        if (segment_read_receipt(apply->evidence_folder, &location.entry, &apply->receipt, err))
            return -1;
        receipt = (struct text){apply->receipt.bytes, apply->receipt.length};
    }
    struct receipt about;
    struct json_object *object;
    if (receipt_parse(receipt, &about, &object, err))
        return -1;
    apply->about = &about;
    apply->number = line->place.number;
    apply->is_checked = apply->has_actions = false;
    apply->event = json_object_text(line->object, "event");
    int result = apply_package(apply, &location, outcome, err);
    json_object_free(object);
    apply->about = NULL;
    return result ? -1 : put_line(apply, line, &location, err);
}

/* What is left of a line's package when data or receipt are damaged: that it was there. */
static int apply_remains(struct apply *apply, const struct location *location, const char *reason,
                         struct error *err)
{
    const struct segment_entry *entry = &location->entry;
    struct error ignored;
    struct receipt about;
    struct json_object *object = NULL;
    if (entry->has_package &&
        (put_package(apply, location, err) ||
         store_drop_package_contents(apply->store, entry->package_sha256, err) ||
         store_put_reading(apply->store, entry->package_sha256, "file", NULL, (struct text){0},
                           reason, NULL, err)))
        return -1;
    if (segment_read_receipt(apply->evidence_folder, entry, &apply->receipt, &ignored) ||
        receipt_parse((struct text){apply->receipt.bytes, apply->receipt.length}, &about, &object,
                      &ignored))
        return 0;
    apply->about = &about;
    int result = about.number == apply->number ? put_acquisition(apply, NULL, err) : 0;
    apply->about = NULL;
    json_object_free(object);
    return result;
}

int apply_damaged_line(struct apply *apply, const struct ledger_line *line, const char *reason,
                       struct error *err)
{
    struct location location;
    if (location_read(line->object, &location, err) != 1)
        return -1;
    apply->number = line->place.number;
    apply->event = json_object_text(line->object, "event");
    if (location.entry.package_sha256[0] && apply_remains(apply, &location, reason, err))
        return -1;
    return put_line(apply, line, &location, err);
}
