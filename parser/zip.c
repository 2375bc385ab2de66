#include "parser/zip.h"

#include "base/memory.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define INPUT_BYTES 8192
#define END_MAGIC "PK\5\6"
#define END_MAGIC_LENGTH 4
#define END_RECORD_BYTES 22      /* without the comment that may follow */
#define END_COUNT_UNKNOWN 0xFFFF /* the count is in the ZIP64 record */

/* What passed from the packed stream to libarchive. */
struct zip_input {
    struct stream *in;
    bool ended;
    bool failed;
    struct error failure;
    int64_t bytes;
    int64_t text_bytes;    /* up to the last byte that is no NUL */
    int64_t end_record_at; /* of the last end record seen; -1 none */
    unsigned char end_record[END_RECORD_BYTES];
    size_t carried; /* bytes of earlier blocks kept in front of the present one */
    size_t fresh;   /* bytes of the present block */
    unsigned char block[END_RECORD_BYTES + INPUT_BYTES];
};

struct zip {
    struct stream stream;
    struct archive *archive;
    int64_t *left;

    /* The bytes of the present entry that libarchive gave and nobody has taken yet. */
    const unsigned char *unread;
    size_t unread_length;
    bool entry_ended;
    enum container_end entry_end;

    bool opened;
    bool ended;
    enum container_end end;
    int64_t entry_count;
    int64_t end_record_from; /* an end record before this offset is an entry's content */
    struct zip_input input;
};

static unsigned get_16(const unsigned char *bytes)
{
    return bytes[0] | (unsigned)bytes[1] << 8;
}

/* Notes the last end record in the present block and the few bytes before it. */
static void look_for_end_record(struct zip_input *input)
{
    const unsigned char *from = input->block + END_RECORD_BYTES - input->carried;
    const unsigned char *end = input->block + END_RECORD_BYTES + input->fresh;
    int64_t from_offset = input->bytes - (int64_t)(end - from);
    const unsigned char *found;
    for (const unsigned char *next = from;
         (found = memmem(next, (size_t)(end - next), END_MAGIC, END_MAGIC_LENGTH));
         next = found + END_MAGIC_LENGTH) {
        if (end - found < END_RECORD_BYTES)
            break;
        input->end_record_at = from_offset + (found - from);
        memcpy(input->end_record, found, END_RECORD_BYTES);
    }
}

/* The next block of input: its length, 0 at the end, -1 with input->failure. Full blocks make what
 * libarchive sees independent of how the stream cuts its bytes. */
static ssize_t next_block(struct zip_input *input)
{
    unsigned char *block = input->block + END_RECORD_BYTES;
    size_t keep = input->carried + input->fresh;
    if (keep > END_RECORD_BYTES - 1)
        keep = END_RECORD_BYTES - 1;
    memmove(block - keep, block + input->fresh - keep, keep);
    input->carried = keep;
    input->fresh = 0;
    if (input->failed)
        return -1;
    ssize_t got = stream_read_full(input->in, block, INPUT_BYTES, &input->failure);
    if (got < 0) {
        input->failed = true;
        return -1;
    }
    input->fresh = (size_t)got;
    input->ended = got == 0;
    size_t text = input->fresh;
    while (text > 0 && block[text - 1] == 0)
        text--;
    if (text > 0)
        input->text_bytes = input->bytes + (int64_t)text;
    input->bytes += got;
    look_for_end_record(input);
    return got;
}

static la_ssize_t feed(struct archive *archive, void *context, const void **block)
{
    struct zip *zip = context;
    *block = zip->input.block + END_RECORD_BYTES;
    ssize_t got = next_block(&zip->input);
    if (got < 0)
        archive_set_error(archive, EIO, "cannot read");
    return got;
}

/* Offset behind the last end record and its comment; -1 when none was seen, or not all of it. */
static int64_t end_record_end(const struct zip *zip)
{
    const struct zip_input *input = &zip->input;
    if (input->end_record_at < zip->end_record_from)
        return -1;
    int64_t end = input->end_record_at + END_RECORD_BYTES + get_16(input->end_record + 20);
    return end <= input->bytes ? end : -1;
}

/* What a failure of libarchive means. A ZIP that runs out of bytes although its end record stands
 * at the end was not cut: a wrong length, or a lost data descriptor, swallowed the rest. */
static enum container_end meaning_of_failure(const struct zip *zip)
{
    const char *message = archive_error_string(zip->archive);
    /* (-5) is inflate's Z_BUF_ERROR: it was given nothing to go on with. */
    bool ran_out =
        zip->input.ended && (!message || strncmp(message, "Truncated", strlen("Truncated")) == 0 ||
                             strstr(message, "failed (-5)"));
    if (!ran_out)
        return CONTAINER_INVALID;
    int64_t end = end_record_end(zip);
    return end >= 0 && zip->input.text_bytes <= end ? CONTAINER_INVALID : CONTAINER_TRUNCATED;
}

static int fail(const struct zip *zip, struct error *err)
{
    if (err)
        *err = zip->input.failure;
    return -1;
}

/* Asks libarchive for more of the present entry. */
static int next_bytes(struct zip *zip, struct error *err)
{
    const void *bytes = NULL;
    size_t length = 0;
    la_int64_t offset;
    int status = archive_read_data_block(zip->archive, &bytes, &length, &offset);
    if (zip->input.failed)
        return fail(zip, err);
    zip->entry_ended = status != ARCHIVE_OK;
    if (status == ARCHIVE_EOF) {
        length = 0;
        zip->end_record_from = archive_filter_bytes(zip->archive, 0);
    } else if (status == ARCHIVE_WARN) {
        /* A wrong CRC or size, told with the last bytes. */
        zip->entry_end = CONTAINER_INVALID;
    } else if (status != ARCHIVE_OK) {
        length = 0;
        zip->entry_end = meaning_of_failure(zip);
    }
    if ((int64_t)length > *zip->left) {
        length = (size_t)*zip->left;
        zip->entry_ended = true;
        zip->entry_end = CONTAINER_BOUND;
    }
    *zip->left -= (int64_t)length;
    zip->unread = bytes;
    zip->unread_length = length;
    return 0;
}

static ssize_t read_entry(struct stream *stream, void *bytes, size_t size, struct error *err)
{
    struct zip *zip = (struct zip *)stream;
    while (zip->unread_length == 0 && !zip->entry_ended)
        if (next_bytes(zip, err))
            return -1;
    if (size > zip->unread_length)
        size = zip->unread_length;
    if (size == 0)
        return 0;
    memcpy(bytes, zip->unread, size);
    zip->unread += size;
    zip->unread_length -= size;
    return (ssize_t)size;
}

struct zip *zip_new(struct stream *in, int64_t *left)
{
    struct zip *zip = memory_zeroed(1, sizeof *zip);
    zip->stream.read = read_entry;
    zip->left = left;
    zip->input.in = in;
    zip->input.end_record_at = -1;
    zip->archive = archive_read_new();
    /* Only memory can be lacking; then the program ends as base/memory.h says. */
    if (!zip->archive || archive_read_support_format_zip_streamable(zip->archive) != ARCHIVE_OK)
        abort();
    return zip;
}

void zip_free(struct zip *zip)
{
    if (!zip)
        return;
    archive_read_free(zip->archive);
    free(zip);
}

static int finish(struct zip *zip, enum container_end end)
{
    zip->ended = true;
    zip->entry_ended = true;
    zip->end = end;
    return 0;
}

/* libarchive stops at the central directory: reads the rest, for what the end record says. */
static int finish_behind_entries(struct zip *zip, struct error *err)
{
    zip->end_record_from = archive_filter_bytes(zip->archive, 0);
    while (!zip->input.ended)
        if (next_block(&zip->input) < 0)
            return fail(zip, err);
    int64_t end = end_record_end(zip);
    if (end < 0)
        return finish(zip, CONTAINER_TRUNCATED);
    int64_t entries = get_16(zip->input.end_record + 10);
    if (entries != END_COUNT_UNKNOWN && zip->entry_count < entries)
        return finish(zip, CONTAINER_INVALID);
    return finish(zip, zip->input.text_bytes > end ? CONTAINER_TRAILING : CONTAINER_WHOLE);
}

/* libarchive names the format after the method of the present entry. */
static bool method_is_ours(struct archive *archive)
{
    const char *name = archive_format_name(archive);
    return name && (strstr(name, "(uncompressed)") || strstr(name, "(deflation)"));
}

int zip_next(struct zip *zip, bool *is_document, struct error *err)
{
    zip->unread_length = 0;
    if (zip->ended)
        return 0;
    struct archive_entry *entry = NULL;
    int status = ARCHIVE_OK;
    if (!zip->opened)
        status = archive_read_open(zip->archive, zip, NULL, feed, NULL);
    zip->opened = true;
    if (status == ARCHIVE_OK)
        status = archive_read_next_header(zip->archive, &entry);
    if (zip->input.failed)
        return fail(zip, err);
    if (status == ARCHIVE_EOF)
        return finish_behind_entries(zip, err);
    /* A warning is about a name that the locale cannot show; names are not used. */
    if (status != ARCHIVE_OK && status != ARCHIVE_WARN)
        return finish(zip, meaning_of_failure(zip));
    zip->entry_count++;
    zip->end_record_from = archive_read_header_position(zip->archive);
    *is_document = archive_entry_filetype(entry) == AE_IFREG && !archive_entry_is_encrypted(entry);
    /* A name may take 64 KiB and four times that as wide characters: given back at once. */
    archive_entry_clear(entry);
    zip->entry_ended = !method_is_ours(zip->archive);
    zip->entry_end = zip->entry_ended ? CONTAINER_INVALID : CONTAINER_WHOLE;
    return 1;
}

struct stream *zip_stream(struct zip *zip)
{
    return &zip->stream;
}

enum container_end zip_entry_end(const struct zip *zip)
{
    return zip->entry_end;
}

enum container_end zip_end(const struct zip *zip)
{
    return zip->end;
}
