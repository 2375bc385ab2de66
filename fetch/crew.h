/*
 * crew - several downloads at a time, each by a thread that asks for the link and uses it at once.
 *
 * Jobs are begun in order. What is done waits, whole and fsynced in its spool file, until it is taken. Those that run
 * and those that wait are together never more than CREW_WAITING, so that what is fetched and what is archived stay close
 * together.
 * A result is fetched by one process at a time: beside the spool file lies `path`.lock, held under flock from the job's
 * begin until crew_release.
 */
#ifndef FETCH_CREW_H
#define FETCH_CREW_H

#include "base/error.h"
#include "fetch/download.h"

#include <stdbool.h>
#include <stddef.h>

#define CREW_PARALLEL_MOST 16
#define CREW_WAITING 64

/* How a job ended. It is large, and there may be a million jobs: it is there from the job's begin until crew_release. */
struct crew_end {
    struct download download;
    struct error err; /* ERROR_NONE: done */
};

struct crew_job {
    struct download_request request; /* texts borrowed; the crew sets the progress calls itself */
    /* Set by the crew. */
    struct crew_end *end;
    int lock_fd;
    int64_t bytes, total_bytes; /* so far; total -1: not told. Read them through crew_look */
    bool is_running;
    bool is_unwanted;  /* when its turn came: no error, and nothing was downloaded */
    bool is_elsewhere; /* another process is fetching it; the error says so */
};

struct crew_options {
    const struct api *api;
    const struct http_options *http;
    int parallel; /* 1 to CREW_PARALLEL_MOST */
    /* Asked by the threads, one at a time, before a download; NULL: all are wanted. 1, 0 or -1. */
    int (*is_wanted)(void *context, const struct crew_job *job, struct error *err);
    void *context;
    int64_t
        min_free_bytes; /* no job begins while the spool's disk has less left: ERROR_IO. 0: no bound */
};

struct crew;

/* Begins the jobs. They are borrowed until crew_free. NULL on an error; then none has begun. */
struct crew *crew_start(const struct crew_options *options, struct crew_job *jobs, size_t count,
                        struct error *err);

/* A job that has ended, well or not, each once; NULL when none is waiting. With `wait` it waits for one, at most so many
 * microseconds; then NULL may also mean that the time is over. */
struct crew_job *crew_next(struct crew *crew, int64_t wait_us);

/* True when every job has been given by crew_next. */
bool crew_is_over(struct crew *crew);

/* The running jobs, for a look at their progress: how many, at most `size` into `looks`. */
struct crew_look {
    const struct crew_job *job;
    int64_t bytes, total_bytes;
};
size_t crew_look(struct crew *crew, struct crew_look *looks, size_t size);

/* Bytes that all jobs have brought so far. */
int64_t crew_bytes(struct crew *crew);

/* Ends the lock of a job that crew_next gave, and its `end`; also removes the spool file when its package is archived, unless another
 * process has begun to fetch it since crew_free. */
void crew_release(struct crew_job *job, bool is_archived);

/* Begins no further job, waits for the running ones, ends the locks that are left, and frees the crew. Spool files stay.
 * NULL is fine. */
void crew_free(struct crew *crew);

#endif
