/* base/file: what is put in the place of a file is there whole or not at all. */
#include "base/file.h"

#include "tests/unit/scratch.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#define OLD "old content\n"
#define LONG_BYTES 100000
#define ROUNDS 30

static struct error why;

static int replace(const char *name, const void *bytes, size_t length)
{
    why = (struct error){0};
    return file_replace(scratch_path(name), bytes, length, &why);
}

static void assert_content(const char *name, const char *content)
{
    struct buffer bytes = scratch_read(name);
    assert_string_equal(buffer_text(&bytes), content);
    buffer_release(&bytes);
}

/* Only the names that the shell's pattern gives are in the scratch. */
static void assert_only(const char *names)
{
    assert_int_equal(scratch_run("[ \"$(ls -A | tr '\\n' ' ')\" = '%s ' ]", names), 0);
}

static void a_file_is_replaced_or_made_for_its_owner_only(void **state)
{
    struct stat status;
    (void)state;
    umask(0);
    assert_int_equal(replace("file", OLD, strlen(OLD)), 0);
    assert_content("file", OLD);
    assert_int_equal(scratch_run("chmod 666 file"), 0);
    assert_int_equal(replace("file", "new", 3), 0);
    umask(022);
    assert_content("file", "new");
    assert_int_equal(stat(scratch_path("file"), &status), 0);
    assert_int_equal(status.st_mode & 07777, 0600);
    assert_int_equal(replace("file", "", 0), 0);
    assert_content("file", "");
    assert_only("file");
}

/* Who has the old one open goes on to read it. */
static void the_old_file_is_not_written(void **state)
{
    char block[64] = "";
    (void)state;
    assert_int_equal(replace("file", OLD, strlen(OLD)), 0);
    assert_int_equal(scratch_run("ln file link"), 0);
    int fd = open(scratch_path("file"), O_RDONLY | O_CLOEXEC);
    assert_int_equal(replace("file", "new", 3), 0);
    assert_int_equal(read(fd, block, sizeof block), strlen(OLD));
    assert_string_equal(block, OLD);
    close(fd);
    assert_content("link", OLD);
}

/* In a process of its own, which ends with what check() gives. */
static void assert_in_a_process(int (*check)(void))
{
    int status;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0)
        _exit(check());
    assert_int_equal(waitpid(child, &status, 0), child);
    if (status != 0)
        fail_msg("status %d", status);
}

static int replace_on_a_full_disk(void)
{
    static char bytes[LONG_BYTES];
    struct rlimit limit = {LONG_BYTES / 2, LONG_BYTES / 2};
    memset(bytes, 'n', sizeof bytes);
    signal(SIGXFSZ, SIG_IGN);
    if (setrlimit(RLIMIT_FSIZE, &limit))
        return 2;
    return replace("file", bytes, sizeof bytes) == -1 && why.code == ERROR_IO &&
                   strstr(why.message, "cannot write") &&
                   strcmp(why.path, scratch_path("file")) == 0
               ? 0
               : 1;
}

static void the_old_content_stays_when_the_new_cannot_be_written(void **state)
{
    (void)state;
    assert_int_equal(replace("file", OLD, strlen(OLD)), 0);
    assert_in_a_process(replace_on_a_full_disk);
    assert_content("file", OLD);
    assert_only("file");
}

static int replace_without_permission(void)
{
    if (geteuid() == 0 && setuid(65534))
        return 2;
    return replace("file", "new", 3) == -1 && why.code == ERROR_IO &&
                   strstr(why.message, "check owner and mode") &&
                   strcmp(why.path, scratch_path("file")) == 0
               ? 0
               : 1;
}

static void the_old_content_stays_where_nothing_may_be_made(void **state)
{
    (void)state;
    assert_int_equal(replace("file", OLD, strlen(OLD)), 0);
    assert_int_equal(scratch_run("chmod 555 ."), 0);
    assert_in_a_process(replace_without_permission);
    assert_int_equal(scratch_run("chmod 755 ."), 0);
    assert_content("file", OLD);
    assert_only("file");
}

static void what_is_no_file_is_not_replaced(void **state)
{
    (void)state;
    assert_int_equal(scratch_run("mkdir folder && touch folder/x"), 0);
    assert_int_equal(replace("folder", "new", 3), -1);
    assert_int_equal(why.code, ERROR_IO);
    assert_only("folder");
    assert_int_equal(replace("absent/file", "new", 3), -1);
    assert_string_equal(why.path, scratch_path("absent/file"));
    assert_only("folder");
}

static int replace_again_and_again(char letter)
{
    static char bytes[LONG_BYTES];
    memset(bytes, letter, sizeof bytes);
    for (int i = 0; i < ROUNDS; i++)
        if (replace("file", bytes, sizeof bytes - (size_t)(letter - 'a')))
            return 1;
    return 0;
}

/* Of one letter, as long as that letter's are. */
static void assert_whole(void)
{
    struct buffer bytes = scratch_read("file");
    assert_true(bytes.length > LONG_BYTES - 8);
    char letter = bytes.bytes[0];
    assert_int_equal(bytes.length, LONG_BYTES - (letter - 'a'));
    for (size_t i = 0; i < bytes.length; i++)
        if (bytes.bytes[i] != letter)
            fail_msg("%c and %c", letter, bytes.bytes[i]);
    buffer_release(&bytes);
}

static void of_several_at_once_one_content_is_there_whole(void **state)
{
    int running = 4, status;
    (void)state;
    assert_int_equal(replace_again_and_again('e'), 0);
    for (int i = 0; i < 4; i++)
        if (fork() == 0)
            _exit(replace_again_and_again((char)('a' + i)));
    while (running > 0) {
        assert_whole();
        if (waitpid(-1, &status, WNOHANG) > 0) {
            assert_int_equal(status, 0);
            running--;
        }
    }
    assert_whole();
    assert_only("file");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        scratch_test(a_file_is_replaced_or_made_for_its_owner_only),
        scratch_test(the_old_file_is_not_written),
        scratch_test(the_old_content_stays_when_the_new_cannot_be_written),
        scratch_test(the_old_content_stays_where_nothing_may_be_made),
        scratch_test(what_is_no_file_is_not_replaced),
        scratch_test(of_several_at_once_one_content_is_there_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
