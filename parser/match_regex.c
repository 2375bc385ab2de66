/* A regular expression, line by line. */
#define PCRE2_CODE_UNIT_WIDTH 8

#include "parser/match_kind.h"

#include "base/memory.h"

#include <pcre2.h>
#include <stdlib.h>
#include <string.h>

#define STEPS_PER_LINE 1000000       /* PCRE2's match limit */
#define HEAP_KIBIBYTES (16 * 1024)   /* of one match */
#define JIT_STACK_BYTES (256 * 1024) /* at most */
#define OVERLAP_BYTES (64 * 1024)    /* of two pieces of a line that is too long */

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
    /* The text under way. */
    struct buffer line; /* the beginning of a line that goes on in the next piece */
    int64_t offset;     /* of what comes next */
    bool is_inside;     /* the line's own beginning is in `line` no more */
    bool has_hit;       /* in the line under way */
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

/* Where the first match from `from` on is: 1, 0 or -1. */
static int find(struct regex *regex, struct text line, size_t from, uint32_t options, size_t *start,
                size_t *end, struct error *err)
{
    int code = pcre2_match(regex->code, (PCRE2_SPTR)line.bytes, line.length, from, options,
                           regex->room.data, regex->room.limits);
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
        "the regular expression reached its limit in one line (%s), and the search ended "
        "there; make it simpler: repeat nothing that repeats inside itself",
        (const char *)message);
}

/* Matches a line, or a piece of one that is too long, and tells of it. */
static int match_line(struct regex *regex, struct text line, int64_t line_offset, bool is_whole_end,
                      struct error *err)
{
    size_t start, end;
    uint32_t options = (regex->is_inside ? PCRE2_NOTBOL : 0) | (is_whole_end ? 0 : PCRE2_NOTEOL);
    if (regex->has_hit)
        return 0;
    int found = find(regex, line, 0, options, &start, &end, err);
    if (found < 0)
        return error_at_offset(err, line_offset);
    if (found == 0)
        return 0;
    regex->has_hit = true;
    struct match match = {line_offset + (int64_t)start, line_offset + (int64_t)end, 0};
    return regex->matcher.call(regex->matcher.context, &match, err);
}

/* The line so far is as long as is held: it is matched, and its end kept for what may straddle. */
static int match_piece(struct regex *regex, int64_t end_offset, struct error *err)
{
    struct text line = {regex->line.bytes, regex->line.length};
    if (match_line(regex, line, end_offset - (int64_t)line.length, false, err))
        return -1;
    if (!regex->is_inside)
        regex->matcher.long_lines++;
    regex->is_inside = true;
    size_t start = line.length - OVERLAP_BYTES;
    while (((unsigned char)line.bytes[start] & 0xC0) == 0x80)
        start--;
    memmove(regex->line.bytes, line.bytes + start, line.length - start);
    regex->line.length = line.length - start;
    return 0;
}

/* More of a line whose end is not there yet. */
static int hold(struct regex *regex, struct text part, struct error *err)
{
    while (part.length > 0) {
        size_t taken = buffer_append_some(&regex->line, part.bytes, part.length);
        regex->offset += (int64_t)taken;
        part.bytes += taken;
        part.length -= taken;
        if (regex->line.length == MATCH_LINE_BYTES && match_piece(regex, regex->offset, err))
            return -1;
    }
    return 0;
}

static int end_line(struct regex *regex, struct error *err)
{
    struct text line = {regex->line.bytes ? regex->line.bytes : "", regex->line.length};
    int result = match_line(regex, line, regex->offset - (int64_t)line.length, true, err);
    buffer_clear(&regex->line);
    regex->is_inside = false;
    regex->has_hit = false;
    return result;
}

static void regex_begin(struct matcher *matcher)
{
    struct regex *regex = (struct regex *)matcher;
    buffer_clear(&regex->line);
    regex->offset = 0;
    regex->is_inside = false;
    regex->has_hit = false;
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
            if (match_line(regex, part, regex->offset, true, err))
                return -1;
            regex->offset += (int64_t)length;
            regex->has_hit = false;
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
    int count = 0, found = 0;
    if (!line.bytes)
        line.bytes = "";
    while (count < most && from <= line.length &&
           (found = find(regex, line, from, 0, &start, &end, err)) == 1) {
        if (end > start)
            matches[count++] = (struct match){(int64_t)start, (int64_t)end, 0};
        from = end > from ? end : from + 1;
        while (from < line.length && ((unsigned char)line.bytes[from] & 0xC0) == 0x80)
            from++;
    }
    return found < 0 ? -1 : count;
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
        if (pcre2_match(probe->regex->code, (PCRE2_SPTR)text.bytes, length, 0, 0, probe->room.data,
                        probe->room.limits) != PCRE2_ERROR_NOMATCH)
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
                       (is_case_sensitive ? 0 : PCRE2_CASELESS);
    int code;
    PCRE2_SIZE offset;
    PCRE2_UCHAR message[256];
    pcre2_compile_context *context = pcre2_compile_context_create(NULL);
    pcre2_set_newline(context, PCRE2_NEWLINE_LF);
    regex->code =
        pcre2_compile((PCRE2_SPTR)pattern.bytes, pattern.length, options, &code, &offset, context);
    pcre2_compile_context_free(context);
    if (regex->code)
        return 0;
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
