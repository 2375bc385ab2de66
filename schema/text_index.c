#include "schema/text_index.h"

#include "base/memory.h"
#include "schema/fts_join.h"
#include "schema/store.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_PAGES 256 /* not worth a thread: 16 MiB of text at most */
#define WAITING 8       /* pages handed over and not indexed yet: 512 KiB */

/* A table that stays in the processor's caches, and segments that are merged once, take nine tenths of the
 * time of the archive's settings, which are for many small batches; 12 MB of cached blocks take as long as two [measured]. */
static const char settings[] = "PRAGMA cache_size = -2000;"
                               "INSERT INTO output_fts (output_fts, rank) VALUES"
                               " ('hashsize', 1048576), ('automerge', 0), ('crisismerge', 64)";

struct page {
    int64_t page_id;
    size_t length, capacity;
    char *text;
};

/* The thread that indexes what it is handed. */
struct helper {
    struct store *part;
    pthread_t thread;
    bool is_running;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    struct page pages[WAITING]; /* in a ring; counted from the begin: */
    size_t given, taken;
    bool is_ending; /* no more are given */
    bool has_failed;
    struct error failure;
};

int text_index_add(struct store *store, int64_t page_id, struct text text, struct error *err)
{
    static const char sql[] = "INSERT INTO output_fts (rowid, text) VALUES (?1, ?2)";
    struct statement s;
    statement_start(&s, store, sql);
    statement_bind_int64(&s, page_id);
    statement_bind_text(&s, text);
    return statement_run(&s, err);
}

/* ---- the helper ---- */

/* NULL: there are no more. */
static const struct page *wait_for_page(struct helper *helper)
{
    const struct page *page = NULL;
    pthread_mutex_lock(&helper->lock);
    while (helper->taken == helper->given && !helper->is_ending)
        pthread_cond_wait(&helper->changed, &helper->lock);
    if (helper->taken < helper->given)
        page = &helper->pages[helper->taken % WAITING];
    pthread_mutex_unlock(&helper->lock);
    return page;
}

static void pass_page(struct helper *helper)
{
    pthread_mutex_lock(&helper->lock);
    helper->taken++;
    pthread_cond_signal(&helper->changed);
    pthread_mutex_unlock(&helper->lock);
}

static int index_given(struct helper *helper, struct error *err)
{
    const struct page *page;
    if (store_set_up_copy(helper->part, err) || store_begin(helper->part, err) ||
        store_execute(helper->part, settings, err))
        return -1;
    while ((page = wait_for_page(helper)) != NULL) {
        if (text_index_add(helper->part, page->page_id, (struct text){page->text, page->length},
                           err))
            return -1;
        pass_page(helper);
    }
    return store_execute(helper->part, "COMMIT", err);
}

static void *run_helper(void *context)
{
    struct helper *helper = context;
    struct error failure = {0};
    if (index_given(helper, &failure)) {
        pthread_mutex_lock(&helper->lock);
        helper->has_failed = true;
        helper->failure = failure;
        pthread_cond_signal(&helper->changed);
        pthread_mutex_unlock(&helper->lock);
    }
    return NULL;
}

static int start_helper(struct helper *helper, struct error *err)
{
    int code = pthread_create(&helper->thread, NULL, run_helper, helper);
    helper->is_running = code == 0;
    return code == 0 ? 0 : error_set_errno(err, ERROR_IO, code, "cannot start a thread");
}

/* The slot to fill, or NULL when the helper has failed. */
static struct page *wait_for_slot(struct helper *helper)
{
    pthread_mutex_lock(&helper->lock);
    while (helper->given - helper->taken == WAITING && !helper->has_failed)
        pthread_cond_wait(&helper->changed, &helper->lock);
    struct page *slot = helper->has_failed ? NULL : &helper->pages[helper->given % WAITING];
    pthread_mutex_unlock(&helper->lock);
    return slot;
}

/* Its failure is told when it is waited for. */
static int give_page(struct helper *helper, int64_t page_id, struct text text, struct error *err)
{
    if (!helper->is_running && start_helper(helper, err))
        return -1;
    struct page *slot = wait_for_slot(helper);
    if (!slot)
        return -1;
    if (slot->capacity < text.length) {
        slot->text = memory_resize(slot->text, text.length);
        slot->capacity = text.length;
    }
    slot->page_id = page_id;
    slot->length = text.length;
    memcpy(slot->text, text.bytes, text.length);
    pthread_mutex_lock(&helper->lock);
    helper->given++;
    pthread_cond_signal(&helper->changed);
    pthread_mutex_unlock(&helper->lock);
    return 0;
}

static int wait_for_helper(struct helper *helper, struct error *err)
{
    pthread_mutex_lock(&helper->lock);
    helper->is_ending = true;
    pthread_cond_signal(&helper->changed);
    pthread_mutex_unlock(&helper->lock);
    pthread_join(helper->thread, NULL);
    if (helper->has_failed && err)
        *err = helper->failure;
    return helper->has_failed ? -1 : 0;
}

/* ---- the whole ---- */

static int index_pages(struct store *copy, struct helper *helper, struct error *err)
{
    static const char sql[] = "SELECT page_id, text FROM page ORDER BY page_id";
    struct statement rows;
    int more;
    statement_start(&rows, copy, sql);
    for (size_t i = 0; (more = statement_step(&rows, err)) == 1; i++) {
        int64_t page_id = statement_int64(&rows, 0);
        struct text text = statement_text(&rows, 1);
        if (i < FIRST_PAGES || i % 2 == 0 ? text_index_add(copy, page_id, text, err)
                                          : give_page(helper, page_id, text, err)) {
            statement_finish(&rows);
            return -1;
        }
    }
    return more;
}

int text_index_make(struct store *copy, struct store *part, struct error *err)
{
    struct helper helper = {.part = part};
    pthread_mutex_init(&helper.lock, NULL);
    pthread_cond_init(&helper.changed, NULL);
    int result = store_execute(copy, settings, err) || index_pages(copy, &helper, err) ? -1 : 0;
    if (helper.is_running && wait_for_helper(&helper, err))
        result = -1;
    if (result == 0)
        result = store_execute(copy, "COMMIT", err);
    if (result == 0 && helper.is_running)
        result = fts_join(copy, part, err);
    for (size_t i = 0; i < WAITING; i++)
        free(helper.pages[i].text);
    pthread_cond_destroy(&helper.changed);
    pthread_mutex_destroy(&helper.lock);
    return result;
}
