#include "ingest/ingest.h"

#include "base/interrupt.h"
#include "base/memory.h"
#include "base/text.h"
#include "ingest/walk.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define GUID_LENGTH 36

struct ingest {
    struct archive *archive;
    const struct ingest_options *options;
    const struct ingest_listener *listener;
    struct batch *batch;
};

struct ingest *ingest_new(struct archive *archive, const struct ingest_options *options,
                          const struct ingest_listener *listener)
{
    struct ingest *ingest = memory_zeroed(1, sizeof *ingest);
    ingest->archive = archive;
    ingest->options = options;
    ingest->listener = listener;
    ingest->batch = batch_new(archive, listener->kept, listener->context);
    return ingest;
}

void ingest_free(struct ingest *ingest)
{
    if (!ingest)
        return;
    batch_free(ingest->batch);
    free(ingest);
}

bool ingest_parse_name(const char *path, char action_id[37], int64_t *command_index)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    if (strlen(name) < GUID_LENGTH + 3)
        return false;
    for (int i = 0; i < GUID_LENGTH; i++) {
        bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        if (dash ? name[i] != '-' : !isxdigit((unsigned char)name[i]))
            return false;
    }
    const char *digits = name + GUID_LENGTH + 1;
    size_t length = strspn(digits, "0123456789");
    if (name[GUID_LENGTH] != '_' || length == 0 || length > 9 || digits[length] != '.')
        return false;
    memcpy(action_id, name, GUID_LENGTH);
    action_id[GUID_LENGTH] = '\0';
    return text_parse_int64(digits, length, command_index) == 0;
}

/* The options, with what the name adds where they are silent. */
static struct batch_context context_for(const struct ingest *ingest, const char *path,
                                        char action_id[37])
{
    struct batch_context context = ingest->options->context;
    int64_t command_index;
    if (ingest_parse_name(path, action_id, &command_index) &&
        (!context.action_id || text_equal_fold(context.action_id, action_id))) {
        context.action_id = context.action_id ? context.action_id : action_id;
        if (!context.has_command_index)
            context.command_index = command_index;
        context.has_command_index = true;
    }
    if (context.action_id && !context.has_command_index) {
        context.has_command_index = true;
        context.command_index = 0;
    }
    return context;
}

static int reject(struct ingest *ingest, const char *path, const struct error *why)
{
    return ingest->listener->rejected(ingest->listener->context, path, why);
}

/* A rejected source is told and forgotten; any other trouble ends the ingest. */
static int settle(struct ingest *ingest, struct source *source, int result, struct error *err)
{
    if (result && err->code == ERROR_REJECTED)
        result = reject(ingest, source->path, err);
    source_close(source);
    return result;
}

static int add(struct ingest *ingest, struct source *source, const struct batch_context *context,
               struct error *err)
{
    /* The lock is not held while a large file is measured. */
    if (source->size_bytes > BATCH_MAX_BYTES && !batch_is_empty(ingest->batch) &&
        batch_commit(ingest->batch, err))
        return -1;
    if (source_measure(source, err))
        return -1;
    if (batch_is_full_for(ingest->batch, source) && batch_commit(ingest->batch, err))
        return -1;
    return batch_add(ingest->batch, source, context, err);
}

static int ingest_file(struct ingest *ingest, const char *path, bool is_named, struct error *err)
{
    struct source source;
    char action_id[37];
    struct stat status;
    if (interrupt_check(err))
        return -1;
    /* A pipe may be slow: nobody else should wait for it. */
    if (is_named && stat(path, &status) == 0 && S_ISFIFO(status.st_mode) &&
        batch_commit(ingest->batch, err))
        return -1;
    int result = source_open(&source, path, is_named, ingest->archive->folder, err);
    if (result == 0 && fstat(source.fd, &status) == 0)
        source.size_bytes = (int64_t)status.st_size;
    if (result == 0) {
        struct batch_context context = context_for(ingest, path, action_id);
        result = add(ingest, &source, &context, err);
    }
    return settle(ingest, &source, result, err);
}

static int ingest_stdin(struct ingest *ingest, struct error *err)
{
    struct source source;
    struct batch_context context = context_for(ingest, "", (char[37]){0});
    if (batch_commit(ingest->batch, err))
        return -1;
    int result = source_open_stdin(&source, ingest->archive->folder, err);
    if (result == 0)
        result = add(ingest, &source, &context, err);
    return settle(ingest, &source, result, err);
}

static int ingest_opened(struct ingest *ingest, struct source *source, int result,
                         const struct batch_context *context, struct error *err)
{
    struct stat status;
    if (result == 0 && fstat(source->fd, &status) == 0)
        source->size_bytes = (int64_t)status.st_size;
    if (result == 0)
        result = add(ingest, source, context, err);
    return settle(ingest, source, result, err);
}

int ingest_spooled(struct ingest *ingest, const char *path, const char *label, const char *recorded,
                   const struct batch_context *context, struct error *err)
{
    struct source source;
    return ingest_opened(ingest, &source, source_open_spooled(&source, path, label, recorded, err),
                         context, err);
}

int ingest_bytes(struct ingest *ingest, struct text bytes, const char *label, const char *recorded,
                 const struct batch_context *context, struct error *err)
{
    struct source source;
    return ingest_opened(
        ingest, &source,
        source_open_bytes(&source, bytes, label, recorded, ingest->archive->folder, err), context,
        err);
}

static int on_file(void *context, const char *path, struct error *err)
{
    return ingest_file(context, path, false, err);
}

static int on_trouble(void *context, const char *path, const struct error *why)
{
    return reject(context, path, why);
}

int ingest_argument(struct ingest *ingest, const char *argument, struct error *err)
{
    struct stat status;
    if (strcmp(argument, "-") == 0)
        return ingest_stdin(ingest, err);
    if (stat(argument, &status) == 0 && S_ISDIR(status.st_mode)) {
        struct walk_listener listener = {.context = ingest, .file = on_file, .trouble = on_trouble};
        return walk_folder(argument, ingest->archive->folder, &listener, err);
    }
    return ingest_file(ingest, argument, true, err);
}

int ingest_finish(struct ingest *ingest, struct error *err)
{
    return batch_commit(ingest->batch, err);
}
