/* `case add` and `case remove`: a ledger line for each package, many of them in one step. */
#include "cmd/case.h"

#include "base/memory.h"
#include "cmd/case_exhibit.h"
#include "cmd/filter.h"
#include "ingest/event.h"
#include "ingest/key_table.h"
#include "ingest/search.h"
#include "schema/query.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PACKAGES_MOST 100000

struct selection {
    char (*hashes)[65];
    size_t count, capacity;
    struct key_table *known; /* what is among them already */
    struct query *results;   /* of a search */
};

/* The first half of a hash is long enough to tell packages apart. */
static struct line_key key_of(const char *package_sha256)
{
    struct line_key key;
    for (size_t i = 0; i < LINE_KEY_BYTES; i++) {
        char digits[3] = {package_sha256[2 * i], package_sha256[2 * i + 1], '\0'};
        key.bytes[i] = (unsigned char)strtoul(digits, NULL, 16);
    }
    return key;
}

static int select_package(struct selection *selection, const char *package_sha256,
                          struct error *err)
{
    struct line_key key = key_of(package_sha256);
    if (key_table_find(selection->known, &key) >= 0)
        return 0;
    if (selection->count == PACKAGES_MOST)
        return error_set(err, ERROR_LIMIT, "more than %d packages at once: narrow it with filters",
                         PACKAGES_MOST);
    if (selection->count == selection->capacity) {
        selection->capacity = selection->capacity ? 2 * selection->capacity : 16;
        selection->hashes =
            memory_resize(selection->hashes, selection->capacity * sizeof *selection->hashes);
    }
    memcpy(selection->hashes[selection->count++], package_sha256, 65);
    return key_table_put(selection->known, &key, err) < 0 ? -1 : 0;
}

static int select_arguments(struct case_call *call, struct selection *selection, struct error *err)
{
    char package_sha256[65];
    for (int i = 2; i < call->options->argument_count; i++) {
        const char *text = call->options->arguments[i];
        int found = case_exhibit_find(call->reader, call->name, text, package_sha256, err);
        if (found < 0 ||
            (!found && query_resolve_package(call->reader, text, package_sha256, err)) ||
            select_package(selection, package_sha256, err))
            return -1;
    }
    return 0;
}

/* The packages of the results that share the text. */
static enum search_answer on_hit(void *context, const struct search_hit *hit, struct error *err)
{
    struct selection *selection = context;
    char package_sha256[65];
    int more;
    query_results_of_again(selection->results, hit->content_id);
    while ((more = query_next(selection->results, err)) == 1) {
        struct text hash = query_value_named(selection->results, "package_sha256").text;
        snprintf(package_sha256, sizeof package_sha256, "%.*s", (int)hash.length, hash.bytes);
        if (select_package(selection, package_sha256, err))
            return SEARCH_FAILED;
    }
    return more < 0 ? SEARCH_FAILED : SEARCH_NEXT_CONTENT;
}

static int select_by_search(struct case_call *call, struct selection *selection, struct error *err)
{
    struct filter filter;
    const char *text = options_text(call->options, "search");
    if (filter_read(&filter, call->options, err))
        return -1;
    struct search_spec spec = {
        .mode = SEARCH_PHRASE, .text = {text, strlen(text)}, .filter = &filter.query};
    if (store_begin_read(call->reader, err))
        return -1;
    struct search *search = search_new(NULL, call->reader, &spec, err);
    int result =
        search ? query_results_of(call->reader, &filter.query, &selection->results, err) : -1;
    if (result == 0)
        result = search_run(search, on_hit, selection, err);
    query_free(selection->results);
    search_free(search);
    store_end_read(call->reader);
    if (result == 0 && selection->count == 0)
        return error_set(err, ERROR_NOT_FOUND, "no result holds that: nothing is added");
    return result;
}

static void print_item(struct case_call *call, const char *event, const char *package_sha256,
                       int64_t item_number, int64_t ledger_number)
{
    char exhibit[160];
    struct output *output = call->output;
    snprintf(exhibit, sizeof exhibit, "%s-%04lld", call->name, (long long)item_number);
    if (!output->json) {
        output_format(output, "%s\t%s\t%s\n", event + strlen(CASE_EVENT_PREFIX), exhibit,
                      package_sha256);
        return;
    }
    struct json_writer *writer = output_object(output);
    json_writer_text(writer, "event", event);
    json_writer_text(writer, "case_name", call->name);
    json_writer_text(writer, "exhibit", exhibit);
    json_writer_text(writer, "package_sha256", package_sha256);
    json_writer_int64(writer, "ledger_number", ledger_number);
    output_object_end(output);
}

/* Whether there is something to do: one that is in the case already, or not in it, stays as it is. */
static int is_due(struct case_call *call, bool is_added, const char *package_sha256,
                  int64_t *item_number, struct error *err)
{
    struct text name = {call->name, strlen(call->name)};
    int is_in = store_find_exhibit(call->reader, name, package_sha256, item_number, err);
    if (is_in < 0 || (is_in == 1) != is_added)
        return is_in < 0 ? -1 : 1;
    output_notice(call->output, "%.16s… is %s case %s", package_sha256,
                  is_added ? "already in" : "not in", call->name);
    return 0;
}

static int print_items(struct case_call *call, const struct case_change *changes,
                       int64_t *item_numbers, size_t count, int64_t first_number, struct error *err)
{
    struct text name = {call->name, strlen(call->name)};
    for (size_t i = 0; i < count; i++) {
        const char *package_sha256 = changes[i].package_sha256;
        if (item_numbers[i] == 0 &&
            store_find_exhibit(call->reader, name, package_sha256, &item_numbers[i], err) < 0)
            return -1;
        print_item(call, changes[i].event, package_sha256, item_numbers[i],
                   first_number + (int64_t)i);
    }
    return 0;
}

/* Up to EVENT_BATCH packages in one step. */
static int change_items(struct case_call *call, const char *event, char (*hashes)[65], size_t count,
                        struct error *err)
{
    struct case_change changes[EVENT_BATCH];
    int64_t item_numbers[EVENT_BATCH], first_number;
    size_t due = 0;
    for (size_t i = 0; i < count; i++) {
        item_numbers[due] = 0;
        int is = is_due(call, strcmp(event, "case_added") == 0, hashes[i], &item_numbers[due], err);
        if (is < 0)
            return -1;
        if (is == 1)
            changes[due++] = (struct case_change){.event = event,
                                                  .case_name = call->name,
                                                  .case_number = call->found.created_number,
                                                  .words = call->reason,
                                                  .package_sha256 = hashes[i]};
    }
    return due > 0 && (case_event_record_all(call->archive, changes, due, &first_number, err) ||
                       print_items(call, changes, item_numbers, due, first_number, err))
               ? -1
               : 0;
}

enum exit_status case_change_items(struct case_call *call, const char *event)
{
    struct selection selection = {.known = key_table_new()};
    struct error err = {0};
    int result = options_text(call->options, "search") ? select_by_search(call, &selection, &err)
                                                       : select_arguments(call, &selection, &err);
    for (size_t i = 0; i < selection.count && result == 0; i += EVENT_BATCH) {
        size_t left = selection.count - i;
        result = change_items(call, event, selection.hashes + i,
                              left < EVENT_BATCH ? left : EVENT_BATCH, &err);
    }
    key_table_free(selection.known);
    free(selection.hashes);
    return result ? output_fail(call->output, &err) : EXIT_DONE;
}
