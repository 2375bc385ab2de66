#include "ingest/search_files.h"

#include "base/interrupt.h"
#include "base/memory.h"
#include "parser/container.h"
#include "parser/package.h"

#include <stdlib.h>
#include <string.h>

#define BLOCK_BYTES (256 * 1024)

struct files {
    const struct search_spec *spec;
    const char *evidence_folder;
    struct matcher *matcher;
    search_file_call *call;
    void *context;
    char *block;
    /* Of each pattern, in the document under way. */
    struct seen {
        int64_t offset, count;
    } * seen;
    size_t patterns;
    /* The patterns that were seen in it, so that the others need no look. */
    uint32_t *touched;
    size_t touched_count;
};

static struct matcher *new_matcher(const struct search_spec *spec, struct error *err)
{
    unsigned flags = MATCH_BYTES | (spec->is_case_sensitive ? MATCH_CASE : 0u) |
                     (spec->is_word ? MATCH_WORD : 0u);
    if (spec->mode == SEARCH_SUBSTRING)
        return matcher_new_literals(&spec->text, 1, flags, err);
    size_t count = spec->indicators ? spec->indicators->count : 0;
    struct text *texts = memory_zeroed(count + 1, sizeof *texts);
    for (size_t i = 0; i < count; i++)
        texts[i] = spec->indicators->of[i].indicator;
    struct matcher *matcher = matcher_new_literals(texts, count, flags, err);
    free(texts);
    return matcher;
}

static int on_match(void *context, const struct match *match, struct error *err)
{
    struct files *files = context;
    struct seen *seen = &files->seen[match->pattern];
    (void)err;
    if (seen->count == 0) {
        files->touched[files->touched_count++] = match->pattern;
        seen->offset = match->start;
    }
    if (match->start < seen->offset)
        seen->offset = match->start;
    seen->count++;
    return 0;
}

/* Tells of what was seen in a document, in the order of the list, and forgets it. */
static int tell(struct files *files, struct search_file_hit *hit, struct error *err)
{
    int result = 0;
    for (uint32_t i = 0; i < files->patterns && files->touched_count > 0 && result == 0; i++) {
        if (files->seen[i].count == 0)
            continue;
        hit->pattern = i;
        hit->offset = files->seen[i].offset;
        hit->count = files->seen[i].count;
        result = files->call(files->context, hit, err);
    }
    for (size_t i = 0; i < files->touched_count; i++)
        files->seen[files->touched[i]].count = 0;
    files->touched_count = 0;
    return result;
}

static int read_document(struct files *files, struct stream *document, struct error *err)
{
    ssize_t got;
    matcher_begin(files->matcher, on_match, files);
    while ((got = stream_read(document, files->block, BLOCK_BYTES, err)) > 0) {
        struct text piece = {files->block, (size_t)got};
        if (matcher_feed(files->matcher, piece, err) || interrupt_check(err))
            return -1;
    }
    return got < 0 ? -1 : matcher_end(files->matcher, err);
}

/* 0, 1 stopped, -1; *is_whole says whether all of it could be read. */
static int read_package(struct files *files, struct stream *in, struct search_file_hit *hit,
                        bool *is_whole, struct error *err)
{
    struct container *container = container_new(in, PACKAGE_DEFAULT_MAX_UNPACKED);
    struct stream *document;
    int result = 0, more = 0;
    while (result == 0 && (more = container_next(container, &document, err)) == 1) {
        result = read_document(files, document, err);
        hit->member_index = container_member_index(container);
        if (result == 0)
            result = tell(files, hit, err);
    }
    enum container_end end = container_worst_end(container);
    *is_whole = end == CONTAINER_WHOLE || end == CONTAINER_TRAILING;
    container_free(container);
    return more < 0 ? -1 : result;
}

static const char *text_or_null(const struct query *query, const char *name, char *out, size_t size)
{
    struct text value = query_value_named(query, name).text;
    if (!value.bytes)
        return NULL;
    size_t length = value.length < size ? value.length : size - 1;
    memcpy(out, value.bytes, length);
    out[length] = '\0';
    return out;
}

/* Damage costs one file and no search: *why is then set, with the code of damage. */
static int search_file(struct files *files, const struct query *row, bool *is_whole,
                       struct error *err)
{
    char package_sha256[SHA256_HEX_SIZE] = "", segment[SEGMENT_NAME_SIZE] = "";
    char machine[1024], source[4096 + 1];
    struct segment_reader reader;
    struct search_file_hit hit = {.package_sha256 = package_sha256};
    text_or_null(row, "package_sha256", package_sha256, sizeof package_sha256);
    text_or_null(row, "segment", segment, sizeof segment);
    hit.machine_name = text_or_null(row, "machine_name", machine, sizeof machine);
    hit.source = text_or_null(row, "source", source, sizeof source);
    if (segment_reader_open(&reader, files->evidence_folder, segment,
                            query_value_named(row, "offset").integer,
                            query_value_named(row, "stored_bytes").integer, err))
        return -1;
    int result = read_package(files, &reader.member.stream, &hit, is_whole, err);
    segment_reader_close(&reader);
    return result;
}

static int search_all(struct files *files, struct query *rows,
                      void (*trouble)(void *context, const char *package_sha256, const char *why),
                      int64_t *searched, struct error *err)
{
    char package_sha256[SHA256_HEX_SIZE];
    int more;
    while ((more = query_next(rows, err)) == 1) {
        bool is_whole = false;
        int result = search_file(files, rows, &is_whole, err);
        text_or_null(rows, "package_sha256", package_sha256, sizeof package_sha256);
        if (result == 1)
            return 0;
        if (result < 0 && err->code != ERROR_DAMAGED)
            return -1;
        if (result < 0)
            trouble(files->context, package_sha256, err->message);
        else if (!is_whole)
            trouble(files->context, package_sha256,
                    "its gzip or ZIP ends early or is broken: what came before was searched");
        else
            ++*searched;
    }
    return more;
}

int search_files(struct archive *archive, struct store *reader, const struct search_spec *spec,
                 search_file_call *call,
                 void (*trouble)(void *context, const char *package_sha256, const char *why),
                 void *context, int64_t *searched, struct error *err)
{
    struct query *rows = NULL;
    struct files files = {.spec = spec,
                          .evidence_folder = archive->evidence_folder,
                          .call = call,
                          .context = context,
                          .patterns = spec->indicators ? spec->indicators->count : 1};
    *searched = 0;
    files.matcher = new_matcher(spec, err);
    if (!files.matcher)
        return -1;
    files.block = memory_allocate(BLOCK_BYTES);
    files.seen = memory_zeroed(files.patterns, sizeof *files.seen);
    files.touched = memory_zeroed(files.patterns, sizeof *files.touched);
    int result = query_files(reader, spec->filter, &rows, err);
    if (result == 0)
        result = search_all(&files, rows, trouble, searched, err);
    query_free(rows);
    matcher_free(files.matcher);
    free(files.block);
    free(files.seen);
    free(files.touched);
    return result;
}
