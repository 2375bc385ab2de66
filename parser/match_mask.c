#include "parser/match_mask.h"

#include "base/memory.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define JIT_STACK_LEAST (32 * 1024)
#define JIT_STACK_MOST (8 * 1024 * 1024)
#define HEAP_KIBIBYTES (16 * 1024) /* without JIT */
/* A search may begin at so many places before it looks at the clock, at first, and at twice as many
 * each time that it was quick: also an expression that is slow from every byte of a long line comes to
 * its end. */
#define WINDOW_BYTES 256
#define QUICK_SECONDS 0.05
#define TOO_LONG 1      /* beside PCRE2's codes for what went wrong, which are negative */
#define QUOTED_BYTES 80 /* of an expression in a message */

struct match_mask {
    int count;
    pcre2_code *codes[MATCH_MASK_PATTERNS];
    char *patterns[MATCH_MASK_PATTERNS]; /* for messages */
    pcre2_match_data *found;
    pcre2_match_context *context;
    pcre2_jit_stack *stack;
    struct buffer flags;  /* a byte for each of the piece: masked or not */
    struct buffer masked; /* what match_mask_apply gives */
};

static void *give(size_t size, void *context)
{
    (void)context;
    return memory_allocate(size);
}

static void take_back(void *pointer, void *context)
{
    (void)context;
    free(pointer);
}

struct match_mask *match_mask_new(void)
{
    struct match_mask *mask = memory_zeroed(1, sizeof *mask);
    pcre2_general_context *general = pcre2_general_context_create(give, take_back, NULL);
    mask->found = pcre2_match_data_create(1, general);
    mask->context = pcre2_match_context_create(general);
    mask->stack = pcre2_jit_stack_create(JIT_STACK_LEAST, JIT_STACK_MOST, general);
    pcre2_general_context_free(general);
    pcre2_set_match_limit(mask->context, MATCH_MASK_STEPS);
    pcre2_set_depth_limit(mask->context, MATCH_MASK_STEPS);
    pcre2_set_heap_limit(mask->context, HEAP_KIBIBYTES);
    pcre2_jit_stack_assign(mask->context, NULL, mask->stack);
    buffer_init(&mask->flags, SIZE_MAX / 2);
    buffer_init(&mask->masked, SIZE_MAX / 2);
    return mask;
}

void match_mask_free(struct match_mask *mask)
{
    if (!mask)
        return;
    for (int i = 0; i < mask->count; i++) {
        pcre2_code_free(mask->codes[i]);
        free(mask->patterns[i]);
    }
    pcre2_match_data_free(mask->found);
    pcre2_match_context_free(mask->context);
    pcre2_jit_stack_free(mask->stack);
    buffer_release(&mask->flags);
    buffer_release(&mask->masked);
    free(mask);
}

bool match_mask_is_empty(const struct match_mask *mask)
{
    return mask->count == 0;
}

struct quoted {
    char bytes[QUOTED_BYTES];
};

/* As much of the expression as fits a message. */
static const char *quote(const char *pattern, struct quoted *quoted)
{
    struct buffer out = {
        .bytes = quoted->bytes, .capacity = QUOTED_BYTES, .limit = QUOTED_BYTES - 1};
    text_escape(&out, pattern, strlen(pattern), TEXT_KEEP_NONE);
    return buffer_text(&out);
}

int match_mask_add(struct match_mask *mask, const char *pattern, struct error *err)
{
    struct quoted quoted;
    PCRE2_UCHAR message[256];
    int code;
    PCRE2_SIZE offset;
    if (mask->count == MATCH_MASK_PATTERNS)
        return error_set(err, ERROR_USAGE, "more than %d regular expressions for one purpose",
                         MATCH_MASK_PATTERNS);
    if (strlen(pattern) > MATCH_MASK_PATTERN_BYTES)
        return error_set(err, ERROR_USAGE, "the regular expression \"%s…\" is longer than %d bytes",
                         quote(pattern, &quoted), MATCH_MASK_PATTERN_BYTES);
    pcre2_code *compiled = pcre2_compile((PCRE2_SPTR)pattern, PCRE2_ZERO_TERMINATED,
                                         PCRE2_UTF | PCRE2_MATCH_INVALID_UTF |
                                             PCRE2_NEVER_BACKSLASH_C | PCRE2_USE_OFFSET_LIMIT,
                                         &code, &offset, NULL);
    if (!compiled) {
        pcre2_get_error_message(code, message, sizeof message);
        error_set(err, ERROR_USAGE, "\"%s\" is no regular expression: %s", quote(pattern, &quoted),
                  (const char *)message);
        return error_at_offset(err, (int64_t)offset);
    }
    /* Where there is no JIT the interpreter does the same, slower. */
    (void)pcre2_jit_compile(compiled, PCRE2_JIT_COMPLETE);
    mask->codes[mask->count] = compiled;
    mask->patterns[mask->count++] = memory_copy_text(pattern, strlen(pattern));
    return 0;
}

/* ---- searching ---- */

static double processor_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static int fail(const struct match_mask *mask, int which, int code, struct error *err)
{
    struct quoted quoted;
    PCRE2_UCHAR message[256];
    const char *shown = quote(mask->patterns[which], &quoted);
    switch (code) {
    case PCRE2_ERROR_MATCHLIMIT:
    case PCRE2_ERROR_DEPTHLIMIT:
        return error_set(err, ERROR_LIMIT,
                         "the regular expression \"%s\" passed the limit of %d steps on one line; "
                         "make it simpler",
                         shown, MATCH_MASK_STEPS);
    case PCRE2_ERROR_JIT_STACKLIMIT:
    case PCRE2_ERROR_HEAPLIMIT:
        return error_set(
            err, ERROR_LIMIT,
            "the regular expression \"%s\" passed the limit of %d MiB of memory on one "
            "line; make it simpler",
            shown, JIT_STACK_MOST / (1024 * 1024));
    case TOO_LONG:
        return error_set(err, ERROR_LIMIT,
                         "the regular expression \"%s\" passed the limit of %d seconds on one "
                         "line; make it simpler",
                         shown, MATCH_MASK_SECONDS);
    default:
        pcre2_get_error_message(code, message, sizeof message);
        return error_set(err, ERROR_USAGE, "the regular expression \"%s\": %s", shown,
                         (const char *)message);
    }
}

/* Without JIT, PCRE2 would check the rest of a long piece again at each window. */
static uint32_t options_for(const struct match_piece *piece)
{
    bool is_checked =
        piece->text.length > WINDOW_BYTES && text_is_utf8(piece->text.bytes, piece->text.length);
    return (piece->begins ? 0 : PCRE2_NOTBOL) | (piece->ends ? 0 : PCRE2_NOTEOL) |
           (is_checked ? PCRE2_NO_UTF_CHECK : 0);
}

/* The character that begins behind the byte `at`; the length at the end. */
static size_t character_behind(const struct text *text, size_t at)
{
    do
        at++;
    while (at < text->length && ((unsigned char)text->bytes[at] & 0xC0) == 0x80);
    return at;
}

/* The first match at or behind *at: 1 and its bounds, 0, or -1. */
static int search(struct match_mask *mask, int which, const struct match_piece *piece,
                  uint32_t options, size_t *at, size_t *start, size_t *end, struct error *err)
{
    size_t window = WINDOW_BYTES;
    double began = piece->text.length > *at + window ? processor_seconds() : 0;
    for (;;) {
        size_t last = *at + window;
        pcre2_set_offset_limit(mask->context, last);
        int code = pcre2_match(mask->codes[which], (PCRE2_SPTR)piece->text.bytes,
                               piece->text.length, *at, options, mask->found, mask->context);
        if (code >= 0) {
            const PCRE2_SIZE *bounds = pcre2_get_ovector_pointer(mask->found);
            *start = bounds[0];
            *end = bounds[1];
            return 1;
        }
        if (code != PCRE2_ERROR_NOMATCH)
            return fail(mask, which, code, err);
        if (last >= piece->text.length)
            return 0;
        *at = character_behind(&piece->text, last);
        double seconds = processor_seconds() - began;
        if (seconds > MATCH_MASK_SECONDS)
            return fail(mask, which, TOO_LONG, err);
        if (seconds < QUICK_SECONDS)
            window *= 2;
    }
}

int match_mask_test(struct match_mask *mask, const struct match_piece *piece, struct error *err)
{
    size_t start, end;
    int found = 0;
    uint32_t options = options_for(piece);
    for (int which = 0; which < mask->count && found == 0; which++) {
        size_t at = 0;
        found = search(mask, which, piece, options, &at, &start, &end, err);
    }
    return found;
}

/* ---- masking ---- */

/* Marks every match of one expression: 1 when there is one, 0, -1. */
static int mark_matches(struct match_mask *mask, int which, const struct match_piece *piece,
                        uint32_t options, struct error *err)
{
    size_t at = 0, start, end;
    int found = 0, more;
    while (at <= piece->text.length &&
           (more = search(mask, which, piece, options, &at, &start, &end, err)) != 0) {
        if (more < 0)
            return -1;
        /* \K can put the start behind the end. */
        if (start < end) {
            if (mask->flags.length == 0) {
                buffer_reserve(&mask->flags, piece->text.length);
                mask->flags.length = piece->text.length;
                memset(mask->flags.bytes, 0, piece->text.length);
            }
            memset(mask->flags.bytes + start, 1, end - start);
            found = 1;
        }
        at = end > at ? end : character_behind(&piece->text, at);
    }
    return found;
}

int match_mask_apply(struct match_mask *mask, const struct match_piece *piece, struct text *masked,
                     struct error *err)
{
    static const char mark = MATCH_MASK_MARK;
    int found = 0;
    uint32_t options = options_for(piece);
    buffer_clear(&mask->flags);
    for (int which = 0; which < mask->count; which++) {
        int more = mark_matches(mask, which, piece, options, err);
        if (more < 0)
            return -1;
        found |= more;
    }
    *masked = piece->text;
    if (!found)
        return 0;
    buffer_clear(&mask->masked);
    for (size_t at = 0; at < piece->text.length;) {
        const char *flags = mask->flags.bytes;
        size_t from = at;
        while (at < piece->text.length && flags[at] == flags[from])
            at++;
        if (flags[from])
            (void)buffer_append(&mask->masked, &mark, 1);
        else
            (void)buffer_append(&mask->masked, piece->text.bytes + from, at - from);
    }
    *masked = (struct text){mask->masked.bytes, mask->masked.length};
    return 0;
}
