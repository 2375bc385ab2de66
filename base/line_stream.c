#include "base/line_stream.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

void line_stream_init(struct line_stream *lines, struct stream *in, size_t most)
{
    *lines = (struct line_stream){.in = in, .bytes = memory_allocate(most + 1), .most = most};
}

void line_stream_release(struct line_stream *lines)
{
    free(lines->bytes);
    lines->bytes = NULL;
}

/* Brings what is left to the front and reads behind it: 0, or -1. */
static int fill(struct line_stream *lines, struct error *err)
{
    memmove(lines->bytes, lines->bytes + lines->begin, lines->end - lines->begin);
    lines->end -= lines->begin;
    lines->begin = 0;
    if (lines->end == lines->most + 1)
        return error_set(err, ERROR_LIMIT, "line %lld is longer than %zu bytes",
                         (long long)lines->number + 1, lines->most);
    ssize_t got =
        stream_read(lines->in, lines->bytes + lines->end, lines->most + 1 - lines->end, err);
    if (got < 0)
        return -1;
    lines->is_at_end = got == 0;
    lines->end += (size_t)got;
    return 0;
}

static int give(struct line_stream *lines, size_t length, size_t taken, struct text *line)
{
    *line = (struct text){lines->bytes + lines->begin, length};
    lines->begin += taken;
    lines->number++;
    return 1;
}

int line_stream_next(struct line_stream *lines, struct text *line, struct error *err)
{
    size_t seen = 0;
    for (;;) {
        size_t have = lines->end - lines->begin;
        const char *begin = lines->bytes + lines->begin;
        const char *lf = memchr(begin + seen, '\n', have - seen);
        if (lf)
            return give(lines, (size_t)(lf - begin), (size_t)(lf - begin) + 1, line);
        if (lines->is_at_end)
            return have == 0 ? 0 : give(lines, have, have, line);
        seen = have;
        if (fill(lines, err))
            return -1;
    }
}
