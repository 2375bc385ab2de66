#include "base/draft.h"

#include "base/file.h"
#include "base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int refuse(struct error *err, const char *path, int errno_value, const char *what)
{
    error_set_errno(err, ERROR_IO, errno_value, "%s", what);
    return error_at_path(err, path);
}

static int is_there(struct error *err, const char *path)
{
    error_set(err, ERROR_USAGE, "is there already; choose another name, or move it away");
    return error_at_path(err, path);
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
    char *copy = memory_copy_text(path, strlen(path));
    if (file_exists(path)) {
        free(copy);
        return is_there(err, path);
    }
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

static int give_name(const struct draft *draft)
{
    char by_descriptor[32];
    if (draft->temporary)
        return link(draft->temporary, draft->path);
    snprintf(by_descriptor, sizeof by_descriptor, "/proc/self/fd/%d", draft->fd);
    return linkat(AT_FDCWD, by_descriptor, AT_FDCWD, draft->path, AT_SYMLINK_FOLLOW);
}

int draft_publish(struct draft *draft, struct error *err)
{
    if (file_sync(draft->fd, draft->path, err))
        return -1;
    if (give_name(draft))
        return errno == EEXIST ? is_there(err, draft->path)
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
