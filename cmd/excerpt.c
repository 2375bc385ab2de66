#include "cmd/excerpt.h"

#include <stdlib.h>

#define ROWS 4 /* of the terminal that a line takes at most */

static bool has_colour(const struct output *output)
{
    const char *no = getenv("NO_COLOR");
    return output->to_terminal && !output->json && !(no && no[0]);
}

void excerpt_begin(struct output *output, enum excerpt_style style)
{
    static const char *const codes[] = {
        [EXCERPT_HEADING] = "\x1b[1m",  [EXCERPT_NUMBER] = "\x1b[2m",
        [EXCERPT_HIT] = "\x1b[1;31m",   [EXCERPT_PLACE] = "\x1b[36m",
        [EXCERPT_REMOVED] = "\x1b[31m", [EXCERPT_ADDED] = "\x1b[32m"};
    if (has_colour(output))
        output_format(output, "%s", codes[style]);
}

void excerpt_end(struct output *output)
{
    if (has_colour(output))
        output_format(output, "\x1b[0m");
}

static size_t character_start(struct text line, size_t at)
{
    while (at > 0 && at < line.length && ((unsigned char)line.bytes[at] & 0xC0) == 0x80)
        at--;
    return at;
}

/* The part that is shown: some of it before the first hit. */
static void choose_part(struct text line, const struct match *marks, int count, size_t *start,
                        size_t *end)
{
    size_t most = output_columns() * ROWS;
    *start = 0;
    *end = line.length;
    if (line.length <= most)
        return;
    size_t hit = count > 0 ? (size_t)marks[0].start : 0;
    if (hit > most / 4)
        *start = character_start(line, hit - most / 4);
    if (*end - *start > most)
        *end = character_start(line, *start + most);
}

void excerpt_print(struct output *output, struct text line, const struct match *marks, int count,
                   bool is_cut)
{
    size_t start, end, at;
    choose_part(line, marks, count, &start, &end);
    at = start;
    if (start > 0 || is_cut)
        output_format(output, "…");
    for (int i = 0; i < count && at < end; i++) {
        size_t from = (size_t)marks[i].start, to = (size_t)marks[i].end;
        if (to > end)
            to = end;
        if (from < at)
            from = at;
        if (to <= from)
            continue;
        output_line_of(output, (struct text){line.bytes + at, from - at});
        excerpt_begin(output, EXCERPT_HIT);
        output_line_of(output, (struct text){line.bytes + from, to - from});
        excerpt_end(output);
        at = to;
    }
    output_line_of(output, (struct text){line.bytes + at, end - at});
    if (end < line.length || is_cut)
        output_format(output, "…");
}
