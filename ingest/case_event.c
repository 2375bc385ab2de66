#include "ingest/case_event.h"

#include "base/memory.h"
#include "base/sha256.h"
#include "ingest/event.h"

#include <stdlib.h>
#include <string.h>

#define WORDS_BYTES (256 * 1024)

bool case_event_is(const char *event)
{
    return strncmp(event, CASE_EVENT_PREFIX, strlen(CASE_EVENT_PREFIX)) == 0 ||
           strcmp(event, CASE_EVENT_RELEASED) == 0;
}

static void add_to_line(const void *context, struct json_writer *line)
{
    const struct case_change *change = context;
    if (change->case_number > 0)
        json_writer_int64(line, "case_number", change->case_number);
    json_writer_text_if(line, "item_sha256", change->package_sha256);
    if (change->file_sha256) {
        json_writer_text(line, "file_sha256", change->file_sha256);
        json_writer_int64(line, "file_bytes", change->file_bytes);
    }
}

static void add_to_receipt(const void *context, struct json_writer *receipt)
{
    const struct case_change *change = context;
    json_writer_text(receipt, "case_name", change->case_name);
    json_writer_text_if(receipt, "title", change->title);
    json_writer_text_if(receipt, "reference", change->reference);
    json_writer_text_if(receipt, "reason", change->words);
    json_writer_text_if(receipt, "item_sha256", change->package_sha256);
    json_writer_text_if(receipt, "released_to", change->released_to);
    json_writer_text_if(receipt, "file", change->file);
    json_writer_text_if(receipt, "file_sha256", change->file_sha256);
}

int case_event_record_all(struct archive *archive, const struct case_change *changes, size_t count,
                          int64_t *first_number, struct error *err)
{
    struct event *events = memory_zeroed(count, sizeof *events);
    for (size_t i = 0; i < count; i++)
        events[i] = (struct event){changes[i].event, add_to_line, add_to_receipt, &changes[i]};
    int result = event_record_all(archive, events, count, first_number, err);
    free(events);
    return result;
}

int case_event_record(struct archive *archive, const struct case_change *change, int64_t *number,
                      struct error *err)
{
    return case_event_record_all(archive, change, 1, number, err);
}

static struct text text_of(const char *text)
{
    return (struct text){text, text ? strlen(text) : 0};
}

/* Of a handing over, to whom comes first. */
static void compose_words(const struct json_object *receipt, struct buffer *words)
{
    const char *to = json_object_text(receipt, "released_to");
    const char *reason = json_object_text(receipt, "reason");
    if (to)
        text_printf(words, "to %s: ", to);
    if (reason)
        text_printf(words, "%s", reason);
}

int case_event_apply(struct store *store, int64_t number, const char *event, struct text receipt,
                     struct error *err)
{
    struct json_object *object = json_object_parse(receipt.bytes, receipt.length, err);
    if (!object)
        return -1;
    int64_t receipt_number = 0;
    struct buffer words;
    buffer_init(&words, WORDS_BYTES);
    compose_words(object, &words);
    struct store_case_step step = {.number = number,
                                   .event = event,
                                   .at = json_object_text(object, "time"),
                                   .operator_name = json_object_text(object, "operator"),
                                   .case_name = text_of(json_object_text(object, "case_name")),
                                   .title = text_of(json_object_text(object, "title")),
                                   .reference = text_of(json_object_text(object, "reference")),
                                   .words = {buffer_text(&words), words.length},
                                   .package_sha256 = json_object_text(object, "item_sha256")};
    if (step.words.length == 0)
        step.words.bytes = NULL;
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
    buffer_release(&words);
    json_object_free(object);
    return result;
}
