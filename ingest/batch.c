#include "ingest/batch.h"

#include "base/memory.h"
#include "evidence/location.h"
#include "ingest/receipt.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

/* One package between steps 1 and 6. */
struct item {
    enum batch_status status;
    char *path;
    char *receipt; /* JSON; receipt_length bytes; NULL once its line is made */
    size_t receipt_length;
    char time[TIME_TEXT_SIZE];
    struct segment_entry entry;
    char data_segment[SEGMENT_NAME_SIZE];
    struct ledger_place place;
    struct apply_outcome outcome;
};

#define KEY_BYTES sizeof(uint64_t) /* of a hash's digits: to look through many of them at once */

struct batch {
    struct archive *archive;
    batch_report_call *report;
    void *report_context;
    struct item items[BATCH_MAX_PACKAGES];
    uint64_t keys[BATCH_MAX_PACKAGES]; /* the items' hashes' first digits */
    size_t count;
    int64_t weight;
    bool is_indexed;
    struct json_writer *writer;
};

struct batch *batch_new(struct archive *archive, batch_report_call *report, void *context)
{
    struct batch *batch = memory_zeroed(1, sizeof *batch);
    batch->archive = archive;
    batch->report = report;
    batch->report_context = context;
    batch->writer = json_writer_new();
    return batch;
}

static void clear(struct batch *batch)
{
    for (size_t i = 0; i < batch->count; i++) {
        free(batch->items[i].path);
        free(batch->items[i].receipt);
    }
    batch->count = 0;
    batch->weight = 0;
}

void batch_free(struct batch *batch)
{
    if (!batch)
        return;
    clear(batch);
    json_writer_free(batch->writer);
    free(batch);
}

bool batch_is_empty(const struct batch *batch)
{
    return batch->count == 0;
}

static int64_t weight_of(const struct source *source)
{
    if (!source->is_packed)
        return source->size_bytes;
    return source->size_bytes < BATCH_MAX_BYTES ? source->size_bytes * BATCH_PACKED_WEIGHT
                                                : INT64_MAX / 2;
}

bool batch_is_full_for(const struct batch *batch, const struct source *source)
{
    return batch->count == BATCH_MAX_PACKAGES ||
           (batch->count > 0 && weight_of(source) > BATCH_MAX_BYTES - batch->weight);
}

/* ---- step 1 ---- */

/* Bytes that are there already are read back, too, before they are acknowledged again. */
static int check_stored(struct batch *batch, const char *sha256, const struct item *item,
                        int64_t size_bytes, struct error *err)
{
    struct error why;
    if (segment_check_package(batch->archive->evidence_folder, item->data_segment,
                              item->entry.offset, item->entry.stored_bytes, size_bytes, sha256,
                              &why) == 0)
        return 1;
    if (why.code != ERROR_DAMAGED) {
        *err = why;
        return -1;
    }
    archive_notice(batch->archive,
                   "the stored bytes of package %s are damaged; they are stored anew", sha256);
    return 0;
}

static uint64_t key_of(const char *sha256)
{
    uint64_t key;
    memcpy(&key, sha256, KEY_BYTES);
    return key;
}

/* Where the bytes lie already: in this batch, or in the archive. 1, 0 or -1. */
static int find_stored(struct batch *batch, const char *sha256, struct item *item,
                       struct error *err)
{
    uint64_t key = key_of(sha256);
    for (size_t i = 0; i < batch->count; i++) {
        const struct item *other = &batch->items[i];
        if (batch->keys[i] == key && strcmp(other->entry.package_sha256, sha256) == 0) {
            item->entry.offset = other->entry.offset;
            item->entry.stored_bytes = other->entry.stored_bytes;
            memcpy(item->data_segment, other->data_segment, sizeof item->data_segment);
            return 1;
        }
    }
    int64_t size_bytes;
    int found = store_find_package(batch->archive->store, sha256, &size_bytes, item->data_segment,
                                   &item->entry.offset, &item->entry.stored_bytes, err);
    return found == 1 ? check_stored(batch, sha256, item, size_bytes, err) : found;
}

static int choose_class(struct batch *batch, const struct source *source,
                        const struct batch_context *context, bool is_stored,
                        const struct item *item, enum segment_class *family, struct error *err)
{
    int number;
    if (is_stored)
        return segment_parse_name(item->data_segment, family, &number);
    *family = source->looks_like_json ? SEGMENT_RESULTS : SEGMENT_FILES;
    if (!context->action_id)
        return 0;
    struct text action = {context->action_id, strlen(context->action_id)};
    int fetched_file =
        store_command_is(batch->archive->store, action, context->command_index, "GetFile", err);
    if (fetched_file == 1)
        *family = SEGMENT_FILES;
    return fetched_file < 0 ? -1 : 0;
}

static void make_receipt(struct batch *batch, const struct source *source,
                         const struct batch_context *context, int64_t number, struct item *item)
{
    struct receipt receipt = {
        .number = number,
        .event = item->status == BATCH_INGESTED ? "ingested" : "duplicate",
        .time = item->time,
        .package_sha256 = source->sha256,
        .size_bytes = source->size_bytes,
        .source = source->recorded,
        .source_hex = source->hex,
        .file_mtime = source->mtime,
        .tenant_id = context->tenant_id,
        .action_id = context->action_id,
        .machine_id = context->machine_id,
        .machine_name = context->machine_name,
        .note = context->note,
        .observed_at = context->observed_at,
        .case_name = context->case_name,
        .has_command_index = context->has_command_index,
        .command_index = context->command_index,
        .max_unpacked_bytes = context->max_unpacked_bytes,
        .fetched = context->fetched,
    };
    struct text json = receipt_write(&receipt, &batch->archive->actor, batch->writer);
    item->receipt = memory_copy_text(json.bytes, json.length);
    item->receipt_length = json.length;
}

/* After a failure the begun entry is cut off again, so that the whole ones before it can go on. If
 * even that fails, where the file ends is not known. */
static int abandon(struct batch *batch, struct segment *segment)
{
    struct error ignored;
    if (segment_abandon_entry(segment, &ignored))
        batch->archive->broken = true;
    return -1;
}

static int write_entry(struct batch *batch, struct source *source,
                       const struct batch_context *context, struct item *item,
                       enum segment_class family, struct error *err)
{
    struct segment *segment = archive_segment(batch->archive, family, err);
    if (!segment)
        return -1;
    int64_t now_seconds = (int64_t)time(NULL);
    int64_t number = ledger_next_number(batch->archive->ledger) + (int64_t)batch->count;
    struct segment_entry entry = {0};
    if (item->status == BATCH_INGESTED &&
        (segment_begin_package(segment, source->sha256, source->size_bytes, now_seconds, err) ||
         source_copy(source, segment, err)))
        return abandon(batch, segment);
    make_receipt(batch, source, context, number, item);
    if (segment_finish_entry(segment, number, item->receipt, item->receipt_length, now_seconds,
                             &entry, err)) {
        free(item->receipt);
        return abandon(batch, segment);
    }
    if (item->status == BATCH_DUPLICATE) {
        entry.offset = item->entry.offset;
        entry.stored_bytes = item->entry.stored_bytes;
    } else {
        memcpy(item->data_segment, entry.segment, sizeof item->data_segment);
    }
    memcpy(entry.package_sha256, source->sha256, sizeof entry.package_sha256);
    entry.size_bytes = source->size_bytes;
    item->entry = entry;
    return 0;
}

int batch_add(struct batch *batch, struct source *source, const struct batch_context *context,
              struct error *err)
{
    if (archive_lock(batch->archive, err))
        return -1;
    struct item item = {0};
    enum segment_class family;
    time_now(item.time);
    int is_stored = find_stored(batch, source->sha256, &item, err);
    if (is_stored < 0 || choose_class(batch, source, context, is_stored, &item, &family, err))
        return -1;
    item.status = is_stored ? BATCH_DUPLICATE : BATCH_INGESTED;
    if (write_entry(batch, source, context, &item, family, err)) {
        if (batch->count == 0 && err->code == ERROR_REJECTED)
            archive_unlock(batch->archive);
        return -1;
    }
    item.path = memory_copy_text(source->path, strlen(source->path));
    batch->keys[batch->count] = key_of(source->sha256);
    batch->items[batch->count++] = item;
    if (!is_stored)
        batch->weight += weight_of(source);
    return 0;
}

/* ---- step 2 ---- */

static int sync_segments(struct batch *batch, struct error *err)
{
    for (int family = 0; family < ARCHIVE_CLASSES; family++) {
        struct segment *segment = batch->archive->segments[family];
        if (segment && segment_sync(segment, err))
            return -1;
        if (segment)
            batch->archive->segment_sizes[family] = segment_size(segment);
    }
    return 0;
}

/* ---- step 3 ---- */

/* The line as it will be; it waits in the ledger's memory for step 4. `line` is borrowed until the next. */
static int make_line(struct batch *batch, struct item *item, struct ledger_line *line,
                     struct error *err)
{
    struct archive *archive = batch->archive;
    const char *event = item->status == BATCH_INGESTED ? "ingested" : "duplicate";
    struct json_writer *writer = ledger_begin(archive->ledger, event, item->time, &archive->actor);
    location_write(writer, &item->entry, item->data_segment);
    if (ledger_end(archive->ledger, &line->line, &item->place, err))
        return -1;
    line->place = item->place;
    line->line_offset = item->place.offset - (int64_t)line->line.length - 1;
    return 0;
}

static int read_back_item(struct batch *batch, const struct item *item, struct error *err)
{
    const struct segment_entry *entry = &item->entry;
    if (item->status == BATCH_DUPLICATE)
        return 0;
    return segment_check_package(batch->archive->evidence_folder, entry->segment, entry->offset,
                                 entry->stored_bytes, entry->size_bytes, entry->package_sha256,
                                 err);
}

static int index_item(struct batch *batch, struct apply *apply, struct item *item,
                      struct ledger_line *line, struct error *err)
{
    line->object = json_object_parse(line->line.bytes, line->line.length, err);
    if (!line->object)
        return -1;
    struct text receipt = {item->receipt, item->receipt_length};
    int result = apply_line(apply, line, receipt, &item->outcome, err);
    json_object_free(line->object);
    if (result == 0 && !item->outcome.is_checked)
        result = read_back_item(batch, item, err);
    return result;
}

/* Begins a transaction that step 5 commits. NULL with err. */
static struct apply *begin_index(struct batch *batch, struct error *err)
{
    struct archive *archive = batch->archive;
    struct apply *apply = apply_new(archive->store, archive->store, archive->evidence_folder,
                                    archive->parsing_path, archive->actor.tool, "", err);
    if (apply && batch->count > 1)
        apply_without_steps(apply);
    if (!apply || store_begin(archive->store, err) == 0)
        return apply;
    apply_free(apply);
    return NULL;
}

/* Makes the lines and, until the index fails, puts their rows. -1 only when a line cannot be made. */
static int make_lines(struct batch *batch, struct error *index_error, struct error *err)
{
    struct apply *apply = begin_index(batch, index_error);
    int result = 0;
    batch->is_indexed = apply != NULL;
    for (size_t i = 0; i < batch->count && result == 0; i++) {
        struct item *item = &batch->items[i];
        struct ledger_line line;
        result = make_line(batch, item, &line, err);
        if (result == 0 && batch->is_indexed)
            batch->is_indexed = index_item(batch, apply, item, &line, index_error) == 0;
        free(item->receipt);
        item->receipt = NULL;
    }
    apply_free(apply);
    if (result || !batch->is_indexed)
        store_rollback(batch->archive->store);
    return result;
}

/* -1 when the evidence does not hold what was written; what the index says about it is kept in
 * *index_error. */
static int read_back(struct batch *batch, struct error *index_error, struct error *err)
{
    if (make_lines(batch, index_error, err))
        return -1;
    for (size_t i = 0; i < batch->count && !batch->is_indexed; i++)
        if (read_back_item(batch, &batch->items[i], err))
            return -1;
    return 0;
}

/* ---- steps 4 and 5 ---- */

static int write_ledger(struct batch *batch, struct error *err)
{
    struct archive *archive = batch->archive;
    if (ledger_sync(archive->ledger, err)) {
        store_rollback(archive->store);
        return -1;
    }
    archive->head = batch->items[batch->count - 1].place;
    return 0;
}

static void commit_index(struct batch *batch, struct error *index_error)
{
    if (batch->is_indexed && store_commit(batch->archive->store, index_error)) {
        store_rollback(batch->archive->store);
        batch->is_indexed = false;
    }
    if (!batch->is_indexed)
        batch->archive->in_order = false; /* the next lock replays */
}

/* ---- step 6 ---- */

static int acknowledge(struct batch *batch, struct error *err)
{
    int result = 0;
    for (size_t i = 0; i < batch->count && result == 0; i++) {
        const struct item *item = &batch->items[i];
        struct batch_report report = {.status = item->status,
                                      .path = item->path,
                                      .package_sha256 = item->entry.package_sha256,
                                      .size_bytes = item->entry.size_bytes,
                                      .ledger_number = item->place.number,
                                      .outcome = item->outcome};
        result = batch->report(batch->report_context, &report, err);
    }
    return result;
}

/* Kept, but not acknowledged: history.db could not take the rows. */
static int tell_not_indexed(const struct batch *batch, const struct error *why, struct error *err)
{
    error_set(
        err, why->code,
        "%s. The packages of ledger lines %lld to %lld are kept as evidence; the next ingest, "
        "or `lrarchive rebuild`, puts them into history.db",
        why->message, (long long)batch->items[0].place.number,
        (long long)batch->items[batch->count - 1].place.number);
    if (why->path[0])
        error_at_path(err, why->path);
    return -1;
}

static int commit(struct batch *batch, struct error *err)
{
    struct error index_error = {0};
    if (sync_segments(batch, err) || read_back(batch, &index_error, err) ||
        write_ledger(batch, err)) {
        batch->archive->broken = true;
        return -1;
    }
    commit_index(batch, &index_error);
    if (!batch->is_indexed)
        return tell_not_indexed(batch, &index_error, err);
    return acknowledge(batch, err) ? -1 : archive_seal_full_segments(batch->archive, err);
}

int batch_commit(struct batch *batch, struct error *err)
{
    int result = batch->count > 0 ? commit(batch, err) : 0;
    clear(batch);
    archive_unlock(batch->archive);
    return result;
}
