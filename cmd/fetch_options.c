#include "cmd/fetch_options.h"

#include "base/file.h"
#include "cmd/open.h"
#include "cmd/tenants.h"

#include <stdlib.h>

#define NAME_BYTES 1024
#define PARALLEL 4
#define MIN_FREE_BYTES (1LL << 30)

int fetch_options_read(struct fetch_options *fetch, const struct options *options,
                       struct error *err)
{
    bool given;
    int64_t parallel = PARALLEL;
    *fetch = (struct fetch_options){.round.min_free_bytes = MIN_FREE_BYTES};
    struct round_options *round = &fetch->round;
    if (custody_read(options, &round->context, &fetch->operator_name, err) ||
        options_time(options, "since", fetch->since, &fetch->listing.since, err) ||
        options_name(options, "machine", NAME_BYTES, &round->machine, err) ||
        options_name(options, "script", NAME_BYTES, &round->script, err) ||
        options_name(options, "comment", NAME_BYTES, &round->comment, err) ||
        options_name(options, "requestor", NAME_BYTES, &fetch->listing.requestor, err) ||
        options_int64(options, "parallel", 1, CREW_PARALLEL_MOST, &given, &parallel, err) ||
        options_size(options, "min-free", &given, &round->min_free_bytes, err) ||
        options_size(options, "max-unpacked", &given, &round->context.max_unpacked_bytes, err))
        return -1;
    round->parallel = (int)parallel;
    return 0;
}

static int admit_tenant(const struct archive *archive, const struct connection *connection,
                        bool is_mixed, bool is_dry, struct error *err)
{
    char *state = file_join(archive->folder, "state");
    int result = file_make_folder(state, err);
    free(state);
    struct store *reader = result ? NULL : store_open_reader(archive->database_path, err);
    if (!reader)
        return -1;
    result = tenants_admit(archive->folder, reader, connection->tenant_id, is_mixed, is_dry, err);
    store_close(reader);
    return result;
}

int fetch_open_archive(struct archive *archive, struct connection *connection,
                       const struct fetch_options *fetch, const struct options *options,
                       struct error *err)
{
    struct options chosen = *options;
    if (!chosen.archive)
        chosen.archive = connection->profile.archive;
    const char *operator_name = fetch->operator_name;
    const char *of_environment = getenv("LRARCHIVE_OPERATOR");
    if (!operator_name && !(of_environment && of_environment[0]))
        operator_name = connection->profile.operator;
    if (open_archive_to_write(archive, &chosen, connection->output, operator_name, err))
        return -1;
    if (connection_open(connection, err) == 0 &&
        admit_tenant(archive, connection, options_flag(options, "mixed"), fetch->round.is_dry,
                     err) == 0)
        return 0;
    archive_close(archive);
    return -1;
}
