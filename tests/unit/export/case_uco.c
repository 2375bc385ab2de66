/* The case as CASE/UCO. */
#include "tests/unit/export/small_case.h"

#include "base/sha256.h"
#include "export/case_uco.h"
#include "export/graph.h"

static const char *hash_of(const char *text)
{
    static char texts[4][SHA256_HEX_SIZE];
    static int next;
    char *hex = texts[next++ % 4];
    sha256_of(text, strlen(text), hex);
    return hex;
}

static void put_case(struct store *store)
{
    put_action(store, 1,
               (struct state_of_action){.machine = "ws-1",
                                        .machine_id = "m1",
                                        .created = EARLY,
                                        .started = EARLY,
                                        .ended = MIDDLE,
                                        .requestor = "app \"x\"",
                                        .script = "a.ps1"});
    put_in_case(store, 2, "P",
                (struct put){.script_name = T("a.ps1"),
                             .output = T("some output"),
                             .error = T("some error"),
                             .output_sha256 = hash_of("some output"),
                             .coming = {.action = ACTION}});
    put_in_case(store, 3, "Q",
                (struct put){.output = T("other"),
                             .output_sha256 = hash_of("other"),
                             .coming = {.machine = "WS-2", .source = "in/secret"}});
    put_in_case(store, 4, "R",
                (struct put){.output = T("third"),
                             .output_sha256 = hash_of("third"),
                             .coming = {.machine = "ws-2", .operator_name = "eve"}});
}

/* Nodes begin with "@id" and "@type"; a reference has the "@id" alone. */
static bool is_node(const char *at)
{
    return strncmp(at + strlen("\"@id\":\"") + GRAPH_ID_SIZE - 1, "\",\"@type\":", 10) == 0;
}

static int count_nodes(const char *text, const char *id)
{
    int count = 0;
    for (const char *at = text; (at = strstr(at, "\"@id\":\"kb:")); at++)
        count += is_node(at) && strncmp(at + 7, id, GRAPH_ID_SIZE - 1) == 0;
    return count;
}

/* Every id that is named is that of one node. */
static void assert_linked(const char *text)
{
    for (const char *at = text; (at = strstr(at, "\"@id\":\"")); at++) {
        char id[GRAPH_ID_SIZE];
        snprintf(id, sizeof id, "%s", at + 7);
        assert_int_equal(strncmp(id, "kb:", 3), 0);
        if (count_nodes(text, id) != 1)
            fail_msg("%d nodes are %s", count_nodes(text, id), id);
    }
}

static void every_reference_leads_to_one_node(void **state)
{
    struct archive *archive = *state;
    struct small_case c;
    struct buffer graph;
    put_case(archive->store);
    small_case_open(&c, archive, NULL);
    assert_linked(written(case_uco_write, &c, &graph));
    buffer_release(&graph);
    small_case_close(&c);
    small_case_open(&c, archive, "Q");
    assert_linked(written(case_uco_write, &c, &graph));
    buffer_release(&graph);
    small_case_close(&c);
}

static void the_same_case_gives_the_same_bytes(void **state)
{
    struct archive *archive = *state;
    struct small_case c;
    struct buffer first, second;
    put_case(archive->store);
    small_case_open(&c, archive, NULL);
    (void)written(case_uco_write, &c, &first);
    small_case_close(&c);
    small_case_open(&c, archive, NULL);
    assert_string_equal(written(case_uco_write, &c, &second), buffer_text(&first));
    buffer_release(&first);
    buffer_release(&second);
    small_case_close(&c);
}

static void every_file_has_its_path_and_its_hash(void **state)
{
    struct archive *archive = *state;
    struct small_case c;
    struct buffer graph;
    char part[512];
    put_case(archive->store);
    small_case_open(&c, archive, NULL);
    const char *text = written(case_uco_write, &c, &graph);
    const char *const hashes[] = {sha_of("P"), sha_of("Q"), sha_of("R"), hash_of("some output"),
                                  hash_of("some error")};
    for (size_t i = 0; i < 5; i++) {
        snprintf(part, sizeof part, "{\"@type\":\"xsd:hexBinary\",\"@value\":\"%s\"}", hashes[i]);
        assert_int_equal(count_of(text, part), 1);
    }
    assert_int_equal(count_of(text, "\"uco-observable:filePath\":"), 7);
    assert_int_equal(
        count_of(text, "\"uco-observable:filePath\":\"data/text/IR-7-0001-error.txt\""), 1);
    assert_int_equal(count_of(text, "\"uco-types:hashValue\":"), 7);
    assert_int_equal(count_of(text, "\"case-investigation:wasDerivedFrom\":"), 4);
    buffer_release(&graph);
    small_case_close(&c);
}

static void who_and_what_is_named_stands_there_once(void **state)
{
    struct archive *archive = *state;
    struct small_case c;
    struct buffer graph;
    put_case(archive->store);
    small_case_open(&c, archive, NULL);
    const char *text = written(case_uco_write, &c, &graph);
    assert_int_equal(count_of(text, "\"@type\":\"uco-identity:Identity\""), 4);
    assert_int_equal(count_of(text, "\"uco-core:name\":\"app \\\"x\\\"\""), 1);
    assert_int_equal(
        count_of(text, "\"uco-core:name\":\"lrarchive\",\"uco-tool:version\":\"0.1.0\""), 1);
    assert_int_equal(count_of(text, "\"@type\":\"uco-observable:Computer\""), 2); /* WS-2 is ws-2 */
    assert_int_equal(count_of(text, "\"uco-core:externalIdentifier\":\"m1\""), 1);
    assert_int_equal(count_of(text, "\"@type\":\"case-investigation:Investigation\""), 1);
    buffer_release(&graph);
    small_case_close(&c);
}

static void how_a_package_came_in_and_what_brought_it_is_an_action(void **state)
{
    struct archive *archive = *state;
    struct small_case c;
    struct buffer graph;
    char part[512];
    put_case(archive->store);
    small_case_open(&c, archive, NULL);
    const char *text = written(case_uco_write, &c, &graph);
    struct graph_id package = graph_id("package", T(sha_of("P")), T(NULL));
    assert_int_equal(count_of(text, "\"uco-core:name\":\"ingested\""), 3);
    assert_int_equal(count_of(text, "\"uco-core:name\":\"normalised\""), 3);
    assert_int_equal(count_of(text, "\"uco-core:name\":\"exported\""), 1);
    assert_int_equal(count_of(text, "\"uco-core:name\":\"LiveResponse\""), 1);
    snprintf(part, sizeof part,
             "\"uco-action:startTime\":{\"@type\":\"xsd:dateTime\",\"@value\":\"%s\"},"
             "\"uco-action:endTime\":{\"@type\":\"xsd:dateTime\",\"@value\":\"%s\"},"
             "\"uco-action:actionStatus\":\"Success\"",
             EARLY, MIDDLE);
    assert_int_equal(count_of(text, part), 1);
    snprintf(part, sizeof part, "\"uco-action:result\":[{\"@id\":\"%s\"}]", package.text);
    assert_int_equal(count_of(text, part), 1);
    buffer_release(&graph);
    small_case_close(&c);
}

static void of_what_is_withheld_the_record_has_hash_and_size(void **state)
{
    struct archive *archive = *state;
    struct small_case c;
    struct buffer graph;
    put_case(archive->store);
    small_case_open(&c, archive, "Q");
    const char *text = written(case_uco_write, &c, &graph);
    assert_int_equal(count_of(text, "\"case-investigation:exhibitNumber\":\"IR-7-0002\""), 1);
    assert_int_equal(count_of(text, "withheld from this export: a reason to withhold"), 1);
    assert_int_equal(count_of(text, sha_of("Q")), 1);
    assert_null(strstr(text, "secret"));
    assert_null(strstr(text, "WS-2"));
    assert_null(strstr(text, hash_of("other")));
    buffer_release(&graph);
    small_case_close(&c);
}

static void a_case_without_exhibits_is_an_investigation_and_an_export(void **state)
{
    struct archive *archive = *state;
    struct small_case c;
    struct buffer graph;
    struct store_case_step step = {.number = 1,
                                   .event = "case_created",
                                   .at = LATE,
                                   .case_name = T("IR-7"),
                                   .title = T("=t\n")};
    must(store_put_case_step(archive->store, &step, &test_error));
    small_case_open(&c, archive, NULL);
    const char *text = written(case_uco_write, &c, &graph);
    assert_linked(text);
    assert_int_equal(count_of(text, "\"@type\":"),
                     4 + 3); /* with person and tool; and three times */
    assert_int_equal(count_of(text, "\"uco-core:description\":\"=t\\n\""), 1);
    buffer_release(&graph);
    small_case_close(&c);
}

static void what_a_string_of_xsd_cannot_hold_is_shown(void **state)
{
    struct archive *archive = *state;
    struct small_case c;
    struct buffer graph;
    put_in_case(
        archive->store, 2, "P",
        (struct put){
            .coming = {.machine = "a\x1B\xEF\xBF\xBF\tb\xE2\x80\xAE\xF0\x9F\x98\x80\xC3\xA9"}});
    small_case_open(&c, archive, NULL);
    assert_non_null(strstr(written(case_uco_write, &c, &graph),
                           "\"uco-observable:hostname\":"
                           "\"a\\\\x1b\\\\uffff\\tb\xE2\x80\xAE\\\\u1f600\xC3\xA9\""));
    buffer_release(&graph);
    small_case_close(&c);
}

static void names_are_of_one_archive_and_hashes_of_all(void **state)
{
    struct graph a = {.origin = "a"}, b = {.origin = "b"};
    (void)state;
    assert_string_not_equal(graph_local_id(&a, "identity", T("op"), T(NULL)).text,
                            graph_local_id(&b, "identity", T("op"), T(NULL)).text);
    assert_string_equal(graph_id("package", T("x"), T(NULL)).text,
                        graph_id("package", T("x"), T(NULL)).text);
    /* Parts that read the same when they are put together. */
    assert_string_not_equal(graph_id("k", T("ab"), T("c")).text,
                            graph_id("k", T("a"), T("bc")).text);
    assert_string_not_equal(graph_id("k", T("a"), T("")).text, graph_id("ka", T(""), T("")).text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        archive_test(every_reference_leads_to_one_node),
        archive_test(the_same_case_gives_the_same_bytes),
        archive_test(every_file_has_its_path_and_its_hash),
        archive_test(who_and_what_is_named_stands_there_once),
        archive_test(how_a_package_came_in_and_what_brought_it_is_an_action),
        archive_test(of_what_is_withheld_the_record_has_hash_and_size),
        archive_test(a_case_without_exhibits_is_an_investigation_and_an_export),
        archive_test(what_a_string_of_xsd_cannot_hold_is_shown),
        cmocka_unit_test(names_are_of_one_archive_and_hashes_of_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
