#include "parser/document.h"

#include <string.h>

/* Depths of `value`'s elements and of their keys in a list reply. */
#define ELEMENT_DEPTH 2
#define ELEMENT_KEY_DEPTH 3

static int hand_out_action(struct document *document)
{
    document->action_count++;
    return document->sink->action(document->sink->context, action_end(document->action),
                                  document->err);
}

static void begin_action(struct document *document, size_t depth)
{
    action_begin(document->action, document->json, &document->found_in_actions, depth,
                 document->member_index);
}

static int end_element(struct document *document)
{
    document->in_element = false;
    return action_qualifies(document->action) ? hand_out_action(document) : 0;
}

/* The object around the list goes on, or its own action begins. */
static void end_list(struct document *document)
{
    document->in_list = false;
    begin_action(document, 1);
    *action_marks(document->action) = document->marks;
}

static int list_event(struct document *document, const struct json_event *event)
{
    if (event->depth == 1 && event->type == JSON_ARRAY_END) {
        end_list(document);
    } else if (event->depth == ELEMENT_DEPTH && event->type == JSON_OBJECT) {
        document->in_element = true;
        begin_action(document, ELEMENT_KEY_DEPTH);
    } else if (event->depth == ELEMENT_DEPTH && event->type == JSON_OBJECT_END) {
        return end_element(document);
    } else if (document->in_element) {
        action_event(document->action, event);
    }
    return 0;
}

static bool begins_list(const struct document *document, const struct json_event *event)
{
    return event->depth == 1 && event->type == JSON_ARRAY && document->key_is_value &&
           !document->saw_list && !action_qualifies(document->action);
}

static bool is_value_key(struct text key)
{
    return key.length == strlen("value") && memcmp(key.bytes, "value", key.length) == 0;
}

static int on_top_key(struct document *document, struct text key)
{
    bool decides = transcript_key_decides(key);
    if (!document->saw_key)
        document->began_as_transcript = decides || transcript_key_suggests(key);
    document->saw_key = true;
    document->key_is_value = is_value_key(key);
    if (!decides || document->is_transcript || document->action_count > 0)
        return 0;
    document->is_transcript = true;
    action_release(document->action);
    return transcript_announce(document->transcript, document->err);
}

static int on_event(void *context, const struct json_event *event)
{
    struct document *document = context;
    if (event->type == JSON_KEY && event->depth == 1 && on_top_key(document, event->text))
        return -1;
    if (document->action_count == 0 && transcript_event(document->transcript, event, document->err))
        return -1;
    if (document->is_transcript)
        return 0;
    if (document->in_list)
        return list_event(document, event);
    if (begins_list(document, event)) {
        document->saw_list = document->in_list = true;
        document->marks = *action_marks(document->action);
        return 0;
    }
    action_event(document->action, event);
    return 0;
}

void document_init(struct document *document, const struct package_sink *sink,
                   const struct encoding *encoding, struct transcript *transcript,
                   struct action *action, int64_t member_index)
{
    *document = (struct document){
        .sink = sink, .transcript = transcript, .action = action, .member_index = member_index};
    document->json = json_reader_new(encoding, &document->found,
                                     (struct json_handler){.event = on_event, .context = document});
    transcript_begin(transcript, document->json, member_index);
    begin_action(document, 1);
}

void document_release(struct document *document)
{
    json_reader_free(document->json);
    document->json = NULL;
}

enum json_state document_feed(struct document *document, const char *bytes, size_t length,
                              struct error *err)
{
    document->err = err;
    return json_reader_feed(document->json, bytes, length);
}

int document_decide(struct document *document, enum package_kind *kind, struct error *err)
{
    document->err = err;
    document->is_whole = json_reader_finish(document->json);
    if (document->in_element && end_element(document))
        return -1;
    *kind = PACKAGE_FILE;
    if (document->is_transcript) {
        *kind = PACKAGE_TRANSCRIPT;
    } else if (document->action_count > 0) {
        *kind = PACKAGE_ACTION;
    } else if (!document->is_whole && document->began_as_transcript) {
        *kind = PACKAGE_TRANSCRIPT;
        return transcript_announce(document->transcript, err);
    } else if (!document->in_list && action_qualifies(document->action)) {
        *kind = PACKAGE_ACTION;
    }
    return 0;
}

int document_end(struct document *document, enum package_kind kind, enum parse_status *status,
                 struct error *err)
{
    document->err = err;
    if (kind == PACKAGE_TRANSCRIPT)
        return transcript_end(document->transcript, &document->found, status, err);
    if (kind == PACKAGE_ACTION && !document->in_list && action_qualifies(document->action) &&
        hand_out_action(document))
        return -1;
    diagnostics_add(&document->found, &document->found_in_actions);
    *status = diagnostics_status(&document->found);
    return 0;
}
