/*
 * main - the verb table, and where everything is.
 *
 *   cmd/       a file per verb: what was asked, one call into a room below, the answer printed
 *                options.c the command line   output.c, table.c, row.c, printer.c what is said and how
 *   ingest/    where the rooms meet: archive.c (open, lock), batch.c (how a package becomes durable:
 *              start here), recover.c (order after a crash), apply.c (a ledger line becomes rows),
 *              rebuild.c, verify.c
 *   parser/    bytes in, records out; knows no disk, database or network
 *   evidence/  segments, gzip members, the ledger: bytes and proofs; knows no SQL
 *   schema/    history.db; the only user of SQLite
 *   fetch/     the service's API and downloads; the only user of libcurl
 *   base/      errors, buffers, streams, hashes, text, time, files
 *
 * Includes point down only: cmd, ingest, {parser, evidence, schema, fetch}, base. A result's way in:
 * cmd/ingest.c, ingest/ingest.c, ingest/batch.c, then evidence/segment.c, and ingest/apply.c from
 * parser/package.c into schema/store.h.
 */
#include "base/interrupt.h"
#include "cmd/help.h"
#include "cmd/options.h"
#include "cmd/output.h"
#include "cmd/verbs.h"

#include <fcntl.h>
#include <locale.h>
#include <unistd.h>

#define HELP_BYTES 65536

static const struct verb *const verbs[] = {
    &init_verb,  &ingest_verb, &fetch_verb,   &watch_verb,  &status_verb, &list_verb,
    &show_verb,  &cat_verb,    &search_verb,  &diff_verb,   &stack_verb,  &stats_verb,
    &query_verb, &shell_verb,  &case_verb,    &export_verb, &verify_verb, &checkpoint_verb,
    &key_verb,   &log_verb,    &rebuild_verb, &help_verb,   NULL,
};

/* A closed 0, 1 or 2 would be given to the next file that is opened: evidence must not become
 * stdout. Each is opened so that using it fails as on a closed one. */
static void keep_standard_descriptors(void)
{
    for (int fd = 0; fd <= 2; fd++)
        if (fcntl(fd, F_GETFD) < 0)
            (void)open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY);
}

static enum exit_status print_help(const struct options *options, struct output *output)
{
    struct buffer text;
    buffer_init(&text, HELP_BYTES);
    if (options->verb)
        help_of_verb(&text, options->verb);
    else
        help_overview(&text, verbs);
    enum exit_status status = EXIT_DONE;
    if (options->verb || options->help) {
        output_bytes(output, text.bytes, text.length);
    } else {
        status = EXIT_USAGE;
        (void)!write(STDERR_FILENO, text.bytes, text.length);
    }
    buffer_release(&text);
    return status;
}

static enum exit_status print_version(struct output *output)
{
    output_format(output, "lrarchive %s\n", LRARCHIVE_VERSION);
    return EXIT_DONE;
}

int main(int argc, char **argv)
{
    struct options options;
    struct output output;
    struct error err = {0};
    enum exit_status status;
    keep_standard_descriptors();
    setlocale(LC_CTYPE, "C.UTF-8");
    interrupt_install();
    output_init(&output);
    int wrong = options_parse(&options, verbs, argc, argv, &err);
    output.json = options.json;
    output.quiet = options.quiet;
    if (options.help && (options.verb || !wrong))
        status = print_help(&options, &output);
    else if (wrong)
        status = output_fail(&output, &err);
    else if (options.version)
        status = print_version(&output);
    else if (!options.verb)
        status = print_help(&options, &output);
    else
        status = options.verb->run(&options, &output);
    status = output_finish(&output, status);
    options_release(&options);
    output_release(&output);
    return (int)status;
}
