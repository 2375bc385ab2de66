/* parser/indicators: lists as people and programs write them. */
#include "parser/indicators.h"
#include "base/error.h"
#include "parser/match.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct error err;

struct given {
    const char *bytes;
    size_t length;
    bool is_csv, refang;
};

static int read_list(struct indicators *list, struct given given, size_t block)
{
    struct memory_stream in;
    memory_stream_init(&in, given.bytes, given.length, block);
    return indicators_read(list, &in.stream, given.is_csv, given.refang, &err);
}

/* "indicator|name|type" a line; absent is "-". */
static void render(const struct indicators *list, struct buffer *out)
{
    for (size_t i = 0; i < list->count; i++) {
        const struct text parts[] = {list->of[i].indicator, list->of[i].name, list->of[i].type};
        for (int k = 0; k < 3; k++) {
            if (k > 0)
                text_printf(out, "|");
            (void)buffer_append(out, parts[k].bytes ? parts[k].bytes : "-",
                                parts[k].bytes ? parts[k].length : 1);
        }
        text_printf(out, "\n");
    }
}

/* At every read size. */
static void assert_list(struct given given, const char *expected)
{
    for (size_t block = 0; block <= 31; block++) {
        struct indicators list;
        struct buffer out;
        buffer_init(&out, 1 << 20);
        if (read_list(&list, given, block))
            fail_msg("%s: %s", given.bytes, err.message);
        render(&list, &out);
        assert_string_equal(buffer_text(&out), expected);
        buffer_release(&out);
        indicators_release(&list);
    }
}

static void assert_refused(struct given given, const char *sentence)
{
    struct indicators list;
    assert_int_equal(read_list(&list, given, 0), -1);
    assert_int_equal(err.code, ERROR_USAGE);
    if (!strstr(err.message, sentence))
        fail_msg("\"%s\" is not in \"%s\"", sentence, err.message);
    indicators_release(&list);
}

#define LINES(text) ((struct given){text, sizeof(text) - 1, false, false})
#define CSV(text) ((struct given){text, sizeof(text) - 1, true, false})
#define FANGED(text) ((struct given){text, sizeof(text) - 1, false, true})

static void a_line_is_an_indicator(void **state)
{
    (void)state;
    assert_list(LINES("a\nb b\n"), "a|-|-\nb b|-|-\n");
    assert_list(LINES("a\nb"), "a|-|-\nb|-|-\n");
    assert_list(LINES("a\r\nb\r\n"), "a|-|-\nb|-|-\n");
    assert_list(LINES("a\r\nb\r"), "a|-|-\nb|-|-\n");
    assert_list(LINES("\n\r\n  \n\t\na\n\n"), "a|-|-\n");
    assert_list(LINES("# of 2023\n a \t\n  # b\nc # d\n#"), "a|-|-\nc # d|-|-\n");
    assert_list(LINES("a,b\n\"c\"\n"), "a,b|-|-\n\"c\"|-|-\n");
    assert_list(LINES("a\na\nA\n"), "a|-|-\na|-|-\nA|-|-\n");
}

static void a_first_line_with_a_column_indicator_makes_it_csv(void **state)
{
    (void)state;
    assert_list(LINES("indicator\na,b\n"), "a|-|-\n");
    assert_list(LINES("# x\n\nindicator,name,type\r\na,b,c\r\n"), "a|b|c\n");
    assert_list(LINES("Type, INDICATOR ,source,\"Name\"\nc,a,x,b\n"), "a|b|c\n");
    assert_list(LINES("\"indicator\",\"name\"\n\"a\",\"\"\n"), "a|-|-\n");
    assert_list(LINES("indicator,indicator\na,b\n"), "a|-|-\n");
    assert_list(LINES("name,indicator\nb\n,a\nb,a"), "a|-|-\na|b|-\n");
    /* In a later line it is a text like any other. */
    assert_list(LINES("a\nindicator,name\n"), "a|-|-\nindicator,name|-|-\n");
}

static void csv_by_name_may_do_without_that_line(void **state)
{
    (void)state;
    assert_list(CSV("a,b,c\nd\n,e\nf,,g,h\n"), "a|b|c\nd|-|-\nf|-|g\n");
    assert_list(CSV("name,indicator\nb,a\n"), "a|b|-\n");
    assert_list(CSV("# x\na,b\n#c,d\n\"#e\",f"), "a|b|-\n#e|f|-\n");
}

static void quotes_hold_commas_quotes_and_line_ends(void **state)
{
    (void)state;
    assert_list(CSV("\"a,b\",\"say \"\"x\"\"\",\"c\"\n"), "a,b|say \"x\"|c\n");
    assert_list(CSV("a,\"two\nlines\n# here\",c\nd\n"), "a|two\nlines\n# here|c\nd|-|-\n");
    assert_list(CSV("a,\"two\r\nlines\",c\r\nd\r\n"), "a|two\r\nlines|c\nd|-|-\n");
    assert_list(CSV("\"\"\"\",b\n  \" a \" ,b\n"), "\"|b|-\na|b|-\n");
    assert_list(CSV("a\"b,c\n"), "a\"b|c|-\n");
    assert_list(CSV("\"a\""), "a|-|-\n");
    assert_refused(CSV("a\nb\n\"c,d\ne\n"), "line 3: a quote that is opened is never closed");
    assert_refused(CSV("a,\""), "line 1: a quote");
}

static void marks_and_utf16_are_read(void **state)
{
    (void)state;
    assert_list(LINES("\xEF\xBB\xBFindicator,name\r\na,b"), "a|b|-\n");
    assert_list(LINES("\xEF\xBB\xBF# x\na"), "a|-|-\n");
    assert_list(LINES("\xFF\xFE"
                      "a\0\r\0\n\0\xFC\0\n\0"),
                "a|-|-\n\xC3\xBC|-|-\n");
    assert_list(LINES("\xFE\xFF\0a\0\n\xD8\x3D\xDE\x00\0\n"), "a|-|-\n\xF0\x9F\x98\x80|-|-\n");
}

static void what_is_no_text_is_refused_with_its_line(void **state)
{
    (void)state;
    assert_refused(LINES("a\nb\xFF\n"), "line 2: not UTF-8");
    assert_refused(LINES("a\nM\xFCller\n"), "line 2: not UTF-8");
    assert_refused(LINES("a\n\nb\0c\n"), "line 3: a NUL");
    assert_refused(LINES("a\0b\0"), "line 1: a NUL");
    assert_refused(LINES("\xFF\xFE"
                         "a\0\x00\xD8"
                         "b\0"),
                   "surrogate");
    assert_refused(LINES("\xFF\xFE"
                         "a\0b"),
                   "ends inside");
}

/* Each would be one indicator that is nowhere: a hunt without hits that looked for nothing. */
static void a_list_that_would_be_read_as_something_else_is_refused(void **state)
{
    (void)state;
    assert_refused(LINES("a\rb\rc\r"), "line 1: a CR");
    assert_refused(LINES("x\na\rb\n"), "line 2: a CR");
    assert_refused(CSV("x\na,b\rc,d\n"), "line 2: a CR");
    assert_refused(LINES("indicator;name;type\na;b;c\n"), "separated by ;");
    assert_refused(CSV("Name;Indicator\na;b\n"), "separated by ;");
    assert_refused(LINES("\"indicator\"\t\"name\"\na\tb\n"), "separated by TAB");
    assert_list(LINES("a;indicators\n"), "a;indicators|-|-\n");
    assert_list(LINES("a\r\r\nb\r\n"), "a|-|-\nb|-|-\n");
}

static void an_empty_list_is_refused(void **state)
{
    (void)state;
    static const char *const lists[] = {"",
                                        "\n",
                                        "# only\n  \r\n",
                                        "\xEF\xBB\xBF",
                                        "indicator,name\n",
                                        "indicator,name\n,b\n\"\",c\n"};
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        assert_refused((struct given){lists[i], strlen(lists[i]), i > 3, false},
                       "the list is empty");
}

static void assert_refanged(const char *written, const char *expected)
{
    char bytes[256];
    size_t length = strlen(written);
    memcpy(bytes, written, length);
    length = indicators_refang(bytes, length);
    bytes[length] = '\0';
    assert_string_equal(bytes, expected);
}

static void what_was_defanged_is_read_as_it_was(void **state)
{
    (void)state;
    assert_refanged("hxxp://evil[.]example/a.b", "http://evil.example/a.b");
    assert_refanged("hXXps[:]//evil(.)example{.}org", "https://evil.example.org");
    assert_refanged("hxxps[://]evil[dot]example(DOT)org", "https://evil.example.org");
    assert_refanged("fxp://a", "ftp://a");
    assert_refanged("bob[@]evil[.]example", "bob@evil.example");
    assert_refanged("bob[at]evil\\.example", "bob@evil.example");
    assert_refanged("10[.]0[.]3[.]4[:]80[/]x", "10.0.3.4:80/x");
    assert_refanged("www.hxxp.example", "www.hxxp.example");
    assert_refanged("[.", "[.");
    assert_refanged("[dot", "[dot");
    assert_refanged("hxx", "hxx");
    assert_refanged("", "");
    assert_list(FANGED("hxxp://evil[.]example\n[.]\n"), "http://evil.example|-|-\n.|-|-\n");
    assert_list(FANGED("name,indicator\n[.] kept?,evil[.]example\n"), "evil.example|[.] kept?|-\n");
    assert_list(LINES("evil[.]example\n"), "evil[.]example|-|-\n");
}

static char *times(const char *part, size_t count)
{
    size_t length = strlen(part);
    char *text = malloc(count * length + 1);
    for (size_t i = 0; i < count; i++)
        memcpy(text + i * length, part, length);
    text[count * length] = '\0';
    return text;
}

static void a_list_has_bounds(void **state)
{
    (void)state;
    struct indicators list;
    char *text = times("x\n", MATCH_LITERALS + 1);
    assert_int_equal(read_list(&list, (struct given){text, 2 * MATCH_LITERALS, false, false}, 0),
                     0);
    assert_int_equal(list.count, MATCH_LITERALS);
    indicators_release(&list);
    assert_refused((struct given){text, 2 * MATCH_LITERALS + 1, false, false},
                   "line 100001: more than 100000 indicators");
    free(text);
    text = times("x", MATCH_LITERAL_BYTES + 1);
    assert_int_equal(read_list(&list, (struct given){text, MATCH_LITERAL_BYTES, false, false}, 0),
                     0);
    assert_int_equal(list.of[0].indicator.length, MATCH_LITERAL_BYTES);
    indicators_release(&list);
    assert_refused((struct given){text, MATCH_LITERAL_BYTES + 1, false, false},
                   "line 1: the indicator is longer than 4096 bytes");
    free(text);
    text = times("#", INDICATORS_LIST_BYTES + 1);
    assert_refused((struct given){text, INDICATORS_LIST_BYTES, false, false}, "empty");
    assert_refused((struct given){text, INDICATORS_LIST_BYTES + 1, false, false},
                   "larger than 16 MiB");
    free(text);
}

static void the_hash_is_that_of_the_bytes(void **state)
{
    (void)state;
    static const char bytes[] = "\xFF\xFE"
                                "a\0\n\0";
    char expected[SHA256_HEX_SIZE];
    struct indicators list;
    sha256_of(bytes, sizeof bytes - 1, expected);
    assert_int_equal(read_list(&list,
                               LINES("\xFF\xFE"
                                     "a\0\n\0"),
                               1),
                     0);
    assert_string_equal(list.sha256, expected);
    indicators_release(&list);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_is_an_indicator),
        cmocka_unit_test(a_first_line_with_a_column_indicator_makes_it_csv),
        cmocka_unit_test(csv_by_name_may_do_without_that_line),
        cmocka_unit_test(quotes_hold_commas_quotes_and_line_ends),
        cmocka_unit_test(marks_and_utf16_are_read),
        cmocka_unit_test(what_is_no_text_is_refused_with_its_line),
        cmocka_unit_test(a_list_that_would_be_read_as_something_else_is_refused),
        cmocka_unit_test(an_empty_list_is_refused),
        cmocka_unit_test(what_was_defanged_is_read_as_it_was),
        cmocka_unit_test(a_list_has_bounds),
        cmocka_unit_test(the_hash_is_that_of_the_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
