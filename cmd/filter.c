#include "cmd/filter.h"

#include "cmd/verbs.h"

#include <string.h>

#define FILTER_BYTES 1024

static int check_parse_status(const struct options *options, const char *status, struct error *err)
{
    static const char *const known[] = {"ok", "repaired", "truncated", "invalid"};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (!status || strcmp(status, known[i]) == 0)
            return 0;
    return options_error(options, err, "--parse-status is ok, repaired, truncated or invalid");
}

int filter_read(struct filter *filter, const struct options *options, struct error *err)
{
    struct query_filter *query = &filter->query;
    memset(filter, 0, sizeof *filter);
    query->action_id = options_text(options, "action");
    query->case_name = options_text(options, "in-case");
    query->parse_status = options_text(options, "parse-status");
    query->command_status = options_text(options, "command-status");
    query->operator_name = options_text(options, "operator");
    return options_name(options, "machine", FILTER_BYTES, &query->machine, err) ||
                   options_name(options, "script", FILTER_BYTES, &query->script, err) ||
                   options_time(options, "since", filter->since, &query->since, err) ||
                   options_time(options, "until", filter->until, &query->until, err) ||
                   options_time(options, "acquired-since", filter->acquired_since,
                                &query->acquired_since, err) ||
                   options_time(options, "acquired-until", filter->acquired_until,
                                &query->acquired_until, err) ||
                   options_int64(options, "exit-code", INT64_MIN, INT64_MAX, &query->has_exit_code,
                                 &query->exit_code, err) ||
                   check_parse_status(options, query->parse_status, err)
               ? -1
               : 0;
}

bool filter_is_given(const struct options *options)
{
    for (int i = 0; options->verb->options[i].name; i++)
        if (options->verb->options[i].is_filter && options->values[i])
            return true;
    return false;
}
