#include "ingest/replay.h"

#include "base/interrupt.h"

#include <stdio.h>

/* Where a replay stands. */
struct position {
    struct ledger_place committed;
    struct ledger_place place; /* behind the last line looked at */
    int64_t count;
    int64_t failed; /* number of the line that could not be applied; lines before it go singly */
};

/* The lines of one transaction. 1 when there may be more, 0 at the end, -1. */
static int replay_some(const struct replay *replay, struct ledger_reader *reader,
                       struct position *position, struct error *err)
{
    int more = 1;
    bool is_unparsed = false;
    /* A package that once crashed the parser is committed at once: should a second one crash it
     * soon after, the first must not be tried again. */
    int limit = position->failed > position->committed.number ? 1 : REPLAY_LINES;
    for (int lines = 0; lines < limit && !is_unparsed && more == 1; lines++) {
        struct ledger_line line;
        struct apply_outcome outcome;
        more = ledger_reader_next(reader, &line, err);
        if (more != 1)
            break;
        struct ledger_place before = position->place;
        position->place = line.place;
        if (interrupt_check(err))
            return -1;
        int result = apply_line(replay->apply, &line, (struct text){0}, &outcome, err);
        if (apply_has_stepped(replay->apply))
            position->committed = before;
        if (result) {
            position->failed = line.place.number;
            return -1;
        }
        is_unparsed = outcome.reading.is_unparsed;
        position->count++;
        if (replay->progress)
            replay->progress(replay->context, position->count);
    }
    return more;
}

/* One transaction. */
static int replay_step(const struct replay *replay, struct ledger_reader *reader,
                       struct position *position, struct error *err)
{
    if (store_begin(replay->store, err))
        return -1;
    int more = replay_some(replay, reader, position, err);
    if (more < 0 || store_commit(replay->store, err)) {
        store_rollback(replay->store);
        return -1;
    }
    position->committed = position->place;
    return more;
}

/* The line behind position->committed, whose evidence is damaged. */
static int replay_damaged(const struct replay *replay, struct position *position,
                          const struct error *why, struct error *err)
{
    struct ledger_line line;
    char reason[ERROR_MESSAGE_SIZE + 64];
    snprintf(reason, sizeof reason, "its evidence is damaged: %s", why->message);
    struct ledger_reader *reader =
        ledger_reader_open(replay->ledger_folder, &position->committed, err);
    int result = reader && ledger_reader_next(reader, &line, err) == 1 ? 0 : -1;
    if (result == 0)
        result = store_begin(replay->store, err);
    if (result == 0 && (apply_damaged_line(replay->apply, &line, reason, err) ||
                        store_commit(replay->store, err))) {
        store_rollback(replay->store);
        result = -1;
    }
    if (result == 0) {
        position->committed = position->place = line.place;
        position->count++;
        if (replay->damaged)
            replay->damaged(replay->context, line.place.number, why);
    }
    ledger_reader_close(reader);
    return result;
}

/* From position->committed until the end, or until something is wrong. */
static int replay_on(const struct replay *replay, struct position *position, struct error *err)
{
    struct ledger_reader *reader =
        ledger_reader_open(replay->ledger_folder, &position->committed, err);
    int more = reader ? 1 : -1;
    position->place = position->committed;
    while (more == 1)
        more = replay_step(replay, reader, position, err);
    ledger_reader_close(reader);
    return more;
}

/* After a failure: 1 to go on, -1 to stop. Damaged evidence does not stop the lines behind it. */
static int get_past(const struct replay *replay, struct position *position, struct error *err)
{
    struct error why = *err;
    if (why.code != ERROR_DAMAGED || position->failed <= position->committed.number)
        return -1;
    position->count -= position->place.number - position->committed.number - 1;
    if (position->failed > position->committed.number + 1)
        return 1; /* first the lines before it, now one by one */
    return replay_damaged(replay, position, &why, err) ? -1 : 1;
}

int replay_lines(const struct replay *replay, struct ledger_place *place, int64_t *lines,
                 struct error *err)
{
    struct position position = {.committed = *place, .place = *place};
    int more;
    do {
        more = replay_on(replay, &position, err);
        if (more < 0)
            more = get_past(replay, &position, err);
    } while (more == 1);
    *place = position.committed;
    if (lines)
        *lines = position.count;
    return more;
}
