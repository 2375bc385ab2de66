/*
 * fetch_round_job - what the two halves of fetch_round share: fetch_round.c puts down what is wanted, fetch_downloads.c
 * brings it.
 */
#ifndef CMD_FETCH_ROUND_JOB_H
#define CMD_FETCH_ROUND_JOB_H

#include "cmd/fetch_round.h"

#define ROUND_LABEL_SIZE 64
#define ROUND_NO_JOB SIZE_MAX

struct round_job {
    char action_id[FETCH_ID_SIZE];
    char label[ROUND_LABEL_SIZE]; /* "<action>/<index>" */
    char *path;
    char *machine_id, *machine_name; /* NULL when the action has none */
    char created_at[TIME_TEXT_SIZE];
};

struct output *round_output_of(const struct round *round);
const char *round_folder_of(const struct round *round);

/* An action created then is not wholly archived. */
void round_note_missing(struct round *round, const char *created_at);

/* Counts the job as failed and puts its next try off. */
int round_note_failure(struct round *round, size_t place, const struct error *why,
                       struct error *err);

/* A job, or ROUND_NO_JOB for an action, is about to be added to the batch. */
void round_push(struct round *round, size_t place);

#endif
