#include "cmd/verbs.h"

#include "base/file.h"
#include "cmd/key_file.h"
#include "cmd/open.h"

#include <stdio.h>
#include <stdlib.h>

static const struct option_spec option_specs[] = {
    {.name = "output", .value = "FILE", .help = "a new file; else stdout", .letter = 'o'},
    {.name = "key",
     .value = "FILE",
     .help = "the private key to sign with; else $XDG_CONFIG_HOME/lrarchive/key"},
    {.name = NULL},
};

static int sign(const struct options *options, const struct checkpoint *checkpoint,
                struct buffer *text, struct checkpoint_verifier *verifier, struct error *err)
{
    const char *given = options_text(options, "key");
    char *path = given ? NULL : key_file_path(err);
    if (!given && !path)
        return -1;
    struct sign_key *key = key_file_read(given ? given : path, verifier, err);
    free(path);
    if (!key)
        return -1;
    checkpoint_sign(checkpoint, key, verifier->name, text);
    sign_key_free(key);
    return 0;
}

static void print_object(struct output *output, const struct checkpoint *checkpoint,
                         const struct checkpoint_verifier *verifier, struct buffer *text)
{
    char root[SHA256_HEX_SIZE];
    for (size_t i = 0; i < SHA256_SIZE; i++)
        snprintf(root + 2 * i, 3, "%02x", checkpoint->root[i]);
    struct json_writer *writer = output_object(output);
    json_writer_text(writer, "origin", checkpoint->origin);
    json_writer_int64(writer, "lines", checkpoint->size);
    json_writer_text(writer, "root_sha256", root);
    json_writer_text(writer, "signed_by", verifier->name);
    json_writer_text(writer, "checkpoint", buffer_text(text));
    output_object_end(output);
}

static enum exit_status run(const struct options *options, struct output *output)
{
    struct archive archive;
    struct checkpoint checkpoint;
    struct checkpoint_verifier verifier;
    struct buffer text;
    struct error err = {0};
    const char *path = options_text(options, "output");
    if (open_archive(&archive, options, output, NULL, &err))
        return output_fail(output, &err);
    buffer_init(&text, CHECKPOINT_BYTES);
    int result = checkpoint_of_ledger(&checkpoint, archive.ledger_folder, -1, &err);
    if (result == 0)
        result = sign(options, &checkpoint, &text, &verifier, &err);
    if (result == 0 && path)
        result = file_create(path, text.bytes, text.length, &err);
    if (result == 0 && output->json)
        print_object(output, &checkpoint, &verifier, &text);
    else if (result == 0 && !path)
        output_bytes(output, text.bytes, text.length);
    buffer_release(&text);
    archive_close(&archive);
    return result ? output_fail(output, &err) : EXIT_DONE;
}

const struct verb checkpoint_verb = {
    .name = "checkpoint",
    .arguments = "",
    .summary = "Signs what the ledger is now, so that it can be proved later to have been so.",
    .options = option_specs,
    .run = run,
};
