/*
 * case_uco - the case as CASE/UCO 1.4.0 (JSON-LD), for tools that exchange evidence: data/case.jsonld.
 *
 * An Investigation; a ProvenanceRecord for each exhibit; a File with size and hash for each package and each text made of one,
 * each derived from its package; who (Identity), with what (Tool), on which machine (Computer); and as InvestigativeActions how
 * each package came in, how its texts were made, the machine actions and commands that brought results, and this export. Of what
 * is withheld there is the record, with hash and size.
 *
 * The same subject gives the same bytes. graph.h says how things get their IRIs.
 */
#ifndef EXPORT_CASE_UCO_H
#define EXPORT_CASE_UCO_H

#include "export/spool.h"
#include "export/subject.h"

/* Appends to the spool: 0, or -1 when the database cannot be read; failures to write stay in the spool. */
int case_uco_write(const struct subject *subject, struct spool *spool, struct error *err);

#endif
