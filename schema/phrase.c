#include "schema/phrase.h"

#include "base/buffer.h"
#include "base/memory.h"
#include "schema/statement.h"

#include <stdlib.h>
#include <string.h>

#define EXPRESSION_BYTES (1024 * 1024) /* a phrase of n words has n - 1 tails */

struct token {
    char *bytes;
    size_t length;
};

struct phrase {
    fts5_tokenizer tokenizer;
    Fts5Tokenizer *instance;
    struct token *tokens;
    size_t *fallback; /* of Knuth, Morris and Pratt, over tokens */
    size_t count, capacity;
    char *match, *match_tail;
};

/* ---- FTS5's tokenizer ---- */

/* https://sqlite.org/fts5.html section 7: the pointer comes through a bound parameter. */
static fts5_api *find_api(struct store *store)
{
    fts5_api *api = NULL;
    sqlite3_stmt *statement;
    if (sqlite3_prepare_v2(store->db, "SELECT fts5(?1)", -1, &statement, NULL) != SQLITE_OK)
        return NULL;
    sqlite3_bind_pointer(statement, 1, (void *)&api, "fts5_api_ptr", NULL);
    (void)sqlite3_step(statement);
    sqlite3_finalize(statement);
    return api;
}

static int open_tokenizer(struct phrase *phrase, struct store *store, struct error *err)
{
    void *context;
    fts5_api *api = find_api(store);
    if (api && api->xFindTokenizer(api, "unicode61", &context, &phrase->tokenizer) == SQLITE_OK &&
        phrase->tokenizer.xCreate(context, NULL, 0, &phrase->instance) == SQLITE_OK)
        return 0;
    return error_set(err, ERROR_DATABASE, "SQLite has no FTS5 with the tokenizer unicode61");
}

/* ---- the phrase ---- */

static int add_token(void *context, int flags, const char *bytes, int length, int start, int end)
{
    struct phrase *phrase = context;
    (void)flags, (void)start, (void)end;
    if (phrase->count == phrase->capacity) {
        phrase->capacity = phrase->capacity > 0 ? 2 * phrase->capacity : 8;
        phrase->tokens = memory_resize(phrase->tokens, phrase->capacity * sizeof *phrase->tokens);
    }
    phrase->tokens[phrase->count].bytes = memory_copy_text(bytes, (size_t)length);
    phrase->tokens[phrase->count++].length = (size_t)length;
    return SQLITE_OK;
}

static bool is_same(const struct token *a, const char *bytes, size_t length)
{
    return a->length == length && memcmp(a->bytes, bytes, length) == 0;
}

static void make_fallback(struct phrase *phrase)
{
    size_t matched = 0;
    phrase->fallback = memory_zeroed(phrase->count, sizeof *phrase->fallback);
    for (size_t i = 1; i < phrase->count; i++) {
        const struct token *token = &phrase->tokens[i];
        while (matched > 0 && !is_same(&phrase->tokens[matched], token->bytes, token->length))
            matched = phrase->fallback[matched - 1];
        matched += is_same(&phrase->tokens[matched], token->bytes, token->length);
        phrase->fallback[i] = matched;
    }
}

/* Tokens of unicode61 are letters and digits; in quotes nothing is syntax. */
static void add_quoted(struct buffer *out, const struct phrase *phrase, size_t from)
{
    text_printf(out, "\"");
    for (size_t i = from; i < phrase->count; i++)
        text_printf(out, "%s%s", i > from ? " " : "", phrase->tokens[i].bytes);
    text_printf(out, "\"");
}

static void make_expressions(struct phrase *phrase)
{
    struct buffer out;
    buffer_init(&out, EXPRESSION_BYTES);
    add_quoted(&out, phrase, 0);
    phrase->match = memory_copy_text(out.bytes, out.length);
    buffer_clear(&out);
    for (size_t i = 1; i < phrase->count; i++) {
        text_printf(&out, "%s^", i > 1 ? " OR " : "");
        add_quoted(&out, phrase, i);
    }
    if (phrase->count > 1)
        phrase->match_tail = memory_copy_text(out.bytes, out.length);
    buffer_release(&out);
}

static int read_phrase(struct phrase *phrase, struct text text, struct error *err)
{
    if (phrase->tokenizer.xTokenize(phrase->instance, phrase, FTS5_TOKENIZE_QUERY, text.bytes,
                                    (int)text.length, add_token) != SQLITE_OK)
        return error_set(err, ERROR_DATABASE, "FTS5 cannot take the phrase apart");
    if (phrase->count == 0)
        return error_set(err, ERROR_USAGE,
                         "there is no letter or digit to search for; --substring finds other "
                         "characters");
    if (phrase->count > PHRASE_WORDS)
        return error_set(err, ERROR_USAGE,
                         "the phrase has more than %d words; --substring takes longer texts",
                         PHRASE_WORDS);
    make_fallback(phrase);
    make_expressions(phrase);
    return 0;
}

struct phrase *phrase_new(struct store *reader, struct text text, struct error *err)
{
    if (text.length > PHRASE_BYTES) {
        error_set(err, ERROR_USAGE, "the phrase is longer than %d bytes", PHRASE_BYTES);
        return NULL;
    }
    struct phrase *phrase = memory_zeroed(1, sizeof *phrase);
    if (open_tokenizer(phrase, reader, err) == 0 && read_phrase(phrase, text, err) == 0)
        return phrase;
    phrase_free(phrase);
    return NULL;
}

void phrase_free(struct phrase *phrase)
{
    if (!phrase)
        return;
    if (phrase->instance)
        phrase->tokenizer.xDelete(phrase->instance);
    for (size_t i = 0; i < phrase->count; i++)
        free(phrase->tokens[i].bytes);
    free(phrase->tokens);
    free(phrase->fallback);
    free(phrase->match);
    free(phrase->match_tail);
    free(phrase);
}

const char *phrase_match(const struct phrase *phrase)
{
    return phrase->match;
}

const char *phrase_match_tail(const struct phrase *phrase)
{
    return phrase->match_tail;
}

/* ---- finding ---- */

struct finding {
    const struct phrase *phrase;
    phrase_call *call;
    void *context;
    size_t matched; /* tokens of the phrase, up to the last token seen */
    size_t *starts; /* of the last `count` tokens, by number modulo count */
    size_t seen;
    int result;
};

static int on_token(void *context, int flags, const char *bytes, int length, int start, int end)
{
    struct finding *finding = context;
    const struct phrase *phrase = finding->phrase;
    size_t *matched = &finding->matched;
    (void)flags;
    finding->starts[finding->seen++ % phrase->count] = (size_t)start;
    while (*matched > 0 && (*matched == phrase->count ||
                            !is_same(&phrase->tokens[*matched], bytes, (size_t)length)))
        *matched = phrase->fallback[*matched - 1];
    if (!is_same(&phrase->tokens[*matched], bytes, (size_t)length))
        return SQLITE_OK;
    if (++*matched < phrase->count)
        return SQLITE_OK;
    size_t first = finding->starts[finding->seen % phrase->count];
    finding->result = finding->call(finding->context, first, (size_t)end);
    return finding->result == 0 ? SQLITE_OK : SQLITE_DONE;
}

int phrase_find(struct phrase *phrase, struct text text, phrase_call *call, void *context,
                struct error *err)
{
    struct finding finding = {.phrase = phrase, .call = call, .context = context};
    finding.starts = memory_zeroed(phrase->count, sizeof *finding.starts);
    int code = text.length == 0
                   ? SQLITE_OK
                   : phrase->tokenizer.xTokenize(phrase->instance, &finding, FTS5_TOKENIZE_DOCUMENT,
                                                 text.bytes, (int)text.length, on_token);
    free(finding.starts);
    if (finding.result == 0 && code != SQLITE_OK)
        return error_set(err, ERROR_DATABASE, "FTS5 cannot take a page apart (code %d)", code);
    return finding.result;
}
