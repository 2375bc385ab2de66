#include "export/export.h"

#include "base/draft.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/time.h"
#include "evidence/segment.h"
#include "export/bag_sources.h"
#include "export/case_file.h"
#include "export/case_uco.h"
#include "export/provenance.h"
#include "export/report.h"
#include "export/subject.h"
#include "export/tables.h"
#include "export/timeline.h"
#include "export/verify_text.h"
#include "export/zone.h"
#include "schema/case_copy.h"
#include "schema/query.h"

#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TEXT_BYTES (64 * 1024)

struct export
{
    const struct export_order *order;
    struct draft draft;
    bool has_draft;
    char *folder; /* of the ZIP: what is spooled lies there, too */
    struct case_file case_file;
    bool has_case_file;
    struct provenance provenance;
    struct buffer checkpoint_text, root;
    struct exhibit *exhibits;
    size_t exhibit_count;
    struct subject subject;
    struct bag *bag;
};

/* ---- the case ---- */

static int make_copy(struct export *export, struct error *err)
{
    const struct export_order *order = export->order;
    struct case_copy what = {.case_name = order->case_name,
                             .last_number = order->last_number,
                             .withheld = order->withheld,
                             .withheld_count = order->withheld_count};
    if (case_file_make(&export->case_file, export->folder, order->reader, &what, err))
        return -1;
    export->has_case_file = true;
    return 0;
}

/* With a checkpoint from before, the case must be what it was then: handing it over does not change it. */
static int check_unchanged(const struct export_order *order, struct error *err)
{
    struct query *events;
    int more;
    if (query_case_events(order->reader, order->case_name, &events, err))
        return -1;
    while ((more = query_next(events, err)) == 1) {
        struct text event = query_value_named(events, "event").text;
        int64_t number = query_value_named(events, "number").integer;
        if (number <= order->last_number || strncmp(event.bytes, "released", event.length) == 0)
            continue;
        more = error_set(err, ERROR_USAGE,
                         "the case has changed since that checkpoint (ledger line %lld, and it was "
                         "made at line %lld): export with a new one",
                         (long long)number, (long long)order->last_number);
        break;
    }
    query_free(events);
    return more < 0 ? -1 : 0;
}

/* ---- exhibits ---- */

static bool is_withheld(const struct export_order *order, const char *package_sha256)
{
    for (size_t i = 0; i < order->withheld_count; i++)
        if (strcmp(order->withheld[i], package_sha256) == 0)
            return true;
    return false;
}

static void copy_text(char *out, size_t size, struct query_value value)
{
    snprintf(out, size, "%.*s", (int)value.text.length, value.text.bytes ? value.text.bytes : "");
}

static int read_exhibits(struct export *export, struct error *err)
{
    struct query *packages;
    size_t capacity = 0;
    int more;
    if (case_copy_packages(export->case_file.copy, &packages, err))
        return -1;
    while ((more = query_next(packages, err)) == 1) {
        if (export->exhibit_count == EXPORT_EXHIBITS) {
            more =
                error_set(err, ERROR_LIMIT, "the case has more than %d exhibits", EXPORT_EXHIBITS);
            break;
        }
        if (export->exhibit_count == capacity) {
            capacity = capacity ? 2 * capacity : 64;
            export->exhibits = memory_resize(export->exhibits, capacity * sizeof *export->exhibits);
        }
        struct exhibit *exhibit = &export->exhibits[export->exhibit_count++];
        *exhibit = (struct exhibit){0};
        copy_text(exhibit->name, sizeof exhibit->name, query_value_named(packages, "exhibit"));
        copy_text(exhibit->package_sha256, sizeof exhibit->package_sha256,
                  query_value_named(packages, "package_sha256"));
        copy_text(exhibit->kind, sizeof exhibit->kind, query_value_named(packages, "kind"));
        exhibit->size_bytes = query_value_named(packages, "size_bytes").integer;
        exhibit->is_withheld = is_withheld(export->order, exhibit->package_sha256);
    }
    query_free(packages);
    return more < 0 ? -1 : 0;
}

/* What was fetched from a machine may be malware: it goes in only when that was said. */
static int check_kinds(const struct export *export, struct error *err)
{
    struct buffer names;
    int64_t count = 0;
    if (export->order->include_files)
        return 0;
    buffer_init(&names, 400);
    for (size_t i = 0; i < export->exhibit_count; i++) {
        const struct exhibit *exhibit = &export->exhibits[i];
        if (exhibit->is_withheld || strcmp(exhibit->kind, "file") != 0)
            continue;
        if (count++ < 3)
            text_printf(&names, "%s%.100s", count > 1 ? ", " : "", exhibit->name);
    }
    int result = count == 0 ? 0
                            : error_set(err, ERROR_USAGE,
                                        "%s%s: fetched files, which may be malware. Say "
                                        "--include-files, --infected (a ZIP with that password), "
                                        "or --withhold each",
                                        buffer_text(&names), count > 3 ? " and more" : "");
    buffer_release(&names);
    return result;
}

/* ---- what the export says of itself ---- */

static int make_checkpoint(struct export *export, struct error *err)
{
    const struct export_order *order = export->order;
    const struct checkpoint *checkpoint = &export->provenance.checkpoint;
    if (order->key) {
        checkpoint_sign(checkpoint, order->key, order->verifier->name, &export->checkpoint_text);
        return 0;
    }
    (void)buffer_append(&export->checkpoint_text, order->checkpoint_text.bytes,
                        order->checkpoint_text.length);
    if (strcmp(checkpoint->origin, order->checkpoint->origin) != 0 ||
        memcmp(checkpoint->root, order->checkpoint->root, sizeof checkpoint->root) != 0)
        return error_set(err, ERROR_DAMAGED,
                         "the ledger's first %lld lines are not those that the checkpoint stands "
                         "for",
                         (long long)order->last_number);
    return 0;
}

static void describe(struct export *export)
{
    const struct export_order *order = export->order;
    const struct checkpoint *checkpoint = &export->provenance.checkpoint;
    sign_encode(&export->root, checkpoint->root, sizeof checkpoint->root);
    export->subject = (struct subject){.reader = export->case_file.copy,
                                       .case_name = order->case_name,
                                       .exhibits = export->exhibits,
                                       .exhibit_count = export->exhibit_count,
                                       .made_at = order->made_at,
                                       .made_by = order->made_by,
                                       .tool = order->tool,
                                       .timezone = order->timezone,
                                       .withheld_reason = order->withheld_reason,
                                       .ledger_lines = checkpoint->size,
                                       .ledger_origin = checkpoint->origin,
                                       .ledger_root = buffer_text(&export->root),
                                       .signed_by = order->verifier->name};
}

/* The name as the case was made with, whatever case it is called by here. */
static int note_case(struct export *export, struct error *err)
{
    struct query *found;
    if (query_cases(export->case_file.copy, NULL, &found, err))
        return -1;
    int more = query_next(found, err);
    if (more == 1) {
        struct text title = query_value_named(found, "title").text;
        struct text reference = query_value_named(found, "reference").text;
        char *text = memory_copy_text(title.bytes ? title.bytes : "", title.length);
        bag_note(export->bag, "External-Identifier", export->order->case_name);
        if (text[0])
            bag_note(export->bag, "External-Description", text);
        free(text);
        text = memory_copy_text(reference.bytes ? reference.bytes : "", reference.length);
        if (text[0])
            bag_note(export->bag, "Internal-Sender-Identifier", text);
        free(text);
    }
    query_free(found);
    return more < 0 ? -1 : 0;
}

static int note(struct export *export, struct error *err)
{
    char date[11];
    if (note_case(export, err))
        return -1;
    snprintf(date, sizeof date, "%s", export->order->made_at);
    bag_note(export->bag, "Bagging-Date", date);
    bag_note(export->bag, "Contact-Name", export->order->made_by);
    bag_note(export->bag, "Bag-Software-Agent", export->order->tool);
    return 0;
}

/* ---- what goes in ---- */

typedef int write_call(const struct subject *subject, struct spool *out, struct error *err);

static int write_verify_text(const struct subject *subject, struct spool *out, struct error *err)
{
    (void)err;
    verify_text_write(subject, out);
    return 0;
}

static int add_written(struct export *export, const char *path, write_call *write,
                       struct error *err)
{
    struct spool *spool = spool_new(export->folder, err);
    if (!spool)
        return -1;
    if (write(&export->subject, spool, err)) {
        spool_free(spool);
        return -1;
    }
    return bag_add_spool(export->bag, path, spool, err);
}

static int add_given(struct bag *bag, const char *path, struct spool **spool, struct error *err)
{
    struct spool *given = *spool;
    *spool = NULL;
    return bag_add_spool(bag, path, given, err);
}

static int add_proofs(struct export *export, struct error *err)
{
    struct buffer key, pem;
    struct provenance *provenance = &export->provenance;
    buffer_init(&key, TEXT_BYTES);
    buffer_init(&pem, TEXT_BYTES);
    checkpoint_rewrite_verifier(export->order->verifier, &key);
    text_printf(&key, "\n");
    sign_write_public(export->order->verifier->public_key, &pem);
    const struct buffer *checkpoint = &export->checkpoint_text;
    int result =
        add_given(export->bag, "data/custody.jsonl", &provenance->custody, err) ||
                add_given(export->bag, "data/receipts.jsonl", &provenance->receipts, err) ||
                add_given(export->bag, "data/proofs.jsonl", &provenance->proofs, err) ||
                bag_add_text(export->bag, "data/checkpoint.txt",
                             (struct text){checkpoint->bytes, checkpoint->length}, err) ||
                bag_add_text(export->bag, "data/key.pub", (struct text){key.bytes, key.length},
                             err) ||
                bag_add_text(export->bag, "data/key.pub.pem", (struct text){pem.bytes, pem.length},
                             err)
            ? -1
            : 0;
    buffer_release(&key);
    buffer_release(&pem);
    return result;
}

static int add_tables(struct export *export, struct error *err)
{
    static const struct {
        const char *path;
        write_call *write;
    } files[] = {
        {"data/exhibits.jsonl", tables_write_exhibits_jsonl},
        {"data/results.csv", tables_write_results_csv},
        {"data/results.jsonl", tables_write_results_jsonl},
        {"data/timeline.jsonl", timeline_write},
        {"data/case.jsonld", case_uco_write},
        {"data/report.html", report_write},
        {"VERIFY.txt", write_verify_text},
    };
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        if (add_written(export, files[i].path, files[i].write, err))
            return -1;
    return 0;
}

static int add_packages(struct export *export, struct error *err)
{
    struct query *packages;
    int more;
    if (case_copy_packages(export->case_file.copy, &packages, err))
        return -1;
    for (size_t i = 0; (more = query_next(packages, err)) == 1; i++) {
        const struct exhibit *exhibit = &export->exhibits[i];
        char path[SUBJECT_PATH_SIZE], segment[SEGMENT_NAME_SIZE];
        if (exhibit->is_withheld)
            continue;
        copy_text(segment, sizeof segment, query_value_named(packages, "segment"));
        struct bag_package package = {.evidence_folder = export->order->evidence_folder,
                                      .segment = segment,
                                      .offset = query_value_named(packages, "offset").integer,
                                      .stored_bytes =
                                          query_value_named(packages, "stored_bytes").integer,
                                      .size_bytes = exhibit->size_bytes,
                                      .package_sha256 = exhibit->package_sha256};
        subject_package_path(exhibit, path);
        if (bag_add_package(export->bag, path, &package, err)) {
            more = -1;
            break;
        }
    }
    query_free(packages);
    return more;
}

static int add_text(struct export *export, const struct exhibit *exhibit, struct query *contents,
                    const char *stream, struct error *err)
{
    char path[SUBJECT_PATH_SIZE], sha256[SHA256_HEX_SIZE] = "";
    bool is_output = strcmp(stream, "output") == 0;
    if (!query_value_named(contents, is_output ? "has_output" : "has_error").integer)
        return 0;
    int64_t content_id = query_value_named(contents, "content_id").integer;
    if (is_output)
        copy_text(sha256, sizeof sha256, query_value_named(contents, "output_sha256"));
    subject_text_path(exhibit, content_id, stream, path);
    return bag_add_pages(
        export->bag, path, export->order->reader, content_id, stream,
        query_value_named(contents, is_output ? "output_bytes" : "error_bytes").integer, sha256,
        err);
}

/* Contents come in the order of the exhibits. */
static int add_texts(struct export *export, struct error *err)
{
    struct query *contents;
    size_t at = 0;
    int more;
    if (case_copy_contents(export->case_file.copy, &contents, err))
        return -1;
    while ((more = query_next(contents, err)) == 1) {
        struct text sha256 = query_value_named(contents, "package_sha256").text;
        while (at + 1 < export->exhibit_count &&
               memcmp(export->exhibits[at].package_sha256, sha256.bytes, SHA256_HEX_LENGTH) != 0)
            at++;
        if (add_text(export, &export->exhibits[at], contents, "output", err) ||
            add_text(export, &export->exhibits[at], contents, "error", err)) {
            more = -1;
            break;
        }
    }
    query_free(contents);
    return more;
}

/* ---- the whole ---- */

static int open_bag(struct export *export, struct error *err)
{
    char folder[BAG_PATH_SIZE];
    struct zip_options options = {.password = export->order->password};
    if (time_to_unix(export->order->made_at, &options.mtime))
        return error_set(err, ERROR_USAGE, "'%s' is no time", export->order->made_at);
    snprintf(folder, sizeof folder, "case-%s", export->order->case_name);
    export->bag =
        bag_new(export->draft.fd, export->draft.path, folder, export->folder, &options, err);
    return export->bag ? 0 : -1;
}

static int gather(struct export *export, struct error *err)
{
    const struct export_order *order = export->order;
    if (make_copy(export, err) || (order->checkpoint && check_unchanged(order, err)) ||
        read_exhibits(export, err) || check_kinds(export, err))
        return -1;
    struct provenance_sources sources = {.copy = export->case_file.copy,
                                         .case_name = order->case_name,
                                         .ledger_folder = order->ledger_folder,
                                         .evidence_folder = order->evidence_folder,
                                         .spool_folder = export->folder,
                                         .last_number = order->last_number};
    if (provenance_gather(&export->provenance, &sources, err) || make_checkpoint(export, err))
        return -1;
    describe(export);
    return 0;
}

static int fill(struct export *export, struct export_outcome *outcome, struct error *err)
{
    if (gather(export, err) || open_bag(export, err) || note(export, err) ||
        add_proofs(export, err) || add_tables(export, err) || add_packages(export, err) ||
        add_texts(export, err) ||
        case_file_add(&export->case_file, export->bag, "data/case.sqlite", err) ||
        case_file_start_index(&export->case_file, err) || bag_finish(export->bag, err) ||
        draft_settle(&export->draft, &outcome->size_bytes, outcome->sha256, err))
        return -1;
    outcome->lines = export->provenance.line_count;
    outcome->exhibits = (int64_t) export->exhibit_count;
    outcome->withheld = 0;
    for (size_t i = 0; i < export->exhibit_count; i++)
        outcome->withheld += export->exhibits[i].is_withheld;
    return 0;
}

static void drop_parts(struct export *export)
{
    bag_free(export->bag);
    export->bag = NULL;
    provenance_release(&export->provenance);
    if (export->has_case_file)
        case_file_release(&export->case_file);
    export->has_case_file = false;
}

struct export *export_make(const struct export_order *order, struct export_outcome *outcome,
                           struct error *err)
{
    struct export *export = memory_zeroed(1, sizeof *export);
    struct zone utc;
    char *path = memory_copy_text(order->path, strlen(order->path));
    const char *folder = dirname(path);
    export->order = order;
    export->folder = memory_copy_text(folder, strlen(folder));
    free(path);
    buffer_init(&export->checkpoint_text, CHECKPOINT_BYTES);
    buffer_init(&export->root, TEXT_BYTES);
    *outcome = (struct export_outcome){0};
    int result = draft_open(&export->draft, order->path, err);
    export->has_draft = result == 0;
    /* libzip writes local times. */
    if (result == 0)
        result = zone_enter(&utc, "UTC", err);
    if (result == 0) {
        result = store_begin_read(order->reader, err) || fill(export, outcome, err) ? -1 : 0;
        store_end_read(order->reader);
        drop_parts(export);
        zone_leave(&utc);
    }
    if (result == 0)
        return export;
    export_free(export);
    return NULL;
}

int export_publish(struct export *export, struct error *err)
{
    return draft_publish(&export->draft, err);
}

void export_free(struct export *export)
{
    if (!export)
        return;
    if (export->has_draft)
        draft_drop(&export->draft);
    buffer_release(&export->checkpoint_text);
    buffer_release(&export->root);
    free(export->exhibits);
    free(export->folder);
    free(export);
}
