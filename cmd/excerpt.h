/*
 * excerpt - a line with its hits marked, on a terminal: in colour unless $NO_COLOR is set
 * (https://no-color.org), escaped, and of a long line the part around the first hit.
 */
#ifndef CMD_EXCERPT_H
#define CMD_EXCERPT_H

#include "cmd/output.h"
#include "parser/match.h"

#define EXCERPT_MARKS 200 /* of a line; more are not marked */

enum excerpt_style {
    EXCERPT_HEADING,
    EXCERPT_NUMBER,
    EXCERPT_HIT,
    EXCERPT_PLACE,   /* diff's @@ lines */
    EXCERPT_REMOVED, /* diff's lines */
    EXCERPT_ADDED,
};

/* Turns a colour on, and off again; nothing but on a terminal, and not with --json. */
void excerpt_begin(struct output *output, enum excerpt_style style);
void excerpt_end(struct output *output);

/* The line, with an ellipsis where more of it is left out (`is_cut`: on both sides, perhaps). The
 * matches are in order of their beginnings and may overlap. */
void excerpt_print(struct output *output, struct text line, const struct match *marks, int count,
                   bool is_cut);

#endif
