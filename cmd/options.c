#include "cmd/options.h"

#include "base/memory.h"
#include "base/text.h"
#include "cmd/help.h"
#include "cmd/verbs.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- errors ---- */

int options_error(const struct options *options, struct error *err, const char *format, ...)
{
    char sentence[ERROR_MESSAGE_SIZE - 64];
    va_list args;
    va_start(args, format);
    vsnprintf(sentence, sizeof sentence, format, args);
    va_end(args);
    return error_set(err, ERROR_USAGE, "%s; see `lrarchive %s%s--help`", sentence,
                     options->verb ? options->verb->name : "", options->verb ? " " : "");
}

/* ---- the line ---- */

struct line {
    struct options *options;
    int argc, at;
    char *const *argv;
    bool is_verb_wrong;
    struct error *err; /* the first error; code ERROR_NONE while there is none */
};

#define FAIL(line, ...)                                                                            \
    do {                                                                                           \
        if ((line)->err->code == ERROR_NONE)                                                       \
            options_error((line)->options, (line)->err, __VA_ARGS__);                              \
    } while (0)

static void take_argument(struct line *line, const char *argument)
{
    struct options *options = line->options;
    if (options->verb || line->is_verb_wrong) {
        options->arguments[options->argument_count++] = argument;
        return;
    }
    options->verb = help_find_verb(options->verbs, argument);
    line->is_verb_wrong = !options->verb;
    if (line->is_verb_wrong) {
        const char *nearest = help_nearest_verb(options->verbs, argument);
        if (nearest)
            FAIL(line, "no verb \"%s\"; the nearest is `%s`", argument, nearest);
        else
            FAIL(line, "no verb \"%s\"", argument);
    }
}

/* The value behind the option, or NULL after an error. */
static const char *take_value(struct line *line, const char *shown, const char *attached)
{
    const char *value = attached;
    if (!value && line->at < line->argc)
        value = line->argv[line->at++];
    if (!value || !value[0]) {
        FAIL(line, "%s needs a value", shown);
        return NULL;
    }
    return value;
}

/* One more value of an option that may have several. */
static void add_given(struct options *options, int spec, const char *value)
{
    options->given[options->given_count++] = (struct option_given){spec, value};
    if (!options->values[spec])
        options->values[spec] = value;
}

static void put_value(struct line *line, const char *shown, const char *value, const char **place)
{
    if (value && *place && strcmp(*place, value) != 0)
        FAIL(line, "%s is given twice, with two values", shown);
    else if (value)
        *place = value;
}

static bool *global_flag(struct options *options, const char *name)
{
    if (strcmp(name, "json") == 0)
        return &options->json;
    if (strcmp(name, "help") == 0)
        return &options->help;
    return strcmp(name, "version") == 0 ? &options->version : NULL;
}

static int find_spec(const struct verb *verb, const char *name)
{
    for (int i = 0; verb && verb->options && verb->options[i].name; i++)
        if (strcmp(verb->options[i].name, name) == 0)
            return i;
    return -1;
}

static int find_letter(const struct verb *verb, char letter)
{
    for (int i = 0; verb && verb->options && verb->options[i].name; i++)
        if (verb->options[i].letter == letter)
            return i;
    return -1;
}

/* An option of the verb, and its values: the first may be attached to it. */
static void take_option(struct line *line, int spec, const char *shown, const char *attached)
{
    struct options *options = line->options;
    const struct option_spec *option = &options->verb->options[spec];
    if (!option->value) {
        options->values[spec] = "";
        return;
    }
    const char *value = take_value(line, shown, attached);
    const char *second = option->is_pair && value ? take_value(line, shown, NULL) : NULL;
    if (!option->is_pair && !option->is_repeated) {
        put_value(line, shown, value, &options->values[spec]);
    } else if (option->is_pair && options->values[spec]) {
        FAIL(line, "%s is given twice", shown);
    } else {
        if (value)
            add_given(options, spec, value);
        if (second)
            add_given(options, spec, second);
    }
}

static void unknown(struct line *line, const char *argument)
{
    if (line->options->verb || line->is_verb_wrong)
        FAIL(line, "unknown option %s", argument);
    else
        FAIL(line, "unknown option %s (a verb's options stand behind the verb)", argument);
}

static void take_long(struct line *line, const char *argument)
{
    struct options *options = line->options;
    const char *equals = strchr(argument, '=');
    size_t length = equals ? (size_t)(equals - argument) : strlen(argument);
    char *shown = memory_copy_text(argument, length);
    const char *name = shown + 2, *attached = equals ? equals + 1 : NULL;
    bool *flag = global_flag(options, name);
    int spec = flag ? -1 : find_spec(options->verb, name);
    if (!flag && spec < 0)
        unknown(line, shown);
    else if (attached && (flag || !options->verb->options[spec].value))
        FAIL(line, "%s takes no value", shown);
    else if (flag)
        *flag = true;
    else
        take_option(line, spec, shown, attached);
    free(shown);
}

static void take_short(struct line *line, const char *argument)
{
    const struct verb *verb = line->options->verb;
    const char *attached = argument[2] ? argument + 2 : NULL;
    int spec = find_letter(verb, argument[1]);
    char shown[] = {'-', argument[1], '\0'};
    if (strcmp(argument, "-q") == 0)
        line->options->quiet = true;
    else if (argument[1] == 'a')
        put_value(line, "-a", take_value(line, "-a", attached), &line->options->archive);
    else if (spec < 0 || (attached && !verb->options[spec].value))
        unknown(line, argument);
    else
        take_option(line, spec, shown, attached);
}

static void check_count(struct line *line)
{
    const struct options *options = line->options;
    const struct verb *verb = options->verb;
    if (!verb || options->help || options->version)
        return;
    if (options->argument_count < verb->least)
        FAIL(line, "%s needs %s", verb->name, verb->arguments);
    if (verb->most >= 0 && options->argument_count > verb->most)
        FAIL(line, "unexpected argument \"%s\"", options->arguments[verb->most]);
}

int options_parse(struct options *options, const struct verb *const *verbs, int argc,
                  char *const *argv, struct error *err)
{
    struct line line = {.options = options, .argc = argc, .at = 1, .argv = argv, .err = err};
    bool is_over = false;
    *options = (struct options){.verbs = verbs};
    options->arguments = memory_zeroed((size_t)argc + 1, sizeof *options->arguments);
    options->given = memory_zeroed((size_t)argc + 1, sizeof *options->given);
    err->code = ERROR_NONE;
    while (line.at < argc) {
        const char *argument = argv[line.at++];
        if (is_over || argument[0] != '-' || argument[1] == '\0')
            take_argument(&line, argument);
        else if (strcmp(argument, "--") == 0)
            is_over = true;
        else if (argument[1] == '-')
            take_long(&line, argument);
        else
            take_short(&line, argument);
    }
    check_count(&line);
    return err->code == ERROR_NONE ? 0 : -1;
}

void options_release(struct options *options)
{
    free(options->arguments);
    free(options->given);
    options->arguments = NULL;
    options->given = NULL;
}

/* ---- values ---- */

const char *options_text(const struct options *options, const char *name)
{
    int spec = find_spec(options->verb, name);
    if (spec < 0)
        abort();
    return options->values[spec];
}

bool options_flag(const struct options *options, const char *name)
{
    return options_text(options, name) != NULL;
}

const char *options_next(const struct options *options, const char *name, int *at)
{
    int spec = find_spec(options->verb, name);
    if (spec < 0)
        abort();
    while (*at < options->given_count) {
        const struct option_given *given = &options->given[(*at)++];
        if (given->spec == spec)
            return given->value;
    }
    return NULL;
}

int options_int64(const struct options *options, const char *name, int64_t least, int64_t most,
                  bool *given, int64_t *value, struct error *err)
{
    const char *text = options_text(options, name);
    int64_t number;
    *given = text != NULL;
    if (!text)
        return 0;
    if (text_parse_int64(text, strlen(text), &number) || number < least || number > most)
        return options_error(options, err, "--%s needs a whole number from %lld to %lld", name,
                             (long long)least, (long long)most);
    *value = number;
    return 0;
}

int options_size(const struct options *options, const char *name, bool *given, int64_t *bytes,
                 struct error *err)
{
    const char *text = options_text(options, name);
    *given = text != NULL;
    if (text && (text_parse_size(text, bytes) || *bytes < 1))
        return options_error(options, err, "--%s needs a size such as 4096, 16M or 64G", name);
    return 0;
}

int options_span(const struct options *options, const char *name, bool *given, int64_t *seconds,
                 struct error *err)
{
    const char *text = options_text(options, name);
    *given = text != NULL;
    if (text && time_parse_span(text, seconds))
        return options_error(options, err, "--%s needs a span such as 90s, 15m, 36h or 7d", name);
    return 0;
}

int options_time(const struct options *options, const char *name, char text[TIME_TEXT_SIZE],
                 const char **value, struct error *err)
{
    const char *given = options_text(options, name);
    *value = NULL;
    if (!given)
        return 0;
    if (time_parse_argument(given, text))
        return options_error(options, err,
                             "--%s needs a time such as 2026-03-18T21:04:01Z, 2026-03-18, 36h or "
                             "7d",
                             name);
    *value = text;
    return 0;
}

static bool has_control(const char *text, size_t length)
{
    size_t used;
    for (size_t i = 0; i < length; i += used) {
        uint32_t c = text_decode(text + i, length - i, &used, NULL);
        if (c < 0x20 || (c >= 0x7F && c <= 0x9F))
            return true;
    }
    return false;
}

int options_name(const struct options *options, const char *name, size_t most_bytes,
                 const char **value, struct error *err)
{
    *value = options_text(options, name);
    if (!*value)
        return 0;
    size_t length = strlen(*value);
    if (length > most_bytes)
        return options_error(options, err, "--%s is longer than %zu bytes", name, most_bytes);
    if (!text_is_utf8(*value, length))
        return options_error(options, err, "--%s is not UTF-8", name);
    if (has_control(*value, length))
        return options_error(options, err, "--%s holds control characters", name);
    return 0;
}
