/*
 * match_kind - the struct behind match.h, for the two files that match: match_literals.c and
 * match_regex.c.
 */
#ifndef PARSER_MATCH_KIND_H
#define PARSER_MATCH_KIND_H

#include "parser/match.h"

/* The first field of each kind's own struct. */
struct matcher {
    void (*free)(struct matcher *matcher);
    void (*begin)(struct matcher *matcher);
    int (*feed)(struct matcher *matcher, struct text piece, struct error *err);
    int (*end)(struct matcher *matcher, struct error *err);
    int (*mark)(struct matcher *matcher, struct text line, struct match *matches, int most,
                struct error *err);
    struct match_probe *(*probe)(const struct matcher *matcher); /* may give NULL */
    match_call *call;                                            /* of the text under way */
    void *context;
    int64_t long_lines, limited_lines;
};

/* The first field of each kind's own probe. */
struct match_probe {
    void (*free)(struct match_probe *probe);
    bool (*finds)(struct match_probe *probe, struct text text);
};

#endif
