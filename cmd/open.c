#include "cmd/open.h"

#include "base/file.h"

#include <stdlib.h>

static void on_notice(void *context, const char *sentence)
{
    output_notice(context, "%s", sentence);
}

int open_archive(struct archive *archive, const struct options *options, struct output *output,
                 const char *operator_name, struct error *err)
{
    bool is_default;
    char *folder = archive_find(options->archive, &is_default, err);
    if (!folder)
        return -1;
    int result = archive_open(archive, folder, operator_name, err);
    free(folder);
    if (result)
        return -1;
    archive->notice = on_notice;
    archive->notice_context = output;
    return 0;
}

/* The default place is made by the first ingest; two first ones at once both
 * find it. */
static int make_default_archive(const struct options *options, struct output *output,
                                struct error *err)
{
    bool is_default;
    char *folder = archive_find(options->archive, &is_default, err);
    if (!folder)
        return -1;
    char *format = file_join(folder, "FORMAT.txt");
    int result = 0;
    if (is_default && !file_exists(format)) {
        result = archive_create(folder, true, err);
        if (result == 0)
            output_notice(output, "archive made: %s", folder);
        else if (file_exists(format))
            result = 0;
    }
    free(format);
    free(folder);
    return result;
}

int open_archive_to_write(struct archive *archive, const struct options *options,
                          struct output *output, const char *operator_name, struct error *err)
{
    return make_default_archive(options, output, err) ||
                   open_archive(archive, options, output, operator_name, err)
               ? -1
               : 0;
}

void open_tell_lag(const struct archive *archive, struct store *reader, struct output *output)
{
    if (archive_is_ahead_of(archive, reader))
        output_notice(output, "history.db lacks the ledger's last lines, and so does this "
                              "answer; the next ingest, or `lrarchive rebuild`, adds them");
}

int open_reader(struct archive *archive, struct store **reader, const struct options *options,
                struct output *output, struct error *err)
{
    if (open_archive(archive, options, output, NULL, err))
        return -1;
    *reader = store_open_reader(archive->database_path, err);
    if (*reader) {
        open_tell_lag(archive, *reader, output);
        return 0;
    }
    archive_close(archive);
    return -1;
}
