#include "ingest/rebuild.h"

#include "base/file.h"
#include "base/memory.h"
#include "ingest/recover.h"
#include "ingest/replay.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const suffixes[] = {"", "-wal", "-shm"};

static void remove_database(const char *path)
{
    for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++) {
        size_t size = strlen(path) + 8;
        char *name = memory_allocate(size);
        snprintf(name, size, "%s%s", path, suffixes[i]);
        unlink(name);
        free(name);
    }
}

/* A database that cannot be opened is evidence of something, too: kept, out of the way. */
static int move_aside(struct archive *archive, struct error *err)
{
    if (file_make_folder(archive->recovered_folder, err))
        return -1;
    for (int attempt = 0; attempt < 10000; attempt++) {
        char name[64];
        snprintf(name, sizeof name, "history.db.damaged.%d", attempt);
        char *target = file_join(archive->recovered_folder, name);
        if (file_exists(target)) {
            free(target);
            continue;
        }
        int result = 0;
        for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes && result == 0; i++) {
            size_t size = strlen(target) + strlen(archive->database_path) + 8;
            char *from = memory_allocate(size), *to = memory_allocate(size);
            snprintf(from, size, "%s%s", archive->database_path, suffixes[i]);
            snprintf(to, size, "%s%s", target, suffixes[i]);
            if (rename(from, to) && errno != ENOENT) {
                error_set_errno(err, ERROR_IO, errno, "cannot move the damaged database aside");
                result = error_at_path(err, from);
            }
            free(from);
            free(to);
        }
        archive_notice(archive, "history.db could not be opened and is now recovered/%s", name);
        free(target);
        return result;
    }
    return error_set(err, ERROR_IO, "too many damaged databases in recovered/");
}

/* The old index, open for writing; a file that is no database is moved aside and made anew. */
static int open_old(struct archive *archive, struct error *err)
{
    if (archive->store)
        return 0;
    bool existed = file_exists(archive->database_path);
    archive->store = store_open_writer(archive->database_path, err);
    struct ledger_place known;
    if (archive->store && recover_known_place(archive->store, &known, err) == 0)
        return 0;
    if (!existed || err->code == ERROR_ARCHIVE || err->code == ERROR_IO)
        return -1;
    store_close(archive->store);
    archive->store = NULL;
    if (move_aside(archive, err))
        return -1;
    archive->store = store_open_writer(archive->database_path, err);
    return archive->store ? 0 : -1;
}

static int refuse_shorter_ledger(struct archive *archive, struct error *err)
{
    struct ledger_place known;
    if (recover_known_place(archive->store, &known, err))
        return -1;
    int holds = recover_ledger_holds(archive->ledger_folder, &known, err);
    if (holds)
        return holds < 0 ? -1 : 0;
    error_set(err, ERROR_DAMAGED,
              "history.db knows ledger line %lld, and the ledger does not hold it; bring the "
              "ledger back from a copy, or keep history.db elsewhere and rebuild without it",
              (long long)known.number);
    return error_at_path(err, archive->ledger_folder);
}

/* Passes on, and counts. */
struct watcher {
    const struct rebuild_options *options;
    struct rebuild_summary *summary;
};

static void on_progress(void *context, int64_t lines)
{
    struct watcher *watcher = context;
    if (watcher->options->progress)
        watcher->options->progress(watcher->options->context, lines);
}

static void on_damaged(void *context, int64_t number, const struct error *why)
{
    struct watcher *watcher = context;
    watcher->summary->damaged++;
    if (watcher->options->damaged)
        watcher->options->damaged(watcher->options->context, number, why);
}

static int apply_all(struct archive *archive, struct store *fresh,
                     const struct rebuild_options *options, struct rebuild_summary *summary,
                     struct error *err)
{
    char poison[SHA256_HEX_SIZE];
    if (apply_read_mark(archive->parsing_path, poison, err) < 0)
        return -1;
    if (options->retry_unparsed)
        poison[0] = '\0';
    /* Packages that crashed this version stay unread in the new index, too. */
    struct store *unparsed = options->retry_unparsed ? fresh : archive->store;
    struct ledger_place place;
    ledger_place_start(&place);
    struct apply *apply = apply_new(fresh, unparsed, archive->evidence_folder,
                                    archive->parsing_path, archive->actor.tool, poison, err);
    if (!apply)
        return -1;
    struct watcher watcher = {options, summary};
    const struct replay replay = {.ledger_folder = archive->ledger_folder,
                                  .store = fresh,
                                  .apply = apply,
                                  .progress = on_progress,
                                  .damaged = on_damaged,
                                  .context = &watcher};
    int result = replay_lines(&replay, &place, &summary->lines, err);
    apply_free(apply);
    return result;
}

int rebuild_archive(struct archive *archive, const struct rebuild_options *options,
                    struct rebuild_summary *summary, struct error *err)
{
    *summary = (struct rebuild_summary){0};
    if (archive_lock_files(archive, err) || open_old(archive, err) ||
        refuse_shorter_ledger(archive, err))
        return -1;
    char *fresh_path = file_join(archive->folder, "rebuild.db");
    remove_database(fresh_path);
    struct store *fresh = store_open_writer(fresh_path, err);
    int result = fresh ? apply_all(archive, fresh, options, summary, err) : -1;
    if (result == 0)
        result = store_replace(archive->store, fresh, err);
    if (result == 0)
        result = store_count_packages(archive->store, &summary->packages, &summary->unparsed, err);
    store_close(fresh);
    remove_database(fresh_path);
    free(fresh_path);
    archive->in_order = false;
    return result;
}
