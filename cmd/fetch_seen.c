#include "cmd/fetch_seen.h"

#include "base/memory.h"
#include "cmd/fetch_action.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_CAPACITY 256 /* a power of two; at most half of the entries are in use */

struct fetch_seen_entry {
    int64_t command_index;
    enum fetch_seen_kind kind; /* 0: unused */
    char action_id[FETCH_ID_SIZE];
};

/* FNV-1a. */
static uint64_t mix(uint64_t hash, const void *bytes, size_t length)
{
    const unsigned char *at = bytes;
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ at[i]) * 1099511628211U;
    return hash;
}

/* The entry that is equal, else the unused one where it belongs. */
static struct fetch_seen_entry *find(const struct fetch_seen *seen,
                                     const struct fetch_seen_entry *entry)
{
    uint64_t hash = 14695981039346656037U;
    hash = mix(hash, &entry->command_index, sizeof entry->command_index);
    hash = mix(hash, &entry->kind, sizeof entry->kind);
    hash = mix(hash, entry->action_id, strlen(entry->action_id));
    for (size_t i = hash & (seen->capacity - 1);; i = (i + 1) & (seen->capacity - 1)) {
        struct fetch_seen_entry *at = &seen->entries[i];
        if (!at->kind || (at->kind == entry->kind && at->command_index == entry->command_index &&
                          strcmp(at->action_id, entry->action_id) == 0))
            return at;
    }
}

static void grow(struct fetch_seen *seen)
{
    struct fetch_seen larger = {.count = seen->count,
                                .capacity = seen->capacity ? 2 * seen->capacity : FIRST_CAPACITY};
    larger.entries = memory_zeroed(larger.capacity, sizeof *larger.entries);
    for (size_t i = 0; i < seen->capacity; i++)
        if (seen->entries[i].kind)
            *find(&larger, &seen->entries[i]) = seen->entries[i];
    free(seen->entries);
    *seen = larger;
}

bool fetch_seen_add(struct fetch_seen *seen, enum fetch_seen_kind kind, const char *action_id,
                    int64_t command_index)
{
    struct fetch_seen_entry entry = {.kind = kind, .command_index = command_index};
    memcpy(entry.action_id, action_id, strnlen(action_id, FETCH_ID_SIZE - 1));
    if (2 * (seen->count + 1) > seen->capacity)
        grow(seen);
    struct fetch_seen_entry *at = find(seen, &entry);
    if (at->kind)
        return false;
    *at = entry;
    seen->count++;
    return true;
}

void fetch_seen_release(struct fetch_seen *seen)
{
    free(seen->entries);
    *seen = (struct fetch_seen){0};
}
