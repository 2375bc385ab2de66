/*
 * chain - short ways to write and read ledger lines in a test's scratch.
 */
#ifndef TESTS_UNIT_CHAIN_H
#define TESTS_UNIT_CHAIN_H

#include "evidence/ledger.h"
#include "tests/unit/scratch.h"

#define CHAIN_TIME "2026-01-02T03:04:05.0000000Z"
#define TWO_LINES 400 /* a file limit that two lines of write_lines reach */

static inline struct ledger_place start_place(void)
{
    struct ledger_place place;
    ledger_place_start(&place);
    return place;
}

static inline struct ledger *open_ledger(const struct ledger_place *place)
{
    struct error err = {0};
    struct ledger *ledger = ledger_open(scratch, place, &err);
    assert_non_null(ledger);
    return ledger;
}

/* Adds one line with a `note`; it waits. */
static inline struct ledger_place add_line(struct ledger *ledger, const char *note)
{
    static const struct ledger_actor actor = {"anna@host", "anna", "host", "lrarchive test"};
    struct error err = {0};
    struct ledger_place place;
    struct text line;
    struct json_writer *writer = ledger_begin(ledger, "ingested", CHAIN_TIME, &actor);
    json_writer_text(writer, "note", note);
    assert_int_equal(ledger_end(ledger, &line, &place, &err), 0);
    return place;
}

/* Writes `count` lines, a new file once one has `file_limit` bytes, and gives the place behind. */
static inline struct ledger_place write_lines(int count, int64_t file_limit)
{
    struct error err = {0};
    struct ledger_place place = start_place();
    struct ledger *ledger = open_ledger(&place);
    ledger_set_file_limit(ledger, file_limit);
    for (int i = 0; i < count; i++)
        place = add_line(ledger, "x");
    assert_int_equal(ledger_sync(ledger, &err), 0);
    ledger_close(ledger);
    return place;
}

/* Reads lines to the end: how many, or -1 with err. */
static inline int count_lines(struct ledger_reader *reader, struct error *err)
{
    struct ledger_line line;
    int more, count = 0;
    while ((more = ledger_reader_next(reader, &line, err)) == 1)
        count++;
    return more ? -1 : count;
}

static inline int count_all_lines(struct error *err)
{
    struct ledger_place place = start_place();
    struct ledger_reader *reader = ledger_reader_open(scratch, &place, err);
    assert_non_null(reader);
    int count = count_lines(reader, err);
    ledger_reader_close(reader);
    return count;
}

#endif
