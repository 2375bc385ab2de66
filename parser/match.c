#include "parser/match_kind.h"

void matcher_free(struct matcher *matcher)
{
    if (matcher)
        matcher->free(matcher);
}

void matcher_begin(struct matcher *matcher, match_call *call, void *context)
{
    matcher->call = call;
    matcher->context = context;
    matcher->begin(matcher);
}

int matcher_feed(struct matcher *matcher, struct text piece, struct error *err)
{
    return piece.length > 0 ? matcher->feed(matcher, piece, err) : 0;
}

int matcher_end(struct matcher *matcher, struct error *err)
{
    return matcher->end(matcher, err);
}

struct match_probe *match_probe_new(const struct matcher *matcher)
{
    return matcher->probe(matcher);
}

void match_probe_free(struct match_probe *probe)
{
    if (probe)
        probe->free(probe);
}

bool match_probe_finds(struct match_probe *probe, struct text text)
{
    return probe->finds(probe, text);
}

int64_t matcher_long_lines(const struct matcher *matcher)
{
    return matcher->long_lines;
}

int64_t matcher_limited_lines(const struct matcher *matcher)
{
    return matcher->limited_lines;
}

int matcher_mark(struct matcher *matcher, struct text line, struct match *matches, int most,
                 struct error *err)
{
    return matcher->mark(matcher, line, matches, most, err);
}
