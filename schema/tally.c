#include "schema/tally.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

#define LEAST_SLOTS 64

struct entry {
    uint64_t hash;
    size_t key_at, key_length;
    size_t name_at, name_length;
    bool has_key, has_name;
    int64_t count;
};

struct tally {
    struct buffer names; /* keys and names, one behind the other */
    struct entry *entries;
    size_t count, capacity;
    size_t *slots; /* position + 1; 0: free. At most two thirds are taken */
    size_t slot_count;
    size_t last; /* position of the entry before: rows of one machine often stand together */
};

struct tally *tally_new(void)
{
    struct tally *tally = memory_zeroed(1, sizeof *tally);
    buffer_init(&tally->names, TALLY_BYTES);
    buffer_reserve(&tally->names, LEAST_SLOTS); /* an empty name has a place, too */
    tally->slot_count = LEAST_SLOTS;
    tally->slots = memory_zeroed(tally->slot_count, sizeof *tally->slots);
    return tally;
}

void tally_free(struct tally *tally)
{
    if (!tally)
        return;
    buffer_release(&tally->names);
    free(tally->entries);
    free(tally->slots);
    free(tally);
}

static unsigned char fold(char c)
{
    return (unsigned char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
}

/* FNV-1a. Whoever makes names collide slows his own answer down, within the bound of the rows. */
static uint64_t hash_of(struct text key)
{
    uint64_t hash = 0xCBF29CE484222325u;
    for (size_t i = 0; i < key.length; i++)
        hash = (hash ^ fold(key.bytes[i])) * 0x100000001B3u;
    return hash ^ hash >> 32;
}

static bool is_key(const struct tally *tally, const struct entry *entry, struct text key)
{
    const char *bytes = tally->names.bytes + entry->key_at;
    if (entry->key_length != key.length || entry->has_key != (key.bytes != NULL))
        return false;
    if (!key.bytes || key.length == 0 || memcmp(bytes, key.bytes, key.length) == 0)
        return true;
    for (size_t i = 0; i < key.length; i++)
        if (fold(bytes[i]) != fold(key.bytes[i]))
            return false;
    return true;
}

static void grow(struct tally *tally)
{
    free(tally->slots);
    tally->slot_count *= 2;
    tally->slots = memory_zeroed(tally->slot_count, sizeof *tally->slots);
    for (size_t i = 0; i < tally->count; i++) {
        size_t at = tally->entries[i].hash & (tally->slot_count - 1);
        while (tally->slots[at])
            at = (at + 1) & (tally->slot_count - 1);
        tally->slots[at] = i + 1;
    }
}

static int keep(struct tally *tally, struct text text, size_t *at, struct error *err)
{
    *at = tally->names.length;
    if (buffer_append(&tally->names, text.bytes, text.length))
        return error_set(err, ERROR_LIMIT,
                         "the names to count take more than %d MiB; narrow it with a filter",
                         TALLY_BYTES / (1024 * 1024));
    return 0;
}

static int add_entry(struct tally *tally, uint64_t hash, struct text key, struct text name,
                     struct error *err)
{
    struct entry entry = {.hash = hash,
                          .key_length = key.length,
                          .name_length = name.length,
                          .has_key = key.bytes != NULL,
                          .has_name = name.bytes != NULL,
                          .count = 1};
    if (keep(tally, key, &entry.key_at, err) || keep(tally, name, &entry.name_at, err))
        return -1;
    if (tally->count == tally->capacity) {
        tally->capacity = tally->capacity ? tally->capacity * 2 : LEAST_SLOTS / 2;
        tally->entries = memory_resize(tally->entries, tally->capacity * sizeof *tally->entries);
    }
    tally->last = tally->count;
    tally->entries[tally->count++] = entry;
    return 0;
}

int64_t tally_add(struct tally *tally, struct text key, struct text name, struct error *err)
{
    if (tally->count > 0 && is_key(tally, &tally->entries[tally->last], key)) {
        tally->entries[tally->last].count++;
        return (int64_t)tally->last;
    }
    uint64_t hash = hash_of(key);
    size_t at = hash & (tally->slot_count - 1);
    for (; tally->slots[at]; at = (at + 1) & (tally->slot_count - 1)) {
        struct entry *entry = &tally->entries[tally->slots[at] - 1];
        if (entry->hash == hash && is_key(tally, entry, key)) {
            entry->count++;
            tally->last = tally->slots[at] - 1;
            return (int64_t)tally->last;
        }
    }
    if (add_entry(tally, hash, key, name, err))
        return -1;
    tally->slots[at] = tally->count;
    if (tally->count * 3 > tally->slot_count * 2)
        grow(tally);
    return (int64_t)tally->last;
}

int64_t tally_count(const struct tally *tally)
{
    int64_t count = (int64_t)tally->count;
    for (size_t i = 0; i < tally->count; i++)
        count -= !tally->entries[i].has_key;
    return count;
}

static struct tally_entry shown(const struct tally *tally, const struct entry *entry)
{
    struct text name = {NULL, 0};
    if (entry->has_name)
        name = (struct text){tally->names.bytes + entry->name_at, entry->name_length};
    return (struct tally_entry){name, entry->count};
}

static bool is_before(const struct tally_entry *a, const struct tally_entry *b)
{
    size_t common = a->name.length < b->name.length ? a->name.length : b->name.length;
    if (a->count != b->count)
        return a->count > b->count;
    int order = common > 0 ? memcmp(a->name.bytes, b->name.bytes, common) : 0;
    return order ? order < 0 : a->name.length < b->name.length;
}

struct text tally_name(const struct tally *tally, int64_t number)
{
    return shown(tally, &tally->entries[number]).name;
}

size_t tally_top(const struct tally *tally, struct tally_entry *entries, size_t most)
{
    size_t count = 0;
    for (size_t i = 0; i < tally->count; i++) {
        struct tally_entry entry = shown(tally, &tally->entries[i]);
        size_t at = count;
        while (at > 0 && is_before(&entry, &entries[at - 1]))
            at--;
        if (at == most)
            continue;
        count += count < most;
        memmove(&entries[at + 1], &entries[at], (count - 1 - at) * sizeof *entries);
        entries[at] = entry;
    }
    return count;
}
