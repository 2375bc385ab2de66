/*
 * options - the command line, taken apart.
 *
 * Options stand anywhere among the arguments: `--name VALUE`, `--name=VALUE`, `-a DIR`, `-aDIR`,
 * `-q`, and a verb's own letters: `-c`, `-C 3`, `-C3`. `--` ends them; `-` is an argument. Names are
 * never abbreviated. An option given twice with two values is an error unless it may be repeated.
 */
#ifndef CMD_OPTIONS_H
#define CMD_OPTIONS_H

#include "base/error.h"
#include "base/time.h"

#include <stdbool.h>
#include <stdint.h>

#define OPTIONS_OF_A_VERB 40 /* at most */

struct verb;

struct option_spec {
    const char *name;   /* without the dashes */
    const char *value;  /* what the usage calls its value; NULL: a flag */
    const char *help;   /* one line */
    char letter;        /* `-c` means the same; 0: none */
    bool is_either;     /* the usage line shows it and the next one as alternatives */
    bool is_filter;     /* the usage line shows all of these as [FILTER…] */
    bool is_connection; /* and these as [CONNECTION…] */
    bool is_repeated;   /* each time it is given counts: options_next */
    bool is_pair;       /* takes two values: options_next gives both */
};

/* All texts are borrowed from argv. */
struct options {
    const struct verb *const *verbs; /* all there are; ends with NULL */
    const struct verb *verb;         /* NULL: none was given */
    const char *archive;             /* -a; NULL: not given */
    bool json, quiet, help, version;
    const char **arguments; /* without the verb */
    int argument_count;
    const char *values[OPTIONS_OF_A_VERB]; /* in the order of verb->options; the first of several */
    struct option_given {
        int spec; /* position in verb->options */
        const char *value;
    } * given; /* values of repeated options and pairs, in the order of the line */
    int given_count;
};

/* The line is read to its end even when something in it is wrong, so that `json` and `help` are
 * known; -1 is about the first wrong thing. The caller releases the options in any case. */
int options_parse(struct options *options, const struct verb *const *verbs, int argc,
                  char *const *argv, struct error *err);
void options_release(struct options *options);

/* The value of one of the verb's options, or NULL. A name the verb does not declare aborts. */
const char *options_text(const struct options *options, const char *name);
bool options_flag(const struct options *options, const char *name);

/* The next value of a repeated option or a pair, in the order of the line, or NULL. *at is 0 at
 * first. */
const char *options_next(const struct options *options, const char *name, int *at);

/* Values with a form, checked. *given tells whether the option is there; else the value is left
 * alone. */
int options_int64(const struct options *options, const char *name, int64_t least, int64_t most,
                  bool *given, int64_t *value, struct error *err);
/* A size such as 64M or 2G (base/text.h), at least 1. */
int options_size(const struct options *options, const char *name, bool *given, int64_t *bytes,
                 struct error *err);
/* A span such as 90s, 15m, 36h, 7d, 2w, in seconds; 0 is allowed. */
int options_span(const struct options *options, const char *name, bool *given, int64_t *seconds,
                 struct error *err);
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
