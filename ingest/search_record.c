#include "ingest/search_record.h"

#include "ingest/event.h"

#include <string.h>

struct record {
    const struct search_spec *spec;
    const struct search_coverage *coverage;
    const char *reason, *list_path;
    char sha256[SHA256_HEX_SIZE]; /* of the list, or of the text */
};

static const char *mode_name(enum search_mode mode)
{
    static const char *const names[] = {[SEARCH_PHRASE] = "phrase",
                                        [SEARCH_SUBSTRING] = "substring",
                                        [SEARCH_REGEX] = "regex",
                                        [SEARCH_INDICATORS] = "patterns"};
    return names[mode];
}

static void add_to_line(const void *context, struct json_writer *line)
{
    const struct record *record = context;
    const struct search_coverage *coverage = record->coverage;
    json_writer_text(line, "mode", mode_name(record->spec->mode));
    json_writer_text(line, record->list_path ? "list_sha256" : "text_sha256", record->sha256);
    if (record->spec->indicators)
        json_writer_int64(line, "indicators", (int64_t)record->spec->indicators->count);
    json_writer_int64(line, "searched_to_number", coverage->ledger_number);
    json_writer_int64(line, "searched_results", coverage->counts.results);
    json_writer_int64(line, "searched_files", coverage->searched_files);
    json_writer_int64(line, "not_searched_files",
                      coverage->counts.files - coverage->searched_files);
    json_writer_int64(line, "not_searched_unparsed", coverage->counts.unparsed);
    json_writer_int64(line, "incomplete_truncated", coverage->counts.truncated);
    json_writer_int64(line, "incomplete_invalid", coverage->counts.invalid);
    json_writer_int64(line, "incomplete_long_lines", coverage->long_lines);
    json_writer_int64(line, "incomplete_limited_lines", coverage->limited_lines);
    json_writer_int64(line, "hits", coverage->hits);
    json_writer_int64(line, "results_with_hits", coverage->results);
    json_writer_int64(line, "file_hits", coverage->file_hits);
    json_writer_bool(line, "reached_limit", coverage->reached_limit);
}

static void add_filter(struct json_writer *receipt, const struct query_filter *filter)
{
    json_writer_text_if(receipt, "filter_machine", filter->machine);
    json_writer_text_if(receipt, "filter_script", filter->script);
    json_writer_text_if(receipt, "filter_action", filter->action_id);
    json_writer_text_if(receipt, "filter_in_case", filter->case_name);
    json_writer_text_if(receipt, "filter_since", filter->since);
    json_writer_text_if(receipt, "filter_until", filter->until);
    json_writer_text_if(receipt, "filter_acquired_since", filter->acquired_since);
    json_writer_text_if(receipt, "filter_acquired_until", filter->acquired_until);
    json_writer_text_if(receipt, "filter_parse_status", filter->parse_status);
    json_writer_text_if(receipt, "filter_command_status", filter->command_status);
    json_writer_text_if(receipt, "filter_operator", filter->operator_name);
    if (filter->has_exit_code)
        json_writer_int64(receipt, "filter_exit_code", filter->exit_code);
}

static void add_to_receipt(const void *context, struct json_writer *receipt)
{
    const struct record *record = context;
    const struct search_spec *spec = record->spec;
    json_writer_text(receipt, "reason", record->reason);
    json_writer_text(receipt, "mode", mode_name(spec->mode));
    if (record->list_path)
        json_writer_text(receipt, "list", record->list_path);
    else
        json_writer_bytes(receipt, "text", spec->text);
    json_writer_bool(receipt, "case_sensitive", spec->is_case_sensitive);
    json_writer_bool(receipt, "word", spec->is_word);
    add_filter(receipt, spec->filter);
}

int search_record(struct archive *archive, const struct search_spec *spec,
                  const struct search_coverage *coverage, const char *reason, const char *list_path,
                  int64_t *number, struct error *err)
{
    struct record record = {spec, coverage, reason, list_path, ""};
    struct event event = {"searched", add_to_line, add_to_receipt, &record};
    if (list_path)
        memcpy(record.sha256, spec->indicators->sha256, sizeof record.sha256);
    else
        sha256_of(spec->text.bytes, spec->text.length, record.sha256);
    return event_record(archive, &event, number, err);
}
