/*
 * fetch_round - one pass from machine actions to archived results: which results are there to be had, which the archive
 * has, and the rest downloaded and taken in as it comes.
 *
 *   round_open, then round_ask or round_take for each action, round_download, round_close
 */
#ifndef CMD_FETCH_ROUND_H
#define CMD_FETCH_ROUND_H

#include "cmd/connection.h"
#include "cmd/fetch_action.h"
#include "cmd/fetch_seen.h"
#include "cmd/kept.h"
#include "fetch/crew.h"
#include "ingest/ingest.h"

#define ROUND_ALL_COMMANDS (-1)
#define ROUND_JOBS_MOST 1000000

/* Texts are borrowed; NULL: any. */
struct round_options {
    bool again;      /* what is archived is fetched, too */
    bool is_dry;     /* nothing is downloaded or taken in */
    bool is_patient; /* what failed waits for its next try */
    int parallel;
    int64_t min_free_bytes;
    const char *machine, *script, *comment; /* globs, any case */
    struct batch_context context;           /* note, case, max_unpacked, tenant */
};

/* How it stands with the results that the actions have. */
struct round_counts {
    int64_t actions, actions_pending;
    int64_t wanted;   /* to be fetched now */
    int64_t archived; /* before this round */
    int64_t fetched, failed;
    int64_t elsewhere; /* being fetched by another process */
    int64_t waiting;   /* failed before, and their next try is not yet */
    int64_t invalid;   /* what the service called an action and is none */
    /* Creation of the oldest action that is not final or not wholly archived; "" when there is none. */
    char oldest_missing_at[TIME_TEXT_SIZE];
};

/* An action that is not final, and what was asked of it. */
struct round_pending {
    char action_id[FETCH_ID_SIZE];
    int64_t only_index;
};

struct round_job;

struct round {
    struct connection *connection;
    struct kept *kept; /* also has the archive and the output */
    const struct round_options *options;
    struct round_counts counts;
    char last_created_at[TIME_TEXT_SIZE]; /* of the action taken last; "" when it does not tell */
    enum exit_status status;              /* of what failed */
    /* its own */
    struct store *reader;
    struct ingest *ingest;
    struct ingest_options ingest_options;
    struct ingest_listener listener;
    struct crew_job *jobs;
    struct round_job *infos; /* of the job at the same place */
    size_t count, capacity;
    struct crew *crew;
    struct fetch_bars *bars; /* NULL outside of round_download */
    size_t *in_batch; /* places of jobs, SIZE_MAX for an action, in the order of their adding */
    size_t batch_first, batch_count, batch_capacity;
    struct round_pending *pending;
    size_t pending_count, pending_capacity;
    struct fetch_seen seen;
};

/* All are borrowed until round_close. */
int round_open(struct round *round, struct connection *connection, struct kept *kept,
               const struct round_options *options, struct error *err);

/* Asks for one action and takes it. -1 as api_get and round_take; ERROR_NOT_FOUND also when the one command that is
 * asked for has no result and never will. */
int round_ask(struct round *round, const char *action_id, int64_t only_index, struct error *err);

/* Takes an action as the service sent it: its state goes into the archive, if it is new, and its results that are wanted
 * are put down. With `is_filtered` only when the options' filters let it through. */
int round_take(struct round *round, struct text json, int64_t only_index, bool is_filtered,
               struct error *err);

/* Prints what was put down, a line each, and in how long the limits let it be fetched. */
int round_print_wanted(struct round *round, struct error *err);

/* Downloads what was put down and takes it in. What fails is told and counted, and tried no more in this round; -1 when
 * the archive failed or a signal came. */
int round_download(struct round *round, struct error *err);

/* Commits what waits, also after an error. */
int round_close(struct round *round, struct error *err);

#endif
