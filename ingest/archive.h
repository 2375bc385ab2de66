/*
 * archive - one archive on disk: where its files are, its lock, and the two writers behind it.
 *
 * Reading needs archive_open only. Writing needs archive_lock: it waits for the flock, brings the
 * archive into order when the last writer could not (recover.h), and holds until archive_unlock.
 * Evidence and ledger are the truth; history.db is an index over them.
 */
#ifndef INGEST_ARCHIVE_H
#define INGEST_ARCHIVE_H

#include "base/error.h"
#include "evidence/ledger.h"
#include "evidence/segment.h"
#include "schema/store.h"

#include <stdbool.h>
#include <stdint.h>

#define ARCHIVE_FORMAT 1
#define ARCHIVE_SEGMENT_BYTES (1LL << 30) /* a segment is sealed once it has reached this */
#define ARCHIVE_CLASSES 2                 /* SEGMENT_RESULTS and SEGMENT_FILES */

struct archive {
    char *folder; /* all paths are owned by the archive */
    char *evidence_folder;
    char *ledger_folder;
    char *database_path;
    char *lock_path;
    char *parsing_path; /* the package being parsed stands here; see apply.h */
    char *recovered_folder;
    struct ledger_actor actor;
    int64_t segment_limit_bytes;

    /* For one line on stderr: called when somebody else holds the lock, and for what recovery did.
     * May be NULL. */
    void (*notice)(void *context, const char *sentence);
    void *notice_context;

    /* While locked. */
    bool locked;
    int lock_fd;
    struct store *store;
    struct ledger *ledger;
    struct ledger_place head;                  /* end of the ledger as synced */
    struct segment *segments[ARCHIVE_CLASSES]; /* NULL until something is appended */
    int segment_numbers[ARCHIVE_CLASSES];
    int64_t segment_sizes[ARCHIVE_CLASSES]; /* as this process left them */
    bool in_order;                          /* recovery has run, and nothing has changed since */
    bool broken;                            /* an fsync failed: no more writing by this process */
};

/* Where the archive is: `option` (-a), else $LRARCHIVE_DIR, else $XDG_DATA_HOME/lrarchive or
 * ~/.local/share/lrarchive. The caller frees. *is_default tells the last case. NULL when there is
 * no home folder either. */
char *archive_find(const char *option, bool *is_default, struct error *err);

/* Makes an archive in `folder`, which must not exist (its parent must) or be empty. With
 * `make_parents` the folders above are made, too. */
int archive_create(const char *folder, bool make_parents, struct error *err);

/* Reads FORMAT.txt and fills `archive`; nothing is locked, created or changed. ERROR_ARCHIVE when
 * there is no archive, or one of a newer format. `operator_name` NULL: $LRARCHIVE_OPERATOR, else
 * user@host. */
int archive_open(struct archive *archive, const char *folder, const char *operator_name,
                 struct error *err);

/* Releases everything; the lock too. */
void archive_close(struct archive *archive);

/* Waits for the lock, opens the database for writing, and recovers when needed. */
int archive_lock(struct archive *archive, struct error *err);

/* 1 when the ledger holds bytes that history.db does not know and nobody is writing: what a reader
 * answers lacks them. 0 when not; errors count as 0, verify tells of them. */
int archive_is_ahead_of(const struct archive *archive, struct store *reader);

/* Only the flock and nothing else; for rebuild, which replaces the database. */
int archive_lock_files(struct archive *archive, struct error *err);
void archive_unlock(struct archive *archive);

/* The open segment of a family, opened or created when needed. Locked only. */
struct segment *archive_segment(struct archive *archive, enum segment_class family,
                                struct error *err);

/* Seals segments that have reached the limit: blocks, fsync, ledger line, its row. Locked, outside
 * a batch. */
int archive_seal_full_segments(struct archive *archive, struct error *err);

/* Seals the family's segment whatever its size. `has_end`: its end-of-archive blocks are there. */
int archive_seal(struct archive *archive, enum segment_class family, bool has_end,
                 struct error *err);

void archive_notice(const struct archive *archive, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
