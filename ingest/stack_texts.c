#include "ingest/stack_texts.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

/* ---- the results ---- */

static bool is_status(const struct query *row, const char *status)
{
    struct text text = query_value_named(row, "parse_status").text;
    return text.length == strlen(status) && memcmp(text.bytes, status, text.length) == 0;
}

/* A machine that the rows before did not have: its number, or -1. */
static int64_t add_machine(struct stack_texts *texts, const struct query *row, struct error *err)
{
    struct query_value name = query_value_named(row, "machine_name");
    struct buffer own;
    buffer_init(&own, 64);
    if (name.type == QUERY_NULL) {
        text_printf(&own, "result %lld", (long long)query_value_named(row, "result_id").integer);
        name.text = (struct text){own.bytes, own.length};
    }
    if (texts->machine_count + 1 >= texts->machine_capacity) {
        texts->machine_capacity = texts->machine_capacity ? texts->machine_capacity * 2 : 64;
        texts->name_offsets = memory_resize(texts->name_offsets,
                                            texts->machine_capacity * sizeof *texts->name_offsets);
    }
    texts->name_offsets[texts->machine_count] = (uint32_t)texts->names.length;
    int result = buffer_append(&texts->names, name.text.bytes, name.text.length);
    buffer_release(&own);
    if (result)
        return error_set(
            err, ERROR_LIMIT,
            "the names of all machines are longer than %d MiB; narrow it with --machine "
            "or --script",
            STACK_NAME_BYTES / (1024 * 1024));
    texts->name_offsets[++texts->machine_count] = (uint32_t)texts->names.length;
    return texts->machine_count - 1;
}

static int add_result(struct stack_texts *texts, const struct query *row, int64_t machine,
                      struct error *err)
{
    if (texts->result_count == STACK_RESULTS)
        return error_set(err, ERROR_LIMIT,
                         "more than %d results fit; narrow it with --script, --machine or --since",
                         STACK_RESULTS);
    if (texts->result_count == texts->result_capacity) {
        texts->result_capacity = texts->result_capacity ? texts->result_capacity * 2 : 64;
        texts->results =
            memory_resize(texts->results, (size_t)texts->result_capacity * sizeof *texts->results);
    }
    texts->results[texts->result_count++] =
        (struct stack_result){query_value_named(row, "result_id").integer,
                              query_value_named(row, "content_id").integer, (uint32_t)machine};
    return 0;
}

/* One row: a result of the machine before it, or of the next one. */
static int take_row(struct stack_texts *texts, const struct query *row, const char *bytes_column,
                    struct buffer *last_machine, struct error *err)
{
    struct query_value machine = query_value_named(row, "machine");
    int64_t number = (int64_t)texts->machine_count - 1;
    bool is_same = number >= 0 && machine.type != QUERY_NULL &&
                   machine.text.length == last_machine->length &&
                   memcmp(machine.text.bytes, last_machine->bytes, last_machine->length) == 0;
    if (!is_same) {
        number = add_machine(texts, row, err);
        buffer_clear(last_machine);
        if (machine.type != QUERY_NULL)
            (void)buffer_append(last_machine, machine.text.bytes, machine.text.length);
    }
    texts->counts.truncated += is_status(row, "truncated");
    texts->counts.invalid += is_status(row, "invalid");
    texts->counts.without_text += query_value_named(row, bytes_column).integer == 0;
    return number < 0 ? -1 : add_result(texts, row, number, err);
}

static int find_results(struct stack_texts *texts, struct store *reader, const char *stream,
                        const struct stack_options *options, struct error *err)
{
    struct query *query;
    struct buffer last_machine;
    const char *bytes_column = strcmp(stream, "error") == 0 ? "error_bytes" : "output_bytes";
    int more;
    if (query_stack(reader, options->filter, options->with_earlier, &query, err))
        return -1;
    buffer_init(&last_machine, SIZE_MAX / 2);
    while ((more = query_next(query, err)) == 1)
        if (take_row(texts, query, bytes_column, &last_machine, err)) {
            more = -1;
            break;
        }
    buffer_release(&last_machine);
    query_free(query);
    texts->counts.results = texts->result_count;
    texts->counts.machines = texts->machine_count;
    return more;
}

/* ---- counting ---- */

static int count_line(struct stack_texts *texts, uint32_t position, const struct line_key *key,
                      int64_t line_number, struct error *err)
{
    int64_t before = key_table_count(texts->table);
    int64_t number = key_table_put(texts->table, key, err);
    if (number < 0)
        return -1;
    if (number >= texts->entry_capacity) {
        texts->entry_capacity = texts->entry_capacity ? texts->entry_capacity * 2 : 1024;
        texts->entries =
            memory_resize(texts->entries, (size_t)texts->entry_capacity * sizeof *texts->entries);
    }
    struct stack_entry *entry = &texts->entries[number];
    if (number == before) {
        *entry = (struct stack_entry){1, 1, position, position, line_number};
    } else if (entry->mark != position) {
        entry->machine_count +=
            texts->results[entry->mark].machine != texts->results[position].machine;
        entry->result_count++;
        entry->mark = position;
    }
    return 0;
}

static int count_lines(struct stack_texts *texts, struct error *err)
{
    struct line line;
    struct line_key key;
    int more = 0;
    for (int64_t i = 0; i < texts->result_count && more == 0; i++) {
        kept_lines_start(texts->kept, texts->results[i].content_id, texts->results[i].result_id);
        while ((more = kept_lines_next(texts->kept, &line, &key, err)) == 1)
            if (line.ends && count_line(texts, (uint32_t)i, &key, line.number, err))
                return -1;
    }
    texts->counts.lines = key_table_count(texts->table);
    return more;
}

int stack_texts_read(struct stack_texts *texts, struct store *reader,
                     const struct line_rules *rules, const struct stack_options *options,
                     struct error *err)
{
    *texts = (struct stack_texts){.table = key_table_new()};
    buffer_init(&texts->names, STACK_NAME_BYTES);
    texts->kept = kept_lines_new(reader, rules, true, err);
    return !texts->kept || find_results(texts, reader, rules->stream, options, err) ||
                   count_lines(texts, err)
               ? -1
               : 0;
}

void stack_texts_release(struct stack_texts *texts)
{
    kept_lines_free(texts->kept);
    key_table_free(texts->table);
    buffer_release(&texts->names);
    free(texts->results);
    free(texts->name_offsets);
    free(texts->entries);
}
