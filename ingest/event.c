#include "ingest/event.h"

#include "base/memory.h"
#include "evidence/location.h"
#include "ingest/receipt.h"
#include "ingest/recover.h"

#include <stdlib.h>
#include <time.h>

/* The receipt as an entry of its own. */
static int store_receipt(struct archive *archive, struct segment *segment,
                         const struct event *event, int64_t number, const char *now,
                         struct segment_entry *entry, struct error *err)
{
    struct json_writer *writer = json_writer_new();
    receipt_begin(writer, number, event->name, now, &archive->actor);
    event->add_to_receipt(event->context, writer);
    struct text receipt = json_writer_end(writer);
    int result = segment_finish_entry(segment, number, receipt.bytes, receipt.length,
                                      (int64_t)time(NULL), entry, err);
    json_writer_free(writer);
    return result;
}

/* All receipts, on disk. */
static int store_receipts(struct archive *archive, const struct event *events, size_t count,
                          const char *now, struct segment_entry *entries, struct error *err)
{
    int64_t number = ledger_next_number(archive->ledger);
    struct segment *segment = archive_segment(archive, SEGMENT_RESULTS, err);
    if (!segment)
        return -1;
    int64_t before = segment_size(segment);
    int result = 0;
    for (size_t i = 0; i < count && result == 0; i++)
        result =
            store_receipt(archive, segment, &events[i], number + (int64_t)i, now, &entries[i], err);
    if (result) {
        struct error ignored;
        if (segment_cut_back(segment, before, &ignored))
            archive->broken = true;
        return -1;
    }
    if (segment_sync(segment, err)) {
        archive->broken = true;
        return -1;
    }
    archive->segment_sizes[SEGMENT_RESULTS] = segment_size(segment);
    return 0;
}

static int write_line(struct archive *archive, const struct event *event, const char *now,
                      const struct segment_entry *entry, struct error *err)
{
    struct text line;
    struct ledger_place place;
    struct json_writer *writer = ledger_begin(archive->ledger, event->name, now, &archive->actor);
    location_write(writer, entry, "");
    event->add_to_line(event->context, writer);
    return ledger_end(archive->ledger, &line, &place, err);
}

static int write_lines(struct archive *archive, const struct event *events, size_t count,
                       const char *now, const struct segment_entry *entries, struct error *err)
{
    int result = 0;
    for (size_t i = 0; i < count && result == 0; i++)
        result = write_line(archive, &events[i], now, &entries[i], err);
    if (result == 0)
        result = ledger_sync(archive->ledger, err);
    if (result)
        archive->broken = true;
    return result;
}

int event_record_all(struct archive *archive, const struct event *events, size_t count,
                     int64_t *first_number, struct error *err)
{
    char now[TIME_TEXT_SIZE];
    if (archive_lock(archive, err))
        return -1;
    struct segment_entry *entries = memory_zeroed(count, sizeof *entries);
    time_now(now);
    *first_number = ledger_next_number(archive->ledger);
    int result = store_receipts(archive, events, count, now, entries, err);
    if (result == 0)
        result = write_lines(archive, events, count, now, entries, err);
    /* From here on they are kept; should this fail, the next writer replays the lines. */
    if (result == 0 && recover_replay(archive, err)) {
        archive->in_order = false;
        result = -1;
    }
    if (result == 0)
        result = archive_seal_full_segments(archive, err);
    archive_unlock(archive);
    free(entries);
    return result;
}

int event_record(struct archive *archive, const struct event *event, int64_t *number,
                 struct error *err)
{
    return event_record_all(archive, event, 1, number, err);
}
