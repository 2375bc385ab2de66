#include "cmd/diff_print.h"

#include "cmd/excerpt.h"

#include <string.h>

/* Hunks under one @@ line at most: its numbers are known only when all of them are. */
#define GROUP_HUNKS 1000

static const enum excerpt_style line_styles[] = {EXCERPT_REMOVED, EXCERPT_ADDED};
static const char line_signs[] = {'-', '+'};

/* ---- lines ---- */

static void print_titles(const struct diff_printer *printer)
{
    static const char *const marks[] = {"--- ", "+++ "};
    for (int side = 0; side < 2 && !printer->output->json; side++) {
        const struct buffer *title = &printer->sides[side].title;
        excerpt_begin(printer->output, EXCERPT_HEADING);
        output_bytes(printer->output, marks[side], 4);
        output_line_of(printer->output, (struct text){title->bytes, title->length});
        excerpt_end(printer->output);
        output_bytes(printer->output, "\n", 1);
    }
}

/* A changed line, or the first piece of a long one. */
static void print_object(const struct diff_printer *printer, int side, const struct line *line)
{
    struct json_writer *writer = output_object(printer->output);
    char op[2] = {line_signs[side], '\0'};
    json_writer_text(writer, "op", op);
    json_writer_int64(writer, "result_id", printer->sides[side].text.result_id);
    json_writer_text(writer, "stream", printer->rules->stream);
    json_writer_int64(writer, "line_no", line->number);
    json_writer_bytes(writer, "line", line->text);
    if (!line->ends)
        json_writer_bool(writer, "is_cut", true);
    else if (!line->has_line_end && printer->rules->line_end_counts)
        json_writer_bool(writer, "lacks_line_end", true);
    output_object_end(printer->output);
}

/* `side` -1: context. */
static void print_piece(const struct diff_printer *printer, int side, const struct line *line)
{
    struct output *output = printer->output;
    if (output->json) {
        if (side >= 0 && line->begins)
            print_object(printer, side, line);
        return;
    }
    if (side >= 0)
        excerpt_begin(output, line_styles[side]);
    if (line->begins)
        output_bytes(output, side < 0 ? " " : &line_signs[side], 1);
    output_text(output, line->text);
    if (side >= 0)
        excerpt_end(printer->output);
    if (line->ends)
        output_bytes(output, "\n", 1);
    if (line->ends && !line->has_line_end && printer->rules->line_end_counts)
        output_format(output, "\\ no newline at the end\n");
}

/* ---- the two texts, read along the hunks ---- */

struct source {
    struct kept_lines *kept;
    struct line line; /* the next one, or its next piece */
    bool has_line;
    int64_t passed;      /* lines */
    int64_t last_number; /* of the last of them, in the text */
};

/* 1 when there is a next line, 0, -1. */
static int look(struct source *source, struct error *err)
{
    int more = source->has_line ? 1 : kept_lines_next(source->kept, &source->line, NULL, err);
    source->has_line = more == 1;
    return more;
}

/* Passes the next line, and prints it unless `printer` is NULL. */
static int pass_line(struct source *source, const struct diff_printer *printer, int side,
                     struct error *err)
{
    bool ends = false;
    while (!ends) {
        int more = look(source, err);
        if (more == 0)
            return error_set(err, ERROR_IO, "`diff` named a line that is not there");
        if (more < 0)
            return -1;
        if (printer)
            print_piece(printer, side, &source->line);
        ends = source->line.ends;
        source->has_line = false;
    }
    source->passed++;
    source->last_number = source->line.number;
    return 0;
}

/* Passes lines up to the one before `first`. */
static int pass_to(struct source *source, int64_t first, const struct diff_printer *printer,
                   struct error *err)
{
    while (source->passed < first - 1)
        if (pass_line(source, printer, -1, err))
            return -1;
    return 0;
}

/* ---- hunks ---- */

struct group {
    struct differ_hunk hunks[GROUP_HUNKS];
    int count;
    int64_t lead, trail; /* lines of context before and behind */
};

struct walk {
    struct diff_printer *printer;
    struct compare *compare;
    struct source sources[2];
    struct differ_hunk next; /* not in a group yet */
    bool has_next;
    struct group group;
};

static int64_t smaller(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int64_t end_of(const struct differ_hunk *hunk, int side)
{
    return hunk->firsts[side] + hunk->counts[side];
}

static int take_next(struct walk *walk, struct error *err)
{
    int more = compare_next(walk->compare, &walk->next, err);
    walk->has_next = more == 1;
    return more < 0 ? -1 : 0;
}

/* Hunks whose context touches stand under one @@ line. */
static int gather(struct walk *walk, struct error *err)
{
    struct group *group = &walk->group;
    int64_t context = walk->printer->context, totals[2];
    group->count = 0;
    group->lead = smaller(context, walk->next.firsts[0] - 1 - walk->sources[0].passed);
    do {
        group->hunks[group->count++] = walk->next;
        if (take_next(walk, err))
            return -1;
    } while (walk->has_next && group->count < GROUP_HUNKS &&
             walk->next.firsts[0] - end_of(&group->hunks[group->count - 1], 0) <= 2 * context);
    int64_t end = end_of(&group->hunks[group->count - 1], 0);
    compare_totals(walk->compare, totals);
    group->trail =
        smaller(context, walk->has_next ? walk->next.firsts[0] - end : totals[0] - end + 1);
    return 0;
}

/* "@@ -12,3 +12,4 @@": the numbers are those of the text, also where ignored lines lie between. */
static int print_place(struct walk *walk, struct error *err)
{
    const struct group *group = &walk->group;
    const struct diff_printer *printer = walk->printer;
    int64_t first[2], count[2];
    for (int side = 0; side < 2; side++) {
        struct source *source = &walk->sources[side];
        count[side] = end_of(&group->hunks[group->count - 1], side) + group->trail -
                      (group->hunks[0].firsts[side] - group->lead);
        first[side] = source->last_number;
        if (count[side] > 0 && look(source, err) < 0)
            return -1;
        if (count[side] > 0)
            first[side] = source->line.number;
    }
    excerpt_begin(printer->output, EXCERPT_PLACE);
    output_format(printer->output, "@@ -%lld", (long long)first[0]);
    if (count[0] != 1)
        output_format(printer->output, ",%lld", (long long)count[0]);
    output_format(printer->output, " +%lld", (long long)first[1]);
    if (count[1] != 1)
        output_format(printer->output, ",%lld", (long long)count[1]);
    output_format(printer->output, " @@");
    excerpt_end(printer->output);
    output_bytes(printer->output, "\n", 1);
    return 0;
}

static int print_hunk(struct walk *walk, const struct differ_hunk *hunk, struct error *err)
{
    struct diff_printer *printer = walk->printer;
    const struct diff_printer *context = printer->output->json ? NULL : printer;
    if (pass_to(&walk->sources[0], hunk->firsts[0], context, err) ||
        pass_to(&walk->sources[1], hunk->firsts[1], NULL, err))
        return -1;
    for (int side = 0; side < 2; side++) {
        for (int64_t i = 0; i < hunk->counts[side]; i++) {
            if (output_is_over(printer->output))
                return 0;
            if (pass_line(&walk->sources[side], printer, side, err))
                return -1;
            printer->counts[side]++;
        }
    }
    return 0;
}

static int print_group(struct walk *walk, struct error *err)
{
    const struct group *group = &walk->group;
    const struct diff_printer *printer = walk->printer;
    bool is_json = printer->output->json;
    for (int side = 0; side < 2; side++)
        if (pass_to(&walk->sources[side], group->hunks[0].firsts[side] - group->lead, NULL, err))
            return -1;
    if (!is_json && print_place(walk, err))
        return -1;
    for (int i = 0; i < group->count && !output_is_over(printer->output); i++)
        if (print_hunk(walk, &group->hunks[i], err))
            return -1;
    int64_t end = end_of(&group->hunks[group->count - 1], 0) + group->trail;
    return is_json || output_is_over(printer->output)
               ? 0
               : pass_to(&walk->sources[0], end, printer, err);
}

int diff_print_hunks(struct diff_printer *printer, struct compare *compare, struct error *err)
{
    struct walk walk = {.printer = printer, .compare = compare};
    int result = take_next(&walk, err);
    for (int side = 0; side < 2 && result == 0; side++) {
        struct source *source = &walk.sources[side];
        source->kept = kept_lines_new(printer->reader, printer->rules, false, err);
        if (source->kept)
            kept_lines_start(source->kept, printer->sides[side].text.content_id,
                             printer->sides[side].text.result_id);
        else
            result = -1;
    }
    if (result == 0 && walk.has_next)
        print_titles(printer);
    while (result == 0 && walk.has_next && !output_is_over(printer->output))
        result = gather(&walk, err) || print_group(&walk, err) ? -1 : 0;
    kept_lines_free(walk.sources[0].kept);
    kept_lines_free(walk.sources[1].kept);
    return result;
}

/* ---- as sets ---- */

int diff_print_set(struct diff_printer *printer, struct compare_set *set, struct error *err)
{
    if (compare_set_count(set, 0) + compare_set_count(set, 1) == 0)
        return 0;
    print_titles(printer);
    for (int side = 0; side < 2; side++) {
        struct line line;
        int more = 0;
        if (compare_set_count(set, side) == 0)
            continue;
        compare_set_show(set, side);
        while (!output_is_over(printer->output) &&
               (more = compare_set_next(set, &line, err)) == 1) {
            print_piece(printer, side, &line);
            printer->counts[side] += line.ends;
        }
        if (more < 0)
            return -1;
    }
    return 0;
}
