/* Exhibits: packages, the texts made of them, and how they came in. */
#include "export/case_uco_parts.h"

#include "base/sha256.h"
#include "schema/query_export.h"

#include <stdio.h>
#include <string.h>

#define MEMBER_STEP 1000000000000LL /* content_id: ledger number + this * member_index */
#define DETAIL_BYTES 256
#define WORDS_BYTES (256 * 1024)

static const struct text none = {0};

struct evidence {
    struct graph *graph;
    const struct subject *subject;
    struct query *exhibit, *comings, *texts, *pages; /* asked again for each */
};

/* ---- files ---- */

struct file {
    struct graph_id id;
    const char *path; /* below the export's folder; NULL: it is not there */
    const char *type; /* MIME, or NULL */
    int64_t size_bytes;
    struct text sha256;
};

static void write_facets(struct graph *graph, const struct file *file)
{
    struct graph_id on_disk = graph_part_id("file", &file->id);
    struct graph_id content = graph_part_id("content", &file->id);
    graph_open_parts(graph, "uco-core:hasFacet");
    if (file->path) {
        graph_open_part(graph, &on_disk, "uco-observable:FileFacet");
        graph_text(graph, "uco-observable:fileName", graph_string(strrchr(file->path, '/') + 1));
        graph_text(graph, "uco-observable:filePath", graph_string(file->path));
        graph_int64(graph, "uco-observable:sizeInBytes", file->size_bytes);
        graph_close_part(graph);
    }
    graph_open_part(graph, &content, "uco-observable:ContentDataFacet");
    graph_text(graph, "uco-observable:mimeType", graph_string(file->type));
    graph_int64(graph, "uco-observable:sizeInBytes", file->size_bytes);
    graph_hash(graph, &file->id, file->sha256);
    graph_close_part(graph);
    graph_close_parts(graph);
}

static void write_package(const struct evidence *evidence, const struct exhibit *exhibit)
{
    struct graph *graph = evidence->graph;
    char path[SUBJECT_PATH_SIZE];
    struct file file = {.id = case_uco_package_id(graph_string(exhibit->package_sha256)),
                        .size_bytes = exhibit->size_bytes,
                        .sha256 = graph_string(exhibit->package_sha256)};
    subject_package_path(exhibit, path);
    if (!exhibit->is_withheld)
        file.path = path;
    graph_open(graph, &file.id, "uco-observable:File");
    graph_text(graph, "uco-core:name", graph_string(exhibit->name));
    write_facets(graph, &file);
    graph_close(graph);
}

/* ---- texts ---- */

/* Other versions of the program may make other texts of the same package. */
static struct graph_id text_id(const struct evidence *evidence, const struct exhibit *exhibit,
                               const struct query *row, const char *stream)
{
    char detail[DETAIL_BYTES];
    struct text tool = query_value_named(row, "parsed_by").text;
    int64_t member = query_value_named(row, "content_id").integer / MEMBER_STEP;
    snprintf(detail, sizeof detail, "%lld %s %.*s", (long long)member, stream,
             tool.length < 100 ? (int)tool.length : 100, tool.bytes ? tool.bytes : "");
    return graph_local_id(evidence->graph, "text", graph_string(exhibit->package_sha256),
                          graph_string(detail));
}

/* What no column holds. */
static int hash_pages(const struct evidence *evidence, int64_t content_id, const char *stream,
                      char hex[SHA256_HEX_SIZE], struct error *err)
{
    struct sha256 *hash = sha256_new();
    int more;
    query_export_pages_again(evidence->pages, content_id, stream);
    while ((more = query_next(evidence->pages, err)) == 1) {
        struct text page = query_value(evidence->pages, 0).text;
        sha256_update(hash, page.bytes, page.length);
    }
    sha256_finish(hash, hex);
    sha256_free(hash);
    return more;
}

static int write_text(const struct evidence *evidence, const struct exhibit *exhibit,
                      const char *stream, struct error *err)
{
    struct graph *graph = evidence->graph;
    const struct query *row = evidence->texts;
    char path[SUBJECT_PATH_SIZE], hex[SHA256_HEX_SIZE];
    bool is_output = strcmp(stream, "output") == 0;
    int64_t content_id = query_value_named(row, "content_id").integer;
    struct graph_id package = case_uco_package_id(graph_string(exhibit->package_sha256));
    struct file file = {.id = text_id(evidence, exhibit, row, stream),
                        .path = path,
                        .type = "text/plain",
                        .sha256 = query_value_named(row, "output_sha256").text};
    file.size_bytes = query_value_named(row, is_output ? "output_bytes" : "error_bytes").integer;
    if (!is_output) {
        if (hash_pages(evidence, content_id, stream, hex, err))
            return -1;
        file.sha256 = graph_string(hex);
    }
    subject_text_path(exhibit, content_id, stream, path);
    graph_open(graph, &file.id, "uco-observable:File");
    graph_text(graph, "uco-core:name", graph_string(strrchr(path, '/') + 1));
    graph_reference(graph, "case-investigation:wasDerivedFrom", &package);
    write_facets(graph, &file);
    graph_close(graph);
    return 0;
}

/* 1 when there are texts, else 0. */
static int write_text_files(const struct evidence *evidence, const struct exhibit *exhibit,
                            struct error *err)
{
    int more, has_texts = 0;
    query_export_texts_again(evidence->texts, exhibit->package_sha256);
    while ((more = query_next(evidence->texts, err)) == 1) {
        bool has_output = query_value_named(evidence->texts, "has_output").integer != 0;
        bool has_error = query_value_named(evidence->texts, "has_error").integer != 0;
        if ((has_output && write_text(evidence, exhibit, "output", err)) ||
            (has_error && write_text(evidence, exhibit, "error", err)))
            return -1;
        has_texts |= has_output || has_error;
    }
    return more < 0 ? -1 : has_texts;
}

static void list_text(const struct evidence *evidence, const struct exhibit *exhibit,
                      const char *stream, const char *column, struct graph_list *list)
{
    struct graph_id id = text_id(evidence, exhibit, evidence->texts, stream);
    if (query_value_named(evidence->texts, column).integer)
        graph_list_item(list, &id);
}

static int write_normalised(const struct evidence *evidence, const struct exhibit *exhibit,
                            struct error *err)
{
    struct graph *graph = evidence->graph;
    struct text sha256 = graph_string(exhibit->package_sha256);
    struct graph_id package = case_uco_package_id(sha256), id;
    query_export_texts_again(evidence->texts, exhibit->package_sha256);
    int more = query_next(evidence->texts, err);
    if (more != 1)
        return more;
    struct text tool = query_value_named(evidence->texts, "parsed_by").text;
    id = graph_local_id(graph, "normalised", sha256, tool);
    graph_open(graph, &id, "case-investigation:InvestigativeAction");
    graph_text(graph, "uco-core:name", graph_string("normalised"));
    graph_text(graph, "uco-core:description",
               graph_string("output and error of the transcript as UTF-8 text: NULs removed from "
                            "the ends, CRLF as LF"));
    case_uco_instrument(graph, tool);
    graph_reference(graph, "uco-action:object", &package);
    struct graph_list list = graph_close_with(graph, "uco-action:result");
    for (; more == 1; more = query_next(evidence->texts, err)) {
        list_text(evidence, exhibit, "output", "has_output", &list);
        list_text(evidence, exhibit, "error", "has_error", &list);
    }
    graph_list_end(&list);
    return more;
}

static int write_texts(const struct evidence *evidence, const struct exhibit *exhibit,
                       struct error *err)
{
    int has_texts = write_text_files(evidence, exhibit, err);
    return has_texts == 1 ? write_normalised(evidence, exhibit, err) : has_texts;
}

/* ---- how it came in ---- */

static void append(struct buffer *words, const char *before, struct text text)
{
    if (!text.bytes)
        return;
    text_printf(words, "%s", before);
    (void)buffer_append_some(words, text.bytes, text.length);
}

static void describe_coming(struct graph *graph, const struct query *row)
{
    struct buffer words;
    buffer_init(&words, WORDS_BYTES);
    append(&words, "from ", query_value_named(row, "source").text);
    append(&words, ", last changed ", query_value_named(row, "file_mtime").text);
    append(&words, "; under the account ", query_value_named(row, "os_user").text);
    append(&words, " on ", query_value_named(row, "host").text);
    struct text texts[] = {{words.bytes, words.length}, query_value_named(row, "note").text};
    graph_texts(graph, "uco-core:description", texts, 2);
    buffer_release(&words);
}

static void write_coming(const struct evidence *evidence, const struct exhibit *exhibit)
{
    struct graph *graph = evidence->graph;
    const struct query *row = evidence->comings;
    char number[DETAIL_BYTES];
    struct text at = query_value_named(row, "acquired_at").text;
    struct text machine = query_value_named(row, "machine_key").text;
    struct graph_id item = case_uco_provenance_id(graph, exhibit->name);
    snprintf(number, sizeof number, "%lld", (long long)query_value_named(row, "number").integer);
    struct graph_id id = graph_local_id(graph, "acquisition", graph_string(number), none);
    graph_open(graph, &id, "case-investigation:InvestigativeAction");
    graph_text(graph, "uco-core:name", query_value_named(row, "event").text);
    describe_coming(graph, row);
    graph_time(graph, "uco-action:startTime", at);
    graph_time(graph, "uco-action:endTime", at);
    case_uco_performer(graph, "uco-action:performer", query_value_named(row, "operator").text);
    case_uco_instrument(graph, query_value_named(row, "tool").text);
    graph_reference(graph, "uco-action:result", &item);
    struct graph_list list = graph_close_with(graph, "uco-action:object");
    item = case_uco_package_id(graph_string(exhibit->package_sha256));
    graph_list_item(&list, &item);
    if (machine.bytes) {
        item = case_uco_machine_id(graph, machine);
        graph_list_item(&list, &item);
    }
    graph_list_end(&list);
}

static int write_comings(const struct evidence *evidence, const struct exhibit *exhibit,
                         struct error *err)
{
    int more;
    query_export_comings_again(evidence->comings, exhibit->package_sha256);
    while ((more = query_next(evidence->comings, err)) == 1)
        write_coming(evidence, exhibit);
    return more;
}

/* ---- the exhibit ---- */

static int write_withheld(const struct evidence *evidence, const struct exhibit *exhibit)
{
    struct buffer words;
    buffer_init(&words, WORDS_BYTES);
    text_printf(&words, "%s, withheld from this export", exhibit->kind);
    append(&words, ": ", graph_string(evidence->subject->withheld_reason));
    graph_text(evidence->graph, "uco-core:description", (struct text){words.bytes, words.length});
    buffer_release(&words);
    return 0;
}

/* Why, when and by whom it was added. */
static int describe_adding(const struct evidence *evidence, const struct exhibit *exhibit,
                           struct error *err)
{
    struct graph *graph = evidence->graph;
    struct text words[] = {graph_string(exhibit->kind), none};
    query_export_exhibit_again(evidence->exhibit, exhibit->package_sha256);
    int found = query_next(evidence->exhibit, err);
    if (found == 1)
        words[1] = query_value_named(evidence->exhibit, "reason").text;
    graph_texts(graph, "uco-core:description", words, 2);
    if (found != 1)
        return found;
    graph_time(graph, "uco-core:objectCreatedTime",
               query_value_named(evidence->exhibit, "added_at").text);
    case_uco_performer(graph, "uco-core:createdBy",
                       query_value_named(evidence->exhibit, "operator").text);
    return 0;
}

static int write_provenance(const struct evidence *evidence, const struct exhibit *exhibit,
                            struct error *err)
{
    struct graph *graph = evidence->graph;
    struct graph_id id = case_uco_provenance_id(graph, exhibit->name);
    struct graph_id package = case_uco_package_id(graph_string(exhibit->package_sha256));
    graph_open(graph, &id, "case-investigation:ProvenanceRecord");
    graph_text(graph, "case-investigation:exhibitNumber", graph_string(exhibit->name));
    int result = exhibit->is_withheld ? write_withheld(evidence, exhibit)
                                      : describe_adding(evidence, exhibit, err);
    graph_reference(graph, "uco-core:object", &package);
    graph_close(graph);
    return result;
}

static int write_exhibit(const struct evidence *evidence, const struct exhibit *exhibit,
                         struct error *err)
{
    write_package(evidence, exhibit);
    if (write_provenance(evidence, exhibit, err))
        return -1;
    if (exhibit->is_withheld)
        return 0;
    return write_comings(evidence, exhibit, err) || write_texts(evidence, exhibit, err) ? -1 : 0;
}

int case_uco_write_evidence(struct graph *graph, const struct subject *subject, struct error *err)
{
    struct evidence evidence = {.graph = graph, .subject = subject};
    struct store *reader = subject->reader;
    int result = query_export_exhibit(reader, &evidence.exhibit, err) ||
                         query_export_comings(reader, &evidence.comings, err) ||
                         query_export_texts(reader, &evidence.texts, err) ||
                         query_export_pages(reader, &evidence.pages, err)
                     ? -1
                     : 0;
    for (size_t i = 0; result == 0 && i < subject->exhibit_count; i++)
        result = write_exhibit(&evidence, &subject->exhibits[i], err);
    query_free(evidence.exhibit);
    query_free(evidence.comings);
    query_free(evidence.texts);
    query_free(evidence.pages);
    return result;
}
