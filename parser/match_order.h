/*
 * match_order - matches that come nearly in order, told in order. Vectorscan promises none, and with
 * letters beyond ASCII keeps none.
 */
#ifndef PARSER_MATCH_ORDER_H
#define PARSER_MATCH_ORDER_H

#include "parser/match.h"

/* Zeroed it is empty. Heap held: 24 bytes for each of MATCH_ORDERED matches, twice while
 * they are sorted. */
struct match_order {
    struct match *matches; /* MATCH_ORDERED of them, once there was one; owned */
    size_t count;
    bool is_sorted;
};

/* Keeps a copy: true while there is room for another one. */
bool match_order_add(struct match_order *order, const struct match *match);

/* Tells of all that were kept, by their ends, at one end by their starts, then patterns; then none is
 * kept. Returns the call's last answer: after another one than 0 it is not called again. */
int match_order_tell(struct match_order *order, match_call *call, void *context, struct error *err);

/* None is kept; the memory stays. */
void match_order_clear(struct match_order *order);

/* Frees the memory; it is then empty. */
void match_order_release(struct match_order *order);

#endif
