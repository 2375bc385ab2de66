#include "evidence/location.h"

#include <stdio.h>
#include <string.h>

static int copy_segment(const struct json_object *line, const char *key, const char *otherwise,
                        char name[SEGMENT_NAME_SIZE], struct error *err)
{
    const char *text = json_object_text(line, key);
    enum segment_class family;
    int number;
    if (!text)
        text = otherwise;
    if (!text || segment_parse_name(text, &family, &number))
        return error_set(err, ERROR_DAMAGED, "the ledger line names no segment in `%s`", key);
    snprintf(name, SEGMENT_NAME_SIZE, "%s", text);
    return 0;
}

static int copy_number(const struct json_object *line, const char *key, int64_t *value,
                       struct error *err)
{
    if (!json_object_int64(line, key, value) || *value < 0 || *value > INT64_MAX / 4)
        return error_set(err, ERROR_DAMAGED, "the ledger line has no usable `%s`", key);
    return 0;
}

static int copy_sha256(const struct json_object *line, const char *key, char *out,
                       struct error *err)
{
    const char *text = json_object_text(line, key);
    if (!text || !sha256_is_hex(text))
        return error_set(err, ERROR_DAMAGED, "the ledger line has no SHA-256 in `%s`", key);
    memcpy(out, text, SHA256_HEX_SIZE);
    return 0;
}

/* Lines written before there was such a field have none. */
static int copy_receipt_sha256(const struct json_object *line, struct segment_entry *entry,
                               struct error *err)
{
    return json_object_text(line, "receipt_sha256")
               ? copy_sha256(line, "receipt_sha256", entry->receipt_sha256, err)
               : 0;
}

static int read_entry(const struct json_object *line, struct location *location, struct error *err)
{
    struct segment_entry *entry = &location->entry;
    return copy_segment(line, "entry_segment", location->data_segment, entry->segment, err) ||
                   copy_sha256(line, "entry_sha256", entry->entry_sha256, err) ||
                   copy_receipt_sha256(line, entry, err) ||
                   copy_number(line, "number", &entry->receipt_number, err) ||
                   copy_number(line, "entry_offset", &entry->entry_offset, err) ||
                   copy_number(line, "entry_bytes", &entry->entry_bytes, err)
               ? -1
               : 0;
}

int location_read(const struct json_object *line, struct location *location, struct error *err)
{
    struct segment_entry *entry = &location->entry;
    *location = (struct location){0};
    if (!json_object_text(line, "package_sha256")) {
        if (!json_object_text(line, "entry_segment"))
            return 0;
        if (read_entry(line, location, err))
            return -1;
        memcpy(location->data_segment, entry->segment, sizeof location->data_segment);
        return 1;
    }
    if (copy_segment(line, "segment", NULL, location->data_segment, err) ||
        copy_sha256(line, "package_sha256", entry->package_sha256, err) ||
        copy_number(line, "size_bytes", &entry->size_bytes, err) ||
        copy_number(line, "offset", &entry->offset, err) ||
        copy_number(line, "stored_bytes", &entry->stored_bytes, err) ||
        read_entry(line, location, err))
        return -1;
    entry->has_package =
        strcmp(location->data_segment, entry->segment) == 0 &&
        entry->offset >= entry->entry_offset &&
        entry->offset + entry->stored_bytes <= entry->entry_offset + entry->entry_bytes;
    return 1;
}

void location_write(struct json_writer *line, const struct segment_entry *entry,
                    const char *data_segment)
{
    if (entry->package_sha256[0]) {
        json_writer_text(line, "package_sha256", entry->package_sha256);
        json_writer_int64(line, "size_bytes", entry->size_bytes);
        json_writer_text(line, "segment", data_segment);
        json_writer_int64(line, "offset", entry->offset);
        json_writer_int64(line, "stored_bytes", entry->stored_bytes);
    }
    json_writer_text(line, "entry_segment", entry->segment);
    json_writer_int64(line, "entry_offset", entry->entry_offset);
    json_writer_int64(line, "entry_bytes", entry->entry_bytes);
    json_writer_text(line, "entry_sha256", entry->entry_sha256);
    json_writer_text(line, "receipt_sha256", entry->receipt_sha256);
}
