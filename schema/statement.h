/*
 * statement - SQL prepared once per connection, bound in order, with SQLite's errors in our words.
 * Inside schema/ only; with query.h's rows the only place that talks to SQLite.
 */
#ifndef SCHEMA_STATEMENT_H
#define SCHEMA_STATEMENT_H

#include "base/error.h"
#include "base/text.h"

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

#define STORE_STATEMENTS 128 /* distinct statements of this program, with room to spare */
#define STORE_MEMBER_STEP                                                                          \
    1000000000000LL /* result_id and content_id: number + this * member_index */

struct store {
    sqlite3 *db;
    char *path; /* for messages */
    bool is_writer;
    bool is_immutable; /* a reader where nothing can be written */
    int wal_pages;     /* in the WAL after the last commit */
    int statement_count;
    struct {
        const char *sql; /* the literal's address is the key */
        sqlite3_stmt *prepared;
    } statements[STORE_STATEMENTS];
};

/* Sets err from a result code of SQLite and its message, names the file; returns -1. */
int store_fail(struct store *store, int sqlite_code, struct error *err);

/* A new database in the empty file `path`, without journal, WAL and fsync: for case_copy. */
struct store *store_open_copy(const char *path, struct error *err);
/* Then, once: makes the schema. */
int store_set_up_copy(struct store *store, struct error *err);

/* Runs SQL of ours without parameters or rows. */
int store_execute(struct store *store, const char *sql, struct error *err);

/* One use of a prepared statement: start, values in the order of ?1, ?2, …, then step or run.
 * Texts are borrowed until the statement is finished. A statement that gave a row must be finished
 * before it is started again. */
struct statement {
    struct store *store;
    sqlite3_stmt *prepared;
    int bound;
    int code; /* first result code that was not SQLITE_OK */
};

/* `sql` must be a string that lives as long as the program: its address is the key. */
void statement_start(struct statement *statement, struct store *store, const char *sql);

void statement_bind_int64(struct statement *statement, int64_t value);
/* NULL unless `has`. */
void statement_bind_int64_if(struct statement *statement, bool has, int64_t value);
/* Absent text is NULL. */
void statement_bind_text(struct statement *statement, struct text value);
/* NULL and "" are NULL. */
void statement_bind_string(struct statement *statement, const char *value);

void statement_bind_blob(struct statement *statement, struct text bytes);
/* What the other statement's row holds there, of whatever type. */
void statement_bind_column(struct statement *statement, const struct statement *row, int column);

/* 1 row, 0 end, -1 error; after 0 and -1 it is finished. */
int statement_step(struct statement *statement, struct error *err);
/* For statements without rows: 0 or -1. */
int statement_run(struct statement *statement, struct error *err);
void statement_finish(struct statement *statement);

bool statement_is_null(const struct statement *statement, int column);
int64_t statement_int64(const struct statement *statement, int column);
/* Valid until the next step or finish; bytes NULL for NULL. */
struct text statement_text(const struct statement *statement, int column);
struct text statement_blob(const struct statement *statement, int column);
/* The text cut to size - 1 bytes, with a NUL; "" for NULL. */
void statement_copy(const struct statement *statement, int column, char *out, size_t size);

/* For questions with one integer as the answer: 1 and *value, 0 no row (or NULL), -1. */
int statement_one_int64(struct statement *statement, int64_t *value, struct error *err);

/* NULL, "" or the text, as a struct text; "" is absent. */
struct text statement_string(const char *value);

#endif
