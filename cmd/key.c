#include "cmd/verbs.h"

#include "cmd/key_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct option_spec option_specs[] = {
    {.name = "output",
     .value = "FILE",
     .help = "the private key; else $XDG_CONFIG_HOME/lrarchive/key",
     .letter = 'o'},
    {.name = "name",
     .value = "NAME",
     .help = "who signs with it; else $LRARCHIVE_OPERATOR, else lrarchive@host"},
    {.name = NULL},
};

static int choose_name(const struct options *options, char name[CHECKPOINT_NAME_SIZE],
                       struct error *err)
{
    const char *given = options_text(options, "name"), *operator= getenv("LRARCHIVE_OPERATOR");
    char host[CHECKPOINT_NAME_SIZE - 16] = "localhost";
    if (!given && operator&& operator[0])
        given = operator;
    if (!given) {
        (void)gethostname(host, sizeof host - 1);
        host[sizeof host - 1] = '\0';
        snprintf(name, CHECKPOINT_NAME_SIZE, "lrarchive@%s", host);
        return 0;
    }
    if (!checkpoint_is_name(given))
        return options_error(options, err,
                             "--name (or $LRARCHIVE_OPERATOR) needs a name of at most %d bytes "
                             "without blanks and '+'",
                             CHECKPOINT_NAME_SIZE - 1);
    snprintf(name, CHECKPOINT_NAME_SIZE, "%s", given);
    return 0;
}

static int make_key(const char *path, const char *name, struct output *output, struct error *err)
{
    struct buffer verifier;
    struct sign_key *key = sign_key_new();
    int result = key_file_write(path, key, name, err);
    buffer_init(&verifier, CHECKPOINT_BYTES);
    checkpoint_write_verifier(key, name, &verifier);
    sign_key_free(key);
    if (result == 0 && output->json) {
        struct json_writer *writer = output_object(output);
        json_writer_text(writer, "path", path);
        json_writer_text(writer, "verifier_key", buffer_text(&verifier));
        output_object_end(output);
    } else if (result == 0) {
        output_notice(output, "key made: %s; give others %s.pub:", path, path);
        output_format(output, "%s\n", buffer_text(&verifier));
    }
    buffer_release(&verifier);
    return result;
}

static enum exit_status run(const struct options *options, struct output *output)
{
    struct error err = {0};
    char name[CHECKPOINT_NAME_SIZE];
    if (strcmp(options->arguments[0], "new") != 0) {
        options_error(options, &err, "`lrarchive key new` makes a key");
        return output_fail(output, &err);
    }
    const char *given = options_text(options, "output");
    char *path = given ? NULL : key_file_path(&err);
    int result = given || path ? choose_name(options, name, &err) : -1;
    if (result == 0)
        result = make_key(given ? given : path, name, output, &err);
    free(path);
    return result ? output_fail(output, &err) : EXIT_DONE;
}

const struct verb key_verb = {
    .name = "key",
    .arguments = "new",
    .least = 1,
    .most = 1,
    .summary = "Makes an Ed25519 key to sign checkpoints with, outside the archive.",
    .options = option_specs,
    .run = run,
};
