#include "parser/transcript.h"

#include "base/memory.h"
#include "parser/extra.h"
#include "parser/field.h"
#include "parser/pager.h"
#include "parser/powershell.h"

#include <stdlib.h>
#include <string.h>

#define DIAGNOSTICS_BYTES 4096
/* More than any integer of 64 bits has, without leading zeros. */
#define EXIT_CODE_TEXT_BYTES 64

enum key { KEY_OUTPUT, KEY_ERROR, KEY_NAME, KEY_EXIT_CODE, KEY_COUNT, KEY_UNKNOWN = KEY_COUNT };

static const struct {
    const char *name;
    enum key key;
    bool decides;
} keys[] = {
    {"script_output", KEY_OUTPUT, true}, {"script_errors", KEY_ERROR, true},
    {"script_error", KEY_ERROR, true},   {"script_name", KEY_NAME, true},
    {"name", KEY_NAME, false},           {"exit_code", KEY_EXIT_CODE, true},
};

struct transcript {
    const struct package_sink *sink;
    struct json_reader *reader;
    struct error *err; /* of the call that is going on */
    int64_t member_index;
    struct diagnostics diagnostics;
    bool given[KEY_COUNT]; /* the key has a value */

    enum key key;   /* of the value that is going on */
    bool in_member; /* between the key and the end of its value */
    bool in_value;
    bool ignored; /* the value counts for nothing */

    struct field name;
    struct buffer name_text;
    struct buffer exit_code_text;
    bool has_exit_code;
    int64_t exit_code;
    struct extra extra;

    /* output or error, one after the other */
    struct normalise normalise;
    struct pager pager;
    int64_t nul_stripped;
    int64_t nul_inside;
    int64_t output_bytes;
    int64_t error_bytes;
    struct sha256 *hash;
    char output_sha256[SHA256_HEX_SIZE];
    struct buffer head;
    size_t tail_length;
    char tail[POWERSHELL_TAIL_BYTES];
};

/* ---- pages ---- */

static void keep_tail(struct transcript *transcript, struct text page)
{
    size_t length = page.length;
    if (length > POWERSHELL_TAIL_BYTES)
        length = POWERSHELL_TAIL_BYTES;
    size_t keep = POWERSHELL_TAIL_BYTES - length;
    if (keep > transcript->tail_length)
        keep = transcript->tail_length;
    memmove(transcript->tail, transcript->tail + transcript->tail_length - keep, keep);
    memcpy(transcript->tail + keep, page.bytes + page.length - length, length);
    transcript->tail_length = keep + length;
}

static int on_page(void *context, int64_t page_no, struct text page)
{
    struct transcript *transcript = context;
    if (transcript->key == KEY_OUTPUT) {
        sha256_update(transcript->hash, page.bytes, page.length);
        (void)buffer_append_some(&transcript->head, page.bytes, page.length);
        keep_tail(transcript, page);
    }
    return transcript->sink->page(transcript->sink->context,
                                  transcript->key == KEY_OUTPUT ? PAGE_OUTPUT : PAGE_ERROR, page_no,
                                  page, transcript->err);
}

static int to_pager(void *context, const char *bytes, size_t length)
{
    struct transcript *transcript = context;
    return pager_put(&transcript->pager, bytes, length);
}

/* ---- one text ---- */

static void begin_text(struct transcript *transcript, bool as_written)
{
    if (transcript->key == KEY_NAME) {
        buffer_clear(&transcript->name_text);
        field_begin(&transcript->name, &transcript->name_text, as_written);
        return;
    }
    pager_reset(&transcript->pager);
    normalise_init(&transcript->normalise, to_pager, transcript, as_written);
}

static int put_text(struct transcript *transcript, struct text part)
{
    if (transcript->key != KEY_NAME)
        return normalise_part(&transcript->normalise, part.bytes, part.length);
    field_part(&transcript->name, part.bytes, part.length);
    return 0;
}

static void put_nuls(struct transcript *transcript, int64_t count)
{
    if (transcript->key == KEY_NAME)
        field_nuls(&transcript->name, count);
    else
        normalise_nuls(&transcript->normalise, count);
}

static int end_text(struct transcript *transcript)
{
    if (transcript->key == KEY_NAME) {
        field_end(&transcript->name);
        if (transcript->name.cut)
            json_reader_note(transcript->reader, &transcript->diagnostics, DIAGNOSTIC_FIELD_CUT);
        return 0;
    }
    if (normalise_end(&transcript->normalise) || pager_end(&transcript->pager))
        return -1;
    transcript->nul_stripped += transcript->normalise.nul_stripped;
    transcript->nul_inside += transcript->normalise.nul_inside;
    if (transcript->key == KEY_OUTPUT) {
        transcript->output_bytes = transcript->pager.bytes;
        sha256_finish(transcript->hash, transcript->output_sha256);
    } else {
        transcript->error_bytes = transcript->pager.bytes;
    }
    return 0;
}

static void note(struct transcript *transcript, enum diagnostic code)
{
    json_reader_note(transcript->reader, &transcript->diagnostics, code);
}

static int text_event(struct transcript *transcript, const struct json_event *event)
{
    switch (event->type) {
    case JSON_STRING:
        begin_text(transcript, false);
        return 0;
    case JSON_OBJECT:
    case JSON_ARRAY:
        note(transcript, DIAGNOSTIC_WRONG_TYPE);
        begin_text(transcript, true);
        json_reader_capture(transcript->reader);
        return 0;
    case JSON_BOOLEAN:
    case JSON_NUMBER:
        note(transcript, DIAGNOSTIC_WRONG_TYPE);
        begin_text(transcript, true);
        return put_text(transcript, event->text) || end_text(transcript) ? -1 : 0;
    case JSON_PART:
        return put_text(transcript, event->text);
    case JSON_NULS:
        put_nuls(transcript, event->count);
        return 0;
    case JSON_STRING_END:
    case JSON_OBJECT_END:
    case JSON_ARRAY_END:
        return end_text(transcript);
    case JSON_KEY:
    case JSON_NULL:
        break;
    }
    return 0;
}

/* ---- exit_code ---- */

static bool is_integer(struct text text)
{
    size_t i = text.length > 0 && text.bytes[0] == '-' ? 1 : 0;
    if (i == text.length)
        return false;
    while (i < text.length && text.bytes[i] >= '0' && text.bytes[i] <= '9')
        i++;
    return i == text.length;
}

static void read_exit_code(struct transcript *transcript, struct text text,
                           enum diagnostic not_integer)
{
    if (!is_integer(text))
        note(transcript, not_integer);
    else if (text_parse_int64(text.bytes, text.length, &transcript->exit_code))
        note(transcript, DIAGNOSTIC_EXIT_CODE_OUT_OF_RANGE);
    else
        transcript->has_exit_code = true;
}

/* Whatever follows, the text is no integer. */
static void spoil(struct buffer *text)
{
    buffer_clear(text);
    (void)buffer_append(text, "?", 1);
}

/* Keeps an integer as short as its value allows, so that its length says nothing. */
static void exit_code_part(struct buffer *text, struct text part)
{
    for (size_t i = 0; i < part.length; i++) {
        char byte = part.bytes[i];
        bool is_sign = byte == '-' && text->length == 0;
        if (!is_sign && (byte < '0' || byte > '9')) {
            spoil(text);
            return;
        }
        size_t first_digit = text->length > 0 && text->bytes[0] == '-' ? 1 : 0;
        if (text->length == first_digit + 1 && text->bytes[first_digit] == '0')
            text->length = first_digit;
        /* Of an integer that is too long for 64 bits its first digits are enough. */
        (void)buffer_append_some(text, &byte, 1);
    }
}

static void exit_code_event(struct transcript *transcript, const struct json_event *event)
{
    struct buffer *text = &transcript->exit_code_text;
    if (event->depth != 1)
        return;
    switch (event->type) {
    case JSON_NUMBER:
        read_exit_code(transcript, event->text, DIAGNOSTIC_EXIT_CODE_NOT_INTEGER);
        break;
    case JSON_STRING:
        buffer_clear(text);
        break;
    case JSON_PART:
        exit_code_part(text, event->text);
        break;
    case JSON_NULS:
        spoil(text);
        break;
    case JSON_STRING_END:
        read_exit_code(transcript, (struct text){text->bytes, text->length}, DIAGNOSTIC_WRONG_TYPE);
        break;
    case JSON_BOOLEAN:
    case JSON_OBJECT:
    case JSON_ARRAY:
        note(transcript, DIAGNOSTIC_WRONG_TYPE);
        break;
    default:
        break;
    }
}

/* ---- the object ---- */

static bool is_key(struct text key, const char *name)
{
    return key.length == strlen(name) && memcmp(key.bytes, name, key.length) == 0;
}

static int find_key(struct text key)
{
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (is_key(key, keys[i].name))
            return (int)i;
    return -1;
}

bool transcript_key_decides(struct text key)
{
    int index = find_key(key);
    return index >= 0 && keys[index].decides;
}

bool transcript_key_suggests(struct text key)
{
    int index = find_key(key);
    return index >= 0 && !keys[index].decides;
}

static bool ends_value(const struct json_event *event)
{
    if (event->depth != 1)
        return false;
    switch (event->type) {
    case JSON_NULL:
    case JSON_BOOLEAN:
    case JSON_NUMBER:
    case JSON_STRING_END:
    case JSON_OBJECT_END:
    case JSON_ARRAY_END:
        return true;
    default:
        return false;
    }
}

static void unknown_event(struct transcript *transcript, const struct json_event *event)
{
    enum extra_outcome outcome = extra_value(&transcript->extra, event, ends_value(event));
    if (outcome == EXTRA_DUPLICATE)
        note(transcript, DIAGNOSTIC_DUPLICATE_KEY);
    else if (outcome == EXTRA_OMITTED)
        note(transcript, DIAGNOSTIC_EXTRA_OMITTED);
}

static int known_event(struct transcript *transcript, const struct json_event *event)
{
    if (!transcript->in_value && event->type != JSON_NULL) {
        transcript->ignored = transcript->given[transcript->key];
        transcript->given[transcript->key] = true;
        if (transcript->ignored)
            note(transcript, DIAGNOSTIC_DUPLICATE_KEY);
    }
    transcript->in_value = true;
    if (transcript->ignored)
        return 0;
    if (transcript->key == KEY_EXIT_CODE)
        exit_code_event(transcript, event);
    else
        return text_event(transcript, event);
    return 0;
}

int transcript_event(struct transcript *transcript, const struct json_event *event,
                     struct error *err)
{
    transcript->err = err;
    if (event->depth == 0)
        return 0;
    if (event->type == JSON_KEY && event->depth == 1) {
        int index = find_key(event->text);
        transcript->key = index >= 0 ? keys[index].key : KEY_UNKNOWN;
        transcript->in_value = false;
        transcript->ignored = false;
        if (transcript->key == KEY_UNKNOWN)
            extra_key(&transcript->extra, event);
        transcript->in_member = true;
        return 0;
    }
    int status = 0;
    if (transcript->key == KEY_UNKNOWN)
        unknown_event(transcript, event);
    else
        status = known_event(transcript, event);
    if (ends_value(event))
        transcript->in_member = transcript->in_value = false;
    return status;
}

/* The input ended inside a value: what came is kept. */
static int end_cut_value(struct transcript *transcript)
{
    if (transcript->in_member && transcript->key == KEY_UNKNOWN)
        extra_drop(&transcript->extra);
    bool in_text = transcript->in_value && !transcript->ignored && transcript->key != KEY_UNKNOWN &&
                   transcript->key != KEY_EXIT_CODE;
    transcript->in_member = transcript->in_value = false;
    return in_text ? end_text(transcript) : 0;
}

int transcript_announce(struct transcript *transcript, struct error *err)
{
    return transcript->sink->transcript_begin(transcript->sink->context, transcript->member_index,
                                              err);
}

static struct text text_of(const struct buffer *buffer)
{
    return (struct text){buffer->bytes ? buffer->bytes : "", buffer->length};
}

int transcript_end(struct transcript *transcript, const struct diagnostics *document,
                   enum parse_status *status, struct error *err)
{
    transcript->err = err;
    if (end_cut_value(transcript))
        return -1;
    struct diagnostics all = *document;
    diagnostics_add(&all, &transcript->diagnostics);
    *status = diagnostics_status(&all);
    struct buffer diagnostics;
    buffer_init(&diagnostics, DIAGNOSTICS_BYTES);
    diagnostics_write(&all, &diagnostics);
    struct transcript_record record = {
        .member_index = transcript->member_index,
        .has_exit_code = transcript->has_exit_code,
        .exit_code = transcript->exit_code,
        .parse_status = *status,
        .diagnostics = {diagnostics.bytes, diagnostics.length},
        .extra = extra_end(&transcript->extra),
        .has_output = transcript->given[KEY_OUTPUT],
        .output_bytes = transcript->output_bytes,
        .has_error = transcript->given[KEY_ERROR],
        .error_bytes = transcript->error_bytes,
        .nul_stripped = transcript->nul_stripped,
        .nul_inside = transcript->nul_inside,
    };
    if (transcript->given[KEY_NAME])
        record.script_name = text_of(&transcript->name_text);
    if (record.has_output) {
        memcpy(record.output_sha256, transcript->output_sha256, SHA256_HEX_SIZE);
        powershell_read(text_of(&transcript->head),
                        (struct text){transcript->tail, transcript->tail_length},
                        &record.powershell);
    }
    int result = transcript->sink->transcript_end(transcript->sink->context, &record, err);
    buffer_release(&diagnostics);
    return result;
}

/* ---- making and clearing ---- */

struct transcript *transcript_new(const struct package_sink *sink)
{
    struct transcript *transcript = memory_zeroed(1, sizeof *transcript);
    transcript->sink = sink;
    transcript->hash = sha256_new();
    pager_init(&transcript->pager, on_page, transcript);
    extra_init(&transcript->extra);
    buffer_init(&transcript->name_text, PACKAGE_FIELD_BYTES);
    buffer_init(&transcript->exit_code_text, EXIT_CODE_TEXT_BYTES);
    buffer_init(&transcript->head, POWERSHELL_HEAD_BYTES);
    return transcript;
}

void transcript_free(struct transcript *transcript)
{
    if (!transcript)
        return;
    sha256_free(transcript->hash);
    pager_release(&transcript->pager);
    extra_release(&transcript->extra);
    buffer_release(&transcript->name_text);
    buffer_release(&transcript->exit_code_text);
    buffer_release(&transcript->head);
    free(transcript);
}

void transcript_begin(struct transcript *transcript, struct json_reader *reader,
                      int64_t member_index)
{
    transcript->reader = reader;
    transcript->member_index = member_index;
    transcript->diagnostics = (struct diagnostics){0};
    memset(transcript->given, 0, sizeof transcript->given);
    transcript->key = KEY_UNKNOWN;
    transcript->in_member = false;
    transcript->in_value = false;
    transcript->ignored = false;
    transcript->has_exit_code = false;
    transcript->exit_code = 0;
    transcript->nul_stripped = transcript->nul_inside = 0;
    transcript->output_bytes = transcript->error_bytes = 0;
    transcript->tail_length = 0;
    extra_reset(&transcript->extra);
    buffer_clear(&transcript->name_text);
    buffer_clear(&transcript->head);
    pager_reset(&transcript->pager);
    sha256_reset(transcript->hash);
}
