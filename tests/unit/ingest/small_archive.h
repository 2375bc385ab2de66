/* A small archive of a test, in the folder it runs in: transcripts in, and what verify says. */
#ifndef TESTS_UNIT_INGEST_SMALL_ARCHIVE_H
#define TESTS_UNIT_INGEST_SMALL_ARCHIVE_H

#include "base/file.h"
#include "ingest/ingest.h"
#include "ingest/verify.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static struct error err;

static inline int ignore_report(void *context, const struct batch_report *report, struct error *why)
{
    (void)context;
    (void)report;
    (void)why;
    return 0;
}

static inline int ignore_rejection(void *context, const char *path, const struct error *why)
{
    (void)context;
    (void)path;
    (void)why;
    return 0;
}

/* Ingests a small transcript with this text (limit 0: the usual one); returns what archive_close left behind. */
static inline int ingest_text(const char *output, int64_t segment_limit_bytes)
{
    char json[512];
    snprintf(json, sizeof json, "{\"script_name\":\"a.ps1\",\"script_output\":\"%s\"}", output);
    unlink("in.json");
    struct archive archive;
    struct ingest_options options = {0};
    struct ingest_listener listener = {NULL, ignore_report, ignore_rejection};
    if (file_create("in.json", json, strlen(json), &err) ||
        archive_open(&archive, "archive", "tester", &err))
        return -1;
    if (segment_limit_bytes)
        archive.segment_limit_bytes = segment_limit_bytes;
    struct ingest *ingest = ingest_new(&archive, &options, &listener);
    int result = ingest_argument(ingest, "in.json", &err);
    if (result == 0)
        result = ingest_finish(ingest, &err);
    ingest_free(ingest);
    archive_close(&archive);
    return result;
}

static inline int ignore_finding(void *context, const struct verify_finding *finding,
                                 struct error *why)
{
    (void)context;
    (void)finding;
    (void)why;
    return 0;
}

static inline struct verify_summary verified(void)
{
    struct archive archive;
    struct verify_options options = {.subset_part = 1, .subset_of = 1};
    struct verify_summary summary;
    assert_int_equal(archive_open(&archive, "archive", NULL, &err), 0);
    assert_int_equal(verify_archive(&archive, &options, ignore_finding, NULL, &summary, &err), 0);
    archive_close(&archive);
    return summary;
}

#endif
