/*
 * helpers - a history.db of the test's own, and short calls that put rows into it. A failing call
 * fails the test with its message.
 */
#ifndef TESTS_UNIT_SCHEMA_HELPERS_H
#define TESTS_UNIT_SCHEMA_HELPERS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "schema/query.h"
#include "schema/statement.h"
#include "schema/store.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define EARLY "2023-03-18T10:00:00.0000000Z"
#define MIDDLE "2023-03-18T11:00:00.0000000Z"
#define LATE "2023-03-18T12:00:00.0000000Z"
#define ACTION "5382f7ea-7557-4ab7-9782-d50480024a4e"
#define OTHER_ACTION "11111111-2222-3333-4444-555555555555"
#define MEMBER STORE_MEMBER_STEP

struct archive {
    char folder[64];
    char path[96];
    struct store *store;
};

static inline struct text T(const char *text) {
    return text ? (struct text){text, strlen(text)} : (struct text){NULL, 0};
}

#define must(call)                                                                                 \
    do {                                                                                           \
        if ((call) < 0)                                                                            \
            fail_msg("%s: %s", #call, test_error.message);                                         \
    } while (0)

static struct error test_error;

static inline void archive_open(struct archive *archive)
{
    archive->store = store_open_writer(archive->path, &test_error);
    if (!archive->store)
        fail_msg("%s", test_error.message);
}

static inline int archive_set_up(void **state)
{
    struct archive *archive = calloc(1, sizeof *archive);
    snprintf(archive->folder, sizeof archive->folder, "/tmp/lrarchive-schema.XXXXXX");
    if (!mkdtemp(archive->folder))
        return -1;
    snprintf(archive->path, sizeof archive->path, "%s/history.db", archive->folder);
    archive_open(archive);
    *state = archive;
    return 0;
}

static inline int archive_tear_down(void **state)
{
    struct archive *archive = *state;
    static const char *const suffixes[] = {"", "-wal", "-shm", "-journal"};
    store_close(archive->store);
    for (size_t i = 0; i < sizeof suffixes / sizeof suffixes[0]; i++) {
        char path[128];
        snprintf(path, sizeof path, "%s%s", archive->path, suffixes[i]);
        unlink(path);
        rmdir(path);
    }
    int result = rmdir(archive->folder);
    free(archive);
    return result;
}

/* 64 hex digits that begin with `name`'s own bytes in hex. */
static inline const char *sha_of(const char *name)
{
    static char texts[8][65];
    static int next;
    char *text = texts[next++ % 8];
    memset(text, '0', 64);
    text[64] = '\0';
    for (size_t i = 0; name[i] && i < 32; i++) {
        static const char digits[] = "0123456789abcdef";
        text[2 * i] = digits[(unsigned char)name[i] >> 4];
        text[2 * i + 1] = digits[name[i] & 15];
    }
    return text;
}

static inline void put_package(struct store *store, int64_t number, const char *name)
{
    struct store_package package = {.package_sha256 = sha_of(name),
                                    .size_bytes = 100,
                                    .first_number = number,
                                    .segment = "results-000001.tar.gz",
                                    .offset = 512,
                                    .stored_bytes = 80};
    must(store_put_package(store, &package, &test_error));
}

/* The package that an action is read from, where no test has put it: numbered behind all others. */
static inline void put_action_package(struct store *store, const char *name)
{
    int64_t packages, unparsed;
    struct store_reading reading;
    if (store_get_reading(store, sha_of(name), &reading, &test_error) == 1)
        return;
    must(store_count_packages(store, &packages, &unparsed, &test_error));
    put_package(store, 900000000 + packages, name);
    must(store_put_reading(store, sha_of(name), "action", NULL, T(NULL), NULL, "lrarchive 0.1.0",
                           &test_error));
}

/* A finished content with one page of output (NULL: absent). */
static inline void put_content(struct store *store, int64_t number, int64_t member,
                               const char *name, const char *status, const char *output)
{
    int64_t id = number + MEMBER * member;
    must(store_begin_content(store, id, sha_of(name), member, &test_error));
    if (output)
        must(store_put_page(store, id, "output", 1, T(output), &test_error));
    struct store_content content = {.content_id = id,
                                    .package_sha256 = sha_of(name),
                                    .member_index = member,
                                    .parse_status = status,
                                    .has_output = output != NULL,
                                    .output_bytes = output ? (int64_t)strlen(output) : 0,
                                    .output_sha256 = sha_of("text")};
    must(store_finish_content(store, &content, &test_error));
}

static inline void put_reading(struct store *store, const char *name, const char *kind)
{
    must(store_put_reading(store, sha_of(name), kind, "ok", T(NULL), NULL, "lrarchive 0.1.0",
                           &test_error));
}

/* A transcript package with one content, without acquisitions. */
static inline void put_transcript(struct store *store, int64_t number, const char *name)
{
    put_package(store, number, name);
    put_content(store, number, 0, name, "ok", "some output");
    put_reading(store, name, "transcript");
}

/* What came in; NULL is absent. */
struct coming {
    const char *action, *machine, *machine_id, *tenant, *observed, *mtime, *case_name;
    int64_t index;
    const char *operator_name, *source;
};

static inline int64_t acquire(struct store *store, int64_t number, const char *name,
                              struct coming coming)
{
    struct store_acquisition acquisition = {
        .number = number,
        .event = "ingested",
        .package_sha256 = sha_of(name),
        .acquired_at = LATE,
        .operator_name = coming.operator_name ? coming.operator_name : "op@host",
        .os_user = "user",
        .host = "host",
        .tool = "lrarchive 0.1.0",
        .source = T(coming.source ? coming.source : "in/file.json"),
        .file_mtime = coming.mtime,
        .given_observed_at = coming.observed,
        .tenant_id = T(coming.tenant),
        .action_id = T(coming.action),
        .machine_id = T(coming.machine_id),
        .machine_name = T(coming.machine),
        .case_name = T(coming.case_name),
        .has_command_index = true,
        .command_index = coming.index,
    };
    int64_t result_id = -1;
    must(store_put_acquisition(store, &acquisition, &result_id, &test_error));
    return result_id;
}

/* An action of one command, read from the package of ledger line `number`. */
struct state_of_action {
    const char *action, *type, *machine, *machine_id, *updated, *created, *started, *ended, *script;
    const char *package, *tenant, *requestor, *status;
    int64_t index;
};

static inline void put_action(struct store *store, int64_t number, struct state_of_action state)
{
    struct store_command command = {.command_index = state.index,
                                    .type = T(state.type ? state.type : "RunScript"),
                                    .status = T(state.status ? state.status : "Completed"),
                                    .script_name = T(state.script),
                                    .started_at = state.started,
                                    .ended_at = state.ended};
    struct store_action action = {.number = number,
                                  .package_sha256 = sha_of(state.package ? state.package : "A"),
                                  .action_id = T(state.action ? state.action : ACTION),
                                  .type = T("LiveResponse"),
                                  .machine_name = T(state.machine),
                                  .machine_id = T(state.machine_id),
                                  .tenant_id = T(state.tenant),
                                  .requestor = T(state.requestor),
                                  .created_at = state.created,
                                  .last_updated_at = state.updated,
                                  .commands = &command,
                                  .command_count = 1};
    put_action_package(store, state.package ? state.package : "A");
    must(store_put_action(store, &action, &test_error));
}

/* A step of case IR-7; package and words may be NULL. */
static inline void do_case_step(struct store *store, int64_t number, const char *event,
                                const char *package, const char *words)
{
    struct store_case_step step = {.number = number,
                                   .event = event,
                                   .at = LATE,
                                   .operator_name = "op@host",
                                   .case_name = T("IR-7"),
                                   .words = T(words),
                                   .package_sha256 = package ? sha_of(package) : NULL};
    must(store_put_case_step(store, &step, &test_error));
}

/* Rows of any SQL as one text: values joined by '|', rows by LF; NULL is "-". */
static inline const char *rows(struct store *store, const char *sql)
{
    static char texts[4][16384];
    static int next;
    char *text = texts[next++ % 4];
    size_t length = 0;
    sqlite3_stmt *statement;
    text[0] = '\0';
    if (sqlite3_prepare_v2(store->db, sql, -1, &statement, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(store->db));
    int code;
    while ((code = sqlite3_step(statement)) == SQLITE_ROW && length < 16000) {
        for (int i = 0; i < sqlite3_column_count(statement) && length < 16000; i++) {
            const char *value = (const char *)sqlite3_column_text(statement, i);
            length += (size_t)snprintf(text + length, 16384 - length, "%s%s",
                                       i ? "|" : (length ? "\n" : ""), value ? value : "-");
        }
    }
    if (code != SQLITE_DONE)
        fail_msg("%s: %s", sql, sqlite3_errmsg(store->db));
    sqlite3_finalize(statement);
    return text;
}

#define assert_rows(store, sql, expected) assert_string_equal(rows(store, sql), expected)

/* FTS5's index and the pages say the same. */
static inline void assert_index_is_whole(struct store *store)
{
    char *message = NULL;
    int code = sqlite3_exec(store->db,
                            "INSERT INTO output_fts (output_fts, rank)"
                            " VALUES ('integrity-check', 1)",
                            NULL, NULL, &message);
    if (code != SQLITE_OK)
        fail_msg("integrity-check: %s", message);
    assert_rows(store, "PRAGMA integrity_check", "ok");
    assert_rows(store, "PRAGMA foreign_key_check", "");
}

#define archive_test(function)                                                                     \
    cmocka_unit_test_setup_teardown(function, archive_set_up, archive_tear_down)

#endif
