/* The picture of a report: machines by time, a mark for each result, told apart by shape, place and colour. */
#include "export/report_parts.h"

#include "base/time.h"
#include "export/html.h"
#include "export/report_axis.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#define MACHINES_MOST 25
#define NAME_CHARACTERS 40 /* shown at most */
#define MARKS_MOST 2000    /* results; of more, those that lie close together share a mark */
#define SHARED_UNITS 14

/* Units of the picture. */
#define WIDTH 960
#define NAMES 264
#define PLOT_LEFT 268
#define PLOT_WIDTH 650
#define TOP 12
#define ROW 32
#define LANE 10
#define AXIS 40

enum kind { EXIT_ZERO, EXIT_OTHER, EXIT_UNKNOWN, KINDS };

static const char *const class_of[] = {
    [EXIT_ZERO] = "zero", [EXIT_OTHER] = "other", [EXIT_UNKNOWN] = "unknown"};

struct picture {
    const struct report *report;
    struct report_axis axis;
    int64_t rows;
    int64_t unit; /* marks are this far apart */
    /* Results of one machine by place. */
    int64_t counts[KINDS][PLOT_WIDTH + 1];
};

/* A mark around this place; `half` its size. */
static void draw_mark(struct spool *out, enum kind kind, int64_t x, int64_t y, int64_t half)
{
    if (kind == EXIT_ZERO)
        spool_format(out, "<circle cx=\"%lld\" cy=\"%lld\" r=\"%lld\"/>", (long long)x,
                     (long long)y, (long long)half);
    else if (kind == EXIT_OTHER)
        spool_format(out, "<path d=\"M%lld %lldl%lld %lldh%lldz\"/>", (long long)x,
                     (long long)(y - half), (long long)half, (long long)(2 * half),
                     (long long)(-2 * half));
    else
        spool_format(out, "<rect x=\"%lld\" y=\"%lld\" width=\"%lld\" height=\"%lld\"/>",
                     (long long)(x - half), (long long)(y - half), (long long)(2 * half),
                     (long long)(2 * half));
}

static int64_t half_of(int64_t count)
{
    return count > 9 ? 6 : count > 1 ? 5 : 4;
}

static int64_t row_middle(int64_t row)
{
    return TOP + row * ROW + ROW / 2;
}

static void draw_marks(const struct picture *picture, int64_t row)
{
    static const int64_t lanes[] = {[EXIT_ZERO] = 0, [EXIT_OTHER] = -LANE, [EXIT_UNKNOWN] = LANE};
    struct spool *out = picture->report->out;
    for (int kind = 0; kind < KINDS; kind++) {
        bool is_open = false;
        for (int64_t place = 0; place <= PLOT_WIDTH; place++) {
            int64_t count = picture->counts[kind][place];
            if (count == 0)
                continue;
            if (!is_open)
                spool_format(out, "<g class=\"%s\">", class_of[kind]);
            is_open = true;
            draw_mark(out, (enum kind)kind, PLOT_LEFT + place, row_middle(row) + lanes[kind],
                      half_of(count));
        }
        spool_string(out, is_open ? "</g>\n" : "");
    }
}

/* About how wide a character is drawn; one that is shown as its code is as wide as that. */
static int64_t width_of(uint32_t c)
{
    if (c == TEXT_INVALID || text_is_hazard(c))
        return 42;
    if (c > 0x7F || c == 'W' || c == 'M' || c == '@' || c == '%')
        return 13;
    return c >= 'A' && c <= 'Z' ? 9 : 7;
}

/* How many characters of a name have room. */
static size_t characters_that_fit(struct text name)
{
    size_t used, characters = 0;
    int64_t width = 0;
    for (size_t i = 0; i < name.length && characters < NAME_CHARACTERS; i += used, characters++) {
        width += width_of(text_decode(name.bytes + i, name.length - i, &used, NULL));
        if (width > NAMES)
            break;
    }
    return characters;
}

/* Clipped: letters and marks of any width and height must not reach what is not theirs. */
static void draw_name(const struct picture *picture, int64_t row, struct text name)
{
    struct spool *out = picture->report->out;
    int64_t y = TOP + row * ROW;
    if (row % 2 == 0)
        spool_format(out, "<rect class=\"band\" x=\"0\" y=\"%lld\" width=\"%d\" height=\"%d\"/>\n",
                     (long long)y, WIDTH, ROW);
    spool_format(out, "<g clip-path=\"url(#names)\"><text class=\"name%s\" x=\"8\" y=\"%lld\">",
                 name.bytes ? "" : " none", (long long)y + 20);
    if (name.bytes)
        html_text(out, name, characters_that_fit(name), TEXT_KEEP_NONE);
    else
        spool_string(out, "machine not known");
    spool_string(out, "</text></g>\n");
}

static void count_mark(struct picture *picture, struct text observed_at, struct query_value code)
{
    char time[TIME_TEXT_SIZE];
    int64_t seconds;
    snprintf(time, sizeof time, "%.*s", (int)(observed_at.length < 28 ? observed_at.length : 28),
             observed_at.bytes ? observed_at.bytes : "");
    if (time_to_unix(time, &seconds))
        return;
    int64_t place = report_axis_place(&picture->axis, seconds) - PLOT_LEFT;
    enum kind kind = code.type == QUERY_NULL ? EXIT_UNKNOWN
                     : code.integer == 0     ? EXIT_ZERO
                                             : EXIT_OTHER;
    place = place / picture->unit * picture->unit + picture->unit / 2;
    if (place >= 0 && place <= PLOT_WIDTH)
        picture->counts[kind][place]++;
}

static int draw_machine(struct picture *picture, struct query *marks, struct text id,
                        struct text name, struct error *err)
{
    int more;
    memset(picture->counts, 0, sizeof picture->counts);
    query_report_marks_of_again(marks, id, name);
    while ((more = query_next(marks, err)) == 1)
        count_mark(picture, query_value(marks, 0).text, query_value(marks, 1));
    if (more < 0)
        return -1;
    draw_name(picture, picture->rows, name.bytes ? name : id);
    draw_marks(picture, picture->rows++);
    return 0;
}

static int draw_machines(struct picture *picture, struct error *err)
{
    static const struct text nothing = {NULL, 0};
    struct store *reader = picture->report->subject->reader;
    struct query *machines = NULL, *marks = NULL;
    int more = -1;
    if (query_report_machines(reader, MACHINES_MOST, &machines, err) == 0 &&
        query_report_marks_of(reader, &marks, err) == 0)
        while ((more = query_next(machines, err)) == 1)
            if (draw_machine(picture, marks, query_value_named(machines, "machine_id").text,
                             query_value_named(machines, "machine_name").text, err)) {
                more = -1;
                break;
            }
    if (more == 0 && picture->report->counts.nameless > 0)
        more = draw_machine(picture, marks, nothing, nothing, err);
    query_free(machines);
    query_free(marks);
    return more;
}

static void draw_tick(const struct picture *picture, int64_t seconds, int64_t height)
{
    struct spool *out = picture->report->out;
    struct tm utc;
    time_t instant = (time_t)seconds;
    long long x = report_axis_place(&picture->axis, seconds), bottom = TOP + height;
    if (!gmtime_r(&instant, &utc))
        return;
    spool_format(out, "<path class=\"grid\" d=\"M%lld %dV%lld\"/>\n", x, TOP, bottom + 5);
    spool_format(out, "<text class=\"tick\" x=\"%lld\" y=\"%lld\">%04d-%02d-%02d</text>\n", x,
                 bottom + 18, utc.tm_year + 1900, utc.tm_mon + 1, utc.tm_mday);
    if (report_axis_has_clock(&picture->axis))
        spool_format(out, "<text class=\"tick\" x=\"%lld\" y=\"%lld\">%02d:%02d</text>\n", x,
                     bottom + 32, utc.tm_hour, utc.tm_min);
}

static void draw_axis(const struct picture *picture, int64_t rows)
{
    int64_t at = picture->axis.from - 1;
    while (report_axis_next(&picture->axis, &at))
        draw_tick(picture, at, rows * ROW);
    spool_format(picture->report->out,
                 "<path class=\"axis\" d=\"M%d %lldH%d\"/>\n<text class=\"tick zone\" x=\"8\" "
                 "y=\"%lld\">Time in UTC</text>\n",
                 PLOT_LEFT, (long long)(TOP + rows * ROW), PLOT_LEFT + PLOT_WIDTH,
                 (long long)(TOP + rows * ROW + 18));
}

static int64_t row_count(const struct report *report)
{
    int64_t machines = report->counts.machines;
    return (machines < MACHINES_MOST ? machines : MACHINES_MOST) + (report->counts.nameless > 0);
}

static void write_legend(const struct report *report)
{
    static const char *const words[] = {[EXIT_ZERO] = "exit code 0",
                                        [EXIT_OTHER] = "exit code other than 0",
                                        [EXIT_UNKNOWN] = "exit code not known"};
    spool_string(report->out, "<ul class=\"key\">\n");
    for (int kind = 0; kind < KINDS; kind++) {
        spool_format(report->out,
                     "<li><svg width=\"14\" height=\"14\" viewBox=\"0 0 14 14\" "
                     "aria-hidden=\"true\"><g class=\"%s\">",
                     class_of[kind]);
        draw_mark(report->out, (enum kind)kind, 7, 7, 4);
        spool_format(report->out, "</g></svg> %s</li>\n", words[kind]);
    }
    spool_string(report->out, "<li>larger: several results at about that time</li>\n</ul>\n");
}

static void begin_picture(const struct report *report, int64_t rows)
{
    struct spool *out = report->out;
    spool_format(
        out,
        "<figure class=\"timeline\">\n<div class=\"scroll\">\n<svg viewBox=\"0 0 %d %lld\" "
        "role=\"img\">\n"
        "<title>Results by machine and time</title>\n"
        "<desc>A row for each machine, a mark for each result",
        WIDTH, (long long)(TOP + rows * ROW + AXIS));
    spool_format(out, ": %lld results of %lld machines, %lld with an exit code other than 0. The ",
                 (long long)report->counts.results, (long long)report->counts.machines,
                 (long long)report->counts.failed);
    spool_format(out,
                 "table of exhibits has all of them.</desc>\n<defs><clipPath id=\"names\"><rect "
                 "x=\"0\" y=\"0\" width=\"%d\" height=\"%lld\"/></clipPath></defs>\n",
                 NAMES, (long long)(TOP + rows * ROW));
}

static void end_picture(const struct report *report)
{
    struct spool *out = report->out;
    spool_string(out, "</svg>\n</div>\n<figcaption>\n");
    write_legend(report);
    if (report->counts.machines > MACHINES_MOST) {
        spool_format(out, "<p>The %d machines with the most results; ", MACHINES_MOST);
        html_count(out, report->counts.machines - MACHINES_MOST);
        spool_string(out, " more are in the table of exhibits.</p>\n");
    }
    spool_string(out, "</figcaption>\n</figure>\n</section>\n");
}

int report_timeline(const struct report *report, struct error *err)
{
    const struct query_report_counts *counts = &report->counts;
    struct picture picture = {.report = report,
                              .unit = counts->results > MARKS_MOST ? SHARED_UNITS : 1};
    int64_t first, last, rows = row_count(report);
    spool_string(report->out, "<section id=\"timeline\">\n<h2>When and where</h2>\n");
    if (counts->results == 0 || time_to_unix(counts->first_at, &first) ||
        time_to_unix(counts->last_at, &last)) {
        spool_string(report->out, "<p class=\"empty\">There is no result to be shown.</p>\n"
                                  "</section>\n");
        return 0;
    }
    report_axis_init(&picture.axis, first, last < first ? first : last, PLOT_LEFT, PLOT_WIDTH);
    begin_picture(report, rows);
    draw_axis(&picture, rows);
    int result = draw_machines(&picture, err);
    end_picture(report);
    return result;
}
