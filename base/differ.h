/*
 * differ - where two sequences of lines differ, found by the stock `diff` program (diffutils; POSIX,
 * and essential on Debian).
 *
 * The longest common subsequence of millions of lines is its trade. It gets no text: of each line a
 * key of 32 hex digits, through a pipe, so that hostile bytes and long lines never reach it and
 * nothing is written to a disk. All about the process is in this file: its pipes, its end, its
 * failures. It stands in base/ because it knows keys and line numbers, and nothing of archives.
 */
#ifndef BASE_DIFFER_H
#define BASE_DIFFER_H

#include "base/error.h"

#include <stdint.h>

#define DIFFER_KEY_BYTES 16
#define DIFFER_LINES 10000000 /* of a sequence, at most: diff then takes about 1.5 GiB [measured] */

/* Where the keys of one sequence come from: 1 and the next key, 0 at the end, -1. */
struct differ_source {
    int (*next)(void *context, unsigned char key[DIFFER_KEY_BYTES], struct error *err);
    void *context;
};

/* `counts[0]` lines of the one are replaced by `counts[1]` of the other; one of the two may be 0.
 * `firsts` are the numbers, from 1, of their first lines, or of the line that a missing run would
 * stand before. */
struct differ_hunk {
    int64_t firsts[2], counts[2];
};

struct differ;

/* Starts diff and gives it both sequences, to their ends. NULL with err: ERROR_LIMIT for more than
 * DIFFER_LINES lines, ERROR_IO when diff is missing or fails, or what a source said. */
struct differ *differ_start(const struct differ_source sources[2], struct error *err);

/* The next hunk, in order: 1, 0 at the end, -1. */
int differ_next(struct differ *differ, struct differ_hunk *hunk, struct error *err);

/* Ends diff, wherever it is, and waits for it. NULL is fine. */
void differ_end(struct differ *differ);

#endif
