/*
 * verify_text - VERIFY.txt: how to check an export with stock tools alone. Every command in it, the lines that begin with four
 * blanks, runs in bash in the export's folder.
 */
#ifndef EXPORT_VERIFY_TEXT_H
#define EXPORT_VERIFY_TEXT_H

#include "export/spool.h"
#include "export/subject.h"

void verify_text_write(const struct subject *subject, struct spool *out);

#endif
