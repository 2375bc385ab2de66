#include "cmd/verbs.h"

#include "cmd/open.h"
#include "cmd/row.h"
#include "schema/query.h"

#include <stdio.h>
#include <string.h>

#define PREVIEW_LINES 20
#define PREVIEW_BYTES 8192

/* Columns that are there, a line each. */
static void print_fields(struct output *output, const struct query *query, const char *indent,
                         const char *left_out)
{
    struct buffer scratch;
    buffer_init(&scratch, SIZE_MAX / 2);
    for (int i = 0; i < query_column_count(query); i++) {
        const char *name = query_column_name(query, i);
        struct text value = row_value_text(query_value(query, i), &scratch);
        if (!value.bytes || strcmp(name, left_out) == 0)
            continue;
        output_format(output, "%s%s: ", indent, name);
        output_line_of(output, value);
        output_bytes(output, "\n", 1);
    }
    buffer_release(&scratch);
}

static int print_acquisitions(struct store *reader, const char *package_sha256,
                              struct output *output, struct error *err)
{
    struct query *query;
    int more = 0;
    if (query_acquisitions(reader, package_sha256, &query, err))
        return -1;
    while (!output_is_over(output) && (more = query_next(query, err)) == 1) {
        output_format(output, "\nacquisition %lld\n",
                      (long long)query_value_named(query, "number").integer);
        print_fields(output, query, "  ", "package_sha256");
    }
    query_free(query);
    return more < 0 ? -1 : 0;
}

/* The beginning of the text that is shown: some lines, and not too long ones. */
static size_t preview_length(struct text text)
{
    size_t lines = 0, used, at = 0;
    while (at < text.length && lines < PREVIEW_LINES) {
        lines += text.bytes[at] == '\n';
        text_decode(text.bytes + at, text.length - at, &used, NULL);
        if (at + used > PREVIEW_BYTES)
            break;
        at += used;
    }
    return at;
}

static int print_preview(struct store *reader, const struct query *result, struct output *output,
                         struct error *err)
{
    struct query *pages;
    int64_t output_bytes_all = query_value_named(result, "output_bytes").integer;
    long long result_id = query_value_named(result, "result_id").integer;
    if (output_bytes_all == 0)
        return 0;
    if (query_pages(reader, query_value_named(result, "content_id").integer, "output", &pages, err))
        return -1;
    int more = query_next(pages, err);
    if (more == 1) {
        struct text page = query_value_named(pages, "text").text;
        page.length = preview_length(page);
        output_format(output, "\noutput\n");
        output_text(output, page);
        if (page.length > 0 && page.bytes[page.length - 1] != '\n')
            output_bytes(output, "\n", 1);
        int64_t rest = output_bytes_all - (int64_t)page.length;
        if (rest > 0)
            output_format(output, "… %lld more bytes: lrarchive cat %lld\n", (long long)rest,
                          result_id);
    }
    query_free(pages);
    return more < 0 ? -1 : 0;
}

static int print_for_people(struct store *reader, const struct query *result,
                            const char *package_sha256, struct output *output, struct error *err)
{
    long long error_bytes = query_value_named(result, "error_bytes").integer;
    print_fields(output, result, "", "");
    if (print_acquisitions(reader, package_sha256, output, err) ||
        print_preview(reader, result, output, err))
        return -1;
    if (error_bytes > 0)
        output_format(output, "\nerror\n… %lld bytes: lrarchive cat --error %lld\n", error_bytes,
                      (long long)query_value_named(result, "result_id").integer);
    return 0;
}

static int print_object(struct store *reader, const struct query *result,
                        const char *package_sha256, struct output *output, struct error *err)
{
    struct query *query;
    int more;
    if (query_acquisitions(reader, package_sha256, &query, err))
        return -1;
    struct json_writer *writer = output_object(output);
    row_to_json(result, writer);
    json_writer_open_array(writer, "acquisitions");
    while ((more = query_next(query, err)) == 1) {
        json_writer_open_element(writer);
        row_to_json(query, writer);
        json_writer_close_element(writer);
    }
    json_writer_close_array(writer);
    if (more == 0)
        output_object_end(output);
    query_free(query);
    return more;
}

static int show(struct store *reader, const char *selector, struct output *output,
                struct error *err)
{
    int64_t result_id;
    struct query *result = NULL;
    char package_sha256[65];
    if (query_resolve(reader, selector, &result_id, err) ||
        query_result(reader, result_id, &result, err))
        return -1;
    int more = query_next(result, err);
    if (more == 1) {
        struct text hash = query_value_named(result, "package_sha256").text;
        snprintf(package_sha256, sizeof package_sha256, "%.*s", (int)hash.length, hash.bytes);
        more = (output->json ? print_object : print_for_people)(reader, result, package_sha256,
                                                                output, err);
    } else if (more == 0) {
        /* Its content is withdrawn: a GetFile brought it. */
        more =
            error_set(err, ERROR_NOT_FOUND, "no result has the number %lld", (long long)result_id);
    }
    query_free(result);
    return more;
}

static enum exit_status run(const struct options *options, struct output *output)
{
    struct archive archive;
    struct store *reader;
    struct error err = {0};
    if (open_reader(&archive, &reader, options, output, &err))
        return output_fail(output, &err);
    int result = store_begin_read(reader, &err);
    if (result == 0)
        result = show(reader, options->arguments[0], output, &err);
    store_end_read(reader);
    store_close(reader);
    archive_close(&archive);
    return result ? output_fail(output, &err) : EXIT_DONE;
}

const struct verb show_verb = {
    .name = "show",
    .arguments = "RESULT",
    .least = 1,
    .most = 1,
    .summary = "Shows all that is known of one result, and how it came in.",
    .run = run,
};
