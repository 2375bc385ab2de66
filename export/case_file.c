#include "export/case_file.h"

#include "base/file.h"
#include "base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NAME "case.sqlite"

int case_file_make(struct case_file *file, const char *folder, struct store *reader,
                   const struct case_copy *what, struct error *err)
{
    *file = (struct case_file){.fd = -1};
    char *work = file_join(folder, ".lrarchive-XXXXXX");
    if (!mkdtemp(work)) {
        error_set_errno(err, ERROR_IO, errno, "cannot make a folder here");
        error_at_path(err, folder);
        free(work);
        return -1;
    }
    char *path = file_join(work, NAME), *part = file_join(work, "part");
    file->copy = case_copy_open(path, err);
    file->part = file->copy ? case_copy_open(part, err) : NULL;
    file->fd = file->part ? file_open(path, O_RDONLY, err) : -1;
    unlink(path);
    unlink(part);
    rmdir(work);
    free(path);
    free(part);
    free(work);
    if (file->fd >= 0) {
        case_copy_set_folder(file->copy, folder);
        case_copy_set_folder(file->part, folder);
        if (case_copy_fill(file->copy, reader, what, err) == 0)
            return 0;
    }
    case_file_release(file);
    return -1;
}

static int wait_for_index(struct case_file *file, struct error *err)
{
    if (file->is_indexing)
        pthread_join(file->thread, NULL);
    file->is_indexing = false;
    if (file->failure.code == ERROR_NONE)
        return 0;
    if (err)
        *err = file->failure;
    return -1;
}

void case_file_release(struct case_file *file)
{
    if (file->is_indexing)
        case_copy_stop(file->copy);
    (void)wait_for_index(file, NULL);
    store_close(file->copy);
    store_close(file->part);
    if (file->fd >= 0)
        close(file->fd);
    *file = (struct case_file){.fd = -1};
}

static void *index_it(void *context)
{
    struct case_file *file = context;
    (void)case_copy_index(file->copy, file->part, &file->failure);
    return NULL;
}

int case_file_start_index(struct case_file *file, struct error *err)
{
    int code = pthread_create(&file->thread, NULL, index_it, file);
    file->is_indexing = code == 0;
    return code == 0 ? 0 : error_set_errno(err, ERROR_IO, code, "cannot start a thread");
}

/* ---- in the bag ---- */

struct case_source {
    struct bag_source source;
    struct case_file *file;
    struct file_stream stream;
};

static int case_open(struct bag_source *base, struct stream **stream, struct error *err)
{
    struct case_source *source = (struct case_source *)base;
    file_stream_init(&source->stream, source->file->fd, NAME, 0, -1);
    *stream = &source->stream.stream;
    return wait_for_index(source->file, err);
}

static void case_close(struct bag_source *base)
{
    (void)base;
}

static void case_free(struct bag_source *base)
{
    free(base);
}

int case_file_add(struct case_file *file, struct bag *bag, const char *path, struct error *err)
{
    struct case_source *source = memory_zeroed(1, sizeof *source);
    /* By then the index is made, and a core is free. */
    source->source = (struct bag_source){.open = case_open,
                                         .close = case_close,
                                         .free = case_free,
                                         .is_beside = true,
                                         .size_bytes = -1};
    source->file = file;
    return bag_add(bag, path, &source->source, err);
}
