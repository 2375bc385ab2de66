/*
 * subject - what an export is about: one case, its exhibits, and the circumstances of the export, for the files that tell of
 * them (report, tables, timeline, CASE/UCO). They read the case from its own database, never from the archive.
 */
#ifndef EXPORT_SUBJECT_H
#define EXPORT_SUBJECT_H

#include "base/sha256.h"
#include "schema/query.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define EXHIBIT_SIZE 160 /* "IR-7-0001", with the NUL */
#define SUBJECT_PATH_SIZE 256

struct exhibit {
    char name[EXHIBIT_SIZE];
    char package_sha256[SHA256_HEX_SIZE];
    char kind[16]; /* transcript, action, file */
    int64_t size_bytes;
    bool is_withheld; /* its bytes and texts are not in the export */
};

/* All borrowed; NULL is absent. */
struct subject {
    struct store *reader; /* case.sqlite (schema/case_copy.h), open to read */
    const char *case_name;
    const struct exhibit *exhibits; /* by number */
    size_t exhibit_count;
    const char *made_at;  /* base/time.h */
    const char *made_by;  /* operator */
    const char *tool;     /* "lrarchive 0.1.0" */
    const char *timezone; /* "Europe/Berlin": times are shown in it, too */
    const char *withheld_reason;
    /* The checkpoint that the export's proofs lead to. */
    int64_t ledger_lines;
    const char *ledger_origin, *ledger_root; /* root in base64 */
    const char *signed_by;                   /* name of the key */
};

/* Where things lie in the export, below its folder. */
void subject_package_path(const struct exhibit *exhibit, char path[SUBJECT_PATH_SIZE]);
/* Of a content (its id tells which member of a ZIP it is); stream "output" or "error". */
void subject_text_path(const struct exhibit *exhibit, int64_t content_id, const char *stream,
                       char path[SUBJECT_PATH_SIZE]);

#endif
