#include "ingest/verify.h"

#include "base/file.h"
#include "base/interrupt.h"
#include "base/memory.h"
#include "evidence/location.h"
#include "ingest/receipt.h"
#include "ingest/recover.h"
#include "schema/query.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

const char *verify_kind_name(enum verify_kind kind)
{
    switch (kind) {
    case VERIFY_DAMAGE:
        return "damage";
    case VERIFY_TAIL:
        return "tail";
    case VERIFY_UNPARSED:
        return "unparsed";
    }
    return "damage";
}

/* How far the ledger says a segment reaches, gathered while the lines go by. */
struct extent {
    char name[SEGMENT_NAME_SIZE];
    int64_t length;
    bool is_sealed;
    char sha256[SHA256_HEX_SIZE];
};

struct verify {
    struct archive *archive;
    const struct verify_options *options;
    verify_call *finding;
    void *context;
    struct verify_summary *summary;
    struct store *store; /* NULL when history.db cannot be opened */
    struct ledger_place known;
    struct ledger_place end; /* behind the ledger's last whole line */
    struct extent *extents;
    size_t extent_count;
    struct buffer receipt;
    bool is_cut; /* the ledger does not hold what history.db knows */
};

/* ---- findings ---- */

static int tell(struct verify *verify, enum verify_kind kind, const char *path, int64_t offset,
                struct error *err, const char *format, ...) __attribute__((format(printf, 6, 7)));

static int tell(struct verify *verify, enum verify_kind kind, const char *path, int64_t offset,
                struct error *err, const char *format, ...)
{
    char message[ERROR_MESSAGE_SIZE];
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    int64_t *count = kind == VERIFY_DAMAGE ? &verify->summary->damages
                     : kind == VERIFY_TAIL ? &verify->summary->tails
                                           : &verify->summary->unparsed;
    (*count)++;
    struct verify_finding finding = {kind, path, offset, message};
    return verify->finding(verify->context, &finding, err);
}

/* An error that says damage is a finding, and so is an index that cannot be opened; that the system
 * refuses ends the check. */
static int tell_error(struct verify *verify, const char *path, const struct error *why,
                      struct error *err)
{
    if (why->code != ERROR_DAMAGED && why->code != ERROR_INVALID && why->code != ERROR_DATABASE) {
        *err = *why;
        return error_at_path(err, path);
    }
    return tell(verify, VERIFY_DAMAGE, why->path[0] ? why->path : path, why->offset, err, "%s",
                why->message);
}

static char *segment_path(const struct verify *verify, const char *name)
{
    return file_join(verify->archive->evidence_folder, name);
}

static bool in_subset(const struct verify *verify, int64_t number)
{
    return number % verify->options->subset_of == verify->options->subset_part - 1;
}

/* ---- segments ---- */

static struct extent *extent_of(struct verify *verify, const char *name)
{
    for (size_t i = verify->extent_count; i > 0; i--)
        if (strcmp(verify->extents[i - 1].name, name) == 0)
            return &verify->extents[i - 1];
    verify->extents =
        memory_resize(verify->extents, (verify->extent_count + 1) * sizeof *verify->extents);
    struct extent *extent = &verify->extents[verify->extent_count++];
    *extent = (struct extent){0};
    snprintf(extent->name, sizeof extent->name, "%s", name);
    return extent;
}

static void reach(struct verify *verify, const char *name, int64_t length)
{
    struct extent *extent = extent_of(verify, name);
    if (length > extent->length)
        extent->length = length;
}

static void note_seal(struct verify *verify, const struct json_object *line)
{
    const char *event = json_object_text(line, "event");
    const char *name = json_object_text(line, "segment");
    const char *sha256 = json_object_text(line, "sha256");
    int64_t size_bytes;
    enum segment_class family;
    int number;
    if (!event || strcmp(event, "sealed") != 0 || !name || !sha256 || !sha256_is_hex(sha256) ||
        segment_parse_name(name, &family, &number) ||
        !json_object_int64(line, "size_bytes", &size_bytes))
        return;
    reach(verify, name, size_bytes);
    struct extent *extent = extent_of(verify, name);
    extent->is_sealed = true;
    memcpy(extent->sha256, sha256, SHA256_HEX_SIZE);
}

static int check_sealed(struct verify *verify, const struct extent *extent, const char *path,
                        int64_t size, struct error *err)
{
    char sha256[SHA256_HEX_SIZE];
    struct error why = {0};
    if (size > extent->length)
        return tell(verify, VERIFY_DAMAGE, path, extent->length, err,
                    "sealed with %lld bytes and has %lld now", (long long)extent->length,
                    (long long)size);
    if (verify->options->quick || verify->options->subset_of > 1)
        return 0;
    if (segment_hash_stored(verify->archive->evidence_folder, extent->name, 0, -1, sha256, &why))
        return tell_error(verify, path, &why, err);
    if (strcmp(sha256, extent->sha256) != 0)
        return tell(verify, VERIFY_DAMAGE, path, -1, err, "sealed with SHA-256 %s and has %s now",
                    extent->sha256, sha256);
    return 0;
}

static int check_extent(struct verify *verify, const struct extent *extent, struct error *err)
{
    struct stat status;
    char *path = segment_path(verify, extent->name);
    int result = 0;
    int64_t size = stat(path, &status) ? -1 : (int64_t)status.st_size;
    verify->summary->segments++;
    if (size < 0)
        result = tell(verify, VERIFY_DAMAGE, path, -1, err,
                      "the ledger tells of this file, and it is not there");
    else if (size < extent->length)
        result = tell(verify, VERIFY_DAMAGE, path, size, err,
                      "%lld bytes long, and the ledger tells of %lld", (long long)size,
                      (long long)extent->length);
    else if (extent->is_sealed)
        result = check_sealed(verify, extent, path, size, err);
    else if (size > extent->length)
        result =
            tell(verify, VERIFY_TAIL, path, extent->length, err,
                 verify->is_cut ? "%lld bytes behind the last one that the ledger still tells of"
                                : "%lld bytes behind the last acknowledged one: an ingest is "
                                  "running or was cut short; the next one adopts them or sets "
                                  "them aside",
                 (long long)(size - extent->length));
    free(path);
    return result;
}

/* A segment that no line names yet can only be a tail. */
static int check_next_segment(struct verify *verify, enum segment_class family, struct error *err)
{
    int last = 0;
    for (size_t i = 0; i < verify->extent_count; i++) {
        enum segment_class of;
        int number;
        if (segment_parse_name(verify->extents[i].name, &of, &number) == 0 && of == family &&
            number > last)
            last = number;
    }
    struct extent next = {0};
    segment_name(family, last + 1, next.name);
    char *path = segment_path(verify, next.name);
    bool exists = file_exists(path);
    free(path);
    return exists ? check_extent(verify, &next, err) : 0;
}

static int check_segments(struct verify *verify, struct error *err)
{
    for (size_t i = 0; i < verify->extent_count; i++)
        if (check_extent(verify, &verify->extents[i], err))
            return -1;
    for (int family = 0; family < ARCHIVE_CLASSES; family++)
        if (check_next_segment(verify, (enum segment_class)family, err))
            return -1;
    return 0;
}

/* ---- one entry ---- */

static int check_receipt(struct verify *verify, const struct location *location, struct error *why)
{
    struct receipt receipt;
    struct json_object *object;
    if (segment_read_receipt(verify->archive->evidence_folder, &location->entry, &verify->receipt,
                             why))
        return -1;
    struct text json = {verify->receipt.bytes, verify->receipt.length};
    if (receipt_parse(json, &receipt, &object, why))
        return -1;
    int result = 0;
    if (receipt.number != location->entry.receipt_number ||
        strcmp(receipt.package_sha256, location->entry.package_sha256) != 0)
        result = error_set(why, ERROR_DAMAGED, "the receipt is another line's");
    char sha256[SHA256_HEX_SIZE];
    sha256_of(json.bytes, json.length, sha256);
    if (result == 0 && location->entry.receipt_sha256[0] &&
        strcmp(location->entry.receipt_sha256, sha256) != 0)
        result = error_set(why, ERROR_DAMAGED, "the receipt is not the one that was written");
    json_object_free(object);
    return result;
}

static int check_entry(struct verify *verify, const struct location *location, struct error *err)
{
    const char *folder = verify->archive->evidence_folder;
    const struct segment_entry *entry = &location->entry;
    struct error why = {.offset = -1};
    char sha256[SHA256_HEX_SIZE];
    int result = segment_hash_stored(folder, entry->segment, entry->entry_offset,
                                     entry->entry_bytes, sha256, &why);
    if (result == 0 && strcmp(sha256, entry->entry_sha256) != 0) {
        error_set(&why, ERROR_DAMAGED, "the stored bytes are not what they were");
        error_at_offset(&why, entry->entry_offset);
        result = -1;
    }
    if (result == 0)
        result = check_receipt(verify, location, &why);
    /* A repeat's bytes are checked where they were stored. */
    if (result == 0 && entry->has_package) {
        verify->summary->packages++;
        verify->summary->bytes += entry->size_bytes;
        result = segment_check_package(folder, location->data_segment, entry->offset,
                                       entry->stored_bytes, entry->size_bytes,
                                       entry->package_sha256, &why);
    }
    if (result == 0)
        return 0;
    char told[ERROR_MESSAGE_SIZE];
    snprintf(told, sizeof told, "%.900s (ledger line %lld%s%.12s%s)", why.message,
             (long long)entry->receipt_number, entry->package_sha256[0] ? ", package " : "",
             entry->package_sha256, entry->package_sha256[0] ? "…" : "");
    memcpy(why.message, told, sizeof told);
    char *path = segment_path(verify, entry->segment);
    result = tell_error(verify, path, &why, err);
    free(path);
    return result;
}

/* ---- the ledger ---- */

static int check_known_line(struct verify *verify, const struct ledger_line *line,
                            struct error *err)
{
    char sha256[SHA256_HEX_SIZE];
    if (!verify->store || line->place.number > verify->known.number)
        return 0;
    int found = store_line_sha256(verify->store, line->place.number, sha256, err);
    if (found < 0)
        return -1;
    if (found && strcmp(sha256, line->place.sha256) == 0)
        return 0;
    return tell(verify, VERIFY_DAMAGE, verify->archive->database_path, -1, err,
                "ledger line %lld is %s in history.db: one of the two was changed",
                (long long)line->place.number, found ? "another one" : "missing");
}

static int check_line(struct verify *verify, const struct ledger_line *line, struct error *err)
{
    struct location location;
    struct error why = {.offset = -1};
    verify->summary->lines++;
    verify->end = line->place;
    note_seal(verify, line->object);
    int has_entry = location_read(line->object, &location, &why);
    if (has_entry < 0)
        return tell_error(verify, verify->archive->ledger_folder, &why, err);
    if (has_entry) {
        reach(verify, location.entry.segment,
              location.entry.entry_offset + location.entry.entry_bytes);
        reach(verify, location.data_segment, location.entry.offset + location.entry.stored_bytes);
    }
    if (verify->options->quick)
        return 0;
    if (check_known_line(verify, line, err))
        return -1;
    return has_entry && in_subset(verify, line->place.number) ? check_entry(verify, &location, err)
                                                              : 0;
}

static int check_ledger(struct verify *verify, struct error *err)
{
    struct ledger_place start;
    struct error why = {.offset = -1};
    ledger_place_start(&start);
    verify->end = start;
    struct ledger_reader *reader = ledger_reader_open(verify->archive->ledger_folder, &start, &why);
    int more = reader ? 1 : -1;
    while (more == 1) {
        struct ledger_line line;
        more = ledger_reader_next(reader, &line, &why);
        if (more == 1 && (interrupt_check(err) || check_line(verify, &line, err))) {
            ledger_reader_close(reader);
            return -1;
        }
    }
    int result = more < 0 ? tell_error(verify, verify->archive->ledger_folder, &why, err) : 0;
    int file;
    int64_t offset, torn = more == 0 ? ledger_reader_torn(reader, &file, &offset) : 0;
    if (result == 0 && torn > 0) {
        char name[32];
        ledger_file_name(file, name);
        char *path = file_join(verify->archive->ledger_folder, name);
        result = tell(verify, VERIFY_TAIL, path, offset, err,
                      "a last line of %lld bytes without its end", (long long)torn);
        free(path);
    }
    ledger_reader_close(reader);
    return result;
}

/* ---- history.db ---- */

static int open_index(struct verify *verify, struct error *err)
{
    struct error why = {.offset = -1};
    ledger_place_start(&verify->known);
    const char *path = verify->archive->database_path;
    verify->store = store_open_reader(path, &why);
    if (verify->store && recover_known_place(verify->store, &verify->known, &why) == 0)
        return 0;
    store_close(verify->store);
    verify->store = NULL;
    ledger_place_start(&verify->known);
    return tell_error(verify, path, &why, err);
}

static int check_head(struct verify *verify, struct error *err)
{
    const struct ledger_place *known = &verify->known;
    int holds = recover_ledger_holds(verify->archive->ledger_folder, known, err);
    if (holds < 0)
        return -1;
    verify->is_cut = !holds || known->number > verify->end.number;
    if (verify->is_cut)
        return tell(verify, VERIFY_DAMAGE, verify->archive->ledger_folder, -1, err,
                    "history.db knows ledger line %lld, and the ledger does not hold it: the "
                    "ledger was cut, changed or replaced",
                    (long long)known->number);
    if (known->number < verify->end.number)
        return tell(verify, VERIFY_TAIL, verify->archive->database_path, -1, err,
                    "%lld ledger lines are not in history.db yet; the next ingest puts them in",
                    (long long)(verify->end.number - known->number));
    return 0;
}

static int list_unparsed(struct verify *verify, struct error *err)
{
    struct query *query;
    if (query_unparsed(verify->store, &query, err))
        return -1;
    int more;
    while ((more = query_next(query, err)) == 1) {
        char sha256[SHA256_HEX_SIZE];
        struct text hash = query_value_named(query, "package_sha256").text;
        struct text why = query_value_named(query, "unparsed").text;
        snprintf(sha256, sizeof sha256, "%.*s", (int)hash.length, hash.bytes);
        if (tell(verify, VERIFY_UNPARSED, sha256, -1, err, "kept, but not read: %.*s",
                 (int)why.length, why.bytes)) {
            more = -1;
            break;
        }
    }
    query_free(query);
    return more;
}

/* The pages of one output, joined and hashed. */
static int check_text(struct verify *verify, int64_t content_id, const char *wanted,
                      struct error *err)
{
    struct query *pages;
    if (query_pages(verify->store, content_id, "output", &pages, err))
        return -1;
    struct sha256 *hash = sha256_new();
    char sha256[SHA256_HEX_SIZE];
    int more;
    while ((more = query_next(pages, err)) == 1) {
        struct text page = query_value_named(pages, "text").text;
        sha256_update(hash, page.bytes, page.length);
    }
    sha256_finish(hash, sha256);
    sha256_free(hash);
    query_free(pages);
    verify->summary->texts++;
    if (more < 0 || strcmp(sha256, wanted) == 0)
        return more;
    return tell(verify, VERIFY_DAMAGE, verify->archive->database_path, -1, err,
                "the output of content %lld is not what was read; `lrarchive rebuild` makes it "
                "anew",
                (long long)content_id);
}

static int check_texts(struct verify *verify, struct error *err)
{
    struct query *contents;
    if (query_contents(verify->store, &contents, err))
        return -1;
    int more;
    while ((more = query_next(contents, err)) == 1) {
        struct query_value id = query_value_named(contents, "content_id");
        struct query_value hash = query_value_named(contents, "output_sha256");
        char wanted[SHA256_HEX_SIZE];
        if (hash.type != QUERY_TEXT || !in_subset(verify, id.integer))
            continue;
        snprintf(wanted, sizeof wanted, "%.*s", (int)hash.text.length, hash.text.bytes);
        if (interrupt_check(err) || check_text(verify, id.integer, wanted, err)) {
            more = -1;
            break;
        }
    }
    query_free(contents);
    return more;
}

static int check_index(struct verify *verify, struct error *err)
{
    struct error why = {.offset = -1};
    if (!verify->store)
        return 0;
    if (store_check(verify->store, verify->options->quick, &why))
        return tell_error(verify, verify->archive->database_path, &why, err);
    if (list_unparsed(verify, err))
        return -1;
    return verify->options->quick ? 0 : check_texts(verify, err);
}

int verify_archive(struct archive *archive, const struct verify_options *options,
                   verify_call *finding, void *context, struct verify_summary *summary,
                   struct error *err)
{
    *summary = (struct verify_summary){0};
    struct verify verify = {.archive = archive,
                            .options = options,
                            .finding = finding,
                            .context = context,
                            .summary = summary};
    buffer_init(&verify.receipt, SEGMENT_RECEIPT_BYTES);
    /* The index first, then the ledger: an ingest that runs meanwhile only makes the ledger longer. */
    int result = open_index(&verify, err);
    if (result == 0)
        result = check_ledger(&verify, err);
    if (result == 0 && verify.store)
        result = check_head(&verify, err);
    if (result == 0)
        result = check_segments(&verify, err);
    if (result == 0)
        result = check_index(&verify, err);
    store_close(verify.store);
    free(verify.extents);
    buffer_release(&verify.receipt);
    return result;
}
