/*
 * rules - the options that say which lines, and which parts of lines, are compared.
 */
#ifndef CMD_RULES_H
#define CMD_RULES_H

#include "cmd/options.h"
#include "ingest/kept_lines.h"

/* For a verb's table of options. */
#define RULE_OPTIONS                                                                               \
    {.name = "ignore",                                                                             \
     .value = "REGEX",                                                                             \
     .help = "leave out lines that match (PCRE2)",                                                 \
     .is_repeated = true},                                                                         \
        {.name = "mask",                                                                           \
         .value = "REGEX",                                                                         \
         .help = "take the parts that match as equal (PCRE2)",                                     \
         .is_repeated = true},                                                                     \
    {                                                                                              \
        .name = "error", .help = "the scripts' error texts instead of their outputs"               \
    }

/* Takes the values; a wrong expression is ERROR_USAGE that names the option. The caller releases the
 * rules (line_rules_release), also after -1. */
int rules_read(struct line_rules *rules, const struct options *options, struct error *err);

#endif
