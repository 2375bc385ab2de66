#include "cmd/fetch_bars.h"

#include "base/clock.h"
#include "base/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define DRAW_US 200000
#define FORECAST_US 2000000
#define BAR_COLUMNS 20
#define LABEL_COLUMNS 8 /* of an action's id */
#define LINES_BYTES 8192
#define NARROW_COLUMNS 50 /* below, a line has no bar */

struct fetch_bars {
    struct output *output;
    struct pace *pace;
    bool is_shown;
    int lines;
    int64_t drawn_us, asked_us, left_us;
    int64_t rate_us, rate_bytes; /* where the present measure of the rate began */
    double bytes_per_second;
};

const char *fetch_bytes(int64_t bytes, char out[FETCH_BYTES_SIZE])
{
    static const char *const units[] = {"B", "kB", "MB", "GB", "TB"};
    double value = (double)bytes;
    size_t unit = 0;
    while (value >= 1000 && unit + 1 < sizeof units / sizeof *units) {
        value /= 1000;
        unit++;
    }
    snprintf(out, FETCH_BYTES_SIZE, unit == 0 ? "%.0f %s" : "%.1f %s", value, units[unit]);
    return out;
}

const char *fetch_span(int64_t duration_us, char out[FETCH_SPAN_SIZE])
{
    long long seconds = (long long)(duration_us / 1000000);
    if (seconds < 120)
        snprintf(out, FETCH_SPAN_SIZE, "%lld s", seconds);
    else if (seconds < 7200)
        snprintf(out, FETCH_SPAN_SIZE, "%lld min", (seconds + 59) / 60);
    else
        snprintf(out, FETCH_SPAN_SIZE, "%lld h %02lld min", seconds / 3600, seconds / 60 % 60);
    return out;
}

struct fetch_bars *fetch_bars_new(struct output *output, struct pace *pace)
{
    struct fetch_bars *bars = memory_zeroed(1, sizeof *bars);
    bars->output = output;
    bars->pace = pace;
    bars->is_shown = output->errors_to_terminal && !output->quiet && !output->json;
    bars->rate_us = clock_now_us();
    return bars;
}

static size_t columns(void)
{
    struct winsize size;
    return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

static void add_bar(struct buffer *out, int64_t bytes, int64_t total_bytes)
{
    int64_t filled = total_bytes > 0 ? bytes * BAR_COLUMNS / total_bytes : 0;
    text_printf(out, "[");
    for (int64_t i = 0; i < BAR_COLUMNS; i++)
        text_printf(out, i < filled ? "#" : ".");
    text_printf(out, "] ");
}

static void add_job(struct buffer *out, const struct crew_look *look, size_t width)
{
    char bytes[FETCH_BYTES_SIZE], total[FETCH_BYTES_SIZE];
    const struct download_request *request = &look->job->request;
    text_printf(out, "\x1b[K%.*s…/%-3lld ", LABEL_COLUMNS, request->action_id,
                (long long)request->command_index);
    if (look->bytes == 0 && look->total_bytes < 0) {
        text_printf(out, "waits for its link");
    } else {
        if (look->total_bytes > 0 && width >= NARROW_COLUMNS)
            add_bar(out, look->bytes, look->total_bytes);
        text_printf(out, "%s", fetch_bytes(look->bytes, bytes));
        if (look->total_bytes > 0)
            text_printf(out, " of %s", fetch_bytes(look->total_bytes, total));
    }
    text_printf(out, "\n");
}

static void measure(struct fetch_bars *bars, int64_t bytes, int64_t now_us)
{
    int64_t passed_us = now_us - bars->rate_us;
    if (passed_us < 1000000)
        return;
    int64_t more = bytes - bars->rate_bytes;
    bars->bytes_per_second = more > 0 ? (double)more * 1e6 / (double)passed_us : 0;
    bars->rate_us = now_us;
    bars->rate_bytes = bytes;
}

static void forecast(struct fetch_bars *bars, int64_t calls, int64_t now_us)
{
    if (bars->asked_us && now_us - bars->asked_us < FORECAST_US)
        return;
    bars->asked_us = now_us;
    if (pace_forecast(bars->pace, calls, &bars->left_us, NULL))
        bars->left_us = 0;
}

static void write_out(const struct buffer *text)
{
    (void)!write(STDERR_FILENO, text->bytes, text->length);
}

void fetch_bars_draw(struct fetch_bars *bars, struct crew *crew, int64_t done, int64_t wanted)
{
    struct crew_look looks[CREW_PARALLEL_MOST];
    char rate[FETCH_BYTES_SIZE], left[FETCH_SPAN_SIZE];
    int64_t now_us = clock_now_us();
    if (!bars->is_shown || now_us - bars->drawn_us < DRAW_US)
        return;
    size_t count = crew_look(crew, looks, CREW_PARALLEL_MOST), width = columns();
    struct buffer text;
    buffer_init(&text, LINES_BYTES);
    if (bars->lines > 0)
        text_printf(&text, "\x1b[%dA", bars->lines);
    for (size_t i = 0; i < count; i++)
        add_job(&text, &looks[i], width);
    measure(bars, crew_bytes(crew), now_us);
    forecast(bars, wanted - done - (int64_t)count, now_us);
    text_printf(&text, "\x1b[K%lld of %lld fetched", (long long)done, (long long)wanted);
    if (bars->bytes_per_second > 0)
        text_printf(&text, "  %s/s", fetch_bytes((int64_t)bars->bytes_per_second, rate));
    if (bars->left_us > 1000000 && width >= NARROW_COLUMNS)
        text_printf(&text, "  the limits leave %s", fetch_span(bars->left_us, left));
    text_printf(&text, "\n\x1b[J");
    write_out(&text);
    buffer_release(&text);
    bars->lines = (int)count + 1;
    bars->drawn_us = now_us;
}

void fetch_bars_clear(struct fetch_bars *bars)
{
    if (!bars || bars->lines == 0)
        return;
    struct buffer text;
    buffer_init(&text, 64);
    text_printf(&text, "\x1b[%dA\x1b[J", bars->lines);
    write_out(&text);
    buffer_release(&text);
    bars->lines = 0;
    bars->drawn_us = 0;
}

void fetch_bars_free(struct fetch_bars *bars)
{
    fetch_bars_clear(bars);
    free(bars);
}
