/*
 * options - the command line, taken apart.
 *
 * Options stand anywhere among the arguments: `--name VALUE`, `--name=VALUE`, `-a DIR`, `-aDIR`,
 * `-q`. `--` ends them; `-` is an argument. Names are never abbreviated. An option given twice with
 * two values is an error.
 */
#ifndef CMD_OPTIONS_H
#define CMD_OPTIONS_H

#include "base/error.h"
#include "base/time.h"

#include <stdbool.h>
#include <stdint.h>

#define OPTIONS_OF_A_VERB 16 /* at most */

struct verb;

struct option_spec {
    const char *name;  /* without the dashes */
    const char *value; /* what the usage calls its value; NULL: a flag */
    const char *help;  /* one line */
    bool is_either;    /* the usage line shows it and the next one as alternatives */
};

/* All texts are borrowed from argv. */
struct options {
    const struct verb *const *verbs; /* all there are; ends with NULL */
    const struct verb *verb;         /* NULL: none was given */
    const char *archive;             /* -a; NULL: not given */
    bool json, quiet, help, version;
    const char **arguments; /* without the verb */
    int argument_count;
    const char *values[OPTIONS_OF_A_VERB]; /* in the order of verb->options */
};

/* The line is read to its end even when something in it is wrong, so that `json` and `help` are
 * known; -1 is about the first wrong thing. The caller releases the options in any case. */
int options_parse(struct options *options, const struct verb *const *verbs, int argc,
                  char *const *argv, struct error *err);
void options_release(struct options *options);

/* The value of one of the verb's options, or NULL. A name the verb does not declare aborts. */
const char *options_text(const struct options *options, const char *name);
bool options_flag(const struct options *options, const char *name);

/* Values with a form, checked. *given tells whether the option is there; else the value is left
 * alone. */
int options_int64(const struct options *options, const char *name, int64_t least, int64_t most,
                  bool *given, int64_t *value, struct error *err);
/* *value is `text`, or NULL when the option is not there. */
int options_time(const struct options *options, const char *name, char text[TIME_TEXT_SIZE],
                 const char **value, struct error *err);
/* A name, an id, a word: UTF-8 without control characters, 1 to `most_bytes` bytes; NULL when
 * absent. */
int options_name(const struct options *options, const char *name, size_t most_bytes,
                 const char **value, struct error *err);

/* ERROR_USAGE with this sentence and where to read more. Returns -1. */
int options_error(const struct options *options, struct error *err, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
