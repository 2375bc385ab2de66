/* A regular expression, line by line. */
#define PCRE2_CODE_UNIT_WIDTH 8

#include "parser/match_kind.h"

#include "base/memory.h"

#include <pcre2.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define STEPS_PER_LINE 1000000 /* PCRE2's match limit */
/* Of one match at most: (a|b)+ takes 16 to 32 bytes a round. */
#define HEAP_KIBIBYTES (16 * 1024)
#define JIT_STACK_BYTES (16 * 1024 * 1024)
#define OVERLAP_BYTES (64 * 1024) /* of two pieces of a line that is too long */

/* PCRE2 counts no steps where it only goes forward, and from each place of a long line it may go to the
 * end: such a line is tried in so many places at a time, with a look at the clock in between. */
#define AT_ONCE_BYTES 8192
#define PLACES_LEAST 64
#define PLACES_MOST 4096
#define MILLISECONDS_PER_LINE 1000 /* of this thread's work */

/* What one thread needs to match with a compiled expression. */
struct room {
    pcre2_match_data *data;
    pcre2_match_context *limits;
    pcre2_jit_stack *stack;
};

struct regex {
    struct matcher matcher;
    pcre2_code *code;
    bool is_compiled_further; /* to machine code */
    struct room room;
    size_t context; /* bytes before a match that it may look at */
    /* The text under way. */
    struct buffer line; /* the beginning of a line that goes on in the next piece */
    size_t from;        /* of it: what stands before was matched, and is there to be looked at */
    int64_t offset;     /* of what comes next */
    bool is_inside;     /* the line's own beginning is in `line` no more */
    bool has_hit;       /* in the line under way */
    bool is_left_out;   /* the line under way */
};

static void room_init(struct room *room, const struct regex *regex)
{
    room->data = pcre2_match_data_create_from_pattern(regex->code, NULL);
    room->limits = pcre2_match_context_create(NULL);
    pcre2_set_match_limit(room->limits, STEPS_PER_LINE);
    pcre2_set_heap_limit(room->limits, HEAP_KIBIBYTES);
    if (regex->is_compiled_further) {
        room->stack = pcre2_jit_stack_create(32 * 1024, JIT_STACK_BYTES, NULL);
        pcre2_jit_stack_assign(room->limits, NULL, room->stack);
    }
}

static void room_release(struct room *room)
{
    pcre2_match_data_free(room->data);
    pcre2_match_context_free(room->limits);
    pcre2_jit_stack_free(room->stack);
}

static int64_t milliseconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* What pcre2_match returns; a line that takes too long reaches PCRE2's limit, too. */
static int match(const struct regex *regex, const struct room *room, struct text line, size_t from,
                 uint32_t options)
{
    const unsigned char *bytes = (PCRE2_SPTR)line.bytes;
    size_t places = PLACES_LEAST;
    pcre2_set_offset_limit(room->limits, PCRE2_UNSET);
    if (line.length - from <= AT_ONCE_BYTES)
        return pcre2_match(regex->code, bytes, line.length, from, options, room->data,
                           room->limits);
    int64_t begun = milliseconds(), last = begun;
    while (line.length - from >= places) {
        pcre2_set_offset_limit(room->limits, from + places - 1);
        int code =
            pcre2_match(regex->code, bytes, line.length, from, options, room->data, room->limits);
        if (code != PCRE2_ERROR_NOMATCH)
            return code;
        int64_t now = milliseconds();
        if (now - begun > MILLISECONDS_PER_LINE)
            return PCRE2_ERROR_MATCHLIMIT;
        from += places;
        while (from < line.length && (bytes[from] & 0xC0) == 0x80)
            from++;
        if (now - last < 5 && places < PLACES_MOST)
            places *= 2;
        last = now;
    }
    pcre2_set_offset_limit(room->limits, PCRE2_UNSET);
    return pcre2_match(regex->code, bytes, line.length, from, options, room->data, room->limits);
}

/* Where the first match from `from` on is: 1, 0 or -1. */
static int find(struct regex *regex, struct text line, size_t from, uint32_t options, size_t *start,
                size_t *end, struct error *err)
{
    int code = match(regex, &regex->room, line, from, options);
    if (code >= 0) {
        const PCRE2_SIZE *ends = pcre2_get_ovector_pointer(regex->room.data);
        /* With \K a match may begin behind its end. */
        *start = ends[0] < ends[1] ? ends[0] : ends[1];
        *end = ends[1];
        return 1;
    }
    if (code == PCRE2_ERROR_NOMATCH)
        return 0;
    PCRE2_UCHAR message[256];
    pcre2_get_error_message(code, message, sizeof message);
    return error_set(
        err, ERROR_LIMIT,
        "the regular expression reached its limit (%s) in more than %d lines, and the search "
        "ended there; make it simpler: repeat nothing that repeats inside itself",
        (const char *)message, MATCH_LIMITED_LINES);
}

/* A stranger's line must not end the search of all others; many such lines are the expression's own. */
static int leave_out(struct regex *regex, int64_t line_offset, struct error *err)
{
    regex->matcher.limited_lines += !regex->is_left_out;
    regex->is_left_out = true;
    return regex->matcher.limited_lines > MATCH_LIMITED_LINES ? error_at_offset(err, line_offset)
                                                              : 0;
}

/* Matches a line, or a piece of one that is too long, and tells of it. A match that begins at `most` or
 * behind waits: the next piece has it, too, and what follows. */
static int match_line(struct regex *regex, struct text line, int64_t line_offset, size_t most,
                      struct error *err)
{
    size_t start, end;
    uint32_t options =
        (regex->is_inside ? PCRE2_NOTBOL : 0) | (most < line.length ? PCRE2_NOTEOL : 0);
    if (regex->has_hit)
        return 0;
    int found = find(regex, line, regex->from, options, &start, &end, err);
    if (found < 0)
        return leave_out(regex, line_offset, err);
    if (found == 0 || start > most)
        return 0;
    regex->has_hit = true;
    struct match match = {line_offset + (int64_t)start, line_offset + (int64_t)end, 0};
    return regex->matcher.call(regex->matcher.context, &match, err);
}

static size_t character_start(struct text line, size_t at)
{
    while (at > 0 && ((unsigned char)line.bytes[at] & 0xC0) == 0x80)
        at--;
    return at;
}

/* The line so far is as long as is held, and goes on: it is matched, and its end kept for what may
 * straddle. */
static int match_piece(struct regex *regex, struct error *err)
{
    struct text line = {regex->line.bytes, regex->line.length};
    size_t next = character_start(line, line.length - OVERLAP_BYTES);
    if (match_line(regex, line, regex->offset - (int64_t)line.length, next - 1, err))
        return -1;
    if (!regex->is_inside)
        regex->matcher.long_lines++;
    regex->is_inside = true;
    size_t start = character_start(line, next - regex->context);
    regex->from = next - start;
    memmove(regex->line.bytes, line.bytes + start, line.length - start);
    regex->line.length = line.length - start;
    return 0;
}

/* More of a line whose end is not there yet. */
static int hold(struct regex *regex, struct text part, struct error *err)
{
    while (part.length > 0) {
        if (regex->line.length == MATCH_LINE_BYTES && match_piece(regex, err))
            return -1;
        size_t taken = buffer_append_some(&regex->line, part.bytes, part.length);
        regex->offset += (int64_t)taken;
        part.bytes += taken;
        part.length -= taken;
    }
    return 0;
}

static int end_line(struct regex *regex, struct error *err)
{
    struct text line = {regex->line.bytes ? regex->line.bytes : "", regex->line.length};
    int result = match_line(regex, line, regex->offset - (int64_t)line.length, line.length, err);
    buffer_clear(&regex->line);
    regex->from = 0;
    regex->is_inside = regex->has_hit = regex->is_left_out = false;
    return result;
}

static void regex_begin(struct matcher *matcher)
{
    struct regex *regex = (struct regex *)matcher;
    buffer_clear(&regex->line);
    regex->from = 0;
    regex->offset = 0;
    regex->is_inside = regex->has_hit = regex->is_left_out = false;
}

static int regex_feed(struct matcher *matcher, struct text piece, struct error *err)
{
    struct regex *regex = (struct regex *)matcher;
    while (piece.length > 0) {
        const char *line_end = memchr(piece.bytes, '\n', piece.length);
        size_t length = line_end ? (size_t)(line_end - piece.bytes) : piece.length;
        struct text part = {piece.bytes, length};
        bool is_alone = regex->line.length == 0 && !regex->is_inside;
        if (line_end && is_alone && length <= MATCH_LINE_BYTES) {
            if (match_line(regex, part, regex->offset, part.length, err))
                return -1;
            regex->offset += (int64_t)length;
            regex->has_hit = regex->is_left_out = false;
        } else if (hold(regex, part, err) || (line_end && end_line(regex, err))) {
            return -1;
        }
        if (!line_end)
            return 0;
        regex->offset++;
        piece.bytes += length + 1;
        piece.length -= length + 1;
    }
    return 0;
}

static int regex_end(struct matcher *matcher, struct error *err)
{
    struct regex *regex = (struct regex *)matcher;
    return regex->line.length > 0 || regex->is_inside ? end_line(regex, err) : 0;
}

static int regex_mark(struct matcher *matcher, struct text line, struct match *matches, int most,
                      struct error *err)
{
    struct regex *regex = (struct regex *)matcher;
    size_t from = 0, start, end;
    int count = 0;
    if (!line.bytes)
        line.bytes = "";
    /* That there is a match was told before: where a limit is reached, fewer of them are marked. */
    while (count < most && from <= line.length &&
           find(regex, line, from, 0, &start, &end, err) == 1) {
        if (end > start)
            matches[count++] = (struct match){(int64_t)start, (int64_t)end, 0};
        from = end > from ? end : from + 1;
        while (from < line.length && ((unsigned char)line.bytes[from] & 0xC0) == 0x80)
            from++;
    }
    return count;
}

/* ---- probing ---- */

struct regex_probe {
    struct match_probe probe;
    const struct regex *regex;
    struct room room;
};

static void probe_free(struct match_probe *base)
{
    struct regex_probe *probe = (struct regex_probe *)base;
    room_release(&probe->room);
    free(probe);
}

/* A line that reaches a limit is for the matcher to tell of. */
static bool probe_finds(struct match_probe *base, struct text text)
{
    const struct regex_probe *probe = (const struct regex_probe *)base;
    while (text.length > 0) {
        const char *line_end = memchr(text.bytes, '\n', text.length);
        size_t length = line_end ? (size_t)(line_end - text.bytes) : text.length;
        if (match(probe->regex, &probe->room, (struct text){text.bytes, length}, 0, 0) !=
            PCRE2_ERROR_NOMATCH)
            return true;
        length += line_end != NULL;
        text.bytes += length;
        text.length -= length;
    }
    return false;
}

static struct match_probe *regex_probe(const struct matcher *matcher)
{
    struct regex_probe *probe = memory_zeroed(1, sizeof *probe);
    probe->probe = (struct match_probe){probe_free, probe_finds};
    probe->regex = (const struct regex *)matcher;
    room_init(&probe->room, probe->regex);
    return &probe->probe;
}

/* ---- making one ---- */

static void regex_free(struct matcher *matcher)
{
    struct regex *regex = (struct regex *)matcher;
    room_release(&regex->room);
    pcre2_code_free(regex->code);
    buffer_release(&regex->line);
    free(regex);
}

static int compile(struct regex *regex, struct text pattern, bool is_case_sensitive,
                   struct error *err)
{
    uint32_t options = PCRE2_UTF | PCRE2_UCP | PCRE2_MATCH_INVALID_UTF | PCRE2_NEVER_BACKSLASH_C |
                       PCRE2_USE_OFFSET_LIMIT | (is_case_sensitive ? 0 : PCRE2_CASELESS);
    int code;
    PCRE2_SIZE offset;
    PCRE2_UCHAR message[256];
    pcre2_compile_context *context = pcre2_compile_context_create(NULL);
    pcre2_set_newline(context, PCRE2_NEWLINE_LF);
    regex->code =
        pcre2_compile((PCRE2_SPTR)pattern.bytes, pattern.length, options, &code, &offset, context);
    pcre2_compile_context_free(context);
    if (regex->code) {
        uint32_t characters = 0;
        (void)pcre2_pattern_info(regex->code, PCRE2_INFO_MAXLOOKBEHIND, &characters);
        regex->context = 4 * (size_t)characters + 4;
        return 0;
    }
    pcre2_get_error_message(code, message, sizeof message);
    error_set(err, ERROR_USAGE, "the regular expression is wrong: %s", (const char *)message);
    return error_at_offset(err, (int64_t)offset);
}

struct matcher *matcher_new_regex(struct text pattern, bool is_case_sensitive, struct error *err)
{
    if (pattern.length == 0 || pattern.length > MATCH_REGEX_BYTES) {
        error_set(err, ERROR_USAGE, "a regular expression has 1 to %d bytes", MATCH_REGEX_BYTES);
        return NULL;
    }
    struct regex *regex = memory_zeroed(1, sizeof *regex);
    regex->matcher = (struct matcher){.free = regex_free,
                                      .begin = regex_begin,
                                      .feed = regex_feed,
                                      .end = regex_end,
                                      .mark = regex_mark,
                                      .probe = regex_probe};
    buffer_init(&regex->line, MATCH_LINE_BYTES);
    if (compile(regex, pattern, is_case_sensitive, err)) {
        regex_free(&regex->matcher);
        return NULL;
    }
    /* Without a just-in-time compiler for this processor PCRE2 interprets. */
    regex->is_compiled_further = pcre2_jit_compile(regex->code, PCRE2_JIT_COMPLETE) == 0;
    room_init(&regex->room, regex);
    return &regex->matcher;
}
