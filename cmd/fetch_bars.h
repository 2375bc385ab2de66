/*
 * fetch_bars - how far the downloads are, on a terminal: a line for each, and one for all of them with the rate and the
 * time that the service's limits leave. Elsewhere, and with -q or --json, nothing is drawn.
 */
#ifndef CMD_FETCH_BARS_H
#define CMD_FETCH_BARS_H

#include "cmd/output.h"
#include "fetch/crew.h"
#include "fetch/pace.h"

struct fetch_bars;

/* Both are borrowed until fetch_bars_free. */
struct fetch_bars *fetch_bars_new(struct output *output, struct pace *pace);

/* Draws over what was drawn before, a few times a second at most. `done` of `wanted` results have ended. */
void fetch_bars_draw(struct fetch_bars *bars, struct crew *crew, int64_t done, int64_t wanted);

/* Takes the lines away, so that others may be written; the next draw brings them back. NULL is fine. */
void fetch_bars_clear(struct fetch_bars *bars);

void fetch_bars_free(struct fetch_bars *bars); /* clears; NULL is fine */

/* Bytes for people, "34.1 MB", into `out`; returns it. */
#define FETCH_BYTES_SIZE 32
const char *fetch_bytes(int64_t bytes, char out[FETCH_BYTES_SIZE]);

/* A span for people, "11 min", into `out`; returns it. */
#define FETCH_SPAN_SIZE 32
const char *fetch_span(int64_t duration_us, char out[FETCH_SPAN_SIZE]);

#endif
