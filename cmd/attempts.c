#include "cmd/attempts.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "cmd/fetch_action.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FILE_BYTES (16 * 1024)
#define FIRST_WAIT_SECONDS 60
#define MOST_WAIT_SECONDS (6 * 3600)
#define LONG_WAIT_SECONDS (24 * 3600)

/* The caller frees. */
static char *path_of(const char *archive_folder, const char *action_id, int64_t command_index)
{
    char name[128];
    snprintf(name, sizeof name, "state/attempts/%.64s_%lld", action_id, (long long)command_index);
    return file_join(archive_folder, name);
}

static void copy(char *out, size_t size, const char *text)
{
    snprintf(out, size, "%s", text ? text : "");
}

static int parse(struct attempt *attempt, const struct buffer *text, const char *path,
                 struct error *err)
{
    struct json_object *object = json_object_parse(text->bytes, text->length, err);
    if (!object)
        return error_at_path(err, path);
    copy(attempt->action_id, sizeof attempt->action_id, json_object_text(object, "action_id"));
    copy(attempt->failed_at, sizeof attempt->failed_at, json_object_text(object, "failed_at"));
    copy(attempt->next_try_at, sizeof attempt->next_try_at,
         json_object_text(object, "next_try_at"));
    copy(attempt->code, sizeof attempt->code, json_object_text(object, "code"));
    copy(attempt->message, sizeof attempt->message, json_object_text(object, "message"));
    (void)json_object_int64(object, "command_index", &attempt->command_index);
    (void)json_object_int64(object, "attempts", &attempt->attempts);
    json_object_free(object);
    return 1;
}

int attempts_find(const char *archive_folder, const char *action_id, int64_t command_index,
                  struct attempt *attempt, struct error *err)
{
    char id[FETCH_ID_SIZE];
    *attempt = (struct attempt){.command_index = command_index};
    if (!fetch_parse_guid(action_id, strlen(action_id), id))
        return 0;
    char *path = path_of(archive_folder, id, command_index);
    int found = 0;
    if (file_exists(path)) {
        struct buffer text;
        buffer_init(&text, FILE_BYTES);
        found = file_read(path, &text, err);
        if (found == 0)
            found = parse(attempt, &text, path, err);
        buffer_release(&text);
    }
    free(path);
    return found;
}

static int64_t wait_seconds(const struct error *why, int64_t attempts)
{
    if (why->code != ERROR_TEMPORARY)
        return LONG_WAIT_SECONDS;
    int64_t seconds = FIRST_WAIT_SECONDS;
    for (int64_t i = 1; i < attempts && seconds < MOST_WAIT_SECONDS; i++)
        seconds *= 2;
    return seconds < MOST_WAIT_SECONDS ? seconds : MOST_WAIT_SECONDS;
}

static int write_attempt(const char *path, const char *action_id, int64_t command_index,
                         int64_t attempts, const struct error *why, struct error *err)
{
    char now[TIME_TEXT_SIZE], next[TIME_TEXT_SIZE];
    int64_t now_seconds = clock_now_us() / 1000000;
    struct json_writer *writer = json_writer_new();
    time_from_unix(now_seconds, 0, now);
    time_from_unix(now_seconds + wait_seconds(why, attempts), 0, next);
    json_writer_begin(writer);
    json_writer_text(writer, "action_id", action_id);
    json_writer_int64(writer, "command_index", command_index);
    json_writer_int64(writer, "attempts", attempts);
    json_writer_text(writer, "failed_at", now);
    json_writer_text(writer, "next_try_at", next);
    json_writer_text(writer, "code", error_code_name(why->code));
    json_writer_text(writer, "message", why->message);
    struct text json = json_writer_end(writer);
    int result = file_replace(path, json.bytes, json.length, err);
    json_writer_free(writer);
    return result;
}

static int make_folders(const char *archive_folder, struct error *err)
{
    char *state = file_join(archive_folder, "state");
    char *attempts = file_join(state, "attempts");
    int result = file_make_folder(state, err) || file_make_folder(attempts, err) ? -1 : 0;
    free(attempts);
    free(state);
    return result;
}

int attempts_note(const char *archive_folder, const char *action_id, int64_t command_index,
                  const struct error *why, struct error *err)
{
    struct attempt before;
    struct error ignored;
    if (make_folders(archive_folder, err))
        return -1;
    /* A file that cannot be read is written anew. */
    if (attempts_find(archive_folder, action_id, command_index, &before, &ignored) != 1)
        before.attempts = 0;
    char *path = path_of(archive_folder, action_id, command_index);
    int result = write_attempt(path, action_id, command_index, before.attempts + 1, why, err);
    free(path);
    return result;
}

void attempts_forget(const char *archive_folder, const char *action_id, int64_t command_index)
{
    char *path = path_of(archive_folder, action_id, command_index);
    unlink(path);
    free(path);
}
