#include <sqlite3ext.h>
SQLITE_EXTENSION_INIT3

#include "schema/extension.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define PIECE_BYTES (16 * 1024 * 1024) /* of a line that comes in pieces */
#define CONSTRAINTS 16                 /* of one plan; SQLite checks the others itself */
#define LINES (INT64_MAX / 2)          /* no text has so many: a page that says so is not ours */

/* output_pages of main: a temporary view of that name is not asked. */
static const char pages_sql[] =
    "SELECT page_no, start_line, text FROM main.output_pages"
    " WHERE content_id = ?1 AND stream = ?2 AND page_no >= ?3 ORDER BY page_no";
static const char last_page_sql[] =
    "SELECT page_no FROM main.output_pages WHERE content_id = ?1 AND stream = ?2"
    " ORDER BY page_no DESC LIMIT 1";

enum column { COLUMN_STREAM, COLUMN_LINE_NO, COLUMN_LINE, COLUMN_CONTENT_ID };

static const char *const streams[] = {"output", "error"};
#define STREAM_COUNT 2

struct lines_table {
    sqlite3_vtab base;
    sqlite3 *db;
};

struct lines_cursor {
    sqlite3_vtab_cursor base;
    sqlite3_stmt *pages, *last_page;
    sqlite3_value *content_id;   /* as given */
    bool is_asked[STREAM_COUNT]; /* by the constraints */
    int64_t from, to;            /* line numbers, by the constraints */
    int stream;                  /* being read; STREAM_COUNT: at the end */
    bool is_open;                /* that stream has pages left */
    const char *rest;            /* of the page being read */
    size_t rest_length;
    int64_t next_no;   /* of the line that rest begins in */
    bool has_pieces;   /* of that line were given out */
    sqlite3_str *held; /* of that line, from pages before */
    int64_t line_no;   /* the row: */
    const char *line;  /* in the page or in held */
    size_t line_length;
    int64_t rowid;
};

static int fail(struct lines_cursor *cursor, int code)
{
    struct lines_table *table = (struct lines_table *)cursor->base.pVtab;
    if (!table->base.zErrMsg)
        table->base.zErrMsg = sqlite3_mprintf("output_lines: %s", sqlite3_errmsg(table->db));
    return code;
}

/* ---- table and plan ---- */

static int lines_connect(sqlite3 *db, void *context, int count, const char *const *arguments,
                         sqlite3_vtab **vtab, char **message)
{
    (void)context, (void)count, (void)arguments, (void)message;
    /* The argument's own name is no content_id, which would make that of a join ambiguous. */
    int code = sqlite3_declare_vtab(
        db, "CREATE TABLE x (stream TEXT, line_no INTEGER, line TEXT, of_content_id HIDDEN)");
    if (code != SQLITE_OK)
        return code;
    struct lines_table *table = sqlite3_malloc64(sizeof *table);
    if (!table)
        return SQLITE_NOMEM;
    *table = (struct lines_table){.db = db};
    sqlite3_vtab_config(db, SQLITE_VTAB_DIRECTONLY);
    *vtab = &table->base;
    return SQLITE_OK;
}

static int lines_disconnect(sqlite3_vtab *vtab)
{
    sqlite3_free(vtab);
    return SQLITE_OK;
}

/* A letter for a constraint that narrows what is read, 0 for one that SQLite checks alone. */
static char letter_of(sqlite3_index_info *info, int at)
{
    const struct sqlite3_index_constraint *constraint = &info->aConstraint[at];
    if (!constraint->usable)
        return 0;
    if (constraint->iColumn == COLUMN_STREAM)
        return constraint->op == SQLITE_INDEX_CONSTRAINT_EQ &&
                       sqlite3_stricmp(sqlite3_vtab_collation(info, at), "BINARY") == 0
                   ? 's'
                   : 0;
    if (constraint->iColumn != COLUMN_LINE_NO)
        return 0;
    switch (constraint->op) {
    case SQLITE_INDEX_CONSTRAINT_EQ:
        return '=';
    case SQLITE_INDEX_CONSTRAINT_GT:
        return '>';
    case SQLITE_INDEX_CONSTRAINT_GE:
        return 'g';
    case SQLITE_INDEX_CONSTRAINT_LT:
        return '<';
    case SQLITE_INDEX_CONSTRAINT_LE:
        return 'l';
    default:
        return 0;
    }
}

/* The place of the content_id among the constraints; -1: there is none, -2: none that is usable. */
static int find_content_id(const sqlite3_index_info *info)
{
    int found = -1;
    for (int i = 0; i < info->nConstraint; i++) {
        if (info->aConstraint[i].iColumn != COLUMN_CONTENT_ID ||
            info->aConstraint[i].op != SQLITE_INDEX_CONSTRAINT_EQ)
            continue;
        if (info->aConstraint[i].usable)
            return i;
        found = -2;
    }
    return found;
}

/* Within one stream the rows come in the order of line_no. */
static bool is_in_order(const sqlite3_index_info *info)
{
    int terms = 0;
    for (int i = 0; i < info->nOrderBy; i++) {
        if (info->aOrderBy[i].iColumn == COLUMN_STREAM)
            continue;
        if (info->aOrderBy[i].iColumn != COLUMN_LINE_NO || info->aOrderBy[i].desc || terms++ > 0)
            return false;
    }
    return true;
}

/* The plan is a letter for each argument of lines_filter, the content_id's first. */
static int lines_best_index(sqlite3_vtab *vtab, sqlite3_index_info *info)
{
    char plan[CONSTRAINTS + 1] = "c";
    int used = 1, content_id = find_content_id(info);
    bool has_stream = false;
    double rows = 100000;
    if (content_id == -1) {
        sqlite3_free(vtab->zErrMsg);
        vtab->zErrMsg = sqlite3_mprintf("output_lines needs a content_id: output_lines(1)");
        return SQLITE_ERROR;
    }
    if (content_id < 0)
        return SQLITE_CONSTRAINT;
    info->aConstraintUsage[content_id].argvIndex = 1;
    info->aConstraintUsage[content_id].omit = 1;
    for (int i = 0; i < info->nConstraint && used < CONSTRAINTS; i++) {
        char letter = letter_of(info, i);
        if (!letter)
            continue;
        plan[used++] = letter;
        info->aConstraintUsage[i].argvIndex = used;
        has_stream = has_stream || letter == 's';
        rows /= letter == '=' ? 1000 : 2;
    }
    info->idxStr = sqlite3_mprintf("%s", plan);
    info->needToFreeIdxStr = 1;
    if (!info->idxStr)
        return SQLITE_NOMEM;
    info->orderByConsumed = info->nOrderBy > 0 && has_stream && is_in_order(info);
    info->estimatedRows = (sqlite3_int64)rows;
    info->estimatedCost = rows;
    return SQLITE_OK;
}

/* ---- cursor ---- */

static int lines_open(sqlite3_vtab *vtab, sqlite3_vtab_cursor **base)
{
    struct lines_cursor *cursor = sqlite3_malloc64(sizeof *cursor);
    if (!cursor)
        return SQLITE_NOMEM;
    *cursor = (struct lines_cursor){.stream = STREAM_COUNT,
                                    .held = sqlite3_str_new(((struct lines_table *)vtab)->db)};
    *base = &cursor->base;
    return SQLITE_OK;
}

static int lines_close(sqlite3_vtab_cursor *base)
{
    struct lines_cursor *cursor = (struct lines_cursor *)base;
    sqlite3_finalize(cursor->pages);
    sqlite3_finalize(cursor->last_page);
    sqlite3_value_free(cursor->content_id);
    sqlite3_free(sqlite3_str_finish(cursor->held));
    sqlite3_free(cursor);
    return SQLITE_OK;
}

static int prepare(struct lines_cursor *cursor)
{
    sqlite3_vtab *vtab = cursor->base.pVtab;
    sqlite3 *db = ((struct lines_table *)vtab)->db;
    char *message = NULL;
    int code = SQLITE_OK;
    if (!cursor->pages)
        code = extension_prepare(db, pages_sql, &cursor->pages, &message);
    if (code == SQLITE_OK && !cursor->last_page)
        code = extension_prepare(db, last_page_sql, &cursor->last_page, &message);
    if (message) {
        sqlite3_free(vtab->zErrMsg);
        vtab->zErrMsg = sqlite3_mprintf("output_lines: %s", message);
        sqlite3_free(message);
    }
    return code;
}

/* Has the pages from page_no on, none of them read. */
static void seek(struct lines_cursor *cursor, int64_t page_no)
{
    sqlite3_reset(cursor->pages);
    /* Without memory for it the id stays NULL, which is no content's; the step then tells. */
    (void)sqlite3_bind_value(cursor->pages, 1, cursor->content_id);
    (void)sqlite3_bind_text(cursor->pages, 2, streams[cursor->stream], -1, SQLITE_STATIC);
    (void)sqlite3_bind_int64(cursor->pages, 3, page_no);
}

/* The number of the stream's last page, 0 when it has none. SQLITE_OK or an error. */
static int find_last_page(struct lines_cursor *cursor, int64_t *page_no)
{
    sqlite3_stmt *statement = cursor->last_page;
    (void)sqlite3_bind_value(statement, 1, cursor->content_id);
    (void)sqlite3_bind_text(statement, 2, streams[cursor->stream], -1, SQLITE_STATIC);
    int code = sqlite3_step(statement);
    *page_no = code == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : 0;
    sqlite3_reset(statement);
    return code == SQLITE_ROW || code == SQLITE_DONE ? SQLITE_OK : fail(cursor, code);
}

/* Finds the last page that begins in a line before cursor->from, by halves: the line itself, or its
 * beginning, is in that page. */
static int find_first_page(struct lines_cursor *cursor, int64_t *page_no)
{
    int64_t low = 1, high;
    int code = find_last_page(cursor, &high);
    while (code == SQLITE_OK && low < high) {
        int64_t middle = high - (high - low) / 2;
        seek(cursor, middle);
        int step = sqlite3_step(cursor->pages);
        if (step == SQLITE_ROW && sqlite3_column_int64(cursor->pages, 1) < cursor->from)
            low = middle;
        else if (step == SQLITE_ROW || step == SQLITE_DONE)
            high = middle - 1;
        else
            code = fail(cursor, step);
    }
    *page_no = low;
    return code;
}

/* Goes to the next stream that is asked for, from cursor->stream on. */
static int open_stream(struct lines_cursor *cursor)
{
    int64_t page_no = 1;
    while (cursor->stream < STREAM_COUNT && !cursor->is_asked[cursor->stream])
        cursor->stream++;
    cursor->is_open = false;
    cursor->rest_length = 0;
    cursor->next_no = 0;
    cursor->has_pieces = false;
    if (cursor->stream == STREAM_COUNT)
        return SQLITE_OK;
    int code = cursor->from > 1 ? find_first_page(cursor, &page_no) : SQLITE_OK;
    seek(cursor, page_no);
    cursor->is_open = code == SQLITE_OK;
    return code;
}

/* SQLITE_ROW and a page in rest, SQLITE_DONE at the end of the stream, or an error. */
static int read_page(struct lines_cursor *cursor)
{
    if (!cursor->is_open || cursor->next_no > cursor->to)
        return SQLITE_DONE;
    int code = sqlite3_step(cursor->pages);
    cursor->is_open = code == SQLITE_ROW;
    if (code == SQLITE_DONE)
        return code;
    if (code != SQLITE_ROW)
        return fail(cursor, code);
    if (cursor->next_no == 0) {
        int64_t start_line = sqlite3_column_int64(cursor->pages, 1);
        cursor->next_no = start_line > 0 && start_line <= LINES ? start_line : 1;
    }
    cursor->rest = (const char *)sqlite3_column_text(cursor->pages, 2);
    cursor->rest_length = (size_t)sqlite3_column_bytes(cursor->pages, 2);
    return cursor->rest || cursor->rest_length == 0 ? code : SQLITE_NOMEM;
}

static int give_row(struct lines_cursor *cursor, const char *line, size_t length)
{
    cursor->line_no = cursor->next_no;
    cursor->line = line ? line : "";
    cursor->line_length = length;
    cursor->rowid++;
    return sqlite3_str_errcode(cursor->held);
}

static int give_held(struct lines_cursor *cursor)
{
    return give_row(cursor, sqlite3_str_value(cursor->held),
                    (size_t)sqlite3_str_length(cursor->held));
}

/* Takes what rest has of the line. True: that made a row, and *code says how it went. */
static bool take(struct lines_cursor *cursor, int *code)
{
    const char *start = cursor->rest, *end = memchr(start, '\n', cursor->rest_length);
    size_t length = end ? (size_t)(end - start) : cursor->rest_length;
    size_t held = (size_t)sqlite3_str_length(cursor->held);
    bool is_asked = cursor->next_no >= cursor->from && cursor->next_no <= cursor->to;
    if (is_asked && held > 0 && held + length > PIECE_BYTES) {
        cursor->has_pieces = true;
        *code = give_held(cursor);
        return true;
    }
    cursor->rest += length + (end ? 1 : 0);
    cursor->rest_length -= length + (end ? 1 : 0);
    if (is_asked && length > 0 && (held > 0 || !end)) {
        /* SQLite's text length is an int, and a page of ours is far below it. */
        if (length > PIECE_BYTES) {
            *code = SQLITE_TOOBIG;
            return true;
        }
        sqlite3_str_append(cursor->held, start, (int)length);
    }
    if (!end)
        return false;
    /* Nothing but the LF is left of a line that came in pieces: no row of its own. */
    bool is_row = is_asked && !(cursor->has_pieces && held + length == 0);
    if (is_row)
        *code = held > 0 ? give_held(cursor) : give_row(cursor, start, length);
    cursor->next_no++;
    cursor->has_pieces = false;
    return is_row;
}

static int lines_next(sqlite3_vtab_cursor *base)
{
    struct lines_cursor *cursor = (struct lines_cursor *)base;
    int code = SQLITE_OK;
    sqlite3_str_reset(cursor->held);
    while (cursor->stream < STREAM_COUNT) {
        if (cursor->rest_length > 0 && cursor->next_no <= cursor->to) {
            if (take(cursor, &code))
                return code;
            continue;
        }
        code = read_page(cursor);
        if (code == SQLITE_ROW)
            continue;
        if (code != SQLITE_DONE)
            return code;
        cursor->rest_length = 0;
        if (sqlite3_str_length(cursor->held) > 0)
            return give_held(cursor);
        cursor->stream++;
        code = open_stream(cursor);
        if (code != SQLITE_OK)
            return code;
    }
    return sqlite3_str_errcode(cursor->held);
}

/* ---- constraints ---- */

/* A bound that is no number of the lines' kind narrows nothing: SQLite compares it itself. */
static void narrow(struct lines_cursor *cursor, char letter, sqlite3_value *value)
{
    int type = sqlite3_value_numeric_type(value);
    if (type != SQLITE_INTEGER)
        return;
    int64_t number = sqlite3_value_int64(value);
    if ((letter == '=' || letter == 'g') && number > cursor->from)
        cursor->from = number;
    if (letter == '>' && number >= cursor->from)
        cursor->from = number < INT64_MAX ? number + 1 : number;
    if ((letter == '=' || letter == 'l') && number < cursor->to)
        cursor->to = number;
    if (letter == '<' && number <= cursor->to)
        cursor->to = number > INT64_MIN ? number - 1 : number;
}

static void narrow_streams(struct lines_cursor *cursor, sqlite3_value *value)
{
    const char *text =
        sqlite3_value_type(value) == SQLITE_TEXT ? (const char *)sqlite3_value_text(value) : NULL;
    for (int i = 0; i < STREAM_COUNT; i++)
        cursor->is_asked[i] = cursor->is_asked[i] && text && strcmp(text, streams[i]) == 0;
}

static int lines_filter(sqlite3_vtab_cursor *base, int number, const char *plan, int count,
                        sqlite3_value **values)
{
    struct lines_cursor *cursor = (struct lines_cursor *)base;
    (void)number;
    int code = prepare(cursor);
    if (code != SQLITE_OK)
        return code;
    sqlite3_value_free(cursor->content_id);
    cursor->content_id = sqlite3_value_dup(values[0]);
    if (!cursor->content_id)
        return SQLITE_NOMEM;
    cursor->from = 1;
    cursor->to = INT64_MAX;
    for (int i = 0; i < STREAM_COUNT; i++)
        cursor->is_asked[i] = true;
    for (int i = 1; i < count; i++) {
        if (plan[i] == 's')
            narrow_streams(cursor, values[i]);
        else
            narrow(cursor, plan[i], values[i]);
    }
    cursor->rowid = 0;
    cursor->stream = cursor->from > cursor->to ? STREAM_COUNT : 0;
    code = open_stream(cursor);
    return code == SQLITE_OK ? lines_next(base) : code;
}

/* ---- rows ---- */

static int lines_eof(sqlite3_vtab_cursor *base)
{
    return ((struct lines_cursor *)base)->stream == STREAM_COUNT;
}

static int lines_column(sqlite3_vtab_cursor *base, sqlite3_context *context, int column)
{
    struct lines_cursor *cursor = (struct lines_cursor *)base;
    if (column == COLUMN_STREAM)
        sqlite3_result_text(context, streams[cursor->stream], -1, SQLITE_STATIC);
    else if (column == COLUMN_LINE_NO)
        sqlite3_result_int64(context, cursor->line_no);
    else if (column == COLUMN_LINE)
        sqlite3_result_text64(context, cursor->line, cursor->line_length, SQLITE_TRANSIENT,
                              SQLITE_UTF8);
    else
        sqlite3_result_value(context, cursor->content_id);
    return SQLITE_OK;
}

static int lines_rowid(sqlite3_vtab_cursor *base, sqlite3_int64 *rowid)
{
    *rowid = ((struct lines_cursor *)base)->rowid;
    return SQLITE_OK;
}

int extension_lines_register(sqlite3 *db)
{
    /* No xCreate: the module is its own only table. */
    static const sqlite3_module module = {
        .xConnect = lines_connect,
        .xBestIndex = lines_best_index,
        .xDisconnect = lines_disconnect,
        .xOpen = lines_open,
        .xClose = lines_close,
        .xFilter = lines_filter,
        .xNext = lines_next,
        .xEof = lines_eof,
        .xColumn = lines_column,
        .xRowid = lines_rowid,
    };
    return sqlite3_create_module_v2(db, "output_lines", &module, NULL, NULL);
}
