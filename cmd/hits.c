#include "cmd/hits.h"

#include "base/memory.h"
#include "cmd/excerpt.h"
#include "cmd/row.h"
#include "cmd/table.h"
#include "parser/pager.h"
#include "schema/lines.h"

#include <stdlib.h>
#include <string.h>

#define WAITING_BYTES (1024 * 1024) /* of lines that wait */
#define SECONDS_LENGTH 19           /* of "2023-03-18T21:04:01" */

/* A result that shares the text under way. Texts are owned, "" is absent. */
struct sharer {
    int64_t result_id;
    char *machine_name, *machine_id, *script_name, *observed_at;
};

struct waiting {
    size_t offset, length; /* of the line in `lines` */
    int64_t line_no;
    uint32_t pattern;
    bool is_error, is_cut;
};

struct hits {
    struct output *output;
    struct store *reader;
    struct search *search;
    const struct hits_options *options;
    struct query *of_content;
    struct lines *around[2]; /* of output and error, for context */
    struct table *table;     /* made with the first row */

    int64_t content_id; /* under way; -1: none */
    struct sharer *sharers;
    size_t sharer_count, sharer_capacity;
    struct waiting *waiting;
    size_t waiting_count, waiting_capacity;
    struct buffer lines;
    int64_t in_content;  /* hits in the text under way */
    bool has_portion;    /* a portion of them was printed, */
    struct waiting last; /* up to this one */

    int64_t count, results, printed;
    bool reached_limit;
};

struct hits *hits_new(struct output *output, struct store *reader, struct search *search,
                      const struct hits_options *options, struct error *err)
{
    struct hits *hits = memory_zeroed(1, sizeof *hits);
    hits->output = output;
    hits->reader = reader;
    hits->search = search;
    hits->options = options;
    hits->content_id = -1;
    buffer_init(&hits->lines, WAITING_BYTES + SEARCH_LINE_BYTES);
    if (query_results_of(reader, options->filter, &hits->of_content, err) == 0 &&
        (options->context == 0 || ((hits->around[0] = lines_new(reader, "output", err)) != NULL &&
                                   (hits->around[1] = lines_new(reader, "error", err)) != NULL)))
        return hits;
    hits_free(hits);
    return NULL;
}

static void forget_content(struct hits *hits)
{
    for (size_t i = 0; i < hits->sharer_count; i++) {
        struct sharer *sharer = &hits->sharers[i];
        free(sharer->machine_name);
        free(sharer->machine_id);
        free(sharer->script_name);
        free(sharer->observed_at);
    }
    hits->sharer_count = 0;
    hits->waiting_count = 0;
    hits->in_content = 0;
    hits->has_portion = false;
    hits->content_id = -1;
    buffer_clear(&hits->lines);
}

void hits_free(struct hits *hits)
{
    if (!hits)
        return;
    forget_content(hits);
    table_free(hits->table);
    query_free(hits->of_content);
    lines_free(hits->around[0]);
    lines_free(hits->around[1]);
    free(hits->sharers);
    free(hits->waiting);
    buffer_release(&hits->lines);
    free(hits);
}

int64_t hits_count(const struct hits *hits)
{
    return hits->count;
}

int64_t hits_results(const struct hits *hits)
{
    return hits->results;
}

bool hits_reached_limit(const struct hits *hits)
{
    return hits->reached_limit;
}

/* ---- what the text under way is to whom ---- */

static char *copy_column(const struct query *query, const char *name)
{
    struct text value = query_value_named(query, name).text;
    return memory_copy_text(value.bytes ? value.bytes : "", value.length);
}

static void add_sharer(struct hits *hits)
{
    const struct query *query = hits->of_content;
    if (hits->sharer_count == hits->sharer_capacity) {
        hits->sharer_capacity = hits->sharer_capacity > 0 ? 2 * hits->sharer_capacity : 4;
        hits->sharers = memory_resize(hits->sharers, hits->sharer_capacity * sizeof *hits->sharers);
    }
    hits->sharers[hits->sharer_count++] =
        (struct sharer){.result_id = query_value_named(query, "result_id").integer,
                        .machine_name = copy_column(query, "machine_name"),
                        .machine_id = copy_column(query, "machine_id"),
                        .script_name = copy_column(query, "script_name"),
                        .observed_at = copy_column(query, "observed_at")};
}

static int enter_content(struct hits *hits, int64_t content_id, struct error *err)
{
    int more;
    hits->content_id = content_id;
    query_results_of_again(hits->of_content, content_id);
    while ((more = query_next(hits->of_content, err)) == 1)
        add_sharer(hits);
    return more;
}

static struct text text_of(const char *text)
{
    return (struct text){text, strlen(text)};
}

static struct text absent_if_empty(const char *text)
{
    return (struct text){text[0] ? text : NULL, strlen(text)};
}

static struct text seconds_of(const struct sharer *sharer)
{
    struct text time = text_of(sharer->observed_at);
    if (time.length > SECONDS_LENGTH)
        time.length = SECONDS_LENGTH;
    return time;
}

static struct text machine_of(const struct sharer *sharer)
{
    return text_of(sharer->machine_name[0] ? sharer->machine_name : sharer->machine_id);
}

/* ---- JSON ---- */

static struct json_writer *begin_object(struct hits *hits, const struct sharer *sharer)
{
    struct json_writer *writer = output_object(hits->output);
    json_writer_int64(writer, "result_id", sharer->result_id);
    return writer;
}

static void end_object(struct hits *hits, const struct sharer *sharer, struct json_writer *writer)
{
    json_writer_bytes(writer, "machine_name", absent_if_empty(sharer->machine_name));
    json_writer_bytes(writer, "machine_id", absent_if_empty(sharer->machine_id));
    json_writer_bytes(writer, "script_name", absent_if_empty(sharer->script_name));
    json_writer_text(writer, "observed_at", sharer->observed_at);
    output_object_end(hits->output);
}

/* `hit` NULL: a line around one. */
static void print_object(struct hits *hits, const struct sharer *sharer, bool is_error,
                         int64_t line_no, struct text line, bool is_cut, const struct waiting *hit)
{
    struct json_writer *writer = begin_object(hits, sharer);
    json_writer_text(writer, "stream", is_error ? "error" : "output");
    json_writer_int64(writer, "line_no", line_no);
    json_writer_bytes(writer, "line", line);
    if (is_cut)
        json_writer_bool(writer, "is_cut", true);
    if (!hit)
        json_writer_bool(writer, "is_context", true);
    if (hit && hits->options->indicators) {
        const struct indicator *of = &hits->options->indicators->of[hit->pattern];
        json_writer_bytes(writer, "indicator", of->indicator);
        json_writer_bytes(writer, "name", of->name);
        json_writer_bytes(writer, "type", of->type);
    }
    end_object(hits, sharer, writer);
}

/* ---- a terminal ---- */

static void print_heading(struct hits *hits, const struct sharer *sharer)
{
    struct output *output = hits->output;
    if (hits->printed > 0 || hits->has_portion)
        output_bytes(output, "\n", 1);
    excerpt_begin(output, EXCERPT_HEADING);
    output_line_of(output, machine_of(sharer));
    output_format(output, "%s", machine_of(sharer).length > 0 ? "  " : "");
    output_line_of(output, text_of(sharer->script_name));
    struct text time = seconds_of(sharer);
    output_format(output, "%s%.*sZ  result %lld", sharer->script_name[0] ? "  " : "",
                  (int)time.length, time.bytes, (long long)sharer->result_id);
    excerpt_end(output);
    output_bytes(output, "\n", 1);
}

static int print_on_terminal(struct hits *hits, bool is_error, int64_t line_no, struct text line,
                             bool is_cut, const struct waiting *hit, struct error *err)
{
    struct match marks[EXCERPT_MARKS];
    struct output *output = hits->output;
    int count = 0;
    excerpt_begin(output, EXCERPT_NUMBER);
    output_format(output, "%s%6lld%c ", is_error ? "error" : "", (long long)line_no,
                  hit ? ':' : '-');
    excerpt_end(output);
    if (hit && hits->options->indicators) {
        const struct indicator *of = &hits->options->indicators->of[hit->pattern];
        output_line_of(output, of->indicator);
        if (of->name.bytes) {
            output_format(output, " (");
            output_line_of(output, of->name);
            output_format(output, ")");
        }
        output_format(output, ": ");
    }
    if (hit)
        count = search_mark(hits->search, hit->pattern, line, marks, EXCERPT_MARKS, err);
    if (count < 0)
        return -1;
    excerpt_print(output, line, marks, count, is_cut);
    output_bytes(output, "\n", 1);
    return 0;
}

/* ---- a pipe ---- */

static void print_row(struct hits *hits, const struct sharer *sharer, bool is_error,
                      int64_t line_no, struct text line, const struct waiting *hit)
{
    static const struct table_column columns[] = {
        {.name = "RESULT"}, {.name = "OBSERVED"}, {.name = "MACHINE"}, {.name = "SCRIPT"},
        {.name = "STREAM"}, {.name = "LINE"},     {.name = "TEXT"},    {.name = "INDICATOR"}};
    bool has_indicator = hits->options->indicators != NULL;
    size_t count = sizeof columns / sizeof *columns - (has_indicator ? 0 : 1);
    struct text time = seconds_of(sharer);
    if (!hits->table)
        hits->table = table_new(hits->output, columns, count, true);
    struct table *table = hits->table;
    table_cell_format(table, "%lld", (long long)sharer->result_id);
    table_cell_format(table, "%.*sZ", (int)time.length, time.bytes);
    table_cell(table, machine_of(sharer));
    table_cell(table, text_of(sharer->script_name));
    table_cell_format(table, "%s", is_error ? "error" : "output");
    table_cell_format(table, "%lld", (long long)line_no);
    table_cell(table, line);
    if (has_indicator)
        table_cell(table, hit ? hits->options->indicators->of[hit->pattern].indicator
                              : (struct text){"", 0});
    table_end_row(table);
}

/* ---- lines, with what is around them ---- */

static int print_line(struct hits *hits, const struct sharer *sharer, bool is_error,
                      int64_t line_no, struct text line, bool is_cut, const struct waiting *hit,
                      struct error *err)
{
    if (hits->output->json)
        print_object(hits, sharer, is_error, line_no, line, is_cut, hit);
    else if (hits->output->to_terminal)
        return print_on_terminal(hits, is_error, line_no, line, is_cut, hit, err);
    else
        print_row(hits, sharer, is_error, line_no, line, hit);
    return 0;
}

/* Lines [first, last] that are not hits themselves. */
static int print_around(struct hits *hits, const struct sharer *sharer, bool is_error,
                        int64_t first, int64_t last, struct error *err)
{
    struct lines *lines = hits->around[is_error];
    struct line line = {.number = 0};
    int more = 0;
    if (first > last)
        return 0;
    lines_start_at(lines, hits->content_id, first);
    while ((more = lines_next(lines, &line, err)) == 1 && line.number <= last) {
        struct text text = line.text;
        if (!line.begins || line.number < first)
            continue;
        if (text.length > SEARCH_LINE_BYTES)
            text.length = pager_character_break(text.bytes, text.length, SEARCH_LINE_BYTES);
        bool is_cut = !line.ends || text.length < line.text.length;
        if (print_line(hits, sharer, is_error, line.number, text, is_cut, NULL, err))
            return -1;
    }
    return more < 0 ? -1 : 0;
}

/* The lines between one hit and the next, or before the first, or behind the last. */
static int print_between(struct hits *hits, const struct sharer *sharer,
                         const struct waiting *before, const struct waiting *behind,
                         struct error *err)
{
    int64_t context = hits->options->context;
    bool is_same = before && behind && before->is_error == behind->is_error;
    if (context == 0)
        return 0;
    int64_t after = before ? before->line_no + context : 0;
    if (is_same && after + 1 >= behind->line_no - context)
        return print_around(hits, sharer, behind->is_error, before->line_no + 1,
                            behind->line_no - 1, err);
    if (before && print_around(hits, sharer, before->is_error, before->line_no + 1, after, err))
        return -1;
    if (before && behind && hits->output->to_terminal && !hits->output->json)
        output_format(hits->output, "    --\n");
    int64_t first = behind ? behind->line_no - context : 0;
    return behind ? print_around(hits, sharer, behind->is_error, first > 1 ? first : 1,
                                 behind->line_no - 1, err)
                  : 0;
}

static bool is_full(struct hits *hits)
{
    if (hits->options->limit > 0 && hits->printed >= hits->options->limit)
        hits->reached_limit = true;
    return hits->reached_limit || output_is_over(hits->output);
}

/* What stands behind the last hit waits until the next portion says whether hits are among it. */
static int print_lines_of(struct hits *hits, const struct sharer *sharer, bool is_last,
                          struct error *err)
{
    const struct waiting *before = hits->has_portion ? &hits->last : NULL;
    hits->results += !hits->has_portion;
    if (hits->output->to_terminal && !hits->output->json)
        print_heading(hits, sharer);
    for (size_t i = 0; i < hits->waiting_count && !is_full(hits); i++) {
        const struct waiting *hit = &hits->waiting[i];
        struct text line = {hits->lines.bytes + hit->offset, hit->length};
        if (print_between(hits, sharer, before, hit, err) ||
            print_line(hits, sharer, hit->is_error, hit->line_no, line, hit->is_cut, hit, err))
            return -1;
        hits->printed++;
        hits->count++;
        before = hit;
    }
    if (!before || !(is_last || is_full(hits)))
        return 0;
    return print_between(hits, sharer, before, NULL, err);
}

static int print_lines(struct hits *hits, bool is_last, struct error *err)
{
    for (size_t i = 0; i < hits->sharer_count && !is_full(hits); i++)
        if (print_lines_of(hits, &hits->sharers[i], is_last, err))
            return -1;
    if (hits->waiting_count > 0)
        hits->last = hits->waiting[hits->waiting_count - 1];
    hits->waiting_count = 0;
    hits->has_portion = true;
    buffer_clear(&hits->lines);
    return 0;
}

/* ---- results, and how many hits each has ---- */

static void print_result(struct hits *hits, const struct sharer *sharer)
{
    static const struct table_column columns[] = {{.name = "RESULT", .is_right = true},
                                                  {.name = "OBSERVED"},
                                                  {.name = "MACHINE"},
                                                  {.name = "SCRIPT"},
                                                  {.name = "HITS", .is_right = true}};
    bool has_count = hits->options->form == HITS_COUNTS;
    if (hits->output->json) {
        struct json_writer *writer = begin_object(hits, sharer);
        if (has_count)
            json_writer_int64(writer, "hits", hits->in_content);
        end_object(hits, sharer, writer);
        return;
    }
    struct text time = seconds_of(sharer);
    if (!hits->table)
        hits->table = table_new(hits->output, columns, has_count ? 5 : 4, true);
    table_cell_format(hits->table, "%lld", (long long)sharer->result_id);
    table_cell_format(hits->table, "%.*sZ", (int)time.length, time.bytes);
    table_cell(hits->table, machine_of(sharer));
    table_cell(hits->table, text_of(sharer->script_name));
    if (has_count)
        table_cell_format(hits->table, "%lld", (long long)hits->in_content);
    table_end_row(hits->table);
}

static void print_results(struct hits *hits)
{
    for (size_t i = 0; i < hits->sharer_count && !is_full(hits); i++) {
        print_result(hits, &hits->sharers[i]);
        hits->printed++;
        hits->results++;
        hits->count += hits->in_content;
    }
}

/* ---- hits as they come ---- */

static int leave_content(struct hits *hits, struct error *err)
{
    int result = 0;
    if (hits->content_id < 0)
        return 0;
    if (hits->options->form != HITS_LINES)
        print_results(hits);
    else if (hits->waiting_count > 0 || (hits->has_portion && hits->options->context > 0))
        result = print_lines(hits, true, err);
    forget_content(hits);
    return result;
}

static void add_waiting(struct hits *hits, const struct search_hit *hit)
{
    if (hits->waiting_count == hits->waiting_capacity) {
        hits->waiting_capacity = hits->waiting_capacity > 0 ? 2 * hits->waiting_capacity : 64;
        hits->waiting =
            memory_resize(hits->waiting, hits->waiting_capacity * sizeof *hits->waiting);
    }
    hits->waiting[hits->waiting_count++] = (struct waiting){.offset = hits->lines.length,
                                                            .length = hit->line.length,
                                                            .line_no = hit->line_no,
                                                            .pattern = hit->pattern,
                                                            .is_error = hit->is_error,
                                                            .is_cut = hit->is_cut};
    (void)buffer_append(&hits->lines, hit->line.bytes, hit->line.length);
}

/* Enough waits: for memory's sake, or to reach the limit. */
static bool is_portion(const struct hits *hits)
{
    int64_t limit = hits->options->limit;
    return hits->lines.length + hits->waiting_count * sizeof *hits->waiting > WAITING_BYTES ||
           (limit > 0 &&
            hits->printed + (int64_t)(hits->waiting_count * hits->sharer_count) >= limit);
}

enum search_answer hits_take(void *context, const struct search_hit *hit, struct error *err)
{
    struct hits *hits = context;
    if (hit->content_id != hits->content_id &&
        (leave_content(hits, err) || enter_content(hits, hit->content_id, err)))
        return SEARCH_FAILED;
    if (is_full(hits))
        return SEARCH_STOP;
    if (hits->sharer_count == 0)
        return SEARCH_NEXT_CONTENT;
    hits->in_content++;
    if (hits->options->form == HITS_RESULTS)
        return SEARCH_NEXT_CONTENT;
    if (hits->options->form == HITS_COUNTS)
        return SEARCH_GO_ON;
    add_waiting(hits, hit);
    if (is_portion(hits) && print_lines(hits, false, err))
        return SEARCH_FAILED;
    return is_full(hits) ? SEARCH_STOP : SEARCH_GO_ON;
}

int hits_end(struct hits *hits, struct error *err)
{
    int result = leave_content(hits, err);
    if (hits->table)
        table_flush(hits->table);
    return result;
}
