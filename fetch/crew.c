#include "fetch/crew.h"

#include "base/file.h"
#include "base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

struct crew {
    const struct crew_options *options;
    struct crew_job *jobs;
    size_t count;
    pthread_mutex_t asking, mutex;
    pthread_cond_t changed;
    size_t begun, given;
    struct crew_job **done; /* in the order of their ends; those before `given` are taken */
    size_t done_count;
    bool is_started, is_ending;
    pthread_t threads[CREW_PARALLEL_MOST];
    int thread_count;
    struct http *https[CREW_PARALLEL_MOST];
};

struct worker {
    struct crew *crew;
    struct http *http;
};

/* ---- the lock of a result ---- */

static char *lock_path(const struct crew_job *job)
{
    size_t size = strlen(job->request.path) + 6;
    char *path = memory_allocate(size);
    snprintf(path, size, "%s.lock", job->request.path);
    return path;
}

/* True when the descriptor's file is still the one of that name: its last holder may have removed it. */
static bool is_still_there(int fd, const char *path)
{
    struct stat held, named;
    return fstat(fd, &held) == 0 && stat(path, &named) == 0 && held.st_ino == named.st_ino &&
           held.st_dev == named.st_dev;
}

static int refuse_lock(struct crew_job *job, const char *path, int why, struct error *err)
{
    job->is_elsewhere = why == EWOULDBLOCK;
    if (job->is_elsewhere)
        return error_set(err, ERROR_TEMPORARY, "another process is fetching it");
    error_set_errno(err, ERROR_IO, why, "cannot lock");
    return error_at_path(err, path);
}

static int lock(struct crew_job *job, struct error *err)
{
    char *path = lock_path(job);
    int result = 0;
    do {
        if (job->lock_fd >= 0)
            close(job->lock_fd);
        job->lock_fd = file_open(path, O_RDWR | O_CREAT, err);
        if (job->lock_fd < 0)
            result = -1;
        else if (flock(job->lock_fd, LOCK_EX | LOCK_NB))
            result = refuse_lock(job, path, errno, err);
    } while (result == 0 && !is_still_there(job->lock_fd, path));
    free(path);
    if (result && job->lock_fd >= 0) {
        close(job->lock_fd);
        job->lock_fd = -1;
    }
    return result;
}

void crew_release(struct crew_job *job, bool is_archived)
{
    free(job->end);
    job->end = NULL;
    /* crew_free may have ended it: what lies there may be another process's by now. */
    if (job->lock_fd < 0 && (!is_archived || lock(job, NULL)))
        return;
    if (is_archived)
        download_forget(job->request.path);
    char *path = lock_path(job);
    unlink(path); /* still under the lock: who waits for it finds that the name is gone */
    free(path);
    close(job->lock_fd);
    job->lock_fd = -1;
}

/* ---- a thread ---- */

static void on_progress(void *context, int64_t bytes, int64_t total_bytes)
{
    struct crew_job *job = context;
    __atomic_store_n(&job->bytes, bytes, __ATOMIC_RELAXED);
    __atomic_store_n(&job->total_bytes, total_bytes, __ATOMIC_RELAXED);
}

static int check_room(const struct crew *crew, const char *path, struct error *err)
{
    struct statvfs disk;
    int64_t least = crew->options->min_free_bytes;
    const char *slash = strrchr(path, '/');
    char *folder = slash ? memory_copy_text(path, slash == path ? 1 : (size_t)(slash - path))
                         : memory_copy_text(".", 1);
    int result = 0;
    if (least > 0 && statvfs(folder, &disk) == 0 &&
        (int64_t)disk.f_bavail * (int64_t)disk.f_frsize < least)
        result = error_set(err, ERROR_IO,
                           "not fetched: the disk has less than the %lld bytes left that "
                           "--min-free asks for",
                           (long long)least);
    if (result)
        error_at_path(err, folder);
    free(folder);
    return result;
}

/* Under the job's lock, so that the answer stays true. */
static int ask(struct crew *crew, struct crew_job *job, struct error *err)
{
    if (!crew->options->is_wanted)
        return 1;
    pthread_mutex_lock(&crew->asking);
    int wanted = crew->options->is_wanted(crew->options->context, job, err);
    pthread_mutex_unlock(&crew->asking);
    job->is_unwanted = wanted == 0;
    return wanted;
}

static void run_job(const struct worker *worker, struct crew_job *job)
{
    struct crew_end *end = job->end = memory_zeroed(1, sizeof *job->end);
    job->request.progress = on_progress;
    job->request.progress_context = job;
    if (lock(job, &end->err) == 0 && ask(worker->crew, job, &end->err) == 1 &&
        check_room(worker->crew, job->request.path, &end->err) == 0)
        (void)download_run(worker->crew->options->api, worker->http, &job->request, &end->download,
                           &end->err);
}

/* The next job, or NULL at the end. Called and left with the mutex held. */
static struct crew_job *begin_job(struct crew *crew)
{
    while (!crew->is_ending && (!crew->is_started || (crew->begun < crew->count &&
                                                      crew->begun - crew->given >= CREW_WAITING)))
        pthread_cond_wait(&crew->changed, &crew->mutex);
    if (crew->is_ending || crew->begun == crew->count)
        return NULL;
    struct crew_job *job = &crew->jobs[crew->begun++];
    job->is_running = true;
    return job;
}

static void *work(void *context)
{
    struct worker worker = *(struct worker *)context;
    struct crew *crew = worker.crew;
    free(context);
    pthread_mutex_lock(&crew->mutex);
    struct crew_job *job;
    while ((job = begin_job(crew)) != NULL) {
        pthread_mutex_unlock(&crew->mutex);
        run_job(&worker, job);
        pthread_mutex_lock(&crew->mutex);
        job->is_running = false;
        crew->done[crew->done_count++] = job;
        pthread_cond_broadcast(&crew->changed);
    }
    pthread_mutex_unlock(&crew->mutex);
    return NULL;
}

/* ---- the crew ---- */

static int start_thread(struct crew *crew, struct error *err)
{
    struct http *http = http_new(crew->options->http, err);
    if (!http)
        return -1;
    struct worker *worker = memory_zeroed(1, sizeof *worker);
    *worker = (struct worker){crew, http};
    crew->https[crew->thread_count] = http;
    int code = pthread_create(&crew->threads[crew->thread_count], NULL, work, worker);
    if (code == 0) {
        crew->thread_count++;
        return 0;
    }
    free(worker);
    http_free(http);
    return error_set_errno(err, ERROR_IO, code, "cannot start a thread");
}

/* Setting the machine's clock makes no wait of crew_next longer. */
static void init_condition(pthread_cond_t *condition)
{
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(condition, &attributes);
    pthread_condattr_destroy(&attributes);
}

/* A job that another crew had before begins as a new one. */
static void prepare(struct crew_job *job)
{
    job->end = NULL;
    job->lock_fd = -1;
    job->bytes = 0;
    job->total_bytes = -1;
    job->is_running = job->is_unwanted = job->is_elsewhere = false;
}

struct crew *crew_start(const struct crew_options *options, struct crew_job *jobs, size_t count,
                        struct error *err)
{
    struct crew *crew = memory_zeroed(1, sizeof *crew);
    crew->options = options;
    crew->jobs = jobs;
    crew->count = count;
    crew->done = memory_zeroed(count ? count : 1, sizeof(struct crew_job *));
    pthread_mutex_init(&crew->asking, NULL);
    pthread_mutex_init(&crew->mutex, NULL);
    init_condition(&crew->changed);
    for (size_t i = 0; i < count; i++)
        prepare(&jobs[i]);
    /* None of them begins before all are there. */
    for (int i = 0; i < options->parallel && (size_t)i < count; i++)
        if (start_thread(crew, err)) {
            crew_free(crew);
            return NULL;
        }
    pthread_mutex_lock(&crew->mutex);
    crew->is_started = true;
    pthread_cond_broadcast(&crew->changed);
    pthread_mutex_unlock(&crew->mutex);
    return crew;
}

struct crew_job *crew_next(struct crew *crew, int64_t wait_us)
{
    struct crew_job *job = NULL;
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += (time_t)(wait_us / 1000000);
    until.tv_nsec += (long)(wait_us % 1000000) * 1000;
    if (until.tv_nsec >= 1000000000) {
        until.tv_nsec -= 1000000000;
        until.tv_sec++;
    }
    pthread_mutex_lock(&crew->mutex);
    int code = 0;
    while (crew->done_count == crew->given && crew->given < crew->count && wait_us > 0 && code == 0)
        code = pthread_cond_timedwait(&crew->changed, &crew->mutex, &until);
    if (crew->done_count > crew->given) {
        job = crew->done[crew->given++];
        pthread_cond_broadcast(&crew->changed);
    }
    pthread_mutex_unlock(&crew->mutex);
    return job;
}

bool crew_is_over(struct crew *crew)
{
    pthread_mutex_lock(&crew->mutex);
    bool is_over = crew->given == crew->count;
    pthread_mutex_unlock(&crew->mutex);
    return is_over;
}

size_t crew_look(struct crew *crew, struct crew_look *looks, size_t size)
{
    size_t count = 0;
    pthread_mutex_lock(&crew->mutex);
    for (size_t i = 0; i < crew->begun && count < size; i++) {
        const struct crew_job *job = &crew->jobs[i];
        if (job->is_running)
            looks[count++] = (struct crew_look){
                .job = job,
                .bytes = __atomic_load_n(&job->bytes, __ATOMIC_RELAXED),
                .total_bytes = __atomic_load_n(&job->total_bytes, __ATOMIC_RELAXED)};
    }
    pthread_mutex_unlock(&crew->mutex);
    return count;
}

int64_t crew_bytes(struct crew *crew)
{
    int64_t bytes = 0;
    pthread_mutex_lock(&crew->mutex);
    for (size_t i = 0; i < crew->begun; i++)
        bytes += __atomic_load_n(&crew->jobs[i].bytes, __ATOMIC_RELAXED);
    pthread_mutex_unlock(&crew->mutex);
    return bytes;
}

void crew_free(struct crew *crew)
{
    if (!crew)
        return;
    pthread_mutex_lock(&crew->mutex);
    crew->is_ending = true;
    pthread_cond_broadcast(&crew->changed);
    pthread_mutex_unlock(&crew->mutex);
    for (int i = 0; i < crew->thread_count; i++) {
        pthread_join(crew->threads[i], NULL);
        http_free(crew->https[i]);
    }
    for (size_t i = 0; i < crew->begun; i++)
        crew_release(&crew->jobs[i], false);
    pthread_cond_destroy(&crew->changed);
    pthread_mutex_destroy(&crew->mutex);
    pthread_mutex_destroy(&crew->asking);
    free(crew->done);
    free(crew);
}
