/*
 * diff_side - one of the two results that are compared.
 */
#ifndef CMD_DIFF_SIDE_H
#define CMD_DIFF_SIDE_H

#include "base/buffer.h"
#include "ingest/compare.h"

struct diff_side {
    struct compare_text text;
    char parse_status[16];
    struct buffer
        title; /* "result 5  ws-017  services.ps1  2026-03-01T08:09:10Z"; names as they came */
    struct buffer machine, script; /* the names; NULL bytes: none */
    char observed_at[32];
};

/* Looks the result up. The caller releases the side, also after -1; zeroed is fine. */
int diff_side_read(struct diff_side *side, struct store *reader, int64_t result_id,
                   const char *stream, struct error *err);
void diff_side_release(struct diff_side *side);

#endif
