/* The report's picture: machines by time. */
#include "tests/unit/export/report_page.h"

static int count_of(const char *text, const char *word)
{
    int count = 0;
    for (; (text = strstr(text, word)) != NULL; text++)
        count++;
    return count;
}

static void of_many_machines_25_are_drawn_and_the_rest_counted(void **state)
{
    struct archive *archive = *state;
    put_machines(archive, 200, 1);
    put_result(archive->store, 900, "P901", "x", (struct coming){.machine = "ws-199"});
    put_result(archive->store, 901, "P902", "x", (struct coming){.source = "no machine"});
    struct fixture fixture = open_case(archive, 200, NULL);
    char *page = page_of(&fixture);
    char *picture = part_of(page, "<figure class=\"timeline\">", "</figure>");
    assert_int_equal(count_of(picture, "class=\"name"), 26);
    shows(picture, ">ws-199</text>");
    shows(picture, ">machine not known</text>");
    shows(picture, "The 25 machines with the most results; 175 more are in the table of exhibits.");
    shows(page, "<span class=\"label\">Machines</span> <span class=\"value\">200</span>");
    free(picture);
    free(page);
    close_case(&fixture);
}

static void the_picture_of_many_results_stays_small(void **state)
{
    struct archive *archive = *state;
    put_machines(archive, 5, 600);
    struct fixture fixture = open_case(archive, 1, NULL);
    char *page = page_of(&fixture);
    char *picture = part_of(page, "<figure class=\"timeline\">", "</figure>");
    assert_true(strlen(picture) < 20000);
    assert_int_equal(count_of(picture, "class=\"name"), 5);
    free(picture);
    free(page);
    close_case(&fixture);
}

static void exit_codes_differ_in_shape_and_place_and_not_in_colour_alone(void **state)
{
    static const int64_t codes[] = {0, 3};
    struct archive *archive = *state;
    for (int64_t i = 0; i < 3; i++) {
        char name[16];
        snprintf(name, sizeof name, "P%d", (int)i + 1);
        put_package(archive->store, i + 2, name);
        must(store_begin_content(archive->store, i + 2, sha_of(name), 0, &test_error));
        struct store_content content = {.content_id = i + 2,
                                        .package_sha256 = sha_of(name),
                                        .parse_status = "ok",
                                        .has_exit_code = i < 2,
                                        .exit_code = codes[i % 2]};
        must(store_finish_content(archive->store, &content, &test_error));
        put_reading(archive->store, name, "transcript");
        acquire(archive->store, i + 2, name,
                (struct coming){.machine = "ws-1", .observed = EARLY, .case_name = "IR-7"});
    }
    struct fixture fixture = open_case(archive, 3, NULL);
    char *page = page_of(&fixture);
    shows(page, "<g class=\"zero\"><circle cx=\"593\" cy=\"28\" r=\"4\"/></g>\n"
                "<g class=\"other\"><path d=\"M593 14l4 8h-8z\"/></g>\n"
                "<g class=\"unknown\"><rect x=\"589\" y=\"34\" width=\"8\" height=\"8\"/></g>\n");
    shows(page, "<strong class=\"bad code\">3</strong>");
    free(page);
    close_case(&fixture);
}

/* ---- the whole ---- */

int main(void)
{
    const struct CMUnitTest tests[] = {
        archive_test(of_many_machines_25_are_drawn_and_the_rest_counted),
        archive_test(the_picture_of_many_results_stays_small),
        archive_test(exit_codes_differ_in_shape_and_place_and_not_in_colour_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
