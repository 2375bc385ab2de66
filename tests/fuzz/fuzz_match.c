/* Any text and any literals or regular expression: literals have the matches that trying every place
 * has, in pieces of any size; an expression ends soon, and has the same hits in pieces.
 * The first byte is the flags, 128 for an expression; the second the size of the pieces; then a
 * literal a line (or the expression), an empty line, and the text. */
#include "base/error.h"
#include "tests/fuzz/fuzz.h"
#include "tests/unit/parser/naive_match.h"

#include <locale.h>

#define LITERALS_MOST 8
#define LITERAL_BYTES 64
#define TEXT_BYTES 2048
#define LINES_MOST 20

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int keep_match(void *context, const struct match *match, struct error *err)
{
    struct match copy;
    (void)err;
    memset(&copy, 0, sizeof copy);
    copy.start = match->start;
    copy.end = match->end;
    copy.pattern = match->pattern;
    FUZZ_CHECK(match->start >= 0 && match->start <= match->end);
    return buffer_append(context, &copy, sizeof copy);
}

/* 0, or -1 with err. A text that is UTF-8 comes in whole characters. */
static int match_in_pieces(struct matcher *matcher, struct text text, size_t piece,
                           struct buffer *found, struct error *err)
{
    bool is_utf8 = text_is_utf8(text.bytes, text.length);
    matcher_begin(matcher, keep_match, found);
    for (size_t at = 0, end; at < text.length; at = end) {
        end = text.length - at > piece ? at + piece : text.length;
        while (is_utf8 && end < text.length && ((unsigned char)text.bytes[end] & 0xC0) == 0x80)
            end++;
        if (matcher_feed(matcher, (struct text){text.bytes + at, end - at}, err))
            return -1;
    }
    return matcher_end(matcher, err);
}

static void check_same(struct buffer *one, struct buffer *other)
{
    FUZZ_CHECK(one->length == other->length);
    FUZZ_CHECK(one->length == 0 || memcmp(one->bytes, other->bytes, one->length) == 0);
}

/* Vectorscan knows the letters of an older Unicode than the C library. */
static bool is_common(struct text text)
{
    size_t used;
    for (size_t i = 0; i < text.length; i += used) {
        uint32_t c = text_decode(text.bytes + i, text.length - i, &used, NULL);
        if (c > 0x24F && !(c >= 0x370 && c <= 0x45F) && c != 0x212A && c != 0x1E9E)
            return false;
    }
    return true;
}

static bool is_for_naive(const struct text *literals, size_t count, unsigned flags,
                         struct text text)
{
    if (flags & MATCH_BYTES)
        return true;
    bool is_ascii = true, are_common = is_common(text);
    for (size_t i = 0; i < count; i++) {
        is_ascii &= naive_is_ascii(literals[i]);
        are_common &= is_common(literals[i]);
    }
    return is_ascii || (are_common && text_is_utf8(text.bytes, text.length));
}

static void check_literals(const struct text *literals, size_t count, unsigned flags,
                           struct text text, size_t piece)
{
    struct error err = {0};
    struct matcher *matcher = matcher_new_literals(literals, count, flags, &err);
    FUZZ_CHECK(matcher || err.code == ERROR_USAGE);
    if (!matcher)
        return;
    struct buffer found, expected;
    buffer_init(&found, 1 << 24);
    buffer_init(&expected, 1 << 24);
    int result = match_in_pieces(matcher, text, piece, &found, &err);
    FUZZ_CHECK(result == 0 || err.code == ERROR_DAMAGED);
    if (is_for_naive(literals, count, flags, text)) {
        FUZZ_CHECK(result == 0);
        naive_sort(&found);
        naive_find(text, literals, count, flags, &expected);
        naive_sort(&expected);
        check_same(&found, &expected);
        struct match_probe *probe = match_probe_new(matcher);
        FUZZ_CHECK(found.length == 0 || match_probe_finds(probe, text));
        match_probe_free(probe);
    }
    buffer_release(&found);
    buffer_release(&expected);
    matcher_free(matcher);
}

static void check_regex(struct text pattern, bool is_case_sensitive, struct text text, size_t piece)
{
    struct error err = {0};
    struct matcher *matcher = matcher_new_regex(pattern, is_case_sensitive, &err);
    FUZZ_CHECK(matcher || err.code == ERROR_USAGE);
    if (!matcher)
        return;
    struct buffer once, again;
    struct match marks[16];
    buffer_init(&once, 1 << 20);
    buffer_init(&again, 1 << 20);
    FUZZ_CHECK(match_in_pieces(matcher, text, text.length + 1, &once, &err) == 0);
    FUZZ_CHECK(match_in_pieces(matcher, text, piece, &again, &err) == 0);
    if (matcher_limited_lines(matcher) == 0)
        check_same(&once, &again);
    for (size_t i = 0; i < once.length / sizeof(struct match); i++) {
        const struct match *match = (const struct match *)once.bytes + i;
        size_t length = (size_t)(match->end - match->start);
        FUZZ_CHECK(match->end <= (int64_t)text.length);
        FUZZ_CHECK(length == 0 || !memchr(text.bytes + match->start, '\n', length));
    }
    int count = matcher_mark(matcher, text, marks, 16, &err);
    FUZZ_CHECK(count >= 0 && count <= 16);
    for (int i = 0; i < count; i++)
        FUZZ_CHECK(marks[i].start < marks[i].end && marks[i].end <= (int64_t)text.length);
    buffer_release(&once);
    buffer_release(&again);
    matcher_free(matcher);
}

/* The next line of what is to be looked for; false behind the last. */
static bool next_line(struct text *rest, struct text *line)
{
    const char *end = memchr(rest->bytes, '\n', rest->length);
    line->bytes = rest->bytes;
    line->length = end ? (size_t)(end - rest->bytes) : rest->length;
    size_t used = line->length + (end != NULL);
    rest->bytes += used;
    rest->length -= used;
    return line->length > 0;
}

static size_t cut_lines(struct text text)
{
    size_t lines = 0;
    for (size_t i = 0; i < text.length; i++) {
        lines += text.bytes[i] == '\n';
        if (lines == LINES_MOST)
            return i;
    }
    return text.length;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct text literals[LITERALS_MOST];
    size_t count = 0;
    setlocale(LC_CTYPE, "C.UTF-8");
    if (size < 3)
        return 0;
    unsigned flags = data[0] & 7;
    size_t piece = 1 + data[1] % 64;
    struct text rest = {(const char *)data + 2, size - 2}, line;
    while (rest.length > 0 && next_line(&rest, &line))
        if (count < LITERALS_MOST && line.length <= (data[0] & 128 ? 1024 : LITERAL_BYTES))
            literals[count++] = line;
    if (rest.length > TEXT_BYTES)
        rest.length = TEXT_BYTES;
    if (count == 0)
        return 0;
    if (data[0] & 128) {
        rest.length = cut_lines(rest);
        check_regex(literals[0], flags & MATCH_CASE, rest, piece);
    } else {
        check_literals(literals, count, flags, rest, piece);
    }
    return 0;
}
