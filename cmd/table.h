/*
 * table - rows in columns: aligned and cut to the terminal's width for people, tab-separated and
 * whole into a pipe. A row stays a line in both.
 *
 * On a terminal the widths come from the first rows, which wait for it; later rows are cut to them.
 */
#ifndef CMD_TABLE_H
#define CMD_TABLE_H

#include "cmd/output.h"

struct table_column {
    const char *name; /* of the header line; borrowed for table_new */
    size_t width;     /* terminal columns; 0: by content */
    bool is_right;    /* aligned, for numbers */
};

struct table;

/* `output` is borrowed until table_free. With `has_header` the first line is the names. */
struct table *table_new(struct output *output, const struct table_column *columns, size_t count,
                        bool has_header);
/* Writes what waits. NULL is fine. */
void table_free(struct table *table);

/* The next cell of the row; absent text is an empty cell. */
void table_cell(struct table *table, struct text text);
void table_cell_format(struct table *table, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Ends the row; it may have fewer cells than there are columns, not more. */
void table_end_row(struct table *table);

/* Writes rows that wait, with the widths known by now. */
void table_flush(struct table *table);

#endif
