#include "schema/stats_by.h"

#include "base/interrupt.h"
#include "base/memory.h"
#include "schema/stats_rows.h"

#include <stdlib.h>
#include <string.h>

#define LEAST_PAIRS 1024
#define ROWS_BETWEEN_CHECKS 4096
#define DAY_LENGTH 10  /* of "2023-03-18" */
#define MONTH_LENGTH 7 /* of "2023-03" */

/* ---- the machines of each group ---- */

static size_t place_of(const struct stats_by *by, uint64_t pair)
{
    size_t at = (size_t)((pair * 0x9E3779B97F4A7C15u) >> 20);
    for (;; at++) {
        at &= by->pair_slots - 1;
        if (by->pairs[at] == 0 || by->pairs[at] == pair)
            return at;
    }
}

static void grow_pairs(struct stats_by *by)
{
    uint64_t *old = by->pairs;
    size_t old_slots = by->pair_slots;
    by->pair_slots = old_slots ? old_slots * 2 : LEAST_PAIRS;
    by->pairs = memory_zeroed(by->pair_slots, sizeof *by->pairs);
    for (size_t i = 0; i < old_slots; i++)
        if (old[i])
            by->pairs[place_of(by, old[i])] = old[i];
    free(old);
}

/* True when the group did not have that machine before. */
static bool add_pair(struct stats_by *by, int64_t group, int64_t machine)
{
    uint64_t pair = ((uint64_t)group << 32 | (uint64_t)machine) + 1;
    if (pair == by->last_pair)
        return false;
    by->last_pair = pair;
    if (by->pair_count * 2 >= by->pair_slots)
        grow_pairs(by);
    size_t at = place_of(by, pair);
    if (by->pairs[at])
        return false;
    by->pairs[at] = pair;
    by->pair_count++;
    return true;
}

/* ---- reading ---- */

static struct text beginning(struct text time, size_t length)
{
    return (struct text){time.bytes, time.length < length ? time.length : length};
}

static struct text value_of(const struct query *row, enum stats_key key)
{
    switch (key) {
    case STATS_DAY:
        return beginning(query_value(row, STATS_ROW_OBSERVED_AT).text, DAY_LENGTH);
    case STATS_MONTH:
        return beginning(query_value(row, STATS_ROW_OBSERVED_AT).text, MONTH_LENGTH);
    case STATS_ACQUIRED_DAY:
        return beginning(query_value(row, STATS_ROW_ACQUIRED_AT).text, DAY_LENGTH);
    case STATS_ACQUIRED_MONTH:
        return beginning(query_value(row, STATS_ROW_ACQUIRED_AT).text, MONTH_LENGTH);
    case STATS_MACHINE:
        return query_value(row, STATS_ROW_MACHINE).text;
    case STATS_SCRIPT:
        return query_value(row, STATS_ROW_SCRIPT).text;
    case STATS_EXIT_CODE:
        return query_value(row, STATS_ROW_EXIT_CODE).text;
    case STATS_STATUS:
        return query_value(row, STATS_ROW_PARSE_STATUS).text;
    case STATS_COMMAND_STATUS:
        return query_value(row, STATS_ROW_COMMAND_STATUS).text;
    case STATS_OPERATOR:
    case STATS_KEYS:
        break;
    }
    return query_value(row, STATS_ROW_OPERATOR).text;
}

/* The group of the row, made when it is the first of it. */
static struct stats_group *find_group(struct stats_by *by, const struct query *row,
                                      enum stats_key key, int64_t *number, struct error *err)
{
    struct text value = value_of(row, key);
    struct text name = key == STATS_MACHINE ? query_value(row, STATS_ROW_MACHINE_NAME).text : value;
    *number = tally_add(by->values, value, name, err);
    if (*number < 0)
        return NULL;
    if ((size_t)*number == by->count) {
        if (by->count == by->capacity) {
            by->capacity = by->capacity ? by->capacity * 2 : 16;
            by->groups = memory_resize(by->groups, by->capacity * sizeof *by->groups);
        }
        by->groups[by->count++] = (struct stats_group){.results = 0};
    }
    return &by->groups[*number];
}

static int take_row(struct stats_by *by, const struct query *row, enum stats_key key,
                    struct error *err)
{
    struct text machine = query_value(row, STATS_ROW_MACHINE).text;
    int64_t number, machine_number = 0;
    struct stats_group *group = find_group(by, row, key, &number, err);
    if (!group)
        return -1;
    group->results++;
    group->output_bytes += query_value(row, STATS_ROW_OUTPUT_BYTES).integer;
    group->error_bytes += query_value(row, STATS_ROW_ERROR_BYTES).integer;
    stats_rows_widen(group->first_observed_at, group->last_observed_at,
                     query_value(row, STATS_ROW_OBSERVED_AT).text);
    if (!machine.bytes)
        return 0;
    if (key != STATS_MACHINE)
        machine_number = tally_add(by->machines, machine, (struct text){"", 0}, err);
    if (machine_number < 0)
        return -1;
    group->machines +=
        key == STATS_MACHINE ? group->results == 1 : add_pair(by, number, machine_number);
    return 0;
}

/* ---- order ---- */

static int compare_values(const struct stats_group *a, const struct stats_group *b)
{
    size_t common = a->value.length < b->value.length ? a->value.length : b->value.length;
    int order = common > 0 ? memcmp(a->value.bytes, b->value.bytes, common) : 0;
    if (order)
        return order;
    return a->value.length < b->value.length ? -1 : a->value.length > b->value.length;
}

static int in_time(const void *a, const void *b)
{
    return compare_values(a, b);
}

static int by_results(const void *a, const void *b)
{
    const struct stats_group *x = a, *y = b;
    if (x->results != y->results)
        return x->results > y->results ? -1 : 1;
    return compare_values(x, y);
}

/* The names stand still only when all are there. */
static void put_in_order(struct stats_by *by, enum stats_key key)
{
    for (size_t i = 0; i < by->count; i++)
        by->groups[i].value = tally_name(by->values, (int64_t)i);
    if (by->count > 0)
        qsort(by->groups, by->count, sizeof *by->groups,
              key <= STATS_ACQUIRED_MONTH ? in_time : by_results);
}

int stats_by_read(struct stats_by *by, struct store *reader, const struct query_filter *filter,
                  enum stats_key key, struct error *err)
{
    struct query *query;
    int64_t rows = 0;
    int more;
    *by = (struct stats_by){.values = tally_new(), .machines = tally_new()};
    if (stats_rows(reader, filter, &query, err))
        return -1;
    while ((more = query_next(query, err)) == 1)
        if (take_row(by, query, key, err) ||
            (++rows % ROWS_BETWEEN_CHECKS == 0 && interrupt_check(err))) {
            more = -1;
            break;
        }
    query_free(query);
    if (more == 0)
        put_in_order(by, key);
    return more;
}

void stats_by_release(struct stats_by *by)
{
    tally_free(by->values);
    tally_free(by->machines);
    free(by->groups);
    free(by->pairs);
}
