#include "cmd/verbs.h"

#include "base/file.h"
#include "base/memory.h"
#include "cmd/custody.h"
#include "cmd/kept.h"
#include "cmd/open.h"
#include "ingest/ingest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ID_BYTES 1024
#define NAME_BYTES 1024
#define INDEX_MOST 999999999

static const struct option_spec option_specs[] = {
    {.name = "action", .value = "ID", .help = "the machine action that made the results"},
    {.name = "index", .value = "N", .help = "which of its commands, from 0"},
    {.name = "machine-id", .value = "ID", .help = "the service's id of the machine"},
    {.name = "machine", .value = "NAME", .help = "the machine's name"},
    {.name = "tenant", .value = "ID", .help = "the tenant"},
    CUSTODY_OPTIONS,
    {.name = "observed",
     .value = "TIME",
     .help = "when the results were made, where no action tells"},
    {.name = "max-unpacked",
     .value = "SIZE",
     .help = "read at most so much out of gzip and ZIP (64G)"},
    {.name = NULL},
};

/* ---- the options ---- */

static int read_options(const struct options *options, struct batch_context *context,
                        const char **operator_name, char observed_at[TIME_TEXT_SIZE],
                        struct error *err)
{
    bool has_size;
    if (options_name(options, "action", ID_BYTES, &context->action_id, err) ||
        options_int64(options, "index", 0, INDEX_MOST, &context->has_command_index,
                      &context->command_index, err) ||
        options_name(options, "machine-id", ID_BYTES, &context->machine_id, err) ||
        options_name(options, "machine", NAME_BYTES, &context->machine_name, err) ||
        options_name(options, "tenant", ID_BYTES, &context->tenant_id, err) ||
        options_time(options, "observed", observed_at, &context->observed_at, err) ||
        options_size(options, "max-unpacked", &has_size, &context->max_unpacked_bytes, err) ||
        custody_read(options, context, operator_name, err))
        return -1;
    if (context->has_command_index && !context->action_id)
        return options_error(options, err, "--index needs --action");
    return 0;
}

/* ---- the verb ---- */

static int ingest_all(const struct options *options, struct kept *kept,
                      const struct ingest_options *ingest_options, struct error *err)
{
    struct ingest_listener listener = {
        .context = kept, .kept = kept_on_kept, .rejected = kept_on_rejected};
    struct ingest *ingest = ingest_new(kept->archive, ingest_options, &listener);
    struct error finish_err = {0};
    int result = 0;
    for (int i = 0; i < options->argument_count && result == 0; i++)
        result = ingest_argument(ingest, options->arguments[i], err);
    if (ingest_finish(ingest, &finish_err)) {
        if (result == 0)
            *err = finish_err;
        result = -1;
    }
    ingest_free(ingest);
    return result;
}

static enum exit_status run(const struct options *options, struct output *output)
{
    struct ingest_options ingest_options = {0};
    struct archive archive;
    struct error err = {0};
    const char *operator_name;
    char observed_at[TIME_TEXT_SIZE];
    if (read_options(options, &ingest_options.context, &operator_name, observed_at, &err) ||
        open_archive_to_write(&archive, options, output, operator_name, &err))
        return output_fail(output, &err);
    struct kept kept = {.output = output, .archive = &archive};
    if (ingest_all(options, &kept, &ingest_options, &err))
        kept.status = output_worse(kept.status, output_fail(output, &err));
    kept_release(&kept);
    archive_close(&archive);
    if (output->to_terminal && !output->json)
        output_notice(output, "%lld ingested, %lld duplicate, %lld rejected",
                      (long long)kept.ingested, (long long)kept.duplicates,
                      (long long)kept.rejected);
    return kept.status;
}

const struct verb ingest_verb = {
    .name = "ingest",
    .arguments = "PATH… | -",
    .least = 1,
    .most = -1,
    .summary = "Takes files, folders or stdin (-) into the archive; a folder's "
               "files in byte order.",
    .options = option_specs,
    .run = run,
};
