#include "export/bag_sources.h"

#include "base/memory.h"
#include "evidence/member_join.h"
#include "evidence/segment.h"
#include "schema/query.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- spools and texts ---- */

struct kept_source {
    struct bag_source source;
    struct spool *spool;
    char *text;
    struct file_stream file;
    struct memory_stream memory;
};

static int spool_open(struct bag_source *base, struct stream **stream, struct error *err)
{
    struct kept_source *kept = (struct kept_source *)base;
    (void)err;
    spool_stream(kept->spool, &kept->file);
    *stream = &kept->file.stream;
    return 0;
}

static int text_open(struct bag_source *base, struct stream **stream, struct error *err)
{
    struct kept_source *kept = (struct kept_source *)base;
    (void)err;
    memory_stream_init(&kept->memory, kept->text, (size_t)base->size_bytes, 0);
    *stream = &kept->memory.stream;
    return 0;
}

static void kept_close(struct bag_source *base)
{
    (void)base;
}

static void kept_free(struct bag_source *base)
{
    struct kept_source *kept = (struct kept_source *)base;
    spool_free(kept->spool);
    free(kept->text);
    free(kept);
}

static struct kept_source *
kept_new(int (*open)(struct bag_source *, struct stream **, struct error *), int64_t size_bytes)
{
    struct kept_source *kept = memory_zeroed(1, sizeof *kept);
    kept->source = (struct bag_source){
        .open = open, .close = kept_close, .free = kept_free, .size_bytes = size_bytes};
    return kept;
}

int bag_add_spool(struct bag *bag, const char *path, struct spool *spool, struct error *err)
{
    struct kept_source *kept = kept_new(spool_open, spool_size(spool));
    kept->spool = spool;
    if (spool_finish(spool, err)) {
        kept_free(&kept->source);
        return -1;
    }
    return bag_add(bag, path, &kept->source, err);
}

int bag_add_text(struct bag *bag, const char *path, struct text text, struct error *err)
{
    struct kept_source *kept = kept_new(text_open, (int64_t)text.length);
    kept->text = memory_copy_text(text.bytes, text.length);
    return bag_add(bag, path, &kept->source, err);
}

/* ---- packages ---- */

struct package_source {
    struct bag_packed packed;
    const char *evidence_folder;
    char segment[SEGMENT_NAME_SIZE];
    int64_t offset, stored_bytes;
    char package_sha256[SHA256_HEX_SIZE];
    struct segment_reader reader;
    struct member_join join;
    bool is_open;
};

static int package_open(struct zip_input *base, struct error *err)
{
    struct package_source *package = (struct package_source *)base;
    if (segment_reader_open(&package->reader, package->evidence_folder, package->segment,
                            package->offset, package->stored_bytes, err))
        return -1;
    member_join_init(&package->join, &package->reader.file.stream, package->offset,
                     package->reader.path);
    package->is_open = true;
    return 0;
}

static int package_end(struct package_source *package, struct error *err)
{
    struct zip_input *zip = &package->packed.zip;
    member_join_sha256(&package->join, package->packed.sha256);
    zip->crc32 = member_join_crc32(&package->join);
    if (strcmp(package->packed.sha256, package->package_sha256) == 0 &&
        zip->size_bytes == member_join_raw_bytes(&package->join))
        return 0;
    error_set(err, ERROR_DAMAGED,
              "the package stored here is not %.64s of %lld bytes any more; bring the segment back "
              "from a copy",
              package->package_sha256, (long long)zip->size_bytes);
    error_at_path(err, package->reader.path);
    return error_at_offset(err, package->offset);
}

static ssize_t package_read(struct zip_input *base, void *bytes, size_t size, struct error *err)
{
    struct package_source *package = (struct package_source *)base;
    ssize_t got = stream_read(&package->join.stream, bytes, size, err);
    return got == 0 && package_end(package, err) ? -1 : got;
}

static void package_close(struct zip_input *base)
{
    struct package_source *package = (struct package_source *)base;
    if (!package->is_open)
        return;
    member_join_release(&package->join);
    segment_reader_close(&package->reader);
    package->is_open = false;
}

static void package_free(struct zip_input *base)
{
    package_close(base);
    free(base);
}

int bag_add_package(struct bag *bag, const char *path, const struct bag_package *package,
                    struct error *err)
{
    struct package_source *source = memory_zeroed(1, sizeof *source);
    *source = (struct package_source){.packed.zip = {.open = package_open,
                                                     .read = package_read,
                                                     .close = package_close,
                                                     .free = package_free,
                                                     .size_bytes = package->size_bytes},
                                      .evidence_folder = package->evidence_folder,
                                      .offset = package->offset,
                                      .stored_bytes = package->stored_bytes};
    snprintf(source->segment, sizeof source->segment, "%s", package->segment);
    snprintf(source->package_sha256, sizeof source->package_sha256, "%s", package->package_sha256);
    return bag_add_packed(bag, path, &source->packed, err);
}

/* ---- texts ---- */

struct pages_source {
    struct bag_source source;
    struct stream stream;
    struct store *reader;
    int64_t content_id;
    const char *name; /* "output" or "error", static */
    struct query *pages;
    struct text page; /* what is left of it */
};

static ssize_t pages_read(struct stream *base, void *bytes, size_t size, struct error *err)
{
    struct pages_source *pages =
        (struct pages_source *)((char *)base - offsetof(struct pages_source, stream));
    while (pages->page.length == 0) {
        int more = query_next(pages->pages, err);
        if (more <= 0)
            return more;
        pages->page = query_value(pages->pages, 0).text;
    }
    size_t length = pages->page.length < size ? pages->page.length : size;
    memcpy(bytes, pages->page.bytes, length);
    pages->page.bytes += length;
    pages->page.length -= length;
    return (ssize_t)length;
}

static int pages_open(struct bag_source *base, struct stream **stream, struct error *err)
{
    struct pages_source *pages = (struct pages_source *)base;
    pages->stream.read = pages_read;
    *stream = &pages->stream;
    return query_pages(pages->reader, pages->content_id, pages->name, &pages->pages, err);
}

static void pages_close(struct bag_source *base)
{
    struct pages_source *pages = (struct pages_source *)base;
    query_free(pages->pages);
    pages->pages = NULL;
}

static void pages_free(struct bag_source *base)
{
    free(base);
}

int bag_add_pages(struct bag *bag, const char *path, struct store *reader, int64_t content_id,
                  const char *stream, int64_t size_bytes, const char *sha256, struct error *err)
{
    struct pages_source *pages = memory_zeroed(1, sizeof *pages);
    pages->source = (struct bag_source){
        .open = pages_open, .close = pages_close, .free = pages_free, .size_bytes = size_bytes};
    snprintf(pages->source.sha256, sizeof pages->source.sha256, "%s", sha256);
    pages->reader = reader;
    pages->content_id = content_id;
    pages->name = strcmp(stream, "output") == 0 ? "output" : "error";
    return bag_add(bag, path, &pages->source, err);
}
