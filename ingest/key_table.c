#include "ingest/key_table.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

#define LEAST_SLOTS 1024

/* Open addressing: the keys are hashes already, and of a secret, so nobody can crowd one place. */
struct key_table {
    struct line_key *keys; /* by number */
    int64_t count, capacity;
    uint32_t *slots;     /* number + 1; 0: free. At most two thirds are taken */
    uint64_t slot_count; /* a power of two */
};

struct key_table *key_table_new(void)
{
    struct key_table *table = memory_zeroed(1, sizeof *table);
    table->slot_count = LEAST_SLOTS;
    table->slots = memory_zeroed(LEAST_SLOTS, sizeof *table->slots);
    return table;
}

void key_table_free(struct key_table *table)
{
    if (!table)
        return;
    free(table->keys);
    free(table->slots);
    free(table);
}

/* The key's slot, or the free one where it belongs. */
static uint64_t place(const struct key_table *table, const struct line_key *key)
{
    uint64_t at;
    memcpy(&at, key->bytes, sizeof at);
    for (;; at++) {
        at &= table->slot_count - 1;
        uint32_t slot = table->slots[at];
        if (slot == 0 || memcmp(&table->keys[slot - 1], key, sizeof *key) == 0)
            return at;
    }
}

static void grow(struct key_table *table)
{
    free(table->slots);
    table->slot_count *= 2;
    table->slots = memory_zeroed(table->slot_count, sizeof *table->slots);
    for (int64_t i = 0; i < table->count; i++)
        table->slots[place(table, &table->keys[i])] = (uint32_t)(i + 1);
}

int64_t key_table_find(const struct key_table *table, const struct line_key *key)
{
    return (int64_t)table->slots[place(table, key)] - 1;
}

int64_t key_table_put(struct key_table *table, const struct line_key *key, struct error *err)
{
    uint64_t at = place(table, key);
    if (table->slots[at])
        return (int64_t)table->slots[at] - 1;
    if (table->count == KEY_TABLE_KEYS)
        return error_set(
            err, ERROR_LIMIT,
            "more than %d distinct lines; leave lines out with --ignore, take parts as "
            "equal with --mask, or narrow what is looked at",
            KEY_TABLE_KEYS);
    if (table->count == table->capacity) {
        table->capacity = table->capacity ? table->capacity * 2 : LEAST_SLOTS / 2;
        table->keys = memory_resize(table->keys, (size_t)table->capacity * sizeof *table->keys);
    }
    table->keys[table->count++] = *key;
    table->slots[at] = (uint32_t)table->count;
    if ((uint64_t)table->count * 3 > table->slot_count * 2)
        grow(table);
    return table->count - 1;
}

int64_t key_table_count(const struct key_table *table)
{
    return table->count;
}
