/* output_lines and output_json, as `query` has them: linked in, with loading of extensions off. */
#include "base/memory.h"
#include "tests/unit/schema/helpers.h"

#define PAGE 65536
#define PIECE (16 * 1024 * 1024)

/* A finished content of output and error, each cut into pages at the bytes '|'; NULL: absent. */
static void put_pages(struct store *store, int64_t number, const char *name, const char *output,
                      const char *error)
{
    const char *const texts[] = {output, error}, *const streams[] = {"output", "error"};
    put_package(store, number, name);
    must(store_begin_content(store, number, sha_of(name), 0, &test_error));
    for (int i = 0; i < 2; i++) {
        const char *at = texts[i];
        for (int64_t page_no = 1; at && *at; page_no++) {
            size_t length = strcspn(at, "|");
            must(store_put_page(store, number, streams[i], page_no, (struct text){at, length},
                                &test_error));
            at += length + (at[length] == '|');
        }
    }
    struct store_content content = {.content_id = number,
                                    .parse_status = "ok",
                                    .has_output = output != NULL,
                                    .has_error = error != NULL};
    must(store_finish_content(store, &content, &test_error));
    put_reading(store, name, "transcript");
}

/* The same for one long output; `text` of any length, in whole pages. */
static void put_long(struct store *store, int64_t number, const char *name, const char *text,
                     size_t length)
{
    put_package(store, number, name);
    must(store_begin_content(store, number, sha_of(name), 0, &test_error));
    int64_t page_no = 1;
    for (size_t at = 0; at < length; at += PAGE) {
        size_t some = length - at < PAGE ? length - at : PAGE;
        must(store_put_page(store, number, "output", page_no++, (struct text){text + at, some},
                            &test_error));
    }
    struct store_content content = {.content_id = number, .parse_status = "ok", .has_output = true};
    must(store_finish_content(store, &content, &test_error));
    put_reading(store, name, "transcript");
}

static struct store *open_reader(struct archive *archive)
{
    struct store *reader = store_open_reader(archive->path, &test_error);
    if (!reader)
        fail_msg("%s", test_error.message);
    return reader;
}

static void assert_answer(struct archive *archive, const char *sql, const char *expected)
{
    struct store *reader = open_reader(archive);
    const char *found = rows(reader, sql);
    if (strcmp(found, expected) != 0)
        fail_msg("%s\n  gives %s\n  not   %s", sql, found, expected);
    store_close(reader);
}

/* ---- output_lines ---- */

static void the_lines_of_both_streams_come_in_order(void **state)
{
    struct archive *archive = *state;
    put_pages(archive->store, 1, "A", "one\n\nthree", "bad\n");
    assert_answer(archive, "SELECT * FROM output_lines(1)",
                  "output|1|one\noutput|2|\noutput|3|three\nerror|1|bad");
    assert_answer(archive, "SELECT count(*) FROM output_lines(1)", "4");
    assert_answer(archive, "SELECT line FROM output_lines(1) WHERE stream = 'error'", "bad");
    assert_answer(archive,
                  "SELECT content_id, line FROM results, output_lines(content_id)"
                  " WHERE line_no = 1",
                  "");
    acquire(archive->store, 1, "A", (struct coming){0});
    assert_answer(archive,
                  "SELECT content_id, line FROM results, output_lines(content_id)"
                  " WHERE line_no = 1",
                  "1|one\n1|bad");
}

static void ends_of_pages_never_show(void **state)
{
    struct archive *archive = *state;
    put_pages(archive->store, 1, "A", "on|e|\ntw|o\n|three\n|\n|é|\n", NULL);
    assert_answer(archive, "SELECT line_no, line FROM output_lines(1)",
                  "1|one\n2|two\n3|three\n4|\n5|é");
    put_pages(archive->store, 2, "B", "no |line |end", "\n");
    assert_answer(archive, "SELECT * FROM output_lines(2)", "output|1|no line end\nerror|1|");
    put_pages(archive->store, 3, "C", "", NULL);
    assert_answer(archive, "SELECT count(*) FROM output_lines(3)", "0");
}

static void any_range_of_lines_is_as_all_lines_filtered(void **state)
{
    struct archive *archive = *state;
    uint32_t seed = 7;
    for (int64_t number = 1; number <= 40; number++) {
        char text[64], name[16];
        size_t length = 1 + seed % 60;
        for (size_t i = 0; i < length; i++)
            text[i] = "ab\n|\n|cc"[(seed = seed * 1664525u + 1013904223u) >> 29];
        text[length] = '\0';
        snprintf(name, sizeof name, "R%lld", (long long)number);
        put_pages(archive->store, number, name, text, "x\ny");
        acquire(archive->store, number, name, (struct coming){0});
    }
    /* The cast keeps a bound from the function: SQLite alone compares it. */
    static const char *const bounds[] = {
        "%s = n.i",
        "%s >= n.i",
        "%s > n.i AND %s <= n.i + 2",
        "%s < n.i",
        "%s BETWEEN n.i AND n.i + 1 AND stream = 'output'",
        "%s >= n.i AND %s < n.i",
        "%s > n.i + 0.5",
        "%s = n.i || ''",
    };
    for (size_t i = 0; i < sizeof bounds / sizeof *bounds; i++) {
        char given[256], kept[256], sql[1024];
        static const char form[] =
            "SELECT count(*), sum(n.i * line_no * length(line) * content_id),"
            " sum(ifnull(unicode(line), 9) * line_no * content_id) FROM"
            " (SELECT value AS i FROM json_each('[-1,0,1,2,3,5,8,13,21,34,99]')) AS n, results,"
            " output_lines(content_id) WHERE %s";
        snprintf(given, sizeof given, bounds[i], "line_no", "line_no");
        static const char cast[] = "CAST(line_no AS INTEGER)";
        snprintf(kept, sizeof kept, bounds[i], cast, cast);
        snprintf(sql, sizeof sql, form, kept);
        struct store *reader = open_reader(archive);
        const char *expected = rows(reader, sql);
        snprintf(sql, sizeof sql, form, given);
        assert_string_equal(rows(reader, sql), expected);
        store_close(reader);
    }
}

static void a_line_of_more_than_16_mib_comes_in_pieces(void **state)
{
    struct archive *archive = *state;
    size_t length = (size_t)PIECE * 2 + PAGE * 3;
    char *text = memory_allocate(length);
    memset(text, 'x', length);
    memcpy(text, "first\n", 6);
    memcpy(text + length - 5, "\nend\n", 5);
    put_long(archive->store, 1, "A", text, length);
    assert_answer(archive,
                  "SELECT line_no, count(*), max(length(line)) <= 16777216, sum(length(line))"
                  " FROM output_lines(1) GROUP BY line_no",
                  "1|1|1|5\n2|3|1|33751029\n3|1|1|3");
    /* The LF at the very beginning of a page makes no piece of its own. */
    memset(text, 'y', (size_t)PIECE);
    text[PIECE] = '\n';
    put_long(archive->store, 2, "B", text, (size_t)PIECE + 1);
    assert_answer(archive, "SELECT line_no, length(line) FROM output_lines(2)", "1|16777216");
    free(text);
}

static void a_line_far_inside_is_found_without_reading_what_is_before(void **state)
{
    struct archive *archive = *state;
    size_t length = (size_t)PAGE * 600;
    char *text = memory_allocate(length);
    memset(text, '.', length);
    for (size_t i = 63; i < length; i += 64)
        text[i] = '\n';
    memcpy(text + (size_t)64 * 499999, "found", 5);
    put_long(archive->store, 1, "A", text, length);
    free(text);
    struct store *reader = open_reader(archive);
    int misses, highest;
    assert_string_equal(rows(reader, "SELECT substr(line, 1, 6) FROM output_lines(1)"
                                     " WHERE stream = 'output' AND line_no = 500000"),
                        "found.");
    sqlite3_db_status(reader->db, SQLITE_DBSTATUS_CACHE_MISS, &misses, &highest, 0);
    /* A page of text is five of the database's; all 600 are 3,000. */
    if (misses > 150)
        fail_msg("%d pages were read", misses);
    store_close(reader);
}

static void unfinished_contents_are_not_seen(void **state)
{
    struct archive *archive = *state;
    put_package(archive->store, 1, "A");
    must(store_begin_content(archive->store, 1, sha_of("A"), 0, &test_error));
    must(store_put_page(archive->store, 1, "output", 1, T("{}"), &test_error));
    assert_answer(archive, "SELECT count(*), output_json(1) IS NULL FROM output_lines(1)", "0|1");
}

static void what_is_no_content_has_no_lines_and_no_json(void **state)
{
    static const char *const ids[] = {"NULL", "2",     "-1",  "9223372036854775807", "1e300", "'x'",
                                      "''",   "x'01'", "1.5", "zeroblob(100000)"};
    struct archive *archive = *state;
    put_pages(archive->store, 1, "A", "{}\n", NULL);
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
        char sql[256];
        snprintf(sql, sizeof sql, "SELECT count(*), output_json(%s) IS NULL FROM output_lines(%s)",
                 ids[i], ids[i]);
        assert_answer(archive, sql, "0|1");
    }
    /* As `content_id = '1'` does. */
    assert_answer(archive, "SELECT count(*), output_json('1') FROM output_lines('1')", "1|{}");
}

static void odd_streams_and_line_numbers_match_nothing_and_harm_nothing(void **state)
{
    static const char *const conditions[] = {
        "stream = 'OUTPUT'",
        "stream = 1",
        "stream = NULL",
        "stream = x'6f7574707574'",
        "stream = 'output' AND stream = 'error'",
        "line_no = 'x'",
        "line_no = NULL",
        "line_no > 9223372036854775807",
        "line_no < -9223372036854775808",
        "line_no = 1.5",
        "line_no > 1e300",
        "of_content_id = 2",
    };
    struct archive *archive = *state;
    put_pages(archive->store, 1, "A", "one\n", "two\n");
    for (size_t i = 0; i < sizeof conditions / sizeof *conditions; i++) {
        char sql[256];
        snprintf(sql, sizeof sql, "SELECT count(*) FROM output_lines(1) WHERE %s", conditions[i]);
        assert_answer(archive, sql, "0");
    }
    assert_answer(archive,
                  "SELECT count(*) FROM output_lines(1) WHERE stream = 'OUTPUT' COLLATE NOCASE",
                  "1");
    assert_answer(archive, "SELECT count(*) FROM output_lines(1) WHERE line_no < 'x'", "2");
    assert_answer(archive,
                  "SELECT line FROM output_lines(1) WHERE stream IN ('error', 'output')"
                  " ORDER BY line DESC",
                  "two\none");
}

static void lines_of_one_stream_need_no_sorting(void **state)
{
    struct archive *archive = *state;
    struct store *reader = open_reader(archive);
    const char *plan = rows(reader, "EXPLAIN QUERY PLAN SELECT * FROM output_lines(1)"
                                    " WHERE stream = 'output' ORDER BY line_no");
    assert_null(strstr(plan, "TEMP B-TREE"));
    plan = rows(reader, "EXPLAIN QUERY PLAN SELECT * FROM output_lines(1) ORDER BY line_no");
    assert_non_null(strstr(plan, "TEMP B-TREE"));
    store_close(reader);
}

static void without_a_content_id_it_says_what_is_missing(void **state)
{
    struct archive *archive = *state;
    struct store *reader = open_reader(archive);
    struct query *query;
    assert_int_equal(query_sql(reader, "SELECT * FROM output_lines", &query, &test_error), -1);
    assert_int_equal(test_error.code, ERROR_USAGE);
    assert_non_null(strstr(test_error.message, "output_lines needs a content_id"));
    store_close(reader);
}

/* ---- output_json ---- */

#define NOTICE "Transcript started, output file is C:\\PSScript_Transcript_{1F-2}.txt\n"

static void an_output_that_is_json_is_given_as_it_is(void **state)
{
    static const struct {
        const char *output, *json; /* NULL: none */
    } cases[] = {
        {"{\"a\": 1}\n", "{\"a\": 1}"},
        {"\n \t\r\n[1, |2]\n\n", "[1, 2]"},
        {"5", "5"},
        {"\"text\"\n", "\"text\""},
        {"null", "null"},
        {NOTICE "{\"a\":\n1}\n", "{\"a\":\n1}"},
        {"\n" NOTICE "\n[]", "[]"},
        {"Protokoll gestartet, Ausgabedatei: C:\\P\\PSScript_Transcript_{X}.txt\n{}", "{}"},
        {"{\"file\": \"PSScript_Transcript_{1}.txt\"}\n",
         "{\"file\": \"PSScript_Transcript_{1}.txt\"}"},
        /* JSON Lines */
        {"{\"a\":1}\n\n{\"a\":2}|\n", "[{\"a\":1},{\"a\":2}]"},
        {NOTICE "1\r\n\"x\"\nnull\n", "[1,\"x\",null]"},
        /* neither */
        {"", NULL},
        {" \n\n", NULL},
        {NOTICE, NULL},
        {"plain text", NULL},
        {"{\"a\": 1", NULL},
        {"{\"a\":1}\nplain\n", NULL},
        {"{\"a\":1} {\"b\":2}\n", NULL},
        {"{'a':1}", NULL},
        {"[1,]", NULL},
        {"nul", NULL},
        {"Done.\n{\"a\":1}\n", NULL},
        {NOTICE NOTICE "{}", NULL},
        {"\"raw\ttab\"", NULL},
        {"\xEF\xBB\xBF{}", NULL},
    };
    struct archive *archive = *state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char name[16], sql[128];
        int64_t number = (int64_t)i + 1;
        snprintf(name, sizeof name, "J%zu", i);
        put_pages(archive->store, number, name, cases[i].output, "{\"not\":\"this\"}");
        snprintf(sql, sizeof sql, "SELECT output_json(%lld)", (long long)number);
        assert_answer(archive, sql, cases[i].json ? cases[i].json : "-");
        snprintf(sql, sizeof sql,
                 "SELECT count(*) FROM (SELECT output_json(%lld) AS j)"
                 " WHERE j IS NULL OR json_valid(j)",
                 (long long)number);
        assert_answer(archive, sql, "1");
        snprintf(sql, sizeof sql, "SELECT count(*) >= 0 FROM json_each(output_json(%lld))",
                 (long long)number);
        assert_answer(archive, sql, "1");
    }
}

static void it_nests_as_json_and_not_as_text(void **state)
{
    struct archive *archive = *state;
    put_pages(archive->store, 1, "A", "{\"a\":1}\n[2]\n", NULL);
    assert_answer(archive, "SELECT json_array(output_json(1))", "[[{\"a\":1},[2]]]");
    assert_answer(archive, "SELECT json_extract(value, '$.a') FROM json_each(output_json(1))",
                  "1\n-");
}

static void lines_as_deep_as_sqlite_allows_are_no_array(void **state)
{
    struct archive *archive = *state;
    char deep[4100];
    for (size_t depth = 1990; depth <= 2010; depth++) {
        char text[8300], name[16], sql[128];
        memset(deep, '[', depth);
        memset(deep + depth, ']', depth);
        deep[2 * depth] = '\0';
        snprintf(text, sizeof text, "%s\n%s\n", deep, deep);
        snprintf(name, sizeof name, "D%zu", depth);
        put_pages(archive->store, (int64_t)depth, name, text, NULL);
        snprintf(sql, sizeof sql,
                 "SELECT count(*) FROM (SELECT output_json(%zu) AS j)"
                 " WHERE j IS NULL OR json_valid(j)",
                 depth);
        assert_answer(archive, sql, "1");
    }
    assert_answer(archive, "SELECT output_json(1990) IS NULL, output_json(2010) IS NULL", "0|1");
}

static void an_output_of_more_than_16_mib_is_not_looked_at(void **state)
{
    struct archive *archive = *state;
    char *text = memory_allocate(PIECE + 1);
    memset(text, ' ', PIECE + 1);
    text[0] = '[';
    text[PIECE - 1] = ']';
    put_long(archive->store, 1, "A", text, PIECE);
    put_long(archive->store, 2, "B", text, PIECE + 1);
    assert_answer(archive, "SELECT length(output_json(1)), output_json(2) IS NULL", "16777216|1");
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        archive_test(the_lines_of_both_streams_come_in_order),
        archive_test(ends_of_pages_never_show),
        archive_test(any_range_of_lines_is_as_all_lines_filtered),
        archive_test(a_line_of_more_than_16_mib_comes_in_pieces),
        archive_test(a_line_far_inside_is_found_without_reading_what_is_before),
        archive_test(unfinished_contents_are_not_seen),
        archive_test(what_is_no_content_has_no_lines_and_no_json),
        archive_test(odd_streams_and_line_numbers_match_nothing_and_harm_nothing),
        archive_test(lines_of_one_stream_need_no_sorting),
        archive_test(without_a_content_id_it_says_what_is_missing),
        archive_test(an_output_that_is_json_is_given_as_it_is),
        archive_test(it_nests_as_json_and_not_as_text),
        archive_test(lines_as_deep_as_sqlite_allows_are_no_array),
        archive_test(an_output_of_more_than_16_mib_is_not_looked_at),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
