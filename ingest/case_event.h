/*
 * case_event - something that somebody did to a case: a ledger line, its words in the receipt, and from both the rows of
 * history.db, also when the line is replayed.
 *
 * The ledger holds the event, the number of the line that created the case, and the hash of a package that was added or
 * removed; the case's name, title, reference, and the reason or note are in the receipt.
 */
#ifndef INGEST_CASE_EVENT_H
#define INGEST_CASE_EVENT_H

#include "base/json.h"
#include "ingest/archive.h"

#define CASE_EVENT_PREFIX "case_"
#define CASE_EVENT_RELEASED "released"

struct case_change {
    const char *
        event; /* case_created, case_added, case_removed, case_noted, case_closed, case_reopened; released */
    const char *case_name;
    int64_t case_number; /* of the line that created it; 0: this one does */
    const char *title, *reference;
    const char *words;          /* the reason, or the note; NULL: none */
    const char *package_sha256; /* added or removed; else NULL */
    /* Of `released`: to whom the export was handed over, where the file lies, its hash and size. */
    const char *released_to, *file, *file_sha256;
    int64_t file_bytes;
};

/* Whether ledger lines of that event are about a case. */
bool case_event_is(const char *event);

/* As event_record and event_record_all (event.h). */
int case_event_record_all(struct archive *archive, const struct case_change *changes, size_t count,
                          int64_t *first_number, struct error *err);
int case_event_record(struct archive *archive, const struct case_change *change, int64_t *number,
                      struct error *err);

/* Puts the rows of such a line, whose receipt is this JSON. */
int case_event_apply(struct store *store, int64_t number, const char *event, struct text receipt,
                     struct error *err);

#endif
