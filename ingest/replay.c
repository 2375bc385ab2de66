#include "ingest/replay.h"

#include "base/interrupt.h"

/* The lines of one transaction. 1 when there may be more, 0 at the end, -1. */
static int replay_some(const struct replay *replay, struct ledger_reader *reader,
                       struct ledger_place *place, int64_t *count, struct error *err)
{
    int more = 1;
    bool is_unparsed = false;
    /* A package that once crashed the parser is committed at once: should a second one crash it
     * soon after, the first must not be tried again. */
    for (int lines = 0; lines < REPLAY_LINES && !is_unparsed && more == 1; lines++) {
        struct ledger_line line;
        struct apply_outcome outcome;
        more = ledger_reader_next(reader, &line, err);
        if (more != 1)
            break;
        *place = line.place;
        if (interrupt_check(err) ||
            apply_line(replay->apply, &line, (struct text){0}, &outcome, err))
            return -1;
        is_unparsed = outcome.reading.is_unparsed;
        ++*count;
        if (replay->progress)
            replay->progress(replay->context, *count);
    }
    return more;
}

int replay_lines(const struct replay *replay, struct ledger_place *place, int64_t *lines,
                 struct error *err)
{
    struct ledger_reader *reader = ledger_reader_open(replay->ledger_folder, place, err);
    int more = reader ? 1 : -1;
    int64_t count = 0;
    while (more == 1) {
        more =
            store_begin(replay->store, err) ? -1 : replay_some(replay, reader, place, &count, err);
        if (more >= 0 && store_commit(replay->store, err))
            more = -1;
        if (more < 0)
            store_rollback(replay->store);
    }
    ledger_reader_close(reader);
    if (lines)
        *lines = count;
    return more;
}
