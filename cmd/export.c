#include "export/export.h"
#include "export/zone.h"

#include "base/file.h"
#include "base/memory.h"
#include "base/time.h"
#include "cmd/case_exhibit.h"
#include "cmd/checkpoint_file.h"
#include "cmd/custody.h"
#include "cmd/key_file.h"
#include "cmd/open.h"
#include "cmd/password_file.h"
#include "cmd/verbs.h"
#include "ingest/case_event.h"
#include "schema/query.h"

#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define INFECTED "infected"
#define LAST_SECOND 253402300799 /* of the year 9999 */

static const struct option_spec option_specs[] = {
    {.name = "output",
     .value = "FILE",
     .help = "the ZIP to make; nothing may be there",
     .letter = 'o'},
    {.name = "to",
     .value = "NAME",
     .help = "it is handed over to NAME: goes on record with its hash"},
    {.name = "reason", .value = "TEXT", .help = "why it is handed over, or exhibits are withheld"},
    {.name = "withhold",
     .value = "EXHIBIT",
     .help = "list its number and hash, and leave out its bytes; may be repeated",
     .is_repeated = true},
    {.name = "include-files", .help = "fetched files go in, too: they may be malware"},
    {.name = "infected", .help = "the same, in a ZIP encrypted with the password 'infected'"},
    {.name = "encrypt-password-file",
     .value = "FILE",
     .help = "encrypt (AES-256) with the password in the first line of FILE"},
    {.name = "key",
     .value = "FILE",
     .help = "the private key to sign the checkpoint with; else $XDG_CONFIG_HOME/lrarchive/key"},
    {.name = "checkpoint",
     .value = "FILE",
     .help = "use this checkpoint, which was signed before; --key is then its verifier key (PUB)"},
    {.name = "time", .value = "TIME", .help = "stands for now; else $SOURCE_DATE_EPOCH, else now"},
    {.name = "timezone",
     .value = "ZONE",
     .help = "the report shows times in it beside UTC: Europe/Berlin"},
    {.name = "operator",
     .value = "NAME",
     .help = "who exports; else $LRARCHIVE_OPERATOR, else user@host"},
    {.name = NULL},
};

struct export_call {
    const struct options *options;
    struct output *output;
    struct archive *archive;
    struct export_order order;
    char *case_name;
    char (*withheld)[65];
    struct sign_key *key;
    struct checkpoint checkpoint;
    struct checkpoint_verifier verifier;
    struct buffer checkpoint_text;
    struct buffer password;
    char time[TIME_TEXT_SIZE];
    struct store_case found;
};

/* ---- what was asked ---- */

/* $SOURCE_DATE_EPOCH: seconds since 1970 (reproducible-builds.org). */
static int choose_time(struct export_call *call, struct error *err)
{
    const char *given = NULL, *epoch = getenv("SOURCE_DATE_EPOCH");
    int64_t seconds;
    if (options_time(call->options, "time", call->time, &given, err))
        return -1;
    if (!given && epoch && epoch[0]) {
        if (text_parse_int64(epoch, strlen(epoch), &seconds) || seconds < 0 ||
            seconds > LAST_SECOND)
            return options_error(call->options, err,
                                 "$SOURCE_DATE_EPOCH is no count of seconds up to the year 9999: "
                                 "'%.40s'",
                                 epoch);
        time_from_unix(seconds, 0, call->time);
    } else if (!given) {
        time_now(call->time);
    }
    call->order.made_at = call->time;
    return 0;
}

static int check_timezone(struct export_call *call, struct error *err)
{
    const char *zone = options_text(call->options, "timezone");
    if (zone && !zone_is_known(zone))
        return options_error(call->options, err,
                             "--timezone '%.40s' is not known here (such as Europe/Berlin; Debian "
                             "has them in the package tzdata)",
                             zone);
    call->order.timezone = zone;
    return 0;
}

static int read_password(struct export_call *call, struct error *err)
{
    const char *path = options_text(call->options, "encrypt-password-file");
    bool is_infected = options_flag(call->options, "infected");
    call->order.include_files = is_infected || options_flag(call->options, "include-files");
    if (is_infected && path)
        return options_error(call->options, err,
                             "--infected has its own password, 'infected'; with another one say "
                             "--include-files");
    if (is_infected)
        call->order.password = INFECTED;
    if (!path)
        return 0;
    if (password_file_read(path, &call->password, err))
        return -1;
    call->order.password = buffer_text(&call->password);
    return 0;
}

static int check_words(struct export_call *call, const char **operator_name, struct error *err)
{
    const struct options *options = call->options;
    const char *to, *reason = options_text(options, "reason");
    int at = 0;
    bool is_withholding = options_next(options, "withhold", &at) != NULL;
    if (options_name(options, "to", 255, &to, err) ||
        custody_check_words(options, "--reason", reason, err) ||
        custody_check_case(options, "a case", options->arguments[0], err) ||
        custody_operator(options, operator_name, err))
        return -1;
    const char *output = options_text(options, "output");
    if (!output || strcmp(output, "-") == 0)
        return options_error(options, err, "say where to: -o FILE.zip%s",
                             output ? " (a ZIP cannot be written into a pipe)" : "");
    if ((to || is_withholding) && !(reason && reason[0]))
        return options_error(options, err, "%s needs --reason TEXT", to ? "--to" : "--withhold");
    if (reason && !to && !is_withholding)
        return options_error(options, err, "--reason goes with --to or --withhold");
    call->order.withheld_reason = is_withholding ? reason : NULL;
    return choose_time(call, err) || check_timezone(call, err) || read_password(call, err) ? -1 : 0;
}

/* ---- key and checkpoint ---- */

static int read_given_checkpoint(struct export_call *call, const char *path, struct error *err)
{
    const char *given = options_text(call->options, "key");
    char *own = given ? NULL : key_file_path(err);
    struct buffer key_path;
    if (!given && !own)
        return -1;
    buffer_init(&key_path, PATH_MAX);
    text_printf(&key_path, "%s%s", given ? given : own, given ? "" : ".pub");
    free(own);
    buffer_release(&call->checkpoint_text);
    int result = checkpoint_file_read(path, buffer_text(&key_path), &call->checkpoint,
                                      &call->verifier, &call->checkpoint_text, err);
    buffer_release(&key_path);
    call->order.checkpoint = &call->checkpoint;
    call->order.checkpoint_text =
        (struct text){call->checkpoint_text.bytes, call->checkpoint_text.length};
    call->order.last_number = call->checkpoint.size;
    return result;
}

static int read_key(struct export_call *call, struct error *err)
{
    const char *given = options_text(call->options, "key");
    char sha256[SHA256_HEX_SIZE], *own = given ? NULL : key_file_path(err);
    int64_t file, offset;
    if (!given && !own)
        return -1;
    if (!given && !file_exists(own)) {
        error_set(err, ERROR_USAGE,
                  "there is no key to sign the export with: `lrarchive key new --name YOU@WHERE` "
                  "makes one, once; `--key FILE` takes one that lies elsewhere");
        error_at_path(err, own);
        free(own);
        return -1;
    }
    call->key = key_file_read(given ? given : own, &call->verifier, err);
    free(own);
    if (!call->key)
        return -1;
    call->order.key = call->key;
    int found =
        store_head(call->order.reader, &call->order.last_number, sha256, &file, &offset, err);
    return found == 0  ? error_set(err, ERROR_NOT_FOUND, "the ledger has no line yet")
           : found < 0 ? -1
                       : 0;
}

static int choose_checkpoint(struct export_call *call, struct error *err)
{
    const char *path = options_text(call->options, "checkpoint");
    call->order.verifier = &call->verifier;
    return path ? read_given_checkpoint(call, path, err) : read_key(call, err);
}

/* ---- the case ---- */

static int find_case(struct export_call *call, struct error *err)
{
    const char *name = call->options->arguments[0];
    struct query *rows;
    if (query_cases(call->order.reader, name, &rows, err))
        return -1;
    int more = query_next(rows, err);
    if (more == 1) {
        struct text found = query_value_named(rows, "case_name").text;
        call->case_name = memory_copy_text(found.bytes, found.length);
        call->order.case_name = call->case_name;
    }
    query_free(rows);
    if (more == 0)
        return error_set(err, ERROR_NOT_FOUND,
                         "there is no case %s: `lrarchive case list` shows them", name);
    return more < 0 || store_find_case(call->order.reader,
                                       (struct text){call->case_name, strlen(call->case_name)},
                                       &call->found, err) < 0
               ? -1
               : 0;
}

static int find_withheld(struct export_call *call, struct error *err)
{
    const char *exhibit;
    int at = 0;
    size_t count = 0;
    while ((exhibit = options_next(call->options, "withhold", &at))) {
        call->withheld = memory_resize(call->withheld, (count + 1) * sizeof *call->withheld);
        int found = case_exhibit_find(call->order.reader, call->case_name, exhibit,
                                      call->withheld[count++], err);
        if (found == 0)
            return error_set(err, ERROR_USAGE,
                             "'%.160s' is no exhibit of case %s: `lrarchive case show %s`", exhibit,
                             call->case_name, call->case_name);
        if (found < 0)
            return -1;
    }
    call->order.withheld = (const char(*)[65])call->withheld;
    call->order.withheld_count = count;
    return 0;
}

/* ---- the answer ---- */

static void print_outcome(struct export_call *call, const struct export_outcome *outcome,
                          int64_t number)
{
    struct output *output = call->output;
    if (output->json) {
        struct json_writer *writer = output_object(output);
        json_writer_text(writer, "case_name", call->case_name);
        json_writer_text(writer, "file", call->order.path);
        json_writer_text(writer, "file_sha256", outcome->sha256);
        json_writer_int64(writer, "file_bytes", outcome->size_bytes);
        json_writer_int64(writer, "exhibits", outcome->exhibits);
        json_writer_int64(writer, "withheld", outcome->withheld);
        json_writer_int64(writer, "ledger_lines", outcome->lines);
        if (number > 0)
            json_writer_int64(writer, "ledger_number", number);
        output_object_end(output);
        return;
    }
    output_format(output, "%s  ", outcome->sha256);
    output_line_of(output, (struct text){call->order.path, strlen(call->order.path)});
    output_format(output, "\n");
    if (number > 0)
        output_notice(output, "case %s released: ledger line %lld", call->case_name,
                      (long long)number);
}

/* On record before it has its name: an export that nobody knows of would be worse than a line about one that is not there. */
static int record_release(struct export_call *call, const struct export_outcome *outcome,
                          int64_t *number, struct error *err)
{
    const char *to = options_text(call->options, "to");
    char folder[PATH_MAX];
    *number = 0;
    if (!to)
        return 0;
    bool is_absolute = call->order.path[0] == '/' || !realpath(".", folder);
    char *file = is_absolute ? memory_copy_text(call->order.path, strlen(call->order.path))
                             : file_join(folder, call->order.path);
    struct case_change change = {.event = CASE_EVENT_RELEASED,
                                 .case_name = call->case_name,
                                 .case_number = call->found.created_number,
                                 .words = options_text(call->options, "reason"),
                                 .released_to = to,
                                 .file = file,
                                 .file_sha256 = outcome->sha256,
                                 .file_bytes = outcome->size_bytes};
    int result = case_event_record(call->archive, &change, number, err);
    free(file);
    return result;
}

/* What lies there besides is nobody's: it would go into every copy of the archive, and the next export into that. */
static int check_place(const struct export_call *call, struct error *err)
{
    char archive[PATH_MAX], folder[PATH_MAX];
    char *copy = memory_copy_text(call->order.path, strlen(call->order.path));
    bool is_known = realpath(call->archive->folder, archive) && realpath(dirname(copy), folder);
    size_t length = is_known ? strlen(archive) : 0;
    free(copy);
    if (!is_known || strncmp(folder, archive, length) != 0 ||
        (folder[length] != '/' && folder[length] != '\0'))
        return 0;
    error_set(err, ERROR_USAGE, "lies in the archive's folder; choose a place outside of it");
    return error_at_path(err, call->order.path);
}

/* Said before the work, which may take long. */
static int check_may_record(const struct export_call *call, struct error *err)
{
    if (!options_text(call->options, "to") || access(call->archive->folder, W_OK) == 0)
        return 0;
    error_set_errno(err, ERROR_IO, errno,
                    "--to goes on record, and the archive cannot be written here: leave it out, or "
                    "export where it can");
    return error_at_path(err, call->archive->folder);
}

static int export_it(struct export_call *call, struct error *err)
{
    struct export_outcome outcome;
    int64_t number = 0;
    if (check_place(call, err) || check_may_record(call, err) || find_case(call, err) ||
        find_withheld(call, err) || choose_checkpoint(call, err))
        return -1;
    struct export *export = export_make(&call->order, &outcome, err);
    int result = export ? record_release(call, &outcome, &number, err) : -1;
    if (result == 0)
        result = export_publish(export, err);
    export_free(export);
    if (result == 0)
        print_outcome(call, &outcome, number);
    return result;
}

static void release(struct export_call *call)
{
    password_file_release(&call->password);
    buffer_release(&call->checkpoint_text);
    sign_key_free(call->key);
    free(call->case_name);
    free(call->withheld);
    store_close(call->order.reader);
}

static enum exit_status run(const struct options *options, struct output *output)
{
    struct archive archive;
    struct error err = {0};
    const char *operator_name = NULL;
    struct export_call call = {.options = options, .output = output, .archive = &archive};
    store_count_no_memory();
    buffer_init(&call.checkpoint_text, CHECKPOINT_BYTES);
    if (check_words(&call, &operator_name, &err) ||
        open_archive(&archive, options, output, operator_name, &err)) {
        release(&call);
        return output_fail(output, &err);
    }
    call.order.path = options_text(options, "output");
    call.order.evidence_folder = archive.evidence_folder;
    call.order.ledger_folder = archive.ledger_folder;
    call.order.made_by = archive.actor.operator_name;
    call.order.tool = archive.actor.tool;
    call.order.reader = store_open_reader(archive.database_path, &err);
    if (call.order.reader)
        open_tell_lag(&archive, call.order.reader, output);
    int result = call.order.reader ? export_it(&call, &err) : -1;
    release(&call);
    archive_close(&archive);
    return result ? output_fail(output, &err) : EXIT_DONE;
}

const struct verb export_verb = {
    .name = "export",
    .arguments = "CASE",
    .least = 1,
    .most = 1,
    .summary = "Writes a case into one ZIP file that others can verify without lrarchive.",
    .options = option_specs,
    .run = run,
};
