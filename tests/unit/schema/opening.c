/* Opening history.db: made new, brought up to date, refused, read only. */
#include "tests/unit/schema/helpers.h"

#include <fcntl.h>
#include <sys/stat.h>

static void execute(struct archive *archive, const char *sql)
{
    char *message = NULL;
    if (sqlite3_exec(archive->store->db, sql, NULL, NULL, &message) != SQLITE_OK)
        fail_msg("%s: %s", sql, message);
}

static void make_old(struct archive *archive, const char *sql)
{
    execute(archive, sql);
    store_close(archive->store);
    archive->store = NULL;
}

/* Output of a command line, at most one buffer. */
static const char *output_of(const char *command)
{
    static char output[4096];
    FILE *pipe = popen(command, "r");
    assert_non_null(pipe);
    size_t length = fread(output, 1, sizeof output - 1, pipe);
    output[length] = '\0';
    pclose(pipe);
    return output;
}

static void a_new_database_has_the_latest_schema(void **state)
{
    struct archive *archive = *state;
    assert_rows(archive->store, "PRAGMA user_version", "4");
    assert_rows(archive->store, "PRAGMA application_id", "1819435378");
    assert_rows(archive->store, "PRAGMA page_size", "16384");
    assert_rows(archive->store, "PRAGMA journal_mode", "wal");
    assert_rows(archive->store, "PRAGMA synchronous", "1");
    assert_rows(archive->store, "SELECT v FROM output_fts_config WHERE k = 'hashsize'", "4194304");
    assert_index_is_whole(archive->store);
}

static void an_empty_file_is_filled(void **state)
{
    struct archive *archive = *state;
    store_close(archive->store);
    assert_int_equal(truncate(archive->path, 0), 0);
    archive_open(archive);
    assert_rows(archive->store, "PRAGMA user_version", "4");
    assert_rows(archive->store, "SELECT count(*) FROM results", "0");
}

static void opening_again_changes_nothing(void **state)
{
    struct archive *archive = *state;
    put_transcript(archive->store, 1, "P");
    acquire(archive->store, 1, "P", (struct coming){0});
    store_close(archive->store);
    archive_open(archive);
    assert_rows(archive->store, "SELECT script_output FROM results", "some output");
    assert_rows(archive->store, "PRAGMA user_version", "4");
}

static void the_files_are_for_their_owner_only(void **state)
{
    struct archive *archive = *state;
    struct stat about;
    char wal[128];
    store_close(archive->store);
    unlink(archive->path);
    mode_t mask = umask(0);
    archive_open(archive);
    umask(mask);
    put_package(archive->store, 1, "P");
    assert_int_equal(stat(archive->path, &about), 0);
    assert_int_equal(about.st_mode & 0777, 0600);
    snprintf(wal, sizeof wal, "%s-wal", archive->path);
    assert_int_equal(stat(wal, &about), 0);
    assert_int_equal(about.st_mode & 0777, 0600);
}

static void the_wal_stays_when_the_writer_closes_but_holds_nothing(void **state)
{
    struct archive *archive = *state;
    struct stat about;
    char wal[128];
    put_package(archive->store, 1, "P");
    store_close(archive->store);
    archive->store = NULL;
    snprintf(wal, sizeof wal, "%s-wal", archive->path);
    assert_int_equal(stat(wal, &about), 0);
    assert_int_equal(about.st_size, 0);
}

static void a_newer_schema_is_refused(void **state)
{
    struct archive *archive = *state;
    make_old(archive, "PRAGMA user_version = 99");
    assert_null(store_open_writer(archive->path, &test_error));
    assert_int_equal(test_error.code, ERROR_ARCHIVE);
    assert_non_null(strstr(test_error.message, "made by a newer lrarchive"));
    assert_string_equal(test_error.path, archive->path);
    assert_null(store_open_reader(archive->path, &test_error));
    assert_int_equal(test_error.code, ERROR_ARCHIVE);
}

static void another_program_s_database_is_left_alone(void **state)
{
    struct archive *archive = *state;
    make_old(archive, "PRAGMA user_version = 0");
    assert_null(store_open_writer(archive->path, &test_error));
    assert_int_equal(test_error.code, ERROR_ARCHIVE);
    assert_null(store_open_reader(archive->path, &test_error));
    assert_int_equal(test_error.code, ERROR_ARCHIVE);
}

static void what_is_no_database_is_an_error_that_says_what_to_do(void **state)
{
    struct archive *archive = *state;
    store_close(archive->store);
    archive->store = NULL;
    FILE *file = fopen(archive->path, "w");
    for (int i = 0; i < 1000; i++)
        fputs("no database at all\n", file);
    fclose(file);
    assert_null(store_open_writer(archive->path, &test_error));
    assert_int_equal(test_error.code, ERROR_DATABASE);
    assert_non_null(strstr(test_error.message, "lrarchive rebuild"));
    assert_null(store_open_reader(archive->path, &test_error));
    assert_int_equal(test_error.code, ERROR_DATABASE);
}

static void a_missing_database_says_how_to_make_it_anew(void **state)
{
    struct archive *archive = *state;
    store_close(archive->store);
    archive->store = NULL;
    unlink(archive->path);
    assert_null(store_open_reader(archive->path, &test_error));
    assert_int_equal(test_error.code, ERROR_DATABASE);
    assert_non_null(strstr(test_error.message, "lrarchive rebuild"));
    assert_string_equal(test_error.path, archive->path);
    assert_int_not_equal(access(archive->path, F_OK), 0);
}

static void a_reader_sees_commits_while_the_writer_is_open(void **state)
{
    struct archive *archive = *state;
    struct store *reader = store_open_reader(archive->path, &test_error);
    assert_non_null(reader);
    must(store_begin(archive->store, &test_error));
    put_package(archive->store, 1, "P");
    assert_rows(reader, "SELECT count(*) FROM packages", "0");
    must(store_commit(archive->store, &test_error));
    assert_rows(reader, "SELECT count(*) FROM packages", "1");
    store_close(reader);
}

static void a_reader_cannot_write(void **state)
{
    struct archive *archive = *state;
    struct store *reader = store_open_reader(archive->path, &test_error);
    assert_non_null(reader);
    struct store_package package = {.package_sha256 = sha_of("P"), .segment = "s"};
    assert_int_equal(store_put_package(reader, &package, &test_error), -1);
    assert_int_equal(test_error.code, ERROR_IO);
    store_close(reader);
}

static void stock_sqlite3_reads_while_the_writer_is_open(void **state)
{
    struct archive *archive = *state;
    char command[512];
    put_transcript(archive->store, 1, "P");
    acquire(archive->store, 1, "P", (struct coming){.machine = "dc1", .case_name = "IR-7"});
    must(store_begin(archive->store, &test_error));
    put_transcript(archive->store, 2, "Q");
    snprintf(command, sizeof command,
             "sqlite3 -readonly %s \"SELECT machine_name, script_output FROM results;"
             " SELECT snippet(output_fts, 0, '[', ']', '', 9) FROM output_fts JOIN output_pages p"
             " ON p.page_id = output_fts.rowid WHERE output_fts MATCH 'output';"
             " SELECT exhibit FROM case_items; SELECT count(*) FROM packages;\" 2>&1",
             archive->path);
    assert_string_equal(output_of(command), "dc1|some output\nsome [output]\nIR-7-0001\n1\n");
    store_rollback(archive->store);
}

static void stock_sqlite3_reads_every_view_and_table_of_the_contract(void **state)
{
    static const char *const names[] = {"results",    "output_pages", "packages",  "acquisitions",
                                        "actions",    "commands",     "machines",  "cases",
                                        "case_items", "ledger",       "output_fts"};
    struct archive *archive = *state;
    char command[512];
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        snprintf(command, sizeof command, "sqlite3 -readonly %s 'SELECT count(*) FROM %s' 2>&1",
                 archive->path, names[i]);
        assert_string_equal(output_of(command), "0\n");
    }
}

/* Where -shm cannot be made, as on read-only media. */
static void a_reader_without_a_shm_file_reads_the_database_as_it_lies(void **state)
{
    struct archive *archive = *state;
    char shm[128], wal[128];
    put_transcript(archive->store, 1, "P");
    acquire(archive->store, 1, "P", (struct coming){0});
    store_close(archive->store);
    archive->store = NULL;
    snprintf(shm, sizeof shm, "%s-shm", archive->path);
    snprintf(wal, sizeof wal, "%s-wal", archive->path);
    unlink(shm);
    assert_int_equal(symlink("/nowhere/at/all", shm), 0);
    struct store *reader = store_open_reader(archive->path, &test_error);
    if (!reader)
        fail_msg("%s", test_error.message);
    assert_rows(reader, "SELECT script_output FROM results", "some output");
    store_close(reader);
    /* With rows in the WAL it must not show an older state as if it were all. */
    FILE *file = fopen(wal, "w");
    fprintf(file, "%032d a frame", 0);
    fclose(file);
    assert_null(store_open_reader(archive->path, &test_error));
    assert_int_equal(test_error.code, ERROR_DATABASE);
    assert_non_null(strstr(test_error.message, "-wal"));
}

static void a_path_with_any_characters_is_a_path(void **state)
{
    static const char *const odd[] = {"a b", "50%25", "q?immutable=1", "h#ash", "ä;'\"&=", "x//y"};
    struct archive *archive = *state;
    for (size_t i = 0; i < sizeof odd / sizeof odd[0]; i++) {
        char folder[256], path[300], name[400];
        snprintf(folder, sizeof folder, "%s/%s", archive->folder, odd[i]);
        if (strcmp(odd[i], "x//y") == 0)
            snprintf(folder, sizeof folder, "/%s/x", archive->folder);
        assert_int_equal(mkdir(folder, 0700), 0);
        snprintf(path, sizeof path, "%s/%s", folder, "history.db");
        struct store *writer = store_open_writer(path, &test_error);
        if (!writer)
            fail_msg("%s: %s", path, test_error.message);
        put_package(writer, 1, "P");
        struct store *reader = store_open_reader(path, &test_error);
        if (!reader)
            fail_msg("%s: %s", path, test_error.message);
        assert_rows(reader, "SELECT count(*) FROM packages", "1");
        store_close(reader);
        store_close(writer);
        assert_int_equal(access(path, F_OK), 0);
        static const char *const suffixes[] = {"", "-wal", "-shm"};
        for (size_t k = 0; k < 3; k++) {
            snprintf(name, sizeof name, "%s%s", path, suffixes[k]);
            unlink(name);
        }
        assert_int_equal(rmdir(folder), 0);
    }
}

static void a_whole_database_passes_both_checks(void **state)
{
    struct archive *archive = *state;
    put_transcript(archive->store, 1, "P");
    assert_int_equal(store_check(archive->store, true, &test_error), 0);
    assert_int_equal(store_check(archive->store, false, &test_error), 0);
}

static void a_damaged_database_is_reported(void **state)
{
    struct archive *archive = *state;
    int64_t empty_pages = strtoll(rows(archive->store, "PRAGMA page_count"), NULL, 10);
    must(store_begin(archive->store, &test_error));
    for (int64_t i = 1; i <= 300; i++) {
        char name[16];
        snprintf(name, sizeof name, "N%d", (int)i);
        put_transcript(archive->store, i, name);
        acquire(archive->store, i, name, (struct coming){0});
    }
    must(store_commit(archive->store, &test_error));
    store_close(archive->store);
    archive->store = NULL;
    /* Every page behind those of an empty database begins wrong. */
    int fd = open(archive->path, O_RDWR);
    struct stat about;
    assert_int_equal(fstat(fd, &about), 0);
    for (int64_t offset = empty_pages * 16384; offset < about.st_size; offset += 16384)
        assert_int_equal(pwrite(fd, "\377\377\377\377\377\377\377\377", 8, offset), 8);
    close(fd);
    struct store *reader = store_open_reader(archive->path, &test_error);
    if (!reader)
        fail_msg("%s", test_error.message);
    assert_int_equal(store_check(reader, true, &test_error), -1);
    assert_int_equal(test_error.code, ERROR_DAMAGED);
    assert_int_equal(store_check(reader, false, &test_error), -1);
    assert_int_equal(test_error.code, ERROR_DAMAGED);
    assert_non_null(strstr(test_error.message, "lrarchive rebuild"));
    store_close(reader);
}

static void replacing_gives_open_readers_the_new_rows(void **state)
{
    struct archive *archive = *state;
    struct store *store = archive->store;
    char path[128], wal[160], shm[160];
    put_transcript(store, 1, "P");
    acquire(store, 1, "P", (struct coming){0});
    struct store *reader = store_open_reader(archive->path, &test_error);
    assert_rows(reader, "SELECT count(*) FROM results", "1");
    snprintf(path, sizeof path, "%s/new.db", archive->folder);
    struct store *made = store_open_writer(path, &test_error);
    assert_non_null(made);
    put_transcript(made, 1, "Q");
    put_transcript(made, 2, "R");
    acquire(made, 1, "Q", (struct coming){.machine = "dc1"});
    acquire(made, 2, "R", (struct coming){.machine = "dc2"});
    must(store_replace(store, made, &test_error));
    store_close(made);
    snprintf(wal, sizeof wal, "%s-wal", path);
    snprintf(shm, sizeof shm, "%s-shm", path);
    unlink(path);
    unlink(wal);
    unlink(shm);
    assert_rows(reader, "SELECT machine_name FROM results ORDER BY 1", "dc1\ndc2");
    assert_rows(reader, "SELECT count(*) FROM output_fts WHERE output_fts MATCH 'output'", "2");
    store_close(reader);
    /* And the writer goes on with it. */
    put_transcript(store, 3, "S");
    acquire(store, 3, "S", (struct coming){0});
    assert_rows(store, "SELECT count(*) FROM output_fts WHERE output_fts MATCH 'output'", "3");
    assert_rows(store, "PRAGMA journal_mode", "wal");
    assert_index_is_whole(store);
}

static void a_checkpoint_moves_rows_into_the_database(void **state)
{
    struct archive *archive = *state;
    put_transcript(archive->store, 1, "P");
    must(store_checkpoint(archive->store, &test_error));
    struct store *reader = store_open_reader(archive->path, &test_error);
    assert_rows(reader, "SELECT count(*) FROM packages", "1");
    must(store_checkpoint(archive->store, &test_error));
    store_close(reader);
}

static void a_rollback_takes_rows_and_words_back(void **state)
{
    struct archive *archive = *state;
    store_rollback(archive->store);
    must(store_begin(archive->store, &test_error));
    put_transcript(archive->store, 1, "P");
    store_rollback(archive->store);
    assert_rows(archive->store, "SELECT count(*) FROM packages", "0");
    assert_rows(archive->store, "SELECT count(*) FROM output_fts WHERE output_fts MATCH 'output'",
                "0");
    put_transcript(archive->store, 1, "P");
    assert_index_is_whole(archive->store);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        archive_test(a_new_database_has_the_latest_schema),
        archive_test(an_empty_file_is_filled),
        archive_test(opening_again_changes_nothing),
        archive_test(the_files_are_for_their_owner_only),
        archive_test(the_wal_stays_when_the_writer_closes_but_holds_nothing),
        archive_test(a_newer_schema_is_refused),
        archive_test(another_program_s_database_is_left_alone),
        archive_test(what_is_no_database_is_an_error_that_says_what_to_do),
        archive_test(a_missing_database_says_how_to_make_it_anew),
        archive_test(a_reader_sees_commits_while_the_writer_is_open),
        archive_test(a_reader_cannot_write),
        archive_test(stock_sqlite3_reads_while_the_writer_is_open),
        archive_test(stock_sqlite3_reads_every_view_and_table_of_the_contract),
        archive_test(a_reader_without_a_shm_file_reads_the_database_as_it_lies),
        archive_test(a_path_with_any_characters_is_a_path),
        archive_test(a_whole_database_passes_both_checks),
        archive_test(a_damaged_database_is_reported),
        archive_test(replacing_gives_open_readers_the_new_rows),
        archive_test(a_checkpoint_moves_rows_into_the_database),
        archive_test(a_rollback_takes_rows_and_words_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
