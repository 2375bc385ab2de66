/* Literals, all in one pass. Vectorscan tells a match's end; its beginning follows from the length. */
#include "parser/match_kind.h"

#include "base/memory.h"
#include "parser/match_word.h"

#include <hs/hs.h>
#include <stdlib.h>
#include <string.h>

struct literal {
    uint32_t length;
    bool is_ipv6;
    bool is_unicode; /* its matches come from the Unicode database */
};

struct literals {
    struct matcher matcher;
    unsigned flags;
    size_t count;
    struct literal *of; /* of each pattern */
    /* Two databases: letters beyond ASCII need Unicode's rules of case, and a match's beginning from
     * Vectorscan, since its length may differ. */
    hs_database_t *plain, *unicode; /* NULL: no such literal */
    hs_scratch_t *scratch;
    size_t keep; /* bytes of what was read that the next piece may need */

    /* The text under way. */
    struct buffer carried; /* its last bytes, where a match may yet go on */
    int64_t offset;        /* of what comes next */
    int64_t decided;       /* matches up to this end have been told */

    /* The scan under way. */
    struct text subject;
    int64_t subject_offset;
    int64_t limit; /* matches that end behind it wait */
    int result;
    struct error *err;
};

/* ---- one scan ---- */

static bool stands_alone(const struct literals *literals, uint32_t pattern, size_t start,
                         size_t end, int unit)
{
    return !(literals->flags & MATCH_WORD) ||
           match_word_stands_alone(literals->subject, start, end, literals->of[pattern].is_ipv6,
                                   unit);
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
    const struct literal *literal = &literals->of[pattern];
    size_t start =
        literal->is_unicode ? (size_t)from : (size_t)to - (size_t)literal->length * (size_t)unit;
    if (!stands_alone(literals, pattern, start, (size_t)to, unit))
        return 0;
    struct match match = {literals->subject_offset + (int64_t)start, end, pattern};
    literals->result = literals->matcher.call(literals->matcher.context, &match, literals->err);
    return literals->result;
}

static int scan_with(struct literals *literals, const hs_database_t *database)
{
    if (!database)
        return 0;
    hs_error_t code = hs_scan(database, literals->subject.bytes, (unsigned)literals->subject.length,
                              0, literals->scratch, on_match, literals);
    if (code == HS_SUCCESS || (code == HS_SCAN_TERMINATED && literals->result))
        return literals->result;
    return error_set(literals->err, ERROR_LIMIT, "Vectorscan cannot scan: error %d", code);
}

static int scan(struct literals *literals, struct text subject, int64_t subject_offset,
                int64_t limit, struct error *err)
{
    literals->subject = subject;
    literals->subject_offset = subject_offset;
    literals->limit = limit;
    literals->result = 0;
    literals->err = err;
    if (literals->unicode && !text_is_utf8(subject.bytes, subject.length))
        return error_set(err, ERROR_DAMAGED, "a page of text is not UTF-8; run `lrarchive verify`");
    if (scan_with(literals, literals->plain) || scan_with(literals, literals->unicode))
        return -1;
    if (limit > literals->decided)
        literals->decided = limit;
    return 0;
}

/* ---- a text in pieces ---- */

static void literals_begin(struct matcher *matcher)
{
    struct literals *literals = (struct literals *)matcher;
    buffer_clear(&literals->carried);
    literals->offset = 0;
    literals->decided = 0;
}

/* Keeps the last bytes; of UTF-8 from a character's first one on. */
static void carry(struct literals *literals, struct text subject)
{
    size_t start = subject.length > literals->keep ? subject.length - literals->keep : 0;
    size_t least = literals->flags & MATCH_BYTES || start < 3 ? start : start - 3;
    while (start > least && ((unsigned char)subject.bytes[start] & 0xC0) == 0x80)
        start--;
    size_t length = subject.length - start;
    if (literals->carried.length > 0) {
        memmove(literals->carried.bytes, subject.bytes + start, length);
        literals->carried.length = length;
    } else {
        (void)buffer_append(&literals->carried, subject.bytes + start, length);
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
    if (scan(literals, subject, literals->offset - (int64_t)subject.length, limit, err))
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
        result = scan(literals, subject, literals->offset - (int64_t)subject.length,
                      literals->offset, err);
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
};

static void probe_free(struct match_probe *base)
{
    struct literals_probe *probe = (struct literals_probe *)base;
    hs_free_scratch(probe->scratch);
    free(probe);
}

static int stop_at_first(unsigned id, unsigned long long from, unsigned long long to,
                         unsigned flags, void *context)
{
    (void)id, (void)from, (void)to, (void)flags, (void)context;
    return 1;
}

static bool finds_with(const struct literals_probe *probe, const hs_database_t *database,
                       struct text text)
{
    return database && hs_scan(database, text.bytes, (unsigned)text.length, 0, probe->scratch,
                               stop_at_first, NULL) != HS_SUCCESS;
}

static bool probe_finds(struct match_probe *base, struct text text)
{
    const struct literals_probe *probe = (const struct literals_probe *)base;
    const struct literals *literals = probe->literals;
    /* What is not UTF-8 is for the matcher to tell of. */
    return finds_with(probe, literals->plain, text) ||
           (literals->unicode &&
            (!text_is_utf8(text.bytes, text.length) || finds_with(probe, literals->unicode, text)));
}

static struct match_probe *literals_probe(const struct matcher *matcher)
{
    const struct literals *literals = (const struct literals *)matcher;
    hs_scratch_t *scratch = NULL;
    if (hs_clone_scratch(literals->scratch, &scratch) != HS_SUCCESS)
        return NULL;
    struct literals_probe *probe = memory_zeroed(1, sizeof *probe);
    *probe = (struct literals_probe){{probe_free, probe_finds}, literals, scratch};
    return &probe->probe;
}

/* ---- making one ---- */

static void literals_free(struct matcher *matcher)
{
    struct literals *literals = (struct literals *)matcher;
    hs_free_scratch(literals->scratch);
    hs_free_database(literals->plain);
    hs_free_database(literals->unicode);
    buffer_release(&literals->carried);
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

/* What one database is compiled from; at most twice as many as there are literals. */
struct recipe {
    size_t count;
    char **expressions; /* each owned */
    size_t *lengths;
    unsigned *ids, *flags;
};

static void recipe_init(struct recipe *recipe, size_t most)
{
    recipe->count = 0;
    recipe->expressions = memory_zeroed(most, sizeof *recipe->expressions);
    recipe->lengths = memory_zeroed(most, sizeof *recipe->lengths);
    recipe->ids = memory_zeroed(most, sizeof *recipe->ids);
    recipe->flags = memory_zeroed(most, sizeof *recipe->flags);
}

static void recipe_release(struct recipe *recipe)
{
    for (size_t i = 0; i < recipe->count; i++)
        free(recipe->expressions[i]);
    free(recipe->expressions);
    free(recipe->lengths);
    free(recipe->ids);
    free(recipe->flags);
}

static void recipe_add(struct recipe *recipe, const char *bytes, size_t length, size_t id,
                       unsigned flags)
{
    size_t i = recipe->count++;
    recipe->expressions[i] = memory_copy_text(bytes, length);
    recipe->lengths[i] = length;
    recipe->ids[i] = (unsigned)id;
    recipe->flags[i] = flags;
}

/* As an expression of Vectorscan's: every byte of ASCII by its number, others as they are. */
static void add_unicode(struct recipe *recipe, struct text literal, size_t id, unsigned flags)
{
    struct buffer expression;
    buffer_init(&expression, 4 * MATCH_LITERAL_BYTES);
    for (size_t i = 0; i < literal.length; i++) {
        unsigned char c = (unsigned char)literal.bytes[i];
        if (c < 0x80)
            text_printf(&expression, "\\x%02x", c);
        else
            (void)buffer_append(&expression, &literal.bytes[i], 1);
    }
    recipe_add(recipe, buffer_text(&expression), expression.length, id,
               flags | HS_FLAG_UTF8 | HS_FLAG_UCP | HS_FLAG_SOM_LEFTMOST);
    buffer_release(&expression);
}

/* UTF-16LE of ASCII; other letters are left to the UTF-8 form. */
static void add_wide(struct recipe *recipe, struct text literal, size_t id, unsigned flags)
{
    char wide[2 * MATCH_LITERAL_BYTES] = {0};
    for (size_t i = 0; i < literal.length; i++)
        wide[2 * i] = literal.bytes[i];
    recipe_add(recipe, wide, 2 * literal.length, id, flags);
}

static int compile(const struct recipe *recipe, bool is_literal, hs_database_t **database,
                   struct error *err)
{
    hs_compile_error_t *why = NULL;
    hs_error_t code = HS_SUCCESS;
    const char *const *expressions = (const char *const *)recipe->expressions;
    if (recipe->count == 0)
        return 0;
    if (is_literal)
        code = hs_compile_lit_multi(expressions, recipe->flags, recipe->ids, recipe->lengths,
                                    (unsigned)recipe->count, HS_MODE_BLOCK, NULL, database, &why);
    else
        code = hs_compile_multi(expressions, recipe->flags, recipe->ids, (unsigned)recipe->count,
                                HS_MODE_BLOCK, NULL, database, &why);
    if (code == HS_SUCCESS)
        return 0;
    error_set(err, ERROR_LIMIT, "Vectorscan cannot search for this: %s",
              why && why->message ? why->message : "unknown error");
    hs_free_compile_error(why);
    return -1;
}

static int allocate_scratch(struct literals *literals, struct error *err)
{
    if ((!literals->plain || hs_alloc_scratch(literals->plain, &literals->scratch) == HS_SUCCESS) &&
        (!literals->unicode ||
         hs_alloc_scratch(literals->unicode, &literals->scratch) == HS_SUCCESS))
        return 0;
    return error_set(err, ERROR_LIMIT, "Vectorscan cannot get the memory it needs");
}

static int compile_all(struct literals *literals, const struct text *texts, struct error *err)
{
    struct recipe plain, unicode;
    unsigned flags = literals->flags & MATCH_CASE ? 0 : HS_FLAG_CASELESS;
    bool is_bytes = literals->flags & MATCH_BYTES;
    recipe_init(&plain, 2 * literals->count);
    recipe_init(&unicode, literals->count);
    for (size_t i = 0; i < literals->count; i++) {
        literals->of[i].is_unicode = !is_ascii(texts[i]) && !is_bytes;
        if (literals->of[i].is_unicode)
            add_unicode(&unicode, texts[i], i, flags);
        else
            recipe_add(&plain, texts[i].bytes, texts[i].length, i, flags);
        if (is_bytes && is_ascii(texts[i]))
            add_wide(&plain, texts[i], literals->count + i, flags);
    }
    int result = compile(&plain, true, &literals->plain, err) ||
                         compile(&unicode, false, &literals->unicode, err) ||
                         allocate_scratch(literals, err)
                     ? -1
                     : 0;
    recipe_release(&plain);
    recipe_release(&unicode);
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
        if (literals[i].length > longest)
            longest = literals[i].length;
    }
    /* In another case a letter may take more bytes: at most three for two. In UTF-16 two for one. */
    made->keep = 2 * longest + 2 * MATCH_WORD_CONTEXT;
    buffer_init(&made->carried, SIZE_MAX / 2);
    if (compile_all(made, literals, err) == 0)
        return &made->matcher;
    literals_free(&made->matcher);
    return NULL;
}
