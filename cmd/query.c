#include "cmd/verbs.h"

#include "base/file.h"
#include "base/interrupt.h"
#include "base/memory.h"
#include "cmd/open.h"
#include "cmd/printer.h"
#include "schema/query.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SQL_BYTES (1024 * 1024)
#define MOST_ROWS 1000000 /* unless --max-rows says otherwise */
#define MOST_SECONDS 60   /* unless --timeout does */

static const struct option_spec option_specs[] = {
    PRINTER_OPTION,
    {.name = "param",
     .value = "NAME=VALUE",
     .help = "the value of :NAME, @NAME or $NAME in the SQL",
     .is_repeated = true},
    {.name = "file", .value = "FILE", .help = "the SQL is in this file"},
    {.name = "max-rows", .value = "N", .help = "end after so many rows (1000000; 0: all)"},
    {.name = "timeout",
     .value = "SPAN",
     .help = "end when SQLite has worked so long (60s; 0: never)"},
    {.name = NULL},
};

struct question {
    const char *sql;
    struct buffer text; /* where `sql` is from stdin or a file */
    enum printer_format format;
    struct query_param *params; /* values borrowed from the command line */
    char **names;               /* theirs */
    size_t param_count;
    int64_t most_rows, most_seconds;
};

/* ---- the command line ---- */

static int read_stdin(struct buffer *sql, struct error *err)
{
    char block[4096];
    for (;;) {
        ssize_t got = read(STDIN_FILENO, block, sizeof block);
        if (got < 0 && errno == EINTR) {
            if (interrupt_check(err))
                return -1;
            continue;
        }
        if (got < 0)
            return error_set_errno(err, ERROR_IO, errno, "cannot read the SQL from stdin");
        if (got == 0)
            return 0;
        if (buffer_append(sql, block, (size_t)got))
            return error_set(err, ERROR_USAGE, "the SQL is longer than 1 MiB");
    }
}

static int read_file(const char *path, struct buffer *sql, struct error *err)
{
    if (file_read(path, sql, err) == 0)
        return 0;
    /* A name on the command line that is wrong, or a file that is no SQL. */
    if (err->code == ERROR_LIMIT)
        error_set(err, ERROR_USAGE, "the SQL is longer than 1 MiB");
    err->code = ERROR_USAGE;
    return error_at_path(err, path);
}

static int read_sql(struct question *question, const struct options *options, struct error *err)
{
    const char *file = options_text(options, "file");
    const char *argument = options->argument_count > 0 ? options->arguments[0] : NULL;
    if (!file && !argument)
        return options_error(options, err,
                             "query needs SQL: an argument, - for stdin, or --file FILE");
    if (file && argument)
        return options_error(options, err, "--file and an argument are both given");
    question->sql = argument;
    if (argument && strcmp(argument, "-") != 0)
        return 0;
    if (file ? read_file(file, &question->text, err) : read_stdin(&question->text, err))
        return -1;
    if (question->text.length > 0 && memchr(question->text.bytes, '\0', question->text.length))
        return error_set(err, ERROR_USAGE, "the SQL holds a NUL");
    question->sql = buffer_text(&question->text);
    return 0;
}

static int read_params(struct question *question, const struct options *options, struct error *err)
{
    int at = 0;
    const char *given;
    size_t most = (size_t)options->given_count + 1;
    question->params = memory_zeroed(most, sizeof *question->params);
    question->names = memory_zeroed(most, sizeof *question->names);
    while ((given = options_next(options, "param", &at))) {
        const char *equals = strchr(given, '=');
        if (!equals || equals == given)
            return options_error(options, err, "--param needs NAME=VALUE, not \"%.100s\"", given);
        char *name = memory_copy_text(given, (size_t)(equals - given));
        for (size_t i = 0; i < question->param_count; i++)
            if (strcmp(question->names[i], name) == 0) {
                free(name);
                return options_error(options, err, "--param %.100s is given twice",
                                     question->names[i]);
            }
        question->names[question->param_count] = name;
        question->params[question->param_count++] = (struct query_param){name, equals + 1};
    }
    return 0;
}

static int read_timeout(struct question *question, const struct options *options, struct error *err)
{
    bool given;
    const char *text = options_text(options, "timeout");
    if (!text || strcmp(text, "0") != 0)
        return options_span(options, "timeout", &given, &question->most_seconds, err);
    question->most_seconds = 0;
    return 0;
}

static int read_question(struct question *question, const struct options *options,
                         struct error *err)
{
    bool given;
    *question = (struct question){.most_rows = MOST_ROWS, .most_seconds = MOST_SECONDS};
    buffer_init(&question->text, SQL_BYTES);
    if (printer_read(options, &question->format, err) ||
        options_int64(options, "max-rows", 0, INT64_MAX, &given, &question->most_rows, err) ||
        read_timeout(question, options, err) || read_params(question, options, err))
        return -1;
    return read_sql(question, options, err);
}

static void release_question(struct question *question)
{
    for (size_t i = 0; i < question->param_count; i++)
        free(question->names[i]);
    free(question->names);
    free(question->params);
    buffer_release(&question->text);
}

/* ---- the answer ---- */

/* Says why there are no more rows, where a bound is the reason. */
static enum exit_status tell_of_cut(const struct question *question, const struct query *query,
                                    struct output *output)
{
    struct error err = {.offset = -1};
    switch (query_cut(query)) {
    case QUERY_NOT_CUT:
        return EXIT_DONE;
    case QUERY_CUT_BY_ROWS:
        error_set(&err, ERROR_LIMIT,
                  "there are more than these %lld rows; --max-rows N gives more, --max-rows 0 all",
                  (long long)question->most_rows);
        break;
    case QUERY_CUT_BY_TIME:
        error_set(&err, ERROR_LIMIT,
                  "the answer was not complete after %lld s, and ends here; --timeout SPAN gives "
                  "it more time, --timeout 0 all it needs",
                  (long long)question->most_seconds);
        break;
    }
    output_error(output, &err);
    return EXIT_NOT_WHOLE;
}

static enum exit_status answer(const struct question *question, struct store *reader,
                               struct output *output)
{
    struct query *query;
    struct error err = {0};
    int more = 0;
    if (query_sql(reader, question->sql, &query, &err))
        return output_fail(output, &err);
    if (query_bind_params(query, question->params, question->param_count, &err)) {
        query_free(query);
        return output_fail(output, &err);
    }
    query_set_bounds(query, question->most_rows, question->most_seconds);
    struct printer *printer = printer_new(output, query, question->format);
    while (!output_is_over(output) && (more = query_next(query, &err)) == 1)
        printer_row(printer);
    printer_free(printer);
    enum exit_status status = EXIT_DONE;
    /* An interruption is output_finish's to tell. */
    if (more < 0 && !output_is_over(output))
        status = output_fail(output, &err);
    else if (more == 0)
        status = tell_of_cut(question, query, output);
    query_free(query);
    return status;
}

static enum exit_status run(const struct options *options, struct output *output)
{
    struct question question;
    struct archive archive;
    struct store *reader;
    struct error err = {0};
    enum exit_status status;
    if (read_question(&question, options, &err) ||
        open_reader(&archive, &reader, options, output, &err)) {
        status = output_fail(output, &err);
    } else {
        status = answer(&question, reader, output);
        store_close(reader);
        archive_close(&archive);
    }
    release_question(&question);
    return status;
}

const struct verb query_verb = {
    .name = "query",
    .arguments = "[SQL | -]",
    .most = 1,
    .summary = "Answers one SQL statement that only reads: an argument, stdin (-) or a file.",
    .options = option_specs,
    .run = run,
};
