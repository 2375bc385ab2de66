/* The report: what it shows, and what it never does. */
#include "tests/unit/export/report_page.h"

#include "evidence/sign.h"

#include <signal.h>
#include <sys/resource.h>
#include <time.h>

static bool is_one_of(const char *name, const char *const *names)
{
    for (; *names; names++)
        if (strcmp(*names, name) == 0)
            return true;
    return false;
}

static void check_attribute(const char *name, const char *value)
{
    static const char *const known[] = {
        "aria-hidden", "aria-label", "charset", "class", "clip-path",  "colspan",  "content",
        "cx",          "cy",         "d",       "dir",   "data-label", "datetime", "height",
        "href",        "http-equiv", "id",      "lang",  "name",       "r",        "role",
        "scope",       "viewBox",    "width",   "x",     "y",          NULL};
    if (!is_one_of(name, known))
        fail_msg("an attribute %s=\"%s\"", name, value);
    if (strcmp(name, "href") == 0 && value[0] != '#' && strncmp(value, "packages/", 9) != 0 &&
        strncmp(value, "text/", 5) != 0)
        fail_msg("a link to %s", value);
}

/* Behind the tag's '>'. Attributes are NAME="VALUE". */
static const char *check_tag(const char *at)
{
    static const char *const known[] = {
        "!DOCTYPE", "a",    "article", "bdi",   "body",   "circle", "clipPath",   "code",  "dd",
        "defs",     "desc", "div",     "dl",    "dt",     "figure", "figcaption", "g",     "h1",
        "h2",       "h3",   "h4",      "head",  "header", "html",   "li",         "main",  "meta",
        "nav",      "ol",   "p",       "path",  "pre",    "rect",   "section",    "span",  "strong",
        "style",    "svg",  "table",   "tbody", "td",     "text",   "th",         "thead", "time",
        "title",    "tr",   "ul",      "var",   NULL};
    char name[32], value[512];
    int used = 0;
    bool is_end = at[1] == '/';
    assert_int_equal(sscanf(at + 1 + is_end, "%31[A-Za-z0-9!]%n", name, &used), 1);
    if (!is_one_of(name, known))
        fail_msg("an element %s", name);
    at += 1 + is_end + used;
    if (strcmp(name, "!DOCTYPE") == 0)
        return strchr(at, '>') + 1;
    while (*at == ' ') {
        used = 0;
        if (sscanf(at, " %31[A-Za-z-]=\"%511[^\"]\"%n", name, value, &used) != 2 || used == 0)
            fail_msg("an attribute that is not plain: %.60s", at);
        check_attribute(name, value);
        at += used;
    }
    if (*at == '/')
        at++;
    assert_int_equal(*at, '>');
    return at + 1;
}

static void check_nothing_acts(const char *page)
{
    const char *style = strstr(page, "<style>"), *end = strstr(page, "</style>");
    for (const char *at = page; (at = strchr(at, '<')) != NULL;)
        at = at == style ? end : check_tag(at);
    for (const char *at = style; at < end; at++)
        assert_true(strncmp(at, "url(", 4) != 0 && strncmp(at, "@import", 7) != 0);
    for (const unsigned char *at = (const unsigned char *)page; *at; at++)
        if (*at < 0x20 && *at != '\n' && *at != '\t')
            fail_msg("a control character %02x", *at);
    hides(page, "\xe2\x80\xae");
    hides(page, "\xe2\x80\x8b");
    hides(page, "://");
}

static void hostile_names_and_texts_stay_text(void **state)
{
    struct archive *archive = *state;
    put_result(
        archive->store, 2, "P1",
        "</pre><script>alert(1)</script>\n<img src=x onerror='a()'>\x1b[31m\xe2\x80\xae\n&lt;",
        (struct coming){.machine = "<script>m</script>\"' onload=x\xe2\x80\x8b",
                        .operator_name = "=1+1<b>",
                        .source = "\"><a href=javascript:x>"});
    put_result(archive->store, 3, "P2", "http:/x",
               (struct coming){.machine = "\xff\xfe]]>-->\r\n\t"});
    struct fixture fixture = open_case(archive, 2, NULL);
    fixture.subject.made_by = "</title><svg onload=x>";
    fixture.subject.tool = "<style>*{}</style>";
    fixture.subject.signed_by = "'\"<";
    char *page = page_of(&fixture);
    check_nothing_acts(page);
    shows(page, "&lt;/pre&gt;&lt;script&gt;alert(1)&lt;/script&gt;\n"
                "&lt;img src=x onerror=&#39;a()&#39;&gt;\\x1b[31m\\u202e\n&amp;lt;");
    shows(page, "<bdi>&lt;script&gt;m&lt;/script&gt;&quot;&#39; onload=x\\u200b</bdi>");
    shows(page, "<bdi>=1+1&lt;b&gt;</bdi>");
    shows(page, "<bdi>\\xff\\xfe]]&gt;--&gt;\\r\\n\\t</bdi>");
    free(page);
    close_case(&fixture);
}

static void a_name_of_a_mebibyte_is_cut_and_costs_no_more_than_its_beginning(void **state)
{
    struct archive *archive = *state;
    char *name = malloc(1024 * 1024 + 1);
    memset(name, 'n', 1024 * 1024);
    name[1024 * 1024] = '\0';
    put_result(archive->store, 2, "P1", "x", (struct coming){.machine = name, .source = name});
    struct fixture fixture = open_case(archive, 1, NULL);
    char *page = page_of(&fixture);
    check_nothing_acts(page);
    assert_true(strlen(page) < 40000);
    char cut[128];
    snprintf(cut, sizeof cut, ">%.*s…</text>", 37, name);
    shows(page, cut);
    free(page);
    free(name);
    close_case(&fixture);
}

static void the_policy_admits_the_one_style_by_its_hash_and_nothing_else(void **state)
{
    struct archive *archive = *state;
    put_result(archive->store, 2, "P1", "x", (struct coming){.machine = "ws-1"});
    struct fixture fixture = open_case(archive, 1, NULL);
    char *page = page_of(&fixture), policy[256];
    char *style = part_of(page, "<style>", "</style>");
    unsigned char hash[SHA256_SIZE];
    struct sha256 *sum = sha256_new();
    struct buffer encoded;
    sha256_update(sum, style + 7, strlen(style + 7));
    sha256_finish_bytes(sum, hash);
    buffer_init(&encoded, 64);
    sign_encode(&encoded, hash, sizeof hash);
    snprintf(policy, sizeof policy,
             "<meta charset=\"utf-8\">\n<meta http-equiv=\"Content-Security-Policy\" "
             "content=\"default-src "
             "'none'; style-src 'sha256-%s'; base-uri 'none'; form-action 'none'\">",
             buffer_text(&encoded));
    shows(page, policy);
    assert_null(strstr(strstr(page, "</style>"), "<style"));
    sha256_free(sum);
    buffer_release(&encoded);
    free(style);
    free(page);
    close_case(&fixture);
}

/* ---- what is shown ---- */

static void an_exhibit_is_shown_with_its_original_and_what_was_derived_from_it(void **state)
{
    struct archive *archive = *state;
    put_result(archive->store, 2, "P1", "one\ntwo\n",
               (struct coming){.machine = "ws-1", .observed = EARLY});
    struct fixture fixture = open_case(archive, 1, NULL);
    char *page = page_of(&fixture), link[256];
    char *row = part_of(page, "<tbody id=\"e0001\">", "</tbody>");
    snprintf(link, sizeof link,
             "<span class=\"tag original\">original</span> 100 bytes, SHA-256 <code><a "
             "href=\"packages/%s\">%s</a></code>",
             sha_of("P1"), sha_of("P1"));
    shows(row, link);
    shows(row,
          "derived</span> <span class=\"file\"><a href=\"text/IR-7-0001-output.txt\">output</a>, 8 "
          "bytes</span>");
    shows(row, "<bdi>ws-1</bdi>");
    shows(row, "<time datetime=\"" EARLY "\">2023-03-18 10:00:00 UTC</time>");
    shows(row, "<td data-label=\"Exit code\"><span class=\"none\">not known</span></td>");
    shows(page, "<pre dir=\"ltr\">\none\ntwo\n</pre>");
    shows(page, "<span class=\"label\">Ledger lines</span> <span class=\"value\">4,711</span>");
    shows(page, "<time datetime=\"" MADE_AT "\">2026-11-30 17:00:00 UTC</time>");
    free(row);
    free(page);
    close_case(&fixture);
}

static void each_transcript_of_a_zip_has_a_row_and_a_text_of_its_own(void **state)
{
    struct archive *archive = *state;
    put_package(archive->store, 2, "P1");
    put_content(archive->store, 2, 0, "P1", "ok", "first");
    put_content(archive->store, 2, 1, "P1", "truncated", "second");
    put_reading(archive->store, "P1", "transcript");
    acquire(archive->store, 2, "P1", (struct coming){.machine = "ws-1", .case_name = "IR-7"});
    struct fixture fixture = open_case(archive, 1, NULL);
    char *page = page_of(&fixture);
    char *row = part_of(page, "<tbody id=\"e0001\">", "</tbody>");
    shows(row, "<a href=\"text/IR-7-0001-output.txt\">output</a>, 5 bytes");
    shows(row, "<a href=\"text/IR-7-0001-2-output.txt\">output</a>, 6 bytes");
    shows(row, "<strong class=\"bad\"><bdi>truncated</bdi></strong>");
    shows(page, "<pre dir=\"ltr\">\nfirst\n</pre>");
    shows(page, "<pre dir=\"ltr\">\nsecond\n</pre>");
    free(row);
    free(page);
    close_case(&fixture);
}

static void what_is_withheld_is_listed_with_the_reason_and_without_a_link(void **state)
{
    struct archive *archive = *state;
    put_result(archive->store, 2, "P1", "x", (struct coming){.machine = "ws-1"});
    put_result(archive->store, 3, "P2", "SECRET", (struct coming){.machine = "ws-secret"});
    must(store_put_line(archive->store,
                        &(struct store_line){.number = 3,
                                             .event = "ingested",
                                             .time = LATE,
                                             .operator_name = "op@host",
                                             .prev = sha_of("prev"),
                                             .line_sha256 = sha_of("line"),
                                             .package_sha256 = sha_of("P2"),
                                             .size_bytes = 100,
                                             .line = T("{}")},
                        &test_error));
    struct fixture fixture = open_case(archive, 2, "P2");
    fixture.subject.withheld_reason = "it names <people>";
    char *page = page_of(&fixture), hash[128];
    char *row = part_of(page, "<tbody id=\"e0002\">", "</tbody>");
    shows(row, "<strong>withheld</strong>: it names &lt;people&gt;");
    snprintf(hash, sizeof hash, "100 bytes, SHA-256 <code>%s</code>", sha_of("P2"));
    shows(row, hash);
    hides(row, "href");
    hides(page, "SECRET");
    hides(page, "ws-secret");
    shows(page, "<span class=\"label\">Withheld</span> <span class=\"value\">1</span>");
    /* The ledger's line, which names nothing, is in the custody. */
    shows(page, "<tr><th scope=\"row\">3</th>");
    shows(page, "<a href=\"#e0002\">IR-7-0002</a>");
    free(row);
    free(page);
    close_case(&fixture);
}

static void a_case_without_exhibits_says_so(void **state)
{
    struct archive *archive = *state;
    must(store_put_case_step(archive->store,
                             &(struct store_case_step){.number = 1,
                                                       .event = "case_created",
                                                       .at = EARLY,
                                                       .operator_name = "op@host",
                                                       .case_name = T("IR-7"),
                                                       .title = T("a <title>")},
                             &test_error));
    struct fixture fixture = open_case(archive, 0, NULL);
    char *page = page_of(&fixture);
    check_nothing_acts(page);
    shows(page, "No exhibit is in this case.");
    shows(page, "There is no result to be shown.");
    shows(page, "<bdi>a &lt;title&gt;</bdi>");
    hides(page, "class=\"timeline\"");
    free(page);
    close_case(&fixture);
}

static void of_a_text_twelve_lines_are_shown_and_it_is_said_when_there_is_more(void **state)
{
    struct archive *archive = *state;
    char wide[400];
    memset(wide, 'w', sizeof wide);
    wide[399] = '\0';
    put_result(archive->store, 2, "P1", "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n",
               (struct coming){.machine = "ws-1"});
    put_result(archive->store, 3, "P2", "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n13",
               (struct coming){.machine = "ws-1"});
    put_result(archive->store, 4, "P3", wide, (struct coming){.machine = "ws-1"});
    struct fixture fixture = open_case(archive, 3, NULL);
    char *page = page_of(&fixture);
    shows(page, "11\n12\n</pre>\n<figcaption>The whole text, as in <a "
                "href=\"text/IR-7-0001-output.txt\">text/IR-7-0001-output.txt</a>");
    shows(page, "11\n12\n</pre>\n<figcaption>Cut here; the whole text is in <a "
                "href=\"text/IR-7-0002-output.txt\">");
    char line[256];
    snprintf(line, sizeof line,
             "<pre dir=\"ltr\">\n%.160s<span class=\"cut\">…</span>\n</pre>\n<figcaption>Cut here",
             wide);
    shows(page, line);
    free(page);
    close_case(&fixture);
}

static void of_a_text_two_kibibytes_are_shown_at_most(void **state)
{
    struct archive *archive = *state;
    char *text = calloc(1, 12 * 641 + 1), *at = text;
    for (int line = 0; line < 12; line++) {
        for (int i = 0; i < 160; i++, at += 4)
            memcpy(at, "\xf0\x9f\x98\x80", 4);
        *at++ = '\n';
    }
    put_result(archive->store, 2, "P1", text, (struct coming){.machine = "ws-1"});
    struct fixture fixture = open_case(archive, 1, NULL);
    char *page = page_of(&fixture);
    char *shown = part_of(page, "<pre dir=\"ltr\">", "</pre>");
    assert_in_range(strlen(shown), 1500, 2200);
    assert_true(text_is_utf8(page, strlen(page)));
    shows(page, "Cut here");
    free(shown);
    free(page);
    free(text);
    close_case(&fixture);
}

/* ---- custody ---- */

static void custody_tells_in_the_ledger_s_order_what_was_done(void **state)
{
    struct archive *archive = *state;
    do_case_step(archive->store, 1, "case_created", NULL, NULL);
    put_result(archive->store, 2, "P1", "x",
               (struct coming){.machine = "ws-1", .source = "in/a.json"});
    put_result(archive->store, 3, "P2", "x", (struct coming){.machine = "ws-2"});
    do_case_step(archive->store, 4, "case_removed", "P2", "another customer's");
    do_case_step(archive->store, 5, "case_noted", NULL, "a <note>");
    do_case_step(archive->store, 6, "case_closed", NULL, NULL);
    do_case_step(archive->store, 7, "released", NULL, "to counsel");
    struct fixture fixture = open_case(archive, 1, NULL);
    char *page = page_of(&fixture);
    const char *at = strstr(page, "<section id=\"custody\">");
    static const char *const rows_in_order[] = {"row\">1</th>",
                                                ">case created</td>",
                                                "row\">2</th>",
                                                ">taken in, and added to the case</td>",
                                                "<a href=\"#e0001\">IR-7-0001</a>",
                                                "observed: <bdi>user</bdi> at <bdi>host</bdi>",
                                                "from <bdi>in/a.json</bdi>",
                                                "row\">4</th>",
                                                ">removed from the case</td>",
                                                "not enclosed",
                                                "row\">5</th>",
                                                ">noted</td>",
                                                "<bdi>a &lt;note&gt;</bdi>",
                                                "row\">6</th>",
                                                ">case closed</td>",
                                                "row\">7</th>",
                                                ">handed over</td>",
                                                "<bdi>to counsel</bdi>"};
    for (size_t i = 0; i < sizeof rows_in_order / sizeof *rows_in_order; i++) {
        at = strstr(at, rows_in_order[i]);
        if (!at)
            fail_msg("custody lacks, or has in another place: %s", rows_in_order[i]);
    }
    hides(page, "<tr><th scope=\"row\">3</th>");
    hides(page, "another customer");
    free(page);
    close_case(&fixture);
}

/* ---- times ---- */

static void times_are_shown_in_the_zone_too_with_its_offset_in_winter_and_summer(void **state)
{
    struct archive *archive = *state;
    put_result(archive->store, 2, "P1", "x",
               (struct coming){.machine = "ws-1", .observed = "2023-03-26T00:59:59.9000000Z"});
    put_result(archive->store, 3, "P2", "x",
               (struct coming){.machine = "ws-1", .observed = "2023-03-26T01:00:00.0000000Z"});
    struct fixture fixture = open_case(archive, 2, NULL);
    setenv("TZ", "Asia/Tokyo", 1);
    tzset();
    char *plain = page_of(&fixture);
    hides(plain, "class=\"z\"");
    fixture.subject.timezone = "Europe/Berlin";
    char *page = page_of(&fixture);
    shows(page,
          "<time datetime=\"2023-03-26T00:59:59.9000000Z\">2023-03-26 00:59:59 UTC</time> <span "
          "class=\"z\">2023-03-26 01:59:59 +01:00</span>");
    shows(page,
          "2023-03-26 01:00:00 UTC</time> <span class=\"z\">2023-03-26 03:00:00 +02:00</span>");
    shows(page, "in UTC, and in the zone Europe/Berlin");
    fixture.subject.timezone = "America/St_Johns";
    char *half = page_of(&fixture);
    shows(half, "<span class=\"z\">2023-03-25 22:30:00 -02:30</span>");
    struct tm local;
    time_t zero = 0;
    assert_string_equal(getenv("TZ"), "Asia/Tokyo");
    assert_non_null(localtime_r(&zero, &local));
    assert_int_equal(local.tm_hour, 9);
    unsetenv("TZ");
    tzset();
    free(half);
    free(page);
    free(plain);
    close_case(&fixture);
}

static void a_zone_that_is_not_known_is_refused_and_never_taken_for_utc(void **state)
{
    static const char *const zones[] = {"Europe/Nowhere", "",       "../zoneinfo/UTC",
                                        "/etc/localtime", "Europe", ":UTC"};
    struct archive *archive = *state;
    put_result(archive->store, 2, "P1", "x", (struct coming){.machine = "ws-1"});
    struct fixture fixture = open_case(archive, 1, NULL);
    for (size_t i = 0; i < sizeof zones / sizeof *zones; i++) {
        struct spool *spool = spool_new(archive->folder, &test_error);
        fixture.subject.timezone = zones[i];
        assert_int_equal(report_write(&fixture.subject, spool, &test_error), -1);
        assert_int_equal(test_error.code, ERROR_USAGE);
        spool_free(spool);
    }
    close_case(&fixture);
}

/* ---- the picture ---- */

static void the_same_subject_gives_the_same_bytes(void **state)
{
    struct archive *archive = *state;
    put_machines(archive, 3, 2);
    struct fixture fixture = open_case(archive, 6, NULL);
    char *once = page_of(&fixture), *again = page_of(&fixture);
    assert_string_equal(once, again);
    free(once);
    free(again);
    close_case(&fixture);
}

static void a_case_that_is_not_there_is_said_to_be_missing(void **state)
{
    struct archive *archive = *state;
    put_result(archive->store, 2, "P1", "x", (struct coming){.machine = "ws-1"});
    struct fixture fixture = open_case(archive, 1, NULL);
    struct spool *spool = spool_new(archive->folder, &test_error);
    fixture.subject.case_name = "other";
    assert_int_equal(report_write(&fixture.subject, spool, &test_error), -1);
    assert_int_equal(test_error.code, ERROR_NOT_FOUND);
    spool_free(spool);
    close_case(&fixture);
}

static void a_disk_that_takes_no_more_is_an_error(void **state)
{
    struct archive *archive = *state;
    struct rlimit before, little = {.rlim_cur = 1024};
    put_machines(archive, 20, 10);
    struct fixture fixture = open_case(archive, 200, NULL);
    struct spool *spool = spool_new(archive->folder, &test_error);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    little.rlim_max = before.rlim_max;
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &little), 0);
    int result = report_write(&fixture.subject, spool, &test_error);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_int_equal(result, -1);
    assert_int_equal(test_error.code, ERROR_IO);
    spool_free(spool);
    close_case(&fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        archive_test(hostile_names_and_texts_stay_text),
        archive_test(a_name_of_a_mebibyte_is_cut_and_costs_no_more_than_its_beginning),
        archive_test(the_policy_admits_the_one_style_by_its_hash_and_nothing_else),
        archive_test(an_exhibit_is_shown_with_its_original_and_what_was_derived_from_it),
        archive_test(each_transcript_of_a_zip_has_a_row_and_a_text_of_its_own),
        archive_test(what_is_withheld_is_listed_with_the_reason_and_without_a_link),
        archive_test(a_case_without_exhibits_says_so),
        archive_test(of_a_text_twelve_lines_are_shown_and_it_is_said_when_there_is_more),
        archive_test(of_a_text_two_kibibytes_are_shown_at_most),
        archive_test(custody_tells_in_the_ledger_s_order_what_was_done),
        archive_test(times_are_shown_in_the_zone_too_with_its_offset_in_winter_and_summer),
        archive_test(a_zone_that_is_not_known_is_refused_and_never_taken_for_utc),
        archive_test(the_same_subject_gives_the_same_bytes),
        archive_test(a_case_that_is_not_there_is_said_to_be_missing),
        archive_test(a_disk_that_takes_no_more_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
