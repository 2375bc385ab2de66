#include <sqlite3ext.h>
SQLITE_EXTENSION_INIT3

#include "schema/extension.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define JSON_BYTES (16 * 1024 * 1024) /* of an output that is looked at */
#define JSON_SUBTYPE 'J'              /* SQLite's own: json_array(output_json(1)) nests it */

/* In front of the GUID in every language, as in parser/powershell.c. */
#define TRANSCRIPT_MARKER "PSScript_Transcript_"

#ifndef SQLITE_RESULT_SUBTYPE /* since 3.45 a function must say that it sets a subtype */
#define SQLITE_RESULT_SUBTYPE 0
#endif

static const char pages_sql[] = "SELECT text FROM main.output_pages"
                                " WHERE content_id = ?1 AND stream = 'output' ORDER BY page_no";

struct span {
    const char *bytes;
    size_t length;
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static struct span trim(struct span span)
{
    while (span.length > 0 && is_blank(span.bytes[0]))
        span = (struct span){span.bytes + 1, span.length - 1};
    while (span.length > 0 && is_blank(span.bytes[span.length - 1]))
        span.length--;
    return span;
}

/* The next line of *rest, trimmed; false at the end. */
static bool next_line(struct span *rest, struct span *line)
{
    if (rest->length == 0)
        return false;
    const char *end = memchr(rest->bytes, '\n', rest->length);
    size_t length = end ? (size_t)(end - rest->bytes) : rest->length;
    *line = trim((struct span){rest->bytes, length});
    rest->bytes += length + (end ? 1 : 0);
    rest->length -= length + (end ? 1 : 0);
    return true;
}

static bool begins_with_one_of(struct span span, const char *characters)
{
    return span.length > 0 && span.bytes[0] && strchr(characters, span.bytes[0]);
}

/* The text without blanks around it and the notice in front. A notice never begins as JSON that
 * could name the same file does. */
static struct span json_part(struct span text)
{
    struct span rest = trim(text), behind = rest, line;
    if (next_line(&behind, &line) && !begins_with_one_of(line, "{[\"") &&
        memmem(line.bytes, line.length, TRANSCRIPT_MARKER, strlen(TRANSCRIPT_MARKER)))
        return trim(behind);
    return rest;
}

/* ---- SQLite's opinion ---- */

struct validator {
    sqlite3_stmt *statement;
    int code; /* the first that was no SQLITE_OK */
};

static bool is_valid(struct validator *validator, struct span json)
{
    if (validator->code != SQLITE_OK)
        return false;
    sqlite3_stmt *statement = validator->statement;
    validator->code =
        sqlite3_bind_text64(statement, 1, json.bytes, json.length, SQLITE_STATIC, SQLITE_UTF8);
    bool valid = false;
    if (validator->code == SQLITE_OK) {
        int step = sqlite3_step(statement);
        valid = step == SQLITE_ROW && sqlite3_column_int(statement, 0) == 1;
        validator->code = sqlite3_reset(statement);
    }
    return valid;
}

/* False when the beginning of an output shows that it is no JSON: only objects and arrays go on
 * behind the end of a line. */
static bool may_be_json(struct validator *validator, struct span beginning)
{
    struct span rest = json_part(beginning), line;
    if (begins_with_one_of(rest, "{["))
        return true;
    if (!begins_with_one_of(rest, "\"-0123456789tfn"))
        return rest.length == 0;
    next_line(&rest, &line);
    return rest.length == 0 || is_valid(validator, line);
}

/* ---- the function ---- */

/* The lines as an array, or NULL when one of them is no JSON; the caller frees it. */
static char *array_of_lines(sqlite3 *db, struct validator *validator, struct span rest, int *length)
{
    struct span line;
    bool is_first = true, valid = true;
    sqlite3_str *array = sqlite3_str_new(db);
    sqlite3_str_appendchar(array, 1, '[');
    while (valid && next_line(&rest, &line)) {
        if (line.length == 0)
            continue;
        valid = is_valid(validator, line);
        if (!is_first)
            sqlite3_str_appendchar(array, 1, ',');
        sqlite3_str_append(array, line.bytes, (int)line.length);
        is_first = false;
    }
    sqlite3_str_appendchar(array, 1, ']');
    if (validator->code == SQLITE_OK)
        validator->code = sqlite3_str_errcode(array);
    *length = sqlite3_str_length(array);
    char *text = sqlite3_str_finish(array);
    /* One level deeper than its lines, it may be too deep for SQLite. */
    if (valid && text && is_valid(validator, (struct span){text, (size_t)*length}))
        return text;
    sqlite3_free(text);
    return NULL;
}

static void give(sqlite3_context *context, struct validator *validator, struct span text)
{
    struct span json = json_part(text);
    int length;
    if (json.length == 0)
        return;
    if (is_valid(validator, json)) {
        sqlite3_result_text64(context, json.bytes, json.length, SQLITE_TRANSIENT, SQLITE_UTF8);
        sqlite3_result_subtype(context, JSON_SUBTYPE);
        return;
    }
    char *array = array_of_lines(sqlite3_context_db_handle(context), validator, json, &length);
    if (!array)
        return;
    sqlite3_result_text64(context, array, (sqlite3_uint64)length, sqlite3_free, SQLITE_UTF8);
    sqlite3_result_subtype(context, JSON_SUBTYPE);
}

/* The output into `text`. SQLITE_DONE: all of it; SQLITE_ROW: not all, since it is no JSON that we
 * give; or an error. */
static int gather(sqlite3_stmt *pages, struct validator *validator, sqlite3_str *text)
{
    int code;
    while ((code = sqlite3_step(pages)) == SQLITE_ROW) {
        const char *page = (const char *)sqlite3_column_text(pages, 0);
        int length = sqlite3_column_bytes(pages, 0);
        bool is_first = sqlite3_str_length(text) == 0;
        if (length > JSON_BYTES - sqlite3_str_length(text))
            break;
        sqlite3_str_append(text, page ? page : "", length);
        if (sqlite3_str_errcode(text) != SQLITE_OK)
            return sqlite3_str_errcode(text);
        if (is_first && !may_be_json(validator, (struct span){page, (size_t)length}))
            break;
    }
    return code;
}

static void read_and_give(sqlite3_context *context, sqlite3_stmt *pages,
                          struct validator *validator)
{
    sqlite3 *db = sqlite3_context_db_handle(context);
    sqlite3_str *text = sqlite3_str_new(db);
    int code = gather(pages, validator, text);
    if (code == SQLITE_DONE)
        give(context, validator,
             (struct span){sqlite3_str_value(text), (size_t)sqlite3_str_length(text)});
    if (code == SQLITE_DONE || code == SQLITE_ROW)
        code = validator->code;
    if (code != SQLITE_OK) {
        sqlite3_result_error(context, sqlite3_errmsg(db), -1);
        sqlite3_result_error_code(context, code);
    }
    sqlite3_free(sqlite3_str_finish(text));
}

static void output_json(sqlite3_context *context, int count, sqlite3_value **values)
{
    (void)count;
    sqlite3 *db = sqlite3_context_db_handle(context);
    sqlite3_stmt *pages = NULL;
    struct validator validator = {0};
    char *message = NULL;
    int code = extension_prepare(db, pages_sql, &pages, &message);
    if (code == SQLITE_OK) {
        code = sqlite3_prepare_v2(db, "SELECT json_valid(?1)", -1, &validator.statement, NULL);
        if (code != SQLITE_OK)
            message = sqlite3_mprintf("%s", sqlite3_errmsg(db));
    }
    if (code == SQLITE_OK)
        code = sqlite3_bind_value(pages, 1, values[0]);
    if (code == SQLITE_OK) {
        read_and_give(context, pages, &validator);
    } else {
        char *sentence = sqlite3_mprintf("output_json: %s", message ? message : "out of memory");
        sqlite3_result_error(context, sentence ? sentence : "output_json", -1);
        sqlite3_free(sentence);
    }
    sqlite3_free(message);
    sqlite3_finalize(pages);
    sqlite3_finalize(validator.statement);
}

int extension_json_register(sqlite3 *db)
{
    return sqlite3_create_function_v2(db, "output_json", 1,
                                      SQLITE_UTF8 | SQLITE_DIRECTONLY | SQLITE_RESULT_SUBTYPE, NULL,
                                      output_json, NULL, NULL, NULL);
}
