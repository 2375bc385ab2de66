#include "fetch/pace.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/sha256.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#define SECOND_US 1000000LL
#define MINUTE_US (60 * SECOND_US + PACE_MARGIN_US)
#define HOUR_US (3600 * SECOND_US + PACE_MARGIN_US)
#define STATE_BYTES (64 * 1024)
#define MAGIC "lrarchive-pace 1 "
#define FORECAST_MOST 10000000

struct pace {
    char *path;
    int64_t hour_calls;
    pthread_mutex_t mutex; /* flock knows no threads */
};

/* What the file says: the calls of the last hour, oldest first, none later than now. */
struct record {
    bool is_mended; /* the file says something else and must not be asked again */
    int64_t held_until_us;
    int64_t calls[PACE_HOUR_CALLS];
    size_t count;
};

struct pace *pace_open(const char *folder, const char *tenant, int64_t hour_calls,
                       struct error *err)
{
    char hex[SHA256_HEX_SIZE], name[64];
    if (file_make_folder(folder, err))
        return NULL;
    struct pace *pace = memory_zeroed(1, sizeof *pace);
    sha256_of(tenant, strlen(tenant), hex);
    snprintf(name, sizeof name, "pace-%.16s", hex);
    pace->path = file_join(folder, name);
    pace->hour_calls = hour_calls;
    pthread_mutex_init(&pace->mutex, NULL);
    return pace;
}

void pace_close(struct pace *pace)
{
    if (!pace)
        return;
    pthread_mutex_destroy(&pace->mutex);
    free(pace->path);
    free(pace);
}

/* ---- the file ---- */

static bool parse_line(const char **at, const char *end, int64_t *value)
{
    const char *line_end = memchr(*at, '\n', (size_t)(end - *at));
    if (!line_end || text_parse_int64(*at, (size_t)(line_end - *at), value))
        return false;
    *at = line_end + 1;
    return true;
}

/* A call within the last hour is kept, one of the future (the clock went back) as of now. */
static void keep(struct record *record, int64_t call_us, int64_t now_us)
{
    if (call_us > now_us) {
        call_us = now_us;
        record->is_mended = true;
    }
    if (call_us <= now_us - HOUR_US)
        return;
    if (record->count == PACE_HOUR_CALLS)
        memmove(record->calls, record->calls + 1, --record->count * sizeof *record->calls);
    record->calls[record->count++] = call_us;
}

/* A file that is not whole (power was lost while it was written) counts as a minute's calls just made. */
static void parse(struct record *record, const struct buffer *text, int64_t now_us)
{
    int64_t call_us;
    *record = (struct record){0};
    if (text->length == 0)
        return;
    const char *at = text->bytes, *end = at + text->length;
    bool whole = text->length > strlen(MAGIC) && memcmp(at, MAGIC, strlen(MAGIC)) == 0;
    if (whole) {
        at += strlen(MAGIC);
        whole = parse_line(&at, end, &record->held_until_us);
    }
    while (whole && at < end) {
        whole = parse_line(&at, end, &call_us);
        if (whole)
            keep(record, call_us, now_us);
    }
    for (int i = 0; !whole && i < PACE_MINUTE_CALLS; i++)
        keep(record, now_us, now_us);
    record->is_mended = record->is_mended || !whole;
    /* Farther ahead than the service may say: the clock was set back. */
    if (record->held_until_us > now_us + HOUR_US) {
        record->held_until_us = now_us + HOUR_US;
        record->is_mended = true;
    }
}

static int write_record(int fd, const char *path, const struct record *record, struct error *err)
{
    struct buffer text;
    buffer_init(&text, STATE_BYTES);
    text_printf(&text, MAGIC "%lld\n", (long long)record->held_until_us);
    for (size_t i = 0; i < record->count; i++)
        text_printf(&text, "%lld\n", (long long)record->calls[i]);
    int result = -1;
    if (lseek(fd, 0, SEEK_SET) == 0)
        result = file_write(fd, path, text.bytes, text.length, err);
    if (result == 0)
        result = file_truncate(fd, path, (int64_t)text.length, err);
    buffer_release(&text);
    return result;
}

/* Opens and locks; -1 or a descriptor that close() unlocks. */
static int open_locked(const struct pace *pace, struct record *record, int64_t *now_us,
                       struct error *err)
{
    struct buffer text;
    int fd = file_open(pace->path, O_RDWR | O_CREAT, err);
    if (fd < 0)
        return -1;
    int locked;
    do /* nobody holds it for long: a signal waits */
        locked = flock(fd, LOCK_EX);
    while (locked && errno == EINTR);
    if (locked) {
        close(fd);
        error_set(err, ERROR_IO, "cannot lock it");
        return error_at_path(err, pace->path);
    }
    buffer_init(&text, STATE_BYTES);
    int result = file_read(pace->path, &text, err);
    *now_us = clock_now_us();
    if (result == 0)
        parse(record, &text, *now_us);
    buffer_release(&text);
    if (result == 0)
        return fd;
    close(fd);
    return -1;
}

/* ---- the windows ---- */

static int64_t later(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* When a call would have left the window so that a next one fits. */
static int64_t free_at(const int64_t *calls, size_t count, int64_t most, int64_t window_us)
{
    return count < (size_t)most ? 0 : calls[count - (size_t)most] + window_us;
}

static int64_t next_call_at(const struct pace *pace, const struct record *record)
{
    return later(record->held_until_us,
                 later(free_at(record->calls, record->count, PACE_MINUTE_CALLS, MINUTE_US),
                       free_at(record->calls, record->count, pace->hour_calls, HOUR_US)));
}

/* 0 and *wait_us: 0 when the call is on record, else how long to wait before asking again. */
static int try_take(struct pace *pace, int64_t *wait_us, struct error *err)
{
    struct record record;
    int64_t now_us;
    int fd = open_locked(pace, &record, &now_us, err);
    if (fd < 0)
        return -1;
    int result = 0;
    *wait_us = later(next_call_at(pace, &record) - now_us, 0);
    if (*wait_us == 0)
        keep(&record, now_us, now_us);
    if (*wait_us == 0 || record.is_mended)
        result = write_record(fd, pace->path, &record, err);
    close(fd);
    return result;
}

int pace_take(struct pace *pace, struct error *err)
{
    int64_t wait_us;
    do {
        pthread_mutex_lock(&pace->mutex);
        int result = try_take(pace, &wait_us, err);
        pthread_mutex_unlock(&pace->mutex);
        if (result || (wait_us > 0 && clock_sleep_us(wait_us, err)))
            return -1;
    } while (wait_us > 0);
    return 0;
}

static int hold(struct pace *pace, int64_t duration_us, struct error *err)
{
    struct record record;
    int64_t now_us;
    int fd = open_locked(pace, &record, &now_us, err);
    if (fd < 0)
        return -1;
    record.held_until_us = later(record.held_until_us, now_us + duration_us);
    int result = write_record(fd, pace->path, &record, err);
    close(fd);
    return result;
}

int pace_hold(struct pace *pace, int64_t duration_us, struct error *err)
{
    pthread_mutex_lock(&pace->mutex);
    int result = hold(pace, duration_us, err);
    pthread_mutex_unlock(&pace->mutex);
    return result;
}

int pace_forecast(struct pace *pace, int64_t calls, int64_t *duration_us, struct error *err)
{
    struct record record;
    int64_t begin_us, at_us;
    pthread_mutex_lock(&pace->mutex);
    int fd = open_locked(pace, &record, &begin_us, err);
    pthread_mutex_unlock(&pace->mutex);
    if (fd < 0)
        return -1;
    close(fd);
    at_us = begin_us;
    if (calls > FORECAST_MOST)
        calls = FORECAST_MOST;
    for (int64_t i = 0; i < calls; i++) {
        at_us = later(at_us, next_call_at(pace, &record));
        keep(&record, at_us, at_us);
    }
    *duration_us = at_us - begin_us;
    return 0;
}
