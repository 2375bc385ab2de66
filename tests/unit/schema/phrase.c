/* schema/phrase: what a person typed is words in a row and nothing else, found where FTS5 finds them. */
#include "tests/unit/random.h"
#include "tests/unit/schema/helpers.h"

#include "schema/phrase.h"

#define MARKED_BYTES 8192

static struct phrase *phrase_of(struct store *store, const char *text)
{
    struct phrase *phrase = phrase_new(store, T(text), &test_error);
    if (!phrase)
        fail_msg("%s: %s", text, test_error.message);
    return phrase;
}

struct marking {
    const char *text;
    size_t at;
    char marked[MARKED_BYTES];
    int count;
};

static int mark(void *context, size_t start, size_t end)
{
    struct marking *marking = context;
    size_t length = strlen(marking->marked);
    assert_true(start < end);
    marking->count++;
    if (start < marking->at)
        return 0; /* it overlaps the one before */
    snprintf(marking->marked + length, MARKED_BYTES - length, "%.*s[%.*s]",
             (int)(start - marking->at), marking->text + marking->at, (int)(end - start),
             marking->text + start);
    marking->at = end;
    return 0;
}

/* The text with each place of the phrase in brackets. */
static const char *marked(struct phrase *phrase, const char *text, int *count)
{
    static struct marking marking;
    memset(&marking, 0, sizeof marking);
    marking.text = text;
    assert_int_equal(phrase_find(phrase, T(text), mark, &marking, &test_error), 0);
    size_t length = strlen(marking.marked);
    snprintf(marking.marked + length, MARKED_BYTES - length, "%s", text + marking.at);
    *count = marking.count;
    return marking.marked;
}

static void assert_marked(struct store *store, const char *text, const char *page,
                          const char *expected)
{
    int count;
    struct phrase *phrase = phrase_of(store, text);
    assert_string_equal(marked(phrase, page, &count), expected);
    phrase_free(phrase);
}

/* page_ids that FTS5 finds for an expression, as text. */
static const char *matched_by(struct store *store, const char *expression)
{
    static char sql[1 << 16];
    sqlite3_snprintf(sizeof sql, sql,
                     "SELECT rowid FROM output_fts WHERE output_fts MATCH %Q ORDER BY rowid",
                     expression);
    return rows(store, sql);
}

static void nothing_that_is_typed_is_syntax(void **state)
{
    struct archive *archive = *state;
    struct store *store = archive->store;
    static const char *const typed[] = {
        "near",    "\"near\"", "near*",     "^near",      "NEAR(near)", "near AND",
        "near OR", "NOT near", "text:near", "-near",      "+ near",     "near(and, 5)",
        "{near}",  "(near",    "near\"\"",  "near'); --", "near -and",  "text : near",
        "*",       "^\"near",  "AND",       "and or",     "\\near",     "near\tand\nnot",
        "near;"};
    must(store_begin(store, &test_error));
    put_package(store, 1, "P");
    put_content(store, 1, 0, "P", "ok",
                "near and or not text: near and 5 near or not near and not");
    put_content(store, 1, 1, "P", "ok", "far");
    must(store_commit(store, &test_error));
    for (size_t i = 0; i < sizeof typed / sizeof *typed; i++) {
        struct phrase *phrase = phrase_new(store, T(typed[i]), &test_error);
        int count = 0;
        if (!phrase) { /* there is no word in it */
            assert_int_equal(test_error.code, ERROR_USAGE);
            assert_string_equal(typed[i], "*");
            continue;
        }
        (void)marked(phrase, "near and or not text: near and 5 near or not near and not", &count);
        assert_string_equal(matched_by(store, phrase_match(phrase)), count > 0 ? "1" : "");
        phrase_free(phrase);
    }
}

static void what_stands_between_words_does_not_matter(void **state)
{
    struct archive *archive = *state;
    struct store *store = archive->store;
    assert_marked(store, "svchost.exe", "C:\\svchost.exe SVCHOST/EXE svchost exe.",
                  "C:\\[svchost.exe] [SVCHOST/EXE] [svchost exe].");
    assert_marked(store, "10.0.3.4", "10.0.3.4 110.0.3.4 10.0.3.40 10-0-3-4",
                  "[10.0.3.4] 110.0.3.4 10.0.3.40 [10-0-3-4]");
    assert_marked(store, "net user", "net\n\n  user, net use, internet user",
                  "[net\n\n  user], net use, internet user");
    assert_marked(store, "a", "a b a.A", "[a] b [a].[A]");
    assert_marked(store, "user_name", "user_name user name", "[user_name] [user name]");
}

static void overlapping_places_are_all_found(void **state)
{
    struct archive *archive = *state;
    int count;
    struct phrase *phrase = phrase_of(archive->store, "a b a b a");
    assert_string_equal(marked(phrase, "a b a b a b a b b a b a b a", &count),
                        "[a b a b a] b a b b [a b a b a]");
    assert_int_equal(count, 3);
    phrase_free(phrase);
    phrase = phrase_of(archive->store, "a a b");
    assert_string_equal(marked(phrase, "a a a b a a b", &count), "a [a a b] [a a b]");
    phrase_free(phrase);
}

static void letters_are_found_in_any_case_and_without_their_marks(void **state)
{
    struct archive *archive = *state;
    struct store *store = archive->store;
    assert_marked(store, "resume", "r\xC3\xA9sum\xC3\xA9 RESUME re\xCC\x81sume",
                  "[r\xC3\xA9sum\xC3\xA9] [RESUME] [re\xCC\x81sume]");
    assert_marked(store, "r\xC3\xA9sum\xC3\xA9", "resume R\xC3\x89SUM\xC3\x89",
                  "[resume] [R\xC3\x89SUM\xC3\x89]");
    assert_marked(store, "M\xC3\xBCller", "MULLER m\xC3\xBCller mueller",
                  "[MULLER] [m\xC3\xBCller] mueller");
    assert_marked(store, "\xCE\xA3\xCE\xA3", "\xCF\x83\xCF\x83 \xCF\x83\xCF\x82",
                  "[\xCF\x83\xCF\x83] [\xCF\x83\xCF\x82]");
}

static void a_phrase_has_bounds(void **state)
{
    struct archive *archive = *state;
    struct store *store = archive->store;
    char text[PHRASE_BYTES + 2] = "";
    for (int i = 0; i < PHRASE_WORDS; i++)
        strcat(text, "w ");
    phrase_free(phrase_of(store, text));
    strcat(text, "w");
    assert_null(phrase_new(store, T(text), &test_error));
    assert_int_equal(test_error.code, ERROR_USAGE);
    memset(text, 'x', PHRASE_BYTES);
    text[PHRASE_BYTES] = '\0';
    phrase_free(phrase_of(store, text));
    text[PHRASE_BYTES] = 'x';
    assert_null(phrase_new(store, (struct text){text, PHRASE_BYTES + 1}, &test_error));
    assert_int_equal(test_error.code, ERROR_USAGE);
    static const char *const empty[] = {"", " ", "...", "\xE2\x80\xA6", "\t\n"};
    for (size_t i = 0; i < sizeof empty / sizeof *empty; i++) {
        assert_null(phrase_new(store, T(empty[i]), &test_error));
        assert_int_equal(test_error.code, ERROR_USAGE);
    }
}

static void the_longest_phrase_is_an_expression_that_fts5_takes(void **state)
{
    struct archive *archive = *state;
    char text[PHRASE_BYTES + 1] = "";
    for (int i = 0; i < PHRASE_WORDS; i++) {
        memset(text + (size_t)i * 64, 'a' + i % 26, 63);
        text[i * 64 + 63] = ' ';
    }
    struct phrase *phrase = phrase_of(archive->store, text);
    assert_string_equal(matched_by(archive->store, phrase_match(phrase)), "");
    char *sql = sqlite3_mprintf("SELECT rowid FROM output_fts WHERE output_fts MATCH %Q",
                                phrase_match_tail(phrase));
    sqlite3_stmt *statement;
    assert_int_equal(sqlite3_prepare_v2(archive->store->db, sql, -1, &statement, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_DONE);
    sqlite3_finalize(statement);
    sqlite3_free(sql);
    phrase_free(phrase);
}

/* Folding twice must not give another word: the expression is taken apart again by FTS5. */
static void every_letter_is_found_by_itself(void **state)
{
    struct archive *archive = *state;
    struct store *store = archive->store;
    must(store_begin(store, &test_error));
    put_package(store, 1, "P");
    for (uint32_t c = 0x21; c < 0x3000; c += c < 0x600 ? 1 : 7) {
        char letter[5] = "";
        text_encode(c, letter);
        struct phrase *phrase = phrase_new(store, T(letter), &test_error);
        if (!phrase)
            continue;
        put_content(store, 1, (int64_t)c, "P", "ok", letter);
        int count;
        assert_true(strlen(marked(phrase, letter, &count)) > 0);
        assert_int_equal(count, 1);
        char sql[128];
        sqlite3_snprintf(sizeof sql, sql,
                         "SELECT max(rowid) = (SELECT max(page_id) FROM page) FROM output_fts"
                         " WHERE output_fts MATCH %Q",
                         phrase_match(phrase));
        if (strcmp(rows(store, sql), "1") != 0)
            fail_msg("U+%04X is not found by %s", c, phrase_match(phrase));
        phrase_free(phrase);
    }
    must(store_commit(store, &test_error));
}

static void add_words(char *text, uint32_t count)
{
    static const char *const words[] = {"a", "b", "A", "\xC3\xA9", "e", "c.exe", "10.0", "b-a"};
    static const char *const between[] = {" ", "\n", ", ", "\\", " \xE2\x80\x94 "};
    for (uint32_t i = 0; i < count; i++) {
        if (i > 0)
            strcat(text, between[next_random(5)]);
        strcat(text, words[next_random(8)]);
    }
}

/* Brackets of ours are those of FTS5's own highlight(). */
static void random_phrases_are_found_where_stock_fts5_finds_them(void **state)
{
    struct archive *archive = *state;
    struct store *store = archive->store;
    static char pages[60][1024];
    must(store_begin(store, &test_error));
    put_package(store, 1, "P");
    for (int64_t i = 0; i < 60; i++) {
        add_words(pages[i], 1 + next_random(30));
        put_content(store, 1, i, "P", "ok", pages[i]);
    }
    must(store_commit(store, &test_error));
    int found = 0;
    for (int round = 0; round < 300; round++) {
        char text[256] = "", sql[1024], expected[64 * 16] = "", one[4096];
        add_words(text, 1 + next_random(4));
        struct phrase *phrase = phrase_of(store, text);
        for (int i = 0; i < 60; i++) {
            int count;
            const char *brackets = marked(phrase, pages[i], &count);
            if (count == 0)
                continue;
            found++;
            snprintf(expected + strlen(expected), sizeof expected - strlen(expected), "%s%d",
                     expected[0] ? "\n" : "", i + 1);
            sqlite3_snprintf(sizeof sql, sql,
                             "SELECT highlight(output_fts, 0, '[', ']') FROM output_fts"
                             " WHERE output_fts MATCH %Q AND rowid = %d",
                             phrase_match(phrase), i + 1);
            snprintf(one, sizeof one, "%s", rows(store, sql));
            /* highlight() joins places that overlap. */
            if (count == 1)
                assert_string_equal(one, brackets);
        }
        /* In quotes, as a person would ask stock sqlite3. */
        char quoted[300];
        snprintf(quoted, sizeof quoted, "\"%s\"", text);
        assert_string_equal(matched_by(store, quoted), expected);
        assert_string_equal(matched_by(store, phrase_match(phrase)), expected);
        phrase_free(phrase);
    }
    assert_true(found > 500);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        archive_test(nothing_that_is_typed_is_syntax),
        archive_test(what_stands_between_words_does_not_matter),
        archive_test(overlapping_places_are_all_found),
        archive_test(letters_are_found_in_any_case_and_without_their_marks),
        archive_test(a_phrase_has_bounds),
        archive_test(the_longest_phrase_is_an_expression_that_fts5_takes),
        archive_test(every_letter_is_found_by_itself),
        archive_test(random_phrases_are_found_where_stock_fts5_finds_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
