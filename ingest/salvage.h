/*
 * salvage - bytes behind the last acknowledged ones: adopted when they are whole, else set aside.
 */
#ifndef INGEST_SALVAGE_H
#define INGEST_SALVAGE_H

#include "ingest/archive.h"

/* A torn last ledger line: to recovered/, fsynced, cut off. Before the ledger is opened. */
int salvage_ledger_tail(struct archive *archive, struct error *err);

/* The tails of both classes' open segments. With the ledger open; segment_numbers are set. */
int salvage_segment_tails(struct archive *archive, struct error *err);

#endif
