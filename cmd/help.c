#include "cmd/help.h"

#include "base/text.h"

#include <stdio.h>
#include <string.h>

#define HELP_BYTES 65536
#define WORD_BYTES 32 /* of a mistyped verb that is compared */

const struct verb *help_find_verb(const struct verb *const *verbs, const char *name)
{
    for (; *verbs; verbs++)
        if (strcmp((*verbs)->name, name) == 0)
            return *verbs;
    return NULL;
}

/* Letters to add, drop or change to make one word of the other (Levenshtein). Both are shorter than
 * WORD_BYTES. */
static size_t distance(const char *a, const char *b)
{
    size_t row[WORD_BYTES], length = strlen(b);
    for (size_t j = 0; j <= length; j++)
        row[j] = j;
    for (size_t i = 1; a[i - 1]; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= length; j++) {
            size_t best = diagonal + (a[i - 1] != b[j - 1]);
            if (row[j] + 1 < best)
                best = row[j] + 1;
            if (row[j - 1] + 1 < best)
                best = row[j - 1] + 1;
            diagonal = row[j];
            row[j] = best;
        }
    }
    return row[length];
}

const char *help_nearest_verb(const struct verb *const *verbs, const char *name)
{
    const char *nearest = NULL;
    size_t length = strlen(name), least = length / 3 + 2;
    if (length >= WORD_BYTES)
        return NULL;
    for (; *verbs; verbs++) {
        size_t far = distance(name, (*verbs)->name);
        if (far < least) {
            least = far;
            nearest = (*verbs)->name;
        }
    }
    return nearest;
}

static void add_option(struct buffer *out, const char *name, const char *value, const char *help)
{
    size_t start = out->length;
    text_printf(out, "  %s%s%s", name, value ? " " : "", value ? value : "");
    size_t used = text_columns(out->bytes + start, out->length - start);
    text_printf(out, "%*s%s\n", used < 26 ? (int)(26 - used) : 2, "", help);
}

static void add_global_options(struct buffer *out)
{
    text_printf(out, "\nAnywhere on the line:\n");
    add_option(out, "-a", "DIR", "the archive; else $LRARCHIVE_DIR, else $XDG_DATA_HOME/lrarchive");
    add_option(out, "--json", NULL, "results and errors as JSON, an object a line");
    add_option(out, "-q", NULL, "nothing but results and errors");
    add_option(out, "--help", NULL, "this text");
}

/* Options that the usage line shows together, and the help under a line of their own. */
struct group {
    const char *word, *title;
};

static const struct group filters = {" [FILTER…]", "Filters:"};
static const struct group connections = {" [CONNECTION…]", "Connection:"};

static const struct group *group_of(const struct option_spec *spec)
{
    return spec->is_filter ? &filters : spec->is_connection ? &connections : NULL;
}

static void add_usage(struct buffer *out, const struct verb *verb)
{
    bool is_open = false;
    const struct group *before = NULL;
    text_printf(out, "usage: lrarchive %s", verb->name);
    for (const struct option_spec *spec = verb->options; spec && spec->name; spec++) {
        const struct group *group = group_of(spec);
        if (group && group != before)
            text_printf(out, "%s", group->word);
        before = group;
        if (group)
            continue;
        text_printf(out, is_open ? " | " : " [");
        if (spec->letter)
            text_printf(out, "-%c", spec->letter);
        else
            text_printf(out, "--%s", spec->name);
        text_printf(out, "%s%s%s%s", spec->value ? " " : "", spec->value ? spec->value : "",
                    spec->is_either ? "" : "]", spec->is_repeated ? "…" : "");
        is_open = spec->is_either;
    }
    text_printf(out, "%s%s\n\n%s\n", verb->arguments[0] ? " " : "", verb->arguments, verb->summary);
}

static void add_verb_options(struct buffer *out, const struct verb *verb, const struct group *group)
{
    bool is_first = true;
    for (const struct option_spec *spec = verb->options; spec && spec->name; spec++) {
        char name[64] = "";
        if (group_of(spec) != group)
            continue;
        if (is_first)
            text_printf(out, group ? "\n%s\n" : "\n", group ? group->title : "");
        is_first = false;
        if (spec->letter)
            snprintf(name, sizeof name, "-%c, --%s", spec->letter, spec->name);
        else
            snprintf(name, sizeof name, "--%s", spec->name);
        add_option(out, name, spec->value, spec->help);
    }
}

void help_of_verb(struct buffer *out, const struct verb *verb)
{
    add_usage(out, verb);
    add_verb_options(out, verb, NULL);
    add_verb_options(out, verb, &filters);
    add_verb_options(out, verb, &connections);
    add_global_options(out);
}

void help_overview(struct buffer *out, const struct verb *const *verbs)
{
    text_printf(out, "usage: lrarchive VERB [OPTION…] [ARGUMENT…]\n\n"
                     "Keeps the results of Microsoft Defender Live Response as evidence that can "
                     "be searched.\n\n");
    for (; *verbs; verbs++)
        text_printf(out, "  %-9s %s\n", (*verbs)->name, (*verbs)->summary);
    add_global_options(out);
    add_option(out, "--version", NULL, "the program's version");
    text_printf(out,
                "\nExit status: 0 done; 1 the answer is no; 2 wrong usage; 3 kept, but not whole;\n"
                "4 the system failed; 5 some input was not kept; 6 try again; 7 access refused.\n"
                "`lrarchive VERB --help` tells more of a verb; the manual tells all.\n");
}

static enum exit_status run(const struct options *options, struct output *output)
{
    struct buffer text;
    struct error err = {0};
    const char *name = options->argument_count > 0 ? options->arguments[0] : NULL;
    const struct verb *verb = name ? help_find_verb(options->verbs, name) : NULL;
    if (name && !verb) {
        const char *nearest = help_nearest_verb(options->verbs, name);
        error_set(&err, ERROR_USAGE,
                  nearest ? "no verb \"%s\"; the nearest is `%s`" : "no verb \"%s\"", name,
                  nearest);
        return output_fail(output, &err);
    }
    buffer_init(&text, HELP_BYTES);
    if (verb)
        help_of_verb(&text, verb);
    else
        help_overview(&text, options->verbs);
    output_bytes(output, text.bytes, text.length);
    buffer_release(&text);
    return EXIT_DONE;
}

const struct verb help_verb = {
    .name = "help",
    .arguments = "[VERB]",
    .most = 1,
    .summary = "Tells how to call the program, or one verb.",
    .run = run,
};
