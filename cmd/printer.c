#include "cmd/printer.h"

#include "base/memory.h"
#include "cmd/row.h"
#include "cmd/table.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct printer {
    struct output *output;
    const struct query *query;
    enum printer_format format;
    struct table *table;   /* of FORMAT_TABLE */
    struct buffer scratch; /* for row_value_text */
    bool has_rows;
};

int printer_read(const struct options *options, enum printer_format *format, struct error *err)
{
    static const char *const names[] = {"table", "csv", "json", "jsonl", "markdown"};
    const char *given = options_text(options, "format");
    *format = options->json ? PRINTER_JSONL : PRINTER_TABLE;
    if (!given)
        return 0;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strcmp(given, names[i]) != 0)
            continue;
        *format = (enum printer_format)i;
        if (options->json && *format != PRINTER_JSON && *format != PRINTER_JSONL)
            return options_error(options, err, "--json goes with --format json or jsonl only");
        return 0;
    }
    return options_error(options, err, "--format is table, csv, json, jsonl or markdown");
}

static struct text name_of(const struct query *query, int column)
{
    const char *name = query_column_name(query, column);
    return (struct text){name, strlen(name)};
}

/* Bytes as they are; on a terminal on one line and escaped. */
static void put(struct output *output, struct text text)
{
    if (output->to_terminal)
        output_line_of(output, text);
    else
        output_bytes(output, text.bytes, text.length);
}

/* The text with some of its characters replaced by what `replace` gives for their place and sets
 * *used for; NULL: the byte stays. Only ASCII may be replaced. */
static void put_replaced(struct output *output, struct text text,
                         const char *(*replace)(struct text rest, size_t *used))
{
    size_t start = 0;
    for (size_t i = 0; i < text.length;) {
        size_t used = 1;
        const char *other = replace((struct text){text.bytes + i, text.length - i}, &used);
        if (!other) {
            i++;
            continue;
        }
        if (i > start)
            put(output, (struct text){text.bytes + start, i - start});
        output_bytes(output, other, strlen(other));
        i += used;
        start = i;
    }
    if (text.length > start)
        put(output, (struct text){text.bytes + start, text.length - start});
}

/* ---- csv ---- */

static const char *double_quote(struct text rest, size_t *used)
{
    *used = 1;
    return rest.bytes[0] == '"' ? "\"\"" : NULL;
}

static bool needs_quotes(struct text text)
{
    return text.length == 0 || memchr(text.bytes, ',', text.length) ||
           memchr(text.bytes, '"', text.length) || memchr(text.bytes, '\n', text.length) ||
           memchr(text.bytes, '\r', text.length);
}

static void put_csv(struct output *output, struct text text)
{
    if (!text.bytes)
        return;
    bool quoted = needs_quotes(text);
    if (quoted)
        output_bytes(output, "\"", 1);
    put_replaced(output, text, double_quote);
    if (quoted)
        output_bytes(output, "\"", 1);
}

/* ---- markdown ---- */

/* A backslash in front of what could be markup or end the cell; the backslash itself first. */
static const char *escape_markdown(struct text rest, size_t *used)
{
    static const char markup[] = "\\|`*_[]<>&~";
    static const char *const escaped[] = {"\\\\", "\\|", "\\`", "\\*", "\\_", "\\[",
                                          "\\]",  "\\<", "\\>", "\\&", "\\~"};
    char c = rest.bytes[0];
    if (c == '\r' && rest.length > 1 && rest.bytes[1] == '\n')
        *used = 2;
    if (c == '\n' || c == '\r')
        return "<br>";
    const char *found = c ? strchr(markup, c) : NULL;
    return found ? escaped[found - markup] : NULL;
}

static void put_markdown(struct output *output, struct text text)
{
    output_bytes(output, " ", 1);
    put_replaced(output, text, escape_markdown);
    output_bytes(output, " |", 2);
}

/* ---- rows ---- */

static struct table *new_table(struct output *output, const struct query *query)
{
    size_t count = (size_t)query_column_count(query);
    struct table_column *columns = memory_zeroed(count, sizeof *columns);
    for (size_t i = 0; i < count; i++)
        columns[i].name = query_column_name(query, (int)i);
    struct table *table = table_new(output, columns, count, true);
    free(columns);
    return table;
}

static void put_cell(struct printer *printer, int column, struct text text)
{
    struct output *output = printer->output;
    if (printer->format == PRINTER_TABLE) {
        table_cell(printer->table, text);
    } else if (printer->format == PRINTER_CSV) {
        if (column > 0)
            output_bytes(output, ",", 1);
        put_csv(output, text);
    } else {
        put_markdown(output, text);
    }
}

static void end_row(struct printer *printer)
{
    struct output *output = printer->output;
    if (printer->format == PRINTER_TABLE)
        table_end_row(printer->table);
    else if (printer->format == PRINTER_CSV && !output->to_terminal)
        output_bytes(output, "\r\n", 2);
    else
        output_bytes(output, "\n", 1);
}

static void begin_row(struct printer *printer)
{
    if (printer->format == PRINTER_MARKDOWN)
        output_bytes(printer->output, "|", 1);
}

struct printer *printer_new(struct output *output, const struct query *query,
                            enum printer_format format)
{
    struct printer *printer = memory_zeroed(1, sizeof *printer);
    *printer = (struct printer){.output = output, .query = query, .format = format};
    buffer_init(&printer->scratch, SIZE_MAX / 2);
    if (format == PRINTER_TABLE)
        printer->table = new_table(output, query);
    if (format == PRINTER_JSON)
        output_bytes(output, "[", 1);
    if (format != PRINTER_CSV && format != PRINTER_MARKDOWN)
        return printer;
    begin_row(printer);
    for (int i = 0; i < query_column_count(query); i++)
        put_cell(printer, i, name_of(query, i));
    end_row(printer);
    if (format == PRINTER_MARKDOWN) {
        begin_row(printer);
        for (int i = 0; i < query_column_count(query); i++)
            output_bytes(output, " --- |", 6);
        end_row(printer);
    }
    return printer;
}

void printer_row(struct printer *printer)
{
    struct output *output = printer->output;
    if (printer->format == PRINTER_JSON || printer->format == PRINTER_JSONL) {
        if (printer->format == PRINTER_JSON)
            output_bytes(output, ",\n", printer->has_rows ? 2 : 0);
        row_to_json(printer->query, output_object(output));
        if (printer->format == PRINTER_JSON)
            output_json(output, json_writer_end(output->writer));
        else
            output_object_end(output);
    } else {
        begin_row(printer);
        for (int i = 0; i < query_column_count(printer->query); i++)
            put_cell(printer, i, row_value_text(query_value(printer->query, i), &printer->scratch));
        end_row(printer);
    }
    printer->has_rows = true;
}

void printer_free(struct printer *printer)
{
    if (!printer)
        return;
    table_free(printer->table);
    if (printer->format == PRINTER_JSON)
        output_bytes(printer->output, "]\n", 2);
    buffer_release(&printer->scratch);
    free(printer);
}
