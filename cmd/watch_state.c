#include "cmd/watch_state.h"

#include "base/file.h"
#include "base/json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FILE_BYTES (64 * 1024)

static void copy(char *out, size_t size, const struct json_object *object, const char *key)
{
    const char *text = json_object_text(object, key);
    snprintf(out, size, "%s", text ? text : "");
}

/* A time is compared as text: one of another form is as absent. */
static void copy_time(char out[TIME_TEXT_SIZE], const struct json_object *object, const char *key)
{
    const char *text = json_object_text(object, key);
    if (!text || time_parse(text, strlen(text), out))
        out[0] = '\0';
}

static int parse(struct watch_state *state, const struct buffer *text, struct error *err)
{
    struct json_object *object = json_object_parse(text->bytes, text->length, err);
    if (!object)
        return -1;
    copy_time(state->last_round_at, object, "last_round_at");
    copy_time(state->last_success_at, object, "last_success_at");
    copy_time(state->bookmark, object, "bookmark");
    copy_time(state->oldest_missing_at, object, "oldest_missing_at");
    copy(state->filters, sizeof state->filters, object, "filters");
    copy(state->last_error, sizeof state->last_error, object, "last_error");
    (void)json_object_int64(object, "missing", &state->missing);
    (void)json_object_int64(object, "failed", &state->failed);
    (void)json_object_int64(object, "bytes_free", &state->bytes_free);
    json_object_free(object);
    return 1;
}

int watch_state_read(struct watch_state *state, const char *archive_folder, struct error *err)
{
    char *path = file_join(archive_folder, "state/watch.json");
    int found = 0;
    *state = (struct watch_state){0};
    if (file_exists(path)) {
        struct buffer text;
        buffer_init(&text, FILE_BYTES);
        found = file_read(path, &text, err);
        if (found == 0)
            found = parse(state, &text, err);
        if (found < 0)
            error_at_path(err, path);
        buffer_release(&text);
    }
    free(path);
    return found;
}

static void write_time(struct json_writer *writer, const char *key, const char *time)
{
    json_writer_bytes(writer, key, (struct text){time[0] ? time : NULL, strlen(time)});
}

int watch_state_write(const struct watch_state *state, const char *archive_folder,
                      struct error *err)
{
    char *path = file_join(archive_folder, "state/watch.json");
    struct json_writer *writer = json_writer_new();
    json_writer_begin(writer);
    write_time(writer, "last_round_at", state->last_round_at);
    write_time(writer, "last_success_at", state->last_success_at);
    write_time(writer, "oldest_missing_at", state->oldest_missing_at);
    json_writer_int64(writer, "missing", state->missing);
    json_writer_int64(writer, "failed", state->failed);
    json_writer_int64(writer, "bytes_free", state->bytes_free);
    write_time(writer, "bookmark", state->bookmark);
    json_writer_text(writer, "filters", state->filters);
    write_time(writer, "last_error", state->last_error);
    struct text json = json_writer_end(writer);
    struct buffer line;
    buffer_init(&line, FILE_BYTES);
    text_printf(&line, "%.*s\n", (int)json.length, json.bytes);
    int result = file_replace(path, line.bytes, line.length, err);
    buffer_release(&line);
    json_writer_free(writer);
    free(path);
    return result;
}
