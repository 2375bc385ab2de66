#include "cmd/verbs.h"

#include "base/memory.h"
#include "cmd/open.h"
#include "cmd/row.h"
#include "cmd/table.h"
#include "schema/query.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SQL_BYTES (1024 * 1024)

static int read_stdin(struct buffer *sql, struct error *err)
{
    char block[4096];
    for (;;) {
        ssize_t got = read(STDIN_FILENO, block, sizeof block);
        if (got < 0)
            return error_set_errno(err, ERROR_IO, errno, "cannot read the SQL from stdin");
        if (got == 0)
            break;
        if (buffer_append(sql, block, (size_t)got))
            return error_set(err, ERROR_USAGE, "the SQL is longer than 1 MiB");
    }
    if (sql->length > 0 && memchr(sql->bytes, '\0', sql->length))
        return error_set(err, ERROR_USAGE, "the SQL holds a NUL");
    return 0;
}

static struct table *new_table(struct output *output, const struct query *query)
{
    size_t count = (size_t)query_column_count(query);
    struct table_column *columns = memory_zeroed(count, sizeof *columns);
    for (size_t i = 0; i < count; i++)
        columns[i].name = query_column_name(query, (int)i);
    struct table *table = table_new(output, columns, count, true);
    free(columns);
    return table;
}

static void print_row(struct table *table, const struct query *query, struct buffer *scratch)
{
    for (int i = 0; i < query_column_count(query); i++)
        table_cell(table, row_value_text(query_value(query, i), scratch));
    table_end_row(table);
}

static int print_rows(struct query *query, struct output *output, struct error *err)
{
    struct buffer scratch;
    struct table *table = output->json ? NULL : new_table(output, query);
    int more = 0;
    buffer_init(&scratch, SIZE_MAX / 2);
    while (!output_is_over(output) && (more = query_next(query, err)) == 1) {
        if (output->json) {
            row_to_json(query, output_object(output));
            output_object_end(output);
        } else {
            print_row(table, query, &scratch);
        }
    }
    table_free(table);
    buffer_release(&scratch);
    return more < 0 ? -1 : 0;
}

static int ask(const struct options *options, struct output *output, const char *sql,
               struct error *err)
{
    struct archive archive;
    struct store *reader;
    struct query *query;
    if (open_reader(&archive, &reader, options, output, err))
        return -1;
    int result = query_sql(reader, sql, &query, err);
    if (result == 0) {
        result = print_rows(query, output, err);
        query_free(query);
    }
    store_close(reader);
    archive_close(&archive);
    return result;
}

static enum exit_status run(const struct options *options, struct output *output)
{
    struct error err = {0};
    struct buffer sql;
    const char *given = options->arguments[0];
    buffer_init(&sql, SQL_BYTES);
    int result = strcmp(given, "-") == 0 ? read_stdin(&sql, &err) : 0;
    if (result == 0)
        result = ask(options, output, strcmp(given, "-") == 0 ? buffer_text(&sql) : given, &err);
    buffer_release(&sql);
    return result ? output_fail(output, &err) : EXIT_DONE;
}

const struct verb query_verb = {
    .name = "query",
    .arguments = "SQL | -",
    .least = 1,
    .most = 1,
    .summary = "Answers one SQL statement that only reads, given as an argument or on stdin (-).",
    .run = run,
};
