/* base/draft: a file gets its name whole or not at all, also where files have one name only. */
#include "base/draft.h"

#include "tests/unit/scratch.h"

#include <errno.h>
#include <sys/stat.h>

static struct error why;

/* What the file system cannot do. These stand before those of libc. */
static bool has_nameless, has_links, has_flags;

int open(const char *path, int flags, ...)
{
    va_list rest;
    va_start(rest, flags);
    mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0;
    va_end(rest);
    if ((flags & O_TMPFILE) == O_TMPFILE && !has_nameless) {
        errno = EOPNOTSUPP;
        return -1;
    }
    return openat(AT_FDCWD, path, flags, mode);
}

int link(const char *from, const char *to)
{
    if (has_links)
        return linkat(AT_FDCWD, from, AT_FDCWD, to, 0);
    errno = EPERM;
    return -1;
}

int renameat2(int from_folder, const char *from, int to_folder, const char *to, unsigned flags)
{
    struct stat status;
    if (!has_flags)
        errno = EINVAL;
    else if (flags == RENAME_NOREPLACE && fstatat(to_folder, to, &status, 0) == 0)
        errno = EEXIST;
    else
        return renameat(from_folder, from, to_folder, to);
    return -1;
}

static int syncs, sync_failure; /* its errno */

int fsync(int fd)
{
    (void)fd;
    syncs++;
    errno = sync_failure;
    return sync_failure ? -1 : 0;
}

static void assert_only(const char *names)
{
    assert_int_equal(scratch_run("[ \"$(ls -A | tr '\\n' ' ')\" = '%s' ]", names), 0);
}

static void each_file_system(void (*test)(void))
{
    for (int i = 0; i < 4; i++) {
        has_nameless = i == 0;
        has_links = i <= 1;
        has_flags = i <= 2;
        test();
        assert_int_equal(scratch_run("rm -f file"), 0);
    }
}

static void publish_one(void)
{
    struct draft draft;
    assert_int_equal(draft_open(&draft, scratch_path("file"), &why), 0);
    assert_int_equal(write(draft.fd, "whole", 5), 5);
    assert_int_equal(scratch_run("[ ! -e file ]"), 0);
    assert_int_equal(draft_publish(&draft, &why), 0);
    draft_drop(&draft);
    assert_only("file ");
    assert_int_equal(scratch_run("[ \"$(cat file)\" = whole ]"), 0);
}

static void drop_one(void)
{
    struct draft draft;
    assert_int_equal(draft_open(&draft, scratch_path("file"), &why), 0);
    draft_drop(&draft);
    assert_only("");
}

static void meet_another(void)
{
    struct draft draft;
    assert_int_equal(draft_open(&draft, scratch_path("file"), &why), 0);
    assert_int_equal(scratch_run("echo other >file"), 0);
    assert_int_equal(draft_publish(&draft, &why), -1);
    assert_int_equal(why.code, ERROR_USAGE);
    draft_drop(&draft);
    assert_only("file ");
    assert_int_equal(scratch_run("[ \"$(cat file)\" = other ]"), 0);
}

static void a_draft_appears_whole_on_any_file_system(void **state)
{
    (void)state;
    each_file_system(publish_one);
}

static void what_was_not_published_is_gone(void **state)
{
    (void)state;
    each_file_system(drop_one);
}

static void what_came_under_the_name_meanwhile_stays(void **state)
{
    (void)state;
    each_file_system(meet_another);
}

static void a_name_that_cannot_be_is_refused_before_the_work(void **state)
{
    struct draft draft;
    char path[500];
    (void)state;
    has_nameless = has_links = has_flags = true;
    snprintf(path, sizeof path, "%s%0300d", scratch_path(""), 1);
    assert_int_equal(draft_open(&draft, path, &why), -1);
    assert_int_equal(why.code, ERROR_IO);
    assert_int_equal(draft_open(&draft, scratch_path("new/"), &why), -1);
    assert_int_equal(why.code, ERROR_USAGE);
    assert_int_equal(draft_open(&draft, scratch_path("."), &why), -1);
    assert_int_equal(why.code, ERROR_USAGE);
    assert_non_null(strstr(why.message, "is a folder"));
}

static int settle(const char *text, int64_t *bytes, char *sha256)
{
    struct draft draft;
    has_nameless = has_links = has_flags = true;
    syncs = 0;
    assert_int_equal(draft_open(&draft, scratch_path("file"), &why), 0);
    assert_int_equal(write(draft.fd, text, strlen(text)), strlen(text));
    int result = draft_settle(&draft, bytes, sha256, &why);
    draft_drop(&draft);
    return result;
}

static void what_is_written_is_on_the_disk_and_hashed_from_its_begin(void **state)
{
    int64_t bytes;
    char sha256[SHA256_HEX_SIZE], expected[SHA256_HEX_SIZE];
    (void)state;
    assert_int_equal(settle("whole", &bytes, sha256), 0);
    assert_int_equal(syncs, 1);
    assert_int_equal(bytes, 5);
    sha256_of("whole", 5, expected);
    assert_string_equal(sha256, expected);
}

static void a_disk_that_does_not_take_it_is_an_error(void **state)
{
    int64_t bytes;
    char sha256[SHA256_HEX_SIZE];
    (void)state;
    sync_failure = ENOSPC;
    assert_int_equal(settle("whole", &bytes, sha256), -1);
    sync_failure = 0;
    assert_int_equal(why.code, ERROR_IO);
    assert_non_null(strstr(why.message, "No space left"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        scratch_test(a_draft_appears_whole_on_any_file_system),
        scratch_test(what_was_not_published_is_gone),
        scratch_test(what_came_under_the_name_meanwhile_stays),
        scratch_test(a_name_that_cannot_be_is_refused_before_the_work),
        scratch_test(what_is_written_is_on_the_disk_and_hashed_from_its_begin),
        scratch_test(a_disk_that_does_not_take_it_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
