/* What a person may call a result or a package. */
#include "tests/unit/schema/helpers.h"

static int64_t resolve(struct archive *archive, const char *selector)
{
    int64_t result_id = -1;
    if (query_resolve(archive->store, selector, &result_id, &test_error))
        fail_msg("%s: %s", selector, test_error.message);
    return result_id;
}

static void assert_no_result(struct archive *archive, const char *selector, enum error_code code,
                             const char *sentence)
{
    int64_t result_id;
    if (query_resolve(archive->store, selector, &result_id, &test_error) == 0)
        fail_msg("%s resolved", selector);
    if (test_error.code != code || !strstr(test_error.message, sentence))
        fail_msg("%s: %d %s", selector, test_error.code, test_error.message);
}

/* "P" is 50 in hex, "Jj" 4a6a…: the first has no letter, the second has. */
static void put_two(struct archive *archive)
{
    put_transcript(archive->store, 1, "PPPP");
    acquire(archive->store, 1, "PPPP", (struct coming){.action = ACTION, .machine = "dc1"});
    put_transcript(archive->store, 2, "JjJj");
    acquire(archive->store, 2, "JjJj", (struct coming){.action = ACTION, .machine = "dc1"});
    acquire(archive->store, 3, "PPPP", (struct coming){.action = ACTION, .index = 7});
}

static void digits_alone_are_a_result_id(void **state)
{
    struct archive *archive = *state;
    put_two(archive);
    assert_int_equal(resolve(archive, "2"), 2);
    assert_int_equal(resolve(archive, "0003"), 3);
    assert_no_result(archive, "4", ERROR_NOT_FOUND, "no result has the number 4");
    assert_no_result(archive, "50505050", ERROR_NOT_FOUND, "no result");
    assert_no_result(archive, "99999999999999999999999", ERROR_NOT_FOUND, "no result");
}

static void an_action_and_index_are_its_latest_result(void **state)
{
    struct archive *archive = *state;
    put_two(archive);
    assert_int_equal(resolve(archive, ACTION "/0"), 2);
    assert_int_equal(resolve(archive, "5382F7EA-7557-4AB7-9782-D50480024A4E/7"), 3);
    assert_no_result(archive, ACTION "/1", ERROR_NOT_FOUND, "no result of action and index");
    assert_no_result(archive, "x/0", ERROR_NOT_FOUND, "no result of action and index");
}

static void a_hash_s_first_digits_are_its_only_result(void **state)
{
    struct archive *archive = *state;
    put_two(archive);
    assert_int_equal(resolve(archive, "4a6a4a6a"), 2);
    assert_int_equal(resolve(archive, "4A6A4A6A"), 2);
    assert_int_equal(resolve(archive, "sha256:4a6a4a6a0"), 2);
    assert_int_equal(resolve(archive, sha_of("JjJj")), 2);
    assert_no_result(archive, "sha256:4a6a4a6b", ERROR_NOT_FOUND, "begins with");
    assert_no_result(archive, "ffffffff", ERROR_NOT_FOUND, "begins with");
}

static void digits_with_the_prefix_are_a_hash(void **state)
{
    struct archive *archive = *state;
    put_transcript(archive->store, 1, "PPPP");
    acquire(archive->store, 1, "PPPP", (struct coming){0});
    assert_int_equal(resolve(archive, "sha256:50505050"), 1);
}

static void a_package_with_several_results_is_ambiguous(void **state)
{
    struct archive *archive = *state;
    put_two(archive);
    assert_no_result(archive, "sha256:50505050", ERROR_USAGE,
                     "fits more than one: 1 (dc1, no script name), 3 (no machine, no script name)");
}

static void a_prefix_of_two_packages_is_ambiguous(void **state)
{
    struct archive *archive = *state;
    put_transcript(archive->store, 1, "JJJJa");
    put_transcript(archive->store, 2, "JJJJb");
    acquire(archive->store, 1, "JJJJa", (struct coming){0});
    acquire(archive->store, 2, "JJJJb", (struct coming){0});
    assert_no_result(archive, "4a4a4a4a", ERROR_USAGE,
                     "sha256:4a4a4a4a61000000 (transcript), sha256:4a4a4a4a62000000 (transcript)");
    assert_int_equal(resolve(archive, "4a4a4a4a62"), 2);
}

static void ten_candidates_are_named_at_most(void **state)
{
    struct archive *archive = *state;
    char machine[16];
    put_transcript(archive->store, 1, "PPPP");
    for (int64_t i = 1; i <= 12; i++) {
        snprintf(machine, sizeof machine, "m%d", (int)i);
        acquire(archive->store, i, "PPPP", (struct coming){.machine = machine});
    }
    assert_no_result(archive, "sha256:50505050", ERROR_USAGE, "10 (m10, no script name), …");
    assert_null(strstr(test_error.message, "11 ("));
}

static void names_of_strangers_are_shown_escaped_and_short(void **state)
{
    struct archive *archive = *state;
    put_transcript(archive->store, 1, "PPPP");
    acquire(archive->store, 1, "PPPP", (struct coming){.machine = "a\033[31mb"});
    acquire(archive->store, 2, "PPPP",
            (struct coming){.machine = "a-name-that-is-much-too-long-for-a-message-of-one-line"});
    assert_no_result(archive, "sha256:50505050", ERROR_USAGE, "1 (a\\x1b[31mb, ");
    assert_non_null(strstr(test_error.message, "2 (a-name-that-is-much-too-long-for…, "));
    assert_null(strchr(test_error.message, '\033'));
    assert_no_result(archive, "\033[2J", ERROR_USAGE, "\\x1b[2J");
}

static void what_is_none_of_these_is_refused(void **state)
{
    static const char *const none[] = {"",
                                       "abc",
                                       "sha256:",
                                       "sha256:1234567",
                                       "dc1",
                                       ACTION "/",
                                       ACTION "/x",
                                       "/0",
                                       ACTION "/-1",
                                       "-1",
                                       "1 ",
                                       "0x12345678",
                                       "sha256:1234567g"};
    struct archive *archive = *state;
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++)
        assert_no_result(archive, none[i], ERROR_USAGE, "is no RESULT");
    char text[80];
    memset(text, 'a', 65);
    text[65] = '\0';
    assert_no_result(archive, text, ERROR_USAGE, "is no RESULT");
}

static void a_file_is_a_package_but_no_result(void **state)
{
    struct archive *archive = *state;
    char sha256[65];
    put_package(archive->store, 1, "JJJJ");
    put_reading(archive->store, "JJJJ", "file");
    acquire(archive->store, 1, "JJJJ", (struct coming){.action = ACTION, .index = 2});
    assert_no_result(archive, "4a4a4a4a", ERROR_NOT_FOUND, "has no result");
    must(query_resolve_package(archive->store, "4a4a4a4a", sha256, &test_error));
    assert_string_equal(sha256, sha_of("JJJJ"));
    assert_no_result(archive, ACTION "/2", ERROR_NOT_FOUND, "no result of action");
    must(query_resolve_package(archive->store, ACTION "/2", sha256, &test_error));
    assert_string_equal(sha256, sha_of("JJJJ"));
}

static void a_result_s_package_is_found_by_each_of_its_names(void **state)
{
    static const char *const names[] = {"2", ACTION "/0", "4a6a4a6a", "sha256:4a6a4a6a4"};
    struct archive *archive = *state;
    char sha256[65];
    put_two(archive);
    for (size_t i = 0; i < 3; i++) {
        must(query_resolve_package(archive->store, names[i], sha256, &test_error));
        assert_string_equal(sha256, sha_of("JjJj"));
    }
    /* Several results, but one package. */
    must(query_resolve_package(archive->store, "sha256:50505050", sha256, &test_error));
    assert_string_equal(sha256, sha_of("PPPP"));
    assert_int_equal(query_resolve_package(archive->store, names[3], sha256, &test_error), -1);
    assert_int_equal(test_error.code, ERROR_NOT_FOUND);
    assert_int_equal(query_resolve_package(archive->store, "77", sha256, &test_error), -1);
    assert_int_equal(test_error.code, ERROR_NOT_FOUND);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        archive_test(digits_alone_are_a_result_id),
        archive_test(an_action_and_index_are_its_latest_result),
        archive_test(a_hash_s_first_digits_are_its_only_result),
        archive_test(digits_with_the_prefix_are_a_hash),
        archive_test(a_package_with_several_results_is_ambiguous),
        archive_test(a_prefix_of_two_packages_is_ambiguous),
        archive_test(ten_candidates_are_named_at_most),
        archive_test(names_of_strangers_are_shown_escaped_and_short),
        archive_test(what_is_none_of_these_is_refused),
        archive_test(a_file_is_a_package_but_no_result),
        archive_test(a_result_s_package_is_found_by_each_of_its_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
