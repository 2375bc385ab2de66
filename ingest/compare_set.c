#include "ingest/compare_set.h"

#include "base/memory.h"
#include "ingest/key_table.h"

#include <stdlib.h>
#include <string.h>

/* Of each distinct line: which texts have it, and whether it was shown. */
#define IN_SIDE(side) (1 << (side))
#define SHOWN 4

struct compare_set {
    struct compare_text texts[2];
    struct kept_lines *kept;  /* with keys */
    struct kept_lines *shown; /* the same text without, for pieces: a key comes with the last one */
    struct key_table *table;
    unsigned char *flags; /* by number */
    int64_t capacity;
    int64_t counts[2];
    bool is_inside; /* of a line that is shown in pieces */
};

static int note(struct compare_set *set, const struct line_key *key, int side, struct error *err)
{
    int64_t number = key_table_put(set->table, key, err);
    if (number < 0)
        return -1;
    if (number >= set->capacity) {
        int64_t capacity = set->capacity ? set->capacity * 2 : 1024;
        set->flags = memory_resize(set->flags, (size_t)capacity);
        memset(set->flags + set->capacity, 0, (size_t)(capacity - set->capacity));
        set->capacity = capacity;
    }
    set->flags[number] |= (unsigned char)IN_SIDE(side);
    return 0;
}

static int read_text(struct compare_set *set, int side, struct error *err)
{
    struct line_key key;
    int more;
    kept_lines_start(set->kept, set->texts[side].content_id, set->texts[side].result_id);
    while ((more = kept_lines_next_key(set->kept, &key, err)) == 1)
        if (note(set, &key, side, err))
            return -1;
    return more;
}

struct compare_set *compare_set_start(struct store *reader, const struct line_rules *rules,
                                      const struct compare_text texts[2], struct error *err)
{
    struct compare_set *set = memory_zeroed(1, sizeof *set);
    memcpy(set->texts, texts, sizeof set->texts);
    set->table = key_table_new();
    set->kept = kept_lines_new(reader, rules, true, err);
    set->shown = set->kept ? kept_lines_new(reader, rules, false, err) : NULL;
    if (!set->shown ||
        (!compare_is_same_text(texts) && (read_text(set, 0, err) || read_text(set, 1, err)))) {
        compare_set_end(set);
        return NULL;
    }
    for (int64_t i = 0; i < key_table_count(set->table); i++)
        for (int side = 0; side < 2; side++)
            set->counts[side] += set->flags[i] == IN_SIDE(side);
    return set;
}

void compare_set_end(struct compare_set *set)
{
    if (!set)
        return;
    kept_lines_free(set->kept);
    kept_lines_free(set->shown);
    key_table_free(set->table);
    free(set->flags);
    free(set);
}

int64_t compare_set_count(const struct compare_set *set, int side)
{
    return set->counts[side];
}

void compare_set_show(struct compare_set *set, int side)
{
    const struct compare_text *text = &set->texts[side];
    kept_lines_start(set->kept, text->content_id, text->result_id);
    kept_lines_start(set->shown, text->content_id, text->result_id);
    set->is_inside = false;
}

/* Is the next line one to show? 1, 0 at the end, -1. Its pieces are still to be read in `shown`. */
static int find_next(struct compare_set *set, struct error *err)
{
    struct line_key key;
    struct line skipped;
    int more;
    while ((more = kept_lines_next_key(set->kept, &key, err)) == 1) {
        int64_t number = key_table_find(set->table, &key);
        unsigned char *flags = number >= 0 ? &set->flags[number] : NULL;
        if (flags && (*flags == IN_SIDE(0) || *flags == IN_SIDE(1))) {
            *flags |= SHOWN;
            return 1;
        }
        do
            more = kept_lines_next(set->shown, &skipped, NULL, err);
        while (more == 1 && !skipped.ends);
        if (more != 1)
            return more;
    }
    return more;
}

int compare_set_next(struct compare_set *set, struct line *line, struct error *err)
{
    if (!set->is_inside) {
        int more = find_next(set, err);
        if (more != 1)
            return more;
    }
    int more = kept_lines_next(set->shown, line, NULL, err);
    set->is_inside = more == 1 && !line->ends;
    return more;
}
