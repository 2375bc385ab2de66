/* Contents and pages: what is seen, what is found, what is dropped. */
#include "tests/unit/schema/helpers.h"

#define SEEN                                                                                       \
    "SELECT (SELECT count(*) FROM results), (SELECT count(*) FROM output_pages),"                  \
    " (SELECT count(*) FROM output_fts JOIN output_pages ON page_id = output_fts.rowid"            \
    " WHERE output_fts MATCH 'output')"
#define FOUND "SELECT count(*) FROM output_fts WHERE output_fts MATCH 'output'"

static void an_unfinished_content_is_in_no_view(void **state)
{
    struct archive *archive = *state;
    struct store *store = archive->store;
    put_package(store, 1, "P");
    must(store_begin_content(store, 1, sha_of("P"), 0, &test_error));
    must(store_put_page(store, 1, "output", 1, T("some output"), &test_error));
    put_reading(store, "P", "transcript");
    acquire(store, 1, "P", (struct coming){0});
    assert_rows(store, SEEN, "0|0|0");
}

static void unfinished_contents_are_dropped_with_their_index_entries(void **state)
{
    struct archive *archive = *state;
    struct store *store = archive->store;
    put_transcript(store, 1, "P");
    acquire(store, 1, "P", (struct coming){0});
    put_package(store, 2, "Q");
    /* More pages than one step takes, in two contents. */
    for (int64_t id = 2; id <= 2 + MEMBER; id += MEMBER) {
        must(store_begin_content(store, id, sha_of("Q"), id / MEMBER, &test_error));
        for (int64_t page = 1; page <= 150; page++)
            must(store_put_page(store, id, "output", page, T("half an output"), &test_error));
    }
    assert_rows(store, FOUND, "301");
    must(store_drop_unfinished(store, &test_error));
    assert_rows(store, FOUND, "1");
    assert_rows(store, SEEN, "1|1|1");
    assert_rows(store, "SELECT count(*), (SELECT count(*) FROM page) FROM content", "1|1");
    assert_index_is_whole(store);
}

static void a_page_knows_the_line_it_begins_in(void **state)
{
    struct archive *archive = *state;
    struct store *store = archive->store;
    put_package(store, 1, "P");
    must(store_begin_content(store, 1, sha_of("P"), 0, &test_error));
    must(store_put_page(store, 1, "output", 1, T("one\ntwo\n"), &test_error));
    must(store_put_page(store, 1, "output", 2, T("three, and its"), &test_error));
    must(store_put_page(store, 1, "output", 3, T(" end\nfour"), &test_error));
    must(store_put_page(store, 1, "error", 1, T("\n\n"), &test_error));
    must(store_finish_content(store, &(struct store_content){.content_id = 1}, &test_error));
    assert_rows(store,
                "SELECT stream, page_no, start_line, is_continued FROM page ORDER BY page_id",
                "output|1|1|0\noutput|2|3|0\noutput|3|3|1\nerror|1|1|0");
}

static void dropping_takes_small_transactions_of_its_own(void **state)
{
    struct archive *archive = *state;
    put_package(archive->store, 1, "P");
    must(store_begin_content(archive->store, 1, sha_of("P"), 0, &test_error));
    must(store_begin(archive->store, &test_error));
    for (int64_t page = 1; page <= 200; page++)
        must(store_put_page(archive->store, 1, "output", page, T("x"), &test_error));
    must(store_commit(archive->store, &test_error));
    must(store_drop_unfinished(archive->store, &test_error));
    assert_true(sqlite3_get_autocommit(archive->store->db));
    assert_rows(archive->store, "SELECT count(*) FROM page", "0");
    must(store_drop_unfinished(archive->store, &test_error));
}

static void page_ids_go_on_after_a_drop_as_they_would_without(void **state)
{
    struct archive *archive = *state;
    struct store *store = archive->store;
    put_transcript(store, 1, "P");
    put_package(store, 2, "Q");
    must(store_begin_content(store, 2, sha_of("Q"), 0, &test_error));
    must(store_put_page(store, 2, "output", 1, T("x"), &test_error));
    must(store_drop_unfinished(store, &test_error));
    put_transcript(store, 3, "R");
    assert_rows(store, "SELECT page_id, content_id FROM output_pages", "1|1\n2|3");
}

static void dropping_a_package_leaves_the_others(void **state)
{
    struct archive *archive = *state;
    struct store *store = archive->store;
    put_transcript(store, 1, "P");
    acquire(store, 1, "P", (struct coming){.action = ACTION});
    put_transcript(store, 2, "Q");
    acquire(store, 2, "Q", (struct coming){.action = ACTION, .index = 1});
    must(store_drop_package_contents(store, sha_of("P"), &test_error));
    assert_rows(store, "SELECT result_id FROM results", "2");
    assert_rows(store, SEEN, "1|1|1");
    assert_rows(store, "SELECT count(*) FROM acquisitions", "2");
    assert_index_is_whole(store);
}

static void an_absent_text_is_null_and_an_empty_one_is_not(void **state)
{
    struct archive *archive = *state;
    struct store *store = archive->store;
    put_package(store, 1, "P");
    must(store_begin_content(store, 1, sha_of("P"), 0, &test_error));
    struct store_content content = {
        .content_id = 1, .parse_status = "ok", .has_error = true, .output_sha256 = "?"};
    must(store_finish_content(store, &content, &test_error));
    put_reading(store, "P", "transcript");
    acquire(store, 1, "P", (struct coming){0});
    assert_rows(store,
                "SELECT script_output IS NULL, script_error = '', output_bytes, output_sha256,"
                " exit_code FROM results",
                "1|1|0|-|-");
}

static void a_result_s_text_is_its_pages_joined_in_order(void **state)
{
    struct archive *archive = *state;
    struct store *store = archive->store;
    put_package(store, 1, "P");
    must(store_begin_content(store, 1, sha_of("P"), 0, &test_error));
    char page[16];
    for (int i = 1; i <= 12; i++) {
        snprintf(page, sizeof page, "%d,", i);
        must(store_put_page(store, 1, "output", i, T(page), &test_error));
        snprintf(page, sizeof page, "e%d,", i);
        must(store_put_page(store, 1, "error", i, T(page), &test_error));
    }
    struct store_content content = {
        .content_id = 1, .parse_status = "ok", .has_output = true, .has_error = true};
    must(store_finish_content(store, &content, &test_error));
    put_reading(store, "P", "transcript");
    acquire(store, 1, "P", (struct coming){0});
    assert_rows(store, "SELECT script_output, script_error FROM results",
                "1,2,3,4,5,6,7,8,9,10,11,12,|e1,e2,e3,e4,e5,e6,e7,e8,e9,e10,e11,e12,");
}

static void a_result_s_text_is_whole_pages_up_to_16_mib(void **state)
{
    struct archive *archive = *state;
    struct store *store = archive->store;
    size_t size = 65000;
    char *text = malloc(65536);
    memset(text, ' ', 65536);
    put_package(store, 1, "P");
    must(store_begin(store, &test_error));
    must(store_begin_content(store, 1, sha_of("P"), 0, &test_error));
    /* 258 pages of 65,000 bytes fit into 16,777,216; one more does not, nor does a small one
     * behind it count again. */
    for (int i = 1; i <= 259; i++)
        must(store_put_page(store, 1, "output", i, (struct text){text, size}, &test_error));
    must(store_put_page(store, 1, "output", 260, (struct text){text, 10}, &test_error));
    struct store_content content = {.content_id = 1, .parse_status = "ok", .has_output = true};
    must(store_finish_content(store, &content, &test_error));
    put_reading(store, "P", "transcript");
    acquire(store, 1, "P", (struct coming){0});
    must(store_commit(store, &test_error));
    assert_rows(store, "SELECT length(script_output) FROM results", "16770000");
    free(text);
}

static void a_text_of_exactly_16_mib_is_whole(void **state)
{
    struct archive *archive = *state;
    struct store *store = archive->store;
    char *text = malloc(65536);
    memset(text, ' ', 65536);
    put_package(store, 1, "P");
    must(store_begin(store, &test_error));
    must(store_begin_content(store, 1, sha_of("P"), 0, &test_error));
    for (int i = 1; i <= 255; i++)
        must(store_put_page(store, 1, "output", i, (struct text){text, 65536}, &test_error));
    must(store_put_page(store, 1, "output", 256, (struct text){text, 65000}, &test_error));
    must(store_put_page(store, 1, "output", 257, (struct text){text, 536}, &test_error));
    struct store_content content = {.content_id = 1, .parse_status = "ok", .has_output = true};
    must(store_finish_content(store, &content, &test_error));
    put_reading(store, "P", "transcript");
    acquire(store, 1, "P", (struct coming){0});
    must(store_commit(store, &test_error));
    assert_rows(store, "SELECT length(script_output) FROM results", "16777216");
    free(text);
}

static void a_phrase_finds_what_a_word_list_could_not(void **state)
{
    struct archive *archive = *state;
    struct store *store = archive->store;
    put_package(store, 1, "P");
    put_content(store, 1, 0, "P", "ok", "1234 C:\\Windows\\svchost.exe\n10.0.0.5 up");
    put_reading(store, "P", "transcript");
    acquire(store, 1, "P", (struct coming){.machine = "dc1"});
    assert_rows(store,
                "SELECT r.machine_name, snippet(output_fts, 0, '[', ']', '…', 3) FROM output_fts"
                " JOIN output_pages AS p ON p.page_id = output_fts.rowid JOIN results AS r"
                " USING (content_id) WHERE output_fts MATCH '\"svchost.exe\"'",
                "dc1|…[svchost.exe]\n10…");
    assert_rows(store, "SELECT count(*) FROM output_fts WHERE output_fts MATCH '\"exe svchost\"'",
                "0");
    assert_rows(store, "SELECT count(*) FROM output_fts WHERE output_fts MATCH '\"10.0.0.5\"'",
                "1");
}

/* FTS5 writes its gathered words out at every savepoint: a batch must not open one per result. */
static void a_batch_of_results_is_one_segment_of_the_index(void **state)
{
    struct archive *archive = *state;
    struct store *store = archive->store;
    must(store_begin(store, &test_error));
    for (int64_t i = 1; i <= 40; i++) {
        char name[16];
        snprintf(name, sizeof name, "N%d", (int)i);
        struct store_line line = {.number = i,
                                  .event = "ingested",
                                  .time = LATE,
                                  .prev = "0",
                                  .line_sha256 = "1",
                                  .segment = "results-000001.tar.gz",
                                  .entry_segment = "results-000001.tar.gz",
                                  .entry_bytes = i,
                                  .line = T("{}")};
        must(store_put_line(store, &line, &test_error));
        put_transcript(store, i, name);
        acquire(store, i, name,
                (struct coming){.action = ACTION,
                                .index = i / 2,
                                .machine = "dc1",
                                .machine_id = "m1",
                                .case_name = "IR-7",
                                .observed = EARLY});
        acquire(store, i + 1000, name, (struct coming){.action = OTHER_ACTION, .index = i});
        acquire(store, i + 2000, name, (struct coming){.machine = "dc2"});
        put_action(store, i, (struct state_of_action){.action = name, .machine = "dc3"});
    }
    must(store_commit(store, &test_error));
    assert_rows(store, "SELECT count(DISTINCT segid) FROM output_fts_idx", "1");
    assert_index_is_whole(store);
}

static void an_unparsed_package_is_remembered_with_its_tool(void **state)
{
    struct archive *archive = *state;
    struct store *store = archive->store;
    put_package(store, 1, "P");
    must(store_put_reading(store, sha_of("P"), "file", NULL, T(NULL), "crashed the parser",
                           "lrarchive 0.1.0", &test_error));
    assert_int_equal(store_is_unparsed(store, sha_of("P"), "lrarchive 0.1.0", &test_error), 1);
    assert_int_equal(store_is_unparsed(store, sha_of("P"), "lrarchive 0.2.0", &test_error), 0);
    assert_int_equal(store_is_unparsed(store, sha_of("Q"), "lrarchive 0.1.0", &test_error), 0);
    assert_rows(store, "SELECT kind, unparsed, parsed_by FROM packages",
                "file|crashed the parser|lrarchive 0.1.0");
    put_reading(store, "P", "transcript");
    assert_int_equal(store_is_unparsed(store, sha_of("P"), "lrarchive 0.1.0", &test_error), 0);
    assert_rows(store, "SELECT kind, unparsed FROM packages", "transcript|-");
}

static void a_text_of_one_word_repeated_keeps_memory_bounded(void **state)
{
    struct archive *archive = *state;
    struct store *store = archive->store;
    char *text = malloc(65536);
    for (int i = 0; i < 65536; i++)
        text[i] = i % 2 ? ' ' : 'a';
    sqlite3_memory_highwater(1);
    int64_t before = sqlite3_memory_used();
    put_package(store, 1, "P");
    must(store_begin(store, &test_error));
    must(store_begin_content(store, 1, sha_of("P"), 0, &test_error));
    for (int i = 1; i <= 1200; i++)
        must(store_put_page(store, 1, "output", i, (struct text){text, 65536}, &test_error));
    must(store_commit(store, &test_error));
    must(store_drop_unfinished(store, &test_error));
    free(text);
    int64_t most = sqlite3_memory_highwater(0) - before;
    if (most > 40 << 20)
        fail_msg("%lld bytes", (long long)most);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        archive_test(an_unfinished_content_is_in_no_view),
        archive_test(unfinished_contents_are_dropped_with_their_index_entries),
        archive_test(a_page_knows_the_line_it_begins_in),
        archive_test(dropping_takes_small_transactions_of_its_own),
        archive_test(page_ids_go_on_after_a_drop_as_they_would_without),
        archive_test(dropping_a_package_leaves_the_others),
        archive_test(an_absent_text_is_null_and_an_empty_one_is_not),
        archive_test(a_result_s_text_is_its_pages_joined_in_order),
        archive_test(a_result_s_text_is_whole_pages_up_to_16_mib),
        archive_test(a_text_of_exactly_16_mib_is_whole),
        archive_test(a_phrase_finds_what_a_word_list_could_not),
        archive_test(a_batch_of_results_is_one_segment_of_the_index),
        archive_test(an_unparsed_package_is_remembered_with_its_tool),
        archive_test(a_text_of_one_word_repeated_keeps_memory_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
