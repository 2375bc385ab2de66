/*
 * report - the case as one page for people: what it is, what is in it, when, who had it in hands, and how to check that. A file
 * that stands alone: it asks for nothing and runs nothing.
 *
 * It lies at data/report.html of the export; its links lead to the files beside it. The same subject gives the same bytes.
 */
#ifndef EXPORT_REPORT_H
#define EXPORT_REPORT_H

#include "export/spool.h"
#include "export/subject.h"

/* Writes the whole report and finishes the spool. Memory does not grow with the exhibits, their results or texts. While it
 * works, localtime_r goes by subject->timezone (zone.h). ERROR_USAGE: that zone is not known here; ERROR_NOT_FOUND: the
 * database does not hold the case. */
int report_write(const struct subject *subject, struct spool *out, struct error *err);

#endif
