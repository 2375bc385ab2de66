#include "cmd/file_hits.h"

#include "base/memory.h"
#include "cmd/table.h"

#include <stdlib.h>
#include <string.h>

#define HASH_SHOWN 12 /* digits, on a terminal */

struct file_hits {
    struct output *output;
    const struct indicators *indicators;
    struct table *table; /* made with the first row */
    int64_t count;
};

struct file_hits *file_hits_new(struct output *output, const struct indicators *indicators)
{
    struct file_hits *file_hits = memory_zeroed(1, sizeof *file_hits);
    file_hits->output = output;
    file_hits->indicators = indicators;
    return file_hits;
}

void file_hits_free(struct file_hits *file_hits)
{
    if (!file_hits)
        return;
    table_free(file_hits->table);
    free(file_hits);
}

int64_t file_hits_count(const struct file_hits *file_hits)
{
    return file_hits->count;
}

static struct text text_of(const char *text)
{
    return (struct text){text, text ? strlen(text) : 0};
}

static void print_object(struct file_hits *file_hits, const struct search_file_hit *hit)
{
    struct json_writer *writer = output_object(file_hits->output);
    json_writer_text(writer, "package_sha256", hit->package_sha256);
    json_writer_int64(writer, "member_index", hit->member_index);
    json_writer_int64(writer, "offset", hit->offset);
    json_writer_int64(writer, "count", hit->count);
    if (file_hits->indicators) {
        const struct indicator *of = &file_hits->indicators->of[hit->pattern];
        json_writer_bytes(writer, "indicator", of->indicator);
        json_writer_bytes(writer, "name", of->name);
        json_writer_bytes(writer, "type", of->type);
    }
    json_writer_bytes(writer, "machine_name", text_of(hit->machine_name));
    json_writer_bytes(writer, "source", text_of(hit->source));
    output_object_end(file_hits->output);
}

static void print_row(struct file_hits *file_hits, const struct search_file_hit *hit)
{
    static const struct table_column columns[] = {{.name = "FILE"},
                                                  {.name = "MEMBER", .is_right = true},
                                                  {.name = "OFFSET", .is_right = true},
                                                  {.name = "COUNT", .is_right = true},
                                                  {.name = "MACHINE"},
                                                  {.name = "SOURCE"},
                                                  {.name = "INDICATOR"}};
    struct text hash = text_of(hit->package_sha256);
    if (file_hits->output->to_terminal && hash.length > HASH_SHOWN)
        hash.length = HASH_SHOWN;
    if (!file_hits->table) {
        if (file_hits->output->to_terminal)
            output_bytes(file_hits->output, "\n", 1);
        file_hits->table =
            table_new(file_hits->output, columns, file_hits->indicators ? 7 : 6, true);
    }
    struct table *table = file_hits->table;
    table_cell(table, hash);
    table_cell_format(table, "%lld", (long long)hit->member_index);
    table_cell_format(table, "%lld", (long long)hit->offset);
    table_cell_format(table, "%lld", (long long)hit->count);
    table_cell(table, text_of(hit->machine_name));
    table_cell(table, text_of(hit->source));
    if (file_hits->indicators)
        table_cell(table, file_hits->indicators->of[hit->pattern].indicator);
    table_end_row(table);
}

int file_hits_take(void *context, const struct search_file_hit *hit, struct error *err)
{
    struct file_hits *file_hits = context;
    (void)err;
    file_hits->count++;
    if (file_hits->output->json)
        print_object(file_hits, hit);
    else
        print_row(file_hits, hit);
    return output_is_over(file_hits->output);
}

void file_hits_trouble(void *context, const char *package_sha256, const char *why)
{
    struct file_hits *file_hits = context;
    output_notice(file_hits->output, "file %s was not searched whole: %s", package_sha256, why);
}
