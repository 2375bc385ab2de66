#include "ingest/sieve.h"

#include "base/memory.h"
#include "parser/package.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BATCH_BYTES (1024 * 1024)
#define BATCH_PAGES 512
#define CORES_MOST 8

enum state { EMPTY, FILLED, PROBING, PROBED };

/* Pages between reading and coming out; filled and emptied by the reading thread. */
struct batch {
    enum state state; /* under the lock */
    struct page pages[BATCH_PAGES];
    bool may_match[BATCH_PAGES];
    size_t count, next; /* next: the first that did not come out yet */
    struct buffer texts;
};

struct worker {
    struct sieve *sieve;
    struct match_probe *probe;
    pthread_t thread;
};

struct sieve {
    struct pages *pages;
    struct batch *batches; /* a ring */
    size_t batch_count;
    size_t first, filled; /* the oldest batch in use, and how many are */
    bool is_over;         /* no more pages */
    int64_t skipped;      /* content_id that nobody wants any more; -1: none */
    int64_t last;

    struct worker workers[CORES_MOST];
    size_t worker_count;
    pthread_mutex_t lock;
    pthread_cond_t has_work, has_result;
    bool is_ending; /* under the lock */
};

/* ---- the other threads ---- */

/* A hit may go over the ends of a page that is not whole lines. */
static bool stands_alone(const struct page *page)
{
    return !page->is_continued && (page->text.length < PACKAGE_PAGE_BYTES / 2 ||
                                   page->text.bytes[page->text.length - 1] == '\n');
}

static void probe(struct batch *batch, struct match_probe *with)
{
    for (size_t i = 0; i < batch->count; i++)
        batch->may_match[i] =
            !stands_alone(&batch->pages[i]) || match_probe_finds(with, batch->pages[i].text);
}

static struct batch *take_work(struct sieve *sieve)
{
    for (size_t i = 0; i < sieve->filled; i++) {
        struct batch *batch = &sieve->batches[(sieve->first + i) % sieve->batch_count];
        if (batch->state == FILLED)
            return batch;
    }
    return NULL;
}

static void *work(void *context)
{
    struct worker *worker = context;
    struct sieve *sieve = worker->sieve;
    pthread_mutex_lock(&sieve->lock);
    while (!sieve->is_ending) {
        struct batch *batch = take_work(sieve);
        if (!batch) {
            pthread_cond_wait(&sieve->has_work, &sieve->lock);
            continue;
        }
        batch->state = PROBING;
        pthread_mutex_unlock(&sieve->lock);
        probe(batch, worker->probe);
        pthread_mutex_lock(&sieve->lock);
        batch->state = PROBED;
        pthread_cond_signal(&sieve->has_result);
    }
    pthread_mutex_unlock(&sieve->lock);
    return NULL;
}

/* Signals are the first thread's. */
static bool start(struct sieve *sieve, struct worker *worker, const struct matcher *matcher)
{
    sigset_t all, before;
    worker->sieve = sieve;
    worker->probe = match_probe_new(matcher);
    if (!worker->probe)
        return false;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    bool is_started = pthread_create(&worker->thread, NULL, work, worker) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (!is_started)
        match_probe_free(worker->probe);
    return is_started;
}

/* ---- the sieve ---- */

struct sieve *sieve_new(struct pages *pages, const struct matcher *matcher)
{
    struct sieve *sieve = memory_zeroed(1, sizeof *sieve);
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    sieve->pages = pages;
    sieve->skipped = sieve->last = -1;
    pthread_mutex_init(&sieve->lock, NULL);
    pthread_cond_init(&sieve->has_work, NULL);
    pthread_cond_init(&sieve->has_result, NULL);
    size_t wanted = cores < 2 ? 0 : cores > CORES_MOST ? CORES_MOST : (size_t)cores;
    sieve->batch_count = wanted + 2;
    sieve->batches = memory_zeroed(sieve->batch_count, sizeof *sieve->batches);
    for (size_t i = 0; i < sieve->batch_count; i++)
        buffer_init(&sieve->batches[i].texts, BATCH_BYTES + PACKAGE_PAGE_BYTES);
    while (sieve->worker_count < wanted &&
           start(sieve, &sieve->workers[sieve->worker_count], matcher))
        sieve->worker_count++;
    return sieve;
}

void sieve_free(struct sieve *sieve)
{
    if (!sieve)
        return;
    pthread_mutex_lock(&sieve->lock);
    sieve->is_ending = true;
    pthread_cond_broadcast(&sieve->has_work);
    pthread_mutex_unlock(&sieve->lock);
    for (size_t i = 0; i < sieve->worker_count; i++) {
        pthread_join(sieve->workers[i].thread, NULL);
        match_probe_free(sieve->workers[i].probe);
    }
    for (size_t i = 0; i < sieve->batch_count; i++)
        buffer_release(&sieve->batches[i].texts);
    pthread_mutex_destroy(&sieve->lock);
    pthread_cond_destroy(&sieve->has_work);
    pthread_cond_destroy(&sieve->has_result);
    free(sieve->batches);
    free(sieve);
}

/* Room for any page must be left, and the texts must not move once they are pointed at. */
static bool is_full(const struct batch *batch)
{
    return batch->count == BATCH_PAGES || batch->texts.length > BATCH_BYTES;
}

static int fill(struct sieve *sieve, struct batch *batch, struct error *err)
{
    int more = 1;
    buffer_reserve(&batch->texts, BATCH_BYTES + PACKAGE_PAGE_BYTES);
    buffer_clear(&batch->texts);
    batch->count = batch->next = 0;
    while (!is_full(batch) &&
           (more = pages_next(sieve->pages, &batch->pages[batch->count], err)) == 1) {
        struct page *page = &batch->pages[batch->count];
        size_t at = batch->texts.length;
        if (page->text.length > PACKAGE_PAGE_BYTES)
            return error_set(err, ERROR_DAMAGED, "a page is larger than 64 KiB");
        (void)buffer_append(&batch->texts, page->text.bytes, page->text.length);
        page->text.bytes = batch->texts.bytes + at;
        batch->count++;
    }
    if (more == 0)
        sieve->is_over = true;
    return more < 0 ? -1 : 0;
}

/* Reads a batch and hands it to the others. */
static int read_ahead(struct sieve *sieve, struct error *err)
{
    struct batch *batch = &sieve->batches[(sieve->first + sieve->filled) % sieve->batch_count];
    if (fill(sieve, batch, err))
        return -1;
    pthread_mutex_lock(&sieve->lock);
    batch->state = FILLED;
    sieve->filled++;
    pthread_cond_signal(&sieve->has_work);
    pthread_mutex_unlock(&sieve->lock);
    return 0;
}

/* The oldest batch, probed; NULL at the end. It reads ahead rather than wait. */
static int oldest(struct sieve *sieve, struct batch **batch, struct error *err)
{
    for (;;) {
        *batch = &sieve->batches[sieve->first];
        pthread_mutex_lock(&sieve->lock);
        bool can_read = !sieve->is_over && sieve->filled < sieve->batch_count;
        while (!can_read && sieve->filled > 0 && (*batch)->state != PROBED)
            pthread_cond_wait(&sieve->has_result, &sieve->lock);
        bool is_ready = sieve->filled > 0 && (*batch)->state == PROBED;
        pthread_mutex_unlock(&sieve->lock);
        if (is_ready)
            return 1;
        if (!can_read)
            return 0;
        if (read_ahead(sieve, err))
            return -1;
    }
}

static void give_back(struct sieve *sieve, struct batch *batch)
{
    pthread_mutex_lock(&sieve->lock);
    batch->state = EMPTY;
    sieve->first = (sieve->first + 1) % sieve->batch_count;
    sieve->filled--;
    pthread_mutex_unlock(&sieve->lock);
}

int sieve_next(struct sieve *sieve, struct page *page, struct error *err)
{
    struct batch *batch;
    int more;
    if (sieve->worker_count == 0)
        return pages_next(sieve->pages, page, err);
    while ((more = oldest(sieve, &batch, err)) == 1) {
        while (batch->next < batch->count) {
            size_t at = batch->next++;
            if (!batch->may_match[at] || batch->pages[at].content_id == sieve->skipped)
                continue;
            *page = batch->pages[at];
            sieve->last = page->content_id;
            return 1;
        }
        give_back(sieve, batch);
    }
    return more;
}

void sieve_skip_content(struct sieve *sieve)
{
    if (sieve->worker_count == 0)
        pages_skip_content(sieve->pages);
    sieve->skipped = sieve->last;
}
