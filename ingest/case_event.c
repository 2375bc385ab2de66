#include "ingest/case_event.h"

#include "base/sha256.h"
#include "ingest/event.h"

#include <string.h>

static void add_to_line(const void *context, struct json_writer *line)
{
    const struct case_change *change = context;
    if (change->case_number > 0)
        json_writer_int64(line, "case_number", change->case_number);
    json_writer_text_if(line, "item_sha256", change->package_sha256);
}

static void add_to_receipt(const void *context, struct json_writer *receipt)
{
    const struct case_change *change = context;
    json_writer_text(receipt, "case_name", change->case_name);
    json_writer_text_if(receipt, "title", change->title);
    json_writer_text_if(receipt, "reference", change->reference);
    json_writer_text_if(receipt, "reason", change->words);
    json_writer_text_if(receipt, "item_sha256", change->package_sha256);
}

int case_event_record(struct archive *archive, const struct case_change *change, int64_t *number,
                      struct error *err)
{
    struct event event = {change->event, add_to_line, add_to_receipt, change};
    return event_record(archive, &event, number, err);
}

static struct text text_of(const char *text)
{
    return (struct text){text, text ? strlen(text) : 0};
}

int case_event_apply(struct store *store, int64_t number, const char *event, struct text receipt,
                     struct error *err)
{
    struct json_object *object = json_object_parse(receipt.bytes, receipt.length, err);
    if (!object)
        return -1;
    int64_t receipt_number = 0;
    struct store_case_step step = {.number = number,
                                   .event = event,
                                   .at = json_object_text(object, "time"),
                                   .operator_name = json_object_text(object, "operator"),
                                   .case_name = text_of(json_object_text(object, "case_name")),
                                   .title = text_of(json_object_text(object, "title")),
                                   .reference = text_of(json_object_text(object, "reference")),
                                   .words = text_of(json_object_text(object, "reason")),
                                   .package_sha256 = json_object_text(object, "item_sha256")};
    (void)json_object_int64(object, "number", &receipt_number);
    int result;
    if (receipt_number != number || step.case_name.length == 0 || !step.at ||
        (step.package_sha256 && !sha256_is_hex(step.package_sha256)))
        result = error_set(err, ERROR_DAMAGED,
                           "the receipt of ledger line %lld is another line's, or lacks what a "
                           "case's has",
                           (long long)number);
    else
        result = store_put_case_step(store, &step, err);
    json_object_free(object);
    return result;
}
