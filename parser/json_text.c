#include "parser/json_text.h"

#include <string.h>

static const char short_names[] = "\"\\bfnrt";
static const char short_values[] = "\"\\\b\f\n\r\t";

void json_text_begin(struct json_text *writer, struct buffer *out)
{
    *writer = (struct json_text){.out = out};
}

static void put(struct json_text *writer, const char *bytes, size_t length)
{
    if (!writer->overflow)
        writer->overflow = buffer_append(writer->out, bytes, length) != 0;
}

static bool stands_for_itself(char byte)
{
    return (unsigned char)byte >= 0x20 && byte != '"' && byte != '\\';
}

size_t json_text_escape(char byte, char out[JSON_TEXT_ESCAPE_BYTES])
{
    static const char digits[] = "0123456789abcdef";
    out[0] = byte;
    if (stands_for_itself(byte))
        return 1;
    out[0] = '\\';
    const char *value = byte ? strchr(short_values, byte) : NULL;
    if (value) {
        out[1] = short_names[value - short_values];
        return 2;
    }
    memcpy(out + 1, "u00", 3);
    out[4] = digits[byte >> 4];
    out[5] = digits[byte & 15];
    return 6;
}

static int digit_value(char digit)
{
    return digit <= '9' ? digit - '0' : digit - 'a' + 10;
}

char json_text_unescape(const char **written)
{
    const char *at = *written;
    if (at[0] != '\\') {
        *written = at + 1;
        return at[0];
    }
    if (at[1] == 'u') {
        *written = at + 6;
        return (char)(digit_value(at[4]) << 4 | digit_value(at[5]));
    }
    *written = at + 2;
    return short_values[strchr(short_names, at[1]) - short_names];
}

static void put_escaped(struct json_text *writer, struct text text)
{
    const char *at = text.bytes, *end = text.bytes + text.length;
    while (at < end && !writer->overflow) {
        const char *clean = at;
        while (at < end && stands_for_itself(*at))
            at++;
        put(writer, clean, (size_t)(at - clean));
        if (at == end)
            break;
        char escaped[JSON_TEXT_ESCAPE_BYTES];
        put(writer, escaped, json_text_escape(*at++, escaped));
    }
}

static void put_text(struct json_text *writer, const char *text)
{
    put(writer, text, strlen(text));
}

static void begin_item(struct json_text *writer)
{
    if (writer->after_value)
        put_text(writer, ",");
    writer->after_value = false;
}

static void begin_with(struct json_text *writer, const char *text)
{
    begin_item(writer);
    put_text(writer, text);
}

static void end_with(struct json_text *writer, const char *text)
{
    put_text(writer, text);
    writer->after_value = true;
}

void json_text_event(struct json_text *writer, const struct json_event *event)
{
    switch (event->type) {
    case JSON_KEY:
        begin_with(writer, "\"");
        put_escaped(writer, event->text);
        put_text(writer, "\":");
        break;
    case JSON_NULL:
    case JSON_BOOLEAN:
    case JSON_NUMBER:
        begin_item(writer);
        put(writer, event->text.bytes, event->text.length);
        writer->after_value = true;
        break;
    case JSON_STRING:
        begin_with(writer, "\"");
        break;
    case JSON_PART:
        put_escaped(writer, event->text);
        break;
    case JSON_NULS:
        for (int64_t i = 0; i < event->count && !writer->overflow; i++)
            put_text(writer, "\\u0000");
        break;
    case JSON_STRING_END:
        end_with(writer, "\"");
        break;
    case JSON_OBJECT:
        begin_with(writer, "{");
        break;
    case JSON_OBJECT_END:
        end_with(writer, "}");
        break;
    case JSON_ARRAY:
        begin_with(writer, "[");
        break;
    case JSON_ARRAY_END:
        end_with(writer, "]");
        break;
    }
}
