/*
 * extension - the table-valued function output_lines and the scalar output_json, over the public
 * view output_pages: for `query`, and as lrarchive.so for any program with SQLite in it.
 *
 * The extension*.c files are compiled twice. In the program they are linked in (SQLITE_CORE), and
 * loading of extensions stays off; in lrarchive.so they reach SQLite through the table that it
 * hands to the entry point. So they use nothing of ours, allocate through SQLite, and never abort:
 * the process is somebody else's.
 *
 * Both functions may be named in a statement only, never inside a view or trigger of a database
 * (DIRECTONLY): a foreign file could make output_pages a view that calls them again.
 */
#ifndef SCHEMA_EXTENSION_H
#define SCHEMA_EXTENSION_H

#include <sqlite3.h>

struct sqlite3_api_routines;

/* The entry point; its name is what SQLite makes of "lrarchive.so". Gives `db` both functions.
 * SQLITE_OK, or a code and perhaps *message (sqlite3_free). Linked in, `api` is not used. */
int sqlite3_lrarchive_init(sqlite3 *db, char **message, const struct sqlite3_api_routines *api);

/*
 * output_lines(content_id): stream, line_no, line: the lines of the output, then those of the
 * error, line_no from 1 in each stream, line without its LF. Ends of pages never show. A line of
 * more than 16 MiB comes in pieces: rows with one line_no, in order. An id that is no content's, or
 * no number at all, has no lines. Memory is that of one line. `WHERE stream = …` reads one stream
 * only, and a range of line_no only the pages that hold it, and a few to find them.
 */
int extension_lines_register(sqlite3 *db);

/*
 * output_json(content_id): the output as one JSON text where it is one, an array of the values
 * where each line is one (JSON Lines), else NULL. Valid is what SQLite's json_valid says, so
 * json_each never fails on it. Blank lines, and in front PowerShell's line that names its
 * transcript file, are passed over. NULL for an output of more than 16 MiB.
 */
int extension_json_register(sqlite3 *db);

/* Prepares SQL over output_pages; on an error *message (sqlite3_free) says that this is no
 * history.db of lrarchive, or what else is wrong. */
int extension_prepare(sqlite3 *db, const char *sql, sqlite3_stmt **prepared, char **message);

#endif
