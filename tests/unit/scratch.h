/*
 * scratch - a folder of its own for each evidence test, stock tools run on what lies in it, and
 * short ways to make packages, receipts and segments.
 */
#ifndef TESTS_UNIT_WORKPLACE_H
#define TESTS_UNIT_WORKPLACE_H

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "evidence/segment.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define WORKPLACE_SEGMENT "files-000001.tar.gz"

static char scratch[64]; /* the folder, relative to where the tests run */

static inline int scratch_open(void **state)
{
    (void)state;
    snprintf(scratch, sizeof scratch, "evidence.XXXXXX");
    return mkdtemp(scratch) ? 0 : -1;
}

/* Runs `format` as a shell command within the scratch and gives its exit status. */
__attribute__((format(printf, 1, 2))) static inline int scratch_run(const char *format, ...)
{
    char command[2048];
    int used = snprintf(command, sizeof command, "cd %s && { ", scratch);
    va_list args;
    va_start(args, format);
    used += vsnprintf(command + used, sizeof command - (size_t)used, format, args);
    va_end(args);
    snprintf(command + used, sizeof command - (size_t)used, "; }");
    return system(command);
}

static inline int scratch_close(void **state)
{
    (void)state;
    char command[128];
    snprintf(command, sizeof command, "rm -rf %s", scratch);
    return system(command);
}

#define scratch_test(function)                                                                     \
    cmocka_unit_test_setup_teardown(function, scratch_open, scratch_close)

/* The path of a name in the scratch, valid until the next call. */
static inline const char *scratch_path(const char *name)
{
    static char path[256];
    snprintf(path, sizeof path, "%s/%s", scratch, name);
    return path;
}

static inline struct buffer scratch_read(const char *name)
{
    struct buffer bytes;
    struct error err = {0};
    buffer_init(&bytes, SIZE_MAX / 2);
    assert_int_equal(file_read(scratch_path(name), &bytes, &err), 0);
    return bytes;
}

/* Replaces the file, also a read-only one. */
static inline void scratch_write(const char *name, const void *bytes, size_t length)
{
    struct error err = {0};
    const char *path = scratch_path(name);
    unlink(path);
    int fd = file_open(path, O_WRONLY | O_CREAT | O_TRUNC, &err);
    assert_true(fd >= 0);
    assert_int_equal(file_write(fd, path, bytes, length, &err), 0);
    close(fd);
}

/* Bytes that do not compress. The caller frees them. */
static inline char *noise_new(size_t length)
{
    char *bytes = memory_allocate(length);
    uint32_t seed = 1;
    for (size_t i = 0; i < length; i++)
        bytes[i] = (char)((seed = seed * 1664525u + 1013904223u) >> 24);
    return bytes;
}

/* Appends an entry; `bytes` NULL: a receipt alone. */
static inline struct segment_entry append_entry(struct segment *segment, const char *bytes,
                                                size_t length, int64_t number, const char *receipt)
{
    struct error err = {0};
    struct segment_entry entry;
    char sha256[SHA256_HEX_SIZE];
    if (bytes) {
        sha256_of(bytes, length, sha256);
        assert_int_equal(segment_begin_package(segment, sha256, (int64_t)length, 1700000000, &err),
                         0);
        assert_int_equal(segment_write(segment, bytes, length, &err), 0);
    }
    assert_int_equal(
        segment_finish_entry(segment, number, receipt, strlen(receipt), 1700000000, &entry, &err),
        0);
    return entry;
}

static inline struct segment *open_segment(void)
{
    struct error err = {0};
    struct segment *segment = segment_open(scratch, WORKPLACE_SEGMENT, &err);
    assert_non_null(segment);
    return segment;
}

#endif
