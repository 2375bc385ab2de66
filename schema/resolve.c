/* What a person calls a result, or a package: a result_id, <action>/<index>, a hash's first digits. */
#include "schema/query_row.h"

#include "base/buffer.h"
#include "base/sha256.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#define CANDIDATES 10        /* named in a message at most */
#define CANDIDATE_BYTES 32   /* of a name in a message, escaped */
#define ACTION_ID_BYTES 1024 /* of a selector's action */
#define QUOTED_BYTES 80      /* of a selector in a message */
#define HASH_PREFIX_MIN 8

enum selector_kind { BY_RESULT, BY_COMMAND, BY_HASH };

struct selector {
    char quoted[QUOTED_BYTES]; /* as typed, escaped, for messages */
    enum selector_kind kind;
    int64_t number; /* result_id or command index */
    struct text action_id;
    char prefix[SHA256_HEX_SIZE]; /* lower case */
    char behind[SHA256_HEX_SIZE]; /* the first text behind every hash that begins with it */
};

static int malformed(const struct selector *selector, struct error *err)
{
    return error_set(err, ERROR_USAGE,
                     "\"%s\" is no RESULT: give a result_id, <action>/<index>, or sha256: and 8 or "
                     "more digits of the package's hash",
                     selector->quoted);
}

static int parse_command(const char *text, const char *slash, struct selector *selector)
{
    selector->kind = BY_COMMAND;
    selector->action_id = (struct text){text, (size_t)(slash - text)};
    return selector->action_id.length == 0 || selector->action_id.length > ACTION_ID_BYTES ||
                   text_parse_int64(slash + 1, strlen(slash + 1), &selector->number) ||
                   selector->number < 0
               ? -1
               : 0;
}

static int parse_hash(const char *digits, struct selector *selector)
{
    size_t length = strlen(digits);
    selector->kind = BY_HASH;
    if (length < HASH_PREFIX_MIN || length > SHA256_HEX_LENGTH)
        return -1;
    for (size_t i = 0; i < length; i++) {
        if (!isxdigit((unsigned char)digits[i]))
            return -1;
        selector->prefix[i] = (char)tolower((unsigned char)digits[i]);
    }
    memcpy(selector->behind, selector->prefix, sizeof selector->behind);
    /* 'g' stands behind 'f', and ':' behind '9'. */
    selector->behind[length - 1]++;
    return 0;
}

static int parse(const char *text, struct selector *selector, struct error *err)
{
    static const char prefix[] = "sha256:";
    const char *slash = strrchr(text, '/');
    *selector = (struct selector){.kind = BY_RESULT};
    struct buffer quoted = {
        .bytes = selector->quoted, .capacity = QUOTED_BYTES, .limit = QUOTED_BYTES - 1};
    text_escape(&quoted, text, strlen(text), TEXT_KEEP_NONE);
    int result;
    if (*text && text[strspn(text, "0123456789")] == '\0') {
        if (text_parse_int64(text, strlen(text), &selector->number))
            selector->number = INT64_MAX; /* no ledger gets that far: not found */
        result = 0;
    } else if (slash) {
        result = parse_command(text, slash, selector);
    } else if (strncmp(text, prefix, sizeof prefix - 1) == 0) {
        result = parse_hash(text + sizeof prefix - 1, selector);
    } else {
        result = parse_hash(text, selector);
    }
    return result ? malformed(selector, err) : 0;
}

static void start(struct statement *s, struct store *reader, const char *sql,
                  const struct selector *selector)
{
    statement_start(s, reader, sql);
    if (selector->kind == BY_HASH) {
        statement_bind_string(s, selector->prefix);
        statement_bind_string(s, selector->behind);
        return;
    }
    if (selector->kind == BY_COMMAND)
        statement_bind_text(s, selector->action_id);
    statement_bind_int64(s, selector->number);
}

static void add_name(struct buffer *list, struct text name, const char *absent)
{
    char bytes[CANDIDATE_BYTES + 1];
    struct buffer shown = {.bytes = bytes, .capacity = sizeof bytes, .limit = CANDIDATE_BYTES};
    size_t used;
    if (!name.bytes)
        text_printf(&shown, "%s", absent);
    for (size_t at = 0; at < name.length; at += used) {
        struct buffer character = {.bytes = (char[16]){0}, .capacity = 16, .limit = 15};
        text_decode(name.bytes + at, name.length - at, &used, NULL);
        text_escape(&character, name.bytes + at, used, TEXT_KEEP_NONE);
        if (buffer_append(&shown, character.bytes, character.length)) {
            (void)buffer_append(list, shown.bytes, shown.length);
            text_printf(list, "…");
            return;
        }
    }
    (void)buffer_append(list, shown.bytes, shown.length);
}

/* Steps through the rows that the selector fits: 1 and the first one, when it is the only one; 0
 * when there is none; -1 with the candidates when there are more. `describe` names a row. */
static int only_row(struct store *reader, const char *sql, const struct selector *selector,
                    void (*describe)(struct buffer *, const struct statement *), char *first,
                    size_t size, struct error *err)
{
    struct statement s;
    struct buffer list;
    int step, count = 0;
    buffer_init(&list, ERROR_MESSAGE_SIZE - 128);
    start(&s, reader, sql, selector);
    while ((step = statement_step(&s, err)) == 1) {
        if (count == 0)
            statement_copy(&s, 0, first, size);
        if (count < CANDIDATES) {
            text_printf(&list, count ? ", " : "");
            describe(&list, &s);
        } else if (count == CANDIDATES) {
            text_printf(&list, ", …");
        }
        count++;
    }
    if (step == 0 && count > 1)
        error_set(err, ERROR_USAGE, "\"%s\" fits more than one: %s", selector->quoted,
                  buffer_text(&list));
    buffer_release(&list);
    return step < 0 || count > 1 ? -1 : count;
}

static void describe_result(struct buffer *list, const struct statement *row)
{
    text_printf(list, "%lld (", (long long)statement_int64(row, 0));
    add_name(list, statement_text(row, 1), "no machine");
    text_printf(list, ", ");
    add_name(list, statement_text(row, 2), "no script name");
    text_printf(list, ")");
}

static void describe_package(struct buffer *list, const struct statement *row)
{
    char package_sha256[SHA256_HEX_SIZE];
    statement_copy(row, 0, package_sha256, sizeof package_sha256);
    text_printf(list, "sha256:%.16s (%s)", package_sha256,
                statement_is_null(row, 1) ? "not read" : statement_text(row, 1).bytes);
}

static int not_found(const struct selector *selector, struct error *err)
{
    if (selector->kind == BY_COMMAND)
        return error_set(err, ERROR_NOT_FOUND, "no result of action and index \"%s\"",
                         selector->quoted);
    if (selector->kind == BY_RESULT)
        return error_set(err, ERROR_NOT_FOUND, "no result has the number %s", selector->quoted);
    return error_set(err, ERROR_NOT_FOUND, "no package's hash begins with \"%s\"",
                     selector->quoted);
}

static int find_package(struct store *reader, const struct selector *selector,
                        char package_sha256[SHA256_HEX_SIZE], struct error *err)
{
    static const char sql[] = "SELECT package_sha256, kind FROM package WHERE package_sha256 >= ?1"
                              " AND package_sha256 < ?2 ORDER BY package_sha256 LIMIT 11";
    return only_row(reader, sql, selector, describe_package, package_sha256, SHA256_HEX_SIZE, err);
}

static int find_result(struct store *reader, const struct selector *selector, int64_t *result_id,
                       struct error *err)
{
    static const char result_sql[] = "SELECT result_id FROM result WHERE result_id = ?1";
    static const char command_sql[] = "SELECT result_id FROM result WHERE action_id = ?1"
                                      " AND command_index = ?2 AND is_latest = 1 LIMIT 1";
    struct statement s;
    start(&s, reader, selector->kind == BY_RESULT ? result_sql : command_sql, selector);
    return statement_one_int64(&s, result_id, err);
}

/* The only result of the only package whose hash begins so. */
static int find_result_by_hash(struct store *reader, const struct selector *selector,
                               int64_t *result_id, struct error *err)
{
    static const char sql[] =
        "SELECT result_id, ifnull(machine_name, machine_id), script_name FROM results"
        " WHERE package_sha256 >= ?1 AND package_sha256 < ?2 ORDER BY result_id LIMIT 11";
    char package_sha256[SHA256_HEX_SIZE], digits[32];
    int found = find_package(reader, selector, package_sha256, err);
    if (found != 1)
        return found;
    found = only_row(reader, sql, selector, describe_result, digits, sizeof digits, err);
    if (found == 0)
        return error_set(err, ERROR_NOT_FOUND,
                         "the package \"%s\" has no result: it is a file, an action, or was not "
                         "read; `lrarchive cat --raw` gives its bytes",
                         selector->quoted);
    return found < 0 || text_parse_int64(digits, strlen(digits), result_id) ? -1 : 1;
}

int query_resolve(struct store *reader, const char *selector_text, int64_t *result_id,
                  struct error *err)
{
    struct selector selector;
    if (parse(selector_text, &selector, err))
        return -1;
    int found = selector.kind == BY_HASH ? find_result_by_hash(reader, &selector, result_id, err)
                                         : find_result(reader, &selector, result_id, err);
    return found == 0 ? not_found(&selector, err) : found < 0 ? -1 : 0;
}

/* The package of a result; of a command without one, what it brought last. */
static int find_package_otherwise(struct store *reader, const struct selector *selector,
                                  char package_sha256[SHA256_HEX_SIZE], struct error *err)
{
    static const char result_sql[] = "SELECT package_sha256 FROM results WHERE result_id = ?1";
    static const char command_sql[] =
        "SELECT p.package_sha256 FROM acquisition AS q JOIN package AS p"
        " ON p.first_number = q.package_number WHERE q.action_id = ?1 AND q.command_index = ?2"
        " ORDER BY q.number DESC LIMIT 1";
    struct selector by_result = {.kind = BY_RESULT};
    int found = find_result(reader, selector, &by_result.number, err);
    if (found < 0 || (found == 0 && selector->kind == BY_RESULT))
        return found;
    struct statement s;
    start(&s, reader, found ? result_sql : command_sql, found ? &by_result : selector);
    int step = statement_step(&s, err);
    if (step != 1)
        return step;
    statement_copy(&s, 0, package_sha256, SHA256_HEX_SIZE);
    statement_finish(&s);
    return 1;
}

int query_resolve_package(struct store *reader, const char *selector_text, char package_sha256[65],
                          struct error *err)
{
    struct selector selector;
    if (parse(selector_text, &selector, err))
        return -1;
    int found = selector.kind == BY_HASH
                    ? find_package(reader, &selector, package_sha256, err)
                    : find_package_otherwise(reader, &selector, package_sha256, err);
    return found == 0 ? not_found(&selector, err) : found < 0 ? -1 : 0;
}
