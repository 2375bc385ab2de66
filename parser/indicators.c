#include "parser/indicators.h"

#include "base/memory.h"
#include "parser/encoding.h"
#include "parser/match.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define COLUMNS 64 /* of a CSV line that are looked at */
#define EMPTY "the list is empty: there is nothing to search for"

void indicators_release(struct indicators *indicators)
{
    free(indicators->of);
    buffer_release(&indicators->text);
    indicators->of = NULL;
    indicators->count = indicators->capacity = 0;
}

/* ---- the bytes ---- */

/* A stream that hashes what goes through it. */
struct hashing {
    struct stream stream;
    struct stream *in;
    struct sha256 *hash;
};

static ssize_t hashing_read(struct stream *stream, void *bytes, size_t size, struct error *err)
{
    struct hashing *hashing = (struct hashing *)stream;
    ssize_t got = stream_read(hashing->in, bytes, size, err);
    if (got > 0)
        sha256_update(hashing->hash, bytes, (size_t)got);
    return got;
}

static int read_text(struct indicators *indicators, struct stream *in, struct error *err)
{
    struct hashing hashing = {{hashing_read}, in, sha256_new()};
    struct encoding *encoding = encoding_new(&hashing.stream);
    const char *block;
    ssize_t got;
    int result = 0;
    while (result == 0 && (got = encoding_next(encoding, &block, err)) != 0)
        if (got < 0)
            result = -1;
        else if (buffer_append(&indicators->text, block, (size_t)got))
            result = error_set(err, ERROR_USAGE, "the list is larger than %d MiB: split it",
                               INDICATORS_LIST_BYTES >> 20);
    if (result == 0 && encoding_lone_surrogates(encoding) > 0)
        result = error_set(err, ERROR_USAGE, "half a surrogate pair; save the list as UTF-8");
    else if (result == 0 && encoding_was_cut(encoding))
        result = error_set(err, ERROR_USAGE, "it ends inside a character; save the list as UTF-8");
    encoding_free(encoding);
    sha256_finish(hashing.hash, indicators->sha256);
    sha256_free(hashing.hash);
    return result;
}

/* ---- refanging ---- */

/* What stands for what, any case. A form never grows. */
static const struct {
    const char *written, *meant;
    bool is_first; /* only at the beginning */
} forms[] = {
    {"hxxps", "https", true}, {"hxxp", "http", true}, {"fxps", "ftps", true}, {"fxp", "ftp", true},
    {"[://]", "://", false},  {"[.]", ".", false},    {"(.)", ".", false},    {"{.}", ".", false},
    {"[dot]", ".", false},    {"(dot)", ".", false},  {"{dot}", ".", false},  {"[:]", ":", false},
    {"[/]", "/", false},      {"[@]", "@", false},    {"[at]", "@", false},   {"(at)", "@", false},
    {"\\.", ".", false},
};

size_t indicators_refang(char *bytes, size_t length)
{
    size_t out = 0;
    for (size_t in = 0; in < length;) {
        size_t written = 0;
        for (size_t i = 0; i < sizeof forms / sizeof *forms && written == 0; i++) {
            size_t size = strlen(forms[i].written), meant = strlen(forms[i].meant);
            if (size > length - in || strncasecmp(bytes + in, forms[i].written, size) != 0 ||
                (forms[i].is_first && in > 0))
                continue;
            memcpy(bytes + out, forms[i].meant, meant);
            out += meant;
            written = size;
        }
        if (written == 0)
            bytes[out++] = bytes[in];
        in += written > 0 ? written : 1;
    }
    return out;
}

/* ---- lines and fields ---- */

struct list {
    struct indicators *indicators;
    bool refang;
    char *at, *end;
    int64_t line;   /* that `at` is in, from 1 */
    int columns[3]; /* position of indicator, name and type; -1: none */
    bool knows_columns;
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

static struct text trimmed(struct text text)
{
    while (text.length > 0 && is_blank(text.bytes[text.length - 1]))
        text.length--;
    while (text.length > 0 && is_blank(text.bytes[0])) {
        text.bytes++;
        text.length--;
    }
    return text;
}

/* The line at `at`, without its end. */
static struct text peek_line(const struct list *list)
{
    const char *line_end = memchr(list->at, '\n', (size_t)(list->end - list->at));
    return (struct text){list->at, (size_t)((line_end ? line_end : list->end) - list->at)};
}

static void pass_line(struct list *list)
{
    struct text line = peek_line(list);
    list->at += line.length;
    if (list->at < list->end)
        list->at++;
    list->line++;
}

static int add(struct list *list, struct text indicator, struct text name, struct text type,
               int64_t line, struct error *err)
{
    struct indicators *indicators = list->indicators;
    if (indicator.length == 0)
        return 0;
    if (list->refang)
        indicator.length = indicators_refang((char *)indicator.bytes, indicator.length);
    if (indicator.length > MATCH_LITERAL_BYTES)
        return error_set(err, ERROR_USAGE, "line %lld: the indicator is longer than %d bytes",
                         (long long)line, MATCH_LITERAL_BYTES);
    if (indicators->count == MATCH_LITERALS)
        return error_set(err, ERROR_USAGE, "line %lld: more than %d indicators: split the list",
                         (long long)line, MATCH_LITERALS);
    if (indicators->count == indicators->capacity) {
        indicators->capacity = indicators->capacity > 0 ? 2 * indicators->capacity : 256;
        indicators->of =
            memory_resize(indicators->of, indicators->capacity * sizeof *indicators->of);
    }
    indicators->of[indicators->count++] = (struct indicator){indicator, name, type};
    return 0;
}

/* A field in quotes, taken out of them in place. -1 when the closing quote is missing. */
static int read_quoted(struct list *list, struct text *field, struct error *err)
{
    char *out = ++list->at;
    int64_t first_line = list->line;
    field->bytes = out;
    for (; list->at < list->end; list->at++) {
        if (*list->at == '"') {
            if (list->at + 1 == list->end || list->at[1] != '"')
                break;
            list->at++;
        }
        list->line += *list->at == '\n';
        *out++ = *list->at;
    }
    if (list->at == list->end)
        return error_set(err, ERROR_USAGE, "line %lld: a quote that is opened is never closed",
                         (long long)first_line);
    list->at++;
    field->length = (size_t)(out - field->bytes);
    return 0;
}

static bool ends_field(const struct list *list)
{
    return list->at == list->end || *list->at == ',' || *list->at == '\n';
}

static int read_field(struct list *list, struct text *field, struct error *err)
{
    while (list->at < list->end && is_blank(*list->at))
        list->at++;
    *field = (struct text){list->at, 0};
    if (list->at < list->end && *list->at == '"') {
        if (read_quoted(list, field, err))
            return -1;
        while (!ends_field(list))
            list->at++;
    } else {
        while (!ends_field(list))
            list->at++;
        field->length = (size_t)(list->at - field->bytes);
    }
    *field = trimmed(*field);
    return 0;
}

/* The fields of one CSV line: how many, or -1. */
static int read_fields(struct list *list, struct text fields[COLUMNS], struct error *err)
{
    int count = 0;
    for (;;) {
        struct text field;
        if (read_field(list, &field, err))
            return -1;
        if (count < COLUMNS)
            fields[count++] = field;
        if (list->at == list->end)
            return count;
        if (*list->at++ == '\n') {
            list->line++;
            return count;
        }
    }
}

static bool is_word(struct text field, const char *word)
{
    return field.length == strlen(word) && strncasecmp(field.bytes, word, field.length) == 0;
}

/* True when these fields are the names of columns. */
static bool take_columns(struct list *list, const struct text *fields, int count)
{
    static const char *const names[] = {"indicator", "name", "type"};
    int columns[3] = {-1, -1, -1};
    for (int i = 0; i < count; i++)
        for (int name = 0; name < 3; name++)
            if (columns[name] < 0 && is_word(fields[i], names[name]))
                columns[name] = i;
    if (columns[0] < 0)
        return false;
    memcpy(list->columns, columns, sizeof columns);
    return true;
}

static struct text column(const struct list *list, int which, const struct text *fields, int count)
{
    int at = list->columns[which];
    return at >= 0 && at < count && fields[at].length > 0 ? fields[at] : (struct text){NULL, 0};
}

static int read_csv_line(struct list *list, struct error *err)
{
    struct text fields[COLUMNS];
    int64_t line = list->line;
    int count = read_fields(list, fields, err);
    if (count < 0)
        return -1;
    bool is_first = !list->knows_columns;
    list->knows_columns = true;
    if (is_first && take_columns(list, fields, count))
        return 0;
    struct text indicator = column(list, 0, fields, count);
    return add(list, indicator, column(list, 1, fields, count), column(list, 2, fields, count),
               line, err);
}

/* True when a column of this line, separated so, is named indicator. */
static bool names_indicator(struct text line, char separator)
{
    for (size_t i = 0; i <= line.length; i++) {
        size_t length = 0;
        while (i + length < line.length && line.bytes[i + length] != separator)
            length++;
        struct text field = trimmed((struct text){line.bytes + i, length});
        if (field.length > 1 && field.bytes[0] == '"' && field.bytes[field.length - 1] == '"')
            field = (struct text){field.bytes + 1, field.length - 2};
        if (is_word(field, "indicator"))
            return true;
        i += length;
    }
    return false;
}

/* The first line that counts decides, unless the caller knows. Read as lines or with commas, a list with
 * other separators would be one of indicators that are nowhere. */
static int decide_form(struct list *list, struct text first, struct error *err)
{
    if (names_indicator(first, ',')) {
        list->indicators->is_csv = true;
        return 0;
    }
    bool has_semicolons = names_indicator(first, ';');
    if (!has_semicolons && !names_indicator(first, '\t'))
        return 0;
    return error_set(err, ERROR_USAGE,
                     "line %lld: the columns are separated by %s; save the list with commas",
                     (long long)list->line, has_semicolons ? ";" : "TAB");
}

static int read_lines(struct list *list, struct error *err)
{
    bool is_decided = false;
    while (list->at < list->end) {
        struct text line = trimmed(peek_line(list));
        if (line.length == 0 || line.bytes[0] == '#') {
            pass_line(list);
            continue;
        }
        if (!is_decided && decide_form(list, line, err))
            return -1;
        is_decided = true;
        if (list->indicators->is_csv) {
            if (read_csv_line(list, err))
                return -1;
            continue;
        }
        if (add(list, line, (struct text){NULL, 0}, (struct text){NULL, 0}, list->line, err))
            return -1;
        pass_line(list);
    }
    return 0;
}

/* Lines are told by number: a person opens the list in an editor. */
static int check_text(struct text text, struct error *err)
{
    int64_t line = 1;
    size_t used;
    for (size_t i = 0; i < text.length; i += used) {
        uint32_t c = text_decode(text.bytes + i, text.length - i, &used, NULL);
        if (c == TEXT_INVALID)
            return error_set(err, ERROR_USAGE, "line %lld: not UTF-8; save the list as UTF-8",
                             (long long)line);
        if (c == 0)
            return error_set(err, ERROR_USAGE, "line %lld: a NUL; save the list as plain text",
                             (long long)line);
        if (c == '\r' && i + 1 < text.length && !strchr("\r\n", text.bytes[i + 1]))
            return error_set(err, ERROR_USAGE,
                             "line %lld: a CR in it; save the list with LF or CRLF line ends",
                             (long long)line);
        line += c == '\n';
    }
    return 0;
}

int indicators_read(struct indicators *indicators, struct stream *in, bool is_csv, bool refang,
                    struct error *err)
{
    *indicators = (struct indicators){.is_csv = is_csv};
    buffer_init(&indicators->text, INDICATORS_LIST_BYTES);
    if (read_text(indicators, in, err))
        return -1;
    if (indicators->text.length == 0)
        return error_set(err, ERROR_USAGE, EMPTY);
    if (check_text((struct text){indicators->text.bytes, indicators->text.length}, err))
        return -1;
    struct list list = {.indicators = indicators,
                        .refang = refang,
                        .at = indicators->text.bytes,
                        .end = indicators->text.bytes + indicators->text.length,
                        .line = 1,
                        .columns = {0, 1, 2}};
    if (read_lines(&list, err))
        return -1;
    return indicators->count > 0 ? 0 : error_set(err, ERROR_USAGE, EMPTY);
}
