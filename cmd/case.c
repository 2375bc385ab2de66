#include "cmd/case.h"

#include "cmd/custody.h"
#include "cmd/filter.h"
#include "cmd/open.h"
#include "cmd/verbs.h"

#include <string.h>

static const struct option_spec option_specs[] = {
    {.name = "title", .value = "TEXT", .help = "create: what the case is about"},
    {.name = "reference", .value = "TEXT", .help = "create: a ticket, a file number"},
    {.name = "note", .value = "TEXT", .help = "create: a first note"},
    {.name = "reason", .value = "TEXT", .help = "add, remove, close, reopen: why"},
    {.name = "search", .value = "TEXT", .help = "add: all results that hold these words"},
    FILTER_OPTIONS,
    {.name = NULL},
};

static enum exit_status create(struct case_call *call);
static enum exit_status note(struct case_call *call);
static enum exit_status add(struct case_call *call);
static enum exit_status take_out(struct case_call *call);
static enum exit_status close_case(struct case_call *call);
static enum exit_status reopen(struct case_call *call);

/* What can be done, and how many arguments it takes behind its own name. */
static const struct step {
    const char *name;
    int least, most; /* -1: any number */
    enum exit_status (*run)(struct case_call *call);
    const char *options; /* that it knows, between blanks; filters only of `add` */
} steps[] = {
    {"create", 1, 1, create, " title reference note "},
    {"add", 1, -1, add, " reason search "},
    {"remove", 2, -1, take_out, " reason "},
    {"note", 2, 2, note, " "},
    {"list", 0, 0, case_list, " "},
    {"show", 1, 1, case_show, " "},
    {"close", 1, 1, close_case, " reason "},
    {"reopen", 1, 1, reopen, " reason "},
};

/* ---- one line for the ledger ---- */

static enum exit_status record(struct case_call *call, struct case_change change, const char *what)
{
    struct error err = {0};
    int64_t number;
    change.case_name = call->name;
    change.case_number = call->found.created_number;
    if (case_event_record(call->archive, &change, &number, &err))
        return output_fail(call->output, &err);
    if (call->output->json) {
        struct json_writer *writer = output_object(call->output);
        json_writer_text(writer, "event", change.event);
        json_writer_text(writer, "case_name", call->name);
        json_writer_int64(writer, "ledger_number", number);
        output_object_end(call->output);
    } else {
        output_notice(call->output, "case %s %s: ledger line %lld", call->name, what,
                      (long long)number);
    }
    return EXIT_DONE;
}

static enum exit_status fail(struct case_call *call, const char *sentence)
{
    struct error err = {0};
    error_set(&err, ERROR_USAGE, "case %s %s", call->name, sentence);
    return output_fail(call->output, &err);
}

static enum exit_status create(struct case_call *call)
{
    const struct options *options = call->options;
    const char *words = options_text(options, "note");
    if (call->found.is_described)
        return fail(call, "is there already: `lrarchive case show` shows it");
    return record(call,
                  (struct case_change){.event = "case_created",
                                       .title = options_text(options, "title"),
                                       .reference = options_text(options, "reference"),
                                       .words = words},
                  "created");
}

static enum exit_status note(struct case_call *call)
{
    const char *words = call->options->arguments[2];
    struct error err = {0};
    if (custody_check_words(call->options, "the note", words, &err))
        return output_fail(call->output, &err);
    return record(call, (struct case_change){.event = "case_noted", .words = words}, "noted");
}

static enum exit_status add(struct case_call *call)
{
    return case_change_items(call, "case_added");
}

static enum exit_status take_out(struct case_call *call)
{
    return case_change_items(call, "case_removed");
}

static enum exit_status close_case(struct case_call *call)
{
    return record(call, (struct case_change){.event = "case_closed", .words = call->reason},
                  "closed");
}

static enum exit_status reopen(struct case_call *call)
{
    if (!call->found.is_closed)
        return fail(call, "is open");
    return record(call, (struct case_change){.event = "case_reopened", .words = call->reason},
                  "reopened");
}

/* ---- the verb ---- */

static const struct step *find_step(const struct options *options, struct error *err)
{
    const char *name = options->arguments[0];
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
        if (strcmp(steps[i].name, name) == 0)
            return &steps[i];
    options_error(options, err,
                  "'%.40s' can't be done with a case: create, add, remove, note, list, show, close "
                  "or reopen",
                  name);
    return NULL;
}

static int check_options(const struct options *options, const struct step *step, struct error *err)
{
    static const char *const own[] = {"title", "reference", "note", "reason", "search"};
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        if (options_text(options, own[i]) && !strstr(step->options, own[i]))
            return options_error(options, err, "case %s knows no --%s", step->name, own[i]);
    if (filter_is_given(options) && !(step->run == add && options_text(options, "search")))
        return options_error(options, err, "filters need `case add NAME --search TEXT`");
    return 0;
}

static int check_words(const struct options *options, struct error *err)
{
    const char *name = options->argument_count > 1 ? options->arguments[1] : NULL;
    return custody_check_case(options, "a case", name, err) ||
                   custody_check_words(options, "--title", options_text(options, "title"), err) ||
                   custody_check_words(options, "--reference", options_text(options, "reference"),
                                       err) ||
                   custody_check_words(options, "--note", options_text(options, "note"), err) ||
                   custody_check_words(options, "--reason", options_text(options, "reason"), err)
               ? -1
               : 0;
}

static int check_arguments(const struct options *options, const struct step *step,
                           struct error *err)
{
    int count = options->argument_count - 1;
    bool is_search = options_text(options, "search") != NULL;
    if (count < step->least || (step->most >= 0 && count > step->most) ||
        (step->run == add && is_search == (count > 1)))
        return options_error(options, err, "case %s takes %s", step->name,
                             step->run == add ? "NAME and results or packages, or --search TEXT"
                             : step->run == take_out ? "NAME and results or packages"
                             : step->run == note     ? "NAME and TEXT"
                             : step->least == 0      ? "no arguments"
                                                     : "NAME");
    return check_options(options, step, err) || check_words(options, err) ? -1 : 0;
}

/* A case must be there, and open, for what is done to it. */
static int find_case(struct case_call *call, const struct step *step, struct error *err)
{
    if (!call->name)
        return 0;
    struct text name = {call->name, strlen(call->name)};
    int found = store_find_case(call->reader, name, &call->found, err);
    if (found < 0)
        return -1;
    if (found == 0 && step->run != create)
        return error_set(err, ERROR_NOT_FOUND,
                         "there is no case %s: `lrarchive case create` makes one", call->name);
    if (call->found.is_closed && step->run != case_show && step->run != reopen)
        return error_set(err, ERROR_USAGE, "case %s is closed: `lrarchive case reopen %s` opens it",
                         call->name, call->name);
    return 0;
}

static enum exit_status run(const struct options *options, struct output *output)
{
    struct archive archive;
    struct error err = {0};
    struct case_call call = {.options = options, .output = output, .archive = &archive};
    const struct step *step = find_step(options, &err);
    if (!step || check_arguments(options, step, &err) ||
        open_reader(&archive, &call.reader, options, output, &err))
        return output_fail(output, &err);
    call.name = options->argument_count > 1 ? options->arguments[1] : NULL;
    call.reason = options_text(options, "reason");
    enum exit_status status =
        find_case(&call, step, &err) ? output_fail(output, &err) : step->run(&call);
    store_close(call.reader);
    archive_close(&archive);
    return status;
}

const struct verb case_verb = {
    .name = "case",
    .arguments = "create|add|remove|note|list|show|close|reopen [NAME [RESULT|PACKAGE|TEXT]…]",
    .least = 1,
    .most = -1,
    .summary = "Keeps what belongs to a case, and on record who put it there and why.",
    .options = option_specs,
    .run = run,
};
