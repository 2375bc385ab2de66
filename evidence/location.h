/*
 * location - where a ledger line says that its bytes are, checked before anything is opened.
 */
#ifndef EVIDENCE_LOCATION_H
#define EVIDENCE_LOCATION_H

#include "base/error.h"
#include "base/json.h"
#include "evidence/segment.h"

struct location {
    struct segment_entry
        entry; /* what the event added; segment is entry_segment. package_sha256 is ""
                                   when that is a receipt about no package */
    char data_segment[SEGMENT_NAME_SIZE]; /* holds the package's data members, if any */
};

/* 1 and *location when the event added to the evidence; 0 when not; -1 (ERROR_DAMAGED) when a
 * field is missing or out of range. */
int location_read(const struct json_object *line, struct location *location, struct error *err);

/* Adds the fields that location_read reads (all but number) to a ledger line. `data_segment` holds
 * the package's data members. */
void location_write(struct json_writer *line, const struct segment_entry *entry,
                    const char *data_segment);

#endif
