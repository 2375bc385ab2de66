/*
 * timeline - what happened in a case, as JSON Lines that Timesketch imports.
 *
 * A line is an object with message (a sentence; names in it are cut after 256 bytes, hazards in them shown as by text_escape),
 * datetime (ISO 8601, UTC, +00:00, microseconds: the service's seventh digit is cut), timestamp (the same in microseconds since
 * 1970), timestamp_desc and data_type ("lrarchive:action", command, result, acquisition, case); then what is known, exactly,
 * by the names of the SQL columns; what is not known is left out. By time; what has the same time in an order that stays.
 *
 * Events: a machine action was created, last updated, cancelled; a command started, ended; an output was observed (only where
 * no command tells when: its end would be the same event); a package came in, each time; and what was done to the case.
 * PowerShell's own times are left out: they are local ones, and nothing says of which zone.
 */
#ifndef EXPORT_TIMELINE_H
#define EXPORT_TIMELINE_H

#include "export/spool.h"
#include "export/subject.h"

/* Appends to the spool: 0, or -1 when the database cannot be read; failures to write stay in the spool. */
int timeline_write(const struct subject *subject, struct spool *spool, struct error *err);

#endif
