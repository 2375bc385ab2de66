#include "parser/params.h"

#include "parser/json_text.h"

#include <string.h>
#include <strings.h>

#define PARAM_DEPTH 1  /* of a param's object */
#define MEMBER_DEPTH 2 /* of its keys and values */

void params_begin(struct params *params)
{
    *params = (struct params){0};
}

static bool is_key(struct text key, const char *name)
{
    return key.length == strlen(name) && memcmp(key.bytes, name, key.length) == 0;
}

void params_before(struct params *params, const struct json_event *event, size_t depth,
                   const struct buffer *written)
{
    if (depth == PARAM_DEPTH && event->type == JSON_OBJECT)
        params->key.end = params->value.end = 0;
    if (depth != MEMBER_DEPTH)
        return;
    if (event->type == JSON_KEY && is_key(event->text, "key"))
        params->part = &params->key;
    else if (event->type == JSON_KEY && is_key(event->text, "value"))
        params->part = &params->value;
    else if (event->type == JSON_KEY)
        params->part = NULL;
    else if (event->type == JSON_STRING && params->part)
        params->part->start = written->length;
}

static bool is_script_name(struct params_span span, const struct buffer *written)
{
    static const char quoted[] = "\"ScriptName\"";
    return span.end > 0 && span.end - span.start == strlen(quoted) &&
           strncasecmp(written->bytes + span.start, quoted, strlen(quoted)) == 0;
}

void params_behind(struct params *params, const struct json_event *event, size_t depth,
                   const struct buffer *written)
{
    if (depth == MEMBER_DEPTH && event->type == JSON_STRING_END && params->part)
        params->part->end = written->length;
    if (depth == PARAM_DEPTH && event->type == JSON_OBJECT_END && !params_has_script_name(params) &&
        is_script_name(params->key, written))
        params->script_name = params->value;
}

bool params_has_script_name(const struct params *params)
{
    return params->script_name.end > 0;
}

void params_read_script_name(const struct params *params, const struct buffer *written,
                             struct field *field)
{
    const char *at = written->bytes + params->script_name.start + 1;
    const char *end = written->bytes + params->script_name.end - 1;
    while (at < end) {
        const char *escape = memchr(at, '\\', (size_t)(end - at));
        const char *clean_end = escape ? escape : end;
        field_part(field, at, (size_t)(clean_end - at));
        at = clean_end;
        if (!escape)
            break;
        char byte = json_text_unescape(&at);
        if (byte)
            field_part(field, &byte, 1);
        else
            field_nuls(field, 1);
    }
}
