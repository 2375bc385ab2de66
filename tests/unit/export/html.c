/* Text and times as HTML. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "export/html.h"

#include <string.h>

static struct spool *spool;

static int set_up(void **state)
{
    (void)state;
    struct error err;
    spool = spool_new(".", &err);
    return spool ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    spool_free(spool);
    return 0;
}

static void assert_written(const char *expected)
{
    static char bytes[4096];
    struct file_stream stream;
    struct error err;
    assert_int_equal(spool_finish(spool, &err), 0);
    spool_stream(spool, &stream);
    ssize_t length = stream_read_full(&stream.stream, bytes, sizeof bytes - 1, &err);
    assert_in_range(length, 0, sizeof bytes - 1);
    bytes[length] = '\0';
    assert_string_equal(bytes, expected);
}

static struct text T(const char *text) {
    return (struct text){text, strlen(text)};
}

static void
what_means_something_to_html_is_written_as_its_entity(void **state)
{
    (void)state;
    html_string(spool, "<a href=\"x\" id='y'>&amp;</a>", 100);
    assert_written("&lt;a href=&quot;x&quot; id=&#39;y&#39;&gt;&amp;amp;&lt;/a&gt;");
}

static void what_cannot_be_seen_is_written_as_its_code(void **state)
{
    (void)state;
    html_text(spool, (struct text){"a\0b\x1b[m\xe2\x80\xae\xc2\x85\xff\n\t", 14}, 100,
              TEXT_KEEP_NONE);
    html_text(spool, T("\n\t\r\xe2\x90\x80"), 100, TEXT_KEEP_LINE_ENDS);
    assert_written("a\\x00b\\x1b[m\\u202e\\u0085\\xff\\n\\t\n\t\\r\xe2\x90\x80");
}

static void code_points_that_are_no_characters_are_written_as_their_code(void **state)
{
    (void)state;
    html_string(spool, "\xef\xbf\xbe\xef\xb7\x90\xf0\x9f\xbf\xbf\xef\xbf\xbd", 100);
    assert_written("\\ufffe\\ufdd0\\u01ffff\xef\xbf\xbd");
}

static void a_long_text_is_cut_at_a_character(void **state)
{
    (void)state;
    html_string(spool, "\xc3\xa4\xc3\xb6\xc3\xbc", 2);
    html_string(spool, "ab", 2);
    assert_written("\xc3\xa4\xc3\xb6\xe2\x80\xa6"
                   "ab");
}

static void foreign_text_keeps_its_direction_to_itself(void **state)
{
    (void)state;
    html_foreign(spool, T("\xd7\x90<"), 10, "-");
    html_foreign(spool, (struct text){NULL, 0}, 10, "<i>none</i>");
    html_foreign(spool, T(""), 10, "-");
    assert_written("<bdi>\xd7\x90&lt;</bdi><i>none</i>-");
}

static void a_path_stays_a_path(void **state)
{
    (void)state;
    html_path(spool, "text/a b\"<>&:?#%\xc3\xa4-1~.txt");
    assert_written("text/a%20b%22%3C%3E%26%3A%3F%23%25%C3%A4-1~.txt");
}

static void a_time_is_shown_to_the_second_and_kept_whole(void **state)
{
    (void)state;
    html_time(spool, T("2023-03-18T21:04:01.9200000Z"), false);
    assert_written(
        "<time datetime=\"2023-03-18T21:04:01.9200000Z\">2023-03-18 21:04:01 UTC</time>");
}

static void what_is_no_time_of_ours_never_becomes_an_attribute(void **state)
{
    (void)state;
    html_time(spool, T("2023-03-18T21:04:01.\" id=x Z"), false);
    html_time(spool, T("2023-03-18T21:04:01Z"), false);
    html_time(spool, T("----------------------------"), false);
    html_time(spool, (struct text){NULL, 0}, false);
    assert_written("<bdi>2023-03-18T21:04:01.&quot; id=x Z</bdi><bdi>2023-03-18T21:04:01Z</bdi>"
                   "<bdi>----------------------------</bdi>–");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_means_something_to_html_is_written_as_its_entity),
        TEST(what_cannot_be_seen_is_written_as_its_code),
        TEST(code_points_that_are_no_characters_are_written_as_their_code),
        TEST(a_long_text_is_cut_at_a_character),
        TEST(foreign_text_keeps_its_direction_to_itself),
        TEST(a_path_stays_a_path),
        TEST(a_time_is_shown_to_the_second_and_kept_whole),
        TEST(what_is_no_time_of_ours_never_becomes_an_attribute),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
