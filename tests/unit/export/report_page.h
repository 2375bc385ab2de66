/*
 * report_page - a case of a test's own, and its report as text.
 */
#ifndef TESTS_UNIT_EXPORT_REPORT_PAGE_H
#define TESTS_UNIT_EXPORT_REPORT_PAGE_H

#include "tests/unit/schema/indexed_copy.h"

#include "base/stream.h"
#include "export/report.h"

#define MADE_AT "2026-11-30T17:00:00.1234567Z"

/* A case's database and what is told of the export. */
struct fixture {
    struct archive *archive;
    char path[128];
    struct exhibit *exhibits;
    struct subject subject;
};

static inline void put_result(struct store *store, int64_t number, const char *name,
                              const char *output, struct coming coming)
{
    put_package(store, number, name);
    put_content(store, number, 0, name, "ok", output);
    put_reading(store, name, "transcript");
    coming.case_name = "IR-7";
    acquire(store, number, name, coming);
}

/* A case of what was put in under the names "P1" and on. */
static inline struct fixture open_case(struct archive *archive, size_t count, const char *withheld)
{
    struct fixture fixture = {.archive = archive};
    char hidden[1][65] = {{0}};
    snprintf(hidden[0], 65, "%s", withheld ? sha_of(withheld) : "");
    struct case_copy what = {.case_name = "IR-7",
                             .last_number = 1000000,
                             .withheld = (const char(*)[65])hidden,
                             .withheld_count = withheld ? 1 : 0};
    make_indexed_copy(fixture.path, archive, &what);
    fixture.exhibits = calloc(count + 1, sizeof *fixture.exhibits);
    for (size_t i = 0; i < count; i++) {
        char name[32];
        snprintf(name, sizeof name, "P%zu", i + 1);
        snprintf(fixture.exhibits[i].name, EXHIBIT_SIZE, "IR-7-%04zu", i + 1);
        snprintf(fixture.exhibits[i].package_sha256, 65, "%s", sha_of(name));
        snprintf(fixture.exhibits[i].kind, 16, "transcript");
        fixture.exhibits[i].size_bytes = 100;
        fixture.exhibits[i].is_withheld = withheld && strcmp(withheld, name) == 0;
    }
    fixture.subject = (struct subject){.reader = store_open_reader(fixture.path, &test_error),
                                       .case_name = "IR-7",
                                       .exhibits = fixture.exhibits,
                                       .exhibit_count = count,
                                       .made_at = MADE_AT,
                                       .made_by = "ann@corp.example",
                                       .tool = "lrarchive 0.1.0",
                                       .ledger_lines = 4711,
                                       .ledger_origin = "corp.example/archive",
                                       .ledger_root = "cm9vdA==",
                                       .signed_by = "ann@corp.example"};
    assert_non_null(fixture.subject.reader);
    return fixture;
}

static inline void close_case(struct fixture *fixture)
{
    store_close(fixture->subject.reader);
    free(fixture->exhibits);
    assert_int_equal(unlink(fixture->path), 0);
}

/* The page as text, which the caller frees. */
static inline char *page_of(const struct fixture *fixture)
{
    struct spool *spool = spool_new(fixture->archive->folder, &test_error);
    struct file_stream stream;
    assert_non_null(spool);
    must(report_write(&fixture->subject, spool, &test_error));
    char *page = calloc(1, (size_t)spool_size(spool) + 1);
    spool_stream(spool, &stream);
    assert_int_equal(stream_read_full(&stream.stream, page, (size_t)spool_size(spool), &test_error),
                     spool_size(spool));
    spool_free(spool);
    return page;
}

static inline void shows(const char *page, const char *text)
{
    if (!strstr(page, text))
        fail_msg("the page does not show %s", text);
}

static inline void hides(const char *page, const char *text)
{
    const char *at = strstr(page, text);
    if (at)
        fail_msg("the page holds %s: %.80s", text, at);
}

/* The part of the page that begins so, up to its end, which the caller frees. */
static inline char *part_of(const char *page, const char *begin, const char *end)
{
    const char *from = strstr(page, begin), *to = from ? strstr(from, end) : NULL;
    if (!to)
        fail_msg("the page has no part from %s to %s", begin, end);
    return strndup(from, (size_t)(to - from));
}

/* ---- nothing acts ---- */

static inline void put_machines(struct archive *archive, size_t machines, size_t each)
{
    must(store_begin(archive->store, &test_error));
    for (size_t i = 0; i < machines * each; i++) {
        char name[32], machine[32], time[40];
        snprintf(name, sizeof name, "P%zu", i + 1);
        snprintf(machine, sizeof machine, "ws-%03zu", i % machines);
        snprintf(time, sizeof time, "2023-03-%02zuT%02zu:%02zu:00.0000000Z", i % 28 + 1, i % 24,
                 i % 60);
        put_result(archive->store, (int64_t)i + 2, name, "x",
                   (struct coming){.machine = machine, .observed = time});
    }
    must(store_commit(archive->store, &test_error));
}

#endif
