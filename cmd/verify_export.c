#include "cmd/verify_export.h"

#include "cmd/checkpoint_file.h"
#include "cmd/password_file.h"
#include "export/check.h"

#include <string.h>

#define INFECTED "infected" /* what exports with malware are encrypted with, as is the custom */

void verify_print(struct output *output, const char *kind, const char *path, int64_t offset,
                  const char *message)
{
    struct text path_text = {path, path ? strlen(path) : 0};
    struct text message_text = {message, strlen(message)};
    if (output->json) {
        struct json_writer *writer = output_object(output);
        json_writer_text(writer, "check", kind);
        json_writer_bytes(writer, "path", path_text);
        if (offset >= 0)
            json_writer_int64(writer, "offset", offset);
        json_writer_bytes(writer, "message", message_text);
        output_object_end(output);
    } else {
        output_format(output, "%-8s ", kind);
        output_line_of(output, path_text);
        if (offset >= 0)
            output_format(output, ": byte %lld", (long long)offset);
        output_format(output, ": ");
        output_line_of(output, message_text);
        output_format(output, "\n");
    }
    output_flush(output);
}

static int on_finding(void *context, const char *name, const char *message, struct error *err)
{
    (void)err;
    verify_print(context, "damage", name, -1, message);
    return 0;
}

static void print_summary_object(struct output *output, const struct check_summary *summary)
{
    struct json_writer *writer = output_object(output);
    json_writer_text(writer, "check", "export");
    json_writer_text(writer, "status", summary->damages > 0 ? "damaged" : "ok");
    json_writer_int64(writer, "files", summary->files);
    json_writer_int64(writer, "bytes", summary->bytes);
    json_writer_int64(writer, "packages", summary->packages);
    json_writer_int64(writer, "lines", summary->lines);
    json_writer_int64(writer, "receipts", summary->receipts);
    json_writer_int64(writer, "damages", summary->damages);
    json_writer_text(writer, "signed_by",
                     summary->checkpoint.size > 0 ? summary->verifier.name : "");
    json_writer_int64(writer, "checkpoint_lines", summary->checkpoint.size);
    output_object_end(output);
}

static const char *plural(int64_t count)
{
    return count == 1 ? "" : "s";
}

static void print_summary(struct output *output, const struct check_summary *summary,
                          bool is_own_key)
{
    struct buffer key;
    output_format(output, "%s: %lld file%s (%lld byte%s), %lld package%s, %lld ledger line%s, ",
                  summary->damages > 0 ? "DAMAGED" : "verified", (long long)summary->files,
                  plural(summary->files), (long long)summary->bytes, plural(summary->bytes),
                  (long long)summary->packages, plural(summary->packages),
                  (long long)summary->lines, plural(summary->lines));
    if (summary->damages > 0)
        output_format(output, "%lld finding%s of damage\n", (long long)summary->damages,
                      plural(summary->damages));
    else
        output_format(output, "signed by %s: no damage\n", summary->verifier.name);
    if (!is_own_key || summary->checkpoint.size == 0)
        return;
    buffer_init(&key, CHECKPOINT_BYTES);
    checkpoint_rewrite_verifier(&summary->verifier, &key);
    output_notice(
        output,
        "the key is the export's own; compare it with one that you have from the signer: %s",
        buffer_text(&key));
    buffer_release(&key);
}

static int check(const struct options *options, struct output *output, struct check_options *how,
                 struct check_summary *summary, struct error *err)
{
    const char *key = options_text(options, "key");
    struct checkpoint_verifier verifier;
    if (options_flag(options, "quick") || options_text(options, "subset") ||
        options_text(options, "checkpoint"))
        return options_error(
            options, err, "--quick, --subset and --checkpoint are for the archive, not for FILE");
    if (key && checkpoint_file_read_key(key, &verifier, err))
        return -1;
    how->verifier = key ? &verifier : NULL;
    return check_export(how, on_finding, output, summary, err);
}

enum exit_status verify_export(const struct options *options, struct output *output)
{
    const char *password_file = options_text(options, "password-file");
    struct check_options how = {.path = options->arguments[0], .password = INFECTED};
    struct check_summary summary = {0};
    struct buffer password = {0};
    struct error err = {0};
    int result = password_file ? password_file_read(password_file, &password, &err) : 0;
    if (password_file)
        how.password = buffer_text(&password);
    if (result == 0)
        result = check(options, output, &how, &summary, &err);
    password_file_release(&password);
    if (result)
        return output_fail(output, &err);
    if (output->json)
        print_summary_object(output, &summary);
    else if (!output->quiet)
        print_summary(output, &summary, !options_text(options, "key"));
    return summary.damages > 0 ? EXIT_NO : EXIT_DONE;
}
