/*
 * small_case - a case cut out of the test's history.db, and what a writer of the export makes of it.
 */
#ifndef TESTS_UNIT_EXPORT_SMALL_CASE_H
#define TESTS_UNIT_EXPORT_SMALL_CASE_H

#include "tests/unit/schema/indexed_copy.h"

#include "base/buffer.h"
#include "base/json.h"
#include "base/stream.h"
#include "export/spool.h"
#include "export/subject.h"

#define MOST_EXHIBITS 8
#define WRITTEN_BYTES (64 * 1024 * 1024)

struct small_case {
    char path[128];
    struct exhibit exhibits[MOST_EXHIBITS];
    struct subject subject;
};

/* A transcript of the case IR-7. */
struct put {
    struct text script_name, output, error, extra;
    int64_t exit_code;
    const char *output_sha256;
    struct coming coming;
};

static inline void put_in_case(struct store *store, int64_t number, const char *name,
                               struct put put)
{
    put_package(store, number, name);
    must(store_begin_content(store, number, sha_of(name), 0, &test_error));
    if (put.output.length > 0)
        must(store_put_page(store, number, "output", 1, put.output, &test_error));
    if (put.error.length > 0)
        must(store_put_page(store, number, "error", 1, put.error, &test_error));
    struct store_content content = {.content_id = number,
                                    .package_sha256 = sha_of(name),
                                    .script_name = put.script_name,
                                    .has_exit_code = true,
                                    .exit_code = put.exit_code,
                                    .parse_status = "ok",
                                    .extra = put.extra,
                                    .has_output = put.output.bytes != NULL,
                                    .has_error = put.error.bytes != NULL,
                                    .output_bytes = (int64_t)put.output.length,
                                    .error_bytes = (int64_t)put.error.length,
                                    .output_sha256 = put.output_sha256,
                                    .ps_started_at = "2020-01-01T00:00:00"};
    must(store_finish_content(store, &content, &test_error));
    put_reading(store, name, "transcript");
    put.coming.case_name = "IR-7";
    acquire(store, number, name, put.coming);
}

static inline void read_exhibits(struct small_case *c, const char *withheld)
{
    struct query *query;
    must(query_case_items(c->subject.reader, "IR-7", &query, &test_error));
    size_t count = 0;
    while (query_next(query, &test_error) == 1 && count < MOST_EXHIBITS) {
        struct exhibit *exhibit = &c->exhibits[count++];
        *exhibit = (struct exhibit){.size_bytes = 100};
        snprintf(exhibit->name, sizeof exhibit->name, "%s",
                 query_value_named(query, "exhibit").text.bytes);
        snprintf(exhibit->package_sha256, sizeof exhibit->package_sha256, "%s",
                 query_value_named(query, "package_sha256").text.bytes);
        snprintf(exhibit->kind, sizeof exhibit->kind, "transcript");
        exhibit->is_withheld = withheld && strcmp(exhibit->package_sha256, withheld) == 0;
    }
    query_free(query);
    c->subject.exhibits = c->exhibits;
    c->subject.exhibit_count = count;
}

/* Cuts IR-7 out; `withheld` names a package, or NULL. */
static inline void small_case_open(struct small_case *c, const struct archive *archive,
                                   const char *withheld)
{
    char hashes[1][65] = {""};
    if (withheld)
        memcpy(hashes[0], sha_of(withheld), 65);
    struct case_copy what = {.case_name = "IR-7",
                             .last_number = 1000000,
                             .withheld = (const char(*)[65])hashes,
                             .withheld_count = withheld ? 1 : 0};
    make_indexed_copy(c->path, archive, &what);
    c->subject = (struct subject){.reader = store_open_reader(c->path, &test_error),
                                  .case_name = "IR-7",
                                  .made_at = LATE,
                                  .made_by = "ann@corp.example",
                                  .tool = "lrarchive 0.1.0",
                                  .timezone = "UTC",
                                  .withheld_reason = "a reason to withhold",
                                  .ledger_lines = 9,
                                  .ledger_origin = "origin",
                                  .ledger_root = "cm9vdA==",
                                  .signed_by = "key"};
    if (!c->subject.reader)
        fail_msg("%s", test_error.message);
    read_exhibits(c, withheld ? hashes[0] : NULL);
}

static inline void small_case_close(struct small_case *c)
{
    store_close(c->subject.reader);
    assert_int_equal(unlink(c->path), 0);
}

/* What was spooled, as a C string in `out`, which is begun here and is the caller's to release. */
static inline const char *spooled(struct spool *spool, struct buffer *out)
{
    struct file_stream stream;
    char block[4096];
    ssize_t got;
    must(spool_finish(spool, &test_error));
    buffer_init(out, WRITTEN_BYTES);
    spool_stream(spool, &stream);
    while ((got = stream_read(&stream.stream, block, sizeof block, &test_error)) > 0)
        assert_int_equal(buffer_append(out, block, (size_t)got), 0);
    assert_int_equal(got, 0);
    spool_free(spool);
    return buffer_text(out);
}

typedef int case_writer(const struct subject *subject, struct spool *spool, struct error *err);

static inline const char *written(case_writer *write, const struct small_case *c,
                                  struct buffer *out)
{
    struct spool *spool = spool_new("/tmp", &test_error);
    must(write(&c->subject, spool, &test_error));
    return spooled(spool, out);
}

/* Line `index`, from 0, as an object; the test fails when it is none. The caller frees it. */
static inline struct json_object *line_object(const char *text, int index)
{
    for (int i = 0; i < index && text; i++) {
        text = strchr(text, '\n');
        text = text ? text + 1 : NULL;
    }
    const char *end = text ? strchr(text, '\n') : NULL;
    if (!end) {
        fail_msg("there is no line %d", index);
        abort();
    }
    struct json_object *object = json_object_parse(text, (size_t)(end - text), &test_error);
    if (!object)
        fail_msg("line %d: %s: %s", index, test_error.message, text);
    return object;
}

static inline int count_of(const char *text, const char *part)
{
    int count = 0;
    for (; (text = strstr(text, part)); text += strlen(part))
        count++;
    return count;
}

#endif
