/*
 * stack_texts - the texts and counts behind stack.h, and the first reading of them.
 */
#ifndef INGEST_STACK_TEXTS_H
#define INGEST_STACK_TEXTS_H

#include "base/buffer.h"
#include "ingest/key_table.h"
#include "ingest/stack.h"

struct stack_result {
    int64_t result_id, content_id;
    uint32_t machine; /* they rise: all results of one machine stand together */
};

/* Of one distinct line, by its number in the key table. */
struct stack_entry {
    uint32_t machine_count, result_count;
    uint32_t first_result; /* where it stands first: position in `results` */
    uint32_t mark;         /* first reading: last result that has it; later: see stack.c */
    int64_t first_number;  /* line in that result */
};

struct stack_texts {
    struct kept_lines *kept;
    struct stack_result *results;
    int64_t result_count, result_capacity;
    struct buffer names;    /* of machines, one behind the other */
    uint32_t *name_offsets; /* where each begins; one more for the end */
    uint32_t machine_count, machine_capacity;
    struct key_table *table;
    struct stack_entry *entries;
    int64_t entry_capacity;
    struct stack_counts counts;
};

/* Finds the results, and reads them once. The caller releases, also after -1; zeroed is fine. */
int stack_texts_read(struct stack_texts *texts, struct store *reader,
                     const struct line_rules *rules, const struct stack_options *options,
                     struct error *err);
void stack_texts_release(struct stack_texts *texts);

#endif
