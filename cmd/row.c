#include "cmd/row.h"

#include "base/text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define REAL_BYTES 40

/* The shortest form of 15 or 17 digits that reads back the same, and never looks like an integer. */
static void format_real(double real, char text[REAL_BYTES])
{
    snprintf(text, REAL_BYTES, "%.15g", real);
    if (strtod(text, NULL) != real)
        snprintf(text, REAL_BYTES, "%.17g", real);
    if (text[strspn(text, "-0123456789")] == '\0')
        strcat(text, ".0");
}

static void add_hex(struct buffer *out, struct text bytes)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < bytes.length; i++) {
        unsigned char byte = (unsigned char)bytes.bytes[i];
        char pair[2] = {digits[byte >> 4], digits[byte & 15]};
        (void)buffer_append(out, pair, sizeof pair);
    }
}

struct text row_value_text(struct query_value value, struct buffer *scratch)
{
    char real[REAL_BYTES];
    buffer_clear(scratch);
    switch (value.type) {
    case QUERY_NULL:
        return (struct text){0};
    case QUERY_TEXT:
        return value.text;
    case QUERY_INTEGER:
        text_printf(scratch, "%lld", (long long)value.integer);
        break;
    case QUERY_REAL:
        format_real(value.real, real);
        text_printf(scratch, "%s", real);
        break;
    case QUERY_BLOB:
        add_hex(scratch, value.text);
        break;
    }
    return (struct text){buffer_text(scratch), scratch->length};
}

void row_value_to_json(struct query_value value, const char *name, struct json_writer *writer)
{
    struct buffer scratch;
    char real[REAL_BYTES];
    switch (value.type) {
    case QUERY_NULL:
        json_writer_null(writer, name);
        break;
    case QUERY_INTEGER:
        json_writer_int64(writer, name, value.integer);
        break;
    case QUERY_REAL:
        format_real(value.real, real);
        if (isfinite(value.real))
            json_writer_raw(writer, name, real);
        else
            json_writer_null(writer, name); /* JSON has no infinity */
        break;
    case QUERY_TEXT:
        json_writer_bytes(writer, name, value.text);
        break;
    case QUERY_BLOB:
        buffer_init(&scratch, SIZE_MAX / 2);
        json_writer_bytes(writer, name, row_value_text(value, &scratch));
        buffer_release(&scratch);
        break;
    }
}

void row_to_json(const struct query *query, struct json_writer *writer)
{
    for (int i = 0; i < query_column_count(query); i++)
        row_value_to_json(query_value(query, i), query_column_name(query, i), writer);
}
