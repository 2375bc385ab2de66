/* ingest/search: hits as whole lines, wherever the pages end. */
#include "tests/unit/ingest/search_helpers.h"

#include "schema/phrase.h"
#include "tests/unit/parser/naive_match.h"
#include "tests/unit/random.h"

#include <locale.h>
#include <regex.h>

static void put_output(void **state, int64_t id, const char *output)
{
    struct archive *archive = *state;
    put_text(archive->store, id, T(output), T(NULL));
}

static void a_regular_expression_is_found_many_pages_before_the_end_of_its_line(void **state)
{
    struct archive *archive = *state;
    char *text = long_text("first\nbefore needle1 ", "x y ", 75000, "needle2\nlast");
    struct seen seen;
    put_output(state, 1, text);
    assert_hits(archive->store, regex_of("needle1"), "1 output 2 0\n");
    seen_init(&seen, SEARCH_GO_ON);
    assert_int_equal(look(archive->store, regex_of("needle[1]"), &seen), 0);
    assert_true(seen.is_cut && seen.is_marked);
    assert_memory_equal(seen.line.bytes, "before needle1 x y", 18);
    seen_release(&seen);
    seen_init(&seen, SEARCH_GO_ON);
    assert_int_equal(look(archive->store, regex_of("needle[2]"), &seen), 0);
    assert_string_equal(buffer_text(&seen.hits), "1 output 2 0\n");
    assert_true(seen.is_cut && seen.is_marked);
    seen_release(&seen);
    free(text);
}

/* The end of a text of which the last page is nearly full is known only once the next page is there. */
static void a_caller_that_has_enough_of_a_text_misses_nothing_of_the_next(void **state)
{
    struct archive *archive = *state;
    char *text = long_text("", "line\n", 8000, "needle");
    put_output(state, 1, text);
    put_output(state, 2, "needle\n");
    put_output(state, 3, text);
    put_output(state, 4, "a needle\n");
    struct search_spec specs[] = {regex_of("needle"), word_of("needle"), substring_of("needle")};
    for (size_t i = 0; i < sizeof specs / sizeof *specs; i++) {
        struct seen seen;
        seen_init(&seen, SEARCH_NEXT_CONTENT);
        assert_int_equal(look(archive->store, specs[i], &seen), 0);
        assert_string_equal(buffer_text(&seen.hits),
                            "1 output 8001 0\n2 output 1 0\n3 output 8001 0\n4 output 1 0\n");
        seen_release(&seen);
    }
    free(text);
}

/* FTS5's tokenizer has one buffer, which grows with the longest word: marking a line within a call must
 * not pull it away. */
static void a_phrase_can_be_marked_while_its_page_is_read(void **state)
{
    struct archive *archive = *state;
    char *text = long_text("a needle ", "long", 50, " needle\nneedle");
    put_output(state, 1, text);
    assert_hits(archive->store, phrase_of("needle"), "1 output 1 0\n1 output 2 0\n");
    free(text);
}

/* ---- over the ends of pages ---- */

/* The needle is found in a line of several pages, once, wherever the text is cut. */
static void assert_found_over_page_ends(struct archive *archive, struct search_spec spec,
                                        const char *needle, const char *part, size_t around)
{
    struct store *store = archive->store;
    size_t part_length = strlen(part), places = strlen(needle) + around;
    struct buffer expected;
    struct seen seen;
    buffer_init(&expected, 1 << 16);
    must(store_begin(store, &test_error));
    /* A page ends at 65,536 or before; the needle goes through that place byte by byte. */
    for (size_t back = 0; back <= places; back++) {
        size_t rest = (65536 - back) % part_length;
        char *before = long_text("", part, (65536 - back) / part_length, "");
        char *behind = long_text(needle, part, 16000, "\n");
        struct buffer text;
        buffer_init(&text, 1 << 20);
        text_printf(&text, "%s%.*s%s", before, (int)rest, part, behind);
        put_text(store, (int64_t)back + 1, (struct text){text.bytes, text.length}, T(NULL));
        text_printf(&expected, "%d output 1 0\n", (int)back + 1);
        buffer_release(&text);
        free(before);
        free(behind);
    }
    seen_init(&seen, SEARCH_GO_ON);
    must(look(store, spec, &seen));
    assert_string_equal(buffer_text(&seen.hits), buffer_text(&expected));
    assert_true(seen.is_marked);
    seen_release(&seen);
    buffer_release(&expected);
    must(store_commit(store, &test_error));
}

static void a_literal_is_found_wherever_a_page_ends(void **state)
{
    assert_found_over_page_ends(*state, substring_of("evil.example"), " evil.example ", "xy.", 3);
}

static void a_literal_beyond_ascii_is_found_wherever_a_page_ends(void **state)
{
    assert_found_over_page_ends(*state, substring_of("M\xC3\x9CLLER"), "m\xC3\xBCller", "xyz", 3);
}

static void a_word_is_found_wherever_a_page_ends(void **state)
{
    assert_found_over_page_ends(*state, word_of("evil.example"), "/evil.example/", "xyz", 10);
}

static void a_regular_expression_is_found_wherever_a_page_ends(void **state)
{
    assert_found_over_page_ends(*state, regex_of("ev[i]l.ex\\w+le"), "evil.example", "xy ", 3);
}

static void a_phrase_is_found_wherever_a_page_ends_inside_a_line(void **state)
{
    assert_found_over_page_ends(*state, phrase_of("evil example now"), " evil.example now ", "xy ",
                                3);
}

static void what_the_next_page_joins_to_a_word_makes_it_no_word(void **state)
{
    struct archive *archive = *state;
    struct store *store = archive->store;
    static const char *const joined[] = {"evilx",
                                         "xevil",
                                         "evil.x",
                                         "x.evil",
                                         "evil-x",
                                         "x-evil",
                                         "evil\xC3\xBC",
                                         ("\xC3\xBC"
                                          "evil"),
                                         "\xF0\x9D\x94\xB8-evil"};
    int64_t id = 0;
    must(store_begin(store, &test_error));
    for (size_t i = 0; i < sizeof joined / sizeof *joined; i++)
        for (size_t back = 0; back <= 16; back += 1 + (back > 10)) {
            char *text = long_text("", "x", 65536 - back, "/"),
                 *behind = long_text("", "/", 99, "");
            struct buffer whole;
            buffer_init(&whole, 1 << 20);
            /* No byte of the later half ends a word but the last one. */
            text_printf(&whole, "%s%s%s", text, joined[i], behind);
            put_text(store, ++id, (struct text){whole.bytes, whole.length}, T(NULL));
            buffer_release(&whole);
            free(text);
            free(behind);
        }
    assert_hits(store, word_of("evil"), "");
    must(store_commit(store, &test_error));
}

/* ---- at random ---- */

#define TEXTS 6

struct known {
    int64_t id;
    bool is_error;
    struct buffer text;
};

/* Some with many lines, some with few, some with neither line ends nor blanks. */
static void make_text(struct known *known, uint32_t kind)
{
    static const char *const letters[] = {"a", "b", "A", "B",        ".",        "-", "c",
                                          "1", "a", "b", "\xC3\xBC", "\xC3\x9C", " "};
    static const uint32_t line_ends[] = {9, 200, 20000, 0, 70000};
    uint32_t every = line_ends[kind % 5], count = kind < 5 ? 12 : 13;
    uint32_t length = 1000 + next_random(150000);
    buffer_init(&known->text, 1 << 20);
    for (uint32_t i = 0; i < length; i++) {
        const char *letter = letters[next_random(count)];
        if (every > 0 && next_random(every) == 0)
            letter = "\n";
        (void)buffer_append(&known->text, letter, strlen(letter));
    }
}

static struct text text_of(const struct known *known)
{
    return (struct text){known->text.bytes, known->text.length};
}

static void put_random(struct store *store, struct known known[2 * TEXTS])
{
    for (uint32_t i = 0; i < TEXTS; i++) {
        struct known *output = &known[2 * i], *error = &known[2 * i + 1];
        make_text(output, i + 4);
        make_text(error, next_random(10));
        output->id = error->id = (int64_t)i + 1;
        output->is_error = false;
        error->is_error = true;
        put_text(store, output->id, text_of(output), text_of(error));
    }
}

static int compare_lines(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The lines of a text in order; the array is the caller's. */
static char **sorted_lines(char *text, size_t *count)
{
    char **lines = calloc(strlen(text) + 1, sizeof *lines);
    *count = 0;
    for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n"))
        lines[(*count)++] = line;
    qsort(lines, *count, sizeof *lines, compare_lines);
    return lines;
}

static void assert_same_lines(const char *got, const char *expected)
{
    size_t count, wanted;
    char *texts[] = {strdup(got), strdup(expected)};
    char **lines = sorted_lines(texts[0], &count), **others = sorted_lines(texts[1], &wanted);
    for (size_t i = 0; i < count && i < wanted; i++)
        assert_string_equal(lines[i], others[i]);
    assert_int_equal(count, wanted);
    free(lines);
    free(others);
    free(texts[0]);
    free(texts[1]);
}

/* Whether a pattern is in a line. */
typedef bool line_has(void *context, struct text line, uint32_t pattern);

static void expect_lines(struct buffer *expected, const struct known *known, line_has *has,
                         void *context, uint32_t patterns)
{
    const char *at = known->text.bytes, *end = at + known->text.length;
    for (int64_t line_no = 1; at < end; line_no++) {
        const char *line_end = memchr(at, '\n', (size_t)(end - at));
        struct text line = {at, (size_t)((line_end ? line_end : end) - at)};
        for (uint32_t pattern = 0; pattern < patterns; pattern++)
            if (has(context, line, pattern))
                text_printf(expected, "%d %s %d %u\n", (int)known->id,
                            known->is_error ? "error" : "output", (int)line_no, pattern);
        at += line.length + 1;
    }
}

static void assert_lines(struct store *store, struct search_spec spec, const struct known *known,
                         line_has *has, void *context, uint32_t patterns)
{
    struct seen seen;
    struct buffer expected;
    seen_init(&seen, SEARCH_GO_ON);
    buffer_init(&expected, 1 << 24);
    for (int i = 0; i < 2 * TEXTS; i++)
        expect_lines(&expected, &known[i], has, context, patterns);
    must(look(store, spec, &seen));
    /* Patterns in one line come in the order of their ends. */
    if (patterns == 1)
        assert_string_equal(buffer_text(&seen.hits), buffer_text(&expected));
    else
        assert_same_lines(buffer_text(&seen.hits), buffer_text(&expected));
    assert_true(expected.length > 0 && seen.is_marked);
    seen_release(&seen);
    buffer_release(&expected);
}

struct literals {
    struct text of[6];
    unsigned flags;
};

static bool has_literal(void *context, struct text line, uint32_t pattern)
{
    struct literals *literals = context;
    struct buffer found;
    buffer_init(&found, 1 << 24);
    naive_find(line, &literals->of[pattern], 1, literals->flags, &found);
    bool has = found.length > 0;
    buffer_release(&found);
    return has;
}

static bool has_regex(void *context, struct text line, uint32_t pattern)
{
    char *copy = strndup(line.bytes, line.length);
    (void)pattern;
    bool has = regexec(context, copy, 0, NULL, 0) == 0;
    free(copy);
    return has;
}

static void assert_substrings(struct store *store, const struct known *known)
{
    static const char *const substrings[] = {"abab",
                                             ("b\xC3\x9C"
                                              "b"),
                                             "a.b-a", "111", "BaBc"};
    for (size_t i = 0; i < sizeof substrings / sizeof *substrings; i++) {
        struct literals literals = {{T(substrings[i])}, 0};
        struct search_spec spec = substring_of(substrings[i]);
        assert_lines(store, spec, known, has_literal, &literals, 1);
        spec.is_case_sensitive = true;
        literals.flags = MATCH_CASE;
        assert_lines(store, spec, known, has_literal, &literals, 1);
    }
    static const char *const words[] = {"ab", "\xC3\x9C", "a.b", "1"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        struct literals literals = {{T(words[i])}, MATCH_WORD};
        assert_lines(store, word_of(words[i]), known, has_literal, &literals, 1);
    }
}

static void assert_regexes(struct store *store, const struct known *known)
{
    static const char *const regexes[] = {"ab{2,4}a", "^a.*b$", "[bc]{5}1", "(ab|ba)+c1"};
    for (size_t i = 0; i < sizeof regexes / sizeof *regexes; i++) {
        regex_t posix;
        assert_int_equal(regcomp(&posix, regexes[i], REG_EXTENDED | REG_ICASE | REG_NOSUB), 0);
        assert_lines(store, regex_of(regexes[i]), known, has_regex, &posix, 1);
        regfree(&posix);
    }
}

static void random_texts_have_the_hits_that_a_naive_search_finds(void **state)
{
    struct archive *archive = *state;
    struct store *store = archive->store;
    struct known known[2 * TEXTS];
    must(store_begin(store, &test_error));
    put_random(store, known);
    assert_substrings(store, known);
    assert_regexes(store, known);
    struct literals list = {{T("abab"), T("ab\xC3\xBC"), T("ba"), T("abab"), T("1.1"), T("-a-")},
                            0};
    struct indicator of[6];
    struct indicators indicators = {.of = of, .count = 6};
    for (int i = 0; i < 6; i++)
        of[i] = (struct indicator){.indicator = list.of[i]};
    struct search_spec spec = {.mode = SEARCH_INDICATORS, .indicators = &indicators};
    assert_lines(store, spec, known, has_literal, &list, 6);
    spec.is_word = true;
    list.flags = MATCH_WORD;
    assert_lines(store, spec, known, has_literal, &list, 6);
    must(store_commit(store, &test_error));
    for (int i = 0; i < 2 * TEXTS; i++)
        buffer_release(&known[i].text);
}

/* ---- phrases at random ---- */

struct places {
    const struct known *known;
    int64_t ends[64]; /* of pages that end a line */
    size_t end_count;
    size_t at;
    int64_t line_no, last_line;
    struct buffer *expected;
};

static int add_place(void *context, size_t start, size_t end)
{
    struct places *places = context;
    for (size_t i = 0; i < places->end_count; i++)
        if ((int64_t)start < places->ends[i] && (int64_t)end > places->ends[i])
            return 0; /* over the end of a line and a page, both: not found */
    for (; places->at < start; places->at++)
        places->line_no += places->known->text.bytes[places->at] == '\n';
    if (places->line_no == places->last_line)
        return 0;
    places->last_line = places->line_no;
    text_printf(places->expected, "%d %s %d 0\n", (int)places->known->id,
                places->known->is_error ? "error" : "output", (int)places->line_no);
    return 0;
}

static void read_page_ends(struct store *store, struct places *places)
{
    char sql[256];
    snprintf(sql, sizeof sql,
             "SELECT end_byte FROM page WHERE content_id = %d AND stream = '%s'"
             " AND substr(text, -1) = char(10)",
             (int)places->known->id, places->known->is_error ? "error" : "output");
    const char *at = rows(store, sql);
    while (*at) {
        places->ends[places->end_count++] = strtoll(at, NULL, 10);
        at += strcspn(at, "\n");
        at += *at == '\n';
    }
}

static void random_phrases_are_found_in_the_joined_text(void **state)
{
    struct archive *archive = *state;
    struct store *store = archive->store;
    struct known known[2 * TEXTS];
    static const char *const phrases[] = {"a",     "ab a", "1 b",     "a b c",
                                          "b 1 a", "c1",   "a b a b", "\xC3\xBC a b"};
    must(store_begin(store, &test_error));
    put_random(store, known);
    for (size_t i = 0; i < sizeof phrases / sizeof *phrases; i++) {
        struct buffer expected;
        struct seen seen;
        struct phrase *phrase = phrase_new(store, T(phrases[i]), &test_error);
        assert_non_null(phrase);
        buffer_init(&expected, 1 << 24);
        for (int k = 0; k < 2 * TEXTS; k++) {
            struct places places = {.known = &known[k], .line_no = 1, .expected = &expected};
            read_page_ends(store, &places);
            must(phrase_find(phrase, text_of(&known[k]), add_place, &places, &test_error));
        }
        seen_init(&seen, SEARCH_GO_ON);
        must(look(store, phrase_of(phrases[i]), &seen));
        assert_true(expected.length > 0);
        assert_string_equal(buffer_text(&seen.hits), buffer_text(&expected));
        seen_release(&seen);
        buffer_release(&expected);
        phrase_free(phrase);
    }
    must(store_commit(store, &test_error));
    for (int i = 0; i < 2 * TEXTS; i++)
        buffer_release(&known[i].text);
}

int main(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    const struct CMUnitTest tests[] = {
        archive_test(a_literal_is_found_wherever_a_page_ends),
        archive_test(a_literal_beyond_ascii_is_found_wherever_a_page_ends),
        archive_test(a_word_is_found_wherever_a_page_ends),
        archive_test(a_regular_expression_is_found_wherever_a_page_ends),
        archive_test(a_phrase_is_found_wherever_a_page_ends_inside_a_line),
        archive_test(what_the_next_page_joins_to_a_word_makes_it_no_word),
        archive_test(random_texts_have_the_hits_that_a_naive_search_finds),
        archive_test(random_phrases_are_found_in_the_joined_text),
        archive_test(a_regular_expression_is_found_many_pages_before_the_end_of_its_line),
        archive_test(a_phrase_can_be_marked_while_its_page_is_read),
        archive_test(a_caller_that_has_enough_of_a_text_misses_nothing_of_the_next),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
