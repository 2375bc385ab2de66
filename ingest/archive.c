#include "ingest/archive.h"

#include "base/file.h"
#include "base/interrupt.h"
#include "base/memory.h"
#include "base/time.h"
#include "ingest/format.h"
#include "ingest/recover.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

char *archive_find(const char *option, bool *is_default, struct error *err)
{
    *is_default = false;
    const char *named = option ? option : getenv("LRARCHIVE_DIR");
    if (named && named[0])
        return memory_copy_text(named, strlen(named));
    *is_default = true;
    const char *data = getenv("XDG_DATA_HOME");
    if (data && data[0] == '/')
        return file_join(data, "lrarchive");
    const char *home = getenv("HOME");
    if (home && home[0])
        return file_join(home, ".local/share/lrarchive");
    error_set(err, ERROR_USAGE, "no home folder to keep an archive in; name one with -a DIR");
    return NULL;
}

/* ---- making one ---- */

/* An init that was cut short may be done again; anything else in the folder is somebody's. */
static bool is_ours(const char *name)
{
    static const char *const names[] = {".",      "..",   "lost+found",    "evidence",
                                        "ledger", "lock", "FORMAT.txt.new"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(name, names[i]) == 0)
            return true;
    return false;
}

static int check_empty(const char *folder, struct error *err)
{
    char *format_path = file_join(folder, "FORMAT.txt");
    bool is_archive = file_exists(format_path);
    free(format_path);
    if (is_archive) {
        error_set(err, ERROR_USAGE, "there is an archive here already");
        return error_at_path(err, folder);
    }
    DIR *directory = opendir(folder);
    if (!directory) {
        error_set_errno(err, ERROR_IO, errno, "cannot look into the folder");
        return error_at_path(err, folder);
    }
    int result = 0;
    for (struct dirent *entry = readdir(directory); entry && result == 0;
         entry = readdir(directory)) {
        if (!is_ours(entry->d_name))
            result = error_set(err, ERROR_USAGE,
                               "the folder is not empty; name a new folder for the archive");
    }
    closedir(directory);
    return result ? error_at_path(err, folder) : 0;
}

static int make_subfolder(const char *folder, const char *name, struct error *err)
{
    char *path = file_join(folder, name);
    int result = file_make_folder(path, err);
    free(path);
    return result;
}

/* FORMAT.txt comes last and whole: before it the folder is no archive. */
static int write_format(const char *folder, struct error *err)
{
    char *final_path = file_join(folder, "FORMAT.txt");
    char *new_path = file_join(folder, "FORMAT.txt.new");
    unlink(new_path);
    int result = file_create(new_path, format_text(), strlen(format_text()), err);
    if (result == 0 && rename(new_path, final_path)) {
        error_set_errno(err, ERROR_IO, errno, "cannot rename to FORMAT.txt");
        result = error_at_path(err, new_path);
    }
    if (result == 0)
        result = file_sync_folder_of(final_path, err);
    free(new_path);
    free(final_path);
    return result;
}

int archive_create(const char *folder, bool make_parents, struct error *err)
{
    if (make_parents && file_make_folders_above(folder, err))
        return -1;
    if (mkdir(folder, 0700) && errno != EEXIST) {
        error_set_errno(err, errno == ENOENT ? ERROR_USAGE : ERROR_IO, errno,
                        "cannot make the archive's folder (the folder above it must exist)");
        return error_at_path(err, folder);
    }
    if (check_empty(folder, err))
        return -1;
    if (chmod(folder, 0700)) {
        error_set_errno(err, ERROR_IO, errno, "cannot make the folder private (mode 0700)");
        return error_at_path(err, folder);
    }
    if (make_subfolder(folder, "evidence", err) || make_subfolder(folder, "ledger", err) ||
        file_sync_folder_of(folder, err) || write_format(folder, err))
        return -1;
    struct archive archive;
    if (archive_open(&archive, folder, NULL, err))
        return -1;
    int result = archive_lock(&archive, err);
    archive_close(&archive);
    return result;
}

/* ---- opening ---- */

static void observe_actor(struct ledger_actor *actor, const char *operator_name)
{
    struct passwd *user = getpwuid(geteuid());
    if (user)
        snprintf(actor->os_user, sizeof actor->os_user, "%s", user->pw_name);
    else
        snprintf(actor->os_user, sizeof actor->os_user, "uid %u", (unsigned)geteuid());
    if (gethostname(actor->host, sizeof actor->host - 1))
        snprintf(actor->host, sizeof actor->host, "unknown");
    snprintf(actor->tool, sizeof actor->tool, "lrarchive %s", LRARCHIVE_VERSION);
    const char *claimed = operator_name ? operator_name : getenv("LRARCHIVE_OPERATOR");
    if (claimed && claimed[0])
        snprintf(actor->operator_name, sizeof actor->operator_name, "%s", claimed);
    else
        snprintf(actor->operator_name, sizeof actor->operator_name, "%.120s@%.120s", actor->os_user,
                 actor->host);
}

int archive_open(struct archive *archive, const char *folder, const char *operator_name,
                 struct error *err)
{
    *archive = (struct archive){.lock_fd = -1, .segment_limit_bytes = ARCHIVE_SEGMENT_BYTES};
    if (format_check(folder, err))
        return -1;
    archive->folder = memory_copy_text(folder, strlen(folder));
    archive->evidence_folder = file_join(folder, "evidence");
    archive->ledger_folder = file_join(folder, "ledger");
    archive->database_path = file_join(folder, "history.db");
    archive->lock_path = file_join(folder, "lock");
    archive->parsing_path = file_join(folder, "parsing");
    archive->recovered_folder = file_join(folder, "recovered");
    observe_actor(&archive->actor, operator_name);
    return 0;
}

void archive_close(struct archive *archive)
{
    /* The writer checkpoints as it closes, and only the lock's holder may. */
    if (archive->store && !archive->locked) {
        struct error ignored = {0};
        archive_lock_files(archive, &ignored);
    }
    if (archive->locked)
        store_close(archive->store);
    archive->store = NULL;
    archive_unlock(archive);
    for (int family = 0; family < ARCHIVE_CLASSES; family++)
        segment_close(archive->segments[family]);
    ledger_close(archive->ledger);
    free(archive->folder);
    free(archive->evidence_folder);
    free(archive->ledger_folder);
    free(archive->database_path);
    free(archive->lock_path);
    free(archive->parsing_path);
    free(archive->recovered_folder);
    *archive = (struct archive){.lock_fd = -1};
}

void archive_notice(const struct archive *archive, const char *format, ...)
{
    if (!archive->notice)
        return;
    char sentence[512];
    va_list args;
    va_start(args, format);
    vsnprintf(sentence, sizeof sentence, format, args);
    va_end(args);
    archive->notice(archive->notice_context, sentence);
}

/* ---- the lock ---- */

int archive_lock_files(struct archive *archive, struct error *err)
{
    if (archive->locked)
        return 0;
    if (archive->lock_fd < 0)
        archive->lock_fd = file_open(archive->lock_path, O_RDWR | O_CREAT, err);
    if (archive->lock_fd < 0)
        return -1;
    int busy = flock(archive->lock_fd, LOCK_EX | LOCK_NB);
    if (busy && errno == EWOULDBLOCK)
        archive_notice(archive, "waiting: another lrarchive is writing to this archive");
    while (busy) {
        if (interrupt_check(err))
            return -1;
        busy = flock(archive->lock_fd, LOCK_EX);
        if (busy && errno != EINTR) {
            error_set_errno(err, ERROR_IO, errno, "cannot lock the archive");
            return error_at_path(err, archive->lock_path);
        }
    }
    archive->locked = true;
    return 0;
}

static int64_t ledger_file_size(const struct archive *archive, int file)
{
    char name[32];
    struct stat status;
    ledger_file_name(file, name);
    char *path = file_join(archive->ledger_folder, name);
    int64_t size = stat(path, &status) ? 0 : (int64_t)status.st_size;
    free(path);
    return size;
}

/* True when ledger and segments are as this process left them, so that nobody wrote in between. */
static bool is_unchanged(const struct archive *archive)
{
    if (!archive->in_order)
        return false;
    char segment[SEGMENT_NAME_SIZE];
    struct stat status;
    if (ledger_file_size(archive, archive->head.file) != archive->head.offset ||
        ledger_file_size(archive, archive->head.file + 1) != 0)
        return false;
    for (int family = 0; family < ARCHIVE_CLASSES; family++) {
        segment_name((enum segment_class)family, archive->segment_numbers[family], segment);
        char *path = file_join(archive->evidence_folder, segment);
        int64_t size = stat(path, &status) ? 0 : (int64_t)status.st_size;
        free(path);
        if (size != archive->segment_sizes[family])
            return false;
    }
    return true;
}

int archive_is_ahead_of(const struct archive *archive, struct store *reader)
{
    struct ledger_place known;
    struct error ignored;
    if (recover_known_place(reader, &known, &ignored) ||
        (ledger_file_size(archive, known.file) <= known.offset &&
         ledger_file_size(archive, known.file + 1) == 0))
        return 0;
    /* Between ledger and index a running ingest is ahead for a moment. */
    int fd = open(archive->lock_path, O_RDONLY | O_CLOEXEC);
    int writing = fd >= 0 && flock(fd, LOCK_SH | LOCK_NB) != 0;
    if (fd >= 0)
        close(fd);
    return !writing;
}

int archive_lock(struct archive *archive, struct error *err)
{
    if (archive->broken)
        return error_set(err, ERROR_IO, "stopped after a failed write; start again");
    if (archive->locked)
        return 0;
    if (archive_lock_files(archive, err))
        return -1;
    int result = 0;
    if (!archive->store) {
        archive->store = store_open_writer(archive->database_path, err);
        result = archive->store ? store_drop_unfinished(archive->store, err) : -1;
    }
    if (result == 0 && !is_unchanged(archive))
        result = recover_archive(archive, err);
    if (result)
        archive_unlock(archive);
    return result;
}

void archive_unlock(struct archive *archive)
{
    if (archive->lock_fd >= 0)
        close(archive->lock_fd); /* gives the lock back */
    archive->lock_fd = -1;
    archive->locked = false;
}

/* ---- segments ---- */

struct segment *archive_segment(struct archive *archive, enum segment_class family,
                                struct error *err)
{
    if (!archive->segments[family]) {
        char name[SEGMENT_NAME_SIZE];
        segment_name(family, archive->segment_numbers[family], name);
        archive->segments[family] = segment_open(archive->evidence_folder, name, err);
    }
    return archive->segments[family];
}

static int append_sealed_line(struct archive *archive, const char *name, int64_t size_bytes,
                              const char *sha256, struct error *err)
{
    char now[TIME_TEXT_SIZE];
    time_now(now);
    struct json_writer *writer = ledger_begin(archive->ledger, "sealed", now, &archive->actor);
    json_writer_text(writer, "segment", name);
    json_writer_int64(writer, "size_bytes", size_bytes);
    json_writer_text(writer, "sha256", sha256);
    struct text line;
    struct ledger_place place;
    if (ledger_end(archive->ledger, &line, &place, err) || ledger_sync(archive->ledger, err))
        return -1;
    return recover_replay(archive, err);
}

int archive_seal(struct archive *archive, enum segment_class family, bool has_end,
                 struct error *err)
{
    int64_t size_bytes;
    char sha256[SHA256_HEX_SIZE], name[SEGMENT_NAME_SIZE];
    segment_name(family, archive->segment_numbers[family], name);
    /* A crash may have come after the file was made read-only. */
    struct segment *segment = has_end ? segment_open_to_seal(archive->evidence_folder, name, err)
                                      : archive_segment(archive, family, err);
    if (!segment || segment_seal(segment, has_end, &size_bytes, sha256, err)) {
        if (has_end)
            segment_close(segment);
        archive->broken = true;
        return -1;
    }
    segment_close(segment);
    archive->segments[family] = NULL;
    archive->segment_numbers[family]++;
    archive->segment_sizes[family] = 0;
    if (append_sealed_line(archive, name, size_bytes, sha256, err)) {
        archive->broken = true;
        return -1;
    }
    return 0;
}

int archive_seal_full_segments(struct archive *archive, struct error *err)
{
    for (int family = 0; family < ARCHIVE_CLASSES; family++)
        if (archive->segment_sizes[family] >= archive->segment_limit_bytes &&
            archive_seal(archive, (enum segment_class)family, false, err))
            return -1;
    return 0;
}
