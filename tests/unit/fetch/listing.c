/* fetch/listing: the list of actions comes whole, page by page, or not at all. */
#include "fetch/listing.h"

#include "base/interrupt.h"
#include "base/json_slice.h"
#include "tests/unit/fetch/service.h"

static struct {
    int count;
    char ids[64][40]; /* of the first ones */
    int fails_at;     /* the action that ends the listing; 0: none */
    bool interrupts;
} seen;

static int see(void *context, struct text action, struct error *err)
{
    char unwanted[40];
    assert_ptr_equal(context, &seen);
    json_slice_text(action, "id", seen.count < 64 ? seen.ids[seen.count] : unwanted, 40);
    seen.count++;
    if (seen.interrupts)
        interrupt_request();
    return seen.count == seen.fails_at ? error_set(err, ERROR_LIMIT, "enough") : 0;
}

static int list_for(struct listing_filter filter)
{
    seen.count = 0;
    memset(seen.ids, 0, sizeof seen.ids);
    service.err = (struct error){0};
    return listing_run(&service.api, service.http, &filter, see, &seen, &service.err);
}

static int list(void)
{
    return list_for((struct listing_filter){0});
}

static void assert_listed(int count)
{
    if (list())
        fail_msg("%s", service.err.message);
    assert_int_equal(seen.count, count);
}

static void assert_not_listed(enum error_code code, const char *words)
{
    assert_int_equal(list(), -1);
    if (service.err.code != code || !strstr(service.err.message, words))
        fail_msg("%d: %s", (int)service.err.code, service.err.message);
}

/* Action `number`, created in that minute. */
static void put(int number, const char *requestor)
{
    char name[64], json[512];
    int length = snprintf(json, sizeof json,
                          "{\"id\": \"%d\",  \"creationDateTimeUtc\":\"2026-11-01T00:%02d:00Z\","
                          "\"requestor\":\"%s\"}",
                          number, number, requestor);
    snprintf(name, sizeof name, "actions/%d.json", number);
    scratch_write(name, json, (size_t)length);
}

/* These answers, one after the other; the last of them for ever. A % stands for the API's address. */
static void answer_with(const char *const *bodies, size_t count)
{
    struct buffer rules;
    buffer_init(&rules, 1 << 20);
    for (size_t i = 0; i < count; i++) {
        text_printf(&rules, "%s{\"match\":\"GET\",\"status\":200,\"times\":%d,\"body\":\"",
                    i ? "," : "[", i + 1 < count ? 1 : 1000000);
        for (const char *at = bodies[i]; *at; at++) {
            const char character[] = {*at, '\0'};
            text_printf(&rules, "%s%s", *at == '"' || *at == '\\' ? "\\" : "",
                        *at == '%' ? service.url : character);
        }
        text_printf(&rules, "\"}");
    }
    text_printf(&rules, "]");
    service_faults(buffer_text(&rules));
    buffer_release(&rules);
}

#define answers(...)                                                                               \
    answer_with((const char *const[]){__VA_ARGS__},                                                \
                sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *))

static void an_empty_list_gives_nothing(void **state)
{
    (void)state;
    assert_listed(0);
    assert_int_equal(service_count("true"), 1);
    assert_int_equal(service_count(".token == \"Bearer good\""), 1);
}

static void all_actions_come_in_the_services_order(void **state)
{
    (void)state;
    for (int i = 1; i <= 3; i++)
        put(i, "a@b");
    assert_listed(3);
    assert_string_equal(seen.ids[0], "3");
    assert_string_equal(seen.ids[2], "1");
}

static void only_what_fits_the_filter_is_asked_for(void **state)
{
    (void)state;
    put(1, "o'brien@corp.example");
    put(2, "obrien@corp.example");
    put(3, "o'brien@corp.example");
    put(4, "a&b=c%20#?+");
    assert_int_equal(list_for((struct listing_filter){.requestor = "o'brien@corp.example"}), 0);
    assert_int_equal(seen.count, 2);
    assert_string_equal(seen.ids[1], "1");
    assert_int_equal(list_for((struct listing_filter){.requestor = "o'brien@corp.example",
                                                      .since = "2026-11-01T00:03:00Z"}),
                     0);
    assert_int_equal(seen.count, 1);
    assert_string_equal(seen.ids[0], "3");
    assert_int_equal(list_for((struct listing_filter){.requestor = "a&b=c%20#?+"}), 0);
    assert_int_equal(seen.count, 1);
    assert_int_equal(list_for((struct listing_filter){.requestor = "' or '' eq '"}), 0);
    assert_int_equal(seen.count, 0);
    assert_int_equal(
        service_count(".query == \"$top=1000&$filter=type%20eq%20%27LiveResponse%27%20and%20"
                      "requestor%20eq%20%27%27%27%20or%20%27%27%27%27%20eq%20%27%27%27\""),
        1);
}

static void pages_are_followed_where_they_lead(void **state)
{
    (void)state;
    answers("{\"value\":[{\"id\":\"1\"},{\"id\":\"2\"}],\"@odata.nextLink\":\"%/next?$skip=2\"}",
            "{\"@odata.nextLink\":\"%/last\",\"value\":[]}",
            "{\"value\":[{\"id\":\"3\"}],\"@odata.nextLink\":null}");
    assert_listed(3);
    assert_string_equal(seen.ids[2], "3");
    assert_int_equal(service_count("true"), 3);
    assert_int_equal(service_count(".path == \"/next\" and .query == \"$skip=2\""), 1);
    assert_int_equal(service_count(".path == \"/last\""), 1);
}

/* What is listed as the newest while pages are read pushes the others on to the next page. */
static void an_action_that_comes_twice_is_given_twice(void **state)
{
    (void)state;
    answers("{\"value\":[{\"id\":\"1\"},{\"id\":\"2\"}],\"@odata.nextLink\":\"%/next\"}",
            "{\"value\":[{\"id\":\"2\"},{\"id\":\"3\"}]}");
    assert_listed(4);
    assert_string_equal(seen.ids[1], "2");
    assert_string_equal(seen.ids[2], "2");
}

/* A page of a thousand small actions. */
static char *full_page(void)
{
    struct buffer page;
    buffer_init(&page, 1 << 16);
    text_printf(&page, "{\"value\":[");
    for (int i = 0; i < LISTING_PAGE_ACTIONS; i++)
        text_printf(&page, i > 0 ? ",{}" : "{}");
    text_printf(&page, "]}");
    char *text = memory_copy_text(page.bytes, page.length);
    buffer_release(&page);
    return text;
}

static void behind_a_full_page_that_leads_nowhere_the_next_is_asked_for_by_skip(void **state)
{
    char *page = full_page();
    (void)state;
    answers(page, page, "{\"value\":[{\"id\":\"1\"}]}");
    assert_listed(2 * LISTING_PAGE_ACTIONS + 1);
    assert_int_equal(service_count(".query | contains(\"$skip\") | not"), 1);
    assert_int_equal(service_count(".query | contains(\"$top=1000&$skip=1000&$filter=\")"), 1);
    assert_int_equal(service_count(".query | contains(\"$top=1000&$skip=2000&$filter=\")"), 1);
    free(page);
}

static void a_list_without_an_end_ends(void **state)
{
    char *page = full_page();
    (void)state;
    answers(page);
    assert_not_listed(ERROR_INVALID, "no end after 1000 pages");
    assert_int_equal(service_count("true"), LISTING_PAGES_MOST);
    free(page);
}

static void a_page_elsewhere_is_not_asked_for(void **state)
{
    static const char *const links[] = {
        "http://127.0.0.1:1/api/machineactions",
        "https://evil.example/api/machineactions",
        "%.evil.example/api/machineactions",
        "%@evil.example/",
        "%",
        "%0/",
        "%?$skip=1",
        "/api/machineactions?$skip=1",
        "ftp://127.0.0.1/x",
        "HTTPS://127.0.0.1/x",
        "x",
        "",
    };
    char body[256];
    (void)state;
    for (size_t i = 0; i < sizeof links / sizeof *links; i++) {
        snprintf(body, sizeof body, "{\"value\":[],\"@odata.nextLink\":\"%s\"}", links[i]);
        int before = service_count("true");
        answers(body);
        assert_not_listed(ERROR_INVALID, "at another host than the API's");
        assert_int_equal(service_count("true"), before + 1);
    }
}

/* As if the list ended there, actions behind it would be missed. */
static void a_link_to_the_next_page_that_cannot_be_read_is_an_error(void **state)
{
    char *lengthy = memory_allocate(HTTP_URL_BYTES + 100);
    (void)state;
    answers("{\"value\":[],\"@odata.nextLink\":7}");
    assert_not_listed(ERROR_INVALID, "no text of at most 16384 bytes");
    answers("{\"value\":[],\"@odata.nextLink\":{\"url\":\"%/x\"}}");
    assert_not_listed(ERROR_INVALID, "no text of at most 16384 bytes");
    answers("{\"value\":[],\"@odata.nextLink\":\"%/a\\u0000b\"}");
    assert_not_listed(ERROR_INVALID, "no text of at most 16384 bytes");
    int used = snprintf(lengthy, 64, "{\"value\":[],\"@odata.nextLink\":\"%%/");
    memset(lengthy + used, 'x', HTTP_URL_BYTES);
    memcpy(lengthy + used + HTTP_URL_BYTES, "\"}", 3);
    answers(lengthy);
    assert_not_listed(ERROR_INVALID, "no text of at most 16384 bytes");
    free(lengthy);
}

/* The longest link that may be asked is asked as it is. */
static void a_long_link_is_followed_whole(void **state)
{
    char *body = memory_allocate(HTTP_URL_BYTES + 100), condition[64];
    (void)state;
    int path = HTTP_URL_BYTES - (int)strlen(service.url);
    int used = snprintf(body, 64, "{\"value\":[],\"@odata.nextLink\":\"%%/");
    memset(body + used, 'x', (size_t)path - 1);
    memcpy(body + used + path - 1, "\"}", 3);
    answers(body, "{\"value\":[{\"id\":\"1\"}]}");
    assert_listed(1);
    snprintf(condition, sizeof condition, ".path | length == %d", path);
    assert_int_equal(service_count(condition), 1);
    free(body);
}

static void a_list_that_leads_in_a_circle_ends(void **state)
{
    (void)state;
    answers("{\"value\":[{}],\"@odata.nextLink\":\"%/a\"}");
    assert_not_listed(ERROR_INVALID, "in a circle");
    assert_in_range(service_count("true"), 2, 3);
    /* From the third page back to the first of them. */
    char rules[1024];
    snprintf(rules, sizeof rules,
             "[{\"match\":\"/p1\",\"times\":999,\"status\":200,\"body\":"
             "\"{\\\"value\\\":[],\\\"@odata.nextLink\\\":\\\"%s/p2\\\"}\"},"
             "{\"match\":\"/p2\",\"times\":999,\"status\":200,\"body\":"
             "\"{\\\"value\\\":[],\\\"@odata.nextLink\\\":\\\"%s/p3\\\"}\"},"
             "{\"match\":\"GET\",\"times\":999,\"status\":200,\"body\":"
             "\"{\\\"value\\\":[],\\\"@odata.nextLink\\\":\\\"%s/p1\\\"}\"}]",
             service.url, service.url, service.url);
    service_faults(rules);
    int before = service_count("true");
    assert_not_listed(ERROR_INVALID, "in a circle");
    assert_in_range(service_count("true") - before, 4, 9);
}

static void what_is_no_list_is_an_error(void **state)
{
    static const char *const bodies[] = {
        "",
        "<html>",
        "[]",
        "7",
        "{}",
        "{\"value\":null}",
        "{\"value\":{}}",
        "{\"value\":\"[]\"}",
        "{\"value\":[1,]}",
        "{\"value\":[{\"id\":\"1\"},",
        "{\"value\":[]} x",
    };
    (void)state;
    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
        answers(bodies[i]);
        assert_not_listed(ERROR_INVALID, "the service's answer is no list of actions");
        assert_int_equal(seen.count, 0);
    }
}

static void what_the_api_refuses_is_said_so(void **state)
{
    (void)state;
    service_faults("[{\"match\":\"GET\",\"status\":403}]");
    assert_not_listed(ERROR_ACCESS, "403");
}

static void whoever_takes_the_actions_may_end_the_list(void **state)
{
    (void)state;
    answers("{\"value\":[{\"id\":\"1\"},{\"id\":\"2\"},{\"id\":\"3\"}],"
            "\"@odata.nextLink\":\"%/next\"}");
    seen.fails_at = 2;
    assert_not_listed(ERROR_LIMIT, "enough");
    seen.fails_at = 0;
    assert_int_equal(seen.count, 2);
    assert_int_equal(service_count("true"), 1);
}

/* The last one: an interrupt stays for the life of the process. */
static void an_interrupt_ends_the_list(void **state)
{
    (void)state;
    answers("{\"value\":[{\"id\":\"1\"}],\"@odata.nextLink\":\"%/next\"}");
    seen.interrupts = true;
    assert_not_listed(ERROR_TEMPORARY, "interrupted");
    assert_int_equal(seen.count, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        service_test(an_empty_list_gives_nothing),
        service_test(all_actions_come_in_the_services_order),
        service_test(only_what_fits_the_filter_is_asked_for),
        service_test(pages_are_followed_where_they_lead),
        service_test(an_action_that_comes_twice_is_given_twice),
        service_test(behind_a_full_page_that_leads_nowhere_the_next_is_asked_for_by_skip),
        service_test(a_list_without_an_end_ends),
        service_test(a_page_elsewhere_is_not_asked_for),
        service_test(a_link_to_the_next_page_that_cannot_be_read_is_an_error),
        service_test(a_long_link_is_followed_whole),
        service_test(a_list_that_leads_in_a_circle_ends),
        service_test(what_is_no_list_is_an_error),
        service_test(what_the_api_refuses_is_said_so),
        service_test(whoever_takes_the_actions_may_end_the_list),
        service_test(an_interrupt_ends_the_list),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
