#include "cmd/verbs.h"

#include "base/memory.h"
#include "base/sha256.h"
#include "cmd/open.h"
#include "evidence/segment.h"
#include "schema/query.h"

#include <stdlib.h>
#include <string.h>

#define BLOCK_BYTES 65536

static const struct option_spec option_specs[] = {
    {.name = "error", .help = "the script's error text instead of its output", .is_either = true},
    {.name = "raw", .help = "the package exactly as it came in; RESULT may name any package"},
    {.name = NULL},
};

/* ---- the texts ---- */

static int64_t content_of(struct store *reader, int64_t result_id, struct error *err)
{
    struct query *result;
    int64_t content_id = -1;
    if (query_result(reader, result_id, &result, err))
        return -1;
    int more = query_next(result, err);
    if (more == 1)
        content_id = query_value_named(result, "content_id").integer;
    else if (more == 0)
        error_set(err, ERROR_NOT_FOUND, "no result has the number %lld", (long long)result_id);
    query_free(result);
    return content_id;
}

static int print_text(struct store *reader, const char *selector, const char *stream,
                      struct output *output, struct error *err)
{
    int64_t result_id, content_id, page_no = 0;
    struct query *pages;
    if (query_resolve(reader, selector, &result_id, err))
        return -1;
    content_id = content_of(reader, result_id, err);
    if (content_id < 0 || query_pages(reader, content_id, stream, &pages, err))
        return -1;
    int more = 0;
    while (!output_is_over(output) && (more = query_next(pages, err)) == 1) {
        struct text page = query_value_named(pages, "text").text;
        page_no++;
        if (output->json) {
            struct json_writer *writer = output_object(output);
            json_writer_int64(writer, "result_id", result_id);
            json_writer_text(writer, "stream", stream);
            json_writer_int64(writer, "page_no", page_no);
            json_writer_bytes(writer, "text", page);
            output_object_end(output);
        } else {
            output_text(output, page);
        }
    }
    query_free(pages);
    return more < 0 ? -1 : 0;
}

/* ---- the raw bytes ---- */

static int copy_package(struct segment_reader *reader, const char *package_sha256,
                        struct output *output, struct error *err)
{
    struct sha256 *hash = sha256_new();
    char *block = memory_allocate(BLOCK_BYTES), sha256[SHA256_HEX_SIZE];
    ssize_t got = 0;
    while (!output_is_over(output) &&
           (got = stream_read(&reader->member.stream, block, BLOCK_BYTES, err)) > 0) {
        sha256_update(hash, block, (size_t)got);
        output_bytes(output, block, (size_t)got);
    }
    sha256_finish(hash, sha256);
    sha256_free(hash);
    free(block);
    if (got < 0)
        return -1;
    if (output_is_over(output) || strcmp(sha256, package_sha256) == 0)
        return 0;
    error_set(err, ERROR_DAMAGED,
              "the stored bytes have SHA-256 %s and not %s; run `lrarchive verify`", sha256,
              package_sha256);
    return error_at_path(err, reader->path);
}

static int print_raw(const struct archive *archive, struct store *store, const char *selector,
                     struct output *output, struct error *err)
{
    struct segment_reader reader;
    char package_sha256[65], segment[SEGMENT_NAME_SIZE];
    int64_t size_bytes, offset, stored_bytes;
    if (query_resolve_package(store, selector, package_sha256, err))
        return -1;
    int found = store_find_package(store, package_sha256, &size_bytes, segment, &offset,
                                   &stored_bytes, err);
    if (found == 0)
        return error_set(err, ERROR_NOT_FOUND, "no package has the hash %s", package_sha256);
    if (found < 0 ||
        segment_reader_open(&reader, archive->evidence_folder, segment, offset, stored_bytes, err))
        return -1;
    int result = copy_package(&reader, package_sha256, output, err);
    segment_reader_close(&reader);
    return result;
}

/* ---- the verb ---- */

static int check(const struct options *options, const struct output *output, struct error *err)
{
    if (!options_flag(options, "raw"))
        return 0;
    if (options_flag(options, "error"))
        return options_error(options, err, "--raw gives the whole package: leave --error away");
    if (output->json)
        return options_error(options, err, "--raw gives bytes and no JSON: leave --json away");
    if (output->to_terminal)
        return options_error(options, err,
                             "--raw does not write to a terminal: redirect it to a file");
    return 0;
}

static enum exit_status run(const struct options *options, struct output *output)
{
    struct archive archive;
    struct store *reader;
    struct error err = {0};
    const char *selector = options->arguments[0];
    bool is_raw = options_flag(options, "raw");
    if (check(options, output, &err) || open_reader(&archive, &reader, options, output, &err))
        return output_fail(output, &err);
    int result =
        is_raw ? print_raw(&archive, reader, selector, output, &err)
               : print_text(reader, selector, options_flag(options, "error") ? "error" : "output",
                            output, &err);
    store_close(reader);
    archive_close(&archive);
    if (result == 0)
        return EXIT_DONE;
    enum exit_status status = output_fail(output, &err);
    return is_raw && err.code == ERROR_DAMAGED ? EXIT_NO : status;
}

const struct verb cat_verb = {
    .name = "cat",
    .arguments = "RESULT",
    .least = 1,
    .most = 1,
    .summary = "Prints a result's whole output, its errors, or its raw package.",
    .options = option_specs,
    .run = run,
};
