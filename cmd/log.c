#include "cmd/verbs.h"

#include "base/interrupt.h"
#include "cmd/open.h"
#include "cmd/table.h"
#include "evidence/ledger.h"

#include <string.h>
#include <time.h>

#define SECONDS_LENGTH 19 /* of "2023-03-18T21:04:01" */
#define HASH_SHOWN 12     /* digits */

static const struct option_spec option_specs[] = {
    {.name = "follow", .help = "go on with new lines until interrupted"},
    {.name = NULL},
};

static struct text text_of(const char *text)
{
    return (struct text){text, text ? strlen(text) : 0};
}

static void print_row(struct table *table, const struct ledger_line *line)
{
    const char *time = json_object_text(line->object, "time");
    const char *package = json_object_text(line->object, "package_sha256");
    struct text about = text_of(package ? package : json_object_text(line->object, "segment"));
    if (package && about.length > HASH_SHOWN)
        about.length = HASH_SHOWN;
    table_cell_format(table, "%lld", (long long)line->place.number);
    table_cell_format(table, "%.*sZ", SECONDS_LENGTH, time ? time : "");
    table_cell(table, text_of(json_object_text(line->object, "event")));
    table_cell(table, text_of(json_object_text(line->object, "operator")));
    table_cell(table, about);
    table_end_row(table);
}

/* All whole lines that are there now. */
static int print_lines(struct ledger_reader *reader, struct table *table, struct output *output,
                       struct error *err)
{
    struct ledger_line line;
    int more = 0;
    while (!output_is_over(output) && (more = ledger_reader_next(reader, &line, err)) == 1) {
        if (output->json)
            output_json_line(output, line.line);
        else
            print_row(table, &line);
    }
    if (table)
        table_flush(table);
    output_flush(output);
    return more < 0 ? -1 : 0;
}

static int print_ledger(const struct archive *archive, bool is_following, struct output *output,
                        struct error *err)
{
    static const struct table_column columns[] = {
        {"NUMBER", 7, true},    {"TIME", 20, false},  {"EVENT", 9, false},
        {"OPERATOR", 0, false}, {"ABOUT", 24, false},
    };
    static const struct timespec half_a_second = {.tv_nsec = 500000000};
    struct ledger_place start;
    ledger_place_start(&start);
    struct ledger_reader *reader = ledger_reader_open(archive->ledger_folder, &start, err);
    if (!reader)
        return -1;
    struct table *table = output->json ? NULL : table_new(output, columns, 5, true);
    int result = print_lines(reader, table, output, err);
    while (is_following && result == 0 && !output_is_over(output)) {
        nanosleep(&half_a_second, NULL);
        result = print_lines(reader, table, output, err);
    }
    table_free(table);
    ledger_reader_close(reader);
    return result;
}

static enum exit_status run(const struct options *options, struct output *output)
{
    struct archive archive;
    struct error err = {0};
    bool is_following = options_flag(options, "follow");
    if (open_archive(&archive, options, output, NULL, &err))
        return output_fail(output, &err);
    int result = print_ledger(&archive, is_following, output, &err);
    archive_close(&archive);
    /* A signal is how --follow is meant to end. */
    if (is_following && output->failure.code == ERROR_TEMPORARY)
        output->failure.code = ERROR_NONE;
    if (result == 0)
        return EXIT_DONE;
    enum exit_status status = output_fail(output, &err);
    return err.code == ERROR_DAMAGED ? EXIT_NO : status;
}

const struct verb log_verb = {
    .name = "log",
    .arguments = "",
    .summary = "Prints the ledger: every event, in order.",
    .options = option_specs,
    .run = run,
};
