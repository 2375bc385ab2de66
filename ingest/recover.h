/*
 * recover - what is done on open for writing, under the lock, before anything new is written.
 *
 * Refuses (ERROR_DAMAGED) when history.db knows a ledger line that the ledger does not hold, a
 * line is unreadable or unchained, or a segment is shorter than its lines say. Then: lines that
 * history.db lacks are replayed; behind the last acknowledged byte of each segment, whole entries
 * are adopted in the order of their receipts (event `adopted`), a half-made seal is finished, and
 * anything else, like a torn ledger line, is copied to recovered/, fsynced, and cut off (event
 * `recovered`).
 */
#ifndef INGEST_RECOVER_H
#define INGEST_RECOVER_H

#include "ingest/archive.h"

/* Fills head, ledger, segment numbers and sizes of the archive. Locked, with the store open. */
int recover_archive(struct archive *archive, struct error *err);

/* Puts every ledger line that history.db lacks into it and moves archive->head behind the last.
 * A torn last line is left alone. */
int recover_replay(struct archive *archive, struct error *err);

/* 1 when the ledger holds, right before `place`, the line with its SHA-256; 0 when not. */
int recover_ledger_holds(const char *ledger_folder, const struct ledger_place *place,
                         struct error *err);

/* The place behind the last line that history.db knows. */
int recover_known_place(struct store *store, struct ledger_place *place, struct error *err);

#endif
