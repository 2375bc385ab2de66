#include "parser/container.h"

#include "base/memory.h"
#include "parser/gzip.h"
#include "parser/package.h"
#include "parser/zip.h"

#include <stdlib.h>
#include <string.h>

#define MAX_DEPTH 2   /* containers inside each other */
#define MAGIC_BYTES 4 /* the longest magic */

enum level_kind { LEVEL_PLAIN, LEVEL_GZIP, LEVEL_ZIP };

/* A stream whose first bytes were looked at, and what it turned out to be. */
struct level {
    struct stream stream; /* the looked-at bytes, then the rest of `in` */
    struct stream *in;
    unsigned char magic[MAGIC_BYTES];
    size_t magic_length;
    size_t magic_position;
    enum level_kind kind;
    bool visited; /* its document, or the level inside its gzip, was given */
    struct gzip *gzip;
    struct zip *zip;
};

struct container {
    struct stream document; /* the innermost level's bytes, counted */
    struct stream *in;
    int64_t left; /* bytes that may still come out of containers */
    int64_t entry_count;
    int64_t document_bytes;
    bool began;
    bool bound_reached;  /* nothing more is unpacked */
    bool document_ended; /* nothing of the last document, or ZIP, is unread */
    enum container_end document_end;
    enum container_end worst;
    size_t depth; /* levels in use */
    struct level levels[MAX_DEPTH + 1];
};

static ssize_t read_level(struct stream *stream, void *bytes, size_t size, struct error *err)
{
    struct level *level = (struct level *)stream;
    size_t looked_at = level->magic_length - level->magic_position;
    if (looked_at == 0)
        return stream_read(level->in, bytes, size, err);
    if (size > looked_at)
        size = looked_at;
    memcpy(bytes, level->magic + level->magic_position, size);
    level->magic_position += size;
    return (ssize_t)size;
}

static enum container_end worse(enum container_end a, enum container_end b)
{
    return a > b ? a : b;
}

/* How the bytes that the levels gave the document ended. A level further out counts only when all
 * of it was read for them, so that how far it was read ahead does not matter: not when the CRC of
 * the document's ZIP entry is right, nor when a level further in stopped of itself. */
static enum container_end end_of_document(const struct container *container)
{
    enum container_end end = CONTAINER_WHOLE;
    for (size_t i = container->depth; i-- > 0;) {
        const struct level *level = &container->levels[i];
        if (level->kind == LEVEL_PLAIN)
            continue;
        enum container_end of_level =
            level->gzip ? gzip_end(level->gzip) : zip_entry_end(level->zip);
        end = worse(end, of_level);
        if (of_level == CONTAINER_WHOLE ? level->kind == LEVEL_ZIP
                                        : of_level != CONTAINER_TRUNCATED)
            break;
    }
    return end;
}

static ssize_t read_document(struct stream *stream, void *bytes, size_t size, struct error *err)
{
    struct container *container = (struct container *)stream;
    if (container->depth == 0)
        return 0;
    ssize_t got = stream_read(&container->levels[container->depth - 1].stream, bytes, size, err);
    if (got > 0)
        container->document_bytes += got;
    if (got == 0) {
        container->document_ended = true;
        container->document_end = end_of_document(container);
        container->worst = worse(container->worst, container->document_end);
    }
    return got;
}

/* Looks at the first bytes of `in` and opens the container that they announce. */
static int push(struct container *container, struct stream *in, struct error *err)
{
    struct level *level = &container->levels[container->depth];
    *level = (struct level){.stream = {.read = read_level}, .in = in};
    ssize_t got = stream_read_full(in, level->magic, MAGIC_BYTES, err);
    if (got < 0)
        return -1;
    level->magic_length = (size_t)got;
    bool may_unpack = container->depth++ < MAX_DEPTH;
    if (may_unpack && got >= GZIP_MAGIC_LENGTH &&
        memcmp(level->magic, GZIP_MAGIC, GZIP_MAGIC_LENGTH) == 0) {
        level->kind = LEVEL_GZIP;
        level->gzip = gzip_new(&level->stream, &container->left);
    } else if (may_unpack && got >= ZIP_MAGIC_LENGTH &&
               memcmp(level->magic, ZIP_MAGIC, ZIP_MAGIC_LENGTH) == 0) {
        level->kind = LEVEL_ZIP;
        level->zip = zip_new(&level->stream, &container->left);
    }
    return 0;
}

static void look_for_bound(struct container *container)
{
    for (size_t i = 0; i < container->depth; i++) {
        const struct level *level = &container->levels[i];
        if ((level->gzip && gzip_end(level->gzip) == CONTAINER_BOUND) ||
            (level->zip && zip_entry_end(level->zip) == CONTAINER_BOUND))
            container->bound_reached = true;
    }
}

static void pop(struct container *container)
{
    look_for_bound(container);
    struct level *level = &container->levels[--container->depth];
    gzip_free(level->gzip);
    zip_free(level->zip);
}

/* Reads what is left of a gzip whose content was read, for its own end to be known. */
static int finish_gzip(struct container *container, struct gzip *gzip, struct error *err)
{
    char rest[4096];
    ssize_t got;
    while ((got = stream_read(gzip_stream(gzip), rest, sizeof rest, err)) > 0)
        ;
    container->worst = worse(container->worst, gzip_end(gzip));
    return got < 0 ? -1 : 0;
}

struct container *container_new(struct stream *in, int64_t max_unpacked_bytes)
{
    struct container *container = memory_zeroed(1, sizeof *container);
    container->document.read = read_document;
    container->in = in;
    container->left = max_unpacked_bytes;
    return container;
}

void container_free(struct container *container)
{
    if (!container)
        return;
    while (container->depth > 0)
        pop(container);
    free(container);
}

/* Moves on to the next entry; 0, or -1. */
static int step_zip(struct container *container, struct zip *zip, struct error *err)
{
    bool is_document = false;
    int status = container->bound_reached ? 0 : zip_next(zip, &is_document, err);
    if (status < 0)
        return -1;
    if (status == 0) {
        container->worst =
            worse(container->worst, container->bound_reached ? CONTAINER_BOUND : zip_end(zip));
        container->document_ended = true;
        pop(container);
        return 0;
    }
    container->bound_reached = container->entry_count == PACKAGE_MAX_MEMBERS;
    if (container->bound_reached)
        return 0;
    container->entry_count++;
    return is_document ? push(container, zip_stream(zip), err) : 0;
}

/* Moves on inside the innermost level: 1 when that made a document, 0 when not yet. */
static int step(struct container *container, struct error *err)
{
    struct level *level = &container->levels[container->depth - 1];
    if (level->kind == LEVEL_ZIP)
        return step_zip(container, level->zip, err);
    if (!level->visited) {
        level->visited = true;
        return level->kind == LEVEL_GZIP ? push(container, gzip_stream(level->gzip), err) : 1;
    }
    if (level->kind == LEVEL_GZIP && container->document_ended && !container->bound_reached &&
        finish_gzip(container, level->gzip, err))
        return -1;
    pop(container);
    return 0;
}

int container_next(struct container *container, struct stream **document, struct error *err)
{
    *document = NULL;
    container->document_bytes = 0;
    container->document_end = CONTAINER_WHOLE;
    if (!container->began && push(container, container->in, err))
        return -1;
    container->began = true;
    while (container->depth > 0) {
        look_for_bound(container);
        int status = step(container, err);
        if (status < 0)
            return -1;
        if (status > 0) {
            container->document_ended = false;
            *document = &container->document;
            return 1;
        }
    }
    return 0;
}

bool container_in_zip(const struct container *container)
{
    bool in_zip = false;
    for (size_t i = 0; i < container->depth; i++)
        in_zip |= container->levels[i].kind == LEVEL_ZIP;
    return in_zip;
}

bool container_is_packed(const struct container *container)
{
    return container->depth > 1;
}

int64_t container_member_index(const struct container *container)
{
    return container_in_zip(container) ? container->entry_count - 1 : 0;
}

enum container_end container_end(const struct container *container)
{
    return container->document_end;
}

int64_t container_end_offset(const struct container *container)
{
    return container->document_bytes;
}

enum container_end container_worst_end(const struct container *container)
{
    return container->worst;
}
