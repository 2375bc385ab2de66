/*
 * fetch_options - what `fetch` and `watch` both are told on the command line.
 */
#ifndef CMD_FETCH_OPTIONS_H
#define CMD_FETCH_OPTIONS_H

#include "cmd/connection.h"
#include "cmd/custody.h"
#include "cmd/fetch_round.h"
#include "fetch/listing.h"

#define FETCH_OPTIONS                                                                              \
    CUSTODY_OPTIONS,                                                                               \
        {.name = "since",                                                                          \
         .value = "TIME",                                                                          \
         .help = "actions created then or later (RFC 3339, a date, or 36h, 7d ago)",               \
         .is_filter = true},                                                                       \
        {.name = "machine",                                                                        \
         .value = "NAME",                                                                          \
         .help = "machine id, name or glob, any case; a short name for the full one",              \
         .is_filter = true},                                                                       \
        {.name = "script",                                                                         \
         .value = "NAME",                                                                          \
         .help = "actions that run this script; a glob, any case",                                 \
         .is_filter = true},                                                                       \
        {.name = "requestor",                                                                      \
         .value = "NAME",                                                                          \
         .help = "who asked for the action, exactly",                                              \
         .is_filter = true},                                                                       \
        {.name = "comment",                                                                        \
         .value = "TEXT",                                                                          \
         .help = "the requestor's comment; a glob, any case",                                      \
         .is_filter = true},                                                                       \
        {.name = "parallel", .value = "N", .help = "downloads at a time, 1 to 16 (4)"},            \
        {.name = "min-free", .value = "SIZE", .help = "stops before the disk has less left (1G)"}, \
        {.name = "max-unpacked",                                                                   \
         .value = "SIZE",                                                                          \
         .help = "read at most so much out of gzip and ZIP (64G)"},                                \
        {.name = "mixed", .help = "the archive may hold several tenants"}, CONNECTION_OPTIONS

struct fetch_options {
    struct round_options round;
    struct listing_filter listing;
    const char *operator_name;
    char since[TIME_TEXT_SIZE];
};

/* Checks and takes them. The struct must stay where it is. */
int fetch_options_read(struct fetch_options *fetch, const struct options *options,
                       struct error *err);

/* The archive that -a, the profile, or the environment names, open to be written; and that it is this tenant's. After
 * -1 it is not open. */
int fetch_open_archive(struct archive *archive, struct connection *connection,
                       const struct fetch_options *fetch, const struct options *options,
                       struct error *err);

#endif
