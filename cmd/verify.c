#include "cmd/verbs.h"

#include "cmd/checkpoint_file.h"
#include "cmd/open.h"
#include "cmd/verify_export.h"
#include "ingest/verify.h"

#include <string.h>

static const struct option_spec option_specs[] = {
    {.name = "quick",
     .help = "the ledger's chain, the sizes of files, and SQLite's quick check only"},
    {.name = "checkpoint",
     .value = "FILE",
     .help = "does the ledger still begin with what was signed there?"},
    {.name = "key",
     .value = "PUB",
     .help = "the verifier key that --checkpoint, or an export's checkpoint, is signed with"},
    {.name = "subset", .value = "N/T", .help = "the Nth of T parts of all packages and texts"},
    {.name = "password-file",
     .value = "FILE",
     .help = "the first line of FILE is the password of an encrypted export"},
    {.name = NULL},
};

static int read_subset(const struct options *options, struct verify_options *verify,
                       struct error *err)
{
    const char *text = options_text(options, "subset");
    const char *slash = text ? strchr(text, '/') : NULL;
    verify->subset_part = verify->subset_of = 1;
    if (!text)
        return 0;
    if (slash && text_parse_int64(text, (size_t)(slash - text), &verify->subset_part) == 0 &&
        text_parse_int64(slash + 1, strlen(slash + 1), &verify->subset_of) == 0 &&
        verify->subset_part >= 1 && verify->subset_part <= verify->subset_of)
        return 0;
    return options_error(options, err, "--subset needs N/T with N from 1 to T, such as 1/7");
}

static int on_finding(void *context, const struct verify_finding *finding, struct error *err)
{
    (void)err;
    verify_print(context, verify_kind_name(finding->kind), finding->path, finding->offset,
                 finding->message);
    return 0;
}

static void print_summary_object(struct output *output, const struct verify_summary *summary)
{
    struct json_writer *fields = json_writer_new();
    struct buffer text;
    json_writer_begin(fields);
    json_writer_int64(fields, "lines", summary->lines);
    json_writer_int64(fields, "packages", summary->packages);
    json_writer_int64(fields, "bytes", summary->bytes);
    json_writer_int64(fields, "segments", summary->segments);
    json_writer_int64(fields, "outputs", summary->texts);
    json_writer_int64(fields, "damages", summary->damages);
    json_writer_int64(fields, "tails", summary->tails);
    json_writer_int64(fields, "unparsed", summary->unparsed);
    struct text object = json_writer_end(fields);
    buffer_init(&text, object.length + 1);
    (void)buffer_append(&text, object.bytes, object.length);
    struct json_writer *writer = output_object(output);
    json_writer_raw(writer, "summary", buffer_text(&text));
    json_writer_text(writer, "status", summary->damages > 0 ? "damaged" : "ok");
    output_object_end(output);
    buffer_release(&text);
    json_writer_free(fields);
}

static const char *plural(int64_t count)
{
    return count == 1 ? "" : "s";
}

static void print_summary(struct output *output, const struct verify_summary *summary)
{
    output_format(output,
                  "%s: %lld ledger line%s, %lld package%s (%lld byte%s), %lld segment%s, "
                  "%lld output%s: ",
                  summary->damages > 0 ? "DAMAGED" : "verified", (long long)summary->lines,
                  plural(summary->lines), (long long)summary->packages, plural(summary->packages),
                  (long long)summary->bytes, plural(summary->bytes), (long long)summary->segments,
                  plural(summary->segments), (long long)summary->texts, plural(summary->texts));
    if (summary->damages > 0)
        output_format(output, "%lld finding%s of damage\n", (long long)summary->damages,
                      plural(summary->damages));
    else
        output_format(output, "no damage\n");
}

/* ---- the checkpoint ---- */

static void print_checkpoint(struct output *output, const struct checkpoint *checkpoint,
                             const struct checkpoint_verifier *verifier)
{
    if (output->json) {
        struct json_writer *writer = output_object(output);
        json_writer_text(writer, "check", "checkpoint");
        json_writer_text(writer, "status", "ok");
        json_writer_int64(writer, "lines", checkpoint->size);
        json_writer_text(writer, "signed_by", verifier->name);
        output_object_end(output);
    } else if (!output->quiet) {
        output_format(output, "checkpoint: the ledger begins with the %lld line%s that %s signed\n",
                      (long long)checkpoint->size, plural(checkpoint->size), verifier->name);
    }
}

/* Whether today's ledger extends what was signed. ERROR_DAMAGED when it does not. */
static int check_checkpoint(const struct options *options, const struct archive *archive,
                            struct output *output, struct error *err)
{
    struct checkpoint then, now;
    struct checkpoint_verifier verifier;
    struct buffer text;
    const char *path = options_text(options, "checkpoint");
    int result =
        checkpoint_file_read(path, options_text(options, "key"), &then, &verifier, &text, err);
    buffer_release(&text);
    if (result || checkpoint_of_ledger(&now, archive->ledger_folder, then.size, err))
        return -1;
    if (strcmp(now.origin, then.origin) != 0)
        error_set(err, ERROR_DAMAGED,
                  "is of another archive, or the ledger's first line was changed");
    else if (memcmp(now.root, then.root, sizeof now.root) != 0)
        error_set(err, ERROR_DAMAGED,
                  "the ledger's first %lld lines are not those that were signed",
                  (long long)then.size);
    else {
        print_checkpoint(output, &then, &verifier);
        return 0;
    }
    return error_at_path(err, path);
}

static enum exit_status fail(struct output *output, const struct error *err)
{
    enum exit_status status = output_fail(output, err);
    return err->code == ERROR_DAMAGED ? EXIT_NO : status;
}

static enum exit_status run(const struct options *options, struct output *output)
{
    bool has_checkpoint = options_text(options, "checkpoint") != NULL;
    struct verify_options verify_options = {.quick = options_flag(options, "quick")};
    struct verify_summary summary;
    struct archive archive;
    struct error err = {0};
    if (options->argument_count > 0)
        return verify_export(options, output);
    if (options_text(options, "password-file")) {
        options_error(options, &err, "--password-file goes with an export's FILE");
        return output_fail(output, &err);
    }
    if (has_checkpoint != (options_text(options, "key") != NULL)) {
        options_error(options, &err, "--checkpoint and --key go together");
        return output_fail(output, &err);
    }
    if (read_subset(options, &verify_options, &err) ||
        open_archive(&archive, options, output, NULL, &err))
        return output_fail(output, &err);
    int result = has_checkpoint ? check_checkpoint(options, &archive, output, &err) : 0;
    if (result == 0)
        result = verify_archive(&archive, &verify_options, on_finding, output, &summary, &err);
    archive_close(&archive);
    if (result)
        return fail(output, &err);
    if (output->json)
        print_summary_object(output, &summary);
    else if (!output->quiet)
        print_summary(output, &summary);
    return summary.damages > 0 ? EXIT_NO : EXIT_DONE;
}

const struct verb verify_verb = {
    .name = "verify",
    .arguments = "[FILE]",
    .most = 1,
    .summary =
        "Checks the archive against its hashes, or an export, which needs no archive; changes "
        "nothing.",
    .options = option_specs,
    .run = run,
};
