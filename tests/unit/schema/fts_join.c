/* schema/fts_join: what two indexes found, the joined one finds, by FTS5's own reading. */
#include "schema/fts_join.h"

#include "tests/unit/schema/helpers.h"
#include "tests/unit/scratch.h"

struct parts {
    struct store *into, *from;
};

/* Small blocks and a small table in memory: many segments on several levels, long lists over many leaves. */
static const char settings[] =
    "INSERT INTO output_fts (output_fts, rank) VALUES ('hashsize', 4096),"
    " ('pgsz', 64), ('automerge', 0), ('crisismerge', 4)";

static struct store *open_index(const char *name)
{
    int fd = creat(scratch_path(name), 0600);
    assert_true(fd >= 0);
    close(fd);
    struct store *store = store_open_copy(scratch_path(name), &test_error);
    if (!store || store_set_up_copy(store, &test_error))
        fail_msg("%s", test_error.message);
    must(store_execute(store, settings, &test_error));
    return store;
}

static struct parts open_parts(void)
{
    struct parts parts = {.into = open_index("into"), .from = open_index("from")};
    return parts;
}

/* The pages stand in `into`; each is indexed by one of the two. */
static void put_page(struct parts parts, int64_t id, const char *text, bool is_ours)
{
    static const char pages[] =
        "INSERT INTO page (page_id, content_id, stream, page_no, end_byte, text)"
        " VALUES (?1, 1, 'output', ?1, ?1, ?2)";
    static const char index[] = "INSERT INTO output_fts (rowid, text) VALUES (?1, ?2)";
    struct statement s;
    statement_start(&s, parts.into, pages);
    statement_bind_int64(&s, id);
    statement_bind_string(&s, text);
    must(statement_run(&s, &test_error));
    statement_start(&s, is_ours ? parts.into : parts.from, index);
    statement_bind_int64(&s, id);
    statement_bind_string(&s, text);
    must(statement_run(&s, &test_error));
}

static void put_pages(struct parts parts, int64_t count, bool (*is_ours)(int64_t id))
{
    char text[200];
    must(store_execute(parts.into, "PRAGMA foreign_keys = OFF", &test_error));
    must(store_begin(parts.into, &test_error));
    must(store_begin(parts.from, &test_error));
    for (int64_t id = 1; id <= count; id++) {
        snprintf(text, sizeof text, "common word%lld in group%lld and again common svchost.exe",
                 (long long)id, (long long)(id % 17));
        put_page(parts, id, text, is_ours(id));
    }
    must(store_execute(parts.into, "COMMIT", &test_error));
    must(store_execute(parts.from, "COMMIT", &test_error));
}

static void close_parts(struct parts parts)
{
    store_close(parts.into);
    store_close(parts.from);
}

static sqlite3 *open_joined(void)
{
    sqlite3 *db;
    assert_int_equal(sqlite3_open(scratch_path("into"), &db), SQLITE_OK);
    return db;
}

static void run(sqlite3 *db, const char *sql)
{
    if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(db));
}

static int64_t number(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *statement;
    if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) != SQLITE_OK ||
        sqlite3_step(statement) != SQLITE_ROW)
        fail_msg("%s: %s", sql, sqlite3_errmsg(db));
    int64_t value = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    return value;
}

#define CHECK "INSERT INTO output_fts (output_fts, rank) VALUES ('integrity-check', 1)"

/* As one index over the same pages, made anew here, tells it: each place of each word. */
static void assert_same_as_one(sqlite3 *db)
{
    run(db, CHECK);
    run(db,
        "CREATE VIRTUAL TABLE one USING fts5 (text, content = 'page', content_rowid = 'page_id');"
        "INSERT INTO one (one) VALUES ('rebuild');"
        "CREATE VIRTUAL TABLE temp.joined_words USING fts5vocab (main, output_fts, instance);"
        "CREATE VIRTUAL TABLE temp.one_words USING fts5vocab (main, one, instance)");
    assert_int_equal(
        number(db, "SELECT count(*) FROM (SELECT * FROM temp.joined_words EXCEPT SELECT * FROM "
                   "temp.one_words)"),
        0);
    assert_int_equal(
        number(db, "SELECT (SELECT count(*) FROM temp.joined_words) - (SELECT count(*) FROM "
                   "temp.one_words)"),
        0);
    /* What ranking reads; nothing stands there before the first row. */
    assert_int_equal(number(db, "SELECT (SELECT count(*) FROM page) = 0 OR (SELECT block FROM "
                                "output_fts_data WHERE id = 1) ="
                                " (SELECT block FROM one_data WHERE id = 1)"),
                     1);
    run(db, "DROP TABLE one");
}

static bool is_odd(int64_t id)
{
    return id % 2 == 1;
}

static bool is_early(int64_t id)
{
    return id <= 900;
}

static bool is_any(int64_t id)
{
    return id > 0;
}

static bool is_none(int64_t id)
{
    return id < 0;
}

static void the_joined_index_is_as_one_made_at_once(void **state)
{
    static bool (*const splits[])(int64_t id) = {is_odd, is_early, is_any, is_none};
    (void)state;
    for (size_t i = 0; i < sizeof splits / sizeof *splits; i++)
        for (int64_t count = 0; count <= 3000; count = count * 8 + 5) {
            struct parts parts = open_parts();
            put_pages(parts, count, splits[i]);
            must(fts_join(parts.into, parts.from, &test_error));
            close_parts(parts);
            sqlite3 *db = open_joined();
            assert_same_as_one(db);
            assert_int_equal(sqlite3_close(db), SQLITE_OK);
            unlink(scratch_path("into"));
            unlink(scratch_path("from"));
        }
}

static void it_can_be_written_to_and_merged(void **state)
{
    (void)state;
    struct parts parts = open_parts();
    put_pages(parts, 2000, is_odd);
    must(fts_join(parts.into, parts.from, &test_error));
    close_parts(parts);
    sqlite3 *db = open_joined();
    run(db,
        "INSERT INTO output_fts (output_fts, rowid, text) SELECT 'delete', page_id, text FROM page"
        " WHERE page_id % 5 = 0; DELETE FROM page WHERE page_id % 5 = 0;" CHECK);
    run(db, "INSERT INTO output_fts (output_fts) VALUES ('optimize');" CHECK);
    assert_int_equal(number(db, "SELECT count(*) FROM output_fts WHERE output_fts MATCH 'common'"),
                     1600);
    assert_int_equal(number(db, "SELECT count(DISTINCT segid) FROM output_fts_idx"), 1);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

/* By a connection that SQLite does not keep off those tables. */
static void put_structure(const char *name, const char *hex)
{
    char sql[400];
    sqlite3 *db;
    assert_int_equal(sqlite3_open(scratch_path(name), &db), SQLITE_OK);
    snprintf(sql, sizeof sql, "UPDATE output_fts_data SET block = x'%s' WHERE id = 10", hex);
    run(db, sql);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void assert_structure(const char *hex)
{
    char sql[400];
    sqlite3 *db = open_joined();
    snprintf(sql, sizeof sql, "SELECT hex(block) = '%s' FROM output_fts_data WHERE id = 10", hex);
    assert_int_equal(number(db, sql), 1);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void structures_are_added_up_level_by_level(void **state)
{
    (void)state;
    struct parts parts = open_parts();
    /* Settings 7; two levels, three segments, 2^63 + 300 writes; 5 on the lower, 2 and 200 on the upper one. */
    put_structure("into", "000000070203C0808080808080812C000105010900020201810081480103");
    put_structure("from", "0000000101010A0001010102");
    must(fts_join(parts.into, parts.from, &test_error));
    close_parts(parts);
    assert_structure("000000070204C0808080808080813600020501098149010200020201810081480103");
}

static void assert_refused(const char *hex, enum error_code code)
{
    struct parts parts = open_parts();
    put_structure("from", "000000000101010001010101");
    put_structure("into", hex);
    test_error = (struct error){0};
    assert_int_equal(fts_join(parts.into, parts.from, &test_error), -1);
    assert_int_equal(test_error.code, code);
    close_parts(parts);
    unlink(scratch_path("into"));
    unlink(scratch_path("from"));
}

static void a_structure_of_another_kind_is_refused(void **state)
{
    static const char whole[] = "000000000101010001010101";
    char hex[sizeof whole];
    (void)state;
    for (size_t length = 0; length < sizeof whole - 1; length += 2) {
        snprintf(hex, sizeof hex, "%.*s", (int)length, whole);
        assert_refused(hex, ERROR_DATABASE);
    }
    assert_refused("00000000010101000101010100", ERROR_DATABASE);   /* more behind it */
    assert_refused("0000000002010101010101010000", ERROR_DATABASE); /* a merge */
    assert_refused("000000000102010001010101", ERROR_DATABASE);     /* another count */
    assert_refused("000000000101010002010101020101", ERROR_DATABASE);
    assert_refused("00000000410001", ERROR_DATABASE);   /* 65 levels */
    assert_refused("00000000018F5101", ERROR_DATABASE); /* 2,001 segments */
    assert_refused("00000000FF00000101010001010101", ERROR_DATABASE);
    assert_refused("0000000001010100018F500101", ERROR_LIMIT); /* number 2,000 */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        scratch_test(the_joined_index_is_as_one_made_at_once),
        scratch_test(it_can_be_written_to_and_merged),
        scratch_test(structures_are_added_up_level_by_level),
        scratch_test(a_structure_of_another_kind_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
