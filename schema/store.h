/*
 * store - the one connection that writes history.db, and the read-only connections beside it.
 *
 * history.db is an index over evidence and ledger: everything put here can be put again from them,
 * in ledger order, with the same rows as the outcome. The writer is used under the archive's lock
 * only. Texts given are borrowed for the call; a text with bytes NULL, or a C string that is NULL or
 * "", is stored as NULL. All values are bound.
 */
#ifndef SCHEMA_STORE_H
#define SCHEMA_STORE_H

#include "base/error.h"
#include "base/text.h"

#include <stdbool.h>
#include <stdint.h>

struct store;

/* Opens history.db for writing (created when missing): 16 KiB pages, WAL with
 * SQLITE_FCNTL_PERSIST_WAL, synchronous=NORMAL, FTS5 hashsize 4 MiB (with 16 MiB a long
 * text would take more memory than a short one, and no less time [measured]); migrates to this version's
 * schema, each step with its user_version in one transaction; a newer one is ERROR_ARCHIVE. Peak
 * memory of the connection 32 MiB; 40 MiB for text made to be the worst (one word, repeated). */
struct store *store_open_writer(const char *path, struct error *err);

/* Before this process opens its first database: SQLite then counts no memory, for which two threads wait for each
 * other at each allocation (an export takes 0.85 of the time without [measured]). query_sql's ceiling
 * of memory (query.h) is that count's, so not where SQL of others is run. */
void store_count_no_memory(void);

/* Opens read-only: DEFENSIVE, TRUSTED_SCHEMA off, no ATTACH, no load_extension, temp_store memory;
 * with the functions of extension.h.
 * On read-only media immutable (then a WAL that holds rows is ERROR_DATABASE: they cannot be
 * seen). */
struct store *store_open_reader(const char *path, struct error *err);

/* The "file:" URI under which another program can open what the reader has open; as long as the
 * path was absolute, from any folder. The caller frees. */
char *store_uri(const struct store *reader);

/* Closes; the writer checkpoints what it can first. NULL is fine. */
void store_close(struct store *store);

int store_begin(struct store *store, struct error *err);
/* Commits, and moves the WAL into the database once it is 16 MiB and a sixteenth of the database: -1
 * also when that fails. */
int store_commit(struct store *store, struct error *err);
void store_rollback(struct store *store); /* no transaction: does nothing */

/* From the first question on until store_end_read, a reader sees the database as it is then, whatever
 * is committed meanwhile. It stops no writer; but the WAL grows until the end, so keep it short. */
int store_begin_read(struct store *reader, struct error *err);
void store_end_read(struct store *reader); /* not begun: does nothing */

/* Moves the WAL into the database (passive; no reader is waited for). */
int store_checkpoint(struct store *store, struct error *err);

/* PRAGMA quick_check or integrity_check, then FTS5's own integrity-check is left to the writer:
 * ERROR_DAMAGED with SQLite's first sentence. */
int store_check(struct store *store, bool quick, struct error *err);

/* Copies `from` over the database `to` through SQLite's backup API. */
int store_replace(struct store *to, struct store *from, struct error *err);

/* ---- the ledger's reflection ---- */

/* One ledger line. Fields about bytes are absent (size_bytes -1, texts "") for other events. */
struct store_line {
    int64_t number;
    const char *event, *time, *operator_name, *os_user, *host, *tool, *prev;
    const char *line_sha256;
    int64_t ledger_file;   /* number of the file, for reading on from here */
    int64_t ledger_offset; /* behind the line's LF */
    const char *package_sha256;
    int64_t size_bytes;
    const char *segment;
    int64_t offset, stored_bytes;
    const char *entry_segment;
    int64_t entry_offset, entry_bytes;
    const char *entry_sha256;
    struct text line; /* as it stands in the file, without LF */
};

int store_put_line(struct store *store, const struct store_line *line, struct error *err);

/* The last line put: 1 and its number, sha256 (65 bytes), file and offset; 0 when there is none. */
int store_head(struct store *store, int64_t *number, char sha256[65], int64_t *file,
               int64_t *offset, struct error *err);

/* The last line of the ledger file before the newest one that history.db knows: as store_head. */
int store_head_of_earlier_file(struct store *store, int64_t *number, char sha256[65], int64_t *file,
                               int64_t *offset, struct error *err);

/* SHA-256 of line `number`: 1, or 0 when that line is not there. */
int store_line_sha256(struct store *store, int64_t number, char sha256[65], struct error *err);

/* Largest entry_offset + entry_bytes of any line in that entry_segment: the acknowledged length of
 * the file; 0 when none. A `sealed` line's size_bytes counts too (its segment is `segment`). */
int store_segment_length(struct store *store, const char *segment, int64_t *length,
                         struct error *err);

/* 1 when a `sealed` line names the segment, else 0. */
int store_segment_is_sealed(struct store *store, const char *segment, struct error *err);

/* Highest segment number of a class ("results", "files") in any line; 0 when none. */
int store_last_segment(struct store *store, const char *class_name, int *number, struct error *err);

/* ---- packages and how they came in ---- */

struct store_package {
    const char *package_sha256;
    int64_t size_bytes;
    int64_t first_number; /* ledger line that stored the bytes */
    const char *segment;
    int64_t offset, stored_bytes;
};

/* A package that is known already keeps its first_number and is now found at the new place: its
 * stored bytes had been damaged, and the same bytes came in again. */
int store_put_package(struct store *store, const struct store_package *package, struct error *err);

/* 1 and where the bytes lie (segment: 40 bytes), 0 when the package is not known. */
int store_find_package(struct store *store, const char *package_sha256, int64_t *size_bytes,
                       char segment[40], int64_t *offset, int64_t *stored_bytes, struct error *err);

/* What the parser found, or why it did not: kind "file", "transcript", "action"; parse_status may
 * be NULL; `unparsed` non-NULL says why the package was not read (then kind may be "file"). `tool`
 * is the version that read it. */
int store_put_reading(struct store *store, const char *package_sha256, const char *kind,
                      const char *parse_status, struct text diagnostics, const char *unparsed,
                      const char *tool, struct error *err);

/* 1 when the package is marked unparsed by this very tool version, else 0. */
int store_is_unparsed(struct store *store, const char *package_sha256, const char *tool,
                      struct error *err);

struct store_acquisition {
    int64_t number;    /* ledger line */
    const char *event; /* ingested, duplicate, adopted */
    const char *package_sha256;
    const char *acquired_at, *operator_name, *os_user, *host, *tool;
    struct text source; /* path as given, or "stdin" */
    const char *file_mtime;
    const char *given_observed_at; /* --observed */
    struct text tenant_id, action_id, machine_id, machine_name, note, case_name;
    bool has_command_index;
    int64_t command_index;
};

/* Records the coming-in, then gives it its results: for every finished content of the package, by
 * the rule of DESIGN ("a repeat that adds no action or machine adds no row; one that names them
 * fills a row that had none"). A new row's result_id is number + 10^12 * member_index. A package
 * that a known GetFile command brought gets none. Also puts the case item, and the machine, when
 * they are named. *result_id (may be NULL) is the first result that now stands for this
 * acquisition, 0 when there is none. Call it after the package's reading is in. */
int store_put_acquisition(struct store *store, const struct store_acquisition *acquisition,
                          int64_t *result_id, struct error *err);

/* 1 when the command is known to be of that type ("GetFile"), else 0. */
int store_command_is(struct store *store, struct text action_id, int64_t command_index,
                     const char *type, struct error *err);

/* ---- cases ---- */

/* Something that was done to a case, by a ledger line of its own. */
struct store_case_step {
    int64_t number; /* ledger line */
    const char
        *event; /* case_created, case_added, case_removed, case_noted, case_closed, case_reopened */
    const char *at, *operator_name;
    struct text case_name;
    struct text title, reference; /* of case_created; absent: as they are */
    struct text words;            /* the reason, or the note */
    const char *package_sha256;   /* of case_added and case_removed; else NULL */
};

/* Does the step. A case that is not there is made by it. A package that is added again after it was removed has the
 * exhibit number that it had; one that history.db does not know is only in the steps. */
int store_put_case_step(struct store *store, const struct store_case_step *step, struct error *err);

/* What a case is now: 1, or 0 when there is none of that name. */
struct store_case {
    int64_t created_number;
    bool is_closed;
    bool is_described; /* by a case_created; else it was only named */
};
int store_find_case(struct store *store, struct text case_name, struct store_case *found,
                    struct error *err);

/* The number of the exhibit that the package is in the case, and the package that is the exhibit: 1; 0 when it is not in it, or
 * was removed. */
int store_find_exhibit_package(struct store *store, struct text case_name, int64_t item_number,
                               char package_sha256[65], struct error *err);
int store_find_exhibit(struct store *store, struct text case_name, const char *package_sha256,
                       int64_t *item_number, struct error *err);

/* 1 when the parser has to read the package for an acquisition (0: it has): nobody has yet, or an
 * older version of `tool` gave up, or it holds actions and came in only as what a command brought
 * until now (`names_action`: and does so again). */
int store_needs_reading(struct store *store, const char *package_sha256, bool names_action,
                        const char *tool, struct error *err);

/* What reading gave. */
struct store_reading {
    char kind[16];         /* file, transcript, action */
    char parse_status[16]; /* "" when there was nothing to judge */
    bool is_unparsed;
    bool more_values; /* a second JSON value was there and not read */
};

/* 1 and *reading, 0 when the package is not known. */
int store_get_reading(struct store *store, const char *package_sha256,
                      struct store_reading *reading, struct error *err);

int store_count_packages(struct store *store, int64_t *packages, int64_t *unparsed,
                         struct error *err);

/* Forgets packages whose ledger line is later than `number`: a crash came between a large package's
 * first steps and its line. Commits by itself; no transaction may be open. */
int store_forget_beyond(struct store *store, int64_t number, struct error *err);

/* ---- contents: one normalised transcript ---- */

struct store_content {
    int64_t content_id; /* ledger number + 10^12 * member_index */
    const char *package_sha256;
    int64_t member_index;
    struct text script_name;
    bool has_exit_code;
    int64_t exit_code;
    const char *parse_status;
    struct text diagnostics, extra;
    bool has_output, has_error;
    int64_t output_bytes, error_bytes;
    const char *output_sha256;
    int64_t nul_stripped, nul_inside;
    struct text ps_transcript_path, ps_transcript_id, ps_user, ps_runas_user, ps_machine,
        ps_host_application, ps_version;
    bool has_ps_process_id;
    int64_t ps_process_id;
    const char *ps_started_at, *ps_ended_at;
};

/* An unfinished content, in no view until store_finish_content. */
int store_begin_content(struct store *store, int64_t content_id, const char *package_sha256,
                        int64_t member_index, struct error *err);
/* stream "output" or "error"; page_no from 1. Indexed for full text at once. */
int store_put_page(struct store *store, int64_t content_id, const char *stream, int64_t page_no,
                   struct text text, struct error *err);
int store_finish_content(struct store *store, const struct store_content *content,
                         struct error *err);

/* Deletes contents that were never finished (after a crash), in steps that bound memory. Commits
 * by itself; no transaction may be open. */
int store_drop_unfinished(struct store *store, struct error *err);

/* Deletes the contents, pages and results of one package (it is read anew, or is a file after
 * all). */
int store_drop_package_contents(struct store *store, const char *package_sha256, struct error *err);

/* ---- machine actions ---- */

struct store_command {
    int64_t command_index;
    struct text type, status, params, errors, script_name;
    const char *started_at, *ended_at;
};

struct store_action {
    int64_t number; /* ledger line of the package it was read from */
    const char *package_sha256;
    struct text tenant_id, action_id, type, status, title, requestor, requestor_comment, machine_id,
        machine_name, external_id, request_source, cancellation_requestor, cancellation_comment,
        scope, error_hresult;
    const char *created_at, *last_updated_at, *cancelled_at;
    const struct store_command *commands;
    int64_t command_count;
};

/* 1 when a package has said the very same of the action, its commands too; 0 when not. Of `action` the number and the
 * package are not used. */
int store_knows_action(struct store *store, const struct store_action *action, struct error *err);

/* The tenant of some package that came in with one: 1, or 0 when none did. */
int store_some_tenant(struct store *store, char tenant_id[64], struct error *err);

/* 1 when a package came in for this command of the action, else 0. */
int store_has_result_of(struct store *store, struct text action_id, int64_t command_index,
                        struct error *err);

/* Merges the action and its commands with what is known of them: of every value the later state's
 * (last_updated_at, then order of coming) stands; what is absent in it, a command too, stays as
 * known; of one time, a value that is only the beginning of the known one is a copy cut short and
 * changes nothing; an older state fills what is not known. Then brings every result of that action
 * up to date (machine, times, requestor, observed_at), and takes away the results of commands that
 * turn out to be GetFile. What a package said is taken back when the package turns out to be what a
 * GetFile brought. An action without an id is ignored. */
int store_put_action(struct store *store, const struct store_action *action, struct error *err);

#endif
