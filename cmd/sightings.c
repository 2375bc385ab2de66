#include "cmd/sightings.h"

#include "base/memory.h"
#include "base/time.h"
#include "cmd/table.h"

#include <search.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define SECONDS_LENGTH 19 /* of "2023-03-18T21:04:01" */

struct sighting {
    char first_seen[TIME_TEXT_SIZE], last_seen[TIME_TEXT_SIZE]; /* "" never */
    int64_t machines, hits;
    unsigned char *seen_on; /* a bit for each machine's number */
    size_t seen_on_bytes;
};

struct machine {
    char *name;
    size_t number; /* from 0, in order of sight */
};

struct sightings {
    const struct indicators *indicators;
    struct query *of_content;
    struct sighting *of; /* of each indicator */
    void *machines;      /* a tree of tsearch: struct machine by name, any case */
    size_t machine_count;

    int64_t content_id; /* under way; -1: none */
    struct sharer {
        size_t machine;
        char observed_at[TIME_TEXT_SIZE];
    } * sharers;
    size_t sharer_count, sharer_capacity;
    int64_t count, results;
};

struct sightings *sightings_new(struct store *reader, const struct indicators *indicators,
                                const struct query_filter *filter, struct error *err)
{
    struct sightings *sightings = memory_zeroed(1, sizeof *sightings);
    sightings->indicators = indicators;
    sightings->of = memory_zeroed(indicators->count, sizeof *sightings->of);
    sightings->content_id = -1;
    if (query_results_of(reader, filter, &sightings->of_content, err) == 0)
        return sightings;
    sightings_free(sightings);
    return NULL;
}

static void free_machine(void *node)
{
    struct machine *machine = node;
    free(machine->name);
    free(machine);
}

void sightings_free(struct sightings *sightings)
{
    if (!sightings)
        return;
    for (size_t i = 0; i < sightings->indicators->count; i++)
        free(sightings->of[i].seen_on);
    tdestroy(sightings->machines, free_machine);
    query_free(sightings->of_content);
    free(sightings->of);
    free(sightings->sharers);
    free(sightings);
}

int64_t sightings_count(const struct sightings *sightings)
{
    return sightings->count;
}

int64_t sightings_results(const struct sightings *sightings)
{
    return sightings->results;
}

/* ---- machines ---- */

static int compare_machines(const void *a, const void *b)
{
    return strcasecmp(((const struct machine *)a)->name, ((const struct machine *)b)->name);
}

/* Takes the name over. */
static size_t number_of_machine(struct sightings *sightings, char *name)
{
    struct machine *machine = memory_zeroed(1, sizeof *machine);
    machine->name = name;
    machine->number = sightings->machine_count;
    struct machine *found =
        *(struct machine **)tsearch(machine, &sightings->machines, compare_machines);
    if (found == machine)
        sightings->machine_count++;
    else
        free_machine(machine);
    return found->number;
}

static void see_on(struct sighting *sighting, size_t machine)
{
    size_t byte = machine / 8;
    unsigned char bit = (unsigned char)(1u << machine % 8);
    if (byte >= sighting->seen_on_bytes) {
        size_t bytes = 2 * byte + 8;
        sighting->seen_on = memory_resize(sighting->seen_on, bytes);
        memset(sighting->seen_on + sighting->seen_on_bytes, 0, bytes - sighting->seen_on_bytes);
        sighting->seen_on_bytes = bytes;
    }
    sighting->machines += !(sighting->seen_on[byte] & bit);
    sighting->seen_on[byte] |= bit;
}

/* ---- hits as they come ---- */

/* A machine is its id, else its name; a result without either stands for one of its own. */
static char *name_of_machine(const struct query *query)
{
    struct text id = query_value_named(query, "machine_id").text;
    struct text name = query_value_named(query, "machine_name").text;
    struct buffer text;
    buffer_init(&text, id.length + name.length + 64);
    if (id.bytes)
        (void)buffer_append(&text, id.bytes, id.length);
    else if (name.bytes)
        (void)buffer_append(&text, name.bytes, name.length);
    else
        text_printf(&text, "result %lld", (long long)query_value_named(query, "result_id").integer);
    char *copy = memory_copy_text(text.bytes ? text.bytes : "", text.length);
    buffer_release(&text);
    return copy;
}

static void add_sharer(struct sightings *sightings)
{
    const struct query *query = sightings->of_content;
    if (sightings->sharer_count == sightings->sharer_capacity) {
        sightings->sharer_capacity =
            sightings->sharer_capacity > 0 ? 2 * sightings->sharer_capacity : 4;
        sightings->sharers = memory_resize(sightings->sharers,
                                           sightings->sharer_capacity * sizeof *sightings->sharers);
    }
    struct sharer *sharer = &sightings->sharers[sightings->sharer_count++];
    struct text time = query_value_named(query, "observed_at").text;
    size_t length = time.length < TIME_TEXT_SIZE ? time.length : TIME_TEXT_SIZE - 1;
    sharer->machine = number_of_machine(sightings, name_of_machine(query));
    memcpy(sharer->observed_at, time.bytes, length);
    sharer->observed_at[length] = '\0';
}

static int enter_content(struct sightings *sightings, int64_t content_id, struct error *err)
{
    int more;
    sightings->content_id = content_id;
    sightings->sharer_count = 0;
    query_results_of_again(sightings->of_content, content_id);
    while ((more = query_next(sightings->of_content, err)) == 1)
        add_sharer(sightings);
    sightings->results += (int64_t)sightings->sharer_count;
    return more;
}

enum search_answer sightings_take(void *context, const struct search_hit *hit, struct error *err)
{
    struct sightings *sightings = context;
    struct sighting *sighting = &sightings->of[hit->pattern];
    if (hit->content_id != sightings->content_id && enter_content(sightings, hit->content_id, err))
        return SEARCH_FAILED;
    for (size_t i = 0; i < sightings->sharer_count; i++) {
        const struct sharer *sharer = &sightings->sharers[i];
        sighting->hits++;
        see_on(sighting, sharer->machine);
        if (!sighting->first_seen[0] || strcmp(sharer->observed_at, sighting->first_seen) < 0)
            strcpy(sighting->first_seen, sharer->observed_at);
        if (strcmp(sharer->observed_at, sighting->last_seen) > 0)
            strcpy(sighting->last_seen, sharer->observed_at);
    }
    sightings->count += (int64_t)sightings->sharer_count;
    return SEARCH_GO_ON;
}

/* ---- the rows ---- */

static int compare(const void *a, const void *b, void *context)
{
    const struct sighting *of = context;
    size_t first = *(const size_t *)a, second = *(const size_t *)b;
    const char *one = of[first].first_seen, *other = of[second].first_seen;
    if (!one[0] != !other[0])
        return !one[0] ? 1 : -1;
    int order = strcmp(one, other);
    return order != 0 ? order : first < second ? -1 : first > second;
}

static void print_object(struct output *output, const struct indicator *indicator,
                         const struct sighting *sighting)
{
    struct json_writer *writer = output_object(output);
    json_writer_bytes(writer, "indicator", indicator->indicator);
    json_writer_bytes(writer, "name", indicator->name);
    json_writer_bytes(writer, "type", indicator->type);
    json_writer_bytes(writer, "first_seen",
                      (struct text){sighting->first_seen[0] ? sighting->first_seen : NULL,
                                    strlen(sighting->first_seen)});
    json_writer_bytes(writer, "last_seen",
                      (struct text){sighting->last_seen[0] ? sighting->last_seen : NULL,
                                    strlen(sighting->last_seen)});
    json_writer_int64(writer, "machines", sighting->machines);
    json_writer_int64(writer, "hits", sighting->hits);
    output_object_end(output);
}

static void print_time(struct table *table, const char *time)
{
    if (time[0])
        table_cell_format(table, "%.*sZ", SECONDS_LENGTH, time);
    else
        table_cell(table, (struct text){"", 0});
}

static void print_row(struct table *table, const struct indicator *indicator,
                      const struct sighting *sighting)
{
    table_cell(table, indicator->indicator);
    table_cell(table, indicator->name);
    table_cell(table, indicator->type);
    print_time(table, sighting->first_seen);
    print_time(table, sighting->last_seen);
    table_cell_format(table, "%lld", (long long)sighting->machines);
    table_cell_format(table, "%lld", (long long)sighting->hits);
    table_end_row(table);
}

void sightings_print(struct sightings *sightings, struct output *output)
{
    static const struct table_column columns[] = {{.name = "INDICATOR"},
                                                  {.name = "NAME"},
                                                  {.name = "TYPE"},
                                                  {.name = "FIRST SEEN"},
                                                  {.name = "LAST SEEN"},
                                                  {.name = "MACHINES", .is_right = true},
                                                  {.name = "HITS", .is_right = true}};
    size_t count = sightings->indicators->count;
    size_t *order = memory_zeroed(count, sizeof *order);
    for (size_t i = 0; i < count; i++)
        order[i] = i;
    qsort_r(order, count, sizeof *order, compare, sightings->of);
    struct table *table =
        output->json ? NULL : table_new(output, columns, sizeof columns / sizeof *columns, true);
    for (size_t i = 0; i < count && !output_is_over(output); i++) {
        const struct indicator *indicator = &sightings->indicators->of[order[i]];
        if (table)
            print_row(table, indicator, &sightings->of[order[i]]);
        else
            print_object(output, indicator, &sightings->of[order[i]]);
    }
    table_free(table);
    free(order);
}
