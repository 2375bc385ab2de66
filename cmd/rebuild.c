#include "cmd/verbs.h"

#include "cmd/open.h"
#include "ingest/rebuild.h"

#include <stdio.h>

#define PROGRESS_LINES 100

static const struct option_spec option_specs[] = {
    {.name = "retry-unparsed", .help = "read packages again that this very version gave up on"},
    {.name = NULL},
};

static void on_progress(void *context, int64_t lines)
{
    if (lines % PROGRESS_LINES == 0)
        output_progress(context, "rebuilding: %lld ledger lines", (long long)lines);
}

static void on_damaged(void *context, int64_t number, const struct error *why)
{
    struct error told = *why;
    snprintf(
        told.message, sizeof told.message,
        "ledger line %lld: %.900s; its package is kept out of the index, run `lrarchive verify`",
        (long long)number, why->message);
    output_progress(context, "%s", "");
    output_error(context, &told);
}

static void print_summary(struct output *output, const struct rebuild_summary *summary)
{
    if (output->json) {
        struct json_writer *writer = output_object(output);
        json_writer_text(writer, "status", "rebuilt");
        json_writer_int64(writer, "lines", summary->lines);
        json_writer_int64(writer, "packages", summary->packages);
        json_writer_int64(writer, "unparsed", summary->unparsed);
        json_writer_int64(writer, "damaged", summary->damaged);
        output_object_end(output);
    } else if (!output->quiet) {
        output_format(output, "rebuilt: %lld ledger line%s, %lld package%s, %lld not read\n",
                      (long long)summary->lines, summary->lines == 1 ? "" : "s",
                      (long long)summary->packages, summary->packages == 1 ? "" : "s",
                      (long long)summary->unparsed);
    }
}

static enum exit_status run(const struct options *options, struct output *output)
{
    struct rebuild_options rebuild_options = {
        .retry_unparsed = options_flag(options, "retry-unparsed"),
        .progress = on_progress,
        .damaged = on_damaged,
        .context = output,
    };
    struct rebuild_summary summary;
    struct archive archive;
    struct error err = {0};
    if (open_archive(&archive, options, output, NULL, &err))
        return output_fail(output, &err);
    int result = rebuild_archive(&archive, &rebuild_options, &summary, &err);
    output_progress(output, "%s", "");
    archive_close(&archive);
    if (result)
        return output_fail(output, &err);
    print_summary(output, &summary);
    return summary.damaged > 0 ? EXIT_NO : EXIT_DONE;
}

const struct verb rebuild_verb = {
    .name = "rebuild",
    .arguments = "",
    .summary = "Makes history.db anew from evidence and ledger.",
    .options = option_specs,
    .run = run,
};
