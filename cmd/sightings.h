/*
 * sightings - of each indicator: when it was first and last seen, on how many machines, and how many
 * hits it has; those never seen as well.
 *
 * Memory grows with the indicators seen times the machines, by one or two bits each.
 */
#ifndef CMD_SIGHTINGS_H
#define CMD_SIGHTINGS_H

#include "cmd/output.h"
#include "ingest/search.h"

struct sightings;

/* All are borrowed until sightings_free. NULL after an error. */
struct sightings *sightings_new(struct store *reader, const struct indicators *indicators,
                                const struct query_filter *filter, struct error *err);
void sightings_free(struct sightings *sightings); /* NULL is fine */

/* For search_run; the context is the sightings. */
enum search_answer sightings_take(void *context, const struct search_hit *hit, struct error *err);

/* Prints a row for each indicator: the seen ones by first_seen, then the others in the order of the
 * list. */
void sightings_print(struct sightings *sightings, struct output *output);

int64_t sightings_count(const struct sightings *sightings);   /* hits */
int64_t sightings_results(const struct sightings *sightings); /* results that have some */

#endif
