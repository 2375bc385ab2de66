#include "ingest/receipt.h"

void receipt_begin(struct json_writer *writer, int64_t number, const char *event, const char *time,
                   const struct ledger_actor *actor)
{
    json_writer_begin(writer);
    json_writer_int64(writer, "number", number);
    json_writer_text(writer, "event", event);
    json_writer_text(writer, "time", time);
    json_writer_text(writer, "operator", actor->operator_name);
    json_writer_text(writer, "os_user", actor->os_user);
    json_writer_text(writer, "host", actor->host);
    json_writer_text(writer, "tool", actor->tool);
}

static void write_fetched(struct json_writer *writer, const struct fetched *fetched)
{
    json_writer_text_if(writer, "link", fetched->link);
    json_writer_int64(writer, "http_status", fetched->http_status);
    json_writer_text_if(writer, "http_date", fetched->http_date);
    json_writer_text_if(writer, "etag", fetched->etag);
    json_writer_text_if(writer, "last_modified", fetched->last_modified);
    json_writer_text_if(writer, "content_md5", fetched->content_md5);
    json_writer_text_if(writer, "request_id", fetched->request_id);
    json_writer_text_if(writer, "fetch_started_at", fetched->started_at);
    json_writer_text_if(writer, "fetch_ended_at", fetched->ended_at);
}

struct text receipt_write(const struct receipt *receipt, const struct ledger_actor *actor,
                          struct json_writer *writer)
{
    receipt_begin(writer, receipt->number, receipt->event, receipt->time, actor);
    json_writer_text(writer, "package_sha256", receipt->package_sha256);
    json_writer_int64(writer, "size_bytes", receipt->size_bytes);
    json_writer_text_if(writer, "source", receipt->source);
    json_writer_text_if(writer, "source_hex", receipt->source_hex);
    json_writer_text_if(writer, "file_mtime", receipt->file_mtime);
    json_writer_text_if(writer, "tenant_id", receipt->tenant_id);
    json_writer_text_if(writer, "action_id", receipt->action_id);
    if (receipt->has_command_index)
        json_writer_int64(writer, "command_index", receipt->command_index);
    json_writer_text_if(writer, "machine_id", receipt->machine_id);
    json_writer_text_if(writer, "machine_name", receipt->machine_name);
    json_writer_text_if(writer, "note", receipt->note);
    json_writer_text_if(writer, "observed_at", receipt->observed_at);
    json_writer_text_if(writer, "case_name", receipt->case_name);
    if (receipt->max_unpacked_bytes)
        json_writer_int64(writer, "max_unpacked_bytes", receipt->max_unpacked_bytes);
    if (receipt->fetched)
        write_fetched(writer, receipt->fetched);
    return json_writer_end(writer);
}

int receipt_parse(struct text json, struct receipt *receipt, struct json_object **object,
                  struct error *err)
{
    *object = json_object_parse(json.bytes, json.length, err);
    if (!*object)
        return -1;
    const struct json_object *in = *object;
    *receipt = (struct receipt){
        .event = json_object_text(in, "event"),
        .time = json_object_text(in, "time"),
        .operator_name = json_object_text(in, "operator"),
        .os_user = json_object_text(in, "os_user"),
        .host = json_object_text(in, "host"),
        .tool = json_object_text(in, "tool"),
        .package_sha256 = json_object_text(in, "package_sha256"),
        .source = json_object_text(in, "source"),
        .source_hex = json_object_text(in, "source_hex"),
        .file_mtime = json_object_text(in, "file_mtime"),
        .tenant_id = json_object_text(in, "tenant_id"),
        .action_id = json_object_text(in, "action_id"),
        .machine_id = json_object_text(in, "machine_id"),
        .machine_name = json_object_text(in, "machine_name"),
        .note = json_object_text(in, "note"),
        .observed_at = json_object_text(in, "observed_at"),
        .case_name = json_object_text(in, "case_name"),
    };
    receipt->has_command_index = json_object_int64(in, "command_index", &receipt->command_index);
    json_object_int64(in, "max_unpacked_bytes", &receipt->max_unpacked_bytes);
    bool is_whole = json_object_int64(in, "number", &receipt->number) && receipt->event &&
                    receipt->time && receipt->operator_name;
    if (!receipt->package_sha256)
        receipt->package_sha256 = "";
    else
        is_whole = is_whole && json_object_int64(in, "size_bytes", &receipt->size_bytes) &&
                   sha256_is_hex(receipt->package_sha256);
    if (is_whole)
        return 0;
    json_object_free(*object);
    *object = NULL;
    return error_set(err, ERROR_DAMAGED, "the receipt lacks a field that every receipt has");
}
