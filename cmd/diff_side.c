#include "cmd/diff_side.h"

#include "schema/query.h"

#include <stdio.h>
#include <string.h>

#define SECONDS_LENGTH 19              /* of "2023-03-18T21:04:01" */
#define NAME_BYTES ((size_t)64 * 1024) /* schema's own bound */

static void copy(struct query_value value, char *out, size_t size)
{
    snprintf(out, size, "%.*s", (int)value.text.length, value.text.bytes ? value.text.bytes : "");
}

static void keep(struct buffer *name, struct query_value value, struct buffer *title)
{
    buffer_init(name, NAME_BYTES);
    if (value.type == QUERY_NULL)
        return;
    buffer_append_some(name, value.text.bytes, value.text.length);
    text_printf(title, "  ");
    buffer_append_some(title, name->bytes, name->length);
}

static void read_row(struct diff_side *side, const struct query *row, const char *stream)
{
    struct query_value machine = query_value_named(row, "machine_name");
    if (machine.type == QUERY_NULL)
        machine = query_value_named(row, "machine_id");
    side->text.result_id = query_value_named(row, "result_id").integer;
    side->text.content_id = query_value_named(row, "content_id").integer;
    if (strcmp(stream, "output") == 0)
        copy(query_value_named(row, "output_sha256"), side->text.sha256, sizeof side->text.sha256);
    copy(query_value_named(row, "parse_status"), side->parse_status, sizeof side->parse_status);
    copy(query_value_named(row, "observed_at"), side->observed_at, sizeof side->observed_at);
    buffer_init(&side->title, 3 * NAME_BYTES);
    text_printf(&side->title, "result %lld", (long long)side->text.result_id);
    keep(&side->machine, machine, &side->title);
    keep(&side->script, query_value_named(row, "script_name"), &side->title);
    text_printf(&side->title, "  %.*sZ", SECONDS_LENGTH, side->observed_at);
}

int diff_side_read(struct diff_side *side, struct store *reader, int64_t result_id,
                   const char *stream, struct error *err)
{
    struct query *query;
    *side = (struct diff_side){0};
    if (query_result(reader, result_id, &query, err))
        return -1;
    int more = query_next(query, err);
    if (more == 1)
        read_row(side, query, stream);
    else if (more == 0)
        error_set(err, ERROR_NOT_FOUND, "no result has the number %lld", (long long)result_id);
    query_free(query);
    return more == 1 ? 0 : -1;
}

void diff_side_release(struct diff_side *side)
{
    buffer_release(&side->title);
    buffer_release(&side->machine);
    buffer_release(&side->script);
}
