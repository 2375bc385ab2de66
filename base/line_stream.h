/*
 * line_stream - the lines of a stream, one after the other, each up to a ceiling.
 */
#ifndef BASE_LINE_STREAM_H
#define BASE_LINE_STREAM_H

#include "base/stream.h"
#include "base/text.h"

#include <stdbool.h>

struct line_stream {
    struct stream *in; /* borrowed */
    char *bytes;
    size_t most; /* bytes of a line, without its LF */
    size_t begin, end;
    bool is_at_end; /* of `in` */
    int64_t number; /* of the line that was given last, from 1 */
};

void line_stream_init(struct line_stream *lines, struct stream *in, size_t most);
void line_stream_release(struct line_stream *lines);

/* 1 and the line without its LF (the last one may have none), valid until the next call; 0 at the end; -1: ERROR_LIMIT for a
 * line that is too long, or the stream's error. */
int line_stream_next(struct line_stream *lines, struct text *line, struct error *err);

#endif
