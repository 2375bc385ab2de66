#include "ingest/event.h"

#include "evidence/location.h"
#include "ingest/receipt.h"
#include "ingest/recover.h"

#include <string.h>
#include <time.h>

/* The receipt as an entry of its own, on disk. */
static int store_receipt(struct archive *archive, const struct event *event, const char *now,
                         struct segment_entry *entry, struct error *err)
{
    int64_t number = ledger_next_number(archive->ledger);
    struct segment *segment = archive_segment(archive, SEGMENT_RESULTS, err);
    if (!segment)
        return -1;
    struct json_writer *writer = json_writer_new();
    receipt_begin(writer, number, event->name, now, &archive->actor);
    event->add_to_receipt(event->context, writer);
    struct text receipt = json_writer_end(writer);
    int result = segment_finish_entry(segment, number, receipt.bytes, receipt.length,
                                      (int64_t)time(NULL), entry, err);
    json_writer_free(writer);
    if (result) {
        struct error ignored;
        if (segment_abandon_entry(segment, &ignored))
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
    if (ledger_end(archive->ledger, &line, &place, err) == 0 &&
        ledger_sync(archive->ledger, err) == 0)
        return 0;
    archive->broken = true;
    return -1;
}

int event_record(struct archive *archive, const struct event *event, int64_t *number,
                 struct error *err)
{
    char now[TIME_TEXT_SIZE];
    struct segment_entry entry = {.has_package = false};
    if (archive_lock(archive, err))
        return -1;
    time_now(now);
    *number = ledger_next_number(archive->ledger);
    int result = store_receipt(archive, event, now, &entry, err);
    if (result == 0)
        result = write_line(archive, event, now, &entry, err);
    /* From here on it is kept; should this fail, the next writer replays the line. */
    if (result == 0 && recover_replay(archive, err)) {
        archive->in_order = false;
        result = -1;
    }
    if (result == 0)
        result = archive_seal_full_segments(archive, err);
    archive_unlock(archive);
    return result;
}
