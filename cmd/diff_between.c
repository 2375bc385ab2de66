#include "cmd/diff_between.h"

#include "cmd/diff_side.h"
#include "cmd/table.h"
#include "ingest/compare_set.h"

#include <stdio.h>

#define SECONDS_LENGTH 19 /* of "2023-03-18T21:04:01" */

/* What is known of one script on one machine. */
struct pair {
    enum { PAIR_SAME, PAIR_CHANGED, PAIR_NEW, PAIR_ONLY_ONCE } status;
    struct diff_side sides[2];
    int64_t counts[2]; /* lines taken away, put in */
};

static const char *const status_names[] = {"same", "changed", "new", "only_once"};

/* ---- comparing ---- */

static int count_lines(struct diff_between *between, struct pair *pair,
                       const struct compare_text texts[2], struct error *err)
{
    struct differ_hunk hunk;
    int more;
    struct compare *compare = compare_start(between->reader, between->rules, texts, true, err);
    if (!compare)
        return -1;
    while ((more = compare_next(compare, &hunk, err)) == 1) {
        pair->counts[0] += hunk.counts[0];
        pair->counts[1] += hunk.counts[1];
    }
    compare_end(compare);
    return more;
}

static int count_set(struct diff_between *between, struct pair *pair,
                     const struct compare_text texts[2], struct error *err)
{
    struct compare_set *set = compare_set_start(between->reader, between->rules, texts, err);
    if (!set)
        return -1;
    pair->counts[0] = compare_set_count(set, 0);
    pair->counts[1] = compare_set_count(set, 1);
    compare_set_end(set);
    return 0;
}

static int compare_pair(struct diff_between *between, struct pair *pair, int64_t before_id,
                        int64_t last_id, bool is_before, struct error *err)
{
    if (diff_side_read(&pair->sides[0], between->reader, before_id, between->rules->stream, err) ||
        diff_side_read(&pair->sides[1], between->reader, last_id, between->rules->stream, err))
        return -1;
    if (before_id == last_id) {
        pair->status = is_before ? PAIR_ONLY_ONCE : PAIR_NEW;
        return 0;
    }
    const struct compare_text texts[2] = {pair->sides[0].text, pair->sides[1].text};
    if ((between->as_set ? count_set : count_lines)(between, pair, texts, err))
        return -1;
    pair->status = pair->counts[0] + pair->counts[1] > 0 ? PAIR_CHANGED : PAIR_SAME;
    return 0;
}

/* ---- printing ---- */

static struct text name_of(const struct buffer *name)
{
    return (struct text){name->bytes, name->length};
}

static void print_object(struct diff_between *between, const struct pair *pair)
{
    const struct diff_side *from = &pair->sides[0], *to = &pair->sides[1];
    struct json_writer *writer = output_object(between->output);
    bool is_pair = pair->status == PAIR_SAME || pair->status == PAIR_CHANGED;
    json_writer_text(writer, "status", status_names[pair->status]);
    json_writer_bytes(writer, "machine_name", name_of(&to->machine));
    json_writer_bytes(writer, "script_name", name_of(&to->script));
    json_writer_text(writer, "stream", between->rules->stream);
    json_writer_int64(writer, "from_result_id", from->text.result_id);
    json_writer_int64(writer, "to_result_id", to->text.result_id);
    json_writer_text(writer, "from_observed_at", from->observed_at);
    json_writer_text(writer, "to_observed_at", to->observed_at);
    json_writer_text(writer, "from_parse_status", from->parse_status);
    json_writer_text(writer, "to_parse_status", to->parse_status);
    if (is_pair) {
        json_writer_int64(writer, "removed", pair->counts[0]);
        json_writer_int64(writer, "added", pair->counts[1]);
    } else {
        json_writer_null(writer, "removed");
        json_writer_null(writer, "added");
    }
    output_object_end(between->output);
}

static void print_row(struct table *table, const struct pair *pair)
{
    const struct diff_side *from = &pair->sides[0], *to = &pair->sides[1];
    switch (pair->status) {
    case PAIR_CHANGED:
        table_cell_format(table, "changed +%lld -%lld", (long long)pair->counts[1],
                          (long long)pair->counts[0]);
        break;
    case PAIR_ONLY_ONCE:
        table_cell_format(table, "only once");
        break;
    case PAIR_SAME:
    case PAIR_NEW:
        table_cell_format(table, "%s", status_names[pair->status]);
        break;
    }
    table_cell(table, name_of(&to->machine));
    table_cell(table, name_of(&to->script));
    for (int side = 0; side < 2; side++) {
        bool is_there = side == 1 ? pair->status != PAIR_ONLY_ONCE : pair->status != PAIR_NEW;
        const struct diff_side *shown = side == 0 ? from : to;
        if (is_there) {
            table_cell_format(table, "%lld", (long long)shown->text.result_id);
            table_cell_format(table, "%.*sZ", SECONDS_LENGTH, shown->observed_at);
        } else {
            table_cell_format(table, "%s", "");
            table_cell_format(table, "%s", "");
        }
    }
    table_end_row(table);
}

/* ---- all pairs ---- */

static int handle_pair(struct diff_between *between, const struct query *row, struct table **table,
                       struct error *err)
{
    static const struct table_column columns[] = {
        {"HOW", 0, false},      {"MACHINE", 0, false}, {"SCRIPT", 0, false},   {"FROM", 0, true},
        {"OBSERVED", 0, false}, {"TO", 0, true},       {"OBSERVED", 0, false},
    };
    struct pair pair = {.status = PAIR_SAME};
    struct query_value before = query_value_named(row, "before_id");
    bool is_before = before.type != QUERY_NULL;
    int result = compare_pair(
        between, &pair, is_before ? before.integer : query_value_named(row, "first_id").integer,
        query_value_named(row, "last_id").integer, is_before, err);
    if (result == 0) {
        between->pairs++;
        between->differing += pair.status == PAIR_CHANGED || pair.status == PAIR_NEW;
    }
    bool is_shown = result == 0 && !between->output->quiet;
    if (is_shown && between->output->json) {
        print_object(between, &pair);
    } else if (is_shown) {
        if (!*table)
            *table = table_new(between->output, columns, sizeof columns / sizeof *columns, true);
        print_row(*table, &pair);
    }
    diff_side_release(&pair.sides[0]);
    diff_side_release(&pair.sides[1]);
    return result;
}

int diff_between(struct diff_between *between, const struct query_filter *filter, const char *from,
                 const char *to, struct error *err)
{
    struct query *query;
    struct table *table = NULL;
    int more = 0;
    if (query_between(between->reader, filter, from, to, &query, err))
        return -1;
    while (!output_is_over(between->output) && (more = query_next(query, err)) == 1)
        if (handle_pair(between, query, &table, err)) {
            more = -1;
            break;
        }
    table_free(table);
    query_free(query);
    return more < 0 ? -1 : 0;
}
