/*
 * indexed_copy - a case copied whole, with its full-text index.
 */
#ifndef TESTS_UNIT_SCHEMA_INDEXED_COPY_H
#define TESTS_UNIT_SCHEMA_INDEXED_COPY_H

#include "schema/case_copy.h"
#include "tests/unit/schema/helpers.h"

/* case.sqlite in the archive's folder; the caller unlinks `path`. */
static inline void make_indexed_copy(char path[128], const struct archive *archive,
                                     const struct case_copy *what)
{
    char part_path[140];
    struct store *reader = store_open_reader(archive->path, &test_error);
    snprintf(path, 128, "%s/case.sqlite", archive->folder);
    snprintf(part_path, sizeof part_path, "%s-part", path);
    struct store *made = reader ? case_copy_open(path, &test_error) : NULL;
    struct store *part = made ? case_copy_open(part_path, &test_error) : NULL;
    if (!part || case_copy_fill(made, reader, what, &test_error) ||
        case_copy_index(made, part, &test_error))
        fail_msg("%s", test_error.message);
    store_close(made);
    store_close(part);
    store_close(reader);
    assert_int_equal(unlink(part_path), 0);
}

#endif
