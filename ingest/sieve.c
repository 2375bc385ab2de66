#include "ingest/sieve.h"

#include "base/interrupt.h"
#include "base/memory.h"
#include "parser/package.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define RANGE_PAGES 64
#define LEAST_RANGES 16 /* with fewer, starting threads takes longer than it saves */
#define CORES_MOST 4

/* The pages of one range that may hold a hit. A thread fills it, the asker empties it. */
struct batch {
    bool is_ready; /* under the lock */
    bool has_failed;
    struct error error;
    struct page pages[RANGE_PAGES];
    size_t count, next; /* next: the first that did not come out yet */
    struct buffer texts;
};

struct worker {
    struct sieve *sieve;
    struct store *reader;
    struct pages *pages;
    struct match_probe *probe;
    pthread_t thread;
    bool is_started;
};

struct sieve {
    int64_t ranges;
    struct batch *batches; /* a ring: range n is in batch n modulo batch_count */
    int64_t batch_count;
    int64_t taken;    /* ranges that threads have begun; under the lock */
    int64_t finished; /* ranges that came out; under the lock */
    int64_t skipped;  /* content_id that nobody wants any more; -1: none */
    struct worker workers[CORES_MOST];
    int worker_count;
    pthread_mutex_t lock;
    pthread_cond_t has_room, has_result;
    atomic_bool is_ending;
};

/* ---- the threads ---- */

/* A hit may go over the ends of a page that is not whole lines. */
static bool stands_alone(const struct page *page)
{
    return !page->is_continued && (page->text.length < PACKAGE_PAGE_BYTES / 2 ||
                                   page->text.bytes[page->text.length - 1] == '\n');
}

/* The texts must not move once they are pointed at: they are put in place when all are there. */
static int fill(struct worker *worker, struct batch *batch, struct error *err)
{
    struct page page;
    size_t offsets[RANGE_PAGES] = {0};
    int more = 0;
    buffer_clear(&batch->texts);
    batch->count = batch->next = 0;
    while (!worker->sieve->is_ending && (more = pages_next(worker->pages, &page, err)) == 1) {
        if (stands_alone(&page) && !match_probe_finds(worker->probe, page.text))
            continue;
        offsets[batch->count] = batch->texts.length;
        batch->pages[batch->count++] = page;
        if (buffer_append(&batch->texts, page.text.bytes, page.text.length))
            return error_set(err, ERROR_DAMAGED, "a page of text is larger than 64 KiB");
    }
    for (size_t i = 0; i < batch->count; i++)
        batch->pages[i].text.bytes =
            batch->pages[i].text.length > 0 ? batch->texts.bytes + offsets[i] : "";
    return more;
}

static void *work(void *context)
{
    struct worker *worker = context;
    struct sieve *sieve = worker->sieve;
    pthread_mutex_lock(&sieve->lock);
    while (!sieve->is_ending && sieve->taken < sieve->ranges) {
        if (sieve->taken == sieve->finished + sieve->batch_count) {
            pthread_cond_wait(&sieve->has_room, &sieve->lock);
            continue;
        }
        int64_t range = sieve->taken++;
        pthread_mutex_unlock(&sieve->lock);
        struct batch *batch = &sieve->batches[range % sieve->batch_count];
        pages_set_range(worker->pages, range * RANGE_PAGES, (range + 1) * RANGE_PAGES - 1);
        batch->has_failed = fill(worker, batch, &batch->error) != 0;
        pthread_mutex_lock(&sieve->lock);
        batch->is_ready = true;
        pthread_cond_signal(&sieve->has_result);
    }
    pthread_mutex_unlock(&sieve->lock);
    return NULL;
}

/* ---- setting up ---- */

/* 1 when both see the same moment of history, by the last ledger line that they know. */
static bool sees_the_same(struct store *a, struct store *b)
{
    char one[65] = "", other[65] = "";
    int64_t number, file, offset;
    struct error ignored;
    return store_head(a, &number, one, &file, &offset, &ignored) >= 0 &&
           store_head(b, &number, other, &file, &offset, &ignored) >= 0 && strcmp(one, other) == 0;
}

static bool open_worker(struct worker *worker, const char *database_path, struct store *reader,
                        const struct scope *scope, const struct matcher *matcher)
{
    struct error ignored;
    worker->reader = store_open_reader(database_path, &ignored);
    if (!worker->reader || store_begin_read(worker->reader, &ignored) ||
        !sees_the_same(worker->reader, reader))
        return false;
    worker->pages = pages_new_range(worker->reader, scope, &ignored);
    worker->probe = match_probe_new(matcher);
    return worker->pages && worker->probe;
}

static void close_worker(struct worker *worker)
{
    if (worker->is_started)
        pthread_join(worker->thread, NULL);
    pages_free(worker->pages);
    match_probe_free(worker->probe);
    if (worker->reader)
        store_end_read(worker->reader);
    store_close(worker->reader);
}

/* Signals are the first thread's. */
static bool start(struct worker *worker)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    worker->is_started = pthread_create(&worker->thread, NULL, work, worker) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return worker->is_started;
}

static int count_cores(void)
{
    cpu_set_t cores;
    int count = sched_getaffinity(0, sizeof cores, &cores) == 0 ? CPU_COUNT(&cores) : 1;
    return count < CORES_MOST ? count : CORES_MOST;
}

static bool set_up(struct sieve *sieve, const char *database_path, struct store *reader,
                   const struct scope *scope, const struct matcher *matcher)
{
    for (int i = 0; i < sieve->worker_count; i++) {
        sieve->workers[i].sieve = sieve;
        if (!open_worker(&sieve->workers[i], database_path, reader, scope, matcher))
            return false;
    }
    for (int i = 0; i < sieve->worker_count; i++)
        if (!start(&sieve->workers[i]))
            return false;
    return true;
}

struct sieve *sieve_new(const char *database_path, struct store *reader, const struct scope *scope,
                        const struct matcher *matcher)
{
    struct error ignored;
    int64_t last_id;
    int cores = count_cores();
    if (cores < 2 || pages_last_id(reader, &last_id, &ignored) ||
        last_id / RANGE_PAGES < LEAST_RANGES)
        return NULL;
    struct sieve *sieve = memory_zeroed(1, sizeof *sieve);
    sieve->ranges = last_id / RANGE_PAGES + 1;
    sieve->skipped = -1;
    sieve->worker_count = cores;
    sieve->batch_count = 2 * cores;
    sieve->batches = memory_zeroed((size_t)sieve->batch_count, sizeof *sieve->batches);
    for (int64_t i = 0; i < sieve->batch_count; i++)
        buffer_init(&sieve->batches[i].texts, RANGE_PAGES * PACKAGE_PAGE_BYTES);
    pthread_mutex_init(&sieve->lock, NULL);
    pthread_cond_init(&sieve->has_room, NULL);
    pthread_cond_init(&sieve->has_result, NULL);
    if (set_up(sieve, database_path, reader, scope, matcher))
        return sieve;
    sieve_free(sieve);
    return NULL;
}

void sieve_free(struct sieve *sieve)
{
    if (!sieve)
        return;
    pthread_mutex_lock(&sieve->lock);
    sieve->is_ending = true;
    pthread_cond_broadcast(&sieve->has_room);
    pthread_mutex_unlock(&sieve->lock);
    for (int i = 0; i < sieve->worker_count; i++)
        close_worker(&sieve->workers[i]);
    for (int64_t i = 0; i < sieve->batch_count; i++)
        buffer_release(&sieve->batches[i].texts);
    pthread_mutex_destroy(&sieve->lock);
    pthread_cond_destroy(&sieve->has_room);
    pthread_cond_destroy(&sieve->has_result);
    free(sieve->batches);
    free(sieve);
}

/* ---- what comes out ---- */

/* The batch of a range. NULL with err when a signal asks to end. */
static struct batch *wait_for(struct sieve *sieve, int64_t range, struct error *err)
{
    struct batch *batch = &sieve->batches[range % sieve->batch_count];
    bool is_interrupted = false;
    pthread_mutex_lock(&sieve->lock);
    while (!batch->is_ready && !is_interrupted) {
        struct timespec until;
        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_sec++;
        (void)pthread_cond_timedwait(&sieve->has_result, &sieve->lock, &until);
        is_interrupted = interrupt_check(err) != 0;
    }
    pthread_mutex_unlock(&sieve->lock);
    return is_interrupted ? NULL : batch;
}

static void give_back(struct sieve *sieve, struct batch *batch)
{
    pthread_mutex_lock(&sieve->lock);
    batch->is_ready = false;
    sieve->finished++;
    pthread_cond_broadcast(&sieve->has_room);
    pthread_mutex_unlock(&sieve->lock);
}

int sieve_next(struct sieve *sieve, struct page *page, struct error *err)
{
    while (sieve->finished < sieve->ranges) {
        struct batch *batch = wait_for(sieve, sieve->finished, err);
        if (!batch)
            return -1;
        if (batch->has_failed) {
            *err = batch->error;
            return -1;
        }
        while (batch->next < batch->count) {
            *page = batch->pages[batch->next++];
            if (page->content_id == sieve->skipped)
                continue;
            return 1;
        }
        give_back(sieve, batch);
    }
    return 0;
}

void sieve_skip_content(struct sieve *sieve, int64_t content_id)
{
    sieve->skipped = content_id;
}
