/* What a typed query may take, and the values of its parameters. */
#include "tests/unit/schema/helpers.h"

#define FOREVER "WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n) "

static struct store *open_reader(struct archive *archive)
{
    struct store *reader = store_open_reader(archive->path, &test_error);
    if (!reader)
        fail_msg("%s", test_error.message);
    return reader;
}

static struct query *ask(struct store *reader, const char *sql)
{
    struct query *query;
    if (query_sql(reader, sql, &query, &test_error))
        fail_msg("%s: %s", sql, test_error.message);
    return query;
}

/* ---- bounds ---- */

static void rows_end_at_the_bound_and_it_says_so(void **state)
{
    struct store *reader = open_reader(*state);
    struct query *query = ask(reader, FOREVER "SELECT i FROM n");
    query_set_bounds(query, 3, 0);
    for (int i = 0; i < 3; i++)
        assert_int_equal(query_next(query, &test_error), 1);
    assert_int_equal(query_cut(query), QUERY_NOT_CUT);
    assert_int_equal(query_next(query, &test_error), 0);
    assert_int_equal(query_cut(query), QUERY_CUT_BY_ROWS);
    assert_int_equal(query_next(query, &test_error), 0);
    query_free(query);
    store_close(reader);
}

static void an_answer_of_exactly_as_many_rows_is_not_cut(void **state)
{
    struct store *reader = open_reader(*state);
    struct query *query = ask(reader, "VALUES (1), (2), (3)");
    query_set_bounds(query, 3, 60);
    for (int i = 0; i < 3; i++)
        assert_int_equal(query_next(query, &test_error), 1);
    assert_int_equal(query_next(query, &test_error), 0);
    assert_int_equal(query_cut(query), QUERY_NOT_CUT);
    query_free(query);
    store_close(reader);
}

static void a_statement_without_end_ends_in_time(void **state)
{
    struct store *reader = open_reader(*state);
    struct query *query = ask(reader, FOREVER "SELECT count(*) FROM n");
    query_set_bounds(query, 0, 1);
    assert_int_equal(query_next(query, &test_error), 0);
    assert_int_equal(query_cut(query), QUERY_CUT_BY_TIME);
    query_free(query);
    /* The next statement has its own time, or none. */
    query = ask(reader, "SELECT 1");
    assert_int_equal(query_next(query, &test_error), 1);
    query_free(query);
    store_close(reader);
}

static void time_spent_on_rows_adds_up_and_time_between_them_does_not_count(void **state)
{
    struct store *reader = open_reader(*state);
    struct query *query = ask(reader, FOREVER "SELECT i FROM n");
    query_set_bounds(query, 0, 1);
    assert_int_equal(query_next(query, &test_error), 1);
    usleep(1200000);
    assert_int_equal(query_next(query, &test_error), 1);
    while (query_next(query, &test_error) == 1)
        ;
    assert_int_equal(query_cut(query), QUERY_CUT_BY_TIME);
    query_free(query);
    store_close(reader);
}

static void values_have_a_ceiling(void **state)
{
    static const char *const sqls[] = {
        "SELECT zeroblob(1000000000)",
        "SELECT randomblob(1000000000)",
        "SELECT length(randomblob(1e9))",
        "SELECT length(hex(zeroblob(60000000)))",
        "SELECT length(group_concat(zeroblob(60000000), '')) FROM (VALUES (1), (2))",
        "SELECT length(replace(hex(zeroblob(1000000)), '00', hex(zeroblob(1000))))",
    };
    struct store *reader = open_reader(*state);
    for (size_t i = 0; i < sizeof sqls / sizeof *sqls; i++) {
        struct query *query = ask(reader, sqls[i]);
        if (query_next(query, &test_error) != -1)
            fail_msg("%s gives a row", sqls[i]);
        assert_int_equal(test_error.code, ERROR_USAGE);
        if (!strstr(test_error.message, "a value has at most 64 MiB"))
            fail_msg("%s: %s", sqls[i], test_error.message);
        query_free(query);
    }
    struct query *query = ask(reader, "SELECT length(zeroblob(64 * 1024 * 1024))");
    assert_int_equal(query_next(query, &test_error), 1);
    query_free(query);
    store_close(reader);
}

/* ---- parameters ---- */

/* The first value of the answer as text, or what is wrong. */
static const char *answer(struct archive *archive, const char *sql,
                          const struct query_param *params, size_t count)
{
    static char text[ERROR_MESSAGE_SIZE];
    struct store *reader = open_reader(archive);
    struct query *query = ask(reader, sql);
    if (query_bind_params(query, params, count, &test_error)) {
        assert_int_equal(test_error.code, ERROR_USAGE);
        snprintf(text, sizeof text, "%s", test_error.message);
    } else {
        assert_int_equal(query_next(query, &test_error), 1);
        struct query_value value = query_value(query, 0);
        snprintf(text, sizeof text, "%.*s", (int)value.text.length, value.text.bytes);
    }
    query_free(query);
    store_close(reader);
    return text;
}

static void a_value_that_is_a_number_is_bound_as_one(void **state)
{
    static const struct {
        const char *value, *as; /* what quote() says */
    } cases[] = {
        {"5", "5"},
        {"-3", "-3"},
        {"0", "0"},
        {"1.5", "1.5"},
        {"1.50", "1.5"},
        {"-0.25", "-0.25"},
        {"9223372036854775807", "9223372036854775807"},
        {"-9223372036854775808", "-9223372036854775808"},
        {"9223372036854775808", "'9223372036854775808'"},
        {"007", "'007'"},
        {"-0", "'-0'"},
        {"+5", "'+5'"},
        {" 5", "' 5'"},
        {"5 ", "'5 '"},
        {"1e3", "'1e3'"},
        {"12345e67", "'12345e67'"},
        {"0x10", "'0x10'"},
        {"1.", "'1.'"},
        {".5", "'.5'"},
        {"01.5", "'01.5'"},
        {"1.5.2", "'1.5.2'"},
        {"10.0.0.5", "'10.0.0.5'"},
        {"-", "'-'"},
        {"", "''"},
        {"nan", "'nan'"},
        {"inf", "'inf'"},
        {"x'; DROP TABLE ledger", "'x''; DROP TABLE ledger'"},
        {"\x1b[31m\xff", "'\x1b[31m\xff'"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct query_param param = {"v", cases[i].value};
        assert_string_equal(answer(*state, "SELECT quote(:v)", &param, 1), cases[i].as);
    }
}

static void one_name_goes_for_all_three_signs(void **state)
{
    struct query_param params[] = {{"code", "5"}, {"s", "a.ps1"}};
    assert_string_equal(
        answer(*state, "SELECT :code || @code || $code || :s || $s || :code", params, 2),
        "555a.ps1a.ps15");
}

static void numbers_compare_with_columns_of_text_as_text(void **state)
{
    struct archive *archive = *state;
    put_transcript(archive->store, 1, "P1");
    acquire(archive->store, 1, "P1", (struct coming){.machine = "1001"});
    struct query_param param = {"v", "1001"};
    assert_string_equal(
        answer(archive, "SELECT 'n' || count(*) FROM results WHERE machine_name = :v", &param, 1),
        "n1");
    param.value = "0";
    assert_string_equal(answer(archive, "SELECT 'n' || (count(*) > :v) FROM results", &param, 1),
                        "n1");
}

static void names_that_do_not_fit_are_told(void **state)
{
    struct query_param params[] = {{"a", "1"}, {"b", "2"}};
    assert_non_null(strstr(answer(*state, "SELECT :a", params, 2), "no parameter for \"b\""));
    assert_non_null(strstr(answer(*state, "SELECT :A", params, 1), "no parameter for \"a\""));
    assert_non_null(strstr(answer(*state, "SELECT :a, @c", params, 1), "--param c=VALUE"));
    assert_non_null(strstr(answer(*state, "SELECT $b", NULL, 0), "$b has no value"));
    assert_non_null(strstr(answer(*state, "SELECT :a, ?", params, 1), "without a name"));
    assert_non_null(strstr(answer(*state, "SELECT ?2", NULL, 0), "without a name"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        archive_test(rows_end_at_the_bound_and_it_says_so),
        archive_test(an_answer_of_exactly_as_many_rows_is_not_cut),
        archive_test(a_statement_without_end_ends_in_time),
        archive_test(time_spent_on_rows_adds_up_and_time_between_them_does_not_count),
        archive_test(values_have_a_ceiling),
        archive_test(a_value_that_is_a_number_is_bound_as_one),
        archive_test(one_name_goes_for_all_three_signs),
        archive_test(numbers_compare_with_columns_of_text_as_text),
        archive_test(names_that_do_not_fit_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
