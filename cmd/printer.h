/*
 * printer - the rows of a query in the format that a person chose. A row is printed as it comes:
 * nothing is held but a table's first rows on a terminal.
 *
 * table     for people (table.h)
 * csv       RFC 4180: CRLF behind each row, names first, quoted where needed; bytes unchanged.
 *           NULL is an empty field, an empty text is ""
 * json      one array, an object a row
 * jsonl     an object a line
 * markdown  a table of GitHub's Markdown: what would be markup is escaped, a line end is <br>
 *
 * Blobs are hex. On a terminal hazards are escaped in all of them, and a row of csv is one line.
 */
#ifndef CMD_PRINTER_H
#define CMD_PRINTER_H

#include "cmd/options.h"
#include "cmd/output.h"
#include "schema/query.h"

enum printer_format { PRINTER_TABLE, PRINTER_CSV, PRINTER_JSON, PRINTER_JSONL, PRINTER_MARKDOWN };

#define PRINTER_OPTION                                                                             \
    {                                                                                              \
        .name = "format", .value = "FORMAT", .help = "table, csv, json, jsonl or markdown"         \
    }

/* Reads --format: table by default, and jsonl with --json, which goes with json and jsonl only. */
int printer_read(const struct options *options, enum printer_format *format, struct error *err);

struct printer;

/* Prints what stands above the rows. Both are borrowed until printer_free. */
struct printer *printer_new(struct output *output, const struct query *query,
                            enum printer_format format);
/* The row that the query stands on. */
void printer_row(struct printer *printer);
/* Prints what stands below the rows, also when they ended early. NULL is fine. */
void printer_free(struct printer *printer);

#endif
