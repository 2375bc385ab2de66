#include "cmd/verbs.h"

#include "base/file.h"
#include "base/text.h"
#include "cmd/coverage.h"
#include "cmd/file_hits.h"
#include "cmd/filter.h"
#include "cmd/hits.h"
#include "cmd/open.h"
#include "cmd/sightings.h"
#include "ingest/search.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CONTEXT_MOST 1000 /* lines */
#define REASON_BYTES 4096

static const struct option_spec option_specs[] = {
    {.name = "substring", .help = "TEXT anywhere, in words too", .is_either = true},
    {.name = "regex", .help = "TEXT is a regular expression (PCRE2)", .is_either = true},
    {.name = "patterns", .value = "FILE", .help = "a list of indicators, lines or CSV; -: stdin"},
    {.name = "word",
     .help = "not inside a longer word, host name, address or hash (CSV: default)",
     .is_either = true},
    {.name = "no-word", .help = "inside longer ones, too"},
    {.name = "refang", .help = "the list has hxxp, [.] and the like"},
    {.name = "case-sensitive", .help = "letters in their own case only (--substring, --regex)"},
    {.name = "context", .value = "N", .letter = 'C', .help = "N lines before and behind each hit"},
    {.name = "count", .letter = 'c', .help = "how many hits each result has", .is_either = true},
    {.name = "results", .letter = 'l', .help = "only the results", .is_either = true},
    {.name = "by", .value = "indicator", .help = "a row for each indicator of the list"},
    {.name = "files", .help = "fetched files, too (--substring, --patterns)"},
    {.name = "record", .value = "REASON", .help = "put the search on record in the ledger"},
    {.name = "limit", .value = "N", .help = "stop after N hits (with -c and -l: N results)"},
    FILTER_OPTIONS,
    {.name = NULL},
};

/* What was asked, and how it is answered. */
struct asked {
    struct search_spec spec;
    struct hits_options hits;
    struct filter filter;
    struct indicators indicators;
    bool by_indicator, with_files;
    const char *reason;    /* of --record; NULL: it is not recorded */
    const char *list_path; /* NULL: no list */
};

/* ---- the command line ---- */

static int check_modes(const struct options *options, struct error *err)
{
    bool has_text = options->argument_count > 0;
    bool substring = options_flag(options, "substring"), regex = options_flag(options, "regex");
    bool patterns = options_text(options, "patterns") != NULL;
    if (substring + regex + patterns > 1)
        return options_error(options, err,
                             "--substring, --regex and --patterns exclude each other");
    if (patterns && has_text)
        return options_error(options, err,
                             "--patterns looks for what its FILE lists: leave TEXT away");
    if (!patterns && !has_text)
        return options_error(options, err, "search needs TEXT, or --patterns FILE");
    if (!patterns && options_flag(options, "refang"))
        return options_error(options, err, "--refang goes with --patterns");
    if (!patterns && options_text(options, "by"))
        return options_error(options, err, "--by indicator goes with --patterns");
    if (options_flag(options, "case-sensitive") && !substring && !regex)
        return options_error(options, err, "--case-sensitive goes with --substring or --regex");
    if (options_flag(options, "word") && !substring && !patterns)
        return options_error(options, err, "--word goes with --substring or --patterns");
    if (options_flag(options, "files") && !substring && !patterns)
        return options_error(options, err, "--files goes with --substring or --patterns");
    if (options_flag(options, "word") && options_flag(options, "no-word"))
        return options_error(options, err, "--word and --no-word exclude each other");
    return 0;
}

static int check_forms(const struct options *options, struct error *err)
{
    const char *by = options_text(options, "by");
    bool count = options_flag(options, "count"), results = options_flag(options, "results");
    bool context = options_text(options, "context") != NULL;
    if (by && strcmp(by, "indicator") != 0)
        return options_error(options, err, "--by takes the word indicator");
    if (count + results + context + (by != NULL) > 1)
        return options_error(options, err, "-C, -c, -l and --by exclude each other");
    if (by && options_text(options, "limit"))
        return options_error(options, err,
                             "--by indicator looks at everything: leave --limit away");
    return 0;
}

static int read_options(const struct options *options, struct asked *asked, struct error *err)
{
    bool given;
    if (check_modes(options, err) || check_forms(options, err) ||
        filter_read(&asked->filter, options, err) ||
        options_name(options, "record", REASON_BYTES, &asked->reason, err) ||
        options_int64(options, "context", 0, CONTEXT_MOST, &given, &asked->hits.context, err) ||
        options_int64(options, "limit", 1, INT64_MAX, &given, &asked->hits.limit, err))
        return -1;
    asked->spec.mode = options_flag(options, "substring")  ? SEARCH_SUBSTRING
                       : options_flag(options, "regex")    ? SEARCH_REGEX
                       : options_text(options, "patterns") ? SEARCH_INDICATORS
                                                           : SEARCH_PHRASE;
    asked->spec.is_case_sensitive = options_flag(options, "case-sensitive");
    asked->spec.is_word = options_flag(options, "word");
    asked->spec.filter = asked->hits.filter = &asked->filter.query;
    asked->hits.form = options_flag(options, "count")     ? HITS_COUNTS
                       : options_flag(options, "results") ? HITS_RESULTS
                                                          : HITS_LINES;
    asked->by_indicator = options_text(options, "by") != NULL;
    asked->with_files = options_flag(options, "files");
    asked->list_path = options_text(options, "patterns");
    if (options->argument_count > 0) {
        const char *text = options->arguments[0];
        asked->spec.text = (struct text){text, strlen(text)};
        if (!text_is_utf8(text, asked->spec.text.length))
            return options_error(options, err, "TEXT is not UTF-8");
    }
    return 0;
}

static bool ends_with_csv(const char *path)
{
    size_t length = strlen(path);
    return length > 4 && text_equal_fold(path + length - 4, ".csv");
}

static int read_indicators(const struct options *options, struct asked *asked, struct error *err)
{
    const char *path = asked->list_path;
    struct descriptor_stream stream;
    bool is_stdin = strcmp(path, "-") == 0;
    int fd = is_stdin ? STDIN_FILENO : file_open(path, O_RDONLY, err);
    if (fd < 0) {
        err->code = ERROR_USAGE;
        return -1;
    }
    descriptor_stream_init(&stream, fd, path);
    int result = indicators_read(&asked->indicators, &stream.stream, ends_with_csv(path),
                                 options_flag(options, "refang"), err);
    if (!is_stdin)
        close(fd);
    if (result)
        return error_at_path(err, is_stdin ? "stdin" : path);
    asked->spec.indicators = asked->hits.indicators = &asked->indicators;
    if (asked->indicators.is_csv && !options_flag(options, "no-word"))
        asked->spec.is_word = true;
    return 0;
}

/* ---- the verb ---- */

static int print_hits(struct store *reader, struct search *search, const struct asked *asked,
                      struct output *output, struct search_coverage *coverage, struct error *err)
{
    struct hits *hits = hits_new(output, reader, search, &asked->hits, err);
    int result = hits ? search_run(search, hits_take, hits, err) : -1;
    if (hits) {
        /* What was found before a failure is told all the same. */
        struct error ignored;
        result |= hits_end(hits, result ? &ignored : err);
        coverage->hits = hits_count(hits);
        coverage->results = hits_results(hits);
        coverage->reached_limit = hits_reached_limit(hits);
    }
    hits_free(hits);
    return result;
}

static int print_sightings(struct store *reader, struct search *search, const struct asked *asked,
                           struct output *output, struct search_coverage *coverage,
                           struct error *err)
{
    struct sightings *sightings =
        sightings_new(reader, &asked->indicators, asked->spec.filter, err);
    int result = sightings ? search_run(search, sightings_take, sightings, err) : -1;
    if (result == 0) {
        sightings_print(sightings, output);
        coverage->hits = sightings_count(sightings);
        coverage->results = sightings_results(sightings);
    }
    sightings_free(sightings);
    return result;
}

static int print_file_hits(struct archive *archive, struct store *reader, const struct asked *asked,
                           struct output *output, struct search_coverage *coverage,
                           struct error *err)
{
    struct file_hits *file_hits = file_hits_new(output, asked->spec.indicators);
    int result = search_files(archive, reader, &asked->spec, file_hits_take, file_hits_trouble,
                              file_hits, &coverage->searched_files, err);
    coverage->file_hits = file_hits_count(file_hits);
    file_hits_free(file_hits);
    return result;
}

/* All questions are asked of one moment of history. */
static int look(struct archive *archive, struct store *reader, const struct asked *asked,
                struct output *output, struct search_coverage *coverage, struct error *err)
{
    char head[65];
    int64_t file, offset;
    if (store_begin_read(reader, err) ||
        store_head(reader, &coverage->ledger_number, head, &file, &offset, err) < 0 ||
        query_counts(reader, asked->spec.filter, &coverage->counts, err))
        return -1;
    struct search *search = search_new(archive->database_path, reader, &asked->spec, err);
    if (!search)
        return -1;
    int result = (asked->by_indicator ? print_sightings : print_hits)(reader, search, asked, output,
                                                                      coverage, err);
    coverage->long_lines = search_long_lines(search);
    coverage->limited_lines = search_limited_lines(search);
    /* A regular expression that takes too many steps ends the search like a limit of ours. */
    if (result && err->code == ERROR_LIMIT)
        coverage->reached_limit = true;
    search_free(search);
    if (result == 0 && asked->with_files && !coverage->reached_limit)
        result = print_file_hits(archive, reader, asked, output, coverage, err);
    return result;
}

static int look_and_record(const struct options *options, const struct asked *asked,
                           struct output *output, struct search_coverage *coverage,
                           int64_t *recorded_number, struct error *err)
{
    struct archive archive;
    struct store *reader;
    if (open_reader(&archive, &reader, options, output, err))
        return -1;
    int result = look(&archive, reader, asked, output, coverage, err);
    store_end_read(reader);
    store_close(reader);
    if (result == 0 && asked->reason)
        result = search_record(&archive, &asked->spec, coverage, asked->reason, asked->list_path,
                               recorded_number, err);
    archive_close(&archive);
    return result;
}

static enum exit_status search(const struct options *options, struct asked *asked,
                               struct output *output)
{
    struct search_coverage coverage = {0};
    struct error err = {0};
    int64_t recorded_number = 0;
    if (read_options(options, asked, &err) ||
        (asked->spec.mode == SEARCH_INDICATORS && read_indicators(options, asked, &err)))
        return output_fail(output, &err);
    if (look_and_record(options, asked, output, &coverage, &recorded_number, &err)) {
        enum exit_status status = output_fail(output, &err);
        if (err.code != ERROR_LIMIT || !coverage.reached_limit)
            return status;
        coverage_print(output, &coverage, 0);
        return EXIT_NOT_WHOLE;
    }
    coverage_print(output, &coverage, recorded_number);
    if (coverage.limited_lines > 0)
        return EXIT_NOT_WHOLE;
    return coverage.hits + coverage.file_hits > 0 ? EXIT_DONE : EXIT_NO;
}

static enum exit_status run(const struct options *options, struct output *output)
{
    struct asked asked = {.by_indicator = false};
    enum exit_status status = search(options, &asked, output);
    indicators_release(&asked.indicators);
    return status;
}

const struct verb search_verb = {
    .name = "search",
    .arguments = "[TEXT]",
    .most = 1,
    .summary = "Finds words, texts or whole lists of indicators in all that scripts ever printed.",
    .options = option_specs,
    .run = run,
};
