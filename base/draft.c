#include "base/draft.h"

#include "base/file.h"
#include "base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int refuse(struct error *err, const char *path, int errno_value, const char *what)
{
    error_set_errno(err, ERROR_IO, errno_value, "%s", what);
    return error_at_path(err, path);
}

static int is_there(struct error *err, const char *path, bool is_folder)
{
    error_set(err, ERROR_USAGE,
              is_folder ? "is a folder; say the name of a file in it, too"
                        : "is there already; choose another name, or move it away");
    return error_at_path(err, path);
}

/* What would be found only when the file gets its name, when all is done, is said at once. */
static int check_name(const char *path, struct error *err)
{
    struct stat status;
    size_t length = strlen(path);
    if (length == 0 || path[length - 1] == '/')
        return is_there(err, path, true);
    if (lstat(path, &status) == 0)
        return is_there(err, path, S_ISDIR(status.st_mode));
    return errno == ENOENT ? 0 : refuse(err, path, errno, "cannot be made");
}

static int open_named(struct draft *draft)
{
    size_t size = strlen(draft->path) + 8;
    draft->temporary = memory_allocate(size);
    snprintf(draft->temporary, size, "%s.XXXXXX", draft->path);
    return mkostemp(draft->temporary, O_CLOEXEC);
}

int draft_open(struct draft *draft, const char *path, struct error *err)
{
    if (check_name(path, err))
        return -1;
    char *copy = memory_copy_text(path, strlen(path));
    *draft = (struct draft){.path = memory_copy_text(path, strlen(path))};
    draft->fd = open(dirname(copy), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    free(copy);
    if (draft->fd < 0 && (errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL))
        draft->fd = open_named(draft);
    if (draft->fd >= 0)
        return 0;
    refuse(err, path, errno, "cannot be made");
    free(draft->temporary);
    free(draft->path);
    return -1;
}

struct syncing {
    const struct draft *draft;
    int result;
    struct error failure;
};

static void *sync_it(void *context)
{
    struct syncing *syncing = context;
    syncing->result = file_sync(syncing->draft->fd, syncing->draft->path, &syncing->failure);
    return NULL;
}

/* The disk writes while the file is hashed. */
int draft_settle(struct draft *draft, int64_t *bytes, char sha256[SHA256_HEX_SIZE],
                 struct error *err)
{
    struct syncing syncing = {.draft = draft};
    struct file_stream stream;
    pthread_t thread;
    bool is_beside = pthread_create(&thread, NULL, sync_it, &syncing) == 0;
    file_stream_init(&stream, draft->fd, draft->path, 0, -1);
    int result = sha256_of_stream(&stream.stream, bytes, sha256, err);
    if (is_beside)
        pthread_join(thread, NULL);
    else
        (void)sync_it(&syncing);
    if (result == 0 && syncing.result && err)
        *err = syncing.failure;
    return result || syncing.result ? -1 : 0;
}

/* Where one cannot be said not to replace: an empty file of ours is what is replaced. */
static int claim_and_rename(const struct draft *draft)
{
    int fd = open(draft->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return -1;
    close(fd);
    if (rename(draft->temporary, draft->path) == 0)
        return 0;
    int errno_value = errno;
    unlink(draft->path);
    errno = errno_value;
    return -1;
}

/* USB sticks (FAT, exFAT) and folders that a virtual machine shares have one name for a file and no more; some of the latter know
 * no flags of a rename. */
static int rename_to_name(struct draft *draft)
{
    int result = renameat2(AT_FDCWD, draft->temporary, AT_FDCWD, draft->path, RENAME_NOREPLACE);
    if (result && (errno == EINVAL || errno == ENOSYS || errno == EOPNOTSUPP))
        result = claim_and_rename(draft);
    if (result == 0) {
        free(draft->temporary);
        draft->temporary = NULL;
    }
    return result;
}

static int give_name(struct draft *draft)
{
    char by_descriptor[32];
    if (!draft->temporary) {
        snprintf(by_descriptor, sizeof by_descriptor, "/proc/self/fd/%d", draft->fd);
        return linkat(AT_FDCWD, by_descriptor, AT_FDCWD, draft->path, AT_SYMLINK_FOLLOW);
    }
    if (link(draft->temporary, draft->path) == 0)
        return 0;
    return errno == EEXIST ? -1 : rename_to_name(draft);
}

int draft_publish(struct draft *draft, struct error *err)
{
    if (file_sync(draft->fd, draft->path, err))
        return -1;
    if (give_name(draft))
        return errno == EEXIST ? is_there(err, draft->path, false)
                               : refuse(err, draft->path, errno, "cannot be given its name");
    return file_sync_folder_of(draft->path, err);
}

void draft_drop(struct draft *draft)
{
    close(draft->fd);
    if (draft->temporary)
        unlink(draft->temporary);
    free(draft->temporary);
    free(draft->path);
}
