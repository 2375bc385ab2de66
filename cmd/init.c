#include "cmd/verbs.h"

#include "ingest/archive.h"

#include <stdlib.h>
#include <string.h>

static int make(const struct options *options, struct output *output, struct error *err)
{
    bool is_default;
    const char *named = options->argument_count > 0 ? options->arguments[0] : NULL;
    if (named && options->archive && strcmp(named, options->archive) != 0)
        return options_error(options, err, "two folders are named: \"%s\" and \"%s\"",
                             options->archive, named);
    char *folder = archive_find(named ? named : options->archive, &is_default, err);
    if (!folder)
        return -1;
    int result = archive_create(folder, is_default, err);
    if (result == 0 && output->json) {
        struct json_writer *writer = output_object(output);
        json_writer_text(writer, "status", "made");
        json_writer_text(writer, "path", folder);
        output_object_end(output);
    } else if (result == 0 && !output->quiet) {
        output_format(output, "archive made: ");
        output_line_of(output, (struct text){folder, strlen(folder)});
        output_format(output, "\n");
    }
    free(folder);
    return result;
}

static enum exit_status run(const struct options *options, struct output *output)
{
    struct error err = {0};
    return make(options, output, &err) ? output_fail(output, &err) : EXIT_DONE;
}

const struct verb init_verb = {
    .name = "init",
    .arguments = "[DIR]",
    .most = 1,
    .summary = "Makes an archive in a new or empty folder.",
    .run = run,
};
