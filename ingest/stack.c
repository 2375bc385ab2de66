/* The order: rounds over all texts, each of which gives the next lines in order, as many as fit. */
#include "ingest/stack.h"

#include "base/memory.h"
#include "ingest/stack_texts.h"

#include <stdlib.h>
#include <string.h>

/* A line that waits to be given. */
struct held {
    int64_t number; /* in the key table; -1: the place is free */
    char *text;     /* owned, as machines */
    size_t length;
    bool is_cut;
    uint32_t *machines;
    size_t listed, capacity;
};

struct stack {
    struct stack_texts texts;
    const struct stack_options *options;
    struct buffer piece; /* of a long line, until its key is known */
    bool is_piece;
    /* One round. An entry's mark is the place here of its line, from 1; 0: it waits nowhere. */
    struct held *held;
    size_t held_count, held_capacity;
    size_t *heap; /* places; the last in order on top. After the round: all places in order */
    size_t heap_count, heap_capacity;
    size_t *free_places;
    size_t free_count;
    size_t bytes;      /* of what is held */
    struct held bound; /* the first in order of those that had to go; number -1: none */
    size_t given;      /* of the round's lines */
    bool is_over;      /* no round is left */
    struct held last;  /* the last line of the rounds before; number -1: there was none */
    int64_t given_in_all;
};

/* ---- order ---- */

/* By machines, then by bytes, then by place: lines that are cut may look the same. */
static int compare_held(const struct stack *stack, const struct held *a, const struct held *b)
{
    const struct stack_entry *x = &stack->texts.entries[a->number];
    const struct stack_entry *y = &stack->texts.entries[b->number];
    if (x->machine_count != y->machine_count)
        return x->machine_count < y->machine_count ? -1 : 1;
    int order = memcmp(a->text, b->text, a->length < b->length ? a->length : b->length);
    if (order)
        return order;
    if (a->length != b->length)
        return a->length < b->length ? -1 : 1;
    return a->number < b->number ? -1 : a->number > b->number;
}

/* ---- the heap ---- */

static bool is_behind(const struct stack *stack, size_t a, size_t b)
{
    return compare_held(stack, &stack->held[stack->heap[a]], &stack->held[stack->heap[b]]) > 0;
}

static void swap(struct stack *stack, size_t a, size_t b)
{
    size_t place = stack->heap[a];
    stack->heap[a] = stack->heap[b];
    stack->heap[b] = place;
}

static void sift_up(struct stack *stack, size_t at)
{
    while (at > 0 && is_behind(stack, at, (at - 1) / 2)) {
        swap(stack, at, (at - 1) / 2);
        at = (at - 1) / 2;
    }
}

static void sift_down(struct stack *stack, size_t at, size_t count)
{
    for (;;) {
        size_t last = at;
        for (size_t child = 2 * at + 1; child <= 2 * at + 2; child++)
            if (child < count && is_behind(stack, child, last))
                last = child;
        if (last == at)
            return;
        swap(stack, at, last);
        at = last;
    }
}

static size_t pop(struct stack *stack)
{
    size_t place = stack->heap[0];
    stack->heap[0] = stack->heap[--stack->heap_count];
    sift_down(stack, 0, stack->heap_count);
    return place;
}

/* ---- holding ---- */

static void forget(struct held *held)
{
    free(held->text);
    free(held->machines);
    *held = (struct held){.number = -1};
}

static size_t cost_of(const struct held *held)
{
    return sizeof *held + 2 * sizeof(size_t) + held->length + held->capacity * sizeof(uint32_t);
}

/* The last in order goes; what would stand behind it waits for another round, too. */
static void drop_last(struct stack *stack)
{
    size_t place = pop(stack);
    struct held *held = &stack->held[place];
    stack->bytes -= cost_of(held);
    stack->texts.entries[held->number].mark = 0;
    forget(&stack->bound);
    stack->bound = *held;
    *held = (struct held){.number = -1};
    stack->free_places[stack->free_count++] = place;
}

static size_t take_place(struct stack *stack)
{
    if (stack->free_count > 0)
        return stack->free_places[--stack->free_count];
    if (stack->held_count == stack->held_capacity) {
        size_t capacity = stack->held_capacity ? stack->held_capacity * 2 : 256;
        stack->held_capacity = capacity;
        stack->held = memory_resize(stack->held, capacity * sizeof *stack->held);
        stack->heap = memory_resize(stack->heap, capacity * sizeof *stack->heap);
        stack->free_places =
            memory_resize(stack->free_places, capacity * sizeof *stack->free_places);
    }
    return stack->held_count++;
}

static void add_machine(struct stack *stack, struct held *held, uint32_t machine)
{
    if (held->listed == STACK_MACHINES ||
        (held->listed > 0 && held->machines[held->listed - 1] == machine))
        return;
    if (held->listed == held->capacity) {
        stack->bytes -= cost_of(held);
        held->capacity = held->capacity ? held->capacity * 2 : 1;
        held->machines = memory_resize(held->machines, held->capacity * sizeof *held->machines);
        stack->bytes += cost_of(held);
    }
    held->machines[held->listed++] = machine;
}

static void make_room(struct stack *stack)
{
    int64_t limit = stack->options->limit;
    while (stack->heap_count > 1 &&
           (stack->bytes > STACK_TEXT_BYTES ||
            (limit > 0 && (int64_t)stack->heap_count > limit - stack->given_in_all)))
        drop_last(stack);
}

/* A line where it stands first: does it belong to this round? */
static bool is_wanted(const struct stack *stack, const struct held *line)
{
    uint32_t machines = stack->texts.entries[line->number].machine_count;
    if (stack->options->most > 0 && machines > stack->options->most)
        return false;
    return (stack->last.number < 0 || compare_held(stack, line, &stack->last) > 0) &&
           (stack->bound.number < 0 || compare_held(stack, line, &stack->bound) < 0);
}

static void hold(struct stack *stack, const struct held *line, uint32_t machine)
{
    size_t place = take_place(stack);
    struct held *held = &stack->held[place];
    *held = *line;
    held->text = memory_copy_text(line->text, line->length);
    stack->texts.entries[line->number].mark = (uint32_t)place + 1;
    stack->bytes += cost_of(held);
    add_machine(stack, held, machine);
    stack->heap[stack->heap_count] = place;
    sift_up(stack, stack->heap_count++);
    make_room(stack);
}

/* ---- a round ---- */

static void see_line(struct stack *stack, uint32_t position, const struct line *line,
                     const struct line_key *key)
{
    int64_t number = key_table_find(stack->texts.table, key);
    if (number < 0)
        return;
    const struct stack_entry *entry = &stack->texts.entries[number];
    uint32_t machine = stack->texts.results[position].machine;
    if (entry->mark > 0 && entry->mark <= stack->held_count) {
        add_machine(stack, &stack->held[entry->mark - 1], machine);
        make_room(stack);
    } else if (entry->first_result == position && entry->first_number == line->number) {
        struct held candidate = {
            .number = number,
            .text = stack->is_piece ? stack->piece.bytes : (char *)line->text.bytes,
            .length = stack->is_piece ? stack->piece.length : line->text.length,
            .is_cut = stack->is_piece,
        };
        if (is_wanted(stack, &candidate))
            hold(stack, &candidate, machine);
    }
}

static int read_result(struct stack *stack, uint32_t position, struct error *err)
{
    struct line line;
    struct line_key key;
    int more;
    const struct stack_result *result = &stack->texts.results[position];
    kept_lines_start(stack->texts.kept, result->content_id, result->result_id);
    while ((more = kept_lines_next(stack->texts.kept, &line, &key, err)) == 1) {
        if (line.begins)
            stack->is_piece = !line.ends;
        if (line.begins && !line.ends) {
            buffer_clear(&stack->piece);
            (void)buffer_append(&stack->piece, line.text.bytes, line.text.length);
        }
        if (line.ends)
            see_line(stack, position, &line, &key);
    }
    return more;
}

static void begin_round(struct stack *stack)
{
    for (int64_t i = 0; i < stack->texts.counts.lines; i++)
        stack->texts.entries[i].mark = 0;
    for (size_t i = 0; i < stack->held_count; i++)
        forget(&stack->held[i]);
    forget(&stack->bound);
    stack->held_count = stack->heap_count = stack->free_count = stack->bytes = stack->given = 0;
}

/* Puts the places into order: the heap becomes a sorted array. */
static void end_round(struct stack *stack)
{
    size_t count = stack->heap_count;
    for (size_t left = count; left > 1; left--) {
        swap(stack, 0, left - 1);
        sift_down(stack, 0, left - 1);
    }
    stack->is_over = stack->bound.number < 0;
}

static int read_round(struct stack *stack, struct error *err)
{
    begin_round(stack);
    for (int64_t i = 0; i < stack->texts.result_count; i++)
        if (read_result(stack, (uint32_t)i, err))
            return -1;
    end_round(stack);
    return 0;
}

/* ---- the iterator ---- */

struct stack *stack_start(struct store *reader, const struct line_rules *rules,
                          const struct stack_options *options, struct error *err)
{
    struct stack *stack = memory_zeroed(1, sizeof *stack);
    stack->options = options;
    stack->bound.number = stack->last.number = -1;
    buffer_init(&stack->piece, SIZE_MAX / 2);
    if (stack_texts_read(&stack->texts, reader, rules, options, err) == 0)
        return stack;
    stack_end(stack);
    return NULL;
}

void stack_end(struct stack *stack)
{
    if (!stack)
        return;
    begin_round(stack);
    forget(&stack->last);
    stack_texts_release(&stack->texts);
    buffer_release(&stack->piece);
    free(stack->held);
    free(stack->heap);
    free(stack->free_places);
    free(stack);
}

const struct stack_counts *stack_counts(const struct stack *stack)
{
    return &stack->texts.counts;
}

/* The round before ended with this line: the next one begins behind it. */
static void keep_last(struct stack *stack)
{
    struct held *held = &stack->held[stack->heap[stack->heap_count - 1]];
    forget(&stack->last);
    stack->last = *held;
    *held = (struct held){.number = -1};
}

int stack_next(struct stack *stack, struct stack_line *line, struct error *err)
{
    int64_t limit = stack->options->limit;
    if (limit > 0 && stack->given_in_all == limit)
        return 0;
    if (stack->given == stack->heap_count) {
        if (stack->is_over)
            return 0;
        if (stack->heap_count > 0)
            keep_last(stack);
        if (read_round(stack, err))
            return -1;
        if (stack->heap_count == 0)
            return 0;
    }
    const struct held *held = &stack->held[stack->heap[stack->given++]];
    const struct stack_entry *entry = &stack->texts.entries[held->number];
    stack->given_in_all++;
    *line = (struct stack_line){
        .text = {held->text, held->length},
        .is_cut = held->is_cut,
        .result_id = stack->texts.results[entry->first_result].result_id,
        .number = entry->first_number,
        .machine_count = entry->machine_count,
        .result_count = entry->result_count,
        .machines = held->machines,
        .listed = held->listed,
    };
    return 1;
}

struct text stack_machine_name(const struct stack *stack, uint32_t machine)
{
    uint32_t start = stack->texts.name_offsets[machine];
    return (struct text){stack->texts.names.bytes + start,
                         stack->texts.name_offsets[machine + 1] - start};
}
