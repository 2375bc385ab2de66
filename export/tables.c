#include "export/tables.h"

#include "base/json.h"
#include "schema/query_export.h"

#include <stdio.h>
#include <string.h>

#define HIDDEN_COLUMNS 2  /* has_output, has_error: at the end of a row, not in the tables */
#define PIECE_BYTES 16384 /* a long text is escaped in pieces; a byte takes at most 10 */
#define PIECE_LIMIT (10 * PIECE_BYTES)

/* ---- texts in CSV ---- */

static bool is_blank(uint32_t c)
{
    return c == ' ' || c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x202F ||
           c == 0x205F || c == 0x3000;
}

/* Beginnings of a formula, with the forms that spreadsheets take for the same. */
static bool is_formula_sign(uint32_t c)
{
    switch (c) {
    case '=':
    case '+':
    case '-':
    case '@':
    case 0xFF1D: /* fullwidth */
    case 0xFF0B:
    case 0xFF0D:
    case 0xFF20:
    case 0xFE66: /* small */
    case 0xFE62:
    case 0xFE63:
    case 0xFE6B:
    case 0x2212: /* minus sign */
        return true;
    default:
        return false;
    }
}

/* Whether what begins here would be run as the beginning of a cell. Looks no further than the first character that is seen. */
static bool begins_formula(const char *bytes, size_t length)
{
    size_t used;
    for (size_t i = 0; i < length; i += used) {
        uint32_t c = text_decode(bytes + i, length - i, &used, NULL);
        if (is_formula_sign(c))
            return true;
        if (c == '\t' || c == '\n' || (c != TEXT_INVALID && !is_blank(c) && !text_is_hazard(c)))
            return false; /* behind TAB and LF it is asked again */
    }
    return false;
}

static bool begins_as_code(struct text text)
{
    return text.length > 0 &&
           (strchr("\t\n\r", text.bytes[0]) ? text.bytes[0] != '\0'
                                            : begins_formula(text.bytes, text.length));
}

/* Bytes up to and with the next one behind which a cell may begin. */
static size_t cell_length(const char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (bytes[i] == ';' || bytes[i] == '\t' || bytes[i] == '\n')
            return i + 1;
    return length;
}

/* The end of a piece, not within a character. */
static size_t piece_length(const char *bytes, size_t length)
{
    if (length <= PIECE_BYTES)
        return length;
    size_t end = PIECE_BYTES;
    for (int i = 0; i < 3 && ((unsigned char)bytes[end] & 0xC0) == 0x80; i++)
        end--;
    return end;
}

static void write_escaped(struct spool *spool, struct buffer *shown, const char *bytes,
                          size_t length)
{
    for (size_t used; length > 0; bytes += used, length -= used) {
        used = piece_length(bytes, length);
        buffer_clear(shown);
        text_escape(shown, bytes, used, TEXT_KEEP_LINE_ENDS);
        const char *at = shown->bytes, *end = at + shown->length, *quote;
        while ((quote = memchr(at, '"', (size_t)(end - at)))) {
            spool_write(spool, at, (size_t)(quote - at) + 1);
            spool_string(spool, "\"");
            at = quote + 1;
        }
        spool_write(spool, at, (size_t)(end - at));
    }
}

static bool needs_quotes(struct text text, bool has_apostrophe)
{
    const char *b = text.bytes;
    if (text.length == 0 || has_apostrophe || b[0] == ' ' || b[text.length - 1] == ' ')
        return true;
    for (size_t i = 0; i < text.length; i++)
        if (strchr(",;\"\t\n\r", b[i]) && b[i] != '\0')
            return true;
    return false;
}

void tables_write_csv_text(struct spool *spool, struct text text)
{
    struct buffer shown;
    if (!text.bytes)
        return;
    bool is_code = begins_as_code(text), is_quoted = needs_quotes(text, is_code);
    buffer_init(&shown, PIECE_LIMIT);
    spool_string(spool, is_quoted ? "\"" : NULL);
    spool_string(spool, is_code ? "'" : NULL);
    for (size_t i = 0, used; i < text.length; i += used) {
        used = cell_length(text.bytes + i, text.length - i);
        if (i > 0 && begins_formula(text.bytes + i, text.length - i))
            spool_string(spool, "'");
        write_escaped(spool, &shown, text.bytes + i, used);
    }
    spool_string(spool, is_quoted ? "\"" : NULL);
    buffer_release(&shown);
}

/* ---- results ---- */

/* Paths of a result's files; "" where there is none. */
struct files {
    char output[SUBJECT_PATH_SIZE], error[SUBJECT_PATH_SIZE], package[SUBJECT_PATH_SIZE];
};

static void copy_text(char *to, size_t size, struct text text)
{
    size_t length = text.length < size ? text.length : size - 1;
    if (text.bytes)
        memcpy(to, text.bytes, length);
    to[text.bytes ? length : 0] = '\0';
}

static void find_files(const struct query *row, struct files *files)
{
    struct exhibit exhibit = {.size_bytes = 0};
    int64_t content_id = query_value_named(row, "content_id").integer;
    *files = (struct files){.output = ""};
    copy_text(exhibit.name, sizeof exhibit.name, query_value_named(row, "exhibit").text);
    copy_text(exhibit.package_sha256, sizeof exhibit.package_sha256,
              query_value_named(row, "package_sha256").text);
    subject_package_path(&exhibit, files->package);
    if (query_value_named(row, "has_output").integer)
        subject_text_path(&exhibit, content_id, "output", files->output);
    if (query_value_named(row, "has_error").integer)
        subject_text_path(&exhibit, content_id, "error", files->error);
}

/* "" is absent. */
static struct text path_text(const char *path)
{
    return (struct text){path[0] ? path : NULL, strlen(path)};
}

static int column_count(const struct query *query)
{
    return query_column_count(query) - HIDDEN_COLUMNS;
}

static void write_csv_value(struct spool *spool, struct query_value value)
{
    if (value.type == QUERY_INTEGER)
        spool_format(spool, "%lld", (long long)value.integer);
    else
        tables_write_csv_text(spool, value.text);
}

static void write_csv_row(const struct query *row, struct spool *spool)
{
    struct files files;
    find_files(row, &files);
    for (int i = 0; i < column_count(row); i++) {
        write_csv_value(spool, query_value(row, i));
        spool_string(spool, ",");
    }
    tables_write_csv_text(spool, path_text(files.output));
    spool_string(spool, ",");
    tables_write_csv_text(spool, path_text(files.error));
    spool_string(spool, ",");
    tables_write_csv_text(spool, path_text(files.package));
    spool_string(spool, "\r\n");
}

/* The columns are integers and texts. */
static void write_json_value(struct json_writer *writer, const char *name, struct query_value value)
{
    if (value.type == QUERY_INTEGER)
        json_writer_int64(writer, name, value.integer);
    else
        json_writer_bytes(writer, name, value.text);
}

static void write_line(struct json_writer *writer, struct spool *spool)
{
    spool_text(spool, json_writer_end(writer));
    spool_string(spool, "\n");
}

static void write_json_row(const struct query *row, struct json_writer *writer, struct spool *spool)
{
    struct files files;
    find_files(row, &files);
    json_writer_begin(writer);
    for (int i = 0; i < column_count(row); i++)
        write_json_value(writer, query_column_name(row, i), query_value(row, i));
    json_writer_bytes(writer, "output_file", path_text(files.output));
    json_writer_bytes(writer, "error_file", path_text(files.error));
    json_writer_bytes(writer, "package_file", path_text(files.package));
    write_line(writer, spool);
}

int tables_write_results_csv(const struct subject *subject, struct spool *spool, struct error *err)
{
    struct query *query;
    int more;
    if (query_export_results(subject->reader, &query, err))
        return -1;
    for (int i = 0; i < column_count(query); i++)
        spool_format(spool, "%s,", query_column_name(query, i));
    spool_string(spool, "output_file,error_file,package_file\r\n");
    while ((more = query_next(query, err)) == 1)
        write_csv_row(query, spool);
    query_free(query);
    return more;
}

int tables_write_results_jsonl(const struct subject *subject, struct spool *spool,
                               struct error *err)
{
    struct query *query;
    int more;
    if (query_export_results(subject->reader, &query, err))
        return -1;
    struct json_writer *writer = json_writer_new();
    while ((more = query_next(query, err)) == 1)
        write_json_row(query, writer, spool);
    json_writer_free(writer);
    query_free(query);
    return more;
}

/* ---- exhibits ---- */

/* What is known of the exhibit, and may be told; null where not. */
static void write_known(struct json_writer *writer, const char *name, const struct query *row,
                        const char *column, bool may_be_told)
{
    if (row && may_be_told)
        write_json_value(writer, name, query_value_named(row, column));
    else
        json_writer_null(writer, name);
}

static void write_exhibit(const struct subject *subject, const struct exhibit *exhibit,
                          const struct query *row, struct json_writer *writer)
{
    char path[SUBJECT_PATH_SIZE] = "";
    bool is_shown = !exhibit->is_withheld;
    const char *reason = is_shown ? NULL : subject->withheld_reason;
    if (is_shown)
        subject_package_path(exhibit, path);
    json_writer_begin(writer);
    json_writer_text(writer, "exhibit", exhibit->name);
    json_writer_text(writer, "package_sha256", exhibit->package_sha256);
    json_writer_int64(writer, "size_bytes", exhibit->size_bytes);
    json_writer_text(writer, "kind", exhibit->kind);
    json_writer_bytes(writer, "package_file", path_text(path));
    json_writer_bool(writer, "withheld", exhibit->is_withheld);
    json_writer_bytes(writer, "reason", (struct text){reason, reason ? strlen(reason) : 0});
    write_known(writer, "added_at", row, "added_at", true);
    write_known(writer, "added_number", row, "added_number", true);
    write_known(writer, "operator", row, "operator", true);
    write_known(writer, "added_reason", row, "reason", is_shown);
    write_known(writer, "machine_name", row, "machine_name", is_shown);
    write_known(writer, "script_name", row, "script_name", is_shown);
}

int tables_write_exhibits_jsonl(const struct subject *subject, struct spool *spool,
                                struct error *err)
{
    struct query *query;
    int result = 0;
    if (query_export_exhibit(subject->reader, &query, err))
        return -1;
    struct json_writer *writer = json_writer_new();
    for (size_t i = 0; result == 0 && i < subject->exhibit_count; i++) {
        query_export_exhibit_again(query, subject->exhibits[i].package_sha256);
        int found = query_next(query, err);
        result = found < 0 ? -1 : 0;
        write_exhibit(subject, &subject->exhibits[i], found == 1 ? query : NULL, writer);
        write_line(writer, spool);
    }
    json_writer_free(writer);
    query_free(query);
    return result;
}
