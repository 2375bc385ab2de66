#include "cmd/table.h"

#include "base/memory.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CELL_BYTES 4096           /* of a text that can be seen in a terminal's cell */
#define SAMPLE_ROWS 200           /* widths come from so many rows at most */
#define SAMPLE_BYTES (256 * 1024) /* and from so much text */
#define GAP 2                     /* blanks between columns */
#define LEAST_WIDTH 4             /* of a column that is cut */

struct table {
    struct output *output;
    size_t count;
    size_t *widths; /* of each column; as given until has_widths */
    bool *is_right; /* of each column */
    size_t *given;  /* widths as given, 0: by content */
    bool has_widths;
    size_t row_cells; /* in the row being filled */
    /* Terminal only: escaped cells of rows that wait. A cell is its text and a NUL, a row ends with
     * a LF: escaped text holds neither. */
    struct buffer waiting;
    size_t waiting_rows;
};

struct table *table_new(struct output *output, const struct table_column *columns, size_t count,
                        bool has_header)
{
    struct table *table = memory_zeroed(1, sizeof *table);
    table->output = output;
    table->count = count;
    table->widths = memory_zeroed(count, sizeof *table->widths);
    table->given = memory_zeroed(count, sizeof *table->given);
    table->is_right = memory_zeroed(count, sizeof *table->is_right);
    buffer_init(&table->waiting, SIZE_MAX / 2);
    for (size_t i = 0; i < count; i++) {
        table->given[i] = columns[i].width;
        table->is_right[i] = columns[i].is_right;
    }
    if (has_header) {
        for (size_t i = 0; i < count; i++)
            table_cell(table, (struct text){columns[i].name, strlen(columns[i].name)});
        table_end_row(table);
    }
    return table;
}

void table_free(struct table *table)
{
    if (!table)
        return;
    table_flush(table);
    free(table->widths);
    free(table->given);
    free(table->is_right);
    buffer_release(&table->waiting);
    free(table);
}

/* ---- widths ---- */

static void measure(struct table *table)
{
    size_t column = 0;
    const char *at = table->waiting.bytes, *end = at + table->waiting.length;
    memcpy(table->widths, table->given, table->count * sizeof *table->widths);
    while (at < end) {
        if (*at == '\n') {
            column = 0;
            at++;
            continue;
        }
        size_t length = strlen(at), columns = text_columns(at, length);
        if (!table->given[column] && columns > table->widths[column])
            table->widths[column] = columns;
        at += length + 1;
        column++;
    }
}

/* The widest columns give way until all fit. */
static void fit(struct table *table, size_t available)
{
    size_t cap = 0, total;
    for (size_t i = 0; i < table->count; i++)
        if (table->widths[i] > cap)
            cap = table->widths[i];
    do {
        total = 0;
        for (size_t i = 0; i < table->count; i++)
            total += GAP + (table->widths[i] < cap ? table->widths[i] : cap);
    } while (total > available + GAP && cap > LEAST_WIDTH && cap--);
    size_t last = table->count - 1, others = 0;
    for (size_t i = 0; i < table->count; i++) {
        if (table->widths[i] > cap)
            table->widths[i] = cap;
        if (i < last)
            others += table->widths[i] + GAP;
    }
    /* Nothing stands behind the last one: later rows may use all that is left. */
    if (!table->is_right[last] && others + table->widths[last] < available)
        table->widths[last] = available - others;
}

static void decide_widths(struct table *table)
{
    if (table->has_widths)
        return;
    if (table->waiting.length > 0)
        measure(table);
    fit(table, output_columns());
    table->has_widths = true;
}

/* ---- a terminal's rows ---- */

static void print_cell(struct table *table, size_t column, const char *text, bool is_last)
{
    static const char blanks[] = "                                ";
    size_t length = strlen(text), width = table->widths[column];
    size_t columns = text_columns(text, length);
    bool is_cut = columns > width;
    if (is_cut) {
        length = text_cut_columns(text, length, width > 0 ? width - 1 : 0);
        columns = text_columns(text, length) + 1;
    }
    size_t padding = columns < width ? width - columns : 0;
    for (size_t left = table->is_right[column] ? padding : 0; left > 0;) {
        size_t some = left < sizeof blanks - 1 ? left : sizeof blanks - 1;
        output_bytes(table->output, blanks, some);
        left -= some;
    }
    output_bytes(table->output, text, length);
    if (is_cut)
        output_format(table->output, "…");
    for (size_t left = is_last ? 0 : (table->is_right[column] ? 0 : padding) + GAP; left > 0;) {
        size_t some = left < sizeof blanks - 1 ? left : sizeof blanks - 1;
        output_bytes(table->output, blanks, some);
        left -= some;
    }
}

void table_flush(struct table *table)
{
    if (!table->output->to_terminal || table->waiting.length == 0)
        return;
    decide_widths(table);
    size_t column = 0;
    const char *at = table->waiting.bytes, *end = at + table->waiting.length;
    while (at < end) {
        if (*at == '\n') {
            output_bytes(table->output, "\n", 1);
            column = 0;
            at++;
            continue;
        }
        const char *next = at + strlen(at) + 1;
        print_cell(table, column++, at, *next == '\n');
        at = next;
    }
    buffer_clear(&table->waiting);
    table->waiting_rows = 0;
}

/* ---- cells ---- */

void table_cell(struct table *table, struct text text)
{
    if (table->output->to_terminal) {
        struct buffer escaped;
        buffer_init(&escaped, CELL_BYTES * 10);
        if (text.length > CELL_BYTES)
            text.length = CELL_BYTES;
        /* A cell never begins with LF, so that one alone can end a row. */
        text_escape(&escaped, text.bytes, text.length, TEXT_KEEP_NONE);
        (void)buffer_append(&table->waiting, buffer_text(&escaped), escaped.length + 1);
        buffer_release(&escaped);
    } else {
        if (table->row_cells > 0)
            output_bytes(table->output, "\t", 1);
        output_line_of(table->output, text);
    }
    table->row_cells++;
}

void table_cell_format(struct table *table, const char *format, ...)
{
    char text[512];
    va_list args;
    va_start(args, format);
    int length = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    table_cell(table,
               (struct text){text, length < (int)sizeof text ? (size_t)length : sizeof text - 1});
}

void table_end_row(struct table *table)
{
    table->row_cells = 0;
    if (!table->output->to_terminal) {
        output_bytes(table->output, "\n", 1);
        return;
    }
    (void)buffer_append(&table->waiting, "\n", 1);
    table->waiting_rows++;
    if (table->has_widths || table->waiting_rows >= SAMPLE_ROWS ||
        table->waiting.length >= SAMPLE_BYTES)
        table_flush(table);
}
