/*
 * case_exhibit - exhibits by the numbers that people give: "IR-7-0002" of case IR-7.
 */
#ifndef CMD_CASE_EXHIBIT_H
#define CMD_CASE_EXHIBIT_H

#include "schema/store.h"

/* 1 and the hash of its package; 0 when it is no exhibit that is in the case. */
int case_exhibit_find(struct store *reader, const char *case_name, const char *text,
                      char package_sha256[65], struct error *err);

#endif
