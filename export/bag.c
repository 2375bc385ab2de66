#include "export/bag.h"

#include "base/memory.h"
#include "export/deflate_stream.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NOTES_BYTES (256 * 1024)

struct bag {
    struct zip_writer *zip;
    char *folder;
    struct spool *manifests[2]; /* of payload and of tag files */
    int64_t payload_bytes, payload_count;
    struct buffer notes;
};

enum { PAYLOAD, TAGS };

static bool is_payload(const char *path)
{
    return strncmp(path, "data/", 5) == 0;
}

/* A file was read whole. */
static void note_file(struct bag *bag, const char *path, const char *sha256, int64_t size_bytes)
{
    spool_format(bag->manifests[is_payload(path) ? PAYLOAD : TAGS], "%s  %s\n", sha256, path);
    if (is_payload(path)) {
        bag->payload_bytes += size_bytes;
        bag->payload_count++;
    }
}

/* ---- files whose bytes are read as they are ---- */

struct plain_input {
    struct zip_input zip;
    struct bag *bag;
    char *path;
    struct bag_source *source;
    struct deflate_stream deflated;
    bool is_noted;
};

static int plain_open(struct zip_input *base, struct error *err)
{
    struct plain_input *input = (struct plain_input *)base;
    struct stream *raw;
    if (input->source->open(input->source, &raw, err))
        return -1;
    deflate_stream_init(&input->deflated, raw, input->source->is_beside);
    return 0;
}

/* At the end of the bytes. */
static int plain_end(struct plain_input *input, struct error *err)
{
    char sha256[SHA256_HEX_SIZE];
    const char *expected = input->source->sha256;
    int64_t size_bytes = deflate_stream_raw_bytes(&input->deflated);
    if (input->is_noted)
        return 0;
    deflate_stream_sha256(&input->deflated, sha256);
    if ((expected[0] && strcmp(expected, sha256) != 0) ||
        (input->source->size_bytes >= 0 && input->source->size_bytes != size_bytes)) {
        error_set(err, ERROR_DAMAGED,
                  "is not the bytes any more that were taken in; `lrarchive verify` tells more");
        return error_at_path(err, input->path);
    }
    input->zip.size_bytes = size_bytes;
    input->zip.crc32 = deflate_stream_crc32(&input->deflated);
    note_file(input->bag, input->path, sha256, size_bytes);
    input->is_noted = true;
    return 0;
}

static ssize_t plain_read(struct zip_input *base, void *bytes, size_t size, struct error *err)
{
    struct plain_input *input = (struct plain_input *)base;
    ssize_t got = stream_read(&input->deflated.stream, bytes, size, err);
    return got == 0 && plain_end(input, err) ? -1 : got;
}

static void plain_close(struct zip_input *base)
{
    struct plain_input *input = (struct plain_input *)base;
    deflate_stream_release(&input->deflated);
    input->source->close(input->source);
}

static void plain_free(struct zip_input *base)
{
    struct plain_input *input = (struct plain_input *)base;
    input->source->free(input->source);
    free(input->path);
    free(input);
}

static int add_input(struct bag *bag, const char *path, struct zip_input *input, struct error *err)
{
    char name[2 * BAG_PATH_SIZE];
    snprintf(name, sizeof name, "%s/%s", bag->folder, path);
    return zip_writer_add(bag->zip, name, input, err);
}

int bag_add(struct bag *bag, const char *path, struct bag_source *source, struct error *err)
{
    struct plain_input *input = memory_zeroed(1, sizeof *input);
    *input = (struct plain_input){.zip = {.open = plain_open,
                                          .read = plain_read,
                                          .close = plain_close,
                                          .free = plain_free,
                                          .size_bytes = source->size_bytes},
                                  .bag = bag,
                                  .source = source};
    input->path = memory_copy_text(path, strlen(path));
    return add_input(bag, path, &input->zip, err);
}

/* ---- files that are deflated already ---- */

struct packed_input {
    struct zip_input zip;
    struct bag *bag;
    char *path;
    struct bag_packed *packed;
    bool is_noted;
};

static int packed_open(struct zip_input *base, struct error *err)
{
    struct zip_input *inner = &((struct packed_input *)base)->packed->zip;
    return inner->open(inner, err);
}

static ssize_t packed_read(struct zip_input *base, void *bytes, size_t size, struct error *err)
{
    struct packed_input *input = (struct packed_input *)base;
    struct zip_input *inner = &input->packed->zip;
    ssize_t got = inner->read(inner, bytes, size, err);
    if (got == 0 && !input->is_noted) {
        base->crc32 = inner->crc32;
        base->size_bytes = inner->size_bytes;
        note_file(input->bag, input->path, input->packed->sha256, inner->size_bytes);
        input->is_noted = true;
    }
    return got;
}

static void packed_close(struct zip_input *base)
{
    struct zip_input *inner = &((struct packed_input *)base)->packed->zip;
    inner->close(inner);
}

static void packed_free(struct zip_input *base)
{
    struct packed_input *input = (struct packed_input *)base;
    input->packed->zip.free(&input->packed->zip);
    free(input->path);
    free(input);
}

int bag_add_packed(struct bag *bag, const char *path, struct bag_packed *packed, struct error *err)
{
    struct packed_input *input = memory_zeroed(1, sizeof *input);
    *input = (struct packed_input){.zip = {.open = packed_open,
                                           .read = packed_read,
                                           .close = packed_close,
                                           .free = packed_free,
                                           .size_bytes = packed->zip.size_bytes},
                                   .bag = bag,
                                   .packed = packed};
    input->path = memory_copy_text(path, strlen(path));
    return add_input(bag, path, &input->zip, err);
}

/* ---- the bag's own files, which are known when their turn comes ---- */

struct own_source {
    struct bag_source source;
    struct bag *bag;
    int (*open)(struct own_source *own, struct stream **stream, struct error *err);
    struct memory_stream memory;
    struct file_stream file;
};

static int open_text(struct own_source *own, const void *bytes, size_t length,
                     struct stream **stream)
{
    memory_stream_init(&own->memory, bytes, length, 0);
    *stream = &own->memory.stream;
    return 0;
}

static int open_declaration(struct own_source *own, struct stream **stream, struct error *err)
{
    static const char text[] = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n";
    (void)err;
    return open_text(own, text, sizeof text - 1, stream);
}

static int open_info(struct own_source *own, struct stream **stream, struct error *err)
{
    struct bag *bag = own->bag;
    (void)err;
    text_printf(&bag->notes, "Payload-Oxum: %lld.%lld\n", (long long)bag->payload_bytes,
                (long long)bag->payload_count);
    return open_text(own, bag->notes.bytes, bag->notes.length, stream);
}

static int open_manifest(struct own_source *own, int which, struct stream **stream,
                         struct error *err)
{
    if (spool_finish(own->bag->manifests[which], err))
        return -1;
    spool_stream(own->bag->manifests[which], &own->file);
    *stream = &own->file.stream;
    return 0;
}

static int open_payload_manifest(struct own_source *own, struct stream **stream, struct error *err)
{
    return open_manifest(own, PAYLOAD, stream, err);
}

static int open_tag_manifest(struct own_source *own, struct stream **stream, struct error *err)
{
    return open_manifest(own, TAGS, stream, err);
}

static int own_open(struct bag_source *base, struct stream **stream, struct error *err)
{
    struct own_source *own = (struct own_source *)base;
    return own->open(own, stream, err);
}

static void own_close(struct bag_source *base)
{
    (void)base;
}

static void own_free(struct bag_source *base)
{
    free(base);
}

static int add_own(struct bag *bag, const char *path,
                   int (*open)(struct own_source *own, struct stream **stream, struct error *err),
                   struct error *err)
{
    struct own_source *own = memory_zeroed(1, sizeof *own);
    own->source = (struct bag_source){
        .open = own_open, .close = own_close, .free = own_free, .size_bytes = -1};
    own->bag = bag;
    own->open = open;
    return bag_add(bag, path, &own->source, err);
}

/* ---- the bag ---- */

struct bag *bag_new(int fd, const char *path, const char *folder, const char *spool_folder,
                    const struct zip_options *options, struct error *err)
{
    struct bag *bag = memory_zeroed(1, sizeof *bag);
    bag->folder = memory_copy_text(folder, strlen(folder));
    buffer_init(&bag->notes, NOTES_BYTES);
    bag->manifests[PAYLOAD] = spool_new(spool_folder, err);
    bag->manifests[TAGS] = bag->manifests[PAYLOAD] ? spool_new(spool_folder, err) : NULL;
    bag->zip = bag->manifests[TAGS] ? zip_writer_new(fd, path, options, err) : NULL;
    if (bag->zip && add_own(bag, "bagit.txt", open_declaration, err) == 0)
        return bag;
    bag_free(bag);
    return NULL;
}

void bag_free(struct bag *bag)
{
    if (!bag)
        return;
    zip_writer_free(bag->zip);
    spool_free(bag->manifests[PAYLOAD]);
    spool_free(bag->manifests[TAGS]);
    buffer_release(&bag->notes);
    free(bag->folder);
    free(bag);
}

void bag_note(struct bag *bag, const char *label, const char *value)
{
    text_printf(&bag->notes, "%s: ", label);
    size_t begin = bag->notes.length;
    text_escape(&bag->notes, value, strlen(value), TEXT_KEEP_LINE_ENDS);
    for (size_t i = begin; i < bag->notes.length; i++)
        if (bag->notes.bytes[i] == '\n' || bag->notes.bytes[i] == '\t')
            bag->notes.bytes[i] = ' ';
    text_printf(&bag->notes, "\n");
}

int bag_finish(struct bag *bag, struct error *err)
{
    return add_own(bag, "bag-info.txt", open_info, err) ||
                   add_own(bag, "manifest-sha256.txt", open_payload_manifest, err) ||
                   add_own(bag, "tagmanifest-sha256.txt", open_tag_manifest, err) ||
                   zip_writer_finish(bag->zip, err)
               ? -1
               : 0;
}
