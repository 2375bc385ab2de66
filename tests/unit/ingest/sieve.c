/* ingest/sieve: on all cores the same hits as on one, in the same order. */
#include "tests/unit/ingest/search_helpers.h"

#define TEXTS 3000 /* pages enough that threads are started */

static char *hits_of(struct archive *archive, const char *database_path, struct search_spec spec)
{
    struct seen seen;
    struct store *reader = store_open_reader(archive->path, &test_error);
    assert_non_null(reader);
    must(store_begin_read(reader, &test_error));
    seen_init(&seen, SEARCH_GO_ON);
    spec.filter = &no_filter;
    seen.search = search_new(database_path, reader, &spec, &test_error);
    assert_non_null(seen.search);
    must(search_run(seen.search, see, &seen, &test_error));
    search_free(seen.search);
    store_end_read(reader);
    store_close(reader);
    char *hits = strdup(buffer_text(&seen.hits));
    seen_release(&seen);
    return hits;
}

/* Small texts, and now and then one of several pages, some of them one line. */
static void put_history(struct archive *archive)
{
    struct store *store = archive->store;
    char text[256];
    must(store_begin(store, &test_error));
    for (int64_t id = 1; id <= TEXTS; id++) {
        snprintf(text, sizeof text, "line one of %d\n%s\nlast", (int)id,
                 id % 7 == 0 ? "a needle here" : "nothing here");
        if (id % 500 == 0) {
            char *large = long_text("needle at the start ", id % 1000 ? "xy z " : "xy z\n", 60000,
                                    " and a needle at the end");
            put_text(store, id, T(large), T("an error with a needle\n"));
            free(large);
        } else {
            put_text(store, id, T(text), T(NULL));
        }
    }
    must(store_commit(store, &test_error));
}

static void all_cores_find_what_one_finds_in_the_same_order(void **state)
{
    struct archive *archive = *state;
    put_history(archive);
    struct search_spec specs[] = {substring_of("needle"), regex_of("need.e"),
                                  word_of("needle"),      substring_of("the start xy"),
                                  regex_of("^last$"),     substring_of("not there")};
    for (size_t i = 0; i < sizeof specs / sizeof *specs; i++) {
        char *one = hits_of(archive, NULL, specs[i]),
             *all = hits_of(archive, archive->path, specs[i]);
        assert_string_equal(one, all);
        assert_int_equal(one[0] == '\0', i == 5);
        free(one);
        free(all);
    }
}

static int64_t limited_lines_of(struct archive *archive, const char *database_path)
{
    struct store *reader = store_open_reader(archive->path, &test_error);
    struct search_spec spec = regex_of("^(\\w+\\s?)*$(?!x)(?<=y)");
    struct seen seen;
    spec.filter = &no_filter;
    must(store_begin_read(reader, &test_error));
    seen_init(&seen, SEARCH_GO_ON);
    seen.search = search_new(database_path, reader, &spec, &test_error);
    must(search_run(seen.search, see, &seen, &test_error));
    int64_t count = search_limited_lines(seen.search);
    search_free(seen.search);
    seen_release(&seen);
    store_end_read(reader);
    store_close(reader);
    return count;
}

static void a_line_that_one_core_leaves_out_is_left_out_on_all(void **state)
{
    struct archive *archive = *state;
    put_history(archive);
    int64_t count = limited_lines_of(archive, NULL);
    assert_true(count > 0);
    assert_int_equal(limited_lines_of(archive, archive->path), count);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        archive_test(all_cores_find_what_one_finds_in_the_same_order),
        archive_test(a_line_that_one_core_leaves_out_is_left_out_on_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
