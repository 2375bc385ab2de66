/*
 * powershell - what PowerShell's own transcript header says, read by position and by language-free
 * anchors, because the header is localised.
 *
 * Two sources in the normalised output: the line that names the transcript file
 * (`…PSScript_Transcript_{…}.txt`), and, when the script prints one, the header block between two
 * lines of 22 asterisks with its end block. Nothing is validated; malformed ids are kept as
 * written.
 */
#ifndef PARSER_POWERSHELL_H
#define PARSER_POWERSHELL_H

#include "parser/package.h"

#define POWERSHELL_HEAD_BYTES 65536 /* of the output's beginning are looked at */
#define POWERSHELL_TAIL_BYTES 4096  /* of the output's end are looked at */

/* Fills *fields from the first and last bytes of a normalised output (they may overlap, when the
 * output is short: then `tail` is its last bytes all the same). The texts in *fields point into
 * `head` (transcript_path and the like) or, for host_application that spans lines, into it as well.
 * What is not there stays absent. */
void powershell_read(struct text head, struct text tail, struct powershell_fields *fields);

#endif
