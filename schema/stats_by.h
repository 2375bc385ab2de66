/*
 * stats_by - counts over the results that fit a filter, for each day, machine, script, …
 */
#ifndef SCHEMA_STATS_BY_H
#define SCHEMA_STATS_BY_H

#include "base/time.h"
#include "schema/query.h"
#include "schema/tally.h"

enum stats_key {
    STATS_DAY, /* of observed_at, as STATS_MONTH */
    STATS_MONTH,
    STATS_ACQUIRED_DAY,
    STATS_ACQUIRED_MONTH,
    STATS_MACHINE, /* by its id, else its name; shown by name, else id */
    STATS_SCRIPT,
    STATS_EXIT_CODE,
    STATS_STATUS, /* parse_status */
    STATS_COMMAND_STATUS,
    STATS_OPERATOR,
    STATS_KEYS,
};

struct stats_group {
    struct text value; /* absent: the results have none */
    int64_t results, machines, output_bytes, error_bytes;
    char first_observed_at[TIME_TEXT_SIZE], last_observed_at[TIME_TEXT_SIZE];
};

/* Heap held: about 150 bytes for each group and 24 for each machine in it. */
struct stats_by {
    struct stats_group *groups; /* days and months in their order; else the most results first, then
                                   by value */
    size_t count, capacity;
    struct tally *values, *machines; /* the groups' and the machines' numbers */
    uint64_t *pairs; /* of a group and a machine that it has; 0: free. A hash table */
    size_t pair_count, pair_slots;
    uint64_t last_pair;
};

/* The caller releases, also after -1; zeroed is fine. */
int stats_by_read(struct stats_by *by, struct store *reader, const struct query_filter *filter,
                  enum stats_key key, struct error *err);
void stats_by_release(struct stats_by *by);

#endif
