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

#endif
