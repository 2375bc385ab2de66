/*
 * tables - the results and exhibits of a case as files that other programs read.
 *
 * JSON Lines is exact: a line an object, names as the SQL columns; integers are numbers, NULL is null, a text has all its
 * characters, and what holds JSON text (diagnostics, extra) is a text. A byte that is not UTF-8 becomes U+FFFD.
 *
 * CSV (RFC 4180, CRLF, a header row) is for looking at. NULL is an empty field, an empty text is "". Control characters, and what
 * hides or turns text (text_is_hazard), are shown as \xHH or \uHHHH, but for TAB and LF. A text that a spreadsheet would
 * run gets an apostrophe in front: one whose first character behind blanks and hazards is = + - @ (also the wide and small
 * forms), and one that begins with TAB, LF or CR. The same within a text behind ; TAB or LF, where some programs see a new
 * cell. Numbers stay as they are.
 *
 * Each call appends to the spool and returns 0, or -1 when the database cannot be read; failures to write stay in the spool.
 */
#ifndef EXPORT_TABLES_H
#define EXPORT_TABLES_H

#include "export/spool.h"
#include "export/subject.h"

/* A row for each result by result_id: exhibit, all columns of the view results but script_output and script_error, then
 * output_file, error_file (where that text is there) and package_file: paths below the export's folder. */
int tables_write_results_csv(const struct subject *subject, struct spool *spool, struct error *err);
int tables_write_results_jsonl(const struct subject *subject, struct spool *spool,
                               struct error *err);

/* A line for each exhibit by number: exhibit, package_sha256, size_bytes, kind, package_file, withheld, reason, added_at,
 * added_number, operator, added_reason, and machine_name (or id) and script_name of its first result; a file, which has none,
 * has the machine that it came in for. Of what is withheld the reason is there, and no path, name or word about it. */
int tables_write_exhibits_jsonl(const struct subject *subject, struct spool *spool,
                                struct error *err);

/* A field of the CSV, without the comma: `text` as described above. */
void tables_write_csv_text(struct spool *spool, struct text text);

#endif
