/* The connections: opening, transactions, checks. The rows are in store_*.c. */
#include "schema/store.h"

#include "base/buffer.h"
#include "base/file.h"
#include "base/memory.h"
#include "schema/extension.h"
#include "schema/migrate.h"
#include "schema/statement.h"

#include <fcntl.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A commit moves the WAL into the database once it is so many pages, and a sixteenth of the database: in
 * a large one each batch changes pages all over the indexes, and those that the next batches change
 * again are moved once. */
#define CHECKPOINT_PAGES 1000 /* 16 MiB */
#define CHECKPOINT_SHARE 16

#define BUSY_MILLISECONDS 10000
#define WAL_HEADER_BYTES 32 /* https://sqlite.org/fileformat2.html section 4.1 */
#define URI_BYTES (64 * 1024)
#define IMMUTABLE "?immutable=1"

/* "file:" URI of a path (RFC 3986): an absolute one gets an empty authority, so that a path that
 * begins with two slashes stays a path. */
static int make_uri(struct buffer *uri, const char *path, const char *query)
{
    static const char plain[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/";
    text_printf(uri, path[0] == '/' ? "file://" : "file:");
    for (const char *at = path; *at; at++) {
        if (strchr(plain, *at))
            text_printf(uri, "%c", *at);
        else
            text_printf(uri, "%%%02X", (unsigned char)*at);
    }
    text_printf(uri, "%s", query);
    return uri->length < uri->limit ? 0 : -1;
}

char *store_uri(const struct store *reader)
{
    struct buffer uri;
    buffer_init(&uri, URI_BYTES);
    (void)make_uri(&uri, reader->path, reader->is_immutable ? IMMUTABLE : "");
    char *text = memory_copy_text(buffer_text(&uri), uri.length);
    buffer_release(&uri);
    return text;
}

static int open_connection(struct store *store, int flags, const char *query, struct error *err)
{
    struct buffer uri;
    buffer_init(&uri, URI_BYTES);
    int code = SQLITE_CANTOPEN;
    if (make_uri(&uri, store->path, query) == 0)
        code = sqlite3_open_v2(buffer_text(&uri), &store->db,
                               flags | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX, NULL);
    buffer_release(&uri);
    if (code != SQLITE_OK) {
        error_set(err, code == SQLITE_CANTOPEN ? ERROR_DATABASE : ERROR_IO,
                  "cannot open the database: %s", sqlite3_errstr(code));
        return error_at_path(err, store->path);
    }
    sqlite3_extended_result_codes(store->db, 1);
    sqlite3_busy_timeout(store->db, BUSY_MILLISECONDS);
    return 0;
}

static void close_connection(struct store *store)
{
    for (int i = 0; i < store->statement_count; i++)
        sqlite3_finalize(store->statements[i].prepared);
    store->statement_count = 0;
    sqlite3_close_v2(store->db);
    store->db = NULL;
}

static struct store *store_new(const char *path, bool is_writer)
{
    struct store *store = memory_zeroed(1, sizeof *store);
    store->path = memory_copy_text(path, strlen(path));
    store->is_writer = is_writer;
    return store;
}

void store_close(struct store *store)
{
    if (!store)
        return;
    if (store->db && store->is_writer) {
        store_rollback(store);
        /* Once, and not again after a failure; an emptied WAL lets the archive go on read-only
         * media. A reader is not waited for. */
        sqlite3_busy_timeout(store->db, 0);
        sqlite3_wal_checkpoint_v2(store->db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    }
    close_connection(store);
    free(store->path);
    free(store);
}

static int note_wal_pages(void *context, sqlite3 *db, const char *name, int pages)
{
    (void)db, (void)name;
    ((struct store *)context)->wal_pages = pages;
    return SQLITE_OK;
}

static int set_flag(struct store *store, int flag, int value, struct error *err)
{
    int code = sqlite3_db_config(store->db, flag, value, NULL);
    return code == SQLITE_OK ? 0 : store_fail(store, code, err);
}

static int harden(struct store *store, struct error *err)
{
    if (set_flag(store, SQLITE_DBCONFIG_DEFENSIVE, 1, err) ||
        set_flag(store, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, err) ||
        set_flag(store, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, err))
        return -1;
    sqlite3_limit(store->db, SQLITE_LIMIT_ATTACHED, 0);
    return store_execute(store, "PRAGMA temp_store = MEMORY", err);
}

/* 12 MB of pages, beside what FTS5 gathers (hashsize). SQLite turns this into a count of pages, and
 * never again when it learns the page size from the file: so only after something was read or made. */
static int limit_cache(struct store *store, struct error *err)
{
    return store_execute(store, "PRAGMA cache_size = -12000", err);
}

static int set_up_writer(struct store *store, struct error *err)
{
    int keep = 1;
    if (harden(store, err) ||
        /* Before WAL and before the first table: later it has no effect. */
        store_execute(store, "PRAGMA page_size = 16384; PRAGMA journal_mode = WAL", err))
        return -1;
    int code = sqlite3_file_control(store->db, "main", SQLITE_FCNTL_PERSIST_WAL, &keep);
    if (code != SQLITE_OK)
        return store_fail(store, code, err);
    if (set_flag(store, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, err))
        return -1;
    /* SQLite's own automatic checkpoint would keep a failed fsync to itself. */
    sqlite3_wal_hook(store->db, note_wal_pages, store);
    return store_execute(store,
                         "PRAGMA synchronous = NORMAL;"
                         "PRAGMA journal_size_limit = 16777216",
                         err);
}

void store_count_no_memory(void)
{
    (void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

struct store *store_open_writer(const char *path, struct error *err)
{
    if (!file_exists(path)) {
        /* SQLite would give it the umask's mode; -wal and -shm then follow the database's. Only a
         * new file: closing a descriptor of an open database would drop its locks. */
        int fd = file_open(path, O_RDWR | O_CREAT | O_EXCL, err);
        if (fd < 0)
            return NULL;
        close(fd);
    }
    struct store *store = store_new(path, true);
    int version;
    /* The version first: a database that is not ours is left as it is, its journal mode too. */
    if (open_connection(store, SQLITE_OPEN_READWRITE, "", err) == 0 &&
        migrate_read_version(store, &version, err) == 0 && set_up_writer(store, err) == 0 &&
        migrate_run(store, err) == 0 && limit_cache(store, err) == 0)
        return store;
    store_close(store);
    return NULL;
}

struct store *store_open_copy(const char *path, struct error *err)
{
    struct store *store = store_new(path, false);
    /* Nobody else opens it before it is whole, and what is cut short is thrown away. A hardened connection keeps its journal. */
    if (open_connection(store, SQLITE_OPEN_READWRITE, "", err) == 0 &&
        store_execute(store,
                      "PRAGMA page_size = 16384; PRAGMA journal_mode = OFF;"
                      "PRAGMA synchronous = OFF; PRAGMA temp_store = FILE",
                      err) == 0 &&
        harden(store, err) == 0)
        return store;
    store_close(store);
    return NULL;
}

int store_set_up_copy(struct store *store, struct error *err)
{
    return migrate_run(store, err) || limit_cache(store, err) ? -1 : 0;
}

static int set_up_reader(struct store *store, struct error *err)
{
    int version;
    if (set_flag(store, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, err) || harden(store, err) ||
        migrate_read_version(store, &version, err))
        return -1;
    if (version == 0) {
        error_set(err, ERROR_DATABASE, "holds nothing yet; `lrarchive rebuild` makes it anew");
        return error_at_path(err, store->path);
    }
    if (version < migrate_latest_version()) {
        error_set(
            err, ERROR_ARCHIVE,
            "has the schema of an older lrarchive; any verb that writes brings it up to date");
        return error_at_path(err, store->path);
    }
    int code = sqlite3_lrarchive_init(store->db, NULL, NULL);
    return code == SQLITE_OK ? limit_cache(store, err) : store_fail(store, code, err);
}

/* True when a write-ahead log with rows lies beside the database. */
static bool has_wal_rows(const char *path)
{
    char *wal = memory_allocate(strlen(path) + sizeof "-wal");
    strcpy(wal, path);
    strcat(wal, "-wal");
    struct stat about;
    bool has = stat(wal, &about) == 0 && about.st_size > WAL_HEADER_BYTES;
    free(wal);
    return has;
}

/* Without a writable folder and without a -shm file SQLite cannot use the WAL: then nobody writes
 * here, and the file can be read as it lies. */
static int reopen_immutable(struct store *store, struct error *err)
{
    close_connection(store);
    if (has_wal_rows(store->path)) {
        error_set(err, ERROR_DATABASE,
                  "holds rows in its -wal file that cannot be seen here, where nothing can be "
                  "written; copy the archive to a disk that can, and read it there");
        return error_at_path(err, store->path);
    }
    store->is_immutable = true;
    if (open_connection(store, SQLITE_OPEN_READONLY, IMMUTABLE, err))
        return -1;
    return set_up_reader(store, err);
}

static int open_reader(struct store *store, struct error *err)
{
    if (open_connection(store, SQLITE_OPEN_READONLY, "", err))
        return -1;
    if (set_up_reader(store, err) == 0)
        return 0;
    int code = sqlite3_errcode(store->db) & 0xFF;
    if (code != SQLITE_CANTOPEN && code != SQLITE_READONLY)
        return -1;
    return reopen_immutable(store, err);
}

struct store *store_open_reader(const char *path, struct error *err)
{
    if (!file_exists(path)) {
        error_set(err, ERROR_DATABASE, "is missing; `lrarchive rebuild` makes it anew");
        error_at_path(err, path);
        return NULL;
    }
    struct store *store = store_new(path, false);
    if (open_reader(store, err) == 0)
        return store;
    store_close(store);
    return NULL;
}

int store_begin(struct store *store, struct error *err)
{
    static const char sql[] = "BEGIN IMMEDIATE";
    struct statement statement;
    statement_start(&statement, store, sql);
    return statement_run(&statement, err);
}

/* 1 when the WAL is long enough, 0 when not. */
static int is_checkpoint_due(struct store *store, struct error *err)
{
    static const char sql[] = "PRAGMA page_count";
    struct statement statement;
    int64_t pages = 0;
    if (store->wal_pages < CHECKPOINT_PAGES)
        return 0;
    statement_start(&statement, store, sql);
    int found = statement_one_int64(&statement, &pages, err);
    return found < 0 ? -1 : store->wal_pages >= pages / CHECKPOINT_SHARE;
}

int store_commit(struct store *store, struct error *err)
{
    static const char sql[] = "COMMIT";
    struct statement statement;
    statement_start(&statement, store, sql);
    if (statement_run(&statement, err))
        return -1;
    int due = is_checkpoint_due(store, err);
    if (due != 1)
        return due;
    store->wal_pages = 0;
    return store_checkpoint(store, err);
}

void store_rollback(struct store *store)
{
    if (!sqlite3_get_autocommit(store->db))
        sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
}

int store_begin_read(struct store *reader, struct error *err)
{
    return store_execute(reader, "BEGIN DEFERRED", err);
}

void store_end_read(struct store *reader)
{
    store_rollback(reader);
}

int store_checkpoint(struct store *store, struct error *err)
{
    int code = sqlite3_wal_checkpoint_v2(store->db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
    /* Busy: a reader still needs the WAL; the next checkpoint takes the rest. */
    return code == SQLITE_OK || (code & 0xFF) == SQLITE_BUSY ? 0 : store_fail(store, code, err);
}

int store_check(struct store *store, bool quick, struct error *err)
{
    static const char quick_sql[] = "PRAGMA quick_check(1)";
    static const char full_sql[] = "PRAGMA integrity_check(1)";
    struct statement statement;
    statement_start(&statement, store, quick ? quick_sql : full_sql);
    int step = statement_step(&statement, err);
    if (step < 0 && err && err->code != ERROR_DATABASE)
        return -1;
    char sentence[256] = "no answer";
    if (step == 1)
        statement_copy(&statement, 0, sentence, sizeof sentence);
    else if (step < 0 && err)
        memcpy(sentence, err->message, sizeof sentence - 1);
    statement_finish(&statement);
    if (strcmp(sentence, "ok") == 0)
        return 0;
    error_set(err, ERROR_DAMAGED, "damaged (%s); `lrarchive rebuild` makes it anew", sentence);
    return error_at_path(err, store->path);
}

int store_replace(struct store *to, struct store *from, struct error *err)
{
    /* The WAL's index takes memory with every page copied; what both gathered is not needed now. */
    sqlite3_db_release_memory(from->db);
    sqlite3_db_release_memory(to->db);
#ifdef __GLIBC__
    malloc_trim(0);
#endif
    sqlite3_backup *backup = sqlite3_backup_init(to->db, "main", from->db, "main");
    if (!backup)
        return store_fail(to, sqlite3_extended_errcode(to->db), err);
    int code = sqlite3_backup_step(backup, -1);
    int finish_code = sqlite3_backup_finish(backup);
    if (code == SQLITE_DONE)
        return finish_code == SQLITE_OK ? 0 : store_fail(to, finish_code, err);
    return store_fail(to, code, err);
}
