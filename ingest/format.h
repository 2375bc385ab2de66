/*
 * format - FORMAT.txt: what marks a folder as an archive and tells a stranger how to read it.
 */
#ifndef INGEST_FORMAT_H
#define INGEST_FORMAT_H

#include "base/error.h"

/* The text for a new archive. Static. */
const char *format_text(void);

/* 0 when `folder` holds a FORMAT.txt of a format this version may read and write; ERROR_ARCHIVE
 * when there is none, it is not ours, or it is newer. */
int format_check(const char *folder, struct error *err);

#endif
