/*
 * report_parts - the parts of a report, each in a file of its own, for report.c to put in order.
 */
#ifndef EXPORT_REPORT_PARTS_H
#define EXPORT_REPORT_PARTS_H

#include "export/spool.h"
#include "export/subject.h"
#include "schema/query_report.h"

#include <stdbool.h>

/* Characters of a foreign name that are shown; the database of the export has the whole. */
#define REPORT_NAME 120
#define REPORT_WORDS 2000 /* of notes, reasons, paths */

struct report {
    const struct subject *subject;
    struct spool *out;
    bool with_zone;
    struct query_report_counts counts;
};

/* The policy that lets nothing in but the one style sheet, and the sheet. */
void report_style(struct spool *out);

/* The case, the export and its checkpoint, what is in it. */
int report_head(const struct report *report, struct error *err);

/* Machines by time, a mark for each result. */
int report_timeline(const struct report *report, struct error *err);

/* The table of exhibits. */
int report_exhibits(const struct report *report, struct error *err);

/* The first lines of each transcript. */
int report_transcripts(const struct report *report, struct error *err);

/* Who did what, by ledger line. */
int report_custody(const struct report *report, struct error *err);

/* How to check all this with stock tools, and what that proves. */
void report_checks(const struct report *report);

/* What an exhibit's place in the page is called: "0007". */
const char *report_anchor(const struct exhibit *exhibit);

/* A link to a file of the export (a path below its folder), with these words, which are ours; NULL: its path. */
void report_link(const struct report *report, const char *path, const char *words);

void report_time(const struct report *report, struct text time);
/* A base/time.h text, or NULL. */
void report_time_string(const struct report *report, const char *time);

#endif
