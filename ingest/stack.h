/*
 * stack - the distinct lines of many texts, the rarest first: on how many machines each stands, and on
 * which.
 *
 * Memory holds keys and counts, not texts (at most about 200 MiB, at the ceiling of distinct lines,
 * key_table.h). The texts that are asked for are read again, as many at a time as fit
 * STACK_TEXT_BYTES: what comes out is in order whatever its size.
 */
#ifndef INGEST_STACK_H
#define INGEST_STACK_H

#include "base/error.h"
#include "base/text.h"
#include "ingest/kept_lines.h"
#include "schema/query.h"

#include <stdbool.h>
#include <stdint.h>

#define STACK_RESULTS 1000000               /* at most */
#define STACK_NAME_BYTES (64 * 1024 * 1024) /* of all machines' names */
#define STACK_TEXT_BYTES (24 * 1024 * 1024) /* of lines that wait to be given */
#define STACK_MACHINES 1000                 /* named with one line, at most */

/* What was looked at. */
struct stack_counts {
    int64_t results, machines, lines; /* lines: distinct ones */
    int64_t truncated, invalid;       /* of the results: something of their text is missing */
    int64_t without_text;             /* of the results: nothing to stack */
};

struct stack_line {
    struct text text; /* as it stands in the first of the results; of a long line its first piece */
    bool is_cut;      /* the line goes on */
    int64_t result_id, number; /* that result, and the line's number there */
    int64_t machine_count, result_count;
    const uint32_t *machines; /* for stack_machine_name, by what tells machines apart */
    size_t listed;            /* of them; at most STACK_MACHINES */
};

struct stack_options {
    const struct query_filter *filter;
    bool with_earlier; /* else only the best result of each command */
    int64_t limit;     /* lines to give; 0: all */
    int64_t most;      /* only lines of at most so many machines; 0: all */
};

struct stack;

/* Reads all texts. `rules` and the reader are borrowed until stack_end. NULL with err; ERROR_LIMIT
 * says what to narrow. */
struct stack *stack_start(struct store *reader, const struct line_rules *rules,
                          const struct stack_options *options, struct error *err);
void stack_end(struct stack *stack); /* NULL is fine */

const struct stack_counts *stack_counts(const struct stack *stack);

/* The next line: fewest machines first, then by the bytes of the text. 1, 0, -1; what it points to is
 * valid until the next call. */
int stack_next(struct stack *stack, struct stack_line *line, struct error *err);

/* A machine's name, else its id; for a result without a machine "result" and its number. */
struct text stack_machine_name(const struct stack *stack, uint32_t machine);

#endif
