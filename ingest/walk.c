#include "ingest/walk.h"

#include "base/file.h"
#include "base/memory.h"

#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct walk {
    const struct walk_listener *listener;
    bool has_excluded;
    dev_t excluded_device;
    ino_t excluded_inode;
};

/* Names of one folder; a folder's name ends in '/', so that sorting the names sorts the paths. */
struct names {
    char **items;
    size_t count, capacity;
};

static void add(struct names *names, const char *name, bool is_folder)
{
    if (names->count == names->capacity) {
        names->capacity = names->capacity ? names->capacity * 2 : 64;
        names->items = memory_resize(names->items, names->capacity * sizeof *names->items);
    }
    size_t length = strlen(name);
    char *item = memory_allocate(length + 2);
    memcpy(item, name, length);
    memcpy(item + length, is_folder ? "/" : "", is_folder ? 2 : 1);
    names->items[names->count++] = item;
}

static int compare(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static int told(const struct walk *walk, const char *path, const char *what, int errno_value)
{
    struct error why;
    error_set(&why, ERROR_REJECTED, "not kept: %s: %s", what, strerror(errno_value));
    error_at_path(&why, path);
    return walk->listener->trouble(walk->listener->context, path, &why);
}

static bool is_excluded(const struct walk *walk, const struct stat *status)
{
    return walk->has_excluded && status->st_dev == walk->excluded_device &&
           status->st_ino == walk->excluded_inode;
}

static int read_names(const struct walk *walk, const char *folder, struct names *names)
{
    DIR *directory = opendir(folder);
    if (!directory)
        return told(walk, folder, "cannot look into the folder", errno);
    int result = 0;
    for (struct dirent *entry = readdir(directory); entry && result == 0;
         entry = readdir(directory)) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        struct stat status;
        char *path = file_join(folder, entry->d_name);
        if (lstat(path, &status))
            result = told(walk, path, "cannot stat", errno);
        else if (S_ISREG(status.st_mode))
            add(names, entry->d_name, false);
        else if (S_ISDIR(status.st_mode) && !is_excluded(walk, &status))
            add(names, entry->d_name, true);
        free(path);
    }
    closedir(directory);
    if (names->count > 0)
        qsort(names->items, names->count, sizeof *names->items, compare);
    return result;
}

static int walk_level(const struct walk *walk, const char *folder, int depth, struct error *err)
{
    if (depth > WALK_MAX_DEPTH)
        return told(walk, folder, "too many folders deep", ELOOP);
    struct names names = {0};
    int result = read_names(walk, folder, &names);
    for (size_t i = 0; i < names.count; i++) {
        char *name = names.items[i];
        size_t length = strlen(name);
        bool is_folder = name[length - 1] == '/';
        name[length - is_folder] = '\0';
        char *path = file_join(folder, name);
        if (result == 0)
            result = is_folder ? walk_level(walk, path, depth + 1, err)
                               : walk->listener->file(walk->listener->context, path, err);
        free(path);
        free(name);
    }
    free(names.items);
    return result;
}

int walk_folder(const char *folder, const char *excluded, const struct walk_listener *listener,
                struct error *err)
{
    struct walk walk = {.listener = listener};
    struct stat status;
    if (excluded && stat(excluded, &status) == 0) {
        walk.has_excluded = true;
        walk.excluded_device = status.st_dev;
        walk.excluded_inode = status.st_ino;
    }
    if (stat(folder, &status) == 0 && is_excluded(&walk, &status)) {
        error_set(err, ERROR_USAGE, "this is the archive itself");
        return error_at_path(err, folder);
    }
    /* "folder/" and "folder" give the same paths. */
    char *clean = memory_copy_text(folder, strlen(folder));
    for (size_t end = strlen(clean); end > 1 && clean[end - 1] == '/'; end--)
        clean[end - 1] = '\0';
    int result = walk_level(&walk, clean, 0, err);
    free(clean);
    return result;
}
