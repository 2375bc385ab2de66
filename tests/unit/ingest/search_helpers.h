/*
 * search_helpers - texts of the test's own in a history.db, and the hits of a search in them as one
 * text: "content stream line pattern" a line, told as they come.
 */
#ifndef TESTS_UNIT_INGEST_SEARCH_HELPERS_H
#define TESTS_UNIT_INGEST_SEARCH_HELPERS_H

#include "tests/unit/schema/helpers.h"

#include "base/buffer.h"
#include "ingest/search.h"
#include "parser/package.h"
#include "parser/pager.h"

static const struct query_filter no_filter;

struct putting {
    struct store *store;
    int64_t content_id;
    const char *stream;
};

static inline int put_next_page(void *context, int64_t page_no, struct text text)
{
    struct putting *putting = context;
    must(store_put_page(putting->store, putting->content_id, putting->stream, page_no, text,
                        &test_error));
    return 0;
}

/* Cut into pages as an ingest cuts it. */
static inline void put_pages(struct store *store, int64_t id, const char *stream, struct text text)
{
    struct pager pager;
    struct putting putting = {store, id, stream};
    pager_init(&pager, put_next_page, &putting);
    assert_int_equal(pager_put(&pager, text.bytes, text.length), 0);
    assert_int_equal(pager_end(&pager), 0);
    pager_release(&pager);
}

/* A finished text, known by its id, that no result has. */
static inline void put_text(struct store *store, int64_t id, struct text output, struct text error)
{
    char name[16];
    snprintf(name, sizeof name, "T%d", (int)id);
    put_package(store, id, name);
    must(store_begin_content(store, id, sha_of(name), 0, &test_error));
    if (output.bytes)
        put_pages(store, id, "output", output);
    if (error.bytes)
        put_pages(store, id, "error", error);
    struct store_content content = {.content_id = id,
                                    .package_sha256 = sha_of(name),
                                    .parse_status = "ok",
                                    .has_output = output.bytes != NULL,
                                    .output_bytes = (int64_t)output.length,
                                    .output_sha256 = sha_of("text"),
                                    .has_error = error.bytes != NULL,
                                    .error_bytes = (int64_t)error.length};
    must(store_finish_content(store, &content, &test_error));
    put_reading(store, name, "transcript");
}

/* What is seen of the hits. */
struct seen {
    struct buffer hits;
    struct search *search;
    enum search_answer answer; /* to give from the first hit on */
    struct buffer line;        /* of the last hit */
    bool is_cut, is_marked;    /* the last hit; every line has a mark */
    int marks;                 /* of the last hit */
    struct match mark;         /* its first */
};

static inline enum search_answer see(void *context, const struct search_hit *hit, struct error *err)
{
    struct seen *seen = context;
    struct match marks[16];
    text_printf(&seen->hits, "%lld %s %lld %u\n", (long long)hit->content_id,
                hit->is_error ? "error" : "output", (long long)hit->line_no, hit->pattern);
    buffer_clear(&seen->line);
    assert_int_equal(buffer_append(&seen->line, hit->line.bytes, hit->line.length), 0);
    assert_true(hit->line.length <= SEARCH_LINE_BYTES);
    assert_true(text_is_utf8(hit->line.bytes, hit->line.length));
    assert_null(memchr(seen->line.bytes ? seen->line.bytes : "", '\n', seen->line.length));
    seen->is_cut = hit->is_cut;
    seen->marks = search_mark(seen->search, hit->pattern, hit->line, marks, 16, err);
    assert_true(seen->marks >= 0);
    seen->mark = marks[0];
    seen->is_marked = seen->is_marked && seen->marks > 0;
    return seen->answer;
}

static inline void seen_init(struct seen *seen, enum search_answer answer)
{
    memset(seen, 0, sizeof *seen);
    buffer_init(&seen->hits, 1 << 24);
    buffer_init(&seen->line, 1 << 20);
    seen->answer = answer;
    seen->is_marked = true;
}

static inline void seen_release(struct seen *seen)
{
    buffer_release(&seen->hits);
    buffer_release(&seen->line);
}

/* 0, or -1 with test_error when the search failed. */
static inline int look(struct store *store, struct search_spec spec, struct seen *seen)
{
    if (!spec.filter)
        spec.filter = &no_filter;
    seen->search = search_new(NULL, store, &spec, &test_error);
    int result = seen->search ? search_run(seen->search, see, seen, &test_error) : -1;
    search_free(seen->search);
    return result;
}

#define assert_hits(store, spec, expected)                                                         \
    do {                                                                                           \
        struct seen seen_;                                                                         \
        seen_init(&seen_, SEARCH_GO_ON);                                                           \
        if (look(store, spec, &seen_))                                                             \
            fail_msg("%s", test_error.message);                                                    \
        assert_string_equal(buffer_text(&seen_.hits), expected);                                   \
        seen_release(&seen_);                                                                      \
    } while (0)

static inline struct search_spec phrase_of(const char *text)
{
    return (struct search_spec){.mode = SEARCH_PHRASE, .text = T(text)};
}

static inline struct search_spec substring_of(const char *text)
{
    return (struct search_spec){.mode = SEARCH_SUBSTRING, .text = T(text)};
}

static inline struct search_spec word_of(const char *text)
{
    return (struct search_spec){.mode = SEARCH_SUBSTRING, .text = T(text), .is_word = true};
}

static inline struct search_spec regex_of(const char *text)
{
    return (struct search_spec){.mode = SEARCH_REGEX, .text = T(text)};
}

/* `count` times `part`; the caller frees. */
static inline char *repeated(const char *part, size_t count)
{
    size_t length = strlen(part);
    char *text = malloc(count * length + 1);
    assert_non_null(text);
    for (size_t i = 0; i < count; i++)
        memcpy(text + i * length, part, length);
    text[count * length] = '\0';
    return text;
}

/* "before" "part" × count "behind"; the caller frees. */
static inline char *long_text(const char *before, const char *part, size_t count,
                              const char *behind)
{
    char *middle = repeated(part, count);
    size_t size = strlen(before) + strlen(middle) + strlen(behind) + 1;
    char *text = malloc(size);
    assert_non_null(text);
    snprintf(text, size, "%s%s%s", before, middle, behind);
    free(middle);
    return text;
}

#endif
