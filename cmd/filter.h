/*
 * filter - the options that every verb which lists results understands, and their values.
 */
#ifndef CMD_FILTER_H
#define CMD_FILTER_H

#include "base/time.h"
#include "cmd/options.h"
#include "schema/query.h"

/* For a verb's table of options. */
#define FILTER_OPTIONS                                                                             \
    {.name = "machine",                                                                            \
     .value = "NAME",                                                                              \
     .help = "machine id, name or glob, any case; a short name for the full one",                  \
     .is_filter = true},                                                                           \
        {.name = "script",                                                                         \
         .value = "NAME",                                                                          \
         .help = "script name or glob, any case",                                                  \
         .is_filter = true},                                                                       \
        {.name = "action", .value = "ID", .help = "machine action", .is_filter = true},            \
        {.name = "in-case", .value = "NAME", .help = "packages in this case", .is_filter = true},  \
        {.name = "since",                                                                          \
         .value = "TIME",                                                                          \
         .help = "observed then or later (RFC 3339, a date, or 36h, 7d ago)",                      \
         .is_filter = true},                                                                       \
        {.name = "until", .value = "TIME", .help = "observed before", .is_filter = true},          \
        {.name = "acquired-since",                                                                 \
         .value = "TIME",                                                                          \
         .help = "taken in then or later",                                                         \
         .is_filter = true},                                                                       \
        {.name = "acquired-until", .value = "TIME", .help = "taken in before", .is_filter = true}, \
        {.name = "exit-code", .value = "N", .help = "the script's exit code", .is_filter = true},  \
        {.name = "parse-status",                                                                   \
         .value = "STATUS",                                                                        \
         .help = "ok, repaired, truncated or invalid",                                             \
         .is_filter = true},                                                                       \
        {.name = "command-status",                                                                 \
         .value = "STATUS",                                                                        \
         .help = "the command's status as the action tells: Completed, Failed, …",                 \
         .is_filter = true},                                                                       \
    {                                                                                              \
        .name = "operator", .value = "NAME", .help = "who took it in", .is_filter = true           \
    }

/* The filter for the questions of schema/query.h; its texts are argv's and the times here. */
struct filter {
    struct query_filter query;
    char since[TIME_TEXT_SIZE], until[TIME_TEXT_SIZE];
    char acquired_since[TIME_TEXT_SIZE], acquired_until[TIME_TEXT_SIZE];
};

/* Checks and takes the values. The struct must stay where it is. */
int filter_read(struct filter *filter, const struct options *options, struct error *err);

/* True when any of the filters is on the line. */
bool filter_is_given(const struct options *options);

#endif
