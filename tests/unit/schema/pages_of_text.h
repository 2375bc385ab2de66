/*
 * pages_of_text - a text put into history.db in pages that end where the test wants.
 */
#ifndef TESTS_UNIT_SCHEMA_PAGES_OF_TEXT_H
#define TESTS_UNIT_SCHEMA_PAGES_OF_TEXT_H

#include "tests/unit/random.h"
#include "tests/unit/schema/helpers.h"

/* Pages of 1 to `most` bytes. */
static inline void put_random_pages(struct store *store, int64_t id, const char *stream,
                                    struct text text, uint32_t most)
{
    int64_t page_no = 0;
    for (size_t at = 0, length; at < text.length; at += length) {
        length = 1 + next_random(most);
        if (length > text.length - at)
            length = text.length - at;
        must(store_put_page(store, id, stream, ++page_no, (struct text){text.bytes + at, length},
                            &test_error));
    }
}

static inline void begin_content(struct store *store, int64_t id)
{
    char name[16];
    snprintf(name, sizeof name, "C%d", (int)id);
    put_package(store, id, name);
    must(store_begin_content(store, id, sha_of(name), 0, &test_error));
}

static inline void finish_content(struct store *store, int64_t id)
{
    char name[16];
    snprintf(name, sizeof name, "C%d", (int)id);
    struct store_content content = {.content_id = id,
                                    .package_sha256 = sha_of(name),
                                    .parse_status = "ok",
                                    .has_output = true,
                                    .output_sha256 = sha_of("text"),
                                    .has_error = true};
    must(store_finish_content(store, &content, &test_error));
    put_reading(store, name, "transcript");
}

#endif
