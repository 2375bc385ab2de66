/*
 * stats - how much there is: counts over the results that fit a filter, without their texts.
 */
#ifndef SCHEMA_STATS_H
#define SCHEMA_STATS_H

#include "base/time.h"
#include "schema/query.h"
#include "schema/tally.h"

#define STATS_BIGGEST 5

/* One reading of all results that fit. */
struct stats {
    int64_t results, output_bytes, error_bytes; /* bytes of the texts as read, by result */
    char first_observed_at[TIME_TEXT_SIZE], last_observed_at[TIME_TEXT_SIZE]; /* "" without any */
    char first_acquired_at[TIME_TEXT_SIZE], last_acquired_at[TIME_TEXT_SIZE];
    /* Results of each; machines by id, else by name. */
    struct tally *machines, *scripts, *exit_codes, *parse_statuses, *command_statuses;
    struct stats_biggest {
        int64_t result_id, output_bytes;
    } biggest[STATS_BIGGEST]; /* the longest outputs, longest first */
    int biggest_count;
};

/* The caller releases, also after -1; zeroed is fine. */
int stats_read(struct stats *stats, struct store *reader, const struct query_filter *filter,
               struct error *err);
void stats_release(struct stats *stats);

/* Packages of each kind: kind (NULL: not read), packages, bytes. */
int stats_packages(struct store *reader, struct query **query, struct error *err);

/* What stats_by counts by. */
enum stats_key {
    STATS_DAY, /* of observed_at, as STATS_MONTH */
    STATS_MONTH,
    STATS_ACQUIRED_DAY,
    STATS_ACQUIRED_MONTH,
    STATS_MACHINE,
    STATS_SCRIPT,
    STATS_EXIT_CODE,
    STATS_STATUS, /* parse_status */
    STATS_COMMAND_STATUS,
    STATS_OPERATOR,
    STATS_KEYS,
};

/* A row for each: value (may be NULL), results, machines, output_bytes, error_bytes,
 * first_observed_at, last_observed_at. Days and months in their order; else the most results first,
 * then by value. */
int stats_by(struct store *reader, const struct query_filter *filter, enum stats_key key,
             struct query **query, struct error *err);

#endif
