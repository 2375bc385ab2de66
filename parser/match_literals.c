/* Literals, all in one pass. Vectorscan tells a match's end; its beginning follows from the length. */
#include "parser/match_kind.h"

#include "base/memory.h"
#include "parser/match_fold.h"
#include "parser/match_order.h"
#include "parser/match_recipe.h"
#include "parser/match_word.h"

#include <hs/hs.h>
#include <stdlib.h>
#include <string.h>

/* Letters beyond ASCII are costly when any case of theirs counts: Vectorscan 5.4.9 takes a millisecond
 * and 1 KiB for each, gets slow with long expressions of them, and crashes with 400. So it looks for the
 * last characters only, until they hold so many of them. */
#define UNICODE_CHARACTERS 32
#define UNICODE_LETTERS 3

/* Vectorscan 5.4.9 misses matches in the last 32 bytes of what it scans, for some sets of literals. So
 * what counts never stands there: the last bytes are scanned in a copy with line ends behind them. */
#define PADDING_BYTES 64
#define COPIED_BYTES 4096 /* so much is copied at once rather than scanned in two parts */

struct literal {
    uint32_t length, wide_length; /* in UTF-8, in UTF-16 */
    bool is_ipv6;
    char *copy; /* what has letters beyond ASCII, owned; else NULL */
    /* Of a copy in lines: so many bytes of it stand before what Vectorscan looks for. */
    uint32_t unseen;
};

struct literals {
    struct matcher matcher;
    unsigned flags;
    size_t count;
    struct literal *of; /* of each pattern */
    /* One database, so that one pass is enough. In lines, letters beyond ASCII need Unicode's rules
     * of case, and a match's beginning from Vectorscan, since its length may differ. */
    hs_database_t *database;
    bool is_unicode; /* one of the literals has such letters, and the texts are lines */
    hs_scratch_t *scratch;
    size_t keep; /* bytes of what was read that the next piece may need */
    struct buffer padded;

    /* The text under way. */
    struct buffer carried; /* its last bytes, where a match may yet go on */
    int64_t offset;        /* of what comes next */
    int64_t decided;       /* matches up to this end have been told */

    /* The scan under way. */
    struct text subject;
    int64_t subject_offset;
    int64_t limit; /* matches that end behind it wait */
    struct match_order order;
    int result;
    struct error *err;
};

/* ---- one scan ---- */

/* Where the match begins that ends at `end`; false when it is none. */
static bool begins(const struct literals *literals, const struct literal *literal, size_t from,
                   size_t end, int unit, size_t *start)
{
    struct text subject = literals->subject;
    bool any_case = !(literals->flags & MATCH_CASE);
    size_t length = unit == 2 ? literal->wide_length : literal->length;
    *start = end - length;
    if (!literal->copy)
        return true;
    if (unit == 2)
        return end >= length &&
               match_fold_is_wide(subject.bytes + *start,
                                  (struct text){literal->copy, literal->length}, any_case);
    if (!literals->is_unicode)
        return true;
    *start = from;
    return match_fold_ends(subject, from, (struct text){literal->copy, literal->unseen}, any_case,
                           start);
}

static bool stands_alone(const struct literals *literals, uint32_t pattern, size_t start,
                         size_t end, int unit)
{
    return !(literals->flags & MATCH_WORD) ||
           match_word_stands_alone(literals->subject, start, end, literals->of[pattern].is_ipv6,
                                   unit);
}

static int tell_in_order(struct literals *literals)
{
    return literals->result = match_order_tell(&literals->order, literals->matcher.call,
                                               literals->matcher.context, literals->err);
}

/* Patterns from `count` on are the UTF-16LE forms. */
static int on_match(unsigned id, unsigned long long from, unsigned long long to, unsigned flags,
                    void *context)
{
    struct literals *literals = context;
    uint32_t pattern = id < literals->count ? id : (uint32_t)(id - literals->count);
    int unit = id < literals->count ? 1 : 2;
    int64_t end = literals->subject_offset + (int64_t)to;
    (void)flags;
    if (end <= literals->decided || end > literals->limit)
        return 0;
    size_t start;
    if (!begins(literals, &literals->of[pattern], (size_t)from, (size_t)to, unit, &start) ||
        !stands_alone(literals, pattern, start, (size_t)to, unit))
        return 0;
    struct match match = {literals->subject_offset + (int64_t)start, end, pattern};
    return match_order_add(&literals->order, &match) ? 0 : tell_in_order(literals);
}

/* The last bytes, at least `length` where there are as many; of UTF-8 from a character's first one on. */
static struct text last_of(const struct literals *literals, struct text text, size_t length)
{
    size_t start = text.length > length ? text.length - length : 0;
    size_t least = literals->flags & MATCH_BYTES ? start : start > 3 ? start - 3 : 0;
    while (start > least && ((unsigned char)text.bytes[start] & 0xC0) == 0x80)
        start--;
    return (struct text){text.bytes + start, text.length - start};
}

static struct text pad(struct buffer *padded, struct text text)
{
    buffer_clear(padded);
    (void)buffer_append(padded, text.bytes, text.length);
    buffer_reserve(padded, text.length + PADDING_BYTES);
    memset(padded->bytes + text.length, '\n', PADDING_BYTES);
    padded->length += PADDING_BYTES;
    return (struct text){padded->bytes, padded->length};
}

/* The last `padding` bytes are none of the text. */
static int scan_part(struct literals *literals, struct text scanned, size_t padding, int64_t limit)
{
    literals->subject = (struct text){scanned.bytes, scanned.length - padding};
    literals->limit = limit;
    hs_error_t code = hs_scan(literals->database, scanned.bytes, (unsigned)scanned.length, 0,
                              literals->scratch, on_match, literals);
    if (literals->result)
        return literals->result;
    if (code != HS_SUCCESS)
        return error_set(literals->err, ERROR_LIMIT, "Vectorscan cannot scan: error %d", code);
    if (tell_in_order(literals))
        return literals->result;
    if (limit > literals->decided)
        literals->decided = limit;
    return 0;
}

/* The subject ends at `end_offset`. */
static int scan(struct literals *literals, struct text subject, int64_t end_offset, int64_t limit,
                struct error *err)
{
    int64_t sure = end_offset - PADDING_BYTES;
    literals->result = 0;
    literals->err = err;
    if (literals->is_unicode && !text_is_utf8(subject.bytes, subject.length))
        return error_set(err, ERROR_DAMAGED, "a page of text is not UTF-8; run `lrarchive verify`");
    if (subject.length > COPIED_BYTES) {
        literals->subject_offset = end_offset - (int64_t)subject.length;
        if (scan_part(literals, subject, 0, sure))
            return -1;
        subject = last_of(literals, subject, literals->keep + PADDING_BYTES);
    }
    literals->subject_offset = end_offset - (int64_t)subject.length;
    return scan_part(literals, pad(&literals->padded, subject), PADDING_BYTES, limit);
}

/* ---- a text in pieces ---- */

static void literals_begin(struct matcher *matcher)
{
    struct literals *literals = (struct literals *)matcher;
    buffer_clear(&literals->carried);
    match_order_clear(&literals->order);
    literals->offset = 0;
    literals->decided = 0;
}

static void carry(struct literals *literals, struct text subject)
{
    struct text last = last_of(literals, subject, literals->keep);
    if (literals->carried.length > 0) {
        memmove(literals->carried.bytes, last.bytes, last.length);
        literals->carried.length = last.length;
    } else {
        (void)buffer_append(&literals->carried, last.bytes, last.length);
    }
}

static int literals_feed(struct matcher *matcher, struct text piece, struct error *err)
{
    struct literals *literals = (struct literals *)matcher;
    bool ends_line = !(literals->flags & MATCH_BYTES) && piece.bytes[piece.length - 1] == '\n';
    struct text subject = piece;
    literals->offset += (int64_t)piece.length;
    if (literals->carried.length > 0) {
        (void)buffer_append(&literals->carried, piece.bytes, piece.length);
        subject = (struct text){literals->carried.bytes, literals->carried.length};
    }
    int64_t limit = literals->offset;
    if ((literals->flags & MATCH_WORD) && !ends_line)
        limit -= MATCH_WORD_CONTEXT;
    if (scan(literals, subject, literals->offset, limit, err))
        return -1;
    if (ends_line)
        buffer_clear(&literals->carried);
    else
        carry(literals, subject);
    return 0;
}

static int literals_end(struct matcher *matcher, struct error *err)
{
    struct literals *literals = (struct literals *)matcher;
    struct text subject = {literals->carried.bytes, literals->carried.length};
    int result = 0;
    if (subject.length > 0 && literals->decided < literals->offset)
        result = scan(literals, subject, literals->offset, literals->offset, err);
    buffer_clear(&literals->carried);
    return result;
}

/* ---- marking ---- */

struct marks {
    struct match *matches;
    int count, most;
};

static int add_mark(void *context, const struct match *match, struct error *err)
{
    struct marks *marks = context;
    (void)err;
    if (marks->count < marks->most)
        marks->matches[marks->count++] = *match;
    return 0;
}

static int by_start(const void *a, const void *b)
{
    const struct match *first = a, *second = b;
    if (first->start != second->start)
        return first->start < second->start ? -1 : 1;
    return first->end < second->end ? -1 : first->end > second->end;
}

static int literals_mark(struct matcher *matcher, struct text line, struct match *matches, int most,
                         struct error *err)
{
    struct marks marks = {matches, 0, most};
    matcher_begin(matcher, add_mark, &marks);
    if (matcher_feed(matcher, line, err) || matcher_end(matcher, err))
        return -1;
    qsort(matches, (size_t)marks.count, sizeof *matches, by_start);
    return marks.count;
}

/* ---- probing ---- */

struct literals_probe {
    struct match_probe probe;
    const struct literals *literals;
    hs_scratch_t *scratch;
    struct buffer padded;
};

static void probe_free(struct match_probe *base)
{
    struct literals_probe *probe = (struct literals_probe *)base;
    hs_free_scratch(probe->scratch);
    buffer_release(&probe->padded);
    free(probe);
}

static int stop_at_first(unsigned id, unsigned long long from, unsigned long long to,
                         unsigned flags, void *context)
{
    (void)id, (void)from, (void)to, (void)flags, (void)context;
    return 1;
}

static bool finds_in(const struct literals_probe *probe, struct text text)
{
    return hs_scan(probe->literals->database, text.bytes, (unsigned)text.length, 0, probe->scratch,
                   stop_at_first, NULL) != HS_SUCCESS;
}

static bool probe_finds(struct match_probe *base, struct text text)
{
    struct literals_probe *probe = (struct literals_probe *)base;
    const struct literals *literals = probe->literals;
    /* What is not UTF-8 is for the matcher to tell of. */
    if (literals->is_unicode && !text_is_utf8(text.bytes, text.length))
        return true;
    if (text.length > COPIED_BYTES) {
        if (finds_in(probe, text))
            return true;
        text = last_of(literals, text, literals->keep + PADDING_BYTES);
    }
    return finds_in(probe, pad(&probe->padded, text));
}

static struct match_probe *literals_probe(const struct matcher *matcher)
{
    const struct literals *literals = (const struct literals *)matcher;
    hs_scratch_t *scratch = NULL;
    if (hs_clone_scratch(literals->scratch, &scratch) != HS_SUCCESS)
        return NULL;
    struct literals_probe *probe = memory_zeroed(1, sizeof *probe);
    *probe = (struct literals_probe){{probe_free, probe_finds}, literals, scratch, {0}};
    buffer_init(&probe->padded, SIZE_MAX / 2);
    return &probe->probe;
}

/* ---- making one ---- */

static void literals_free(struct matcher *matcher)
{
    struct literals *literals = (struct literals *)matcher;
    hs_free_scratch(literals->scratch);
    hs_free_database(literals->database);
    buffer_release(&literals->carried);
    buffer_release(&literals->padded);
    match_order_release(&literals->order);
    for (size_t i = 0; i < literals->count; i++)
        free(literals->of[i].copy);
    free(literals->of);
    free(literals);
}

static bool is_ascii(struct text text)
{
    for (size_t i = 0; i < text.length; i++)
        if ((unsigned char)text.bytes[i] >= 0x80)
            return false;
    return true;
}

/* Its last characters; what stands before them is compared when they are found. */
static void add_unicode(struct match_recipe *recipe, struct literal *literal, size_t id,
                        unsigned flags)
{
    size_t start = literal->length;
    for (int characters = 0, letters = 0;
         start > 0 && characters < UNICODE_CHARACTERS && letters < UNICODE_LETTERS;) {
        unsigned char c = (unsigned char)literal->copy[--start];
        characters += (c & 0xC0) != 0x80;
        letters += c >= 0xC0;
    }
    literal->unseen = (uint32_t)start;
    struct text last = {literal->copy + start, literal->length - start};
    match_recipe_add(recipe, last, id, flags | HS_FLAG_UTF8 | HS_FLAG_UCP | HS_FLAG_SOM_LEFTMOST);
}

static void add_wide(struct match_recipe *recipe, struct literal *literal, struct text text,
                     size_t id, unsigned flags)
{
    char wide[2 * MATCH_LITERAL_BYTES];
    literal->wide_length = (uint32_t)match_fold_widen(text, wide);
    /* Vectorscan takes a literal that begins with NUL for an empty one. */
    size_t start = wide[0] == '\0' ? 1 : 0;
    match_recipe_add(recipe, (struct text){wide + start, literal->wide_length - start}, id, flags);
}

static int compile(struct literals *literals, const struct text *texts, struct error *err)
{
    struct match_recipe recipe;
    unsigned flags = literals->flags & MATCH_CASE ? 0 : HS_FLAG_CASELESS;
    match_recipe_init(&recipe, literals->is_unicode, 2 * literals->count);
    for (size_t i = 0; i < literals->count; i++) {
        struct literal *literal = &literals->of[i];
        if (literals->is_unicode && literal->copy)
            add_unicode(&recipe, literal, i, flags);
        else
            match_recipe_add(&recipe, texts[i], i, flags);
        if (literals->flags & MATCH_BYTES)
            add_wide(&recipe, literal, texts[i], literals->count + i, flags);
    }
    int result = match_recipe_compile(&recipe, &literals->database, err);
    match_recipe_release(&recipe);
    if (result == 0 && hs_alloc_scratch(literals->database, &literals->scratch) != HS_SUCCESS)
        result = error_set(err, ERROR_LIMIT, "Vectorscan cannot get the memory it needs");
    return result;
}

static int check(const struct text *texts, size_t count, unsigned flags, struct error *err)
{
    if (hs_valid_platform() != HS_SUCCESS)
        return error_set(
            err, ERROR_LIMIT,
            "this processor lacks SSSE3, which Vectorscan needs; use a phrase or --regex");
    if (count == 0)
        return error_set(err, ERROR_USAGE, "there is nothing to search for");
    if (count > MATCH_LITERALS)
        return error_set(err, ERROR_USAGE, "more than %d texts to search for at once",
                         MATCH_LITERALS);
    for (size_t i = 0; i < count; i++) {
        if (texts[i].length == 0)
            return error_set(err, ERROR_USAGE, "there is nothing to search for");
        if (texts[i].length > MATCH_LITERAL_BYTES)
            return error_set(err, ERROR_USAGE, "a text to search for is longer than %d bytes",
                             MATCH_LITERAL_BYTES);
        if (!(flags & MATCH_BYTES) && memchr(texts[i].bytes, '\n', texts[i].length))
            return error_set(err, ERROR_USAGE,
                             "a text to search for holds a line end, and the search is by line");
        if (!text_is_utf8(texts[i].bytes, texts[i].length))
            return error_set(err, ERROR_USAGE, "a text to search for is not UTF-8");
        if (memchr(texts[i].bytes, '\0', texts[i].length))
            return error_set(err, ERROR_USAGE, "a text to search for holds a NUL");
    }
    return 0;
}

struct matcher *matcher_new_literals(const struct text *literals, size_t count, unsigned flags,
                                     struct error *err)
{
    if (check(literals, count, flags, err))
        return NULL;
    struct literals *made = memory_zeroed(1, sizeof *made);
    size_t longest = 0;
    made->matcher = (struct matcher){.free = literals_free,
                                     .begin = literals_begin,
                                     .feed = literals_feed,
                                     .end = literals_end,
                                     .mark = literals_mark,
                                     .probe = literals_probe};
    made->flags = flags;
    made->count = count;
    made->of = memory_zeroed(count, sizeof *made->of);
    for (size_t i = 0; i < count; i++) {
        made->of[i].length = (uint32_t)literals[i].length;
        made->of[i].is_ipv6 = match_word_is_ipv6(literals[i]);
        if (!is_ascii(literals[i]))
            made->of[i].copy = memory_copy_text(literals[i].bytes, literals[i].length);
        made->is_unicode |= made->of[i].copy && !(flags & MATCH_BYTES);
        if (literals[i].length > longest)
            longest = literals[i].length;
    }
    /* In another case a letter may take three bytes for one (the Kelvin sign), in UTF-16 two. */
    made->keep = 3 * longest + 2 * MATCH_WORD_CONTEXT;
    buffer_init(&made->carried, SIZE_MAX / 2);
    buffer_init(&made->padded, SIZE_MAX / 2);
    if (compile(made, literals, err) == 0)
        return &made->matcher;
    literals_free(&made->matcher);
    return NULL;
}
